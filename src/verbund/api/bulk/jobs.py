"""Jobs as they lie in the database: sealed, of one owner each, gone when their time is over."""

import uuid
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from verbund.config import Clock, utc_now
from verbund.crypto import Hasher, NodeKeys, seal, unseal
from verbund.database import Database
from verbund.errors import NotFound
from verbund.identity import Principal

KEPT_HOURS = 24

_INSERT = "insert into bulk_job (id, kind, owner, sealed, expires_at) values ($1, $2, $3, $4, $5)"
_SELECT = "select sealed, expires_at from bulk_job where id = $1 and kind = $2 and owner = $3 and expires_at > $4"
_UPDATE = "update bulk_job set sealed = $2, seen_at = now() where id = $1"
_DELETE = "delete from bulk_job where id = $1"
_FORGET = "delete from bulk_job where expires_at <= $1"
_SEEN = "select seen_at > now() - make_interval(secs => $2) from bulk_job where id = $1"

Content = TypeVar("Content", bound=msgspec.Struct)


class Jobs:
    """The jobs of a node, shared by its processes."""

    def __init__(self, database: Database, keys: NodeKeys, clock: Clock = utc_now) -> None:
        self._database = database
        self._hasher = Hasher(keys.index)
        self._key = HKDF(SHA256(), length=32, salt=None, info=b"verbund bulk jobs").derive(keys.index)
        self._clock = clock

    async def add(self, kind: str, who: Principal, content: msgspec.Struct) -> UUID:
        """A new job of somebody; jobs whose time is over are forgotten."""
        identity, now = uuid.uuid4(), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET, now)
            expires = now + timedelta(hours=KEPT_HOURS)
            await connection.execute(
                _INSERT, identity, kind, self._owner(who), self._sealed(identity, content), expires
            )
        return identity

    async def find(self, kind: str, identity: str, who: Principal, of: type[Content]) -> tuple[UUID, Content, datetime]:
        """A job of who asks, and when it ends; NotFound when there is none, or it is somebody else's."""
        try:
            number = UUID(identity)
        except ValueError:
            raise _none() from None
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_SELECT, number, kind, self._owner(who), self._clock())
        if row is None:
            raise _none()
        return number, msgspec.json.decode(unseal(self._key, row["sealed"], number.bytes), type=of), row["expires_at"]

    async def change(self, identity: UUID, content: msgspec.Struct) -> bool:
        """Keep the new state of a job; False where it was removed meanwhile."""
        async with self._database.transaction() as connection:
            return str(await connection.execute(_UPDATE, identity, self._sealed(identity, content))) == "UPDATE 1"

    async def is_worked_on(self, identity: UUID, seconds: float) -> bool:
        """Whether some process has changed the job within so many seconds."""
        async with self._database.connection() as connection:
            return bool(await connection.fetchval(_SEEN, identity, seconds))

    async def remove(self, identity: UUID) -> None:
        """Forget a job."""
        async with self._database.transaction() as connection:
            await connection.execute(_DELETE, identity)

    def _owner(self, who: Principal) -> UUID:
        return self._hasher.key128("bulk", who.organisation, who.subject)

    def _sealed(self, identity: UUID, content: msgspec.Struct) -> bytes:
        return seal(self._key, msgspec.json.encode(content), identity.bytes)


def _none() -> NotFound:
    return NotFound("There is no such job, or it has ended more than a day ago.")
