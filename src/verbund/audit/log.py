"""The log on the node's database: events go in with the act they tell of, and none comes out or changes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Protocol, Self

from verbund.audit.archiving import Archive, Range, archive_before, ranges, walk
from verbund.audit.ending import END_EVERY_SECONDS, Ending, together
from verbund.audit.evidence import Proof, proof_of
from verbund.audit.finding import Lister, archived_upto, listed_wrongly, number_archived, of_patient
from verbund.audit.grouping import Grouped
from verbund.audit.heads import (
    Cosignature,
    HeadsFile,
    SignedHead,
    append_head,
    read_heads,
    refuse_unwritable,
    roots_by_size,
    signed_head,
    sorted_heads,
)
from verbund.audit.model import Event, LoggedEvent, Page
from verbund.audit.proof import Check, Content, Row, Tip, Verdict, chain_key
from verbund.audit.proving import (
    all_cosignatures,
    consistency_of,
    cosignatures_of,
    cosigned_head,
    found_in,
    keep_cosignature,
    last_cosigned,
    path_of,
    row_of,
)
from verbund.audit.sealing import NODE, Found, opened, sealed_events, statements, with_query, without_query
from verbund.config import Clock, utc_now
from verbund.crypto import Hasher, NodeKeys, Sealer
from verbund.database import Connection, Database
from verbund.errors import Fault, Forbidden, Gone, VerbundError
from verbund.store import Companion as StoreCompanion
from verbund.store import Vault, Written

_APPEND = """
select size, peaks, chain, erased from audit_append(
    $1, $2::text::bigint[], $3::text::bigint[], $4, $5::text::integer[], $6::text::integer[], $7, $8, $9, $10,
    $11::text::bigint[])
"""
_FRONTIER = "select size, peaks, chain from audit_frontier"
_ROWS = """
select sequence, case when isfinite(at) then (extract(epoch from at) * 1000000)::bigint end,
    patient, patients::text, sealed, form, leaf, chain
from audit_event order by sequence
"""
_HEADS = "select size, root, at, signature from audit_head"
_KEEP_HEAD = "insert into audit_head (size, root, at, signature) values ($1, $2, $3, $4) on conflict do nothing"
_ROWS_AT_ONCE = 2_000
_PATIENTS_KNOWN = 50_000
HEAD_EVERY_SECONDS = 3_600.0


class Cosigning(Protocol):
    """Asks other sites to sign a head too."""

    async def __call__(self, head: SignedHead, /) -> None:
        """Return when those that answer have, after some seconds at most; never raises for who does not."""


class Describe(Protocol):
    """Says what happened once the writes are known, with the ids that they were given."""

    def __call__(self, written: Sequence[Written], /) -> Iterable[Event]:
        """The events for these writes."""


@dataclass(frozen=True, slots=True)
class Companion:
    """Logs events in the transaction of the writes that they tell of: both are there, or neither."""

    log: "AuditLog"
    describe: Describe

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """Append; from here to the end of the transaction no other can, so the log's order is that of commits."""
        await self.log.append(connection, tuple(self.describe(written)))

    @property
    def book(self) -> "AuditLog":
        """The log, which takes the events of several units at once."""
        return self.log


def _as_array(numbers: Iterable[int | None]) -> str:
    """An array as PostgreSQL reads it."""
    return f"{{{','.join(['null' if number is None else str(number) for number in numbers])}}}"


@dataclass(slots=True)
class _Batch:
    """Events as they go in together, and the patients under whose keys they are sealed."""

    events: Sequence[Event]
    contents: Sequence[Content]
    about: Sequence[int]


