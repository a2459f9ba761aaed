"""Who is signed in with a browser: sessions kept by the server, known to the browser by a random cookie."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Unauthenticated
from verbund.identity.browsers import Browser, Device
from verbund.identity.model import Person
from verbund.identity.passkeys import Also, nothing_else
from verbund.identity.people import person_of
from verbund.identity.seals import Seals, new_secret

_TOUCH_SECONDS = 30  # a session's last use is written down no more often than this

_OF = """
select s.id as session, s.opened, s.seen, s.expires, s.proven, s.about, p.id, p.record, p.epoch
  from identity_session s join identity_person p on p.id = s.person
 where s.token = $1 and s.expires > $2 and s.seen > $3 and s.seen < $4 and p.active
"""
_OPEN = """
insert into identity_session (token, id, person, opened, seen, expires, proven, about)
select $1, $2, p.id, $4, $4, $5, $6, $7 from identity_person p
 where p.id = $3 and p.active and ($8::integer is null or p.epoch = $8) for share
"""
_AHEAD = timedelta(minutes=1)  # a session that was used later than that from now: the clock was put back, it is over


class _About(msgspec.Struct, frozen=True):
    """What is sealed of a session."""

    amr: tuple[str, ...]
    address: str | None = None
    browser: str = ""
    system: str = ""


_ABOUT = msgspec.json.Decoder(_About)
_FORMER = _About(("pwd",))  # sessions that were opened before this was kept


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. `expires` is when it ends at the latest; it ends earlier when idle.

    `authenticated` is when the person last proved who they are, `amr` how (RFC 8176).
    """

    id: UUID
    person: Person
    opened: datetime
    expires: datetime
    authenticated: datetime
    amr: tuple[str, ...]
    csrf: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sessions, as that person sees it."""

    id: UUID
    opened: datetime
    seen: datetime
    address: str | None = field(repr=False)
    device: Device
    current: bool


class Sessions:
    """Server-side sessions. The cookie's value is random (256 bits), new at each sign-in, stored only as keyed hash.

    One that is not used for `idle_minutes` is over, and any is `hours` after its person proved who they are; also one
    that was used at a time that is yet to come, so that a clock that is put back lengthens none.
    """

    def __init__(
        self, database: Database, keys: NodeKeys, *, idle_minutes: int = 30, hours: int = 12, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._idle = timedelta(minutes=idle_minutes)
        self._longest = timedelta(hours=hours)
        self._clock = clock

    async def open(
        self,
        person_id: UUID,
        *,
        proven: datetime | None = None,
        amr: tuple[str, ...] = ("pwd",),
        browser: Browser | None = None,
        epoch: int | None = None,
        former: str = "",
    ) -> str:
        """Sign somebody in who proved `proven` (now, when left out) who they are; returns the cookie's value.

        It takes the place of the session `former` in the same browser, whosever that was. Sweeps away what has expired.
        Raises Unauthenticated for who may not sign in, and where what they proved in `epoch` was put out meanwhile.
        """
        token, now, session_id = new_secret(), self._clock(), uuid4()
        began = min(proven or now, now)
        about = _about(amr, browser or Browser())
        async with self._database.transaction() as connection:
            await connection.execute(
                "delete from identity_session where expires < $1 or seen < $2", now, now - self._idle
            )
            done = await connection.execute(
                _OPEN, self._key(token), session_id, person_id, now, began + self._longest, began,
                self._seals.seal(f"session {session_id}", msgspec.json.encode(about)), epoch,
            )  # fmt: skip
            if done == "INSERT 0 0":
                raise Unauthenticated("This sign-in does not hold any more.", german="Diese Anmeldung gilt nicht mehr.")
            await connection.execute("delete from identity_session where token = $1", self._key(former))
        return token

    async def of(self, token: str | None) -> Session | None:
        """The session of a cookie's value; None when it is unknown or over, or the person may no longer sign in.

        Counts as use: the idle time begins again.
        """
        if not token:
            return None
        now, key = self._clock(), self._key(token)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_OF, key, now, now - self._idle, now + _AHEAD)
        if row is None:
            return None
        if (now - row["seen"]).total_seconds() > _TOUCH_SECONDS:
            await self._touch(key, now)
        person = person_of(row["id"], row["record"], self._seals, epoch=row["epoch"])
        amr = self._opened(row["session"], row["about"]).amr
        return Session(row["session"], person, row["opened"], row["expires"], row["proven"], amr, self.csrf(token))

    async def all_of(self, person_id: UUID, token: str = "") -> tuple[OpenSession, ...]:
        """The sessions of somebody that are not over, last used first; `token` is that of the one who asks."""
        now = self._clock()
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select * from identity_session where person = $1 and expires > $2 and seen > $3 and seen < $4 "
                "order by seen desc, id",
                person_id, now, now - self._idle, now + _AHEAD,
            )  # fmt: skip
        own = self._key(token)
        return tuple(self._shown(row, current=row["token"] == own) for row in rows)

    async def confirm(self, token: str, amr: tuple[str, ...]) -> None:
        """The person of this session has proven again, just now, who they are. The session does not last longer."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select id, about from identity_session where token = $1 for update", self._key(token)
            )
            if row is not None:
                about = msgspec.structs.replace(self._opened(row["id"], row["about"]), amr=amr)
                await connection.execute(
                    "update identity_session set proven = $2, about = $3 where id = $1",
                    row["id"], self._clock(), self._seals.seal(f"session {row['id']}", msgspec.json.encode(about)),
                )  # fmt: skip

    async def close(self, token: str) -> None:
        """Sign out this browser."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_session where token = $1", self._key(token))

    async def end(self, person_id: UUID, session_id: UUID, also: Also = nothing_else) -> bool:
        """End one session of this person, wherever it is; whether there was one."""
        async with self._database.transaction() as connection:
            done = await connection.execute(
                "delete from identity_session where id = $1 and person = $2", session_id, person_id
            )
            ended = bool(done == "DELETE 1")
            if ended:
                await also(connection)
        return ended

    async def end_others(self, person_id: UUID, token: str, also: Also = nothing_else) -> int:
        """End all sessions of this person but the one of `token`; how many."""
        async with self._database.transaction() as connection:
            done = await connection.execute(
                "delete from identity_session where person = $1 and token <> $2", person_id, self._key(token)
            )
            ended = int(done.removeprefix("DELETE "))
            if ended:
                await also(connection)
        return ended

    def csrf(self, token: str) -> str:
        """The value that forms of this session carry; derived, so that nothing more is stored."""
        return self._seals.lookup("csrf", token).hex

    async def _touch(self, key: UUID, now: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute("update identity_session set seen = $2 where token = $1", key, now)

    def _key(self, token: str) -> UUID:
        return self._seals.lookup("session", token)

    def _opened(self, session_id: UUID, about: bytes | None) -> _About:
        return _FORMER if about is None else _ABOUT.decode(self._seals.unseal(f"session {session_id}", about))

    def _shown(self, row: asyncpg.Record, *, current: bool) -> OpenSession:
        about = self._opened(row["id"], row["about"])
        device = Device(about.browser, about.system)
        return OpenSession(row["id"], row["opened"], row["seen"], about.address, device, current)


def _about(amr: tuple[str, ...], browser: Browser) -> _About:
    return _About(amr, browser.address, browser.device.browser, browser.device.system)
