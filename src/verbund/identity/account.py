"""What people do for the safety of their own account.

Deeds that change how somebody proves who they are want a session that was confirmed lately (`require_recent`), and are
in the log, in one transaction with the deed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from verbund.config import Clock, utc_now
from verbund.errors import Conflict, Forbidden, NotFound, Unauthenticated
from verbund.identity.browsers import Browser
from verbund.identity.confirming import require_recent
from verbund.identity.factors import STRONG, Having
from verbund.identity.front_door import APP_ADDED, PASSKEY_ADDED, PASSWORD_CHANGED, RECOVERY_USED, Desk, Vouched
from verbund.identity.journal import Notice, SignInSeen
from verbund.identity.model import House, Role
from verbund.identity.passkeys import Passkey
from verbund.identity.recovery import looks_like_one
from verbund.identity.sessions import OpenSession, Session
from verbund.identity.totp import Offer, WrongCode

SIGN_INS = 20
_CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Security:
    """Somebody's account as they see it. `more` is where the next page of sign-ins begins; None on the last."""

    having: Having
    passkeys: tuple[Passkey, ...]
    passkeys_possible: bool
    required: bool
    sessions: tuple[OpenSession, ...]
    sign_ins: tuple[SignInSeen, ...]
    more: int | None
    notices: tuple[Notice, ...]


