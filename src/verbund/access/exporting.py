"""Bulk out, for the operator of the node: every present resource, logged as one act before the first goes out."""

from collections.abc import AsyncIterator

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.fhir import parse_search
from verbund.identity import Principal
from verbund.store import Stored

_EXPORTED = Sentence("Daten wurden in großer Menge ausgegeben.", "Data was exported in bulk.")
_PAGE = "1000"


async def export(ground: Ground, who: Principal, resource_type: str) -> AsyncIterator[tuple[Stored, ...]]:
    """All present resources of a type that may be seen, page by page, in the order in which they were last changed.

    Memory holds one page, whatever the number. What is written meanwhile may or may not be among them.
    """
    seen = await view(ground, who, Interaction.EXPORT, resource_type)
    await ground.audit.record(event(ground, who, "export", "R", _EXPORTED, detail={"type": resource_type}))
    query = parse_search(resource_type, [("_count", _PAGE), ("_sort", "_lastUpdated")])
    cursor: str | None = None
    while True:
        page = await ground.store.search(query, within=seen.within, cursor=cursor)
        if page.matches:
            yield page.matches
        cursor = page.next_cursor
        if cursor is None:
            return
