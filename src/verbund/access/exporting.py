"""Bulk out, for the operator of the node: every present resource, logged as one act before the first goes out."""

from collections.abc import AsyncIterator, Mapping

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Principal
from verbund.store import RowFilter, and_, of_types, or_

_EXPORTED = Sentence("Daten wurden in großer Menge ausgegeben.", "Data was exported in bulk.")


async def export(ground: Ground, who: Principal, *types: str) -> AsyncIterator[Mapping[str, list[bytes]]]:
    """The JSON of all present resources of these types (all, if none is named) that may be seen.

    They come page by page as they were made, those of a page by type. Memory holds two pages, whatever the number. What
    is written meanwhile may or may not be among them.
    """
    asked = sorted(types or RESOURCE_TYPES)
    seen = {kind: (await view(ground, who, Interaction.EXPORT, kind)).within for kind in asked}
    within = or_(*(and_(of_types(*alike), rows) for rows, alike in _grouped(seen).items()))
    await ground.audit.record(event(ground, who, "export", "R", _EXPORTED, detail={"type": ",".join(types) or "*"}))
    async for page in ground.store.stream(types or None, within=within):
        yield page


def _grouped(seen: Mapping[str, RowFilter]) -> dict[RowFilter, list[str]]:
    """The types of which the same rows may be seen."""
    groups: dict[RowFilter, list[str]] = {}
    for kind, rows in seen.items():
        groups.setdefault(rows, []).append(kind)
    return groups
