"""The portal's `Glass`: records that are opened with a reason, through the gate."""

from datetime import date

from verbund.access import Gate, Sought
from verbund.identity import Principal
from verbund.portal.openings import OpenedRecord


class GlassDesk:
    """Opens records of the own house."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def open(self, who: Principal, family: str, given: str, born: date, reason: str) -> str:
        """The id of the patient whose record is open now."""
        return (await self._gate.open_record(who, Sought(family, given, born), reason)).patient_id

    async def opened(self, who: Principal, before: int | None) -> tuple[tuple[OpenedRecord, ...], int | None]:
        """What was opened, the latest first."""
        page = await self._gate.openings(who, before=before)
        found = [
            OpenedRecord(one.patient_id, one.person, one.role, one.reason, one.since, one.until) for one in page.items
        ]
        return tuple(found), page.before
