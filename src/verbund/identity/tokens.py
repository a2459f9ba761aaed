"""Access tokens: signed statements of who may do what for how long, made and checked by this node alone."""

import asyncio
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys, PublicKeys, sign_token, verify_token
from verbund.database import Database
from verbund.errors import Busy, Incorrect, Interrupted, Unauthenticated, Unavailable
from verbund.identity.model import House, Person, Principal, Role
from verbund.identity.scopes import Scopes

OPERATOR = "operator"
"""The client that `verbund token` speaks for."""

_KNOWN = 4096  # verified tokens kept in memory, so that the signature is checked once a token
_CHANNEL = "verbund_identity_revoked"  # told by a trigger, see migration 0002
_AGAIN_SECONDS = 0.5
_REVOCATIONS_SECONDS = 2.0  # how old the list of revoked tokens may be, which other processes of the node also write


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token says (RFC 9068, with the node's own claims for who asks)."""

    iss: str
    aud: str
    sub: str
    jti: UUID
    iat: int
    exp: int
    client_id: str
    scope: str
    name: str
    role: Role
    organisation: str
    organisation_name: str
    purpose: str
    patient: str | None = None

    def principal(self) -> Principal:
        """Who asks with this token."""
        return Principal(
            subject=self.sub,
            name=self.name,
            role=self.role,
            organisation=self.organisation,
            organisation_name=self.organisation_name,
            patient_id=self.patient,
            scopes=Scopes.parse(self.scope),
            purpose=self.purpose,
            client=self.client_id,
            token=self.jti,
        )


@dataclass(frozen=True, slots=True)
class Minted:
    """A token and what it says."""

    token: str
    claims: Claims

    @property
    def expires_in(self) -> int:
        """Its lifetime in seconds."""
        return self.claims.exp - self.claims.iat


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    claims: Claims
    expires: int


def claims_for(principal: Principal, house: House, *, now: datetime, ttl: timedelta, jti: UUID | None = None) -> Claims:
    """What a token for `principal` says, from now on for `ttl`."""
    issued = int(now.timestamp())
    return Claims(
        iss=house.issuer,
        aud=house.audience,
        sub=principal.subject,
        jti=jti or uuid4(),
        iat=issued,
        exp=issued + int(ttl.total_seconds()),
        client_id=principal.client or OPERATOR,
        scope=str(principal.scopes),
        name=principal.name,
        role=principal.role,
        organisation=principal.organisation,
        organisation_name=principal.organisation_name,
        purpose=principal.purpose,
        patient=principal.patient_id,
    )


def _name(bearer: bytes) -> bytes:
    """What a token is kept under in memory, where it does not stand itself."""
    return hashlib.blake2b(bearer, digest_size=32).digest()


def _sign(claims: Claims, keys: NodeKeys) -> str:
    said: dict[str, Any] = msgspec.to_builtins(claims)
    return sign_token({name: value for name, value in said.items() if value is not None}, keys)


def operator_token(
    keys: NodeKeys,
    house: House,
    scope: str,
    *,
    purpose: str = "HOPERAT",
    ttl: timedelta = timedelta(hours=1),
    clock: Clock = utc_now,
) -> str:
    """A bearer token for the node's own operator, who holds its key; not bound to a person, not kept in the database.

    Raises Incorrect for a scope that cannot be read or a lifetime that is not between a second and a year.
    """
    if not timedelta(seconds=1) <= ttl <= timedelta(days=366):
        raise Incorrect("A token's lifetime is between one second and one year.")
    principal = Principal(
        subject=OPERATOR,
        name=f"Operator of {house.organisation_name}",
        role=Role.SYSTEM,
        organisation=house.organisation,
        organisation_name=house.organisation_name,
        patient_id=None,
        scopes=Scopes.parse(scope),
        purpose=purpose,
        client=OPERATOR,
    )
    return _sign(claims_for(principal, house, now=clock(), ttl=ttl), keys)


class Tokens:
    """Issues, checks and revokes access tokens of one node."""

    def __init__(
        self,
        house: House,
        keys: NodeKeys,
        database: Database,
        *,
        ttl: timedelta = timedelta(minutes=10),
        clock: Clock = utc_now,
    ) -> None:
        self.house = house
        self.ttl = ttl
        self._keys = keys
        self._public: PublicKeys = keys.public()
        self._database = database
        self._clock = clock
        self._known: dict[bytes, _Known] = {}
        # Those of them that were not revoked when they were last asked for; empty again with every revocation.
        self._good: dict[bytes, _Known] = {}
        self._revoked: frozenset[UUID] = frozenset()
        self._reading: asyncio.Task[None] | None = None
        self._revoked_here: dict[UUID, datetime] = {}
        self._revoked_as_of: datetime = datetime.min.replace(tzinfo=UTC)

    def mint(
        self, person: Person, scopes: Scopes, *, client: str, purpose: str | None = None, jti: UUID | None = None
    ) -> Minted:
        """A token for somebody, never wider than their role. Hand it out only after `write_down`."""
        principal = person.principal(self.house, scopes=scopes, client=client, purpose=purpose)
        claims = claims_for(principal, self.house, now=self._clock(), ttl=self.ttl, jti=jti)
        return Minted(_sign(claims, self._keys), claims)

    async def write_down(self, minted: Minted, person: Person) -> None:
        """Keep what was granted, so that it can be seen and revoked; forgets what has expired."""
        claims, now = minted.claims, self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_grant where expires < $1", now)
            await connection.execute(
                "insert into identity_grant (jti, person, client, scope, issued, expires) "
                "values ($1, $2, $3, $4, $5, $6)",
                claims.jti, person.id, claims.client_id, claims.scope, now, datetime.fromtimestamp(claims.exp, UTC),
            )  # fmt: skip

    async def issue(self, person: Person, scopes: Scopes, *, client: str, purpose: str | None = None) -> str:
        """A token for somebody, never wider than their role; written down, so that it can be seen and revoked."""
        minted = self.mint(person, scopes, client=client, purpose=purpose)
        await self.write_down(minted, person)
        return minted.token

    async def verify(self, bearer: str) -> Principal:
        """Who asks with this token.

        Raises Unauthenticated, with the reason, unless this node's key signed it, for this node's API, it is within
        its time, says all that it must and has not been revoked; Unavailable when revocations cannot be read.
        """
        return (await self._checked(bearer)).principal

    def known(self, bearer: bytes) -> Principal | None:
        """Who asks with this token, if that can be said at once; None: `verify` says it, or why not.

        Said of a token that was verified before, is within its time, and is not among the revoked, while the list of
        these is no older than `verify` takes it.
        """
        now = self._clock()
        if (now - self._revoked_as_of).total_seconds() > _REVOCATIONS_SECONDS:
            return None
        known = self._good.get(_name(bearer))
        return None if known is None or known.expires <= now.timestamp() else known.principal

    async def claims(self, bearer: str) -> Claims:
        """What a valid token says. Raises as `verify` does."""
        return (await self._checked(bearer)).claims

    async def revoke(self, claims: Claims) -> None:
        """From now on the token is refused: here at once, at other processes of this node as soon as they are told.

        Those that `follow` hear of it with the commit; without its connection one learns of it within two seconds.
        """
        await self.revoke_id(claims.jti, datetime.fromtimestamp(claims.exp, UTC))

    async def revoke_id(self, jti: UUID, expires: datetime) -> None:
        """Revoke the token of this id, whether it has been handed out yet or not."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "insert into identity_revocation (jti, revoked, expires) values ($1, $2, $3) on conflict do nothing",
                jti, self._clock(), expires,
            )  # fmt: skip
        self._refuse({jti: expires})

    async def follow(self) -> None:
        """Hear of what other processes of this node revoke, at once, until cancelled; never returns."""
        while True:
            with suppress(Unavailable, Interrupted, Busy):
                await self._listen()
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        async with self._database.dedicated() as connection:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(_CHANNEL, self._heard)
            # What was revoked before we listened must be read.
            self._revoked_as_of = datetime.min.replace(tzinfo=UTC)
            await lost.wait()

    def _heard(self, _connection: object, _process: int, _channel: str, said: object) -> None:
        jti, _, expires = str(said).partition(" ")
        self._refuse({UUID(jti): datetime.fromtimestamp(int(expires), UTC)})

    def _refuse(self, revoked: dict[UUID, datetime]) -> None:
        self._revoked_here |= revoked
        self._revoked |= revoked.keys()
        self._good.clear()

    async def _checked(self, bearer: str) -> _Known:
        now = self._clock()
        if (now - self._revoked_as_of).total_seconds() > _REVOCATIONS_SECONDS:
            await self._read_again(now)
        name = _name(bearer.encode("utf-8", "replace"))
        known = self._known.get(name)
        if known is None:
            known = self._read(bearer, now)
            self._remember(name, known)
        if known.expires <= now.timestamp():
            raise Unauthenticated("The access token has expired; get a new one.")
        if known.claims.jti in self._revoked:
            raise Unauthenticated("The access token has been revoked; sign in again.")
        self._good[name] = known
        return known

    def _read(self, bearer: str, now: datetime) -> _Known:
        said = verify_token(bearer, self._public, issuer=self.house.issuer, audience=self.house.audience, now=now)
        try:
            claims = msgspec.convert(dict(said), Claims)
            return _Known(claims.principal(), claims, claims.exp)
        except (msgspec.ValidationError, Incorrect):
            raise Unauthenticated("The access token does not say all that it must.") from None

    def _remember(self, name: bytes, known: _Known) -> None:
        if len(self._known) >= _KNOWN:
            first = next(iter(self._known))
            del self._known[first]
            self._good.pop(first, None)
        self._known[name] = known

    async def _read_again(self, now: datetime) -> None:
        """Read the list once for all who need it now; each learns if it fails."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_revocations(now))
            self._reading.add_done_callback(self._was_read)
        await asyncio.shield(self._reading)

    def _was_read(self, task: asyncio.Task[None]) -> None:
        self._reading = None
        if not task.cancelled():
            task.exception()  # who waits for it has it; it was seen also when nobody does any more

    async def _read_revocations(self, now: datetime) -> None:
        async with self._database.connection() as connection:
            rows = await connection.fetch("select jti from identity_revocation where expires > $1", now)
        # What was revoked here while the list was being read is not in it yet.
        self._revoked_here = {jti: expires for jti, expires in self._revoked_here.items() if expires > now}
        self._revoked = frozenset(row["jti"] for row in rows) | self._revoked_here.keys()
        self._good.clear()
        self._revoked_as_of = now
