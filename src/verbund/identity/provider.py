"""The node as OpenID Connect provider: the authorization code flow with PKCE (S256 only), and what belongs to it.

OpenID Connect Core 1.0, OAuth 2.0 (RFC 6749) with PKCE (RFC 7636) as RFC 9700 wants it; SMART App Launch 2.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys, sign_token
from verbund.database import Database
from verbund.errors import NotFound, Unauthenticated
from verbund.identity.clients import Client
from verbund.identity.flow import Answer, Code, Flow, Headers, Pairs, Proof, Refusal, SignedIn
from verbund.identity.model import House, Person
from verbund.identity.people import People
from verbund.identity.scopes import Scopes
from verbund.identity.seals import Seals, new_secret
from verbund.identity.tokens import Minted, Tokens

REQUEST_MINUTES = 15
CODE_SECONDS = 60
_LONGEST_REQUEST = 8_192
_CODE = msgspec.json.Decoder(Code)
_PAIRS = msgspec.json.Decoder(tuple[tuple[str, str], ...])


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that waits for somebody to sign in, as the sign-in page shows it."""

    request_id: str
    client: Client
    scopes: Scopes
    redirect_origin: str
    login_hint: str | None
    must_sign_in: bool


class Provider:
    """Answers authorization and token requests. Requests and codes lie in the database, so a restart loses none."""

    def __init__(
        self,
        house: House,
        keys: NodeKeys,
        database: Database,
        *,
        people: People,
        tokens: Tokens,
        clients: Iterable[Client],
        clock: Clock = utc_now,
    ) -> None:
        self.house = house
        self._keys = keys
        self._seals = Seals(keys)
        self._database = database
        self._people = people
        self._tokens = tokens
        self._clients = {client.id: client for client in clients}
        self._clock = clock

    async def begin(self, params: Pairs, *, person: Person | None = None, signed_in: datetime | None = None) -> Pending:
        """Check an authorization request and keep it for a quarter of an hour.

        `person` is who is signed in already; `must_sign_in` then says whether they have to once more. Raises Refusal,
        with `redirect` when the client may be told itself.
        """
        self._check_form(params)
        who = _signed_in(person, signed_in)
        client, scope, prompt = self._flow().authorization(params, who)
        sent = dict(params)
        request_id, now = new_secret(), self._clock()
        sealed = self._seals.seal("request", msgspec.json.encode(list(params)))
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_request where expires < $1", now)
            await connection.execute(
                "insert into identity_request (token, request, expires) values ($1, $2, $3)",
                self._seals.lookup("request", request_id), sealed, now + timedelta(minutes=REQUEST_MINUTES),
            )  # fmt: skip
        fresh = who is not None and prompt == "" and not _too_old(who, sent.get("max_age"), now)
        return self._pending(request_id, client, scope, sent, must_sign_in=not fresh)

    async def pending(self, request_id: str) -> Pending:
        """The request of this id. Raises NotFound when it is unknown, answered or too old."""
        async with self._database.connection() as connection:
            sealed = await connection.fetchval(
                "select request from identity_request where token = $1 and expires > $2",
                self._seals.lookup("request", request_id), self._clock(),
            )  # fmt: skip
        params = self._opened(sealed)
        client, scope, _ = self._flow().authorization(_unprompted(params), None)
        return self._pending(request_id, client, scope, dict(params), must_sign_in=True)

    async def complete(
        self, request_id: str, person: Person, *, signed_in: datetime | None = None, amr: tuple[str, ...] = ("pwd",)
    ) -> str:
        """Answer a pending request with a code for `person`; returns the address to send the browser to.

        `signed_in` is when they proved who they are (now, when left out), `amr` how (RFC 8176).

        The request is used up. Raises NotFound when it is unknown, answered or too old.
        """
        params = await self._take(request_id)
        who = SignedIn(str(person.id), int((signed_in or self._clock()).timestamp()), amr)
        location, made = self._flow().grant(_unprompted(params), who)
        if made is not None:
            await self._keep_code(*made)
        return location

    async def refuse(self, request_id: str) -> str:
        """Answer a pending request with `access_denied`; returns the address to send the browser to."""
        params = await self._take(request_id)
        location, _ = self._flow().grant(_unprompted(params), None)
        return location

    async def exchange(self, form: Pairs, headers: Headers) -> dict[str, Any]:
        """Answer a token request (RFC 6749, section 4.1.3): the body for JSON. Raises Refusal.

        A code works once, for a minute, for its client, address and PKCE verifier. Used twice, the token of the first
        time is revoked (section 4.1.2), since one of the two was not the client.
        """
        return self._token_answer(*await self._exchanged(form, headers))

    async def _exchanged(self, form: Pairs, headers: Headers) -> tuple[Minted, Person, Code, Client]:
        self._check_form(form)
        code, jti = await self._use_code(dict(form).get("code", ""))
        person = None if code is None else await self._person(code.person)
        minted: list[Minted] = []

        def mint(client: Client, scope: str) -> dict[str, Any]:
            if person is None:
                raise Refusal("invalid_grant", "Who signed in may no longer do so.")
            minted.append(self._tokens.mint(person, Scopes.parse(scope), client=client.id, jti=jti))
            return {"token_type": "Bearer", "access_token": minted[0].token, "expires_in": minted[0].expires_in}

        answer, client = self._flow(code).exchange(form, headers, mint)
        if answer.status != 200 or code is None or person is None or client is None:
            raise _refused(answer)
        await self._tokens.write_down(minted[0], person)
        return minted[0], person, code, client

    async def redeem(self, code: str, verifier: str, client: Client) -> Proof:
        """Who is behind a code, for the node's own pages, which need no token. Raises Refusal as `exchange`."""
        form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", client.id),
            ("redirect_uri", client.redirect_uris[0]),
            ("code_verifier", verifier),
        ]
        minted, person, used, _ = await self._exchanged(form, {})
        await self._tokens.revoke(minted.claims)
        return Proof(person, datetime.fromtimestamp(used.auth_time, UTC), used.amr)

    async def revoke(self, form: Pairs, headers: Headers) -> None:
        """Revoke a token (RFC 7009). Raises Refusal for a client that proves nothing or whose token it is not."""
        self._check_form(form)
        client = self._flow().client_of(form, headers, "revocation")
        try:
            claims = await self._tokens.claims(dict(form).get("token", ""))
        except Unauthenticated:
            return  # section 2.2: an invalid token is as good as revoked
        if claims.client_id != client.id:
            raise Refusal("invalid_grant", "The token was issued to another client.")
        await self._tokens.revoke(claims)

    async def introspect(self, form: Pairs, headers: Headers) -> dict[str, Any]:
        """What a token says (RFC 7662), for clients with a secret only; `active` is false for any that is not valid."""
        self._check_form(form)
        self._flow().client_of(form, headers, "introspection")
        try:
            claims = await self._tokens.claims(dict(form).get("token", ""))
        except Unauthenticated:
            return {"active": False}
        wanted = ("iss", "aud", "sub", "jti", "iat", "exp", "client_id", "scope", "patient")
        said = msgspec.to_builtins(claims)
        return {
            "active": True,
            "token_type": "Bearer",
            **{name: said[name] for name in wanted if said[name] is not None},
        }

    async def userinfo(self, bearer: str) -> dict[str, Any]:
        """Who a token was issued to (OpenID Connect Core 1.0, section 5.3). Raises Unauthenticated."""
        claims = await self._tokens.claims(bearer)
        try:
            person = await self._people.of(UUID(claims.sub))
        except (ValueError, NotFound):
            raise Unauthenticated("The access token does not belong to a person who can sign in here.") from None
        return {"sub": claims.sub, **_about(person, Scopes.parse(claims.scope), self.house)}

    def _flow(self, code: Code | None = None) -> Flow:
        return Flow(self.house.issuer, self._clients, code)

    def _check_form(self, params: Pairs) -> None:
        if sum(len(name) + len(value) for name, value in params) > _LONGEST_REQUEST:
            raise Refusal("invalid_request", "The request is too long.")
        names = [name for name, _ in params]
        if len(set(names)) < len(names):
            raise Refusal("invalid_request", "A parameter is there twice (RFC 6749, section 3.1).")
        sent = dict(params)
        if sent.get("aud", self.house.audience).rstrip("/") != self.house.audience:
            raise Refusal("invalid_request", f"This server issues tokens for {self.house.audience} only ('aud').")
        if "request" in sent or "request_uri" in sent:
            raise Refusal("request_not_supported", "Request objects are not taken here; send plain parameters.")
        if any("\x00" in value for value in sent.values()):
            raise Refusal("invalid_request", "A parameter holds a character that it must not hold.")

    def _pending(
        self, request_id: str, client: Client, scope: str, sent: dict[str, str], *, must_sign_in: bool
    ) -> Pending:
        target = urlsplit(sent["redirect_uri"])
        return Pending(
            request_id,
            client,
            Scopes.parse(scope),
            f"{target.scheme}://{target.netloc}",
            sent.get("login_hint"),
            must_sign_in,
        )

    async def _take(self, request_id: str) -> tuple[tuple[str, str], ...]:
        async with self._database.transaction() as connection:
            sealed = await connection.fetchval(
                "delete from identity_request where token = $1 and expires > $2 returning request",
                self._seals.lookup("request", request_id), self._clock(),
            )  # fmt: skip
        return self._opened(sealed)

    def _opened(self, sealed: bytes | None) -> tuple[tuple[str, str], ...]:
        if sealed is None:
            raise NotFound(
                "This sign-in has been completed or has waited too long; begin again.",
                german="Diese Anmeldung ist abgeschlossen oder zu alt; beginnen Sie von vorn.",
            )
        return _PAIRS.decode(self._seals.unseal("request", sealed))

    async def _keep_code(self, secret: str, code: Code) -> None:
        now = self._clock()
        async with self._database.transaction() as connection:
            # Used codes stay for a day, so that a second use is recognised.
            await connection.execute("delete from identity_code where expires < $1", now - timedelta(days=1))
            await connection.execute(
                "insert into identity_code (token, code, jti, expires) values ($1, $2, $3, $4)",
                self._seals.lookup("code", secret),
                self._seals.seal("code", msgspec.json.encode(code)),
                uuid4(),
                now + timedelta(seconds=CODE_SECONDS),
            )

    async def _use_code(self, secret: str) -> tuple[Code | None, UUID | None]:
        token, now = self._seals.lookup("code", secret), self._clock()
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "update identity_code set used = true "
                "where token = $1 and expires > $2 and not used returning code, jti",
                token, now,
            )  # fmt: skip
            spent = None
            if row is None:
                spent = await connection.fetchval("select jti from identity_code where token = $1 and used", token)
        if spent is not None:
            await self._tokens.revoke_id(spent, now + self._tokens.ttl + timedelta(days=1))
        if row is None:
            return None, None
        return _CODE.decode(self._seals.unseal("code", row["code"])), row["jti"]

    async def _person(self, person_id: str) -> Person | None:
        try:
            return await self._people.of(UUID(person_id))
        except NotFound:
            return None

    def _token_answer(self, minted: Minted, person: Person, code: Code, client: Client) -> dict[str, Any]:
        scopes = Scopes.parse(minted.claims.scope)
        answer: dict[str, Any] = {
            "access_token": minted.token,
            "token_type": "Bearer",
            "expires_in": minted.expires_in,
            "scope": minted.claims.scope,
        }
        if person.patient_id is not None and any(level == "patient" for level, _, _ in scopes.grants):
            answer["patient"] = person.patient_id
        if "openid" in scopes.context:
            answer["id_token"] = sign_token(self._identity(minted, person, code, client, scopes), self._keys)
        return answer

    def _identity(self, minted: Minted, person: Person, code: Code, client: Client, scopes: Scopes) -> dict[str, Any]:
        """The claims of the identity token (OpenID Connect Core 1.0, section 2)."""
        claims: dict[str, Any] = {
            "iss": self.house.issuer,
            "sub": str(person.id),
            "aud": client.id,
            "iat": minted.claims.iat,
            "exp": minted.claims.exp,
            "auth_time": code.auth_time,
            "amr": code.get_amr(),
            **_about(person, scopes, self.house),
        }
        return claims if code.nonce is None else claims | {"nonce": code.nonce}


