"""Letters that come in: applied once, in their sender's order, noted in the transaction that applies them."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from verbund.config import utc_now
from verbund.database import Connection, Database
from verbund.errors import Category, Conflict, Unavailable, VerbundError
from verbund.exchange.model import Handler, Message
from verbund.exchange.outbox import pair_of
from verbund.exchange.protocol import Arrival, Outcome, Receipt, Verdict, judge, next_held

_log = structlog.get_logger(__name__)
_HELD_PER_SENDER = 256
_LONGEST_SECONDS = 60.0
_KEPT_AFTER_EXPIRY = timedelta(days=2)

_NOTE = """
with noted as (
    insert into exchange_inbox (sender, id, kind, outcome, settled_at, expires_at) values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing returning true
)
insert into exchange_pair (peer, applied) select $7, $8 from noted
on conflict (peer) do update set applied = greatest(exchange_pair.applied, excluded.applied)
"""
_KNOWN = """
select coalesce((select applied from exchange_pair where peer = $3), 0) as applied,
       (select outcome from exchange_inbox where sender = $1 and id = $2) as outcome
"""


class Once:
    """The note that a letter has found its end, as a companion for the transaction that brings it about.

    Raises Conflict when the letter was noted before, so that the effects written with it are undone.
    """

    def __init__(self, sender: str, kind: str, arrival: Arrival, clock: Callable[[], datetime]) -> None:
        self._sender = sender
        self._kind = kind
        self._arrival = arrival
        self._clock = clock
        self.used = False

    async def write(self, connection: Connection, written: Sequence[object] = ()) -> None:  # noqa: ARG002 - the companions' shape
        """Note the letter as applied."""
        self.used = True
        await self.note(connection, Outcome.APPLIED)

    async def note(self, connection: Connection, outcome: Outcome) -> None:
        """Note an outcome."""
        arrival = self._arrival
        done = await connection.execute(
            _NOTE, self._sender, arrival.id, self._kind, outcome.value, self._clock(), arrival.expires_at,
            pair_of(self._sender, urgent=arrival.urgent), arrival.number,
        )  # fmt: skip
        if done != "INSERT 0 1":
            raise Conflict("This letter has been applied before.")


class Inbox:
    """The inbox table behind the protocol's receiver side.

    Letters of one sender are dealt with one after another, urgent ones beside the others.
    """

    def __init__(
        self,
        database: Database,
        handler_of: Callable[[str], Handler | None],
        answer: Callable[[str, Receipt], Awaitable[None]],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._handler_of = handler_of
        self._answer = answer
        self._clock = clock
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._held: dict[str, dict[str, tuple[Arrival, Message]]] = defaultdict(dict)

    def once(self, sender: str, kind: str, arrival: Arrival) -> Once:
        """The companion for a message made of this arrival."""
        return Once(sender, kind, arrival, self._clock)

    async def receive(self, arrival: Arrival, message: Message) -> None:
        """Deal with a letter: apply it, keep it for its turn, or repeat its receipt."""
        pair = pair_of(message.sender, urgent=arrival.urgent)
        async with self._turns[pair]:
            held = self._held[pair]
            turn: tuple[Arrival, Message] | None = (arrival, message)
            while turn is not None:
                held.pop(turn[0].id, None)
                applied = await self._step(*turn)
                following = next_held([kept for kept, _ in held.values()], applied)
                turn = held[following.id] if following is not None else None

    async def forget(self) -> None:
        """Remove notes of letters that have long expired and would be refused anyway."""
        async with self._database.connection() as connection:
            await connection.execute(
                "delete from exchange_inbox where expires_at < $1", self._clock() - _KEPT_AFTER_EXPIRY
            )

    async def _known(self, sender: str, arrival: Arrival) -> tuple[int, Outcome | None]:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_KNOWN, sender, arrival.id, pair_of(sender, urgent=arrival.urgent))
        if row is None:
            return 0, None
        return row["applied"], None if row["outcome"] is None else Outcome(row["outcome"])

    async def _step(self, arrival: Arrival, message: Message) -> int:
        """One letter; returns the number up to which this sender's letters are settled (0: wait for a repetition)."""
        sender = message.sender
        applied, known = await self._known(sender, arrival)
        judgement = judge(arrival, applied, known, self._clock())
        if judgement.verdict is Verdict.HOLD:
            held = self._held[pair_of(sender, urgent=arrival.urgent)]
            if len(held) < _HELD_PER_SENDER:
                held[arrival.id] = (arrival, message)
            return 0
        if judgement.receipt is not None:
            await self._answer(sender, judgement.receipt)
            return applied
        receipt = await self._applied(arrival, message)
        if receipt is None:
            return 0
        await self._answer(sender, receipt)
        return receipt.applied

    async def _applied(self, arrival: Arrival, message: Message) -> Receipt | None:
        """Run the handler and note what came of it; None when the letter is to come again."""
        once = self.once(message.sender, message.kind, arrival)
        outcome, text = Outcome.APPLIED, ""
        try:
            await self._run(message, once)
        except VerbundError as error:
            applied, known = await self._known(message.sender, arrival)
            if known is not None:
                return Receipt(arrival.id, known, applied)
            if error.category.retriable or error.category is Category.FAULT:
                _log.warning("letter-postponed", kind=message.kind, sender=message.sender, reason=error.text)
                return None
            outcome, text = Outcome.REFUSED, error.text
            _log.warning("letter-refused", kind=message.kind, sender=message.sender, reason=error.text)
        if outcome is Outcome.REFUSED or not once.used:
            async with self._database.transaction() as connection:
                await once.note(connection, outcome)
        return Receipt(arrival.id, outcome, arrival.number, text)

    async def _run(self, message: Message, once: Once) -> None:
        handler = self._handler_of(message.kind)
        if handler is None:
            raise Conflict(f"Letters of the kind {message.kind} are not understood here.")
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                await handler(replace(message, once=once))
        except TimeoutError:
            raise Unavailable(f"A letter of the kind {message.kind} took too long to apply.") from None
