"""What writes tell of beside themselves: the conditions they rest on, and the references they look up.

Whether a condition is met tells whether something is there, so it is a search and needs the right to search.
"""

from dataclasses import replace

from msgspec import structs

from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.spanning import tells_of
from verbund.access.views import view
from verbund.errors import Forbidden
from verbund.fhir import RESOURCE_TYPES, SearchQuery, reference_texts
from verbund.fhir.references import conditional
from verbund.identity import Principal
from verbund.store import RowFilter, Stored, Write

_TELLS = "A condition would tell whether others' data exists; write without one."
_TELLS_DE = "Bedingtes Schreiben ist hier nicht erlaubt."


async def checked(ground: Ground, who: Principal, write: Write, *, bounded: bool) -> Write:
    """The write with its conditions rewritten; Forbidden where it would tell more than may be searched.

    `bounded` is who may write one patient's compartment only: no condition at all is looked at for them.
    """
    if not says_conditions(write):
        return write
    conditions = [one for one in (write.if_none_exist, write.condition) if one is not None]
    types = {name for one in conditions for name in tells_of(one)} | _looked_up(write)
    if bounded and types:
        raise Forbidden(_TELLS, german=_TELLS_DE)
    for name in sorted(types):
        await view(ground, who, Interaction.SEARCH, name)
    if not conditions:
        return write
    return structs.replace(
        write,
        if_none_exist=await _rewritten(ground, write.if_none_exist),
        condition=await _rewritten(ground, write.condition),
    )


def says_conditions(write: Write) -> bool:
    """Whether a write may name conditions; False is sure."""
    return (
        write.if_none_exist is not None or write.condition is not None or (write.raw is not None and b"?" in write.raw)
    )


async def _rewritten(ground: Ground, query: SearchQuery | None) -> SearchQuery | None:
    return None if query is None else await ground.terms.rewritten(query)


def _looked_up(write: Write) -> set[str]:
    """The types of the conditional references of a resource."""
    if write.raw is None or b"?" not in write.raw:
        return set()
    found = (conditional(text) for text in reference_texts(write.raw) if "?" in text)
    return {one[0] for one in found if one is not None and one[0] in RESOURCE_TYPES}


async def fitting(ground: Ground, condition: SearchQuery, within: RowFilter) -> list[Stored]:
    """All of these rows that a condition finds now: what is deleted can be told of only before."""
    found: list[Stored] = []
    cursor: str | None = None
    while True:
        page = await ground.store.search(replace(condition, count=1000), within=within, cursor=cursor)
        found += page.matches
        cursor = page.next_cursor
        if cursor is None or len(found) > 10_000:
            return found
