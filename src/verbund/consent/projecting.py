"""Consents of one patient as rows that a database can join: every case that they tell apart, over all of time.

Pure: what comes out is held against `decide` and `evaluate` by generated cases.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise, product

from verbund.consent import research
from verbund.consent.model import (
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Party,
    Provision,
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
    provisions = list(chain.from_iterable(each(consent.provision) for consent in counting))
    recipients = list(chain.from_iterable(provision.recipients for provision in provisions))
    sites = tuple(sorted({party.organisation for party in recipients if party.organisation is not None}))
    kinds = tuple(sorted({_kind(party) for party in recipients if party.organisation is None}))
    spoken = {purpose for provision in provisions for purpose in provision.purposes}
    segments = tuple(_segments(counting, provisions))
    items = tuple(sorted(items_named(counting, holder.site, holder.kind)))
    cases = [
        Case(site, kind, purposes, span, released, item)
        for item in (None, *items)
        for site, kind in product((*sites, None), (*kinds, None))
        for purposes in _alike(spoken)
        for span, released in _runs(segments, _releasing(counting, holder, (site, kind), purposes[0], item))
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


def _segments(consents: Sequence[CareConsent], provisions: Sequence[Provision]) -> Iterator[Span]:
    """Stretches within which no condition changes, from the first statement on."""
    ends = {consent.stated for consent in consents}
    first = min(ends, default=None)
    if first is None:
        return
    ends |= {end for p in provisions for end in (p.span.since, p.span.until) if end is not None and end > first}
    ordered: list[datetime | None] = [*sorted(ends), None]
    for since, until in pairwise(ordered):
        yield Span(since, until)


def _releasing(
    consents: Sequence[CareConsent],
    holder: House,
    named: tuple[str | None, str | None],
    purpose: Purpose,
    item: str | None,
) -> Callable[[datetime], DataCategory]:
    site, kind = named
    actor = ActorRef("", PHYSICIAN, site or _NOBODY, kind or _NOBODY + _NOBODY)
    patient_id = consents[0].patient_id if consents else ""

    def released(at: datetime) -> DataCategory:
        question = Question(actor, holder.site, purpose, patient_id, at, holder.kind)
        return united(ruling.categories for ruling in rule(question, consents, item) if ruling.permit)

    return released


def _runs(
    segments: Sequence[Span], released: Callable[[datetime], DataCategory]
) -> Iterator[tuple[Span, DataCategory]]:
    """Segments that fare alike joined, those that release nothing left out."""
    since: datetime | None = None
    until: datetime | None = None
    held = NONE
    for segment in segments:
        assert segment.since is not None  # noqa: S101 - segments begin with a statement
        now = released(segment.since)
        if now != held:
            if held:
                yield Span(since, segment.since), held
            since, held = segment.since, now
        until = segment.until
    if held:
        yield Span(since, until), held


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
    ends = {consent.stated for consent in counting}
    first = min(ends, default=None)
    if first is None:
        return ()
    spans = [s.span for consent in counting for s in consent.statements if s.span is not None]
    ends |= {end for span in spans for end in (span.since, span.until) if end is not None and end > first}
    ordered: list[datetime | None] = [*sorted(ends), None]
    found: list[ResearchCase] = []
    for since, until in pairwise(ordered):
        assert since is not None  # noqa: S101 - only the last end is open
        windows = research.evaluate(counting, since, encounters).windows
        found.extend(ResearchCase(window, Span(since, until)) for window in windows)
    return tuple(found)
