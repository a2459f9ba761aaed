"""Signing in with outside OpenID providers: sent there, back with a code, and who that is here.

An account of theirs belongs to somebody here because they linked it themselves, or because the settings let accounts be
made from the claims. Either way the account here says what somebody may do; a claim against that closes the door.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import msgspec

from verbund.audit import AuditLog
from verbund.config import Clock, IdentityProvider, utc_now
from verbund.crypto import NodeKeys, sign_token
from verbund.database import Database
from verbund.errors import Conflict, Forbidden, NotFound, Unauthenticated
from verbund.identity.browsers import Browser
from verbund.identity.factors import STRONG
from verbund.identity.front_door import FrontDoor, Outcome, Vouched
from verbund.identity.model import House, Person, Principal, Role
from verbund.identity.outside_provider import OutsideProvider
from verbund.identity.outside_tokens import NotBelieved, Outsider, outsider_of
from verbund.identity.people import People
from verbund.identity.recording import Said, refused, told
from verbund.identity.seals import Seals, new_secret

ATTEMPT_MINUTES = 10
_LONGEST = 4096
# Nobody types these signs, so no password chosen at random holds a login; nobody ever learns it.
_SIGNS = "†‡§¶◊♠♣♥♦♪♫☼►◄▲▼"

_TAKE = "delete from identity_outside_attempt where state = $1 returning attempt, expires"
_LINKED = "select person from identity_link where subject = $1"


class Patients(Protocol):
    """Finds the patient whom a provider names."""

    async def by_identifier(self, system: str, value: str) -> Sequence[str]:
        """The ids of the patients in use who have this identifier; two at most are needed."""


class _Attempt(msgspec.Struct, frozen=True):
    """What is sealed of a sign-in under way. `request` waits for it, or `person` links the account to their own; with
    `back` they prove once more who they are, and go there then."""

    provider: str
    nonce: str
    verifier: str
    browser: UUID
    request: str | None = None
    person: UUID | None = None
    back: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How it goes on for the waiting `request`; without an `outcome` an account was linked, or, with `proven`, somebody
    proved once more who they are, to go `back` to what wanted it."""

    provider: str
    outcome: Outcome | None = None
    request: str = field(default="", repr=False)
    proven: Vouched | None = None
    back: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An outside provider and whether somebody has linked an account of it."""

    name: str
    title: str
    linked: datetime | None


class Outside:
    """The outside providers of one node. Every attempt is in the log."""

    def __init__(
        self,
        house: House,
        database: Database,
        keys: NodeKeys,
        *,
        providers: Sequence[OutsideProvider],
        people: People,
        door: FrontDoor,
        patients: Patients,
        audit: AuditLog,
        clock: Clock = utc_now,
    ) -> None:
        self._house = house
        self._database = database
        self._seals = Seals(keys)
        self._people = people
        self._door = door
        self._patients = patients
        self._audit = audit
        self._clock = clock
        self._outside: Mapping[str, OutsideProvider] = {one.settings.name: one for one in providers}

    @property
    def offered(self) -> tuple[tuple[str, str], ...]:
        """Name and title of each provider, in the order of the settings."""
        return tuple((name, one.settings.title) for name, one in self._outside.items())

    async def begin(
        self,
        name: str,
        browser: str,
        *,
        request_id: str | None = None,
        who: Principal | None = None,
        back: str | None = None,
    ) -> str:
        """Where to send the browser to sign in at a provider, for a waiting request or to link it to `who`.

        With `back`, `who` proves there once more who they are. `browser` is what this browser keeps secret: only it can
        go on. Raises NotFound for an unknown provider or a request that no longer waits, Unavailable when the provider
        is not there.
        """
        outside = self._named(name)
        if request_id is not None and await self._door.pending(request_id) is None:
            raise NotFound("This sign-in waits no longer.", german="Diese Anmeldung wartet nicht mehr.")
        metadata = await outside.metadata()
        state, nonce, verifier, now = new_secret(), new_secret(), secrets.token_urlsafe(48), self._clock()
        bound = self._seals.lookup("outside browser", browser)
        attempt = _Attempt(name, nonce, verifier, bound, request_id, None if who is None else UUID(who.subject), back)
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_outside_attempt where expires < $1", now)
            await connection.execute(
                "insert into identity_outside_attempt (state, attempt, expires) values ($1, $2, $3)",
                self._seals.lookup("outside state", state),
                self._seals.seal("outside attempt", msgspec.json.encode(attempt)),
                now + timedelta(minutes=ATTEMPT_MINUTES),
            )
        return outside.authorization_address(
            metadata, self._return_to(name), state=state, nonce=nonce, verifier=verifier, anew=back is not None
        )

    async def arrive(
        self, name: str, params: Mapping[str, str], browser: Browser, who: Principal | None = None
    ) -> Arrival:
        """Go on with what a provider answered in the browser; `who` is who is signed in here, to link an account.

        Raises Unauthenticated (NotBelieved) when it does not hold, Forbidden when who it is may not sign in here by it,
        Conflict when the account is linked already.
        """
        outside = self._named(name)
        try:
            attempt = await self._taken(name, params, browser.secret)
            claims = await self._claims(outside, params, attempt)
            outsider = outsider_of(claims, outside.settings)
            if attempt.person is not None and attempt.back is not None:
                return await self._proven(outside.settings, outsider, attempt, who)
            if attempt.person is not None:
                await self._link(outside.settings, outsider, attempt.person, who)
                return Arrival(name)
            found = await self._person(outside.settings, outsider)
            vouched = await self._vouched(outside.settings, outsider, found)
            outcome = await self._door.let_in(attempt.request or "", found, vouched, browser)
        except (Unauthenticated, Forbidden) as error:
            why = error.why if isinstance(error, NotBelieved) else "not let in"
            said = Said(
                f"Anmeldung über {outside.settings.title} abgewiesen.",
                f"Signing in with {outside.settings.title} failed.",
            )
            event = refused(self._house, "sign-in-failed", said, self._clock(), patient_id=None)
            await self._audit.record(msgspec.structs.replace(event, detail={"provider": name, "why": why}))
            raise
        return Arrival(name, outcome, attempt.request or "")

    async def links(self, who: Principal) -> tuple[Link, ...]:
        """Each provider, and since when an account of it is linked to that of `who`."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select provider, linked from identity_link where person = $1", UUID(who.subject)
            )
        linked = {row["provider"]: row["linked"] for row in rows}
        return tuple(Link(name, one.settings.title, linked.get(name)) for name, one in self._outside.items())

    async def unlink(self, who: Principal, name: str) -> None:
        """From now on the provider's account does not open this one."""
        now = self._clock()
        async with self._database.transaction() as connection:
            await connection.execute(_UNLINK, UUID(who.subject), name)
            said = Said(
                "Verknüpfung mit einem anderen Anbieter gelöst.", "The link to an outside provider was removed."
            )
            await self._audit.append(connection, (told(who, "person", "D", said, now, detail={"provider": name}),))

    async def leaving(self, name: str, back: str) -> str | None:
        """Where to sign out at a provider as well (OpenID Connect RP-Initiated Logout 1.0); None where it has no place.

        `back` is where it may send the browser afterwards.
        """
        outside = self._named(name)
        address = (await outside.metadata()).end_session_endpoint
        if address is None:
            return None
        query = urlencode({"client_id": outside.settings.client_id, "post_logout_redirect_uri": back})
        return f"{address}{'&' if '?' in address else '?'}{query}"

    def _named(self, name: str) -> OutsideProvider:
        found = self._outside.get(name)
        if found is None:
            raise NotFound("There is no such provider here.", german="Diesen Anbieter gibt es hier nicht.")
        return found

    def _return_to(self, name: str) -> str:
        return f"{self._house.issuer}/sign-in/outside/{name}"

    async def _taken(self, name: str, params: Mapping[str, str], browser: str) -> _Attempt:
        """The attempt that an answer belongs to; it is used up, whatever follows."""
        state = self._seals.lookup("outside state", params.get("state", "")[:_LONGEST])
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(_TAKE, state)
        if row is None or row["expires"] <= self._clock():
            raise NotBelieved("no such sign-in")
        attempt = msgspec.json.decode(self._seals.unseal("outside attempt", row["attempt"]), type=_Attempt)
        if attempt.provider != name or attempt.browser != self._seals.lookup("outside browser", browser):
            raise NotBelieved("another browser or provider")
        return attempt

    async def _claims(
        self, outside: OutsideProvider, params: Mapping[str, str], attempt: _Attempt
    ) -> Mapping[str, object]:
        metadata = await outside.metadata()
        named = params.get("iss")
        if named != metadata.issuer and (named is not None or metadata.authorization_response_iss_parameter_supported):
            raise NotBelieved("another issuer answered")
        code = params.get("code", "")
        if "error" in params or not 0 < len(code) <= _LONGEST:
            raise NotBelieved("the provider refused")
        return await outside.redeem(
            code, self._return_to(attempt.provider), attempt.verifier, attempt.nonce, self._clock()
        )

    async def _person(self, settings: IdentityProvider, outsider: Outsider) -> Person:
        linked = await self._linked(settings, outsider)
        if linked is not None:
            try:
                return await self._people.of(linked)
            except NotFound:
                raise _closed() from None
        if settings.accounts != "create":
            raise Forbidden(
                f"Your account of {settings.title} is not linked to one here. Sign in with your login and link it.",
                german=f"Ihr Konto bei {settings.title} ist hier mit keinem verknüpft. Melden Sie sich mit Ihrem "
                "Anmeldenamen an und verknüpfen Sie es.",
            )
        return await self._created(settings, outsider)

    async def _linked(self, settings: IdentityProvider, outsider: Outsider) -> UUID | None:
        """Whose account here it is linked to."""
        async with self._database.connection() as connection:
            found: UUID | None = await connection.fetchval(_LINKED, self._subject(settings, outsider))
        return found

    async def _created(self, settings: IdentityProvider, outsider: Outsider) -> Person:
        """An account from the claims; never one that is there already: that is linked by who has it."""
        if outsider.role is None or not outsider.login:
            raise _closed()
        role = Role(outsider.role)
        if role is Role.SYSTEM or (role is Role.ADMINISTRATOR and not settings.administrators):
            raise _closed()
        patient_id = await self._patient(settings, outsider) if role is Role.PATIENT else None
        if role is Role.PATIENT and (patient_id is None or await self._people.of_patient(patient_id) is not None):
            raise _closed()
        password = "".join(secrets.choice(_SIGNS) for _ in range(64))
        login, name = f"{outsider.login}@{settings.name}", outsider.name or outsider.login
        newcomer = await self._people.prepare(login, name, role, password, patient_id=patient_id)
        async with self._database.transaction() as connection:
            person = await self._people.insert(connection, newcomer)
            await connection.execute(_LINK, self._subject(settings, outsider), person.id, settings.name, self._clock())
            said = Said(f"Konto aus {settings.title} angelegt.", f"An account was made from {settings.title}.")
            who = person.principal(self._house)
            event = told(
                who, "person", "C", said, self._clock(), patient_id=patient_id, detail={"provider": settings.name}
            )
            await self._audit.append(connection, (event,))
        return person

    async def _vouched(self, settings: IdentityProvider, outsider: Outsider, person: Person) -> Vouched:
        """What the provider says of a sign-in; Forbidden where it names another role or patient than the account.

        What the settings demand of it (`acr`, `amr`) counts as more than one factor: the house has said what is enough.
        """
        if outsider.role is not None and outsider.role != person.role:
            raise _closed()
        names_patient = settings.patient_claim and person.patient_id is not None
        if names_patient and await self._patient(settings, outsider) != person.patient_id:
            raise _closed()
        now = self._clock()
        signed_in = now if outsider.auth_time is None else datetime.fromtimestamp(outsider.auth_time, UTC)
        strong = STRONG in outsider.amr or bool(settings.acr or settings.amr)
        return Vouched(settings.name, min(signed_in, now), outsider.amr or ("fed",), strong)

    async def _proven(
        self, settings: IdentityProvider, outsider: Outsider, attempt: _Attempt, who: Principal | None
    ) -> Arrival:
        """Somebody proved just now, with an account that is linked to their own, once more who they are."""
        linked = await self._linked(settings, outsider)
        if who is None or linked is None or not who.subject == str(attempt.person) == str(linked):
            raise NotBelieved("somebody else is signed in")
        found = await self._people.of(linked)
        vouched = await self._vouched(settings, outsider, found)
        if outsider.auth_time is None or self._clock() - vouched.at > timedelta(minutes=ATTEMPT_MINUTES):
            raise NotBelieved("nothing was proven anew")
        return Arrival(settings.name, proven=vouched, back=attempt.back or "")

    async def _link(
        self, settings: IdentityProvider, outsider: Outsider, person_id: UUID, who: Principal | None
    ) -> None:
        if who is None or who.subject != str(person_id):
            raise NotBelieved("somebody else is signed in")
        if outsider.role is not None and outsider.role != who.role:
            raise _closed()
        now = self._clock()
        async with self._database.transaction() as connection:
            try:
                await connection.execute(_LINK, self._subject(settings, outsider), person_id, settings.name, now)
            except asyncpg.UniqueViolationError:
                raise Conflict("This account is linked already.", german="Dieses Konto ist schon verknüpft.") from None
            said = Said(f"Konto bei {settings.title} verknüpft.", f"An account of {settings.title} was linked.")
            event = told(who, "person", "U", said, now, detail={"provider": settings.name})
            await self._audit.append(connection, (event,))

    async def _patient(self, settings: IdentityProvider, outsider: Outsider) -> str | None:
        """The one patient whom the claim names; None for nobody, and for more than one."""
        if not outsider.patient or "|" in outsider.patient or "," in outsider.patient:
            return None
        found = await self._patients.by_identifier(settings.patient_system, outsider.patient)
        return found[0] if len(found) == 1 else None

    def _subject(self, settings: IdentityProvider, outsider: Outsider) -> UUID:
        return self._seals.lookup("outside subject", f"{settings.issuer}\x1f{outsider.subject}")


def assertion_of(settings: IdentityProvider, keys: NodeKeys, clock: Clock = utc_now) -> Callable[[str], str]:
    """Makes the assertion with which the node proves itself to a provider by its own key (RFC 7523, section 2.2)."""

    def sign(audience: str) -> str:
        now = int(clock().timestamp())
        claims = {
            "iss": settings.client_id,
            "sub": settings.client_id,
            "aud": audience,
            "jti": new_secret(),
            "iat": now,
            "exp": now + 60,
        }
        return sign_token(claims, keys)

    return sign


_UNLINK = "delete from identity_link where person = $1 and provider = $2"
_LINK = "insert into identity_link (subject, person, provider, linked) values ($1, $2, $3, $4)"


def _closed() -> Forbidden:
    return Forbidden(
        "You cannot sign in here with this account. Ask the office of this house.",
        german="Mit diesem Konto können Sie sich hier nicht anmelden. Fragen Sie in der Anmeldung dieses Hauses nach.",
    )
