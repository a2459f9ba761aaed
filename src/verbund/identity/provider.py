"""The node as OpenID Connect provider: authorization requests, from the app's question to the person's answer.

OpenID Connect Core 1.0; OAuth 2.0 (RFC 6749) with PKCE (RFC 7636, S256 only) as RFC 9700 wants it; SMART App Launch
2.2.
What an app gets for the answer is the matter of `verbund.identity.exchanging`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Incorrect, NotFound
from verbund.identity.apps import Apps
from verbund.identity.clients import Client
from verbund.identity.exchanging import Exchanges
from verbund.identity.flow import Flow, Pairs, Proof, Refusal, SignedIn, with_issuer
from verbund.identity.launches import Launch, Launches
from verbund.identity.model import House, Person, Role
from verbund.identity.people import People
from verbund.identity.permits import Permits
from verbund.identity.registered import Clients
from verbund.identity.scopes import Scopes
from verbund.identity.seals import Seals, new_secret
from verbund.identity.signing import IdentityKey
from verbund.identity.tokens import Tokens
from verbund.identity.told import Log, Told

REQUEST_MINUTES = 15
CODE_SECONDS = 60
CONSENT = "/apps/consent"
"""Where the portal asks whether an app may."""

_PICKING = frozenset({Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC})  # who choose for which patient they use an app


@dataclass(frozen=True, slots=True)
class Pending:
    """An authorization request that waits for somebody to sign in, as the sign-in page shows it."""

    request_id: str
    client: Client
    scopes: Scopes
    redirect_origin: str
    login_hint: str | None
    must_sign_in: bool


@dataclass(frozen=True, slots=True)
class Question:
    """An app's question to somebody who has signed in: may it have `scopes`, the most that it can be given.

    `patient` and `encounter` are those for whom it was launched; with `picks_patient` staff choose whose data it is to
    see.
    """

    request_id: str
    client: Client
    person: Person
    scopes: Scopes
    redirect_origin: str
    picks_patient: bool
    patient: str | None
    encounter: str | None


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An authorization request that waits: for a sign-in, then, with `person`, for the answer."""

    pairs: tuple[tuple[str, str], ...]
    launch: Launch | None = None
    person: str | None = None
    auth_time: int = 0
    amr: tuple[str, ...] = ()
    epoch: int = 0


