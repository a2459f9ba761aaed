"""For patients: what they release to whom. First what will change is said, then it is done."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Incorrect, NotFound, Outdated
from verbund.portal.administration import KIND_NAMES
from verbund.portal.language import ZONE, noted
from verbund.portal.model import CATEGORIES, House, Release, ReleaseRule, Releases, ReleaseVersion, Resource
from verbund.portal.record import section_of, title_of
from verbund.portal.record.reading import chosen_when
from verbund.portal.releases_rules import ASKING, PURPOSES, Words, asked, carried, seen_by, written
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
ENTRIES_ON_PAGE = 50
# Not entries that a rule is about: who the patient is, what was decided and who looked.
NO_ENTRIES = frozenset({"AuditEvent", "Consent", "Patient", "Provenance"})
_WHEN = (
    "effectiveDateTime", "effectivePeriod", "performedDateTime", "performedPeriod", "occurrenceDateTime", "started",
    "period", "recordedDate", "onsetDateTime", "authoredOn", "date", "start", "issued", "created",
)  # fmt: skip
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
    added: tuple[ReleaseRule, ...] = ()
    removed: tuple[ReleaseRule, ...] = ()
    scan: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What the patient wants to hold from now on: the table and the rules beside it."""

    releases: tuple[Release, ...]
    rules: tuple[ReleaseRule, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether no house is given anything."""
        return not self.releases and not any(_gives(rule) for rule in self.rules)


def _gives(rule: ReleaseRule) -> bool:
    return rule.permit or any(map(_gives, rule.exceptions))


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
        replace(
            _past(newer, changes(now, older.releases, newer.releases)),
            added=_without(newer.rules, older.rules),
            removed=_without(older.rules, newer.rules),
        )
        for newer, older in pairwise(now.history)
    ]
    if now.history:
        oldest = now.history[-1]
        made.append(replace(_past(oldest, changes(now, (), oldest.releases)), first=True, added=oldest.rules))
    return tuple(made)


def _past(version: ReleaseVersion, changed: tuple[Change, ...]) -> Past:
    return Past(version.at, version.by, changed, first=False, scan=version.scan)


def _without(rules: tuple[ReleaseRule, ...], others: tuple[ReleaseRule, ...]) -> tuple[ReleaseRule, ...]:
    return tuple(rule for rule in rules if rule not in others)


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


def wish_of(now: Releases, form: FormData, new: ReleaseRule | None = None) -> Wish:
    """What a form asks for: a template, a rule more or less, or another table with the rules as they are.

    Incorrect for a template that is not there.
    """
    if new is not None:
        return Wish(now.releases, (*(rule for rule in now.rules if rule != new), new))
    removed = text_of(form, "remove", longest=6)
    if removed:
        at = int(removed) if removed.isdecimal() else -1
        return Wish(now.releases, tuple(rule for place, rule in enumerate(now.rules) if place != at))
    name = text_of(form, "template")
    if name:
        return _taken_over(now, name)
    return Wish(wanted(now, form), () if text_of(form, "preset") == "none" else now.rules)


def _taken_over(now: Releases, name: str) -> Wish:
    chosen = next((one for one in now.templates if one.name == name), None)
    if chosen is None:
        raise Incorrect("This template is not there any more.", german="Diese Vorlage gibt es nicht mehr.")
    if chosen.replaces:
        return Wish((), chosen.rules)
    said = [replace(rule, until=None) for rule in chosen.rules]
    kept = tuple(rule for rule in now.rules if replace(rule, until=None) not in said)
    return Wish(now.releases, (*kept, *chosen.rules))


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
        seen=matrix(now.effective),
        pairs=pairs_of(now),
        preset=preset_of(now),
        kinds=CATEGORIES,
        names=CATEGORY_NAMES,
        sensitive=SENSITIVE,
        words=Words(visit, now, CATEGORY_NAMES),
        past=history(now)[:1],
        saved=saved,
        outdated=outdated,
    )


async def rule(visit: Visit) -> Response:
    """The form for a rule, about kinds of data or about one entry of the own record (`item`, hidden)."""
    now = await visit.services.releases.current(visit.person)
    return await _rule_form(visit, now, text_of(visit.request.query_params, "item", longest=2000), FormData())


async def _rule_form(visit: Visit, now: Releases, item: str, form: FormData, wrong: str = "") -> Response:
    return visit.show(
        "releases_rule.html",
        status=400 if wrong else 200,
        now=now,
        item=item,
        title=await _title_of(visit, item) if item else "",
        form=form,
        ticked=frozenset(str(one) for one in (*form.getlist("category"), *form.getlist("purpose"))),
        kinds=CATEGORIES,
        names=CATEGORY_NAMES,
        house_kinds=[(kind, KIND_NAMES[kind]) for kind in ASKING],
        purposes=PURPOSES,
        today=visit.services.clock().astimezone(ZONE).date(),
        wrong=wrong,
    )


async def _title_of(visit: Visit, item: str) -> str:
    """What an entry of the own record is called; NotFound for what is not one."""
    kind, identity = visit.revealed(item, 2)
    for one in (await visit.services.records.record(visit.person, visit.person.patient_id or "")).items:
        if one.resource.get("resourceType") == kind and one.resource.get("id") == identity:
            return title_of(one.resource) or visit.gettext(section_of(kind))
    raise NotFound("There is no such entry.", german="Diesen Eintrag gibt es nicht.")


async def entries(visit: Visit) -> Response:
    """The entries of the own record, page by page, to choose the one that a rule is about."""
    sought = text_of(visit.request.query_params, "sought")
    page = text_of(visit.request.query_params, "page", longest=6)
    number = max(int(page), 1) if page.isdecimal() else 1
    answer = await visit.services.records.record(visit.person, visit.person.patient_id or "")
    found = [one for item in answer.items if (one := _entry(visit, item.resource)) is not None]
    fitting = [one for one in found if all(word in one.text.casefold() for word in sought.casefold().split())]
    begin = (number - 1) * ENTRIES_ON_PAGE
    return visit.show(
        "releases_entries.html",
        sought=sought,
        entries=fitting[begin : begin + ENTRIES_ON_PAGE],
        count=len(fitting),
        page=number,
        more=len(fitting) > begin + ENTRIES_ON_PAGE,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to choose: its place in addresses, what it is called, when it was."""

    key: str
    kind: str
    title: str
    when: str

    @property
    def text(self) -> str:
        """What is searched in."""
        return f"{self.title} {self.kind} {self.when}"


def _entry(visit: Visit, resource: Resource) -> Entry | None:
    kind, identity = str(resource.get("resourceType", "")), str(resource.get("id", ""))
    if kind in NO_ENTRIES or not identity:
        return None
    when = chosen_when(resource, *_WHEN)
    named = visit.gettext(section_of(kind))
    key = visit.hide(kind, identity)
    return Entry(key, named, title_of(resource) or named, visit.format.when(when) if when else "")


async def check(visit: Visit) -> Response:
    """What a change would do, before it is done; a form for a rule that says nothing comes back with what is wrong."""
    form = await visit.form()
    now = await visit.services.releases.current(visit.person)
    item = text_of(form, "item", longest=2000)
    try:
        new = None
        if text_of(form, "permit") or text_of(form, "new"):
            today = visit.services.clock().astimezone(ZONE).date()
            new = asked(now, form, "/".join(visit.revealed(item, 2)) if item else None, today)
        wish = wish_of(now, form, new)
        effective = await visit.services.releases.preview(visit.person, wish.releases, wish.rules)
    except Incorrect as error:
        if not text_of(form, "new"):
            raise
        return await _rule_form(visit, now, item, form, error.german if visit.language == "de" else error.text)
    titles = {"/".join(visit.revealed(item, 2)): await _title_of(visit, item)} if item else {}
    shown = replace(now, items={**now.items, **titles})
    return visit.show(
        "releases_check.html",
        now=now,
        changes=changes(now, now.effective, effective),
        wish=wish,
        added=_without(wish.rules, now.rules),
        removed=_without(now.rules, wish.rules),
        same=matrix(wish.releases) == matrix(now.releases) and wish.rules == now.rules,
        seen=seen_by(effective, now.receivers),
        words=Words(visit, shown, CATEGORY_NAMES),
        carry=written,
        names=CATEGORY_NAMES,
        kinds=CATEGORIES,
        version=text_of(form, "version"),
    )


async def confirm(visit: Visit) -> Response:
    """Do it; when somebody changed the releases meanwhile, show them anew instead."""
    form = await visit.form()
    now = await visit.services.releases.current(visit.person)
    rules = carried(form)

    async def change() -> Releases:
        return await visit.services.releases.change(visit.person, wanted(now, form), text_of(form, "version"), rules)

    return await _done(visit, change)


async def withdraw(visit: Visit) -> Response:
    """End every release at once, at one press."""
    version = text_of(await visit.form(), "version")
    return await _done(visit, lambda: visit.services.releases.change(visit.person, (), version))


async def undo(visit: Visit) -> Response:
    """Take the last change back, at one press."""
    version = text_of(await visit.form(), "version")
    return await _done(visit, lambda: visit.services.releases.undo(visit.person, version))


async def _done(visit: Visit, change: Callable[[], Awaitable[Releases]]) -> Response:
    try:
        await change()
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
    words = Words(visit, now, CATEGORY_NAMES)
    return visit.show("releases_history.html", past=history(now), names=CATEGORY_NAMES, words=words)
