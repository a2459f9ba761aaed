"""Everything that a search finds, for operations that look at all of it: bounded, and refused beyond."""

from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.errors import Incorrect
from verbund.fhir import SearchQuery
from verbund.identity import Principal


async def gathered(service: Service, who: Principal, query: SearchQuery, most: int) -> list[Version]:
    """All matches in their order. Incorrect, with what to add, where there are more than `most`."""
    found: list[Version] = []
    cursor: str | None = None
    while True:
        page = await service.gate.search(who, query, cursor=cursor)
        found += page.matches
        if len(found) > most:
            raise Incorrect(f"This would look at more than {most} {query.type}. Add a criterion, such as a date.")
        cursor = page.next_cursor
        if cursor is None:
            return found
