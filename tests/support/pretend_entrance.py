"""Signing in to the pretended region: by password alone, into sessions that were never confirmed."""
# ruff: noqa: ARG002 - the signatures are the portal's

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from verbund.demo import PASSWORD, people
from verbund.errors import Busy, NotFound, Unauthenticated
from verbund.identity import (
    PORTAL,
    Browser,
    Choice,
    Client,
    ConfirmationNeeded,
    Device,
    Having,
    Offer,
    OpenSession,
    Outcome,
    Pending,
    Principal,
    Role,
    Scopes,
    Security,
    Vouched,
    Want,
)

if TYPE_CHECKING:
    from pretend_region import PretendRegion

    from verbund.portal import House

THIS_SESSION = UUID(int=1)


@dataclass
class Entrance:
    """One node's front door and everybody's account."""

    region: "PretendRegion"
    house: "House"
    address: str
    seed: int

    passkeys_possible = False

    # -- the front door

    async def pending(self, request_id: str) -> Pending | None:
        if request_id not in self.region.requests:
            return None
        client = Client(PORTAL, "", (f"{self.address}/oauth/callback".replace("http:", "https:"),))
        return Pending(request_id, client, Scopes(), self.address, None, must_sign_in=True)

    async def sign_in(self, request_id: str, login: str, password: str, browser: Browser) -> Outcome:
        assert browser.address
        if self.region.failures.get(login, 0) >= 3:
            raise Busy("Too many failed sign-ins. Wait 8 seconds.", german="Zu viele Versuche. Warten Sie 8 Sekunden.")
        found = next((p for p in people(self.seed) if (p.login, p.house) == (login, self.house.site)), None)
        if found is None or password != PASSWORD:
            self.region.failures[login] = self.region.failures.get(login, 0) + 1
            raise Unauthenticated("Wrong login or password.")
        state = self.region.requests.pop(request_id)
        return Outcome(f"{self.address}/oauth/callback?{urlencode({'state': state, 'code': f'code-{login}'})}")

    async def redeem(self, code: str, verifier: str, browser: Browser, former: str = "") -> tuple[str, bool]:
        assert len(verifier) >= 43
        assert browser.address
        login = code.removeprefix("code-")
        person = next(p for p in people(self.seed) if (p.login, p.house) == (login, self.house.site))
        role = Role(person.role)
        who = Principal(
            login, person.name, role, self.house.site, self.house.title, person.patient_id, role.scopes, role.purpose
        )
        token = f"session-{len(self.region.sessions)}-{login}"
        self.region.sessions[token] = replace(who, authenticated=self.region.clock)
        return token, False

    async def passkey_request(self, request_id: str, browser: Browser) -> dict[str, Any] | None:
        return None

    async def sign_in_with_passkey(self, request_id: str, answer: str, browser: Browser) -> Outcome:
        raise Unauthenticated("Nobody has passkeys here.")

    async def wanted(self, request_id: str, step: str) -> Want | None:
        raise NotFound("Nobody is between two steps here.")

    async def code(self, request_id: str, step: str, code: str, browser: Browser) -> Outcome:
        raise NotFound("Nobody is between two steps here.")

    async def choice(self, request_id: str, step: str) -> Choice:
        raise NotFound("Nobody is between two steps here.")

    async def set_up_app(self, request_id: str, step: str, code: str) -> tuple[str, ...]:
        raise NotFound("Nobody is between two steps here.")

    async def set_up_passkey(self, request_id: str, step: str, answer: str, name: str) -> tuple[str, ...]:
        raise NotFound("Nobody is between two steps here.")

    async def renew_password(self, request_id: str, step: str, password: str, browser: Browser) -> Outcome:
        raise NotFound("Nobody is between two steps here.")

    async def finish(self, request_id: str, step: str, browser: Browser) -> Outcome:
        raise NotFound("Nobody is between two steps here.")

    # -- the own account

    async def security(self, token: str, *, before: int | None = None) -> Security:
        now = self.region.clock
        here = OpenSession(THIS_SESSION, now, now, None, Device("Firefox", "Linux"), current=True)
        return Security(
            having=Having(),
            passkeys=(),
            passkeys_possible=False,
            required=False,
            sessions=(here,),
            sign_ins=(),
            more=before,
            notices=(),
        )

    async def noted(self, token: str) -> None:
        assert token in self.region.sessions

    async def creation(self, token: str) -> dict[str, Any] | None:
        raise ConfirmationNeeded

    async def add_passkey(self, token: str, answer: str, name: str) -> tuple[str, ...]:
        raise ConfirmationNeeded

    async def rename_passkey(self, token: str, passkey: UUID, name: str) -> None:
        raise NotFound("There is no such passkey.")

    async def remove_passkey(self, token: str, passkey: UUID) -> None:
        raise ConfirmationNeeded

    async def offer(self, token: str) -> Offer:
        raise ConfirmationNeeded

    async def add_app(self, token: str, code: str) -> tuple[str, ...]:
        raise ConfirmationNeeded

    async def remove_app(self, token: str) -> None:
        raise ConfirmationNeeded

    async def new_codes(self, token: str) -> tuple[str, ...]:
        raise ConfirmationNeeded

    async def change_password(self, token: str, password: str, browser: Browser) -> str:
        raise ConfirmationNeeded

    async def end_session(self, token: str, session_id: UUID) -> None:
        raise NotFound("This session is over already.")

    async def end_others(self, token: str) -> int:
        return 0

    async def sign_out(self, token: str) -> None:
        self.region.sessions.pop(token, None)

    async def confirmation(self, token: str) -> tuple[Having, dict[str, Any] | None]:
        return Having(), None

    async def confirm_from_outside(self, token: str, proven: Vouched) -> None:
        raise Unauthenticated("There are no other providers here.")

    async def confirm_with_passkey(self, token: str, answer: str) -> None:
        raise Unauthenticated("Nobody has passkeys here.")

    async def confirm(self, token: str, password: str, code: str, browser: Browser) -> None:
        raise Unauthenticated("Login or password is wrong.")
