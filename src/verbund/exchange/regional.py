"""A patient's record out of all houses of the region that hold something and may show it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from verbund.access import Record, Release, RemoteAsker, Stored
from verbund.audit import Agent, Event
from verbund.config import utc_now
from verbund.consent import Sentence
from verbund.errors import Forbidden, Incorrect, NotFound, Unavailable, VerbundError
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.linking import LinkageClient
from verbund.exchange.merging import RegionItem, merge
from verbund.exchange.model import Message
from verbund.exchange.ports import Audit, Gate
from verbund.exchange.questions import RECORD, HouseState, Item, RecordReply, RecordRequest
from verbund.identity import Principal, Role
from verbund.linkage import Demographics, PseudonymBook

HOUSE_SECONDS = 5.0
_OFF_LOOP_ITEMS = 200
_decode_object = msgspec.json.Decoder(dict[str, object]).decode
_EMERGENCY = frozenset({"ETREAT", "BTG"})
_EMERGENCY_ROLES = frozenset({Role.PARAMEDIC, Role.PHYSICIAN, Role.NURSE})

NOTHING_HERE = Sentence(
    "Zu dieser Person liegt in diesem Haus nichts vor.",
    "This house holds nothing about this person.",
)
RELEASED_NOTHING_THERE = Sentence(
    "Freigegeben, aber es ist nichts vorhanden.",
    "Released, but there is nothing.",
)


@dataclass(frozen=True, slots=True)
class HouseAnswer:
    """How one house answered.

    `state`: `released` (all it holds), `limited` (a part), `refused`, `unreachable` (nothing heard in time), `empty`
    (nothing there). `sentence` says why, for who asked. `items` counts what it gave, before merging. The hub stands
    here too, as `unreachable`, when it could not say which houses to ask.
    """

    site: str
    title: str
    state: HouseState
    sentence: Sentence
    elapsed_ms: int
    items: int = 0


@dataclass(frozen=True, slots=True)
class RegionAnswer:
    """The merged record, newest first, and how each house answered, the own house first.

    `elapsed_ms` is the whole round trip. `titles` names every house of `items` and `houses` by its site id.
    """

    items: tuple[RegionItem, ...] = field(repr=False)
    houses: tuple[HouseAnswer, ...]
    elapsed_ms: int
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is put to each house."""

    pseudonym: str
    purpose: str
    person: Agent
    reason: str | None

    def payload(self) -> bytes:
        return msgspec.json.encode(RecordRequest(self.pseudonym, self.purpose, self.person, self.reason))


def agent_of(who: Principal) -> Agent:
    """A person as the audit log and other houses know them."""
    return Agent(who.subject, who.name, who.capacity, who.organisation, who.organisation_name)


