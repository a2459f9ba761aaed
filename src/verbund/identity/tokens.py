"""Access tokens: signed statements of who may do what for how long, made and checked by this node alone."""

import asyncio
import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys, PublicKeys, sign_token, verify_token
from verbund.database import Database
from verbund.errors import Busy, Incorrect, Interrupted, NotFound, Unauthenticated, Unavailable
from verbund.identity.dpop import BadProof, Proofs
from verbund.identity.model import House, Person, Principal, Role
from verbund.identity.scopes import Scopes

OPERATOR = "operator"
"""The client that `verbund token` speaks for."""

LONGEST_OPERATOR_DAYS = 90
_PURPOSE = re.compile(r"[A-Z]{2,20}")

# Whoever ends what these lock waits until the token is written down, and then revokes it with the others.
_PERMIT_HOLDS = """
select true from identity_permit where id = $1 and ended is null
 and not exists (select from identity_revocation where jti = $2) for share
"""
_MAY_SIGN_IN = "select true from identity_person where id = $1 and active and epoch = $2 for share"
_APP_IS_ON = "select true from identity_app where id = $1 and enabled for share"
_FORGET = """
delete from identity_grant g where g.expires < $1 and not exists (
 select from identity_permit p where p.id = g.permit and p.ended is null and p.expires > $1)
"""
_WRITTEN_DOWN = """
select g.jti as id, g.client, g.scope, coalesce(g.purpose, '') as purpose, g.issued, g.expires,
 exists (select from identity_revocation r where r.jti = g.jti) as revoked
  from identity_grant g where g.client = $1 and g.expires > $2 order by g.issued desc, g.jti
"""

_KNOWN = 4096  # verified tokens kept in memory, so that the signature is checked once a token
_CHANNEL = "verbund_identity_revoked"  # told by a trigger, see migration 0002
_AGAIN_SECONDS = 0.5
_REVOCATIONS_SECONDS = 2.0  # how old the list of revoked tokens may be, which other processes of the node also write


