"""Letters on their way out: written in the caller's transaction, handed over until the receiver's receipt comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from asyncpg import Record

from verbund.config import utc_now
from verbund.crypto import seal, unseal
from verbund.database import Connection, Database
from verbund.exchange.protocol import (
    Lane,
    Letter,
    Outcome,
    Pace,
    Receipt,
    Settle,
    Transmit,
    advance,
    receipted,
    wake_at,
)

CHANNEL = "exchange_outbox"
LETTER_LIFE = timedelta(days=30)

_INSERT = """
insert into exchange_outbox (id, receiver, kind, payload, subject, created_at, expires_at, urgent)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_LOAD = """
select id, number, attempts, next_at, expires_at from exchange_outbox
where receiver = $1 and urgent = $2 and outcome is null order by entered limit $3
"""
# Made or locked in one round trip.
_LOCK_PAIR = """
insert into exchange_pair (peer) values ($1) on conflict (peer) do update set peer = excluded.peer returning last_number
"""
_SAVE = """
update exchange_outbox as o set number = n.number, attempts = n.attempts, next_at = n.next_at
from unnest($1::text[], $2::bigint[], $3::integer[], $4::timestamptz[]) as n (id, number, attempts, next_at)
where o.id = n.id
"""
_SETTLE = """
update exchange_outbox set outcome = $2, problem = $3, settled_at = $4, payload = null where id = $1 and outcome is null
"""
_RECEIVERS = "select distinct receiver from exchange_outbox where urgent = $1 and outcome is null"
_RECEIPTED = f"{_SETTLE} and receiver = $5"
_IS_URGENT = "select urgent from exchange_outbox where id = $1 and receiver = $2 and outcome is null"
_FORGET = "delete from exchange_outbox where settled_at < $1"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter to transmit now: its number, the floor, and the payload in the clear."""

    id: str
    receiver: str
    kind: str
    payload: bytes
    number: int
    floor: int
    created_at: datetime
    expires_at: datetime
    urgent: bool


@dataclass(frozen=True, slots=True)
class LetterState:
    """What became of a letter: `outcome` is None while it waits."""

    id: str
    receiver: str
    kind: str
    created_at: datetime
    outcome: Outcome | None
    settled_at: datetime | None
    problem: str | None


class Posting:
    """A companion that writes a letter in the caller's transaction: it goes if, and only if, that commits.

    The payload is sealed under the node's master key while it waits.
    """

    def __init__(self, row: tuple[Any, ...]) -> None:
        self._row = row
        self.id = str(row[0])

    async def write(self, connection: Connection, written: Sequence[object] = ()) -> None:  # noqa: ARG002 - the companions' shape
        """Insert the letter; the sender of this node, in whatever process, hears of it at the commit."""
        await connection.execute(_INSERT, *self._row)
        await connection.execute("select pg_notify('exchange_outbox', '')")


class Outbox:
    """The outbox table behind the protocol's sender side."""

    def __init__(
        self, database: Database, master: bytes, *, clock: Callable[[], datetime] = utc_now, pace: Pace | None = None
    ) -> None:
        self._database = database
        self._master = master
        self._clock = clock
        self.pace = pace or Pace()

    def posting(
        self,
        receiver: str,
        kind: str,
        payload: bytes,
        *,
        subject: str | None,
        life: timedelta = LETTER_LIFE,
        urgent: bool = False,
    ) -> Posting:
        """A letter to be written within a transaction; `subject` finds it again with `about`.

        An `urgent` one overtakes all that are not.
        """
        now, name = self._clock(), uuid4().hex
        sealed = seal(self._master, payload, name.encode())
        return Posting((name, receiver, kind, sealed, subject, now, now + life, urgent))

    async def post(self, posting: Posting) -> None:
        """Write a letter in a transaction of its own."""
        async with self._database.transaction() as connection:
            await posting.write(connection)

    async def receivers(self, *, urgent: bool) -> list[str]:
        """Who has letters waiting, urgent ones or the others."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_RECEIVERS, urgent)
        return [row["receiver"] for row in rows]

    async def due(self, receiver: str, *, urgent: bool) -> tuple[tuple[Outgoing, ...], datetime | None]:
        """What is to be transmitted to a receiver now, in order, already noted as tried; and when to look again."""
        async with self._database.transaction() as connection:
            lane = await self._lane(connection, receiver, urgent=urgent)
            after, effects = advance(lane, self._clock(), self.pace)
            await self._save(connection, pair_of(receiver, urgent=urgent), lane, after)
            for effect in effects:
                if isinstance(effect, Settle):
                    await self._settle(connection, effect)
            sent = [effect for effect in effects if isinstance(effect, Transmit)]
            return await self._outgoing(connection, receiver, sent, urgent=urgent), wake_at(after, self.pace)

    async def receipted(self, receiver: str, receipt: Receipt) -> None:
        """A receipt of this receiver has come; a receipt for somebody else's letter changes nothing."""
        if receipt.outcome is not Outcome.BEHIND:
            # What `receipted` says of every other outcome, in one statement: it needs nothing of the lane.
            async with self._database.connection() as connection:
                await connection.execute(
                    _RECEIPTED, receipt.letter, receipt.outcome.value, receipt.text or None, self._clock(), receiver
                )
            return
        async with self._database.transaction() as connection:
            urgent = await connection.fetchval(_IS_URGENT, receipt.letter, receiver)
            if urgent is not None:
                lane = await self._lane(connection, receiver, urgent=urgent)
                after, _ = receipted(lane, receipt)
                await self._save(connection, pair_of(receiver, urgent=urgent), lane, after)

    async def refuse(self, letter: str, text: str) -> None:
        """The letter cannot be sent at all."""
        async with self._database.connection() as connection:
            await self._settle(connection, Settle(letter, Outcome.REFUSED, text))

    async def hurry(self) -> None:
        """The hub is back: everything that waits is due now."""
        async with self._database.connection() as connection:
            await connection.execute("update exchange_outbox set next_at = null where outcome is null")

    async def about(self, subject: str) -> tuple[LetterState, ...]:
        """The letters with this subject, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select * from exchange_outbox where subject = $1 order by entered desc", subject
            )
        return tuple(_state(row) for row in rows)

    async def state(self, letter: str) -> LetterState | None:
        """What became of one letter; None when it is not known (any more)."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow("select * from exchange_outbox where id = $1", letter)
        return None if row is None else _state(row)

    async def forget(self, older_than: timedelta) -> None:
        """Remove letters settled longer ago than this."""
        async with self._database.connection() as connection:
            await connection.execute(_FORGET, self._clock() - older_than)

    async def _lane(self, connection: Connection, receiver: str, *, urgent: bool) -> Lane:
        last = await connection.fetchval(_LOCK_PAIR, pair_of(receiver, urgent=urgent))
        rows = await connection.fetch(_LOAD, receiver, urgent, 2 * self.pace.window)
        letters = tuple(Letter(r["id"], r["expires_at"], r["number"], r["attempts"], r["next_at"]) for r in rows)
        return Lane(last, letters)

    async def _save(self, connection: Connection, pair: str, before: Lane, after: Lane) -> None:
        changed = [letter for letter in after.waiting if letter not in set(before.waiting)]
        if changed:
            columns = zip(*((x.id, x.number, x.attempts, x.next_at) for x in changed), strict=True)
            await connection.execute(_SAVE, *(list(column) for column in columns))
        if after.last_number != before.last_number:
            await connection.execute(
                "update exchange_pair set last_number = $2 where peer = $1", pair, after.last_number
            )

    async def _settle(self, connection: Connection, effect: Settle) -> None:
        await connection.execute(_SETTLE, effect.letter, effect.outcome.value, effect.text or None, self._clock())

    async def _outgoing(
        self, connection: Connection, receiver: str, sent: Sequence[Transmit], *, urgent: bool
    ) -> tuple[Outgoing, ...]:
        if not sent:
            return ()
        rows = await connection.fetch(
            "select id, kind, payload, created_at from exchange_outbox where id = any($1::text[])",
            [effect.letter.id for effect in sent],
        )
        found = {row["id"]: row for row in rows}
        return tuple(self._one(receiver, effect, found[effect.letter.id], urgent=urgent) for effect in sent)

    def _one(self, receiver: str, effect: Transmit, row: Record, *, urgent: bool) -> Outgoing:
        letter = effect.letter
        payload = unseal(self._master, row["payload"], letter.id.encode())
        return Outgoing(
            letter.id, receiver, row["kind"], payload, letter.number or 0, effect.floor, row["created_at"],
            letter.expires_at, urgent,
        )  # fmt: skip


def pair_of(peer: str, *, urgent: bool) -> str:
    """How the pair with another node is called in the table of pairs: urgent letters are one of their own."""
    return f"{peer}!" if urgent else peer


def _state(row: Record) -> LetterState:
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    return LetterState(
        row["id"], row["receiver"], row["kind"], row["created_at"], outcome, row["settled_at"], row["problem"]
    )
