"""Requests of patients: asked, seen, taken back, and answered by the house; each step is in the log with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import msgspec

from verbund.access import Gate, Stored, Write
from verbund.access.events import IN_HOUSE, event
from verbund.access.ground import Ground
from verbund.audit import Event
from verbund.consent import ALL, DataCategory, Sentence
from verbund.database import Connection, Database
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound
from verbund.fhir import decode
from verbund.fhir.stamping import instant
from verbund.identity import Principal, Role
from verbund.rights import restricting, tracing
from verbund.rights.book import RequestBook
from verbund.rights.model import Answer, Kind, Request, RequestPage, State, Step
from verbund.rights.rules import (
    ANSWERERS,
    MOST_WAITING,
    check_answerer,
    check_text,
    due_of,
    following,
    withdrawn,
)
from verbund.store import Unit

_SAID: Mapping[State, Sentence] = {
    State.OPEN: Sentence("Die Patientin oder der Patient hat es verlangt.", "The patient asked for it."),
    State.ACCEPTED: Sentence("Das Haus ist dem Verlangen gefolgt.", "The house did as the patient asked."),
    State.REFUSED: Sentence("Das Haus hat es mit Begründung abgelehnt.", "The house refused it, with a reason."),
    State.WITHDRAWN: Sentence("Die Patientin oder der Patient hat es zurückgenommen.", "The patient took it back."),
    State.ENDED: Sentence("Die Einschränkung ist beendet.", "The restriction has ended."),
    State.PARTLY: Sentence("Ein Teil wurde gelöscht.", "A part was erased."),
}
_NO_RECORD = NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")


def patient_of(who: Principal) -> str:
    """Whose rights somebody uses: the own, or those of who is acted for with the right to decide; else Forbidden."""
    if who.role is not Role.PATIENT or who.patient_id is None or not (who.proxy is None or who.proxy.decides):
        raise Forbidden(
            "Only patients ask this of their own data.",
            german="Das können nur Patientinnen und Patienten für ihre eigenen Daten verlangen.",
        )
    return who.patient_id


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of one house. Errors are those of `verbund.errors`; what must not be seen is NotFound."""

    gate: Gate
    database: Database

    @property
    def ground(self) -> Ground:
        """The services behind the gate."""
        return self.gate.ground

    @property
    def book(self) -> RequestBook:
        """The table of requests."""
        return RequestBook(self.ground.store.vault)

    async def ask(
        self,
        who: Principal,
        kind: Kind,
        text: str,
        *,
        about: str | None = None,
        categories: DataCategory = ALL,
    ) -> Request:
        """A new request of the patient who asks.

        A correction needs a text and the entry that it is `about` (`Observation/7`), of the own record. Busy bodies are
        slowed: Conflict when too many of one patient wait.
        """
        patient_id = patient_of(who)
        said = check_text(text, needed=kind is Kind.CORRECTION)
        entry = await self._entry(who, about) if kind is Kind.CORRECTION else None
        now = self.ground.clock()
        request = Request(
            id=uuid4(),
            kind=kind,
            state=State.OPEN,
            patient_id=patient_id,
            asked_at=now,
            asked_by=who.name,
            due=due_of(now),
            text=said,
            about=about if entry else None,
            version=entry.version if entry else 0,
            categories=int(categories) if kind is Kind.RESTRICTION else 0,
        )
        patient = self.ground.store.patient_key(patient_id)
        async with self.database.transaction() as connection:
            if await self.book.waiting_of(connection, patient) >= MOST_WAITING:
                raise Conflict(
                    "Many of your requests wait for an answer already; wait for those first.",
                    german="Viele Ihrer Anliegen warten schon auf Antwort. Bitte warten Sie diese zuerst ab.",
                )
            await self.book.add(connection, patient, request)
            await self.ground.audit.append(connection, (self._told(who, request, "C"),))
        return request

    async def _entry(self, who: Principal, about: str | None) -> Stored:
        kind, _, identity = (about or "").partition("/")
        if not kind or not identity:
            raise Incorrect("Name the entry that is wrong.", german="Wählen Sie den Eintrag, der falsch ist.")
        found = await self.gate.read(who, kind, identity)
        if found.patient != self.ground.store.patient_key(patient_of(who)):
            raise _NO_RECORD
        return found

    async def mine(self, who: Principal) -> tuple[Request, ...]:
        """The requests of the patient who asks, newest first."""
        patient = self.ground.store.patient_key(patient_of(who))
        async with self.database.connection() as connection:
            return await self.book.of_patient(connection, patient)

    async def withdraw(self, who: Principal, identity: UUID) -> Request:
        """Take an own request back; a restriction in force ends."""
        patient_id = patient_of(who)
        async with self.database.transaction() as connection:
            request = await self.book.find(connection, identity, lock=True)
            if request.patient_id != patient_id:
                raise NotFound("There is no such request here.", german="Dieses Anliegen gibt es hier nicht.")
            state = withdrawn(request.kind, request.state)
            return await self._step(connection, who, request, state, "")

    async def waiting(self, who: Principal, *, count: int = 50, cursor: str | None = None) -> RequestPage:
        """A page of what waits for the house, longest first, as far as `who` answers it."""
        kinds = [kind for kind in Kind if who.organisation == self.ground.site and who.role in ANSWERERS[kind]]
        if not kinds:
            check_answerer(who, Kind.CORRECTION, self.ground.site)
        async with self.database.connection() as connection:
            page = await self.book.waiting(connection, kinds, count=count, cursor=cursor)
        shown = [one for one in page.requests if await self._may_see(who, one)]
        await self.ground.audit.record(*(self._told(who, one, "R") for one in shown))
        return RequestPage(tuple(shown), page.next_cursor)

    async def one(self, who: Principal, identity: UUID) -> Request:
        """A request as who answers it sees it."""
        async with self.database.connection() as connection:
            request = await self.book.find(connection, identity)
        check_answerer(who, request.kind, self.ground.site)
        if not await self._may_see(who, request):
            raise NotFound("There is no such request here.", german="Dieses Anliegen gibt es hier nicht.")
        await self.ground.audit.record(self._told(who, request, "R"))
        return request

    async def _may_see(self, who: Principal, request: Request) -> bool:
        """Stewards see all; who treats sees those about records that they may read."""
        if who.role is Role.STEWARD:
            return True
        try:
            await self.gate.read(who, "Patient", request.patient_id)
        except (NotFound, Forbidden):
            return False
        return True

    async def answer(self, who: Principal, identity: UUID, answer: Answer, text: str) -> Request:
        """What the house says: a refusal and the end of a restriction need their reason.

        `corrected` is believed only when the entry has changed since the request (Conflict otherwise), and a Provenance
        says which version holds it; `supplemented` adds the patient's words to the entry as a note (Article 16, second
        sentence), or beside an entry that has no place for one. An erasure is carried out by `Erasures`, not here.
        """
        request = await self.one(who, identity)
        state = following(request.kind, request.state, answer)
        if request.kind is Kind.ERASURE and state is State.ACCEPTED:
            raise Incorrect("An erasure is carried out, not only accepted.")
        said = check_text(text, needed=answer in {"refused", "ended"})
        if answer == "corrected":
            await self._corrected(who, request)
        if answer == "supplemented":
            await self._supplement(who, request)
        async with self.database.transaction() as connection:
            held = await self.book.find(connection, identity, lock=True)
            return await self._step(connection, who, held, following(held.kind, held.state, answer), said)

    async def _corrected(self, who: Principal, request: Request) -> None:
        """Say in the record which version holds the correction; Conflict while the entry is as it was."""
        kind, _, identity = (request.about or "").partition("/")
        try:
            stored = await self.ground.store.read(kind, identity)
        except NotFound:
            return
        if stored.version <= request.version:
            raise Conflict(
                "The entry is as it was; correct it in the record first, or add the patient's words to it.",
                german="Der Eintrag ist unverändert. Berichtigen Sie ihn zuerst in der Akte oder ergänzen Sie die "
                "Angaben der Patientin oder des Patienten.",
            )
        said = self._provenance(who, request, stored.version)
        told = event(self.ground, who, "create", "C", IN_HOUSE, patient_id=request.patient_id, entities=("Provenance",))
        await self.ground.store.commit(Unit((said,), (self.ground.audit.companion(told),), check_references=False))

    async def _supplement(self, who: Principal, request: Request) -> None:
        kind, _, identity = (request.about or "").partition("/")
        stored = await self.ground.store.read(kind, identity)
        if "note" not in type(decode(stored.body)).__struct_fields__:
            beside = Write("create", "Communication", raw=msgspec.json.encode(tracing.statement(request)))
            await self.gate.commit(who, (beside,), check_references=False)
            return

        def noted(raw: bytes) -> bytes:
            value = msgspec.json.decode(raw)
            value["note"] = [*value.get("note", ()), tracing.note(request)]
            return msgspec.json.encode(value)

        writes = (
            Write("patch", kind, identity, patch=noted, if_match=stored.version),
            self._provenance(who, request, stored.version + 1),
        )
        await self.gate.commit(who, writes, check_references=False)

    def _provenance(self, who: Principal, request: Request, version: int) -> Write:
        by: dict[str, object] = {"display": who.name}
        if who.practitioner_id is not None:
            by["reference"] = f"Practitioner/{who.practitioner_id}"
        made = tracing.provenance(request, version, by, instant(self.ground.clock()))
        return Write("create", "Provenance", raw=msgspec.json.encode(made))

    async def _step(self, connection: Connection, who: Principal, request: Request, state: State, text: str) -> Request:
        """Enter what was done, with what follows from it and with its event in the log."""
        after = request.after(Step(self.ground.clock(), who.name, state, text))
        patient = self.ground.store.patient_key(request.patient_id)
        await self.book.change(connection, patient, after)
        if request.kind is Kind.RESTRICTION and State.ACCEPTED in {state, request.state}:
            requests = await self.book.of_patient(connection, patient)
            await restricting.keep(connection, patient, restricting.in_force(requests))
        await self.ground.audit.append(connection, (self._told(who, after, "U"),))
        return after

    def _told(self, who: Principal, request: Request, action: str) -> Event:
        """What the log is told of an act on a request; never what was written in it."""
        entities = (request.about,) if request.about else (f"Patient/{request.patient_id}",)
        return event(
            self.ground,
            who,
            request.kind.value,
            action,  # type: ignore[arg-type]  # one of the letters of Event.action
            _SAID[request.state],
            patient_id=request.patient_id,
            entities=entities,
            detail={"request": str(request.id), "state": request.state.value},
        )
