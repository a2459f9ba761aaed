"""The hub's mailboxes: sealed parcels wait in PostgreSQL until their receiver has fetched and acknowledged them."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from asyncpg import UniqueViolationError

from verbund.config import utc_now
from verbund.database import Database
from verbund.errors import Busy, Conflict, Incorrect, NotFound, TooLarge, Unavailable, VerbundError
from verbund.exchange.listening import Listener
from verbund.exchange.model import LARGEST_BODY_BYTES, LONGEST_LIFE, Delivery, Parcel

_log = structlog.get_logger(__name__)

# Each statement is one round trip and one transaction. Where losing it with the machine's power does no harm (a
# transient parcel, an acknowledgement, a presence, a used token), it does not wait for the disk: hence `set_config`.
_CHANNEL = "exchange_parcel"
_GRACE = timedelta(seconds=3)
# A presence is never noted further ahead than a poll may take, 60 seconds and the grace: one that is, was noted before
# the clock was put back.
_CLOCK_SET_BACK = timedelta(hours=2)

_ENQUEUE = """
with box as (
    update exchange_mailbox set last_sequence = last_sequence + 1, parcels = parcels + 1, bytes = bytes + $6
    where receiver = $1 and parcels < $8 and bytes + $6 <= $9
      and (not $7::boolean or listening_until between $10::timestamptz and $10::timestamptz + interval '90 seconds'
           and set_config('synchronous_commit', 'off', true) = 'off')
      and not exists (select from exchange_parcel where receiver = $1 and sender = $2 and id = $3)
    returning last_sequence
), put as (
    insert into exchange_parcel (receiver, sequence, sender, id, expires_at, body, size)
    select $1, last_sequence, $2, $3, $4, $5, $6 from box returning sequence
)
select sequence, pg_notify('exchange_parcel', $11) from put
"""
# Many of one sender to one receiver, all or none. With their number and bytes, their order is that of the arrays.
_ENQUEUE_MANY = """
with given as (
    select * from unnest($2::text[], $3::timestamptz[], $4::text[], $5::integer[])
        with ordinality as g (id, expires_at, body, size, place)
), box as (
    update exchange_mailbox set last_sequence = last_sequence + $6, parcels = parcels + $6::integer, bytes = bytes + $7
    where receiver = $1 and parcels + $6 <= $9 and bytes + $7 <= $10
      and (not $8::boolean or listening_until between $11::timestamptz and $11::timestamptz + interval '90 seconds'
           and set_config('synchronous_commit', 'off', true) = 'off')
      and not exists (select from exchange_parcel where receiver = $1 and sender = $12 and id = any($2::text[]))
    returning last_sequence - $6 as before
), put as (
    insert into exchange_parcel (receiver, sequence, sender, id, expires_at, body, size)
    select $1, before + place, $12, id, expires_at, body, size from box, given returning sequence
)
select taken, pg_notify('exchange_parcel', $13) from (select count(*) as taken from put) as counted where taken > 0
"""
_WHY_NOT = """
select parcels >= $4 or bytes + $5 > $6 as full,
       coalesce(listening_until between $7::timestamptz and $7::timestamptz + interval '90 seconds', false)
           as listening,
       exists (select from exchange_parcel where receiver = $1 and sender = $2 and id = $3) as there
from exchange_mailbox where receiver = $1
"""
_FETCH = """
select sequence, id, sender, body from (
    select sequence, id, sender, body, sum(size) over (order by sequence) - size as before
    from exchange_parcel where receiver = $1 and sequence > $2 and expires_at > $3 order by sequence limit $4
) as batch where before < $5 order by sequence
"""
_REMOVE = """
with gone as (delete from exchange_parcel where receiver = $1 and sequence = any($2::bigint[]) returning size),
     sums as (select count(*) as parcels, coalesce(sum(size), 0) as bytes from gone)
