"""Bulk in and bulk out, for the operator of the node: logged as one act each."""

from collections.abc import AsyncIterator, Callable, Iterable

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.fhir import parse_search
from verbund.identity import Principal
from verbund.store import LoadReport, Stored, Write

_LOADED = Sentence("Daten wurden in großer Menge eingelesen.", "Data was loaded in bulk.")
_EXPORTED = Sentence("Daten wurden in großer Menge ausgegeben.", "Data was exported in bulk.")
_PAGE = "1000"


async def load(
    ground: Ground, who: Principal, units: Iterable[tuple[Write, ...]], progress: Callable[[int], None] | None
) -> LoadReport:
    """Load units of writes, each all or nothing; a refused one is reported and the others load.

    A repeated load changes nothing. A consent that this node cannot honour loads as well, and denies until mended.
    """
    await view(ground, who, Interaction.IMPORT, "Patient")
    report = await ground.store.load(units, progress=progress)
    detail = {"created": str(report.created), "updated": str(report.updated), "refused": str(len(report.refused))}
    await ground.audit.record(event(ground, who, "import", "C", _LOADED, detail=detail))
    return report


async def export(ground: Ground, who: Principal, resource_type: str) -> AsyncIterator[tuple[Stored, ...]]:
    """All present resources of a type that may be seen, page by page; logged before the first page."""
    seen = await view(ground, who, Interaction.EXPORT, resource_type)
    await ground.audit.record(event(ground, who, "export", "R", _EXPORTED, query=resource_type))
    query = parse_search(resource_type, [("_count", _PAGE)])
    cursor: str | None = None
    while True:
        page = await ground.store.search(query, within=seen.within, cursor=cursor)
        if page.matches:
            yield page.matches
        cursor = page.next_cursor
        if cursor is None:
            return