class RegionRecords:
    """Asks the region in the name of a person of this house.

    Own house and region are read at the same time; every house has `house_seconds` to answer, all at once. What came is
    shown whatever happened to the others. The ask itself is in this house's log before its answer is returned; each
    other house logs its own part.
    """

    def __init__(
        self,
        correspondence: Correspondence,
        linkage: LinkageClient,
        gate: Gate,
        audit: Audit,
        *,
        clock: Callable[[], datetime] = utc_now,
        house_seconds: float = HOUSE_SECONDS,
    ) -> None:
        self._correspondence = correspondence
        self._linkage = linkage
        self._gate = gate
        self._audit = audit
        self._clock = clock
        self._house_seconds = house_seconds

    async def ask(self, who: Principal, patient_id: str, purpose: str, reason: str | None = None) -> RegionAnswer:
        """The record of a patient of this house, with what the other houses release.

        Raises what the gate raises when `who` may not open the record here; then nobody else is asked.
        """
        begun = time.monotonic()
        record = await self._gate.record(who, patient_id)
        own = self._own(record, begun)
        try:
            pseudonym, sites = await self._linkage.whereabouts(patient_id)
        except NotFound:
            pseudonym, sites, answers = "", (), [own]
        except VerbundError as error:
            pseudonym, sites, answers = "", (), [own, self._no_hub(error, begun)]
        else:
            answers = [own]
        question = _Question(pseudonym, purpose, agent_of(who), reason)
        return await self._answered(who, patient_id, question, sites, answers=answers, begun=begun)

    async def emergency(self, who: Principal, person: Demographics, reason: str) -> RegionAnswer:
        """What the region shows of a person who is not a patient here, for emergency treatment (ETREAT).

        Raises Incorrect without a reason, Forbidden for other than clinical people, NotFound when nobody in the region
        fits, Unavailable when the hub is not there; these two attempts are logged as well.
        """
        begun = time.monotonic()
        if not reason.strip():
            raise Incorrect(
                "Emergency access needs a stated reason.", german="Ein Notfallzugriff braucht eine Begründung."
            )
        if who.role not in _EMERGENCY_ROLES:
            raise Forbidden(
                "Only people who treat may ask in an emergency.",
                german="Im Notfall dürfen nur behandelnde Personen fragen.",
            )
        try:
            located = await self._linkage.find(person)
            if located.pseudonym is None:
                raise _nobody()
        except VerbundError as error:
            # Who tries descriptions until one fits must leave a trace, also where it finds nobody.
            await self._audit.record(self._attempt(who, reason.strip(), error))
            raise
        question = _Question(located.pseudonym, "ETREAT", agent_of(who), reason.strip())
        return await self._answered(who, None, question, located.sites, answers=[], begun=begun)

    async def _answered(
        self,
        who: Principal,
        patient_id: str | None,
        question: _Question,
        sites: Sequence[str],
        *,
        answers: "Sequence[_Heard]",
        begun: float,
    ) -> RegionAnswer:
        payload = question.payload()
        heard = [*answers, *await asyncio.gather(*(self._heard(site, payload) for site in sites))]
        await self._audit.record(self._event(who, patient_id, question, heard))
        merged = merge({one.answer.site: one.items for one in heard})
        titles = {one.answer.site: one.answer.title for one in heard}
        return RegionAnswer(merged, tuple(one.answer for one in heard), milliseconds(begun), titles)

    async def _heard(self, site: str, payload: bytes) -> "_Heard":
        begun = time.monotonic()
        try:
            raw = await self._correspondence.ask(site, RECORD, payload, timeout_seconds=self._house_seconds)
            reply = wire.decoded(raw, RecordReply)
            items = tuple(_readable(site, item) for item in reply.items)
        except VerbundError as error:
            state, sentence = _failed(error)
            return _Heard(HouseAnswer(site, self._correspondence.title(site), state, sentence, milliseconds(begun)), ())
        sentence = Sentence(reply.de, reply.en)
        answer = HouseAnswer(
            site, self._correspondence.title(site), reply.state, sentence, milliseconds(begun), len(items)
        )
        return _Heard(answer, items)

    def _own(self, record: Record, begun: float) -> "_Heard":
        site = self._correspondence.name
        items = tuple(RegionItem(one.type, one.id, site, one.date, one.updated, one.body) for one in record.resources)
        state: HouseState = "released" if items else "empty"
        sentence = record.decision.reason if items else NOTHING_HERE
        return _Heard(
            HouseAnswer(site, self._correspondence.title(site), state, sentence, milliseconds(begun), len(items)), items
        )

    def _no_hub(self, error: VerbundError, begun: float) -> "_Heard":
        hub = self._correspondence.members.all()[0]
        sentence = Sentence(
            f"Welche Häuser etwas haben, war nicht zu erfahren. {error.german}",
            f"Which houses hold something could not be learned. {error.text}",
        )
        return _Heard(HouseAnswer(hub.site, hub.title, "unreachable", sentence, milliseconds(begun)), ())

    def _attempt(self, who: Principal, reason: str, error: VerbundError) -> Event:
        return Event(
            kind="emergency",
            action="E",
            at=self._clock(),
            agent=agent_of(who),
            purpose="ETREAT",
            permitted=False,
            reason_de=error.german,
            reason_en=error.text,
            stated_reason=reason,
            detail={"houses": "nobody found" if isinstance(error, NotFound) else "nobody asked"},
        )

    def _event(self, who: Principal, patient_id: str | None, question: _Question, heard: "Sequence[_Heard]") -> Event:
        outcome = ", ".join(f"{one.answer.site} {one.answer.state}" for one in heard) or "no other house"
        emergency = question.purpose in _EMERGENCY
        return Event(
            kind="emergency" if emergency else "record",
            action="E",
            at=self._clock(),
            agent=agent_of(who),
            purpose=question.purpose,
            patient_id=patient_id,
            reason_de="Anfrage an die Häuser der Region; jedes entscheidet selbst.",
            reason_en="The region's houses were asked; each decides by itself.",
            stated_reason=question.reason,
            detail={"houses": outcome, **({} if patient_id else {"pseudonym": question.pseudonym})},
        )