update exchange_mailbox as box set parcels = box.parcels - sums.parcels, bytes = box.bytes - sums.bytes
from sums where box.receiver = $1 and sums.parcels > 0 and set_config('synchronous_commit', 'off', true) = 'off'
"""
_LISTENING = """
update exchange_mailbox set listening_until = $2, last_seen = $3
where receiver = $1 and set_config('synchronous_commit', 'off', true) = 'off'
"""
_OPEN_MAILBOX = "insert into exchange_mailbox (receiver) values ($1) on conflict do nothing"
_FIRST_USE = """
insert into exchange_token (id, expires_at) select $1, $2 where set_config('synchronous_commit', 'off', true) = 'off'
on conflict do nothing
"""
_EXPIRED = (
    "select receiver, array_agg(sequence) as sequences from exchange_parcel where expires_at <= $1 group by receiver"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the hub keeps for one receiver, and hands out at once."""

    parcels: int = 10_000
    total_bytes: int = 2 * 2**30
    body_bytes: int = LARGEST_BODY_BYTES
    batch_parcels: int = 64
    batch_bytes: int = 8 * 2**20
    wait_seconds: float = 25.0


class Broker:
    """Takes parcels in and hands them out, at least once, in the order in which it took them, for each receiver.

    Accepted is durable (a transient parcel: visible, and lost only with the machine's power). A parcel leaves when its
    receiver acknowledges it or when it expires. Waiting receivers are woken at once, in this process directly, in other
    processes of the hub by NOTIFY.
    """

    def __init__(
        self, database: Database, *, clock: Callable[[], datetime] = utc_now, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self.limits = limits or Limits()
        self._waiters: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._process = secrets.token_hex(8)
        self._listener = Listener(database, _CHANNEL, self._heard)

    async def open_mailbox(self, receiver: str) -> None:
        """Make the receiver known; nothing happens when it is."""
        async with self._database.connection() as connection:
            await connection.execute(_OPEN_MAILBOX, receiver)

    async def send(self, sender: str, parcel: Parcel) -> None:
        """Take a parcel in; the same one again (sender and id) changes nothing.

        Raises NotFound for an unknown receiver, TooLarge, Incorrect when it is to wait for longer than 60 days,
        Busy when its mailbox is full, and, for a transient parcel,
        Unavailable when the receiver is not listening.
        """
        if len(parcel.body) > self.limits.body_bytes:
            raise TooLarge(f"A message may have {self.limits.body_bytes} bytes at most, not {len(parcel.body)}.")
        if parcel.expires_at > self._clock() + LONGEST_LIFE:
            raise Incorrect(f"A message may wait for {LONGEST_LIFE.days} days at most.")
        if not await self._enqueued(sender, parcel):
            await self._explain(sender, parcel)
        self._wake(parcel.receiver)

    async def send_many(self, sender: str, parcels: Sequence[Parcel]) -> list[VerbundError | None]:
        """Take several in, in their order for each receiver; for each what `send` would have raised."""
        groups: dict[tuple[str, bool], list[int]] = defaultdict(list)
        for place, parcel in enumerate(parcels):
            groups[parcel.receiver, parcel.transient].append(place)
        failures: list[VerbundError | None] = [None] * len(parcels)
        for places in groups.values():
            group = [parcels[place] for place in places]
            if len(group) > 1 and self._fits(group) and await self._all_enqueued(sender, group):
                self._wake(group[0].receiver)
                continue
            for place in places:
                try:
                    await self.send(sender, parcels[place])
                except VerbundError as error:
                    failures[place] = error
        return failures

    def _fits(self, group: Sequence[Parcel]) -> bool:
        latest = self._clock() + LONGEST_LIFE
        return all(len(one.body) <= self.limits.body_bytes and one.expires_at <= latest for one in group)

    async def _all_enqueued(self, sender: str, group: Sequence[Parcel]) -> bool:
        """Whether all were taken; False where one has to be looked at by itself."""
        receiver, sizes = group[0].receiver, [len(one.body) for one in group]
        try:
            async with self._database.connection() as connection:
                row = await connection.fetchrow(
                    _ENQUEUE_MANY, receiver, [one.id for one in group], [one.expires_at for one in group],
                    [one.body for one in group], sizes, len(group), sum(sizes), group[0].transient,
                    self.limits.parcels, self.limits.total_bytes, self._clock(), sender, f"{self._process} {receiver}",
                )  # fmt: skip
        except Conflict as error:
            if isinstance(error.__cause__, UniqueViolationError):
                return False
            raise
        return row is not None

    async def _enqueued(self, sender: str, parcel: Parcel) -> bool:
        limits, now = self.limits, self._clock()
        announcement = f"{self._process} {parcel.receiver}"
        try:
            async with self._database.connection() as connection:
                row = await connection.fetchrow(
                    _ENQUEUE, parcel.receiver, sender, parcel.id, parcel.expires_at, parcel.body, len(parcel.body),
                    parcel.transient, limits.parcels, limits.total_bytes, now, announcement,
                )  # fmt: skip
        except Conflict as error:
            if isinstance(error.__cause__, UniqueViolationError):
                return True
            raise
        return row is not None

    async def _explain(self, sender: str, parcel: Parcel) -> None:
        limits = self.limits
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                _WHY_NOT, parcel.receiver, sender, parcel.id, limits.parcels, len(parcel.body), limits.total_bytes,
                self._clock(),
            )  # fmt: skip
        if row is None:
            raise NotFound(f"{parcel.receiver} is not a member of this region.")
        if row["there"]:
            return
        if row["full"]:
            raise Busy(f"Too much waits for {parcel.receiver} already. Try again later.")
        raise Unavailable(
            f"{parcel.receiver} is not connected at the moment.",
            german=f"{parcel.receiver} ist zurzeit nicht verbunden.",
        )

    async def poll(self, receiver: str, after: int, wait_seconds: float) -> tuple[Delivery, ...]:
        """Parcels above the sequence `after`, at once if there are any, else as soon as one comes, at last empty."""
        wait = min(max(wait_seconds, 0.0), self.limits.wait_seconds)
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        with self._waiting(receiver) as woken:
            await self._listening(receiver, self._clock() + timedelta(seconds=wait) + _GRACE)
            while True:
                found = await self._fetch(receiver, after)
                left = until - loop.time()
                if found or left <= 0:
                    return found
                try:
                    async with asyncio.timeout(left):
                        await woken.wait()
                except TimeoutError:
                    return ()
                woken.clear()

    async def _fetch(self, receiver: str, after: int) -> tuple[Delivery, ...]:
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _FETCH, receiver, after, self._clock(), self.limits.batch_parcels, self.limits.batch_bytes
            )
        return tuple(Delivery(row["sequence"], row["id"], row["sender"], row["body"]) for row in rows)

    async def ack(self, receiver: str, sequences: Sequence[int]) -> None:
        """Remove what the receiver has dealt with; unknown sequences are ignored."""
        await self._removed(receiver, sequences)

    async def _removed(self, receiver: str, sequences: Sequence[int]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_REMOVE, receiver, list(sequences))

    async def left(self, receiver: str) -> None:
        """The receiver's connection was cut: unless it polls again, it counts as not listening from now on."""
        if not self._waiters.get(receiver):
            await self._listening(receiver, self._clock())

    async def _listening(self, receiver: str, until: datetime) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_LISTENING, receiver, until, self._clock())

    async def use_token(self, token: str, expires_at: datetime) -> bool:
        """Whether this request token is used for the first time, at any process of the hub."""
        async with self._database.connection() as connection:
            done = await connection.execute(_FIRST_USE, token, expires_at)
        return bool(done == "INSERT 0 1")

    async def sweep(self) -> int:
        """Remove expired parcels and tokens; returns how many parcels went."""
        now = self._clock()
        async with self._database.connection() as connection:
            rows = await connection.fetch(_EXPIRED, now)
            # Kept beyond their end: one must not count as unused when the clock is put back.
            await connection.execute("delete from exchange_token where expires_at <= $1", now - _CLOCK_SET_BACK)
        for row in rows:
            await self._removed(row["receiver"], row["sequences"])
        return sum(len(row["sequences"]) for row in rows)

    async def run(self, every_seconds: float = 20.0) -> None:
        """Hear the hub's other processes and sweep, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listener.run())
            while True:
                await asyncio.sleep(every_seconds)
                try:
                    await self.sweep()
                except VerbundError as error:
                    _log.info("sweep-postponed", reason=error.text)

    @contextmanager
    def _waiting(self, receiver: str) -> Iterator[asyncio.Event]:
        woken = asyncio.Event()
        self._waiters[receiver].add(woken)
        try:
            yield woken
        finally:
            self._waiters[receiver].discard(woken)
            if not self._waiters[receiver]:
                del self._waiters[receiver]

    def _wake(self, receiver: str) -> None:
        for woken in self._waiters.get(receiver, ()):
            woken.set()

    def _heard(self, payload: str) -> None:
        process, _, receiver = payload.partition(" ")
        if not payload:
            for name in list(self._waiters):
                self._wake(name)
        elif process != self._process:
            self._wake(receiver)