class Confirmation(msgspec.Struct, frozen=True):
    """The thumbprint of the key that who shows a token must have (RFC 9449, section 6.1)."""

    jkt: str


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What an access token says (RFC 9068, with the node's own claims for who asks).

    `patient` and `encounter` are those that the app was launched for, or the patient's own; with `cnf` only who has the
    key may use it. `epoch` is the person's (`Person.epoch`).
    """

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
    practitioner: str | None = None
    encounter: str | None = None
    cnf: Confirmation | None = None
    epoch: int | None = None

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
            practitioner_id=self.practitioner,
            epoch=self.epoch,
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


@dataclass(frozen=True, slots=True)
class Terms:
    """What a token is for beside who has it: from where its app was launched, and the key that it is bound to."""

    patient: str | None = None
    encounter: str | None = None
    jkt: str | None = None


PLAIN = Terms()


def claims_for(
    principal: Principal,
    house: House,
    *,
    now: datetime,
    ttl: timedelta,
    jti: UUID | None = None,
    terms: Terms = PLAIN,
) -> Claims:
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
        practitioner=principal.practitioner_id,
        encounter=terms.encounter,
        cnf=None if terms.jkt is None else Confirmation(terms.jkt),
        epoch=principal.epoch,
    )


def _name(bearer: bytes) -> bytes:
    """What a token is kept under in memory, where it does not stand itself."""
    return hashlib.blake2b(bearer, digest_size=32).digest()


def _listed(claims: Claims) -> str:
    """Its scopes without search parameters, which may name a patient's data."""
    scopes = Scopes.parse(claims.scope)
    return " ".join(
        [str(Scopes(scopes.grants, scopes.context)), *(f"{n.level}/{n.type}.{n.letters}?…" for n in scopes.narrowed)]
    )


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

    Raises Incorrect as `operator_minted`, which tells its id as well.
    """
    return operator_minted(keys, house, scope, purpose=purpose, ttl=ttl, clock=clock).token


def operator_minted(
    keys: NodeKeys,
    house: House,
    scope: str,
    *,
    purpose: str = "HOPERAT",
    ttl: timedelta = timedelta(hours=1),
    clock: Clock = utc_now,
) -> Minted:
    """A token for the operator, to be written down with `Tokens.write_down`.

    Raises Incorrect for a scope that cannot be read, for a purpose that is none, and for a lifetime that is not between
    a second and `LONGEST_OPERATOR_DAYS`.
    """
    if not timedelta(seconds=1) <= ttl <= timedelta(days=LONGEST_OPERATOR_DAYS):
        raise Incorrect(f"A token's lifetime is between one second and {LONGEST_OPERATOR_DAYS} days.")
    if not _PURPOSE.fullmatch(purpose):
        raise Incorrect(
            f"'{purpose[:40]}' is not a purpose; name a code of HL7 v3 ActReason, such as HOPERAT or TREAT."
        )
    principal = service_principal(
        house, OPERATOR, f"Operator of {house.organisation_name}", Scopes.parse(scope), purpose
    )
    claims = claims_for(principal, house, now=clock(), ttl=ttl)
    return Minted(_sign(claims, keys), claims)


def service_principal(house: House, client: str, name: str, scopes: Scopes, purpose: str) -> Principal:
    """Who asks for itself and for nobody: the operator, an app of SMART Backend Services."""
    return Principal(
        subject=client,
        name=name,
        role=Role.SYSTEM,
        organisation=house.organisation,
        organisation_name=house.organisation_name,
        patient_id=None,
        scopes=scopes.within(Role.SYSTEM.scopes),
        purpose=purpose,
        client=client,
    )


class Listed(msgspec.Struct, frozen=True):
    """A token that was written down and has not expired."""

    id: UUID
    client: str
    scope: str
    purpose: str
    issued: datetime
    expires: datetime
    revoked: bool


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
        self.proofs = Proofs(database, keys, clock=clock)
        self._known: dict[bytes, _Known] = {}
        # Those of them that were not revoked when they were last asked for; empty again with every revocation.
        self._good: dict[bytes, _Known] = {}
        self._revoked: frozenset[UUID] = frozenset()
        self._reading: asyncio.Task[None] | None = None
        self._revoked_here: dict[UUID, datetime] = {}
        self._revoked_as_of: datetime = datetime.min.replace(tzinfo=UTC)

    def mint(
        self,
        person: Person,
        scopes: Scopes,
        *,
        client: str,
        purpose: str | None = None,
        jti: UUID | None = None,
        terms: Terms = PLAIN,
    ) -> Minted:
        """A token for somebody, never wider than their role. Hand it out only after `write_down`."""
        principal = person.principal(
            self.house, scopes=scopes, client=client, purpose=purpose, launched_for=terms.patient
        )
        return self._minted(principal, jti, terms)

    def mint_service(self, client: str, name: str, scopes: Scopes, *, purpose: str, terms: Terms = PLAIN) -> Minted:
        """A token for an app that speaks for itself. Hand it out only after `write_down`."""
        return self._minted(service_principal(self.house, client, name, scopes, purpose), None, terms)

    def _minted(self, principal: Principal, jti: UUID | None, terms: Terms) -> Minted:
        claims = claims_for(principal, self.house, now=self._clock(), ttl=self.ttl, jti=jti, terms=terms)
        return Minted(_sign(claims, self._keys), claims)

    async def write_down(self, minted: Minted, person: Person | None, *, permit: UUID | None = None) -> None:
        """Keep what was granted, so that it can be seen and revoked; forgets what has expired and is of no use.

        What came of a permit is kept as long as that: what goes on without a request ends with it. Raises
        Unauthenticated where the permit, the person or the app that speaks for itself was put out meanwhile.
        """
        claims, now = minted.claims, self._clock()
        async with self._database.transaction() as connection:
            if permit is not None and not await connection.fetchval(_PERMIT_HOLDS, permit, claims.jti):
                raise Unauthenticated("What was permitted to the app has ended.")
            if person is not None and not await connection.fetchval(_MAY_SIGN_IN, person.id, person.epoch):
                raise Unauthenticated("Who signed in may no longer do so.")
            if claims.sub == claims.client_id != OPERATOR and not await connection.fetchval(_APP_IS_ON, claims.sub):
                raise Unauthenticated("The app is switched off.")
            await connection.execute(_FORGET, now)
            await connection.execute(
                "insert into identity_grant (jti, person, client, scope, purpose, permit, issued, expires) "
                "values ($1, $2, $3, $4, $5, $6, $7, $8)",
                claims.jti, None if person is None else person.id, claims.client_id, _listed(claims), claims.purpose,
                permit, now, datetime.fromtimestamp(claims.exp, UTC),
            )  # fmt: skip

    async def issue(self, person: Person, scopes: Scopes, *, client: str, purpose: str | None = None) -> str:
        """A token for somebody, never wider than their role; written down, so that it can be seen and revoked."""
        minted = self.mint(person, scopes, client=client, purpose=purpose)
        await self.write_down(minted, person)
        return minted.token

    async def written_down(self, client: str) -> tuple[Listed, ...]:
        """The tokens of a client that have not expired, the newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_WRITTEN_DOWN, client, self._clock())
        return tuple(Listed(**row) for row in rows)

    async def revoke_written_down(self, client: str, jti: UUID) -> None:
        """Revoke a token by its id. Raises NotFound unless it was written down for this client and has not expired."""
        async with self._database.connection() as connection:
            expires = await connection.fetchval(
                "select expires from identity_grant where jti = $1 and client = $2 and expires > $3",
                jti, client, self._clock(),
            )  # fmt: skip
        if expires is None:
            raise NotFound("There is no such token that could still be used.")
        await self.revoke_id(jti, expires)

    async def verify(self, bearer: str) -> Principal:
        """Who asks with this token.

        Raises Unauthenticated, with the reason, unless this node's key signed it, for this node's API, it is within
        its time, says all that it must, has not been revoked and is bound to no key; Unavailable when revocations
        cannot be read.
        """
        known = await self._checked(bearer)
        if known.claims.cnf is not None:
            raise Unauthenticated("The access token is bound to a key; send it as DPoP with a proof (RFC 9449).")
        return known.principal

    def signed(self, bearer: str) -> Principal:
        """Whose token this is by signature and time alone, where revocations cannot be read: no patient's data for it.

        Raises Unauthenticated as `verify`, but takes a revoked token for good.
        """
        now = self._clock()
        known = self._read(bearer, now)
        if known.expires <= now.timestamp() or known.claims.cnf is not None:
            raise Unauthenticated("The access token has expired, or is bound to a key.")
        return known.principal

    async def presented(self, scheme: str, token: str, proof: str | None, method: str, address: str) -> Principal:
        """Who asks with a token as it was sent: `Bearer`, or `DPoP` with a proof for this request (RFC 9449, 7.1).

        `address` is that of the request without its query. Raises Unauthenticated as `verify`, BadProof for a proof
        that does not hold, and Unauthenticated for a token that is sent otherwise than it was issued.
        """
        if scheme.lower() != "dpop":
            return await self.verify(token)
        known = await self._checked(token)
        if known.claims.cnf is None:
            raise Unauthenticated("The access token is bound to no key; send it as Bearer.")
        if proof is None:
            raise BadProof("A token that is bound to a key needs a proof in the header DPoP.")
        thumbprint = await self.proofs.key_of(proof, method, address, token=token)
        if not hmac.compare_digest(thumbprint, known.claims.cnf.jkt):
            raise BadProof("The proof is of another key than the token's ('jkt').")
        return known.principal

    def known(self, bearer: bytes) -> Principal | None:
        """Who asks with this token, if that can be said at once; None: `verify` says it, or why not.

        Said of a token that was verified before, is within its time, and is not among the revoked, while the list of
        these is no older than `verify` takes it.
        """
        now = self._clock()
        if not self._up_to_date(now):
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

    def look_again(self) -> None:
        """Read what has been revoked before the next token is taken."""
        self._revoked_as_of = datetime.min.replace(tzinfo=UTC)

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
            self.look_again()
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
        if not self._up_to_date(now):
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
        if known.claims.cnf is None:
            self._good[name] = known
        return known

    def _up_to_date(self, now: datetime) -> bool:
        """Whether the list of the revoked is young enough; one from ahead, after the clock was put back, is not."""
        return 0 <= (now - self._revoked_as_of).total_seconds() <= _REVOCATIONS_SECONDS

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
