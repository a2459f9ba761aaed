"""Which encounters of patients were under way at given moments, from the index alone."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from verbund.crypto import Hasher
from verbund.database import Connection
from verbund.fhir import type_number
from verbund.store.keys import Keys

# Encounters that took or take place (R4 valueset-encounter-status); what is planned or cancelled does not.
_REAL = ("arrived", "triaged", "in-progress", "onleave", "finished", "unknown")
_UNDER_WAY = """
select m.patient, m.moment, r.id, r.date
from unnest($1::bigint[], $2::timestamptz[]) m (patient, moment)
join lateral (
    select id, date from resource
    where patient = m.patient and type = $3 and not deleted and date <= m.moment and date > '-infinity'
      and date_end > m.moment and (keys && $4::bigint[]) is not false
) r on true
"""


class Stay(msgspec.Struct, frozen=True):
    """An encounter that began at `since` and was under way at `moment`; `encounter` is the hash of its id."""

    patient: int
    encounter: UUID
    since: datetime
    moment: datetime


async def under_way(
    connection: Connection, hasher: Hasher, moments: Iterable[tuple[int, datetime]]
) -> tuple[Stay, ...]:
    """The stays of patients (by hash) at moments, as the transaction sees them.

    Encounters without a beginning, planned, cancelled and entered in error are none.
    """
    asked = sorted(set(moments))
    if not asked:
        return ()
    patients, times = [patient for patient, _ in asked], [moment for _, moment in asked]
    keys = Keys(hasher)
    real = [keys.code("Encounter", "status", code) for code in _REAL]
    rows = await connection.fetch(_UNDER_WAY, patients, times, type_number("Encounter"), real)
    return tuple(Stay(row["patient"], row["id"], row["date"], row["moment"]) for row in rows)
