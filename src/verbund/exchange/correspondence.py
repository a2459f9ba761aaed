"""Talking with other nodes: ask and be answered in time, or send a letter that arrives once, however long it takes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog

from verbund.config import utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Fault, Forbidden, Interrupted, TooLarge, Unavailable, Unsupported, VerbundError
from verbund.exchange import wire
from verbund.exchange.courier import Courier, CourierState
from verbund.exchange.envelope import TRANSIENT_LIFE, Envelope, open_from, seal_for
from verbund.exchange.inbox import Inbox
from verbund.exchange.listening import Listener
from verbund.exchange.membership import Members
from verbund.exchange.model import HUB_KIND, Delivery, Handler, Member, Message, Parcel, Role
from verbund.exchange.outbox import CHANNEL, LETTER_LIFE, LetterState, Outbox, Outgoing, Posting
from verbund.exchange.post import Post
from verbund.exchange.protocol import Arrival, Pace, Receipt

_log = structlog.get_logger(__name__)
_LONGEST_PAUSE_SECONDS = 300.0
_KEPT = timedelta(days=30)
_HOUSEKEEPING_SECONDS = 3_600.0
PATIENCE_SECONDS = 5.0
_ASKS_AT_ONCE = 32
_RESTART_SECONDS = 2.0
_REMEMBERED_SECONDS = 60.0
_RECEIPT_SECONDS = 0.02
_REMEMBERED_ASKS_SECONDS = 7_200.0
_AHEAD = timedelta(days=1)


class _NoLetter:
    """In place of the note of a letter, with an ask: there is none, and a handler that counts on one is mistaken."""

    async def write(self, connection: Connection, written: Sequence[object]) -> None:  # noqa: ARG002 - a Companion
        """Refuse, so that effects that should happen once are undone."""
        raise Unsupported("An ask may be repeated; only a letter is applied once. Send it as a letter.")


class Correspondence:
    """A node's talk with the others; the same for a site (over HTTP) and for the hub as an addressee (in process).

    `ask` gives an answer or an error within its time; an ask is dealt with at most once while the receiver runs, and
    not kept. `send` and `posting` give a letter: durable, applied once, in the order of sending for each pair of nodes
    (see `protocol`). Handlers are registered by kind before `running` is entered.
    """

    def __init__(
        self,
        *,
        name: str,
        keys: NodeKeys,
        database: Database,
        post: Post,
        members: Members,
        clock: Callable[[], datetime] = utc_now,
        pace: Pace | None = None,
    ) -> None:
        self.name = name
        self.members = members
        self._keys = keys
        self._post = post
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._outbox = Outbox(database, keys.master, clock=clock, pace=pace)
        self._inbox = Inbox(database, self._guarded, self._keep_receipt, clock=clock)
        self._courier = Courier(post, self._deliver, connected=self._reconnected, clock=clock)
        self._listener = Listener(database, CHANNEL, lambda _: self._wake())
        self._letters_wait = {urgent: asyncio.Event() for urgent in (True, False)}
        self._receipts: list[tuple[str, Receipt]] = []
        self._receipts_wait = asyncio.Event()
        self._room = asyncio.Semaphore(_ASKS_AT_ONCE)
        self._open_asks: dict[str, tuple[str, asyncio.Future[bytes]]] = {}
        self._heard: dict[tuple[str, str], float] = {}
        self._answers: dict[tuple[str, str], asyncio.Future[Envelope]] = {}
        self._failed: tuple[float, str] | None = None

    def handle(self, kind: str, handler: Handler) -> None:
        """Register what is done with messages of this kind; Conflict when somebody else does it."""
        if kind in self._handlers:
            raise Conflict(f"Messages of the kind {kind} have a handler already.")
        self._handlers[kind] = handler

    def title(self, site: str) -> str:
        """How people call a site; its name when that is not known."""
        member = self.members.known(site)
        return member.title if member is not None and member.title else site

    async def house(self, message: Message) -> Member:
        """The house that sent a message about patients; Forbidden when it was the hub, which treats nobody."""
        member = await self.members.member(message.sender)
        if member.kind == HUB_KIND:
            raise Forbidden(
                f"{member.site} is a hub and no house: it learns nothing about patients.",
                german=f"{member.site} ist die Vermittlung und kein Haus: Sie erfährt nichts über Patienten.",
            )
        return member

    @property
    def state(self) -> CourierState:
        """The connection to the hub; not connected, with the problem, for a minute after a part of it failed."""
        state = self._courier.state
        if self._failed is None or asyncio.get_running_loop().time() - self._failed[0] > _REMEMBERED_SECONDS:
            return state
        return CourierState(connected=False, last_contact=state.last_contact, problem=self._failed[1])

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Correspondence"]:
        """Connected and working within the block; what was not finished goes on at the next start."""
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "receiving": self._courier.run,
            "sending": partial(self._send_letters, urgent=False),
            "sending of urgent letters": partial(self._send_letters, urgent=True),
            "receipts": self._send_receipts,
            "listening": self._listener.run,
            "housekeeping": self._keep_house,
        }
        tasks = [asyncio.create_task(self._kept_going(name, loop)) for name, loop in loops.items()]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(VerbundError):
                await self._post.close()

    async def _kept_going(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop for good: one that fails is reported, shown in `state`, and begun again after a pause."""
        while True:
            try:
                await loop()
            except Exception as error:  # noqa: BLE001 - whatever it was, the exchange goes on
                kind = type(error).__name__
                # Its type only: its text may name a patient.
                _log.error("exchange-loop-failed", loop=name, error=kind)
                problem = f"The exchange's {name} failed ({kind}) and was begun again."
                self._failed = (asyncio.get_running_loop().time(), problem)
            await asyncio.sleep(_RESTART_SECONDS)

    async def ask(self, site: str, kind: str, payload: bytes, *, timeout_seconds: float = PATIENCE_SECONDS) -> bytes:
        """The answer of another node, or of this one.

        Raises what the other's handler raised, Unavailable when the other is not connected or does not answer in time,
        or the hub is not there, and NotFound for no member.
        """
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._asked(site, kind, payload, timeout_seconds)
        except TimeoutError:
            raise Unavailable(
                f"{site} did not answer within {timeout_seconds:g} seconds.",
                german=f"{site} hat nicht innerhalb von {timeout_seconds:g} Sekunden geantwortet.",
            ) from None

    async def _asked(self, site: str, kind: str, payload: bytes, patience_seconds: float) -> bytes:
        member = await self.members.member(site)
        now, name = self._clock(), uuid4().hex
        expires_at = now + max(TRANSIENT_LIFE, timedelta(seconds=patience_seconds))
        ask = Envelope(name, Role.ASK, kind, now, expires_at, payload, patience_seconds=patience_seconds)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._open_asks[name] = (site, answer)
        try:
            await self._hand_over(member, ask)
            return await answer
        finally:
            del self._open_asks[name]

    async def send(
        self,
        site: str,
        kind: str,
        payload: bytes,
        *,
        subject: str | None = None,
        life: timedelta = LETTER_LIFE,
        urgent: bool = False,
    ) -> str:
        """Write a letter in a transaction of its own: durable when this returns its id."""
        posting = self.posting(site, kind, payload, subject=subject, life=life, urgent=urgent)
        await self._outbox.post(posting)
        self._wake()
        return posting.id

    def posting(
        self,
        site: str,
        kind: str,
        payload: bytes,
        *,
        subject: str | None = None,
        life: timedelta = LETTER_LIFE,
        urgent: bool = False,
    ) -> Posting:
        """A letter as a companion of the caller's transaction: sent if and only if that commits.

        An `urgent` one overtakes those that are not: for what somebody waits for, never for many at once.
        """
        return self._outbox.posting(site, kind, payload, subject=subject, life=life, urgent=urgent)

    def _wake(self) -> None:
        for event in self._letters_wait.values():
            event.set()

    async def letters_about(self, subject: str) -> tuple[LetterState, ...]:
        """What became of the letters with this subject, newest first."""
        return await self._outbox.about(subject)

    # --- out -----------------------------------------------------------------------------------------------------

    async def _hand_over(self, member: Member, envelope: Envelope, *, transient: bool = True) -> None:
        """Seal and give to the hub; a transient one is tried once more after a cut (the hub knows its id)."""
        body = await seal_for(member, envelope, keys=self._keys, name=self.name)
        parcel = Parcel(envelope.id, member.site, envelope.expires_at, body, transient)
        try:
            await self._post.send(parcel)
        except Interrupted:
            if not transient:
                raise
            await self._post.send(parcel)

    async def _send_letters(self, *, urgent: bool) -> None:
        waiting = self._letters_wait[urgent]
        while True:
            pause = _LONGEST_PAUSE_SECONDS
            waiting.clear()
            try:
                for receiver in await self._outbox.receivers(urgent=urgent):
                    pause = min(pause, await self._send_to(receiver, urgent=urgent))
            except VerbundError as error:
                _log.info("letters-interrupted", reason=error.text)
                pause = 1.0
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await waiting.wait()

    async def _send_to(self, receiver: str, *, urgent: bool) -> float:
        """Transmit what is due to one receiver; returns for how many seconds there is nothing more to do for it."""
        due, wake = await self._outbox.due(receiver, urgent=urgent)
        # Handed over at the same moment, small ones go in one request.
        await asyncio.gather(*(self._try(letter) for letter in due))
        if wake is None:
            return _LONGEST_PAUSE_SECONDS
        return min(max((wake - self._clock()).total_seconds(), 0.0), _LONGEST_PAUSE_SECONDS)

    async def _try(self, letter: Outgoing) -> None:
        try:
            await self._transmit(letter)
        except TooLarge as error:
            await self._outbox.refuse(letter.id, error.text)
        except VerbundError as error:
            # It stays in the outbox and is sent again after its pause, or as soon as the hub is back.
            _log.info("letter-not-sent", receiver=letter.receiver, kind=letter.kind, reason=error.text)

    async def _transmit(self, letter: Outgoing) -> None:
        member = await self.members.member(letter.receiver)
        envelope = Envelope(
            letter.id, Role.LETTER, letter.kind, letter.created_at, letter.expires_at, letter.payload,
            number=letter.number, floor=letter.floor, urgent=letter.urgent,
        )  # fmt: skip
        await self._hand_over(member, envelope, transient=False)

    async def _keep_receipt(self, receiver: str, receipt: Receipt) -> None:
        """Nobody waits for a receipt but the letters behind a full window: many go in one request."""
        self._receipts.append((receiver, receipt))
        self._receipts_wait.set()

    async def _send_receipts(self) -> None:
        while True:
            await self._receipts_wait.wait()
            await asyncio.sleep(_RECEIPT_SECONDS)
            self._receipts_wait.clear()
            kept, self._receipts = self._receipts, []
            await asyncio.gather(*(self._send_receipt(*one) for one in kept))

    async def _send_receipt(self, receiver: str, receipt: Receipt) -> None:
        now = self._clock()
        envelope = Envelope(
            uuid4().hex, Role.RECEIPT, "receipt", now, now + TRANSIENT_LIFE, receipt.text.encode(), re=receipt.letter,
            outcome=receipt.outcome.value, applied=receipt.applied,
        )  # fmt: skip
        try:
            await self._hand_over(await self.members.member(receiver), envelope)
        except VerbundError as error:
            # The sender repeats its letter and gets the receipt then.
            _log.info("receipt-not-sent", receiver=receiver, reason=error.text)

    async def _reconnected(self) -> None:
        with contextlib.suppress(VerbundError):
            await self._outbox.hurry()
        self._wake()

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)
            with contextlib.suppress(VerbundError):
                await self._outbox.forget(_KEPT)
                await self._inbox.forget()

    # --- in ------------------------------------------------------------------------------------------------------

    async def _deliver(self, delivery: Delivery) -> None:
        """Deal with one parcel; one that does not prove itself or cannot be read is dropped and reported.

        Never raises: a parcel that could, would come again and again and let nothing pass behind it.
        """
        try:
            sender, envelope = await open_from(delivery.body, keys=self._keys, name=self.name, members=self.members)
            self._check_not_ahead(sender, envelope)
            if envelope.role is Role.LETTER:
                arrival = Arrival(envelope.id, envelope.number, envelope.floor, envelope.expires_at, envelope.urgent)
                await self._inbox.receive(arrival, self._message(sender, envelope))
            elif envelope.role is Role.RECEIPT:
                await self._outbox.receipted(sender, envelope.receipt())
                self._wake()
            else:
                await self._talk(sender, envelope)
        except VerbundError as error:
            _log.warning("message-dropped", said_sender=delivery.sender, reason=error.text)
        except Exception as error:  # noqa: BLE001 - see above
            kind = type(error).__name__
            _log.error("message-dropped", said_sender=delivery.sender, error=kind)

    def _check_not_ahead(self, sender: str, envelope: Envelope) -> None:
        """Forbidden for what would outlive everything, since its sender's clock is wrong by far or says so."""
        if envelope.sent_at > self._clock() + _AHEAD:
            raise Forbidden(f"A message of {sender} is dated more than a day ahead.")

    async def _talk(self, sender: str, envelope: Envelope) -> None:
        """An ask or an answer to one; neither lives longer than this node remembers that it was dealt with."""
        if min(envelope.expires_at, envelope.sent_at + TRANSIENT_LIFE) <= self._clock():
            raise Forbidden(f"A message of {sender} has expired.")
        if envelope.role is Role.ASK:
            await self._answer(sender, envelope)
        else:
            self._answered(sender, envelope)

    def _message(self, sender: str, envelope: Envelope) -> Message:
        return Message(envelope.id, sender, envelope.kind, envelope.payload, envelope.sent_at, _NoLetter())

    async def _answer(self, sender: str, ask: Envelope) -> None:
        """Run the handler, once for each ask; a repeated ask gets the answer of the first one."""
        key = (sender, ask.id)
        known = self._answers.get(key)
        if known is None:
            self._check_unheard(key)
            known = self._answers[key] = asyncio.get_running_loop().create_future()
            loop = asyncio.get_running_loop()
            # The asker says how long its question lives, not how much of this node's memory it takes.
            life = max(min(ask.expires_at - self._clock(), TRANSIENT_LIFE).total_seconds(), 0.0)
            loop.call_later(life, self._answers.pop, key, None)
            try:
                known.set_result(await self._replied(sender, ask))
            except BaseException:
                known.cancel()
                raise
        reply = await asyncio.shield(known)
        await self._hand_over(await self.members.member(sender), reply)

    def _check_unheard(self, key: tuple[str, str]) -> None:
        """Forbidden for an ask that was answered hours ago, also where the clock was put back since."""
        now = asyncio.get_running_loop().time()
        if key in self._heard:
            raise Forbidden(f"A question of {key[0]} was asked before.")
        while self._heard and next(iter(self._heard.values())) < now - _REMEMBERED_ASKS_SECONDS:
            del self._heard[next(iter(self._heard))]
        self._heard[key] = now

    async def _replied(self, sender: str, ask: Envelope) -> Envelope:
        role, payload = Role.REPLY, b""
        try:
            handler = self._guarded(ask.kind)
            if handler is None:
                raise Unsupported(f"{self.name} does not answer questions of the kind {ask.kind}.")
            async with asyncio.timeout(ask.patience_seconds or PATIENCE_SECONDS), self._room:
                payload = await handler(self._message(sender, ask)) or b""
        except TimeoutError:
            role, payload = Role.FAILURE, wire.problem(Unavailable(f"{self.name} could not answer in time."))
        except VerbundError as error:
            role, payload = Role.FAILURE, wire.problem(error)
        now = self._clock()
        return Envelope(uuid4().hex, role, ask.kind, now, now + TRANSIENT_LIFE, payload, re=ask.id)

    def _answered(self, sender: str, envelope: Envelope) -> None:
        asked, answer = self._open_asks.get(envelope.re, ("", None))
        if answer is None or answer.done():
            return
        if asked != sender:
            raise Forbidden(f"{sender} answered a question that was put to {asked}.")
        if envelope.role is Role.REPLY:
            answer.set_result(envelope.payload)
        else:
            answer.set_exception(wire.raised(envelope.payload, said_by=sender))

    def _guarded(self, kind: str) -> Handler | None:
        """The handler of a kind; whatever else it raises is our own mistake: logged, and a Fault for the other side."""
        handler = self._handlers.get(kind)
        if handler is None:
            return None

        async def run(message: Message) -> bytes | None:
            try:
                return await handler(message)
            except (VerbundError, TimeoutError):
                raise
            except Exception as error:
                _log.exception("handler-failed", kind=kind, sender=message.sender)
                raise Fault(f"{self.name} made a mistake with a message of the kind {kind}.") from error

        return run
