"""Patients and the region's trust centre: enrolling them under pseudonyms, and learning which houses know them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec
import structlog

from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Incorrect, NotFound, VerbundError
from verbund.exchange import wire
from verbund.exchange.announcing import CHANNEL, announced
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.listening import Listener
from verbund.exchange.model import Handler, Message
from verbund.exchange.questions import (
    ENROL,
    FIND,
    LOCATE,
    LOCATE_MANY,
    WITHDRAW,
    EnrolReply,
    EnrolRequest,
    FindRequest,
    Located,
    LocatedMany,
    LocateManyRequest,
    LocateRequest,
    Person,
    WithdrawRequest,
)
from verbund.linkage import Demographics, Encoding, PseudonymBook, TrustCentre, encode

_log = structlog.get_logger(__name__)
_AT_ONCE = 500
LOCATED_AT_ONCE = 1_000
_ENROL_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 60.0

_NOTE = """
insert into exchange_enrolment (handle, digest) select * from unnest($1::text[], $2::bytea[])
on conflict (handle) do update set digest = excluded.digest
"""


def trust_centre_handlers(centre: TrustCentre) -> Mapping[str, Handler]:
    """What the hub answers about linkage. The site that asks is the one whose signature the message bears."""

    async def enrol(message: Message) -> bytes:
        request = wire.decoded(message.payload, EnrolRequest)
        if len(request.people) > _AT_ONCE:
            raise Incorrect(f"At most {_AT_ONCE} patients can be enrolled at once.")
        people = [(person.handle, Encoding.from_bytes(person.encoding)) for person in request.people]
        return msgspec.json.encode(EnrolReply(tuple(await centre.enrol_many(message.sender, people))))

    async def locate(message: Message) -> bytes:
        pseudonym = wire.decoded(message.payload, LocateRequest).pseudonym
        return msgspec.json.encode(Located(pseudonym, await centre.locate(pseudonym, message.sender)))

    async def locate_many(message: Message) -> bytes:
        pseudonyms = wire.decoded(message.payload, LocateManyRequest).pseudonyms
        if len(pseudonyms) > LOCATED_AT_ONCE:
            raise Incorrect(f"At most {LOCATED_AT_ONCE} pseudonyms can be asked for at once.")
        return msgspec.json.encode(LocatedMany(await centre.locate_many(pseudonyms, message.sender)))

    async def find(message: Message) -> bytes:
        encoding = Encoding.from_bytes(wire.decoded(message.payload, FindRequest).encoding)
        found = await centre.find(encoding, message.sender)
        return msgspec.json.encode(Located(None, ()) if found is None else Located(found.pseudonym, found.sites))

    async def withdraw(message: Message) -> None:
        await centre.withdraw(message.sender, wire.decoded(message.payload, WithdrawRequest).handle)

    return {ENROL: enrol, LOCATE: locate, LOCATE_MANY: locate_many, FIND: find, WITHDRAW: withdraw}


class Patients(Protocol):
    """The patients of this house, as far as linkage needs them."""

    async def demographics(self, patient_id: str) -> Demographics | None:
        """Of one patient; None when there is none (any more) or nothing to compare by."""

    def ids(self) -> AsyncIterator[str]:
        """Of all patients that are there."""


class LinkageClient:
    """Keeps this house's patients enrolled at the trust centre, and asks it where else a patient is known.

    Enrolment follows writes of every process of the node within moments (see `announcing`), survives the hub's absence
    (tried again with growing pauses), and is caught up at every start: what was enrolled is noted with a digest of its
    encoding, so that only what is new or has changed is sent. Repeating it changes nothing. Names never leave the
    house.
    """

    def __init__(
        self,
        correspondence: Correspondence,
        database: Database,
        keys: NodeKeys,
        book: PseudonymBook,
        patients: Patients,
        *,
        hub: str,
        linkage_key: bytes,
    ) -> None:
        self._correspondence = correspondence
        self._database = database
        self._book = book
        self._patients = patients
        self._hub = hub
        self._linkage_key = linkage_key
        self._keys = keys
        self._listener = Listener(database, CHANNEL, self._heard)
        self._behind = True
        self._pending: dict[str, None] = {}
        self._something = asyncio.Event()
        self._idle = asyncio.Event()
        self.enrolling = asyncio.Lock()
        """Held while pseudonyms are on their way here: who must know them, waits for it."""
        self.moved: Callable[[str, str, Sequence[str]], Awaitable[None]] | None = None
        """What is done when a patient is found under another pseudonym, held by these other houses, unheard of here."""

    def _heard(self, payload: str) -> None:
        """Patients were written, or, with no payload, some may have been unheard."""
        if payload:
            self._pending.update(dict.fromkeys(announced(payload, self._keys)))
        else:
            self._behind = True
        self._idle.clear()
        self._something.set()

    async def run(self) -> None:
        """Catch up, then follow the writes, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listener.run())
            tasks.create_task(self._follow())

    async def _follow(self) -> None:
        pause = 1.0
        while True:
            try:
                while self._behind or self._pending:
                    if self._behind:
                        self._behind = False
                        await self._catch_up()
                    await self._work()
                pause = 1.0
                self._idle.set()
                await self._something.wait()
                self._something.clear()
            except VerbundError as error:
                self._behind = True
                _log.info("enrolment-postponed", reason=error.text, seconds=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def catch_up(self) -> None:
        """Look at all patients, and return when all are enrolled; `run` must be running."""
        self._heard("")
        await self._idle.wait()

    async def pseudonym(self, patient_id: str) -> str:
        """The patient's pseudonym; a patient who is not enrolled yet is enrolled now."""
        found = await self._book.of_patient(patient_id)
        if found is None:
            await self._enrol([patient_id])
            found = await self._book.of_patient(patient_id)
        if found is None:
            raise NotFound(
                "The patient cannot be recognised in the region: name and birth date are missing.",
                german="Der Patient ist in der Region nicht auffindbar: Name und Geburtsdatum fehlen.",
            )
        return found

    async def locate(self, pseudonym: str) -> tuple[str, ...]:
        """The other houses that hold something under this pseudonym."""
        raw = await self._correspondence.ask(self._hub, LOCATE, msgspec.json.encode(LocateRequest(pseudonym)))
        return wire.decoded(raw, Located).sites

    async def locate_many(self, pseudonyms: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The same for many, as many questions as it takes; who is not held here (any more) is missing."""
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(pseudonyms), LOCATED_AT_ONCE):
            request = LocateManyRequest(tuple(pseudonyms[start : start + LOCATED_AT_ONCE]))
            raw = await self._correspondence.ask(self._hub, LOCATE_MANY, msgspec.json.encode(request))
            found |= wire.decoded(raw, LocatedMany).sites
        return found

    async def whereabouts(self, patient_id: str) -> tuple[str, tuple[str, ...]]:
        """The patient's pseudonym, and the other houses that hold something under it.

        A pseudonym that the trust centre knows no more, because this house was told of a change before its backup was
        restored, is asked for anew.
        """
        pseudonym = await self.pseudonym(patient_id)
        try:
            return pseudonym, await self.locate(pseudonym)
        except NotFound:
            await self._forget_digest(self._book.handle_of(patient_id))
            await self._enrol([patient_id])
        present = await self.pseudonym(patient_id)
        sites = await self.locate(present)
        if present != pseudonym and self.moved is not None:
            await self.moved(patient_id, present, sites)
        return present, sites

    async def look_again(self, handle: str) -> None:
        """Enrol the patient of this handle anew, whoever it is."""
        await self._forget_digest(handle)
        self._heard("")

    async def _forget_digest(self, handle: str) -> None:
        async with self._database.connection() as connection:
            await connection.execute("delete from exchange_enrolment where handle = $1", handle)

    async def find(self, person: Demographics) -> Located:
        """The pseudonym and houses of a person who is not a patient of this house; nothing is enrolled."""
        request = FindRequest(encode(person, self._linkage_key).to_bytes())
        return wire.decoded(await self._correspondence.ask(self._hub, FIND, msgspec.json.encode(request)), Located)

    async def _catch_up(self) -> None:
        async with self._database.connection() as connection:
            gone = {row["handle"] for row in await connection.fetch("select handle from exchange_enrolment")}
        async for patient_id in self._patients.ids():
            gone.discard(self._book.handle_of(patient_id))
            self._pending[patient_id] = None
        for handle in gone:
            await self._withdraw(handle)

    async def _work(self) -> None:
        while self._pending:
            batch = list(self._pending)[:_AT_ONCE]
            await self._enrol(batch)
            for patient_id in batch:
                self._pending.pop(patient_id, None)

    async def _enrol(self, patient_ids: Sequence[str]) -> None:
        """Enrol those of the batch whose encoding is not enrolled already; withdraw those who are gone."""
        async with self.enrolling:
            await self._enrol_now(patient_ids)

    async def _enrol_now(self, patient_ids: Sequence[str]) -> None:
        people: dict[str, tuple[Person, bytes]] = {}
        for patient_id in patient_ids:
            person = await self._patients.demographics(patient_id)
            handle = self._book.handle_of(patient_id)
            if person is None:
                await self._withdraw(handle)
                continue
            encoding = encode(person, self._linkage_key).to_bytes()
            people[patient_id] = (Person(handle, encoding), blake2b(encoding, digest_size=16).digest())
        new = await self._new(people)
        if new:
            request = EnrolRequest(tuple(person for person, _ in new.values()))
            raw = await self._correspondence.ask(
                self._hub, ENROL, msgspec.json.encode(request), timeout_seconds=_ENROL_SECONDS
            )
            pseudonyms = wire.decoded(raw, EnrolReply).pseudonyms
            if len(pseudonyms) != len(new):
                raise Incorrect(f"{self._hub} answered with {len(pseudonyms)} pseudonyms for {len(new)} patients.")
            await self._book.set_many(list(zip(new, pseudonyms, strict=True)))
            await self._note(list(new.values()))

    async def _new(self, people: Mapping[str, tuple[Person, bytes]]) -> dict[str, tuple[Person, bytes]]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select handle, digest from exchange_enrolment where handle = any($1::text[])",
                [person.handle for person, _ in people.values()],
            )
        noted = {row["handle"]: row["digest"] for row in rows}
        return {
            patient_id: (person, digest)
            for patient_id, (person, digest) in people.items()
            if noted.get(person.handle) != digest
        }

    async def _note(self, enrolled: Sequence[tuple[Person, bytes]]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(
                _NOTE, [person.handle for person, _ in enrolled], [digest for _, digest in enrolled]
            )

    async def _withdraw(self, handle: str) -> None:
        async with self._database.connection() as connection:
            noted = await connection.fetchval("select true from exchange_enrolment where handle = $1", handle)
        if noted:
            await self._correspondence.ask(self._hub, WITHDRAW, msgspec.json.encode(WithdrawRequest(handle)))
            async with self._database.connection() as connection:
                await connection.execute("delete from exchange_enrolment where handle = $1", handle)
