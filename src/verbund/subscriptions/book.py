"""The tables of this package, and every statement on them. In clear they hold types, times and numbers only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from verbund.crypto import Hasher, NodeKeys, Sealer
from verbund.database import Connection, Database
from verbund.errors import Interrupted
from verbund.identity import Principal
from verbund.subscriptions.model import Change, Kept, Notice, Pace, Standing, State, Topic

CHANGES, NOTICES = "subscription_changes", "subscription_notices"

_INTERESTING = "select distinct unnest(types) from subscription where state <> 'off'"
_ADD_CHANGES = (
    "insert into subscription_event (type, at, sealed) select * from unnest($1::text[], $2::timestamptz[], $3::bytea[])"
)
_NOTIFY = "select pg_notify($1, '')"
_CHANGES = "select id, xid::text::bigint as xid, type, at, sealed from subscription_event order by id limit $1"
_TAKE_CHANGES = "delete from subscription_event where id = any($1) returning id"
_COLUMNS = (
    "key, generation, state, since::text::bigint as since, events, delivered, failures, failing_since, seen_at, "
    "reason, sealed"
)
_SELECT = "select " + _COLUMNS + " from subscription where "  # noqa: S608 - constants of this module
_LISTENING = _SELECT + "state in ('active', 'error') and since is not null"
_FIND = _SELECT + "key = any($1)"
_OF_OWNER = _SELECT + "owner = $1"
_COUNT_ON = (
    "update subscription set events = events + $3, next_at = case when failures = 0 and channel = 'rest-hook' "
    "then now() else next_at end where key = $1 and generation = $2 returning events"
)
_ADD_NOTICES = (
    "insert into subscription_notice (subscription, number, at, sealed) "
    "select $1, * from unnest($2::bigint[], $3::timestamptz[], $4::bytea[])"
)
_NOTICES = (
    "select number, at, sealed from subscription_notice where subscription = $1 and number between $2 and $3 "
    "order by number limit $4"
)
_DUE = (
    "select key from subscription where next_at <= now() and state <> 'off' "
    "and (taken_until is null or taken_until < now()) order by next_at limit $1 for update skip locked"
)
_TAKE = "update subscription set taken_until = now() + $2::interval where key in ("
_CLAIM = _TAKE + _DUE + ") returning " + _COLUMNS
_SEEN = (
    "update subscription set seen_at = now(), next_at = now() + $3::interval, taken_until = null "
    "where key = $1 and generation = $2"
)
_TOLD = (
    "update subscription set state = 'active', since = coalesce(since, pg_current_xact_id()), "
    "delivered = greatest(delivered, $3), failures = 0, failing_since = null, reason = null, taken_until = null, "
    "next_at = case when events > greatest(delivered, $3) and channel = 'rest-hook' then now() else $4 end "
    "where key = $1 and generation = $2 and state <> 'off' returning 1"
)
_REACHED = "update subscription set delivered = greatest(delivered, $2) where key = $1"
_FAILED = (
    "update subscription set state = $3, failures = $4, failing_since = $5, next_at = $6, reason = $7, "
    "taken_until = null where key = $1 and generation = $2 and state <> 'off' returning 1"
)
_OFF = (
    "update subscription set state = 'off', reason = $3, taken_until = null where key = $1 and generation = $2 "
    "and state <> 'off' returning 1"
)
_THERE = "select key, generation, state from subscription"
_KEEP = "update subscription set sealed = $3 where key = $1 and generation = $2"
_HELD = "select sealed from subscription where key = $1 for update"
_PUT = (
    "insert into subscription (key, owner, generation, state, channel, types, sealed) "
    "values ($1, $2, nextval('subscription_generation'), $3, $4, $5, $6) on conflict (key) do update set "
    "owner = excluded.owner, generation = excluded.generation, state = excluded.state, channel = excluded.channel, "
    "types = excluded.types, sealed = excluded.sealed, since = null, delivered = subscription.events, failures = 0, "
    "failing_since = null, reason = null, seen_at = null, next_at = now(), taken_until = null"
)
_REMOVE = "delete from subscription where key = any($1)"
_FORGET_NOTICES = "delete from subscription_notice where kept_since < now() - $1::interval"
_FORGET_TOKENS = "delete from subscription_token where expires_at < now()"
_PUT_TOPIC = (
    "insert into subscription_topic (resource, canonical, sealed) values ($1, $2, $3) "
    "on conflict (resource) do update set canonical = excluded.canonical, sealed = excluded.sealed"
)
_REMOVE_TOPICS = "delete from subscription_topic where resource = any($1)"
_TOPIC = "select resource, sealed from subscription_topic where canonical = $1 limit 1"
_PUT_TOKEN = "insert into subscription_token values ($1, $2, now() + $3::interval) returning expires_at"  # noqa: S105
_TAKE_TOKEN = "delete from subscription_token where token = $1 and expires_at > now() returning subscriptions"  # noqa: S105


_NAMES = (
    "key",
    "generation",
    "state",
    "since",
    "events",
    "delivered",
    "failures",
    "failing_since",
    "seen_at",
    "reason",
)


class Book:
    """What the node keeps of subscriptions, shared by its processes."""

    def __init__(self, database: Database, keys: NodeKeys) -> None:
        self.database = database
        self._hasher = Hasher(keys.index)
        derived = HKDF(SHA256(), length=32, salt=None, info=b"verbund subscriptions").derive(keys.index)
        self.sealer = Sealer(derived)

    def key(self, subscription_id: str) -> UUID:
        """What a Subscription is known by."""
        return self._hasher.key128("subscription", subscription_id)

    def owner(self, who: Principal) -> UUID:
        """What somebody is known by, whatever the app: the same person or system, at the same organisation."""
        return self._hasher.key128("subscriber", who.organisation, who.subject)

    def mark(self, who: Principal) -> str:
        """By what Subscriptions are known that somebody made with the same app: it stands in them, and names nobody."""
        return self._hasher.key128("subscriber's app", who.organisation, who.subject, who.client or "").hex

    async def interesting(self, connection: Connection) -> frozenset[str]:
        """The types whose changes may matter to somebody."""
        return frozenset(row[0] for row in await connection.fetch(_INTERESTING))

    async def add_changes(
        self, connection: Connection, changes: Sequence[tuple[datetime, Change]], *, wakes: bool
    ) -> None:
        """Keep changes until it is known whom they concern; `wakes` who settles them."""
        sealed = [self._sealed(change, b"change") for _, change in changes]
        values = ([one.type for _, one in changes], [at for at, _ in changes], sealed)
        await connection.execute(_ADD_CHANGES, *values)
        if wakes:
            await connection.execute(_NOTIFY, CHANGES)

    async def changes(self, most: int) -> list[tuple[int, int, datetime, Change]]:
        """The first that are kept: number, transaction, time, and the change."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(_CHANGES, most)
        return [(row["id"], row["xid"], row["at"], self._opened(row["sealed"], b"change", Change)) for row in rows]

    async def settle(
        self, numbers: Sequence[int], found: Mapping[tuple[UUID, int], Sequence[tuple[datetime, Change]]]
    ) -> bool:
        """Take the changes away and keep what they mean for each (subscription, generation), all or nothing.

        False where another process has done so.
        """
        async with self.database.transaction() as connection:
            taken = await connection.fetch(_TAKE_CHANGES, list(numbers))
            if len(taken) < len(numbers):
                if taken:
                    raise Interrupted("Another process settles some of these changes.")
                return False
            for (key, generation), events in sorted(found.items()):
                last = await connection.fetchval(_COUNT_ON, key, generation, len(events))
                if last is not None:
                    await self._add_notices(connection, key, last - len(events) + 1, events)
            if found:
                await connection.execute(_NOTIFY, NOTICES)
        return True

    async def _add_notices(
        self, connection: Connection, key: UUID, first: int, events: Sequence[tuple[datetime, Change]]
    ) -> None:
        numbers = list(range(first, first + len(events)))
        sealed = [self._sealed(change, key.bytes) for _, change in events]
        await connection.execute(_ADD_NOTICES, key, numbers, [at for at, _ in events], sealed)

    async def listening(self) -> list[Standing]:
        """Subscriptions for which events count."""
        async with self.database.connection() as connection:
            return [self._standing(row) for row in await connection.fetch(_LISTENING)]

    async def find(self, keys: Iterable[UUID]) -> list[Standing]:
        """Those of these subscriptions that are there."""
        async with self.database.connection() as connection:
            return [self._standing(row) for row in await connection.fetch(_FIND, list(keys))]

    async def of_owner(self, who: Principal) -> list[Standing]:
        """The subscriptions of somebody, those of all apps among them."""
        async with self.database.connection() as connection:
            return [self._standing(row) for row in await connection.fetch(_OF_OWNER, self.owner(who))]

    async def notices(self, key: UUID, first: int, last: int, most: int) -> list[Notice]:
        """Events of a subscription by their numbers, in order."""
        async with self.database.connection() as connection:
            rows = await connection.fetch(_NOTICES, key, first, last, most)
        return [Notice(row["number"], row["at"], self._opened(row["sealed"], key.bytes, Change)) for row in rows]

    async def claim(self, most: int, pace: Pace) -> list[Standing]:
        """Subscriptions with something to do, for this process alone until `pace.taken` is over."""
        async with self.database.transaction() as connection:
            rows = await connection.fetch(_CLAIM, most, timedelta(seconds=pace.taken))
        return [self._standing(row) for row in rows]

    async def seen(self, one: Standing, pace: Pace) -> None:
        """Note that it is known; it goes on when every process of the node knows."""
        await self._change(_SEEN, one.key, one.generation, timedelta(seconds=pace.settling))

    async def told(self, one: Standing, delivered: int, next_at: datetime) -> bool:
        """Note that a message arrived, with events up to `delivered`; False where the subscription has changed."""
        return await self._change(_TOLD, one.key, one.generation, delivered, next_at) is not None

    async def reached(self, key: UUID, delivered: int) -> None:
        """Note how far a websocket was told."""
        await self._change(_REACHED, key, delivered)

    async def failed(
        self, one: Standing, state: State, *, failing_since: datetime, next_at: datetime, reason: str
    ) -> bool:
        """Note a failure; False where the subscription is another by now."""
        values = (state, one.failures + 1, failing_since, next_at, reason)
        return await self._change(_FAILED, one.key, one.generation, *values) is not None

    async def turn_off(self, one: Standing, reason: str) -> bool:
        """Tell nothing more; False where it was off or has changed."""
        return await self._change(_OFF, one.key, one.generation, reason) is not None

    async def there(self) -> dict[tuple[UUID, int], State]:
        """The state of all subscriptions, by key and generation."""
        async with self.database.connection() as connection:
            return {(row["key"], row["generation"]): row["state"] for row in await connection.fetch(_THERE)}

    async def keep(self, one: Standing, kept: Kept) -> None:
        """Keep this of a subscription, unless it has changed meanwhile; what it asks for stays the same."""
        await self._change(_KEEP, one.key, one.generation, self._sealed(kept, one.key.bytes))

    async def held(self, connection: Connection, key: UUID) -> Kept | None:
        """What is kept of a subscription, held until the transaction ends; None where it is not known."""
        sealed = await connection.fetchval(_HELD, key)
        return None if sealed is None else self._opened(sealed, key.bytes, Kept)

    async def put(self, connection: Connection, state: State, kept: Kept, types: Sequence[str]) -> None:
        """Keep a subscription, in place of what it was."""
        key, owner = self.key(kept.id), self.owner(kept.who.principal)
        sealed = self._sealed(kept, key.bytes)
        await connection.execute(_PUT, key, owner, state, kept.channel.type, list(types), sealed)

    async def remove(self, connection: Connection, ids: Sequence[str]) -> None:
        """Forget subscriptions, with their events."""
        await connection.execute(_REMOVE, [self.key(one) for one in ids])

    async def forget(self, days: int) -> None:
        """Forget events that nobody asks for any more, and tokens whose time is over."""
        await self._change(_FORGET_NOTICES, timedelta(days=days))
        await self._change(_FORGET_TOKENS)

    async def put_topic(self, connection: Connection, resource_id: str, topic: Topic) -> None:
        """Keep the topic that a Basic resource brings."""
        resource = self._hasher.key128("topic", resource_id)
        canonical = self._hasher.key128("canonical", topic.canonical)
        await connection.execute(_PUT_TOPIC, resource, canonical, self._sealed(topic, resource.bytes))

    async def remove_topics(self, connection: Connection, ids: Sequence[str]) -> None:
        """Forget the topics of Basic resources, as far as they brought any."""
        await connection.execute(_REMOVE_TOPICS, [self._hasher.key128("topic", one) for one in ids])

    async def topic(self, connection: Connection, canonical: str) -> Topic | None:
        """The topic of this canonical."""
        row = await connection.fetchrow(_TOPIC, self._hasher.key128("canonical", canonical))
        return None if row is None else self._opened(row["sealed"], row["resource"].bytes, Topic)

    async def put_token(self, token: str, keys: Sequence[UUID], seconds: float) -> datetime:
        """Keep a token that binds a websocket to subscriptions; until when."""
        async with self.database.transaction() as connection:
            until: datetime = await connection.fetchval(
                _PUT_TOKEN, self._hasher.key128("token", token), list(keys), timedelta(seconds=seconds)
            )
        return until

    async def take_token(self, token: str) -> list[UUID] | None:
        """What a token is for; it is used up. None for one that is not there or whose time is over."""
        async with self.database.transaction() as connection:
            found: list[UUID] | None = await connection.fetchval(_TAKE_TOKEN, self._hasher.key128("token", token))
        return found

    async def _change(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - whatever it returns
        async with self.database.transaction() as connection:
            return await connection.fetchval(statement, *values)

    def _sealed(self, content: msgspec.Struct, context: bytes) -> bytes:
        return self.sealer.seal(msgspec.json.encode(content), context)

    def _opened(self, sealed: bytes, context: bytes, of: type[Any]) -> Any:  # noqa: ANN401 - of this type
        return msgspec.json.decode(self.sealer.unseal(sealed, context), type=of)

    def _standing(self, row: Any) -> Standing:  # noqa: ANN401 - a row of the driver
        kept = self._opened(row["sealed"], row["key"].bytes, Kept)
        return Standing(**{name: row[name] for name in _NAMES}, kept=kept)
