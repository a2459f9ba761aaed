"""Where apps get tokens: for a code, for a refresh token, for themselves; and where they give back and ask.

RFC 6749 sections 4.1.3, 4.4 and 6; RFC 7009; RFC 7662; SMART App Launch 2.2 with Backend Services; DPoP (RFC 9449).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import NotFound, Unauthenticated, VerbundError
from verbund.identity.clients import REFRESH, Client
from verbund.identity.flow import Answer, Code, Flow, Headers, Pairs, Refusal
from verbund.identity.model import House, Person
from verbund.identity.people import People
from verbund.identity.permits import Lasting, Permits, Said, Shown
from verbund.identity.registered import Clients
from verbund.identity.scopes import Level, Scopes
from verbund.identity.seals import Seals
from verbund.identity.signing import IdentityKey
from verbund.identity.tokens import Claims, Minted, Terms, Tokens
from verbund.identity.told import Told

TOKEN = "/oauth/token"  # noqa: S105 - an address
_CODE = msgspec.json.Decoder(Code)
_TOLD = ("iss", "aud", "sub", "jti", "iat", "exp", "client_id", "scope", "patient", "encounter", "cnf")


@dataclass(frozen=True, slots=True)
class _Request:
    """A token request: its client, once looked up, and the key that it is bound to by its proof."""

    form: Pairs
    headers: Headers
    clients: Mapping[str, Client]
    proven: str | None
    jkt: str | None

    @property
    def sent(self) -> dict[str, str]:
        return dict(self.form)


@dataclass(frozen=True, slots=True)
class _Issued:
    """A token for somebody, with what else belongs to the answer."""

    minted: Minted
    person: Person
    said: Said
    nonce: str | None = None


class Exchanges:
    """The token, revocation, introspection and userinfo endpoints of one node."""

    def __init__(
        self,
        house: House,
        keys: NodeKeys,
        database: Database,
        *,
        people: People,
        tokens: Tokens,
        clients: Clients,
        permits: Permits,
        told: Told,
        identity_key: IdentityKey,
        clock: Clock = utc_now,
    ) -> None:
        self.house = house
        self._identity_key = identity_key
        self._seals = Seals(keys)
        self._database = database
        self._people = people
        self._tokens = tokens
        self._clients = clients
        self._permits = permits
        self._told = told
        self._clock = clock

    async def exchange(self, form: Pairs, headers: Headers) -> dict[str, Any]:
        """Answer a token request: the body for JSON. Raises Refusal, and BadProof for a proof that does not hold.

        A code works once, for a minute, for its client, address and PKCE verifier; used twice, all that came of it ends
        (RFC 6749, section 4.1.2), since one of the two was not the client. A refresh token works once as well.
        """
        try:
            request = await self._request(form, headers)
            match request.sent.get("grant_type"):
                case "refresh_token":
                    return await self._refreshed(request)
                case "client_credentials":
                    return await self._for_itself(request)
            return await self._for_code(request)
        except VerbundError as refused:
            if refused.http_status < 500:
                said = dict(form).get("client_id", "")
                await self._told.refused(said, getattr(refused, "error", refused.issue_code))
            raise

    async def redeem(self, form: Pairs) -> tuple[Person, Code]:
        """Who is behind a code, for the node's own pages; no token comes of it. Raises Refusal."""
        request = await self._request(form, {})
        code, _ = await self._use_code(request.sent.get("code", ""))
        person = None if code is None else await self._person(code.person, code.epoch)
        answer, _ = self._flow(request, code=code).exchange(form, {}, lambda _client, _scope: {})
        if answer.status != 200 or code is None or person is None:
            raise _refused(answer)
        return person, code

    async def keep_code(self, secret: str, code: Code, *, seconds: int) -> None:
        """Keep what a code stands for until it is exchanged."""
        now = self._clock()
        async with self._database.transaction() as connection:
            # Used codes stay for a day, so that a second use is recognised.
            await connection.execute("delete from identity_code where expires < $1", now - timedelta(days=1))
            await connection.execute(
                "insert into identity_code (token, code, jti, expires) values ($1, $2, $3, $4)",
                self._seals.lookup("code", secret),
                self._seals.seal("code", msgspec.json.encode(code)),
                uuid4(),
                now + timedelta(seconds=seconds),
            )

    async def _request(self, form: Pairs, headers: Headers) -> _Request:
        clients, proven = await self._clients.of(form, headers)
        proof = headers.get("dpop")
        jkt = None
        if proof is not None:
            address = f"{self.house.issuer}{TOKEN}"
            jkt = await self._tokens.proofs.key_of(proof, "POST", address, nonce_needed=True)
        elif any(client.dpop_bound for client in clients.values()):
            raise Refusal("invalid_dpop_proof", "This app gets tokens only with a proof in the header DPoP (RFC 9449).")
        return _Request(form, headers, clients, proven, jkt)

    def _flow(self, request: _Request, *, code: Code | None = None, shown: Shown | None = None) -> Flow:
        permit = None if shown is None else shown.permit
        return Flow(self.house.issuer, request.clients, code, permit=permit, proven=request.proven)

    async def _for_code(self, request: _Request) -> dict[str, Any]:
        code, jti = await self._use_code(request.sent.get("code", ""))
        person = None if code is None else await self._person(code.person, code.epoch)
        answer, client = self._flow(request, code=code).exchange(request.form, request.headers, _nothing)
        if answer.status != 200 or code is None or client is None:
            raise _refused(answer)
        if person is None:
            raise Refusal("invalid_grant", "Who signed in may no longer do so.")
        if code.jkt is not None and code.jkt != request.jkt:
            raise Refusal("invalid_dpop_proof", "The code is bound to another key ('dpop_jkt').")
        scopes = Scopes.parse(code.scope)
        said = Said(
            scope=code.scope, lasting=_lasting(scopes, client), patient=code.patient, encounter=code.encounter,
            jkt=request.jkt, auth_time=code.auth_time, amr=code.amr,
        )  # fmt: skip
        permit_id = jti or uuid4()
        permit, secret = await self._permits.open(permit_id, person.id, client.id, said, ttl=self._tokens.ttl)
        minted = self._mint(person, scopes, client, said, jti=jti)
        await self._write_down(minted, person, permit.id)
        return await self._answered(_Issued(minted, person, said, code.nonce), client, scopes, refresh=secret)

    async def _refreshed(self, request: _Request) -> dict[str, Any]:
        shown = await self._permits.shown(request.sent.get("refresh_token", ""))
        answer, client = self._flow(request, shown=shown).exchange(request.form, request.headers, _nothing)
        if answer.status != 200 or shown is None or client is None:
            raise _refused(answer)
        permit = shown.permit
        person = await self._person(str(permit.person))
        if person is None:
            raise Refusal("invalid_grant", "Who permitted this may no longer sign in.")
        if permit.said.jkt is not None and permit.said.jkt != request.jkt:
            raise Refusal("invalid_dpop_proof", "The refresh token is bound to another key.")
        secret = None if shown.used else await self._permits.rotate(shown)
        if secret is None:
            await self._end_reused(permit.id, person, client)
            raise Refusal("invalid_grant", "The refresh token was used before; all that came of it has ended.")
        scopes = Scopes.parse(request.sent.get("scope") or permit.said.scope)
        said = msgspec.structs.replace(permit.said, jkt=request.jkt)
        minted = self._mint(person, scopes, client, said)
        await self._write_down(minted, person, permit.id)
        return await self._answered(_Issued(minted, person, said), client, scopes, refresh=secret)

    async def _end_reused(self, permit: UUID, person: Person, client: Client) -> None:
        try:
            await self._permits.end(permit)
        except NotFound:
            return  # ended already, by whoever came at the same time
        await self._told.ended(person, client.id, reused=True)

    async def _for_itself(self, request: _Request) -> dict[str, Any]:
        """SMART Backend Services: a token of scopes of the level system, and no other."""
        answer, client = self._flow(request).exchange(request.form, request.headers, _nothing)
        if answer.status != 200 or client is None:
            raise _refused(answer)
        allowed = Scopes.parse(client.get_allowed_scope(request.sent.get("scope")) or "")
        scopes = Scopes(
            frozenset(one for one in allowed.grants if one[0] is Level.SYSTEM),
            narrowed=frozenset(one for one in allowed.narrowed if one.level is Level.SYSTEM),
        )
        if not scopes.grants and not scopes.narrowed:
            raise Refusal("invalid_scope", "None of the scopes asked for is one that this app can have for itself.")
        minted = self._tokens.mint_service(
            client.id, client.name, scopes, purpose=client.purpose, terms=Terms(jkt=request.jkt)
        )
        await self._write_down(minted, None, None)
        return _plain(minted, request.jkt)

    def _mint(self, person: Person, scopes: Scopes, client: Client, said: Said, *, jti: UUID | None = None) -> Minted:
        terms = Terms(said.patient, said.encounter, said.jkt)
        return self._tokens.mint(person, scopes, client=client.id, jti=jti, terms=terms)

    async def _write_down(self, minted: Minted, person: Person | None, permit: UUID | None) -> None:
        try:
            await self._tokens.write_down(minted, person, permit=permit)
        except Unauthenticated as ended:
            if permit is not None:
                with suppress(NotFound):
                    await self._permits.end(permit)
            raise Refusal("invalid_grant", ended.text) from None

    async def revoke(self, form: Pairs, headers: Headers) -> None:
        """Revoke a token (RFC 7009); with a refresh token ends all that came of the same permit.

        Raises Refusal for a client that proves nothing or whose token it is not.
        """
        clients, proven = await self._clients.of(form, headers)
        client = Flow(self.house.issuer, clients, proven=proven).client_of(form, headers, "revocation")
        token = dict(form).get("token", "")
        shown = await self._permits.shown(token)
        if shown is not None:
            _check_owner(shown.permit.client, client)
            person = await self._person(str(shown.permit.person))
            await self._permits.end(shown.permit.id)
            if person is not None:
                await self._told.ended(person, client.id)
            return
        try:
            claims = await self._tokens.claims(token)
        except Unauthenticated:
            return  # section 2.2: an invalid token is as good as revoked
        _check_owner(claims.client_id, client)
        await self._tokens.revoke(claims)

    async def introspect(self, form: Pairs, headers: Headers) -> dict[str, Any]:
        """What a token says (RFC 7662), for clients that prove themselves; `active` is false for any that is not valid.

        Of a refresh token only the client is told that it is for.
        """
        clients, proven = await self._clients.of(form, headers)
        client = Flow(self.house.issuer, clients, proven=proven).client_of(form, headers, "introspection")
        token = dict(form).get("token", "")
        shown = await self._permits.shown(token)
        if shown is not None:
            return _said_of_refresh(shown) if shown.permit.client == client.id and not shown.used else {"active": False}
        try:
            claims = await self._tokens.claims(token)
        except Unauthenticated:
            return {"active": False}
        return await self._said_of(claims)

    async def _said_of(self, claims: Claims) -> dict[str, Any]:
        said = msgspec.to_builtins(claims)
        person = await self._person(claims.sub)
        user = {} if person is None else _about(person, Scopes.parse(claims.scope), self.house)
        return {
            "active": True,
            "token_type": "Bearer" if claims.cnf is None else "DPoP",
            **{name: said[name] for name in _TOLD if said[name] is not None},
            **{name: user[name] for name in ("fhirUser",) if name in user},
        }

    async def userinfo(
        self, token: str, *, scheme: str = "bearer", proof: str | None = None, method: str = "GET"
    ) -> dict[str, Any]:
        """Who a token was issued to (OpenID Connect Core 1.0, section 5.3), as it was sent. Raises Unauthenticated."""
        await self._tokens.presented(scheme, token, proof, method, f"{self.house.issuer}/oauth/userinfo")
        claims = await self._tokens.claims(token)
        person = await self._person(claims.sub)
        if person is None:
            raise Unauthenticated("The access token does not belong to a person who can sign in here.")
        return {"sub": claims.sub, **_about(person, Scopes.parse(claims.scope), self.house)}

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
            with suppress(NotFound):
                await self._permits.end(spent)
        if row is None:
            return None, None
        return _CODE.decode(self._seals.unseal("code", row["code"])), row["jti"]

    async def _person(self, person_id: str, epoch: int | None = None) -> Person | None:
        """Who this is, if they may sign in, and nothing put out what they proved in `epoch`."""
        try:
            person = await self._people.of(UUID(person_id))
        except (ValueError, NotFound):
            return None
        return person if epoch in {None, person.epoch} else None

    async def _answered(
        self, issued: _Issued, client: Client, scopes: Scopes, *, refresh: str | None
    ) -> dict[str, Any]:
        """The token and what SMART App Launch 2.2 (section 2.0.11) puts beside it."""
        minted, person = issued.minted, issued.person
        granted = Scopes.parse(minted.claims.scope)
        answer = _plain(minted, issued.said.jkt) | _launched(self.house, minted.claims, granted)
        if refresh is not None:
            answer["refresh_token"] = refresh
        if "openid" in scopes.context:
            answer["id_token"] = await self._identity_key.sign(self._identity(issued, person, client, granted))
        return answer

    def _identity(self, issued: _Issued, person: Person, client: Client, scopes: Scopes) -> dict[str, Any]:
        """The claims of the identity token (OpenID Connect Core 1.0, section 2)."""
        claims: dict[str, Any] = {
            "iss": self.house.issuer,
            "sub": str(person.id),
            "aud": client.id,
            "iat": issued.minted.claims.iat,
            "exp": issued.minted.claims.exp,
            "auth_time": issued.said.auth_time,
            "amr": list(issued.said.amr),
            **_about(person, scopes, self.house),
        }
        return claims if issued.nonce is None else claims | {"nonce": issued.nonce}


