# ruff: noqa: S608 - composed of literals of this module; values are only ever bound
"""The complete copy of a record (GDPR, Articles 15 and 20): made in the background, fetched when it is ready."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import asyncpg
import msgspec
import structlog

from verbund.access import Gate
from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.crypto import Hasher, NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Fault, Forbidden, NotFound, VerbundError
from verbund.identity import Acting, Principal, Role, Scopes
from verbund.rights.archive import Archive, NoRegion, Order, Readable, Region, written
from verbund.rights.model import Copy, CopyState
from verbund.rights.service import patient_of

_log = structlog.get_logger(__name__)
KEPT_HOURS = 72
SILENT_SECONDS = 30.0
"""A copy of which nothing was heard so long is begun anew by whichever process sees it."""

_LOOK_SECONDS = 5.0
_MOST_BEGUN = 3
_CONTEXT = b"verbund copy "
_MADE = Sentence("Eine vollständige Kopie der Daten wird erstellt.", "A complete copy of the data is being made.")
_FETCHED = Sentence("Die vollständige Kopie wurde abgeholt.", "The complete copy was fetched.")
_COLUMNS = "id, state, done, whole, bytes, asked_at, expires_at"
_ADD = """
insert into rights_copy (id, patient, owner, state, sealed, asked_at, expires_at)
values ($1, $2, $3, 'making', $4, $5, $6)
"""
_MINE = (
    f"select {_COLUMNS} from rights_copy where patient = $1 and owner = $2 and expires_at > $3 order by asked_at desc"
)
_FIND = f"select {_COLUMNS} from rights_copy where id = $1 and patient = $2 and owner = $3 and expires_at > $4"
_CLAIM = """
update rights_copy set seen_at = now(), begun = begun + 1 where id = (
    select id from rights_copy
    where state = 'making' and (seen_at is null or seen_at < now() - make_interval(secs => $1))
    order by asked_at for update skip locked limit 1)
returning id, patient, sealed, begun
"""
_CLEAR = "delete from rights_copy_piece where copy = $1"
_PIECE = "insert into rights_copy_piece (copy, number, sealed) values ($1, $2, $3)"
_SEEN = """
update rights_copy set seen_at = now(), done = $2, whole = $3, bytes = $4
where id = $1 and begun = $5 and state = 'making'
"""
_END = "update rights_copy set state = $2 where id = $1 and begun = $3"
_READ = "select sealed from rights_copy_piece where copy = $1 and number = $2"
_FORGET = "delete from rights_copy where expires_at <= $1"
_DROP = "delete from rights_copy where id = $1"


class _Job(msgspec.Struct, frozen=True):
    """Who asked, as whom the copy is read, and in which language it is to be readable."""

    subject: str
    name: str
    organisation: str
    organisation_name: str
    patient_id: str
    purpose: str
    scopes: str
    language: Literal["de", "en"]
    proxy: Acting | None = None

    @property
    def who(self) -> Principal:
        """The same who asked."""
        return Principal(
            self.subject,
            self.name,
            Role.PATIENT,
            self.organisation,
            self.organisation_name,
            self.patient_id,
            Scopes.parse(self.scopes),
            self.purpose,
            proxy=self.proxy,
        )


class Copies:
    """The copies of one node. What is made lies in pieces, sealed under the patient's key, for three days.

    `run` makes them, in any number of processes, one at a time each; one that a process leaves unfinished another
    begins anew. What may be seen is asked again when it is made, so a proxy whose time is over gets nothing more.
    An app sees the copies that it asked for itself with the same scopes, and none that the patient or another made.
    """

    def __init__(self, gate: Gate, database: Database, keys: NodeKeys, readable: Readable) -> None:
        self.region: Region = NoRegion()
        """Set by who knows other houses."""
        self._gate = gate
        self._database = database
        self._hasher = Hasher(keys.index)
        self._readable = readable
        self._asked = asyncio.Event()

    @property
    def _ground(self) -> Ground:
        return self._gate.ground

    @property
    def _now(self) -> datetime:
        return self._ground.clock()

    async def ask(self, who: Principal, language: Literal["de", "en"]) -> Copy:
        """Begin a copy of the own record; one that is being made already is given instead."""
        patient_id = patient_of(who)
        ground = self._ground
        await view(ground, who, Interaction.RECORD, "Patient")
        await ground.store.read("Patient", patient_id)
        under_way = [one for one in await self.mine(who) if one.state == "making"]
        if under_way:
            return under_way[0]
        job = _Job(
            who.subject,
            who.name,
            who.organisation,
            who.organisation_name,
            patient_id,
            who.purpose,
            str(who.scopes),
            language,
            who.proxy,
        )
        identity, patient, now = uuid4(), ground.store.patient_key(patient_id), self._now
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET, now)
            await ground.store.vault.prepare(connection, [patient], make=True)
            sealed = ground.store.vault.seal(patient, msgspec.json.encode(job), _CONTEXT + identity.bytes)
            expires = now + timedelta(hours=KEPT_HOURS)
            await connection.execute(_ADD, identity, patient, self._owner(who), sealed, now, expires)
            told = event(ground, who, "copy", "E", _MADE, patient_id=patient_id, entities=(f"Patient/{patient_id}",))
            await ground.audit.append(connection, (told,))
        self._asked.set()
        return Copy(identity, "making", 0, 0, 0, now, expires)

    async def mine(self, who: Principal) -> tuple[Copy, ...]:
        """The copies that who asks has asked for and that are not gone yet, newest first."""
        patient = self._ground.store.patient_key(patient_of(who))
        async with self._database.connection() as connection:
            rows = await connection.fetch(_MINE, patient, self._owner(who), self._now)
        return tuple(map(_copy, rows))

    async def one(self, who: Principal, identity: UUID) -> Copy:
        """One of them; NotFound for any other."""
        patient = self._ground.store.patient_key(patient_of(who))
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_FIND, identity, patient, self._owner(who), self._now)
        if row is None:
            raise NotFound(
                "There is no such copy, or its time is over.", german="Diese Kopie gibt es nicht oder nicht mehr."
            )
        return _copy(row)

    async def drop(self, who: Principal, identity: UUID) -> None:
        """Remove one before its time is over."""
        await self.one(who, identity)
        async with self._database.transaction() as connection:
            await connection.execute(_DROP, identity)

    async def fetch(self, who: Principal, identity: UUID) -> tuple[Copy, AsyncIterator[bytes]]:
        """The bytes of a copy that is ready (Conflict before); each time it is fetched is in the log."""
        copy = await self.one(who, identity)
        if copy.state != "ready":
            raise Conflict("The copy is not ready yet.", german="Die Kopie ist noch nicht fertig.")
        ground, patient_id = self._ground, patient_of(who)
        entities = (f"Patient/{patient_id}",)
        await ground.audit.record(event(ground, who, "copy", "R", _FETCHED, patient_id=patient_id, entities=entities))
        return copy, self._pieces(copy.id, ground.store.patient_key(patient_id))

    async def _pieces(self, identity: UUID, patient: int) -> AsyncIterator[bytes]:
        number, vault = 0, self._ground.store.vault
        while True:
            async with self._database.connection() as connection:
                sealed = await connection.fetchval(_READ, identity, number)
                if sealed is None:
                    return
                await vault.prepare(connection, [patient], make=True)
            yield vault.unseal(patient, sealed, _piece_context(identity, number))
            number += 1

    async def run(self) -> None:
        """Make what is asked for, until cancelled."""
        while True:
            try:
                while await self.make_next():
                    pass
            except VerbundError as error:
                _log.info("copies-postponed", reason=error.text)
            self._asked.clear()
            try:
                await asyncio.wait_for(self._asked.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue

    async def make_next(self) -> bool:
        """Make the copy that waits for longest, if there is one."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(_CLAIM, SILENT_SECONDS)
        if row is None:
            return False
        making = _Making(self._database, self._ground, row)
        try:
            await making.begin()
            job = making.job
            await written(Order(self._gate, job.who, job.language, self._readable, self.region), making)
            await making.end("ready")
        except (Forbidden, NotFound) as error:
            _log.info("copy-refused", reason=error.text)
            await making.end("failed")
        except Fault:
            # What does not open is not made readable by trying for ever.
            await making.end("failed" if row["begun"] >= _MOST_BEGUN else "making")
            raise
        return True

    def _owner(self, who: Principal) -> UUID:
        """Whose copies are whose: those of an app, or of who acts for a patient, go no further than what these may
        read today."""
        app = () if who.client is None else (who.client, str(who.scopes.of_context()))
        acting = () if who.proxy is None else ("for", str(who.proxy.id), str(who.proxy.categories))
        return self._hasher.key128("copy", who.organisation, who.subject, *app, *acting)


