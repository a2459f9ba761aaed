"""Signing in at the node's own pages: credentials, the log, the code, the session."""

from collections.abc import Mapping
from typing import Literal

from verbund.audit import Agent, AuditLog, Event
from verbund.config import Clock, utc_now
from verbund.errors import Busy, Unauthenticated
from verbund.identity.clients import Client
from verbund.identity.flow import Refusal
from verbund.identity.model import House, Person
from verbund.identity.people import People
from verbund.identity.provider import Provider
from verbund.identity.sessions import Sessions

_NOBODY = "unknown"


class FrontDoor:
    """What the sign-in page and the portal, as the provider's client, need. Every attempt is in the log.

    A failed one carries a keyed hash of the login, so that an attack on one account can be seen; never the login.
    """

    def __init__(
        self,
        house: House,
        *,
        people: People,
        provider: Provider,
        sessions: Sessions,
        audit: AuditLog,
        portal: Client,
        clock: Clock = utc_now,
    ) -> None:
        self._house = house
        self._people = people
        self._provider = provider
        self._sessions = sessions
        self._audit = audit
        self._portal = portal
        self._clock = clock

    async def sign_in(self, request_id: str, login: str, password: str, *, address: str | None) -> str:
        """Answer a waiting request for who has this login and password; returns where to send the browser.

        Raises NotFound for a request that no longer waits, Unauthenticated for a wrong pair, TooManyAttempts while
        guessing from `address` or on the login is braked.
        """
        await self._provider.pending(request_id)
        try:
            person = await self._people.authenticate(login, password, address=address)
        except (Unauthenticated, Busy) as refused:
            tried = {"login": self._people.trace(login)}
            await self._audit.record(self._event("sign-in-failed", None, refused.german, refused.text, tried))
            raise
        target = await self._provider.complete(request_id, person)
        await self._audit.record(
            self._event("sign-in", person, "Anmeldung mit Passwort.", "Signed in with a password.")
        )
        return target

    async def redeem(self, code: str, verifier: str) -> str:
        """Open a session for the portal's code and its PKCE verifier; returns the value of the session cookie.

        Raises Unauthenticated when they do not fit.
        """
        try:
            proof = await self._provider.redeem(code, verifier, self._portal)
        except Refusal as refused:
            raise Unauthenticated(
                refused.text, german="Diese Anmeldung gilt nicht mehr; melden Sie sich noch einmal an."
            ) from None
        return await self._sessions.open(proof.person.id)

    def _event(
        self,
        kind: Literal["sign-in", "sign-in-failed"],
        person: Person | None,
        de: str,
        en: str,
        detail: Mapping[str, str] | None = None,
    ) -> Event:
        if person is None:
            agent = Agent(_NOBODY, _NOBODY, _NOBODY, self._house.organisation, self._house.organisation_name)
        else:
            who = person.principal(self._house)
            agent = Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)
        return Event(
            kind=kind,
            action="E",
            at=self._clock(),
            agent=agent,
            purpose="HOPERAT" if person is None else person.role.purpose,
            permitted=person is not None,
            reason_de=de,
            reason_en=en,
            detail=detail or {},
        )