@dataclass(frozen=True, slots=True)
class _Heard:
    """A house's answer and its items."""

    answer: HouseAnswer
    items: tuple[RegionItem, ...] = field(repr=False)


def milliseconds(begun: float) -> int:
    """Whole milliseconds since a moment of the monotonic clock."""
    return round((time.monotonic() - begun) * 1000)


def _nobody() -> NotFound:
    return NotFound(
        "Nobody was found: nobody in the region fits this description.",
        german="Niemand gefunden: In der Region ist niemand bekannt, auf den die Angaben passen.",
    )


def _failed(error: VerbundError) -> tuple[HouseState, Sentence]:
    sentence = Sentence(error.german, error.text)
    if isinstance(error, Forbidden):
        return "refused", sentence
    if isinstance(error, NotFound):
        return "empty", sentence
    return "unreachable", sentence


def unreadable() -> Unavailable:
    """What to say of a house whose answer has not the form it must have."""
    return Unavailable("The house's answer could not be read.", german="Die Antwort des Hauses war nicht lesbar.")


def _readable(site: str, item: Item) -> RegionItem:
    """An item of another house as what it says it is; Unavailable when it cannot be read, whatever is in it."""
    body = bytes(item.body)
    try:
        stated = _decode_object(body).get("resourceType")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        stated = None
    if stated != item.type or any(moment and moment.tzinfo is None for moment in (item.date, item.updated)):
        raise unreadable()
    return RegionItem(item.type, item.id, site, item.date, item.updated, body)


class RecordDesk:
    """The other end: answers `record.request` of other houses by what the gate releases."""

    def __init__(self, correspondence: Correspondence, book: PseudonymBook, gate: Gate) -> None:
        self._correspondence = correspondence
        self._book = book
        self._gate = gate

    async def __call__(self, message: Message) -> bytes:
        """Decide, audit and answer. Forbidden for the hub, and for a house that asks for another house's person."""
        request = wire.decoded(message.payload, RecordRequest)
        member = await self._correspondence.house(message)
        remote = remote_asker(message, request.person, member.kind)
        patient_ids = await self._book.patients_of(request.pseudonym)
        if not patient_ids:
            return msgspec.json.encode(RecordReply("empty", NOTHING_HERE.de, NOTHING_HERE.en))
        release = await self._gate.release(remote, request.purpose, patient_ids, request.reason)
        if len(release.items) < _OFF_LOOP_ITEMS:
            return _reply(release)
        return await asyncio.to_thread(_reply, release)


def remote_asker(message: Message, person: Agent, kind: str) -> RemoteAsker:
    """Who asks, as far as the other house's signature vouches for it: a person of that house, or nobody."""
    if person.organisation != message.sender:
        raise Forbidden(f"{message.sender} asks in the name of a person of {person.organisation}.")
    return RemoteAsker(message.sender, person, person.role, kind)


def _reply(release: Release) -> bytes:
    decision = release.decision
    if not decision.permitted:
        return msgspec.json.encode(RecordReply("refused", decision.reason.de, decision.reason.en))
    state: HouseState = "limited" if decision.withheld else "released"
    sentence = decision.reason
    if not release.items and state == "released":
        state, sentence = "empty", RELEASED_NOTHING_THERE
    return msgspec.json.encode(RecordReply(state, sentence.de, sentence.en, tuple(map(_item, release.items))))


def _item(one: Stored) -> Item:
    return Item(one.type, one.id, one.updated, one.date, msgspec.Raw(one.body))
