"""Consents of one patient as rows that a database can join: every case that they tell apart, over all of time.

Pure: what comes out is held against `decide` and `evaluate` by generated cases.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, product, zip_longest

from verbund.consent import research
from verbund.consent.model import (
    ActorRef,
    CareConsent,
    DataCategory,
    Party,
    Purpose,
    Question,
    Span,
)
from verbund.consent.rules import PHYSICIAN, each, items_named, rule, united

# Purposes for which a house can be given another house's record; research and the patient's own request are not.
PROJECTED = tuple(p for p in Purpose if p not in {Purpose.HRESCH, Purpose.PATRQT, Purpose.FAMRQT})
_NOBODY = "\0"


@dataclass(frozen=True, slots=True)
class House:
    """A house as a node knows itself."""

    site: str
    kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """Releases for one way of being named: a site or any other, a kind or any other; purposes that fare alike.

    `item` is the single resource that they are about, None for all that are not named one by one.
    """

    site: str | None
    kind: str | None
    purposes: tuple[Purpose, ...]
    span: Span
    released: DataCategory
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """All releases of one patient, with the sites, the kinds and the single resources here that the patient names."""

    sites: tuple[str, ...]
    kinds: tuple[str, ...]
    items: tuple[str, ...]
    cases: tuple[Case, ...]


def care_cases(consents: Sequence[CareConsent], holder: House) -> Cases:
    """What the holder may release of the patient whose consents these are."""
    counting = [consent for consent in consents if consent.active]
    if not counting:
        return Cases((), (), (), ())
    provisions = list(chain.from_iterable(each(consent.provision) for consent in counting))
    recipients = list(chain.from_iterable(provision.recipients for provision in provisions))
    sites = tuple(sorted({party.organisation for party in recipients if party.organisation is not None}))
    kinds = tuple(sorted({_kind(party) for party in recipients if party.organisation is None}))
    spoken = {purpose for provision in provisions for purpose in provision.purposes}
    stretches = tuple(_stretches(counting, (provision.span for provision in provisions)))
    items = tuple(sorted(items_named(counting, holder.site, holder.kind)))
    cases = [
        Case(site, kind, purposes, span, released, item)
        for item in (None, *items)
        for site, kind in product((*sites, None), (*kinds, None))
        for purposes in _alike(spoken)
        for span, released in _runs(stretches, _releasing(counting, holder, (site, kind), purposes[0], item))
    ]
    return Cases(sites, kinds, items, tuple(cases))


def _kind(party: Party) -> str:
    return party.kind or _NOBODY


def _alike(spoken: set[Purpose]) -> list[tuple[Purpose, ...]]:
    """Purposes in groups that no provision tells apart."""
    groups: dict[frozenset[Purpose], list[Purpose]] = {}
    for purpose in PROJECTED:
        groups.setdefault(purpose.within & spoken, []).append(purpose)
    return [tuple(group) for group in groups.values()]


def _stretches(
    consents: Sequence[CareConsent] | Sequence[research.ResearchConsent], spans: Iterable[Span]
) -> Iterator[tuple[datetime, datetime | None]]:
    """Beginnings and ends of the times within which no condition changes; the last one has no end."""
    ends = {end for span in spans for end in (span.since, span.until) if end is not None}
    marks = sorted({*(consent.stated for consent in consents), *ends})
    return zip_longest(marks, marks[1:])


def _releasing(
    consents: Sequence[CareConsent],
    holder: House,
    named: tuple[str | None, str | None],
    purpose: Purpose,
    item: str | None,
) -> Callable[[datetime], DataCategory]:
    site, kind = named
    actor = ActorRef("", PHYSICIAN, site or _NOBODY, kind or _NOBODY + _NOBODY)
    patient_id = next((consent.patient_id for consent in consents if not consent.elsewhere), "")

    def released(at: datetime) -> DataCategory:
        question = Question(actor, holder.site, purpose, patient_id, at, holder.kind)
        return united(ruling.categories for ruling in rule(question, consents, item) if ruling.permit)

    return released


def _runs(
    stretches: Iterable[tuple[datetime, datetime | None]], released: Callable[[datetime], DataCategory]
) -> Iterator[tuple[Span, DataCategory]]:
    """Stretches that fare alike joined, those that release nothing left out."""
    for held, together in groupby(stretches, key=lambda stretch: released(stretch[0])):
        if held:
            (since, until), *more = together
            yield Span(since, more[-1][1] if more else until), held


@dataclass(frozen=True, slots=True)
class ResearchCase:
    """A window of clinical dates that may be used during a stretch of time."""

    window: Span
    span: Span


def research_cases(
    consents: Sequence[research.ResearchConsent], encounters: Sequence[Span] = ()
) -> tuple[ResearchCase, ...]:
    """What research may use of the patient whose consents and encounters these are, at every time."""
    counting = [consent for consent in consents if consent.active]
    spans = (said.span for consent in counting for said in consent.statements if said.span is not None)
    return tuple(
        ResearchCase(window, Span(since, until))
        for since, until in _stretches(counting, spans)
        for window in research.evaluate(counting, since, encounters).windows
    )


def governing(cases: Sequence[ResearchCase], came: datetime | None) -> tuple[ResearchCase, ...]:
    """What governs from now on, when the latest statement came at that time: nothing of what it ended is left.

    So a clock that is set back brings back nothing that was withdrawn, and ends nothing that holds.
    """
    if came is None:
        return tuple(cases)
    left = (case for case in cases if case.span.until is None or case.span.until > came)
    return tuple(
        ResearchCase(case.window, Span(None, case.span.until))
        if case.span.since is not None and case.span.since <= came
        else case
        for case in left
    )