def _about(person: Person, scopes: Scopes, house: House) -> dict[str, Any]:
    """What the scopes let a client know of somebody."""
    about: dict[str, Any] = {}
    if "profile" in scopes.context:
        about["name"] = person.name
    if "fhirUser" in scopes.context and person.fhir_user is not None:
        about["fhirUser"] = f"{house.audience}/{person.fhir_user}"
    return about


def _signed_in(person: Person | None, at: datetime | None) -> SignedIn | None:
    return None if person is None or at is None else SignedIn(str(person.id), int(at.timestamp()))


def _too_old(who: SignedIn, max_age: str | None, now: datetime) -> bool:
    """Whether the sign-in is older than the client accepts (OpenID Connect Core 1.0, section 3.1.2.1)."""
    if max_age is None:
        return False
    return not max_age.isdecimal() or now.timestamp() - who.auth_time > int(max_age[:9])


def _unprompted(params: Pairs) -> Pairs:
    """The request without `prompt`, which has been obeyed by the time somebody has signed in."""
    return [(name, value) for name, value in params if name != "prompt"]


def _refused(answer: Answer) -> Refusal:
    body = answer.body if isinstance(answer.body, dict) else {}
    error = str(body.get("error", "invalid_grant"))
    text = str(body.get("error_description", "The authorization code does not fit; begin the sign-in again."))
    return Refusal(error, text, status=max(answer.status, 400))