_ASKED = msgspec.json.Decoder(_Asked)


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
        log: Log | None = None,
        clock: Clock = utc_now,
        identity_key: IdentityKey | None = None,
    ) -> None:
        self.house = house
        self.apps = Apps(database, clock=clock)
        self.permits = Permits(database, keys, ended=tokens.look_again, clock=clock)
        self.launches = Launches(database, keys, clock=clock)
        self._seals = Seals(keys)
        self._database = database
        self._people = people
        self._tokens = tokens
        self._clock = clock
        self._told = Told(house, log, clock)
        self._clients = Clients(clients, self.apps, house, database, keys, clock=clock)
        self.identity_key = identity_key or IdentityKey(database, keys, clock=clock)
        self._exchanges = Exchanges(
            house, keys, database, people=people, tokens=tokens, clients=self._clients,
            permits=self.permits, told=self._told, identity_key=self.identity_key, clock=clock,
        )  # fmt: skip
        self.exchange = self._exchanges.exchange
        self.introspect = self._exchanges.introspect
        self.revoke = self._exchanges.revoke
        self.userinfo = self._exchanges.userinfo

    @property
    def nonce(self) -> str:
        """What the next DPoP proof is to say (RFC 9449, section 8)."""
        return self._tokens.proofs.nonce

    async def begin(self, params: Pairs, *, person: Person | None = None, signed_in: datetime | None = None) -> Pending:
        """Check an authorization request and keep it for a quarter of an hour; a launch that it names is taken.

        `person` is who is signed in already; `must_sign_in` then says whether they have to once more. Raises Refusal,
        with `redirect` when the client may be told itself.
        """
        self._clients.check_form(params)
        who = _signed_in(person, signed_in)
        client, scope, prompt = (await self._flow(params)).authorization(params, who)
        sent = dict(params)
        asked = _Asked(pairs=tuple(params), launch=await self._launch(sent, client))
        request_id = await self._keep(asked)
        fresh = who is not None and prompt == "" and not _too_old(who, sent.get("max_age"), self._clock())
        return _pending(request_id, client, scope, sent, must_sign_in=not fresh)

    async def pending(self, request_id: str) -> Pending:
        """The request of this id. Raises NotFound when it is unknown, answered or too old."""
        asked = await self._look(request_id)
        client, scope, _ = (await self._flow(asked.pairs)).authorization(_unprompted(asked.pairs), None)
        return _pending(request_id, client, scope, dict(asked.pairs), must_sign_in=True)

    async def complete(
        self, request_id: str, person: Person, *, signed_in: datetime | None = None, amr: tuple[str, ...] = ("pwd",)
    ) -> str:
        """Go on with a pending request now that `person` has signed in; returns where to send the browser.

        That is the app, with a code, where nobody needs to be asked: the portal itself, and for staff what the house
        has approved. Else it is the page where they are asked, under a new id that only this browser learns.
        `signed_in` is when they proved who they are (now, when left out), `amr` how (RFC 8176). Raises NotFound when
        the request is unknown, answered or too old.
        """
        asked = await self._take(request_id)
        if asked.launch is not None and asked.launch.person != str(person.id):
            return self._redirected(asked, "access_denied", "The app was opened by somebody else.")
        signed = int((signed_in or self._clock()).timestamp())
        asked = msgspec.structs.replace(asked, person=str(person.id), auth_time=signed, amr=amr, epoch=person.epoch)
        question = await self._question(request_id, asked, person)
        client = question.client
        approved = client.preapproved and person.role is not Role.PATIENT and not question.picks_patient
        if client.is_portal or approved:
            return await self._grant(question, asked, question.scopes, question.patient)
        if "none" in dict(asked.pairs).get("prompt", "").split():
            return self._redirected(asked, "consent_required", "Whoever is signed in has to be asked.")
        return f"{self.house.issuer}{CONSENT}?{urlencode({'request': await self._keep(asked)})}"

    async def question(self, request_id: str) -> Question:
        """What an app asks who has signed in. Raises NotFound when it is unknown, answered or too old."""
        asked = await self._look(request_id)
        return await self._question(request_id, asked, await self._asked_of(asked))

    async def answer(self, request_id: str, kept: Scopes, *, patient: str | None = None) -> str:
        """Permit what is `kept` of what an app asks for; returns the address to send the browser to.

        `patient` is whom staff chose. Never more is granted than was asked. With nothing left it is a refusal. Raises
        NotFound when the request is unknown, answered or too old, Incorrect without the patient it needs.
        """
        asked = await self._look(request_id)
        question = await self._question(request_id, asked, await self._asked_of(asked))
        if question.picks_patient and not patient:
            raise Incorrect("Choose a patient.", german="Wählen Sie eine Patientin oder einen Patienten.")
        await self._take(request_id)
        granted = replace(kept.within(question.scopes), context=kept.context & question.scopes.context)
        if not granted.grants and not granted.narrowed and not granted.context:
            return self._redirected(asked, "access_denied", "It was refused.")
        return await self._grant(question, asked, granted, question.patient or patient)

    async def refuse(self, request_id: str) -> str:
        """Answer a pending request with `access_denied`; returns the address to send the browser to."""
        return self._redirected(await self._take(request_id), "access_denied", "It was refused.")

    async def redeem(self, code: str, verifier: str, client: Client) -> Proof:
        """Who is behind a code, for the node's own pages, which need no token. Raises Refusal as `exchange`."""
        form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", client.id),
            ("redirect_uri", client.redirect_uris[0]),
            ("code_verifier", verifier),
        ]
        person, used = await self._exchanges.redeem(form)
        return Proof(person, datetime.fromtimestamp(used.auth_time, UTC), used.amr)

    async def _flow(self, params: Pairs) -> Flow:
        return Flow(self.house.issuer, await self._clients.named(dict(params).get("client_id")))

    async def _launch(self, sent: dict[str, str], client: Client) -> Launch | None:
        if not sent.get("launch"):
            return None
        found = await self.launches.take(sent["launch"], client.id)
        if found is None:
            text = "The launch is unknown, was taken before or waited too long; open the app again."
            raise Refusal("invalid_request", text, redirect=_error(self.house, sent, "invalid_request", text))
        return found

    async def _question(self, request_id: str, asked: _Asked, person: Person) -> Question:
        client, scope, _ = (await self._flow(asked.pairs)).authorization(_unprompted(asked.pairs), None)
        launch, scopes = asked.launch, Scopes.parse(scope)
        patient, encounter = (None, None) if launch is None else (launch.patient, launch.encounter)
        picks = launch is None and person.role in _PICKING and "launch/patient" in scopes.context
        most = person.most("chosen" if picks else patient)
        context = set(scopes.context)
        if launch is None:
            context -= {"launch", "launch/encounter"}
        elif launch.encounter is None:
            context -= {"launch/encounter"}
        if launch is None and person.patient_id is None and not picks:
            context -= {"launch/patient"}
        within = replace(scopes.within(most), context=frozenset(context))
        return Question(
            request_id, client, person, within, _origin(dict(asked.pairs)["redirect_uri"]), picks,
            patient, encounter,
        )  # fmt: skip

    async def _grant(self, question: Question, asked: _Asked, granted: Scopes, patient: str | None) -> str:
        pairs = [(name, value) for name, value in _unprompted(asked.pairs) if name != "scope"]
        who = SignedIn(str(question.person.id), asked.auth_time, asked.amr)
        flow = await self._flow(pairs)
        location, made = flow.grant([*pairs, ("scope", str(granted) or "openid")], who)
        if made is not None:
            secret, code = made
            launched = question.picks_patient or question.patient is not None
            code = msgspec.structs.replace(
                code,
                scope=str(granted),
                patient=patient if launched else None,
                encounter=question.encounter if {"launch", "launch/encounter"} & granted.context else None,
                epoch=asked.epoch,
            )
            await self._exchanges.keep_code(secret, code, seconds=CODE_SECONDS)
            if not question.client.is_portal:
                await self._told.granted(question.person, question.client, granted, patient)
        return location

    def _redirected(self, asked: _Asked, error: str, text: str) -> str:
        return _error(self.house, dict(asked.pairs), error, text)

    async def _asked_of(self, asked: _Asked) -> Person:
        if asked.person is None:
            raise _too_late()
        person = await self._people.of(UUID(asked.person))
        if person.epoch != asked.epoch:
            raise _too_late()
        return person

    async def _keep(self, asked: _Asked) -> str:
        request_id, now = new_secret(), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_request where expires < $1", now)
            await connection.execute(
                "insert into identity_request (token, request, expires) values ($1, $2, $3)",
                self._seals.lookup("request", request_id),
                self._seals.seal("request", msgspec.json.encode(asked)),
                now + timedelta(minutes=REQUEST_MINUTES),
            )
        return request_id

    async def _look(self, request_id: str) -> _Asked:
        async with self._database.connection() as connection:
            sealed = await connection.fetchval(
                "select request from identity_request where token = $1 and expires > $2",
                self._seals.lookup("request", request_id), self._clock(),
            )  # fmt: skip
        return self._opened(sealed)

    async def _take(self, request_id: str) -> _Asked:
        async with self._database.transaction() as connection:
            sealed = await connection.fetchval(
                "delete from identity_request where token = $1 and expires > $2 returning request",
                self._seals.lookup("request", request_id), self._clock(),
            )  # fmt: skip
        return self._opened(sealed)

    def _opened(self, sealed: bytes | None) -> _Asked:
        if sealed is None:
            raise _too_late()
        return _ASKED.decode(self._seals.unseal("request", sealed))


def _too_late() -> NotFound:
    return NotFound(
        "This sign-in has been completed or has waited too long; begin again.",
        german="Diese Anmeldung ist abgeschlossen oder zu alt; beginnen Sie von vorn.",
    )


def _error(house: House, sent: dict[str, str], error: str, text: str) -> str:
    """The app's own address with an error (RFC 6749, section 4.1.2.1); it was checked before."""
    said = {"error": error, "error_description": text, **({"state": sent["state"]} if "state" in sent else {})}
    target = sent["redirect_uri"]
    return with_issuer(f"{target}{'&' if '?' in target else '?'}{urlencode(said)}", house.issuer)


def _origin(address: str) -> str:
    target = urlsplit(address)
    return f"{target.scheme}://{target.netloc}"


def _pending(request_id: str, client: Client, scope: str, sent: dict[str, str], *, must_sign_in: bool) -> Pending:
    origin = _origin(sent["redirect_uri"])
    return Pending(request_id, client, Scopes.parse(scope), origin, sent.get("login_hint"), must_sign_in)


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
