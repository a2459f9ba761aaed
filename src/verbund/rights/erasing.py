"""Erasure (GDPR, Article 17): what goes, what must stay and why, decided on the record as it is at that moment."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

import msgspec
import structlog

from verbund.access import Extent, Stored, Write
from verbund.access.events import event
from verbund.access.views import check_whole
from verbund.audit import Event
from verbund.config import Clock
from verbund.consent import Purpose, Sentence
from verbund.database import Connection, Database
from verbund.errors import Conflict, VerbundError
from verbund.identity import Principal, Role, Scopes, require_recent
from verbund.rights.forgetting import Elsewhere, Forgetting
from verbund.rights.ledger import Erased, Ledger
from verbund.rights.model import Kind, Request, State, Step
from verbund.rights.retention import Outcome, Table, entry_of, outcome
from verbund.rights.rules import check_answerer
from verbund.rights.service import Requests, patient_of
from verbund.store import EVERYTHING, Unit

_log = structlog.get_logger(__name__)
_AT_ONCE = 500
_CHECK_SECONDS = 3_600.0
_FORESEEN = Sentence(
    "Vorschau: was bei einer Löschung ginge und was bleiben müsste.",
    "A preview: what an erasure would take and what must stay.",
)
_DONE = Sentence("Die Daten wurden gelöscht, ihr Schlüssel vernichtet.", "The data was erased, its key destroyed.")
_PART = Sentence(
    "Gelöscht wurde, was nicht aufbewahrt werden muss.",
    "What need not be kept was erased; the rest when its time ends.",
)
_KEEP_PART = (
    "insert into rights_erasure (patient, at, whole, resources) values ($1, $2, false, $3) on conflict do nothing"
)
# Which versions a record consists of, in one value: it is another one after every write.
_STAND = """
select md5(string_agg(row || ' ' || version, ',' order by row)) from resource where patient = $1 and not deleted
"""


@dataclass(frozen=True, slots=True)
class Look:
    """A record as it was read: what an erasure takes and leaves, its entries' versions, and its stand at that time."""

    outcome: Outcome
    versions: Mapping[str, int]
    stand: str | None

    @property
    def going(self) -> Mapping[str, int]:
        """What goes, by reference, in the version that was looked at."""
        return {name: self.versions[name] for name in (f"{one.type}/{one.id}" for one in self.outcome.erased)}


