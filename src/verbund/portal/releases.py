"""For patients: what they release to whom. First what will change is said, then it is done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Outdated
from verbund.portal.language import noted
from verbund.portal.model import CATEGORIES, House, Release, Releases
from verbund.portal.web import Visit, text_of

CATEGORY_NAMES: Mapping[str, str] = {
    "diagnoses": noted("Diagnoses"),
    "medication": noted("Medication"),
    "allergies": noted("Allergies"),
    "laboratory": noted("Laboratory results"),
    "imaging": noted("Images (X-ray, CT, MRI)"),
    "documents": noted("Letters and documents"),
    "procedures": noted("Operations and treatments"),
    "encounters": noted("Visits and stays"),
    "vitals": noted("Blood pressure, weight and the like"),
    "immunisation": noted("Vaccinations"),
    "psychiatry": noted("Mental health"),
    "genetics": noted("Genetic findings"),
    "hiv": noted("HIV"),
    "demographics": noted("Name and address"),
    "other": noted("Everything else"),
}
SENSITIVE = frozenset({"psychiatry", "genetics", "hiv"})
_BASICS = frozenset({"diagnoses", "medication", "allergies", "demographics"})
PRESETS: Mapping[str, frozenset[str]] = {
    "all": frozenset(CATEGORIES),
    "usual": frozenset(CATEGORIES) - SENSITIVE,
    "basics": _BASICS,
    "none": frozenset(),
}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different between a house that holds and a house that sees: kinds given, kinds taken away."""

    holder: House
    receiver: House
    given: tuple[str, ...]
    taken: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """An entry of the history: when, by whom, and what changed; `first` for the beginning."""

    at: datetime
    by: str
    changes: tuple[Change, ...]
    first: bool


def matrix(releases: Iterable[Release]) -> dict[Pair, frozenset[str]]:
    """(holder, receiver) → kinds of data; several releases of a pair add up."""
    made: dict[Pair, frozenset[str]] = {}
    for release in releases:
        pair = release.holder, release.receiver
        made[pair] = made.get(pair, frozenset()) | release.categories
    return made


def changes(now: Releases, before: Iterable[Release], after: Iterable[Release]) -> tuple[Change, ...]:
    """What differs, for each pair of houses, in the pages' order; pairs without a difference do not appear."""
    old, new, titles = matrix(before), matrix(after), _houses(now)
    found = []
    for pair in dict.fromkeys([*old, *new]):
        had, has = old.get(pair, frozenset()), new.get(pair, frozenset())
        if had != has:
            holder, receiver = (titles.get(site, House(site, site)) for site in pair)
            found.append(Change(holder, receiver, _ordered(has - had), _ordered(had - has), _ordered(has)))
    return tuple(found)


def _houses(now: Releases) -> dict[str, House]:
    return {house.site: house for house in (*now.holders, *now.receivers)}


def _ordered(kinds: frozenset[str]) -> tuple[str, ...]:
    return tuple(kind for kind in CATEGORIES if kind in kinds)


def history(now: Releases) -> tuple[Past, ...]:
    """All changes, newest first."""
    made = [
        Past(newer.at, newer.by, changes(now, older.releases, newer.releases), first=False)
        for newer, older in pairwise(now.history)
    ]
    if now.history:
        oldest = now.history[-1]
        made.append(Past(oldest.at, oldest.by, changes(now, (), oldest.releases), first=True))
    return tuple(made)


def pairs_of(now: Releases) -> tuple[tuple[House, tuple[House, ...]], ...]:
    """Each house that holds data, with the houses that could see it."""
    return tuple((holder, tuple(r for r in now.receivers if r.site != holder.site)) for holder in now.holders)


def wanted(now: Releases, form: FormData) -> tuple[Release, ...]:
    """The releases a form asks for: a preset for everybody, or the ticked boxes (`release=HOLDER|RECEIVER|KIND`)."""
    preset = text_of(form, "preset")
    if preset in PRESETS:
        return _everywhere(now, lambda _: PRESETS[preset])
    ticked: dict[Pair, set[str]] = {}
    for value in form.getlist("release"):
        holder, _, rest = str(value).partition("|")
        receiver, _, kind = rest.partition("|")
        if kind in CATEGORIES:
            ticked.setdefault((holder, receiver), set()).add(kind)
    return _everywhere(now, lambda pair: frozenset(ticked.get(pair, ())))


def _everywhere(now: Releases, kinds: Callable[[Pair], frozenset[str]]) -> tuple[Release, ...]:
    """A release for each pair that gets something."""
    made = (
        Release(holder.site, receiver.site, kinds((holder.site, receiver.site)))
        for holder, receivers in pairs_of(now)
        for receiver in receivers
    )
    return tuple(release for release in made if release.categories)


def preset_of(now: Releases) -> str:
    """The preset that the present releases equal; empty when they are the patient's own choice."""
    have = matrix(now.releases)
    return next((name for name, kinds in PRESETS.items() if have == matrix(_everywhere(now, lambda _, k=kinds: k))), "")  # type: ignore[misc]  # a default binds the loop's value


async def releases(visit: Visit) -> Response:
    """The patient's releases, in short and in detail."""
    now = await visit.services.releases.current(visit.person)
    return _overview(visit, now, saved=visit.request.query_params.get("saved") == "yes")


def _overview(visit: Visit, now: Releases, *, saved: bool = False, outdated: bool = False) -> Response:
    return visit.show(
        "releases.html",
        status=409 if outdated else 200,
        now=now,
        have=matrix(now.releases),
        pairs=pairs_of(now),
        preset=preset_of(now),
        kinds=CATEGORIES,
        names=CATEGORY_NAMES,
        sensitive=SENSITIVE,
        past=history(now)[:1],
        saved=saved,
        outdated=outdated,
    )


async def check(visit: Visit) -> Response:
    """What a change would do, before it is done."""
    form = await visit.form()
    now = await visit.services.releases.current(visit.person)
    asked = wanted(now, form)
    return visit.show(
        "releases_check.html",
        now=now,
        changes=changes(now, now.releases, asked),
        asked=asked,
        nothing_left=not asked,
        names=CATEGORY_NAMES,
        version=text_of(form, "version"),
    )


async def confirm(visit: Visit) -> Response:
    """Do it; when somebody changed the releases meanwhile, show them anew instead."""
    form = await visit.form()
    now = await visit.services.releases.current(visit.person)
    try:
        await visit.services.releases.change(visit.person, wanted(now, form), text_of(form, "version"))
    except Outdated:
        return _overview(visit, await visit.services.releases.current(visit.person), outdated=True)
    return visit.go("/my/releases?saved=yes")


async def delivery(visit: Visit) -> Response:
    """How far the newest decision has come, for the page to look again."""
    now = await visit.services.releases.current(visit.person)
    return visit.show("parts/delivery.html", now=now)


async def past(visit: Visit) -> Response:
    """All changes of the releases."""
    now = await visit.services.releases.current(visit.person)
    return visit.show("releases_history.html", past=history(now), names=CATEGORY_NAMES)