class Account:
    """The account of whoever a session belongs to, by the value of its cookie (`token`).

    Every method raises Unauthenticated when the session is over; those that change a factor ConfirmationNeeded when it
    was not confirmed lately.
    """

    def __init__(self, house: House, desk: Desk, *, clock: Clock = utc_now) -> None:
        self._house = house
        self._desk = desk
        self._clock = clock

    async def security(self, token: str, *, before: int | None = None) -> Security:
        """Everything about how this person signs in, and where; the sign-ins before a number."""
        session = await self._session(token)
        desk, person = self._desk, session.person
        found = await desk.journal.sign_ins(person.id, count=SIGN_INS + 1, before=before)
        shown = found[:SIGN_INS]
        return Security(
            having=await desk.factors.having(person.id),
            passkeys=await desk.factors.passkeys.of(person.id),
            passkeys_possible=desk.factors.passkeys.party.possible,
            required=desk.policy.wants(person.role),
            sessions=await desk.sessions.all_of(person.id, token),
            sign_ins=shown,
            more=shown[-1].number if len(found) > SIGN_INS else None,
            notices=await desk.journal.notices(person.id),
        )

    async def noted(self, token: str) -> None:
        """This person has read what they had to be told."""
        await self._desk.journal.noted((await self._session(token)).person.id)

    # -- passkeys

    async def creation(self, token: str) -> dict[str, Any] | None:
        """Options for a new passkey in this browser; None where there can be none."""
        session = await self._confirmed(token)
        passkeys = self._desk.factors.passkeys
        return await passkeys.creation(session.person, token) if passkeys.party.possible else None

    async def add_passkey(self, token: str, answer: str, name: str) -> tuple[str, ...]:
        """Keep a new passkey; returns recovery codes to show, for who had none. Raises as `Passkeys.add`."""
        person, desk = (await self._confirmed(token)).person, self._desk
        told = desk.journal.telling("factor-added", person, *PASSKEY_ADDED, {"factor": "passkey"})
        await desk.factors.passkeys.add(person, token, answer, name, told)
        return await desk.factors.first_codes(person.id)

    async def rename_passkey(self, token: str, passkey: UUID, name: str) -> None:
        """Another name for a passkey. Raises NotFound, Incorrect."""
        await self._desk.factors.passkeys.rename((await self._session(token)).person.id, passkey, name)

    async def remove_passkey(self, token: str, passkey: UUID) -> None:
        """From now on it opens nothing. Raises NotFound, and Conflict for the last factor where one is wanted."""
        person, desk = (await self._confirmed(token)).person, self._desk
        having = await desk.factors.having(person.id)
        self._keep_one(person.role, having.passkeys - 1, having.totp_since)
        told = desk.journal.telling(
            "factor-removed", person, "Passkey entfernt.", "Passkey removed.", {"factor": "passkey"}
        )
        await desk.factors.passkeys.remove(person.id, passkey, told)

    # -- authenticator app and recovery codes

    async def offer(self, token: str) -> Offer:
        """A key for an authenticator app; it counts once `add_app` has seen its first code."""
        return await self._desk.factors.totp.offer((await self._confirmed(token)).person, token)

    async def add_app(self, token: str, code: str) -> tuple[str, ...]:
        """Take the app into use; returns recovery codes to show, for who had none. Raises WrongCode."""
        person, desk = (await self._confirmed(token)).person, self._desk
        told = desk.journal.telling("factor-added", person, *APP_ADDED, {"factor": "totp"})
        await desk.factors.totp.confirm(person.id, token, code, told)
        return await desk.factors.first_codes(person.id)

    async def remove_app(self, token: str) -> None:
        """From now on no code of the app fits. Raises Conflict for the last factor where one is wanted."""
        person, desk = (await self._confirmed(token)).person, self._desk
        having = await desk.factors.having(person.id)
        self._keep_one(person.role, having.passkeys, None)
        told = desk.journal.telling(
            "factor-removed", person, "Authenticator-App entfernt.", "Authenticator app removed.", {"factor": "totp"}
        )
        await desk.factors.totp.remove(person.id, told)

    async def new_codes(self, token: str) -> tuple[str, ...]:
        """Ten new recovery codes; the former ones are worth nothing. Raises Conflict without a second factor."""
        person, desk = (await self._confirmed(token)).person, self._desk
        if not (await desk.factors.having(person.id)).second:
            raise Conflict(
                "Recovery codes stand in for a second factor; set one up first.",
                german="Wiederherstellungscodes ersetzen einen zweiten Faktor; richten Sie erst einen ein.",
            )
        told = desk.journal.telling(
            "factor-added", person, "Neue Wiederherstellungscodes.", "New recovery codes.", {"factor": "recovery"}
        )
        return await desk.factors.recovery.renew(person.id, told)

    # -- password and sessions

    async def change_password(self, token: str, password: str, browser: Browser) -> str:
        """Replace the password and end every session; returns the cookie's value of a new one for this browser."""
        session, desk = await self._confirmed(token), self._desk
        await desk.people.change_password(session.person.id, password)
        await desk.factors.renewed(session.person.id)
        await desk.journal.record("password-changed", session.person, *PASSWORD_CHANGED)
        return await desk.sessions.open(
            session.person.id, proven=session.authenticated, amr=session.amr, browser=browser
        )

    async def end_session(self, token: str, session_id: UUID) -> None:
        """End one of the own sessions. Raises NotFound when there is none of this id."""
        person, desk = (await self._session(token)).person, self._desk
        told = desk.journal.telling("session-ended", person, "Sitzung beendet.", "Session ended.")
        if not await desk.sessions.end(person.id, session_id, told):
            raise NotFound("This session is over already.", german="Diese Sitzung ist schon beendet.")

    async def end_others(self, token: str) -> int:
        """End all other sessions of this person; how many there were."""
        person, desk = (await self._session(token)).person, self._desk
        words = ("Alle anderen Sitzungen beendet.", "All other sessions ended.")
        told = desk.journal.telling("session-ended", person, *words)
        return await desk.sessions.end_others(person.id, token, told)

    async def sign_out(self, token: str) -> None:
        """End this session; nothing happens when it is over already."""
        session, desk = await self._desk.sessions.of(token), self._desk
        if session is not None:
            await desk.sessions.close(token)
            await desk.journal.record("sign-out", session.person, "Abmeldung.", "Signed out.")

    # -- proving once more who one is

    async def confirmation(self, token: str) -> tuple[Having, dict[str, Any] | None]:
        """By what this person can confirm; options for a passkey, where there is one."""
        session, factors = await self._session(token), self._desk.factors
        having = await factors.having(session.person.id)
        usable = having.passkeys > 0 and factors.passkeys.party.possible
        return having, await factors.passkeys.request(_CONFIRM, token) if usable else None

    async def confirm_with_passkey(self, token: str, answer: str) -> None:
        """Confirm. Raises NotAccepted, also for somebody else's passkey."""
        session = await self._session(token)
        proven = await self._desk.factors.passkeys.proven(_CONFIRM, token, answer)
        if proven.person != session.person.id:
            raise Unauthenticated(
                "This passkey belongs to another person.", german="Dieser Passkey gehört einer anderen Person."
            )
        await self._desk.sessions.confirm(token, ("hwk" if proven.bound else "swk", "user", STRONG))

    async def confirm(self, token: str, password: str, code: str, browser: Browser) -> None:
        """Confirm with the password and, for who has a second factor, a code. Raises Unauthenticated, WrongCode,
        TooManyAttempts."""
        session, desk = await self._session(token), self._desk
        person = session.person
        having = await desk.factors.having(person.id)
        what = f"confirmation {session.id}"
        await desk.brake.begin(person.login, browser, what)
        await desk.people.authenticate(person.login, password)
        if having.second and not await self._code_fits(session, code):
            raise WrongCode
        await desk.brake.succeeded(person.login, browser, what)
        await desk.sessions.confirm(token, ("pwd", "otp", STRONG) if having.second else ("pwd",))

    async def confirm_from_outside(self, token: str, proven: Vouched) -> None:
        """Confirm with what was just proven to an outside provider (`Outside.arrive`).

        Raises Forbidden for who has a second factor that the provider has not seen: they confirm here.
        """
        session = await self._session(token)
        if not proven.strong and (await self._desk.factors.having(session.person.id)).second:
            raise Forbidden(
                "You have a second factor here; confirm with it.",
                german="Sie haben hier einen zweiten Faktor; bestätigen Sie damit.",
            )
        await self._desk.sessions.confirm(token, proven.proofs)

    async def _code_fits(self, session: Session, code: str) -> bool:
        factors, person = self._desk.factors, session.person
        if looks_like_one(code):
            told = self._desk.journal.telling("recovery-used", person, *RECOVERY_USED)
            return await factors.recovery.use(person.id, code, told)
        return await factors.totp.use(person.id, code)

    async def _session(self, token: str) -> Session:
        session = await self._desk.sessions.of(token)
        if session is None:
            raise Unauthenticated("Your session is over.", german="Ihre Sitzung ist beendet.")
        return session

    async def _confirmed(self, token: str) -> Session:
        session = await self._session(token)
        require_recent(session.person.principal(self._house, authenticated=session.authenticated), self._clock())
        return session

    def _keep_one(self, role: Role, passkeys: int, totp_since: datetime | None) -> None:
        if self._desk.policy.wants(role) and passkeys < 1 and totp_since is None:
            raise Conflict(
                "You need a second factor here; add another before you remove this one.",
                german="Sie brauchen hier einen zweiten Faktor; fügen Sie erst einen anderen hinzu.",
            )