class AuditLog:
    """The log of one node.

    Appends take one round trip and O(log n) hashes. Any number of processes may append to one log: the row of the
    frontier, held to the end of the transaction, orders them, so the log never forks. Take it last in a transaction.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        keys: NodeKeys,
        clock: Clock,
        *,
        heads_file: Path | None = None,
        archive: Path | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._keys = keys
        self._clock = clock
        self._heads_file = heads_file
        self._hasher = Hasher(keys.index)
        self._key_of = lru_cache(_PATIENTS_KNOWN)(partial(self._hasher.key64, "Patient"))
        self._chain_key = chain_key(keys.index)
        self._tip = Tip()
        self._grouped: Grouped[Event] = Grouped(self._write)
        self._lister = Lister(database)
        self._archive = Archive(archive, keys)
        self._ending = Ending(database, keys, clock, heads_file)
        self.cosigning: Cosigning | None = None
        """Set by who knows other sites; heads are signed by this node alone until then."""

    @classmethod
    async def open(
        cls,
        database: Database,
        vault: Vault,
        keys: NodeKeys,
        *,
        clock: Clock = utc_now,
        heads_file: Path | None = None,
        archive: Path | None = None,
    ) -> Self:
        """Open the log of a migrated database; Fault when the heads file cannot be written.

        `archive` is the folder with the files of older events, where it is at hand: they are shown and checked then.

        Reads nothing yet, so that a log whose end was damaged opens too and can be checked.
        """
        if heads_file is not None:
            await asyncio.to_thread(refuse_unwritable, heads_file)
        return cls(database, vault, keys, clock, heads_file=heads_file, archive=archive)

    def companion(self, *events: Event) -> Companion:
        """Log these events with a unit of work."""
        return Companion(self, lambda _: events)

    def describing(self, describe: Describe) -> Companion:
        """Log what `describe` makes of the writes, for events that name ids which are given on writing."""
        return Companion(self, describe)

    async def record(self, *events: Event) -> None:
        """Log events of acts that change nothing; on disk when it returns. Concurrent calls share one write."""
        await self._grouped.put(events)

    async def append(self, connection: Connection, events: Sequence[Event]) -> None:
        """Append within the caller's transaction."""
        if not events:
            return
        batch = await self._sealed(connection, events)
        while not await self._fits(connection, batch):
            pass

    async def write_all(self, connection: Connection, told: Sequence[tuple[StoreCompanion, Sequence[Written]]]) -> None:
        """Append what the companions of several units say, in the order of the units, in one round trip."""
        described = [
            event
            for companion, written in told
            if isinstance(companion, Companion)
            for event in companion.describe(written)
        ]
        await self.append(connection, described)

    async def _write(self, events: Sequence[Event]) -> None:
        """Append in one statement; only when another process got there first, in a transaction that holds the end."""
        async with self._database.connection() as connection:
            batch = await self._sealed(connection, events)
            if not await self._fits(connection, batch):
                async with connection.transaction():
                    while not await self._fits(connection, batch):
                        pass

    async def _fits(self, connection: Connection, batch: _Batch) -> bool:
        """Append at the end we know of; when it is another one, learn it, held by this transaction, and say False.

        Also when a patient was erased meanwhile: then what the batch holds names that patient no more.
        """
        leaves, links, tip = self._tip.extended(self._chain_key, batch.contents)
        micros, patients, several, sealed, _ = zip(*batch.contents, strict=True)
        lengths = list(map(len, sealed))
        held = await connection.fetchrow(
            _APPEND,
            self._tip.chain,
            _as_array(micros),
            _as_array(patients),
            several if any(several) else (),
            _as_array(accumulate(lengths[:-1], initial=1)),
            _as_array(lengths),
            b"".join(sealed),
            b"".join(leaves),
            b"".join(links),
            tip.peaks,
            _as_array(batch.about),
        )
        if held is not None and held["erased"] is not None:
            with suppress(Gone):
                self._vault.refuse(held["erased"])
            anew = await self._sealed(connection, batch.events)
            batch.contents, batch.about = anew.contents, anew.about
            return False
        self._tip = tip if held is None else Tip.stored(held["size"], held["peaks"], held["chain"])
        return held is None

    async def _sealed(self, connection: Connection, events: Sequence[Event]) -> _Batch:
        """The events under their patients' keys."""
        self._lister.added(len(events))
        patients = list(map(self._patients, events))
        keys = {NODE}.union(*patients)
        if not self._vault.has(keys):
            with suppress(Gone):
                await self._vault.have(connection, keys, make=True)
        sealers = self._vault.sealers(keys)
        about = [patient for patient, sealer in sealers.items() if sealer is not None and patient != NODE]
        return _Batch(events, sealed_events(events, patients, sealers), about)

    def _patients(self, event: Event) -> list[int]:
        """The hashes of whom an event tells of."""
        if event.patient_id is not None:
            return [self._key_of(event.patient_id)]
        key_of = self._key_of
        return [key_of(patient_id) for patient_id, _ in event.patients]

    async def of_patient(
        self, patient_id: str, *, count: int = 50, before: int | None = None, for_house: bool = False
    ) -> Page:
        """The events about a patient, newest first; pages stay stable while others are added.

        With `for_house` queries are as they were asked, also where they name others. Gone when the patient was erased:
        then nobody can read them any more.
        """
        patient = self._key_of(patient_id)
        async with self._database.connection() as connection:
            upto = await archived_upto(connection)
            left_out = upto if self._archive.folder is None else 0
            found = await of_patient(connection, patient, count + 1, before, left_out)
            key = Sealer(await self._vault.key_for(connection, patient)) if found else None
            shown = [(place.sequence, place.row) for place in found[:count]]
            if any(row is None for _, row in shown):
                shown = await self._brought(connection, patient, shown)
            more = len(found) > count
            archived = await number_archived(connection, patient, left_out) if left_out and not more else 0
            house = Sealer(await self._vault.key_for(connection, NODE)) if for_house else None
        shows = without_query if house is None else partial(with_query, house=house)
        items = tuple(
            LoggedEvent(sequence, shows(opened(key, row, patient_id)))
            for sequence, row in shown
            if key is not None and row is not None
        )
        return Page(items, found[count - 1].sequence if more else None, archived)

    async def _brought(
        self, connection: Connection, patient: int, places: Sequence[tuple[int, Found | None]]
    ) -> list[tuple[int, Found | None]]:
        """The same, with those that lie in the archive, as far as their files are at hand."""
        brought = await self._archive.rows(connection, [sequence for sequence, row in places if row is None])
        return [
            (sequence, row or (None if (one := brought.get(sequence)) is None else found_in(one, patient)))
            for sequence, row in places
        ]

    async def head(self) -> SignedHead:
        """Sign the root over all events so far, and keep it in the database and in the heads file."""
        async with self._database.connection() as connection:
            tip = await _stored_tip(connection)
            head = signed_head(self._keys, tip.frontier.size, tip.frontier.root(), self._clock())
            if self._heads_file is not None:
                await asyncio.to_thread(append_head, self._heads_file, head)
            await connection.execute(_KEEP_HEAD, head.size, head.root, head.at, head.signature)
        return head

    async def prove(self, patient_id: str, sequence: int, *, site: str) -> Proof:
        """What proves one event about a patient to the patient, offline; `site` is how others call this log.

        Under the first head over the event that another site has signed; where there is none, one is signed now and
        the others are asked. NotFound where the event tells of others, Gone when the patient was erased, Unsupported
        for an event of a former version, Fault where the log was changed.
        """
        patient = self._key_of(patient_id)
        async with self._database.connection() as connection:
            proven = await row_of(connection, self._archive, patient, sequence)
            said = statements(Sealer(await self._vault.key_for(connection, patient)), proven.row, patient_id)
            head = await cosigned_head(connection, sequence)
        if head is None:
            head = await self.cosigned_now()
        async with self._database.connection() as connection:
            path = await path_of(connection, sequence, proven.leaf, head)
            others = await cosignatures_of(connection, site, head)
        return proof_of(
            site, self._keys.public(), patient_id, said, at=proven.at, path=path, head=head, cosignatures=others
        )

    async def cosigned_now(self) -> SignedHead:
        """Sign a head, and have it signed by the other sites that answer."""
        head = await self.head()
        if self.cosigning is not None:
            await self.cosigning(head)
        return head

    async def cosigned_by(self, site: str) -> int:
        """The size of the last head that another site has signed, as far as is known here; 0 for none."""
        async with self._database.connection() as connection:
            return await last_cosigned(connection, site)

    async def keep_cosignature(self, one: Cosignature) -> None:
        """Keep another site's signature; Forbidden where it does not hold."""
        if not one.holds():
            raise Forbidden(f"The signature of {one.site} under a head of this log does not hold.")
        async with self._database.connection() as connection:
            await keep_cosignature(connection, one)

    async def consistency(self, first: int, head: SignedHead) -> Sequence[bytes]:
        """That the log's first events, one at least, are the beginning of what a head is over (RFC 9162, 2.1.4)."""
        async with self._database.connection() as connection:
            return await consistency_of(connection, first, head)

    async def archive_before(self, before: datetime, folder: Path) -> list[Range]:
        """Move what was logged before a moment to files in a folder; what was moved, a range a file.

        Every proof goes on to hold. Fault where the log does not fit: it is not moved from there on.
        """
        async with self._database.dedicated() as connection:
            await connection.execute("set statement_timeout = 0")
            return await archive_before(
                connection, self._keys, before, folder, at=self._clock(), heads_file=self._heads_file
            )

    async def keep_signing(self, every_seconds: float = HEAD_EVERY_SECONDS) -> None:
        """Sign a head every hour, until cancelled; what is unavailable for a while is tried again the next time."""
        while True:
            await asyncio.sleep(every_seconds)
            with suppress(VerbundError):
                await self.cosigned_now()

    @property
    def cut_short(self) -> str | None:
        """What is wrong, once the log was found not to continue the end that was noted beside the database."""
        return self._ending.cut_short

    async def note_end(self) -> None:
        """Note beside the database how the log ends now, so that nobody cuts it off before the next head is signed."""
        await self._ending.note()

    async def keep_noting(self, every_seconds: float = END_EVERY_SECONDS) -> None:
        """Note the end every few seconds, until cancelled; what is unavailable for a while is tried again."""
        while True:
            with suppress(VerbundError, OSError):
                await self.note_end()
            await asyncio.sleep(every_seconds)

    async def close(self) -> None:
        """Write what is under way and sign the last head."""
        await self._grouped.drain()
        await self._lister.finish()
        await self.head()

    async def verify(
        self,
        progress: Callable[[int, int], None] | None = None,
        *,
        elsewhere: Sequence[SignedHead] = (),
        site: str = "",
        archive: Path | None = None,
    ) -> Verdict:
        """Recompute the whole log from its rows and hold it against its stored end and all signed heads.

        Also against the heads that other sites signed: those that were kept here, where `site` says how others call
        this log, and those that are brought from `elsewhere`; a log that was rewritten with all its keys fits no such.

        Events in the archive are looked at where its folder is at hand (`archive`, else that of the node); of others
        the hashes that stayed are, and the verdict says which.

        Reads one consistent state while others append; memory does not grow with the log. `progress` is told how many
        events of how many are done.
        """
        kept = await asyncio.to_thread(lambda: together(_kept_heads(self._heads_file), self._ending.noted()))
        async with self._database.dedicated() as connection, _snapshot(connection):
            end = await connection.fetchrow(_FRONTIER)
            stored = [SignedHead(*row) for row in await connection.fetch(_HEADS)]
            sound, complaint = sorted_heads(self._keys.public(), stored, kept)
            witnessed, stranger = self._witnessed(elsewhere, await all_cosignatures(connection, site) if site else ())
            complaint = complaint or stranger
            check = Check(self._chain_key, roots_by_size((*sound, *witnessed)))
            old = self._archive if archive is None else Archive(archive, self._keys)
            try:
                unseen = [
                    (one.first, one.last)
                    async for one in ranges(connection)
                    if not await asyncio.to_thread(walk, check, old, one)
                ]
            except Fault as error:
                return check.broken(error.text)
            async for rows in _streamed(connection):
                if not check.walk(rows):
                    break
                if progress is not None:
                    progress(check.size, end["size"] if end else 0)
            if check.verdict is None:
                complaint = complaint or await listed_wrongly(connection)
        return check.finish(tuple(end) if end else None, complaint, unseen)

    def _witnessed(
        self, elsewhere: Iterable[SignedHead], cosignatures: Iterable[tuple[str, int, Cosignature | None]]
    ) -> tuple[list[SignedHead], str | None]:
        """Heads that others have seen, and what is wrong with what is said to be one."""
        complaint, found = None, []
        for head in elsewhere:
            if head.holds(self._keys.public()):
                found.append(head)
            else:
                complaint = f"a head of {head.size} events brought from elsewhere was not signed by this node"
        for site, size, one in cosignatures:
            if one is not None:
                found.append(SignedHead(one.size, one.root, one.at, b""))
            else:
                complaint = f"the signature of {site} under the head of {size} events (audit_cosignature) was changed"
        return found, complaint


def _kept_heads(path: Path | None) -> HeadsFile:
    return HeadsFile() if path is None else read_heads(path)


async def _stored_tip(connection: Connection) -> Tip:
    row = await connection.fetchrow(_FRONTIER)
    if row is None:
        raise Fault("The end of the audit log is missing from the database. Run `verbund audit verify`.")
    return Tip.stored(*row)


@asynccontextmanager
async def _snapshot(connection: Connection) -> AsyncIterator[None]:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("set local statement_timeout = 0")
        yield


async def _streamed(connection: Connection) -> AsyncIterator[list[Row]]:
    cursor = await connection.cursor(_ROWS)
    while records := await cursor.fetch(_ROWS_AT_ONCE):
        yield [Row(*record) for record in records]