def _nothing(_client: Client, _scope: str) -> dict[str, Any]:
    """What Authlib puts into its answer: tokens are made after it has checked the request."""
    return {}


def _plain(minted: Minted, jkt: str | None) -> dict[str, Any]:
    return {
        "access_token": minted.token,
        "token_type": "Bearer" if jkt is None else "DPoP",
        "expires_in": minted.expires_in,
        "scope": minted.claims.scope,
    }


def _launched(house: House, claims: Claims, granted: Scopes) -> dict[str, Any]:
    """For whom the app was opened; our pages show no patient beside it, so that it must say whom it is about."""
    levels = {level for level, _, _ in granted.grants} | {part.level for part in granted.narrowed}
    about = claims.patient is not None and (
        Level.PATIENT in levels or bool({"launch", "launch/patient"} & granted.context)
    )
    if not about:
        return {}
    found: dict[str, Any] = {"patient": claims.patient, "need_patient_banner": True}
    if claims.encounter is not None:
        found["encounter"] = claims.encounter
    if "launch" in granted.context:
        found["smart_style_url"] = f"{house.issuer}/oauth/smart-style.json"
    return found


def _lasting(scopes: Scopes, client: Client) -> Lasting:
    if REFRESH not in client.grants:
        return "once"
    if "offline_access" in scopes.context:
        return "offline"
    return "online" if "online_access" in scopes.context else "once"


def _said_of_refresh(shown: Shown) -> dict[str, Any]:
    permit = shown.permit
    return {
        "active": True,
        "client_id": permit.client,
        "scope": permit.said.scope,
        "sub": str(permit.person),
        "exp": int(permit.expires.timestamp()),
    }


def _check_owner(client_id: str, client: Client) -> None:
    if client_id != client.id:
        raise Refusal("invalid_grant", "The token was issued to another client.")


def _about(person: Person, scopes: Scopes, house: House) -> dict[str, Any]:
    """What the scopes let a client know of somebody."""
    about: dict[str, Any] = {}
    if "profile" in scopes.context:
        about["name"] = person.name
    if "fhirUser" in scopes.context and person.fhir_user is not None:
        about["fhirUser"] = f"{house.audience}/{person.fhir_user}"
    return about


def _refused(answer: Answer) -> Refusal:
    body = answer.body if isinstance(answer.body, dict) else {}
    error = str(body.get("error", "invalid_grant"))
    text = str(body.get("error_description", "What was sent does not fit, or was used before; begin again."))
    return Refusal(error, text, status=max(answer.status, 400))
