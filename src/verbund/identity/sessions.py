"""Who is signed in with a browser: sessions kept by the server, known to the browser by a random cookie."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.model import Person
from verbund.identity.people import person_of
from verbund.identity.seals import Seals, new_secret

ABSOLUTE_HOURS = 12
_TOUCH_SECONDS = 30  # a session's last use is written down no more often than this

_OF = """
select s.opened, s.seen, s.expires, p.id, p.record
  from identity_session s join identity_person p on p.id = s.person
 where s.token = $1 and s.expires > $2 and s.seen > $3 and p.active
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `expires` is when it ends at the latest; it ends earlier when idle."""

    person: Person
    opened: datetime
    expires: datetime
    csrf: str = field(repr=False)


class Sessions:
    """Server-side sessions. The cookie's value is random (256 bits), new at each sign-in, stored only as keyed hash."""

    def __init__(self, database: Database, keys: NodeKeys, *, idle_minutes: int = 30, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._idle = timedelta(minutes=idle_minutes)
        self._clock = clock

    async def open(self, person_id: UUID) -> str:
        """Sign somebody in; returns the value for the session cookie. Sweeps away what has expired."""
        token, now = new_secret(), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_session where expires < $1", now)
            await connection.execute(
                "insert into identity_session (token, person, opened, seen, expires) values ($1, $2, $3, $3, $4)",
                self._key(token), person_id, now, now + timedelta(hours=ABSOLUTE_HOURS),
            )  # fmt: skip
        return token

    async def of(self, token: str | None) -> Session | None:
        """The session of a cookie's value; None when it is unknown or over, or the person may no longer sign in.

        Counts as use: the idle time begins again.
        """
        if not token:
            return None
        now, key = self._clock(), self._key(token)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_OF, key, now, now - self._idle)
        if row is None:
            return None
        if (now - row["seen"]).total_seconds() > _TOUCH_SECONDS:
            await self._touch(key, now)
        return Session(
            person_of(row["id"], row["record"], self._seals), row["opened"], row["expires"], self.csrf(token)
        )

    async def close(self, token: str) -> None:
        """Sign out this browser."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_session where token = $1", self._key(token))

    def csrf(self, token: str) -> str:
        """The value that forms of this session carry; derived, so that nothing more is stored."""
        return self._seals.lookup("csrf", token).hex

    async def _touch(self, key: UUID, now: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute("update identity_session set seen = $2 where token = $1", key, now)

    def _key(self, token: str) -> UUID:
        return self._seals.lookup("session", token)
