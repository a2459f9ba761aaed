"""What changed, as somebody may see it now: asked by the node before it tells them anything.

Nothing is told to anybody here, so nothing is logged; what is then told is read through the gate and logged as theirs.
"""

from dataclasses import replace
from functools import lru_cache

from verbund.access.events import IN_HOUSE, event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.spanning import search_view
from verbund.access.views import view_of
from verbund.errors import Forbidden, NotFound
from verbund.fhir import SearchQuery
from verbund.fhir.search import Filter, TokenValue
from verbund.identity import Principal
from verbund.store import Stored, Unit, Write, alone_fits, stands_alone


async def versions(
    ground: Ground, who: Principal, resource_type: str, resource_id: str, version: int
) -> tuple[Stored, ...]:
    """A version and the one before it, deletions among them, as far as `who` may see them now, the newer one first."""
    try:
        within = view_of(ground, who, Interaction.READ, resource_type).within
        page = await ground.store.history(
            resource_type, resource_id, count=2, before_version=version + 1, within=within
        )
    except (Forbidden, NotFound):
        return ()
    return tuple(one for one in page.versions if one.version >= version - 1)


async def fits(ground: Ground, who: Principal, query: SearchQuery, stored: Stored) -> bool:
    """Whether a version fits a search; where that looks at other resources, whether what is there now does."""
    asked = await ground.terms.rewritten(query)
    if stands_alone(asked):
        return alone_fits(asked, stored, ground.store.known)
    try:
        seen = await search_view(ground, who, query)
    except Forbidden:
        return False
    page = await ground.store.search(_only(asked, stored.id), within=seen.within)
    return bool(page.matches)


@lru_cache(maxsize=1024)
def _only(query: SearchQuery, identity: str) -> SearchQuery:
    same = Filter("_id", "id", None, (TokenValue(None, identity, any_system=True),))
    return replace(query, filters=(*query.filters, same), count=1)


async def restate(ground: Ground, who: Principal, subscription_id: str, write: Write) -> None:
    """Write what the node itself has to say of a Subscription: its state. NotFound where it is gone."""
    said = event(ground, who, "update", "U", IN_HOUSE, entities=(f"Subscription/{subscription_id}",))
    await ground.store.commit(Unit((write,), (ground.audit.describing(lambda _: (said,)),), check_references=False))