class _Making(Archive):
    """A copy that is being made: pieces go into the database as they come, and how far it is."""

    def __init__(self, database: Database, ground: Ground, row: asyncpg.Record) -> None:
        self._database = database
        self._vault = ground.store.vault
        self._row = row
        self._number = 0
        self._size = 0
        self._done = 0
        self._whole = 0

    @property
    def _id(self) -> UUID:
        return UUID(str(self._row["id"]))

    @property
    def job(self) -> _Job:
        """What was asked for."""
        plain = self._vault.unseal(self._row["patient"], self._row["sealed"], _CONTEXT + self._id.bytes)
        return msgspec.json.decode(plain, type=_Job)

    async def begin(self) -> None:
        """Begin with nothing, whatever another process has left."""
        async with self._database.transaction() as connection:
            await self._vault.prepare(connection, [self._row["patient"]], make=True)
            await connection.execute(_CLEAR, self._id)

    async def expect(self, whole: int) -> None:
        """How many entries there will be."""
        self._whole = whole
        async with self._database.transaction() as connection:
            await self._seen(connection, 0)

    async def put(self, piece: bytes, done: int) -> None:
        """Keep a piece; `done` entries are in what was put so far. NotFound when the copy was dropped meanwhile."""
        self._done = done
        sealed = self._vault.seal(self._row["patient"], piece, _piece_context(self._id, self._number))
        async with self._database.transaction() as connection:
            await self._seen(connection, len(piece))
            await connection.execute(_PIECE, self._id, self._number, sealed)
        self._number += 1

    async def _seen(self, connection: Connection, more: int) -> None:
        self._size += more
        begun = self._row["begun"]
        done = await connection.execute(_SEEN, self._id, self._done, self._whole, self._size, begun)
        if str(done) != "UPDATE 1":
            raise NotFound("The copy was dropped, or is made by another process.")

    async def end(self, state: CopyState) -> None:
        """It is whole, or will never be, or is left to be begun anew."""
        async with self._database.transaction() as connection:
            await connection.execute(_END, self._id, state, self._row["begun"])


def _piece_context(identity: UUID, number: int) -> bytes:
    return _CONTEXT + identity.bytes + number.to_bytes(4, "big")


def _copy(row: asyncpg.Record) -> Copy:
    return Copy(row["id"], row["state"], row["done"], row["whole"], row["bytes"], row["asked_at"], row["expires_at"])
