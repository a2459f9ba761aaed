"""What the pages of signing in, and of the own account, need of a node. `verbund.identity` has it all."""

from typing import Any, Protocol
from uuid import UUID

from verbund.identity import Browser, Choice, Having, Offer, Outcome, Pending, Principal, Security, Vouched, Want


class SignIn(Protocol):
    """The node's own OpenID provider, as its sign-in pages and as its client, the portal, see it.

    Methods that take a `step` raise NotFound when it is over or asks for something else now.
    """

    @property
    def passkeys_possible(self) -> bool:
        """Whether browsers make passkeys for this node's address."""

    async def pending(self, request_id: str) -> Pending | None:
        """The request that `/oauth/authorize` sent here; None when it is unknown or too old."""

    async def sign_in(self, request_id: str, login: str, password: str, browser: Browser) -> Outcome:
        """The first step. Raises Unauthenticated for a wrong pair, Busy while guessing is braked, NotFound when the
        request is unknown or too old."""

    async def passkey_request(self, request_id: str, browser: Browser) -> dict[str, Any] | None:
        """Options for signing in with a passkey; None where there can be none."""

    async def sign_in_with_passkey(self, request_id: str, answer: str, browser: Browser) -> Outcome:
        """All steps in one. Raises NotAccepted."""

    async def wanted(self, request_id: str, step: str) -> Want | None:
        """What is asked next."""

    async def code(self, request_id: str, step: str, code: str, browser: Browser) -> Outcome:
        """The second factor. Raises WrongCode, Busy while guessing is braked."""

    async def choice(self, request_id: str, step: str) -> Choice:
        """What can be set up by who needs a second factor."""

    async def set_up_app(self, request_id: str, step: str, code: str) -> tuple[str, ...]:
        """Take the app into use; recovery codes to show once. Raises WrongCode."""

    async def set_up_passkey(self, request_id: str, step: str, answer: str, name: str) -> tuple[str, ...]:
        """Keep a first passkey; recovery codes to show once. Raises NotAccepted, Conflict, Incorrect."""

    async def renew_password(self, request_id: str, step: str, password: str, browser: Browser) -> Outcome:
        """A password of one's own. Raises Incorrect for a weak one."""

    async def finish(self, request_id: str, step: str, browser: Browser) -> Outcome:
        """Go on after what was set up has been shown."""

    async def redeem(self, code: str, verifier: str, browser: Browser, former: str = "") -> tuple[str, bool]:
        """Open a session for who signed in, for the portal's code and PKCE verifier (RFC 7636): its token, and whether
        there is something its person must be told. The browser's `former` session ends. Raises Unauthenticated when
        they do not fit."""


class Account(Protocol):
    """The account of whoever a session belongs to. Deeds that change how somebody signs in raise ConfirmationNeeded
    when the session was not confirmed lately."""

    async def security(self, token: str, *, before: int | None = None) -> Security:
        """How this person signs in, and where."""

    async def noted(self, token: str) -> None:
        """This person has read what they had to be told."""

    async def creation(self, token: str) -> dict[str, Any] | None:
        """Options for a new passkey; None where there can be none."""

    async def add_passkey(self, token: str, answer: str, name: str) -> tuple[str, ...]:
        """Keep a new passkey; recovery codes to show once, for who had none."""

    async def rename_passkey(self, token: str, passkey: UUID, name: str) -> None:
        """Another name for a passkey."""

    async def remove_passkey(self, token: str, passkey: UUID) -> None:
        """From now on it opens nothing. Raises Conflict for the last factor where one is wanted."""

    async def offer(self, token: str) -> Offer:
        """A key for an authenticator app."""

    async def add_app(self, token: str, code: str) -> tuple[str, ...]:
        """Take the app into use; recovery codes to show once, for who had none. Raises WrongCode."""

    async def remove_app(self, token: str) -> None:
        """From now on no code fits. Raises Conflict for the last factor where one is wanted."""

    async def new_codes(self, token: str) -> tuple[str, ...]:
        """Ten new recovery codes in place of all others."""

    async def change_password(self, token: str, password: str, browser: Browser) -> str:
        """Replace the password and end every session; the token of a new one. Raises Incorrect for a weak one."""

    async def end_session(self, token: str, session_id: UUID) -> None:
        """End one of the own sessions."""

    async def end_others(self, token: str) -> int:
        """End all other sessions of this person; how many there were."""

    async def sign_out(self, token: str) -> None:
        """End this session; nothing happens when it is over already."""

    async def confirmation(self, token: str) -> tuple[Having, dict[str, Any] | None]:
        """By what this person can confirm who they are; options for a passkey, where there is one."""

    async def confirm_with_passkey(self, token: str, answer: str) -> None:
        """Confirm. Raises Unauthenticated."""

    async def confirm_from_outside(self, token: str, proven: Vouched) -> None:
        """Confirm with what was proven to an outside provider. Raises Forbidden where that is not enough."""

    async def confirm(self, token: str, password: str, code: str, browser: Browser) -> None:
        """Confirm. Raises Unauthenticated, WrongCode, Busy while guessing is braked."""


class Resets(Protocol):
    """What is done for somebody who lost everything by which they sign in, and stands in front of the desk."""

    async def reset(self, by: Principal, person_id: UUID, reason: str) -> str:
        """Take all factors away; a password for the next sign-in. Forbidden, Incorrect without a reason, NotFound."""

    async def reset_patient(self, by: Principal, patient_id: str, reason: str) -> str:
        """The same for a patient of the house, whom the caller may see."""
