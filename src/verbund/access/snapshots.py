"""Bulk out, slice by slice: the node as it was at one moment, for who may export it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from verbund.access.events import event, reference, touching
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.audit import Event
from verbund.consent import Sentence
from verbund.fhir import RESOURCE_TYPES, SearchQuery
from verbund.identity import Principal
from verbund.store import EVERYTHING, WITH_PATIENT, RowFilter, Slice, Stored, alone_fits, and_, of_patients

_EXPORTED = Sentence("Daten wurden in großer Menge ausgegeben.", "Data was exported in bulk.")
_BEGUN = Sentence("Eine Ausgabe in großer Menge wurde begonnen.", "A bulk export was begun.")


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the node is exported: as it was at `at`, what was made from `since` on.

    Of a type that `queries` search, only what fits at least one of them. `patients` are the ids of the patients whose
    data it is, None where data of nobody goes out as well; with `any_patient`, everybody's and only patients' data.
    """

    at: datetime
    since: datetime | None = None
    patients: tuple[str, ...] | None = None
    any_patient: bool = False
    queries: tuple[SearchQuery, ...] = ()


async def begin(ground: Ground, who: Principal, types: Sequence[str], request: str) -> datetime:
    """The moment that an export begun now shows; Forbidden where one of the types may not be exported. Logged."""
    for kind in types or sorted(RESOURCE_TYPES):
        await view(ground, who, Interaction.EXPORT, kind)
    await ground.audit.record(event(ground, who, "export", "E", _BEGUN, query=request))
    return await ground.store.snapshots.moment()


async def slices(ground: Ground, who: Principal, types: Collection[str], at: datetime, size: int) -> list[Slice]:
    """Slices that together hold the types, as far as they may be exported."""
    for kind in types:
        await view(ground, who, Interaction.EXPORT, kind)
    return await ground.store.snapshots.slices(sorted(types), at, size)


async def read(ground: Ground, who: Principal, part: Slice, selection: Selection) -> AsyncIterator[list[bytes]]:
    """The JSON of what of a slice may be seen now, in batches; logged before the first goes out.

    Where the patients are named whose data it is, each finds it in the own log.
    """
    within = await _within(ground, who, part.type, selection)
    detail = {"type": part.type, "at": selection.at.isoformat()}
    await ground.audit.record(await _told(ground, who, selection, detail))
    queries = [await ground.terms.rewritten(query) for query in selection.queries if query.type == part.type]
    known = ground.store.known
    if not queries:
        async for lines in ground.store.snapshots.lines(part, within=within, at=selection.at, since=selection.since):
            yield lines
        return
    async for batch in ground.store.snapshots.read(part, within=within, at=selection.at, since=selection.since):
        yield [one.body for one in batch if any(alone_fits(query, one, known) for query in queries)]


async def deleted(
    ground: Ground, who: Principal, types: Sequence[str], selection: Selection
) -> AsyncIterator[list[Stored]]:
    """What was deleted since `selection.since`, in batches; logged before the first goes out."""
    if selection.since is None:
        return
    await ground.audit.record(await _told(ground, who, selection, {"deleted": ",".join(types)}))
    for kind in types:
        within = await _within(ground, who, kind, selection)
        async for batch in ground.store.snapshots.deleted(
            [kind], within=within, at=selection.at, since=selection.since
        ):
            yield batch


async def _told(ground: Ground, who: Principal, selection: Selection, detail: Mapping[str, str]) -> Event:
    """The one act, with those patients of this house who are named."""
    common = event(ground, who, "export", "R", _EXPORTED, detail=detail)
    named = [("Patient", one) for one in selection.patients or ()]
    there = await ground.store.read_together(named, within=EVERYTHING) if named else ()
    touched: dict[str | None, list[str]] = {one.id: [reference(one)] for one in there if one is not None}
    return touching(common, touched) if touched else common


async def _within(ground: Ground, who: Principal, kind: str, selection: Selection) -> RowFilter:
    seen = (await view(ground, who, Interaction.EXPORT, kind)).within
    if selection.patients is not None:
        return and_(of_patients(map(ground.store.patient_key, selection.patients)), seen)
    return and_(WITH_PATIENT, seen) if selection.any_patient else seen
