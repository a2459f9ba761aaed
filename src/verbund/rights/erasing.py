"""Erasure (GDPR, Article 17): what goes, what must stay and why; then the patient's data key goes, and all with it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol
from uuid import UUID

import msgspec
import structlog

from verbund.access import Extent, Stored, Write
from verbund.access.events import event
from verbund.audit import Event
from verbund.config import Clock
from verbund.consent import Purpose, Sentence
from verbund.database import Database
from verbund.errors import Conflict, NotFound, VerbundError
from verbund.identity import Principal, Role, Scopes, require_recent
from verbund.rights.ledger import Ledger
from verbund.rights.model import Kind, Request, State, Step
from verbund.rights.retention import Entry, Outcome, Table, entry_of, outcome
from verbund.rights.rules import check_answerer
from verbund.rights.service import Requests, patient_of
from verbund.store import EVERYTHING, Unit

_log = structlog.get_logger(__name__)
_AT_ONCE = 500
_CHECK_SECONDS = 3_600.0
_DONE = Sentence("Die Daten wurden gelöscht, ihr Schlüssel vernichtet.", "The data was erased, its key destroyed.")
_PART = Sentence(
    "Gelöscht wurde, was nicht aufbewahrt werden muss.",
    "What need not be kept was erased; the rest when its time ends.",
)
_KEEP = "insert into rights_erasure (patient, at, whole, resources) values ($1, $2, $3, $4) on conflict do nothing"
_FORGET = "select rights_forget($1)"
_FINISH = "update rights_erasure set finished = true where patient = $1"
_FINISHED = "select coalesce(bool_and(finished), false) from rights_erasure where patient = $1"
_LOCK = "select pg_advisory_lock(hashtext('verbund erasure'))"


class Elsewhere(Protocol):
    """What is kept of a patient outside of the record: letters between houses, enrolment, the account."""

    async def before(self, patient_id: str) -> None:
        """Prepare, while the patient is still known, what must be told to others; raises when that must wait."""

    async def forget(self, patient_id: str) -> None:
        """Remove it; repeating it changes nothing."""


class Nowhere:
    """A node of which nothing is known elsewhere."""

    async def before(self, patient_id: str) -> None:
        """Do nothing."""

    async def forget(self, patient_id: str) -> None:
        """Do nothing."""


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

    async def preview(self, who: Principal) -> Outcome:
        """What an erasure today would take of the own record, and what must stay, until when and why."""
        return await self._outcome(patient_of(who))

    async def preview_of(self, who: Principal, identity: UUID) -> Outcome:
        """The same for who answers a request."""
        return await self._outcome((await self.requests.one(who, identity)).patient_id)

    async def ask(self, who: Principal, text: str = "") -> Request:
        """Ask for it; ConfirmationNeeded unless the patient has just proved who they are (`require_recent`)."""
        require_recent(who, self._clock())
        waiting = [one for one in await self.requests.mine(who) if one.kind is Kind.ERASURE and one.state is State.OPEN]
        if waiting:
            raise Conflict("You have asked for this already.", german="Sie haben die Löschung bereits verlangt.")
        return await self.requests.ask(who, Kind.ERASURE, text)

    async def carry_out(self, who: Principal, identity: UUID, text: str = "") -> Outcome:
        """Erase what a patient asked to have erased; what it took and left.

        When nothing must stay, the patient's key is destroyed: what is sealed under it can be read nowhere any more.
        Else what may go is removed with all its former versions, and the request stays until the rest may go.
        """
        request = await self.requests.one(who, identity)
        check_answerer(who, Kind.ERASURE, self.requests.ground.site)
        if request.kind is not Kind.ERASURE or request.state is not State.OPEN:
            raise Conflict("There is nothing to erase any more.", german="Hier ist nichts mehr zu löschen.")
        return await self._carried_out(who, request, text)

    async def _carried_out(self, who: Principal, request: Request, text: str) -> Outcome:
        found = await self._outcome(request.patient_id)
        if found.whole:
            await self.erase(who, request.patient_id, len(found.erased))
        else:
            await self._erase_part(who, request, found, text)
        return found

    async def _outcome(self, patient_id: str) -> Outcome:
        entries, birth = [], None
        async for stored in self._entries(patient_id):
            resource = msgspec.json.decode(stored.body)
            entries.append(entry_of(resource, stored.date, stored.updated))
            if stored.type == "Patient":
                birth = _birth(resource.get("birthDate"))
        if not entries:
            raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
        return outcome(entries, self.table, self.house, birth, self._clock().date())

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

    async def erase(self, who: Principal, patient_id: str, resources: int) -> None:
        """Erase a patient wholly. Interrupted, `resume` brings it to its end."""
        ground = self.requests.ground
        patient, now = ground.store.patient_key(patient_id), self._clock()
        await self.elsewhere.before(patient_id)
        await ground.audit.record(self._told(who, patient_id, _DONE, resources))
        await self.ledger.add(patient, now)
        async with self._database.transaction() as connection:
            await connection.execute(_KEEP, patient, now, True, resources)
        await self.elsewhere.forget(patient_id)
        await self._gone(patient)
        # Again, now that nobody can find the patient here any more: who enrols patients may have been about it.
        await self.elsewhere.forget(patient_id)

    async def _gone(self, patient: int) -> None:
        """Destroy the key, then remove the rows; repeating it changes nothing."""
        await self.requests.ground.store.erase_known(patient)
        async with self._database.transaction() as connection:
            await connection.execute("set local statement_timeout = 0")
            await connection.execute(_FORGET, patient)
            await connection.execute(_FINISH, patient)

    async def resume(self) -> int:
        """Erase again whom the list of erasures names and who is there: after a crash, or a restored backup.

        How many were.
        """
        done = 0
        async with self._database.dedicated() as connection:
            await connection.execute(_LOCK)
            for one in await self.ledger.all():
                whole = await self.requests.ground.store.vault.is_whole(one.patient)
                if whole or not await connection.fetchval(_FINISHED, one.patient):
                    await self._gone(one.patient)
                    done += 1
        return done

    async def _erase_part(self, who: Principal, request: Request, found: Outcome, text: str) -> None:
        ground = self.requests.ground
        taken = found.erased
        for start in range(0, len(taken), _AT_ONCE):
            await self._remove(taken[start : start + _AT_ONCE])
        patient, now = ground.store.patient_key(request.patient_id), self._clock()
        left = found.next or now.date()
        async with self._database.transaction() as connection:
            held = await self.requests.book.find(connection, request.id, lock=True)
            after = held.after(Step(now, who.name, State.PARTLY, text))
            after = msgspec.structs.replace(after, due=datetime.combine(left, time(), UTC))
            await self.requests.book.change(connection, patient, after)
            await connection.execute(_KEEP, patient, now, False, len(taken))
            await ground.audit.append(connection, (self._told(who, request.patient_id, _PART, len(taken)),))

    async def _remove(self, entries: Sequence[Entry]) -> None:
        """Delete entries, so that all that follows from them goes, and then every version of them."""
        store = self.requests.ground.store
        await store.commit(Unit(tuple(Write("delete", one.type, one.id) for one in entries), (), False))
        await store.purge([(one.type, one.id) for one in entries])

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
        """Erase what was left of partial erasures once its time is over, until cancelled."""
        while True:
            try:
                await self.continue_due()
            except VerbundError as error:
                _log.info("erasures-postponed", reason=error.text)
            await asyncio.sleep(every_seconds)

    async def continue_due(self) -> int:
        """Carry on with partial erasures of which more may go now; how many there were."""
        async with self._database.connection() as connection:
            left = await self.requests.book.left(connection)
        due = [one for one in left if one.due <= self._clock()]
        for one in due:
            await self._carried_out(self._node(), one, "")
        return len(due)

    def _node(self) -> Principal:
        """The house itself, as it acts by its own rules."""
        site, title = self.requests.ground.site, self.requests.ground.title
        return Principal("node", title, Role.SYSTEM, site, title, None, Scopes(), Purpose.HOPERAT)


def _birth(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)) if isinstance(value, str) else None
    except ValueError:
        return None
