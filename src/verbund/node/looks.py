"""Who looked at a patient's data at the other houses of the region, for the complete copy."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from verbund.audit import LoggedEvent
from verbund.exchange import RegionAccesses
from verbund.identity import Principal
from verbund.rights import Looks

_AT_ONCE = 200
_SILENT = frozenset({"unreachable", "refused"})


@dataclass(frozen=True, slots=True)
class OtherHouses:
    """The copy's `Region`: asks each house for itself, so that one that is down hides nothing of the others."""

    regional: RegionAccesses
    site: str

    async def accesses(self, who: Principal) -> AsyncIterator[Looks]:
        """The pages of each house's log of the patient, newest first; one without items for a house that is silent."""
        known = await self.regional.of(who, who.patient_id or "", count=1)
        for house in known.houses:
            if house.site == self.site:
                continue
            if house.state in _SILENT:
                yield Looks(house.site, house.title, None)
                continue
            async for looks in self._of(who, house.site, house.title):
                yield looks

    async def _of(self, who: Principal, site: str, title: str) -> AsyncIterator[Looks]:
        cursor: str | None = None
        while True:
            page = await self.regional.of(who, who.patient_id or "", count=_AT_ONCE, cursor=cursor, holder=site)
            if any(one.state in _SILENT for one in page.houses if one.site != self.site):
                yield Looks(site, title, None)
                return
            yield Looks(site, title, tuple(LoggedEvent(one.sequence, one.event) for one in page.accesses))
            cursor = page.next_cursor
            if cursor is None:
                return