@dataclass(frozen=True, slots=True)
class Erasures:
    """The erasures of one house of a kind, by its table of what must be kept."""

    requests: Requests
    table: Table
    house: str
    ledger: Ledger
    elsewhere: Elsewhere

    @property
    def _database(self) -> Database:
        return self.requests.database

    @property
    def _clock(self) -> Clock:
        return self.requests.ground.clock

    @property
    def _forgetting(self) -> Forgetting:
        return Forgetting(self._database, self.requests.ground.store, self.ledger, self.elsewhere)

    async def preview(self, who: Principal) -> Outcome:
        """What an erasure today would take of the own record, and what must stay, until when and why; logged.

        Forbidden, as asking for it, for who acts for the patient as to some kinds of data only.
        """
        patient_id = _whose(who)
        outcome = (await self._look(patient_id)).outcome
        ground, named = self.requests.ground, (f"Patient/{patient_id}",)
        await ground.audit.record(event(ground, who, "record", "R", _FORESEEN, patient_id=patient_id, entities=named))
        return outcome

    async def preview_of(self, who: Principal, identity: UUID) -> Outcome:
        """The same for who answers a request."""
        return (await self._look((await self.requests.one(who, identity)).patient_id)).outcome

    async def ask(self, who: Principal, text: str = "") -> Request:
        """Ask for it; ConfirmationNeeded unless the patient has just proved who they are (`require_recent`)."""
        _whose(who)
        require_recent(who, self._clock())
        waiting = [one for one in await self.requests.mine(who) if one.kind is Kind.ERASURE and one.state is State.OPEN]
        if waiting:
            raise Conflict("You have asked for this already.", german="Sie haben die Löschung bereits verlangt.")
        return await self.requests.ask(who, Kind.ERASURE, text)

    async def carry_out(self, who: Principal, identity: UUID, text: str = "") -> Outcome:
        """Erase what a patient asked to have erased; what it took and left.

        When nothing must stay, the patient's key is destroyed: what is sealed under it can be read nowhere any more.
        Else what may go is removed with all its former versions, and the request stays until the rest may go.
        Conflict when the request was taken back or the record changed meanwhile: then nothing was erased. So it is with
        ConfirmationNeeded, for who has not just proved who they are.
        """
        request = await self.requests.one(who, identity)
        check_answerer(who, Kind.ERASURE, self.requests.ground.site)
        require_recent(who, self._clock())
        if request.kind is not Kind.ERASURE or request.state is not State.OPEN:
            raise _nothing_left()
        return await self._carried_out(who, request, text)

    async def _carried_out(self, who: Principal, request: Request, text: str) -> Outcome:
        look = await self._look(request.patient_id)
        if look.outcome.whole:
            await self._erase_all(who, request, look, text)
        else:
            await self._erase_part(who, request, look, text)
        return look.outcome

    async def _look(self, patient_id: str) -> Look:
        """The record now. What is written while it is read changes its stand; of what is not there, all may go."""
        stand = await self._stand(patient_id)
        entries, versions, birth = [], {}, None
        async for stored in self._entries(patient_id):
            resource = msgspec.json.decode(stored.body)
            entries.append(entry_of(resource, stored.date, stored.updated))
            versions[f"{stored.type}/{stored.id}"] = stored.version
            if stored.type == "Patient":
                birth = _birth(resource.get("birthDate"))
        return Look(outcome(entries, self.table, self.house, birth, self._clock().date()), versions, stand)

    async def _stand(self, patient_id: str) -> str | None:
        async with self._database.connection() as connection:
            return await self._stand_in(connection, patient_id)

    async def _stand_in(self, connection: Connection, patient_id: str) -> str | None:
        found: str | None = await connection.fetchval(_STAND, self.requests.ground.store.patient_key(patient_id))
        return found

    async def _entries(self, patient_id: str) -> AsyncIterator[Stored]:
        cursor: str | None = None
        store = self.requests.ground.store
        while True:
            page = await store.everything(
                patient_id, Extent(), within=EVERYTHING, shared=EVERYTHING, count=_AT_ONCE, cursor=cursor
            )
            for stored in page.matches:
                yield stored
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _erase_all(self, who: Principal, request: Request, look: Look, text: str) -> None:
        """Decide that all goes, telling other houses and the log in the same act; then it goes."""
        told = await self.elsewhere.before(request.patient_id)
        async with self._database.transaction() as connection:
            erased = await self._decided(connection, who, request, look, text)
            for one in told:
                await one.write(connection, ())
        await self._forgetting.forget(erased, request.patient_id)

    async def _decided(self, connection: Connection, who: Principal, request: Request, look: Look, text: str) -> Erased:
        """From the commit on nobody takes the request back: it is brought to its end, whatever comes between."""
        held, now, taken = await self._held(connection, request, look), self._clock(), len(look.outcome.erased)
        ground = self.requests.ground
        after = held.after(Step(now, who.name, State.ACCEPTED, text))
        await self.requests.book.change(connection, ground.store.patient_key(request.patient_id), after)
        erased = await self._forgetting.decide(connection, request.patient_id, now, taken)
        await ground.audit.append(connection, (self._told(who, request.patient_id, _DONE, taken),))
        return erased

    async def _held(self, connection: Connection, request: Request, look: Look) -> Request:
        """The request, locked, as it was read; Conflict when it was taken back, or anything written, since."""
        held = await self.requests.book.find(connection, request.id, lock=True)
        if held.state is not request.state:
            raise _nothing_left()
        if await self._stand_in(connection, request.patient_id) != look.stand:
            raise Conflict(
                "The record changed at this moment, and nothing was erased. Look at the request again.",
                german="Die Akte hat sich in diesem Augenblick geändert, es wurde nichts gelöscht. Bitte sehen Sie das "
                "Anliegen erneut an.",
            )
        return held

    async def resume(self) -> int:
        """Bring whole erasures to their end that were cut off, or that a restored backup has undone; how many."""
        return await self._forgetting.resume()

    async def _erase_part(self, who: Principal, request: Request, look: Look, text: str) -> None:
        """Decide, and remove what may go. Until that is done the request is due: cut off, it is taken up again."""
        book, now = self.requests.book, self._clock()
        patient = self.requests.ground.store.patient_key(request.patient_id)
        async with self._database.transaction() as connection:
            held = await self._held(connection, request, look)
            going = tuple(dict.fromkeys((*held.going, *look.going)))
            after = held.after(Step(now, who.name, State.PARTLY, text))
            await book.change(connection, patient, msgspec.structs.replace(after, due=now, going=going))
            await connection.execute(_KEEP_PART, patient, now, len(look.going))
            told = self._told(who, request.patient_id, _PART, len(look.going))
            await self.requests.ground.audit.append(connection, (told,))
        await self._remove(going, look.going)
        due = datetime.combine(look.outcome.next or now.date(), time(), UTC)
        async with self._database.transaction() as connection:
            held = await book.find(connection, request.id, lock=True)
            await book.change(connection, patient, msgspec.structs.replace(held, due=due, going=()))

    async def _remove(self, going: Sequence[str], versions: Mapping[str, int]) -> None:
        """Delete entries, so that all that follows from them goes, and then every version of them.

        Of those without a version, which an erasure that was cut off has deleted, the versions go. Outdated for one
        that was changed since it was looked at.
        """
        store = self.requests.ground.store
        for start in range(0, len(going), _AT_ONCE):
            names = going[start : start + _AT_ONCE]
            writes = [_deletion(name, versions[name]) for name in names if name in versions]
            if writes:
                await store.commit(Unit(tuple(writes), (), False))
            await store.purge([_divided(name) for name in names])

    def _told(self, who: Principal, patient_id: str, reason: Sentence, resources: int) -> Event:
        return event(
            self.requests.ground,
            who,
            "erasure",
            "D",
            reason,
            patient_id=patient_id,
            entities=(f"Patient/{patient_id}",),
            detail={"items": str(resources)},
        )

    async def run(self, every_seconds: float = _CHECK_SECONDS) -> None:
        """Bring to their end what was cut off, and what is left of partial erasures whose time is over, until
        cancelled."""
        while True:
            for deed in (self.resume, self.continue_due):
                try:
                    await deed()
                except VerbundError as error:
                    _log.warning("erasures-postponed", reason=error.text)
            await asyncio.sleep(every_seconds)

    async def continue_due(self) -> int:
        """Carry on with partial erasures of which more may go now; how many were. One that fails waits for the next
        time, and none of the others for it."""
        async with self._database.connection() as connection:
            left = await self.requests.book.left(connection)
        done = 0
        for one in [one for one in left if one.due <= self._clock()]:
            try:
                await self._carried_out(self._node(), one, "")
                done += 1
            except Exception as error:  # noqa: BLE001 - whatever it was, the others go on
                # Its type only: its text may name a patient.
                _log.warning("erasure-postponed", request=str(one.id), error=type(error).__name__)
        return done

    def _node(self) -> Principal:
        """The house itself, as it acts by its own rules."""
        site, title = self.requests.ground.site, self.requests.ground.title
        return Principal("node", title, Role.SYSTEM, site, title, None, Scopes(), Purpose.HOPERAT)


def _whose(who: Principal) -> str:
    patient_id = patient_of(who)
    check_whole(who)
    return patient_id


def _nothing_left() -> Conflict:
    return Conflict("There is nothing to erase any more.", german="Hier ist nichts mehr zu löschen.")


def _deletion(reference: str, version: int) -> Write:
    kind, identity = _divided(reference)
    return Write("delete", kind, identity, if_match=version)


def _divided(reference: str) -> tuple[str, str]:
    kind, _, identity = reference.partition("/")
    return kind, identity


def _birth(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if isinstance(value, str) else None
    except ValueError:
        return None
