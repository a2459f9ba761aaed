"""What people permitted apps: seen and ended by whose it is; with a permit end all tokens that came of it.

Refresh tokens rotate: each is used once, and one that is used again ends the permit, since one of the two who used it
was not the app (RFC 9700, section 4.14.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import NotFound
from verbund.identity.seals import Seals, new_secret

OFFLINE_DAYS = 90
ONLINE_IDLE_MINUTES = 30
ONLINE_HOURS = 12
_KEPT_DAYS = 30

Lasting = Literal["once", "online", "offline"]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was permitted: scopes, and for which patient and encounter; `jkt` is the key that the app proves to have."""

    scope: str
    lasting: Lasting = "once"
    patient: str | None = None
    encounter: str | None = None
    jkt: str | None = None
    auth_time: int = 0
    amr: tuple[str, ...] = ()


class Permit(msgspec.Struct, frozen=True):
    """What somebody permitted an app, since when, when it was last used, and until when it holds if it is not used."""

    id: UUID
    person: UUID
    client: str
    said: Said
    granted: datetime
    used: datetime
    expires: datetime
    ended: datetime | None = None

    def check_client(self, client: object) -> bool:
        """Whether it was given to this client (Authlib's TokenMixin)."""
        return getattr(client, "id", None) == self.client

    def get_scope(self) -> str:
        """What was permitted (Authlib's TokenMixin)."""
        return self.said.scope


@dataclass(frozen=True, slots=True)
class Shown:
    """A refresh token that an app shows, and the permit it came of; `used` says that it was shown before."""

    secret: str
    permit: Permit
    used: bool


_SAID = msgspec.json.Decoder(Said)
_SHOWN = """
select p.id, p.person, p.client, p.said, p.granted, p.used, p.expires, p.ended, t.used as spent
  from identity_refresh t join identity_permit p on p.id = t.permit
 where t.token = $1 and p.ended is null and t.expires > $2 and p.expires > $2
"""
_OF_PERSON = """
select id, person, client, said, granted, used, expires, ended from identity_permit
 where person = $1 and ended is null and expires > $2 order by granted desc, id
"""
_END = """
update identity_permit set ended = $2 where id = $1 and ended is null and ($3::uuid is null or person = $3)
returning id, person, client, said, granted, used, expires, ended
"""


class Permits:
    """The permits of a node; `ended` is called when tokens have been revoked with one."""

    def __init__(
        self, database: Database, keys: NodeKeys, *, ended: Callable[[], None], clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._ended = ended
        self._seals = Seals(keys)
        self._clock = clock

    async def open(
        self, permit_id: UUID, person: UUID, client: str, said: Said, *, ttl: timedelta
    ) -> tuple[Permit, str | None]:
        """A new permit, and its first refresh token where it lasts longer than the access token's `ttl`."""
        now = self._clock()
        sealed = self._seals.seal(f"permit {permit_id}", msgspec.json.encode(said))
        expires = now + max(ttl, lasts(said.lasting))
        permit = Permit(permit_id, person, client, said, now, now, expires)
        secret = new_secret() if said.lasting != "once" else None
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_permit where expires < $1", now - timedelta(days=_KEPT_DAYS))
            await connection.execute(
                "insert into identity_permit (id, person, client, said, granted, used, expires) "
                "values ($1, $2, $3, $4, $5, $5, $6)",
                permit_id, person, client, sealed, now, expires,
            )  # fmt: skip
            if secret is not None:
                await self._keep(connection, secret, permit)
        return permit, secret

    async def shown(self, secret: str) -> Shown | None:
        """What a refresh token stands for; None when it is unknown, too old, or the permit has ended."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                _SHOWN,
                self._seals.lookup("refresh", secret), self._clock(),
            )  # fmt: skip
        return None if row is None else Shown(secret, self._permit(row), row["spent"])

    async def rotate(self, shown: Shown) -> str | None:
        """The next refresh token in place of this one; None when it was used meanwhile, or the permit has ended."""
        now, permit = self._clock(), shown.permit
        expires = _until(permit, now)
        secret = new_secret()
        async with self._database.transaction() as connection:
            live = await connection.fetchval(
                "update identity_permit set used = $2, expires = $3 where id = $1 and ended is null returning true",
                permit.id, now, expires,
            )  # fmt: skip
            spent = await connection.fetchval(
                "update identity_refresh set used = true where token = $1 and not used returning true",
                self._seals.lookup("refresh", shown.secret),
            )
            if not live or not spent:
                return None
            await self._keep(connection, secret, msgspec.structs.replace(permit, expires=expires))
        return secret

    async def of_person(self, person: UUID) -> tuple[Permit, ...]:
        """What somebody permits now, the newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                _OF_PERSON,
                person, self._clock(),
            )  # fmt: skip
        return tuple(map(self._permit, rows))

    async def end(self, permit_id: UUID, *, person: UUID | None = None) -> Permit:
        """End a permit and all tokens that came of it, at once.

        NotFound unless it still holds, and is of `person` where one is named.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                _END,
                permit_id, now, person,
            )  # fmt: skip
            if row is not None:
                await connection.execute(
                    "insert into identity_revocation (jti, revoked, expires) "
                    "select jti, $2, expires from identity_grant where permit = $1 on conflict do nothing",
                    permit_id, now,
                )  # fmt: skip
        if row is None:
            raise NotFound("This permission has ended already.", german="Diese Erlaubnis ist bereits beendet.")
        self._ended()
        return self._permit(row)

    async def _keep(self, connection: Connection, secret: str, permit: Permit) -> None:
        await connection.execute(
            "insert into identity_refresh (token, permit, expires) values ($1, $2, $3)",
            self._seals.lookup("refresh", secret), permit.id, permit.expires,
        )  # fmt: skip

    def _permit(self, row: asyncpg.Record) -> Permit:
        said = _SAID.decode(self._seals.unseal(f"permit {row['id']}", row["said"]))
        return Permit(
            row["id"], row["person"], row["client"], said, row["granted"], row["used"], row["expires"], row["ended"]
        )


def lasts(lasting: Lasting) -> timedelta:
    """How long a permit holds when it is not used."""
    return {
        "once": timedelta(0),
        "online": timedelta(minutes=ONLINE_IDLE_MINUTES),
        "offline": timedelta(days=OFFLINE_DAYS),
    }[lasting]


def _until(permit: Permit, now: datetime) -> datetime:
    """Until when it holds once it has been used now: an online one as long as a session, counted from its beginning."""
    until = now + lasts(permit.said.lasting)
    return min(until, permit.granted + timedelta(hours=ONLINE_HOURS)) if permit.said.lasting == "online" else until
