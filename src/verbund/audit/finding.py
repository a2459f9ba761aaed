"""Which events tell of a patient: by a list that is made in the background, and a look through what is younger."""

import asyncio
import secrets
import time
from contextlib import suppress
from typing import NamedTuple

from verbund.audit.sealing import Found
from verbund.database import Connection, Database
from verbund.errors import VerbundError

# Listing many events at once is cheap by event; looking through the young end takes a microsecond an event.
YOUNG_EVENTS = 4_000
_END = 2**63 - 1

_LIST = "select audit_list($1)"
# One statement sees one state: what is not listed in it is in the young end.
_OF_PATIENT = """
with young as (
    select sequence from audit_event
    where sequence > (select upto from audit_listed) and sequence < $2 and (patient = $1 or $1 = any(patients))
    order by sequence desc limit $3
), listed as (
    select s.sequence
    from (
        select first, sequences from audit_touched where patient = $1 and first < $2 order by first desc
    ) t cross join lateral (
        select sequence from unnest(coalesce(t.sequences, array[t.first])) sequence
        where sequence < $2 and sequence > $4 order by sequence desc
    ) s
    order by t.first desc, s.sequence desc limit $3
), found as (
    (select sequence from young) union all (select sequence from listed)
    order by sequence desc limit $3
)
select sequence, e.at, array_position(e.patients, $1) as place, e.sealed, e.form
from found left join audit_event e using (sequence) order by sequence desc
"""
_ARCHIVED = "select coalesce(max(last), 0) from audit_archive"
_IN_ARCHIVE = """
select count(*) from audit_touched, unnest(coalesce(sequences, array[first])) sequence
where patient = $1 and first <= $2 and sequence <= $2
"""
# Both sides as sums of hashes with a seed that nobody knew when the rows were written: no order is needed for that, and
# no room. What differs is looked for only when something does.
_SUMS = """
select
    (select (coalesce(sum(hashint8extended(sequence, hashint8extended(p, $1))::numeric), 0), count(*))::text
        from audit_event cross join lateral unnest(coalesce(patients, array[patient])) p
        where sequence <= upto and p is not null),
    (select (coalesce(sum(hashint8extended(sequence, hashint8extended(patient, $1))::numeric), 0), count(*))::text
        from audit_touched cross join lateral unnest(coalesce(sequences, array[first])) sequence
        where sequence > (select coalesce(max(last), 0) from audit_archive)),
    upto <= (select size from audit_frontier)
from audit_listed
"""
# Pages follow the order of the runs: `first` is the smallest of a run, and a run ends before the next one begins.
_DISORDERED = """
select min(first) from (
    select first, low, high, lead(first) over (partition by patient order by first) following
    from audit_touched cross join lateral (
        select min(sequence) low, max(sequence) high from unnest(coalesce(sequences, array[first])) sequence
    ) run
) runs
where low is distinct from first or high >= following
"""
_DIFFERENT = """
with logged as (
    select p, sequence from audit_event, audit_listed, unnest(coalesce(patients, array[patient])) p
    where sequence <= upto and p is not null
), told as (
    select patient, sequence from audit_touched, unnest(coalesce(sequences, array[first])) sequence
    where sequence > (select coalesce(max(last), 0) from audit_archive)
)
select min(sequence) from (
    (select * from logged except all select * from told) union all (select * from told except all select * from logged)
) different
"""


class Place(NamedTuple):
    """A row that tells of a patient, with its number in the log."""

    sequence: int
    row: Found | None


async def of_patient(
    connection: Connection, patient: int, count: int, before: int | None, archived: int = 0
) -> list[Place]:
    """The rows that tell of a patient by hash, newest first, those before an event; at most so many.

    Those up to `archived` are left out; others that are in the archive have no row here.
    """
    rows = await connection.fetch(_OF_PATIENT, patient, before or _END, count, archived)
    return [
        Place(row[0], None if row[3] is None else Found(row[1], None if row[2] is None else row[2] - 1, row[3], row[4]))
        for row in rows
    ]


async def archived_upto(connection: Connection) -> int:
    """The last event that lies in the archive, 0 for none."""
    return await connection.fetchval(_ARCHIVED) or 0


async def number_archived(connection: Connection, patient: int, upto: int) -> int:
    """How many events about a patient lie in the archive."""
    return await connection.fetchval(_IN_ARCHIVE, patient, upto) or 0


async def listed_wrongly(connection: Connection) -> str | None:
    """What is wrong with the list, if anything is: an event that a patient is not shown, or one that is another's."""
    sums = await connection.fetchrow(_SUMS, secrets.randbits(63))
    # A list that claims to reach beyond the log would leave out what is logged next.
    number = await connection.fetchval(_DISORDERED)
    if sums is not None and sums[0] == sums[1] and sums[2] and number is None:
        return None
    number = await connection.fetchval(_DIFFERENT) if number is None else number
    where = "" if number is None else f"; the first event about which it is wrong is {number}"
    return f"the list of the events about each patient (audit_touched, audit_listed) was changed{where}"


class Lister:
    """Lists the events of the log in the background, so that no more than some thousands are young.

    One process does it at a time; what fails for a while is done with the next.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._young = YOUNG_EVENTS  # what a former process left is looked at with the first event
        self._task: asyncio.Task[None] | None = None

    def added(self, events: int) -> None:
        """So many events were appended, or are about to be."""
        self._young += events
        if self._young >= YOUNG_EVENTS and (self._task is None or self._task.done()):
            self._young = 0
            self._task = asyncio.create_task(self._list())

    async def _list(self) -> None:
        """List until little is left, giving others as much time as it takes."""
        with suppress(VerbundError):
            while True:
                began = time.monotonic()
                async with self._database.connection() as connection:
                    left = await connection.fetchval(_LIST, YOUNG_EVENTS)
                if left is None or left < YOUNG_EVENTS:
                    return
                await asyncio.sleep(time.monotonic() - began)

    async def finish(self) -> None:
        """Wait until what is under way is done."""
        if self._task is not None:
            await asyncio.wait([self._task])
