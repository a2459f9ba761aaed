"""Signing in at the node's own pages: credentials step by step, the log, the code, the session."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from verbund.config import Clock, utc_now
from verbund.database import Database
from verbund.errors import Busy, NotFound, Unauthenticated, VerbundError
from verbund.identity.brake import Brake
from verbund.identity.browsers import Browser
from verbund.identity.ceremonies import NotAccepted
from verbund.identity.clients import Client
from verbund.identity.factors import STRONG, Factors, Policy, wanted
from verbund.identity.flow import Refusal
from verbund.identity.journal import Journal
from verbund.identity.model import Person
from verbund.identity.people import People
from verbund.identity.provider import Pending, Provider
from verbund.identity.recovery import looks_like_one
from verbund.identity.sessions import Sessions
from verbund.identity.steps import Step, Steps, Want, over
from verbund.identity.totp import Offer, WrongCode

_SIGN_IN = "sign in"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far somebody got: `target` is where to send the browser who is in; else `step` is the secret under which it
    goes on, and `want` what is asked next. `devices` is what the device is remembered by from now on.
    """

    target: str | None = field(default=None, repr=False)
    step: str = field(default="", repr=False)
    want: Want | None = None
    devices: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """How an outside provider let somebody in: `at` is when they proved there who they are, `amr` how (RFC 8176).

    `strong` says that the node takes it for more than one factor.
    """

    provider: str
    at: datetime
    amr: tuple[str, ...]
    strong: bool

    @property
    def proofs(self) -> tuple[str, ...]:
        """How, as this node takes it: `mfa` is among them where, and only where, it is `strong`."""
        others = tuple(one for one in self.amr if one != STRONG) or ("fed",)
        return (*others, STRONG) if self.strong else others


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody who needs a second factor can set up: an app with this key, or, where it is possible, a passkey
    with these options."""

    offer: Offer
    creation: dict[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everybody whom the front door asks."""

    database: Database
    people: People
    provider: Provider
    sessions: Sessions
    factors: Factors
    journal: Journal
    brake: Brake
    steps: Steps
    policy: Policy


class FrontDoor:
    """What the sign-in pages and the portal, as the provider's client, need. Every attempt is in the log.

    A failed one carries a keyed hash of the login, so that an attack on one account can be seen; never the login.
    Every method that takes a `step` raises NotFound when it is over, was begun for another request, or asks for
    something else now.
    """

    def __init__(self, desk: Desk, portal: Client, *, clock: Clock = utc_now) -> None:
        self._desk = desk
        self._portal = portal
        self._clock = clock

    @property
    def passkeys_possible(self) -> bool:
        """Whether browsers make passkeys for this node's address."""
        return self._desk.factors.passkeys.party.possible

    async def pending(self, request_id: str) -> Pending | None:
        """The request that waits; None when it is unknown or too old."""
        try:
            return await self._desk.provider.pending(request_id)
        except NotFound:
            return None

    async def sign_in(self, request_id: str, login: str, password: str, browser: Browser) -> Outcome:
        """The first step with login and password, for a waiting request.

        Raises NotFound for a request that no longer waits, Unauthenticated for a wrong pair, TooManyAttempts while
        guessing is braked.
        """
        desk = self._desk
        await desk.provider.pending(request_id)
        try:
            await desk.brake.begin(login, browser)
            person = await desk.people.authenticate(login, password)
        except (Unauthenticated, Busy) as refused:
            await desk.journal.turned_away(
                refused.german, refused.text, browser, detail={"login": desk.people.trace(login)}
            )
            raise
        await desk.brake.succeeded(login, browser)
        return await self._go_on(person, _begun(person, request_id, ("pwd",), "password", self._clock()), browser)

    async def passkey_request(self, request_id: str, browser: Browser) -> dict[str, Any] | None:
        """Options for signing in with a passkey in this browser; None where there can be none."""
        if not self.passkeys_possible:
            return None
        return await self._desk.factors.passkeys.request(_SIGN_IN, _bound(request_id, browser))

    async def sign_in_with_passkey(self, request_id: str, answer: str, browser: Browser) -> Outcome:
        """Login and both factors in one, with what the browser brought from the authenticator. Raises NotAccepted."""
        desk = self._desk
        await desk.provider.pending(request_id)
        try:
            proven = await desk.factors.passkeys.proven(_SIGN_IN, _bound(request_id, browser), answer)
        except NotAccepted as refused:
            await desk.journal.turned_away(refused.german, refused.text, browser, detail={"why": refused.why})
            raise
        person = await desk.people.of(proven.person)
        amr = ("hwk" if proven.bound else "swk", "user", STRONG)
        return await self._go_on(person, _begun(person, request_id, amr, "passkey", self._clock()), browser)

    async def let_in(self, request_id: str, person: Person, vouched: Vouched, browser: Browser) -> Outcome:
        """Go on for somebody for whom an outside provider vouches: who has a second factor, or must have one, shows it
        here, unless the provider has seen it. Raises NotFound for a request that no longer waits."""
        await self._desk.provider.pending(request_id)
        begun = _begun(person, request_id, vouched.proofs, "outside", vouched.at)
        return await self._go_on(person, msgspec.structs.replace(begun, provider=vouched.provider), browser)

    async def wanted(self, request_id: str, step: str) -> Want | None:
        """What is asked next."""
        return (await self._desk.steps.of(step, request_id)).want

    async def code(self, request_id: str, step: str, code: str, browser: Browser) -> Outcome:
        """The second factor: a code of the app, or a recovery code. Raises WrongCode and TooManyAttempts."""
        desk = self._desk
        found, person = await self._at(request_id, step, "code")
        await desk.steps.count_try(step)
        try:
            await desk.brake.begin(person.login, browser, "code")
            how = await self._used(person, code)
        except (WrongCode, Busy) as refused:
            await self._turned_away(refused, person, browser)
            raise
        await desk.brake.succeeded(person.login, browser, "code")
        how = found.how if found.provider else how
        proven = msgspec.structs.replace(found, amr=(*_first(found), "otp", STRONG), how=how)
        return await self._go_on(person, proven, browser, step)

    async def choice(self, request_id: str, step: str) -> Choice:
        """What can be set up by who needs a second factor."""
        _, person = await self._at(request_id, step, "factor")
        factors = self._desk.factors
        creation = await factors.passkeys.creation(person, step) if self.passkeys_possible else None
        return Choice(await factors.totp.offer(person, step), creation)

    async def set_up_app(self, request_id: str, step: str, code: str) -> tuple[str, ...]:
        """Take the app into use with its first code; returns recovery codes to show. Raises WrongCode."""
        desk = self._desk
        found, person = await self._at(request_id, step, "factor")
        await desk.steps.count_try(step)
        told = desk.journal.telling("factor-added", person, *APP_ADDED, {"factor": "totp"})
        await desk.factors.totp.confirm(person.id, step, code, told)
        await desk.steps.change(
            step,
            msgspec.structs.replace(
                found,
                amr=(*_first(found), "otp", STRONG),
                how=found.how if found.provider else "password-code",
                want=None,
            ),
        )
        return await desk.factors.first_codes(person.id)

    async def set_up_passkey(self, request_id: str, step: str, answer: str, name: str) -> tuple[str, ...]:
        """Keep a first passkey; returns recovery codes to show. Raises as `Passkeys.add`."""
        desk = self._desk
        found, person = await self._at(request_id, step, "factor")
        told = desk.journal.telling("factor-added", person, *PASSKEY_ADDED, {"factor": "passkey"})
        await desk.factors.passkeys.add(person, step, answer, name, told)
        proven = (*_first(found), "swk", "user", STRONG)
        await desk.steps.change(step, msgspec.structs.replace(found, amr=proven, want=None))
        return await desk.factors.first_codes(person.id)

    async def renew_password(self, request_id: str, step: str, password: str, browser: Browser) -> Outcome:
        """A password of one's own in place of the one that an administrator set. Raises Incorrect for a weak one."""
        desk = self._desk
        found, person = await self._at(request_id, step, "password")
        await desk.people.change_password(person.id, password)
        await desk.factors.renewed(person.id)
        await desk.journal.record("password-changed", person, *PASSWORD_CHANGED)
        renewed = await desk.people.of(person.id)  # the new password put out all that was proven: but not this
        return await self._go_on(renewed, msgspec.structs.replace(found, epoch=renewed.epoch), browser, step)

    async def finish(self, request_id: str, step: str, browser: Browser) -> Outcome:
        """Go on after what was set up has been shown."""
        found, person = await self._at(request_id, step, None)
        return await self._go_on(person, found, browser, step)

    async def redeem(self, code: str, verifier: str, browser: Browser, former: str = "") -> tuple[str, bool]:
        """Open a session for the portal's code and its PKCE verifier, in place of the browser's `former` one; returns
        the value of the session cookie, and whether there is something that its person must be told first.

        Raises Unauthenticated when they do not fit.
        """
        try:
            proof = await self._desk.provider.redeem(code, verifier, self._portal)
        except Refusal as refused:
            raise Unauthenticated(
                refused.text, german="Diese Anmeldung gilt nicht mehr; melden Sie sich noch einmal an."
            ) from None
        token = await self._desk.sessions.open(
            proof.person.id,
            proven=proof.at,
            amr=proof.amr,
            browser=browser,
            epoch=proof.person.epoch,
            former=former,
        )
        return token, bool(await self._desk.journal.notices(proof.person.id))

    async def _go_on(self, person: Person, step: Step, browser: Browser, secret: str = "") -> Outcome:
        """Ask for what is still wanted, under a secret that nobody knew before the first factor; else let them in."""
        desk = self._desk
        want = wanted(desk.policy, person.role, await desk.factors.having(person.id), step.amr)
        if want is not None:
            waiting = msgspec.structs.replace(step, want=want)
            if not secret:
                return Outcome(step=await desk.steps.open(waiting), want=want)
            await desk.steps.change(secret, waiting)
            return Outcome(step=secret, want=want)
        if secret:
            await desk.steps.close(secret)
        target = await desk.provider.complete(step.request, person, signed_in=step.at, amr=step.amr)
        await desk.journal.came_in(person, step.how, browser, step.provider)
        return Outcome(target, devices=desk.brake.devices.remembering(browser.devices, person.login))

    async def _at(self, request_id: str, secret: str, want: Want | None) -> tuple[Step, Person]:
        found = await self._desk.steps.of(secret, request_id)
        if found.want != want:
            raise NotFound("This sign-in asks for something else now.", german="Diese Anmeldung ist schon weiter.")
        person = await self._desk.people.of(found.person)
        if person.epoch != found.epoch:
            raise over()
        return found, person

    async def _used(self, person: Person, code: str) -> str:
        factors = self._desk.factors
        if looks_like_one(code):
            told = self._desk.journal.telling("recovery-used", person, *RECOVERY_USED)
            if await factors.recovery.use(person.id, code, told):
                return "password-recovery"
        elif await factors.totp.use(person.id, code):
            return "password-code"
        raise WrongCode

    async def _turned_away(self, refused: VerbundError, person: Person, browser: Browser) -> None:
        await self._desk.journal.turned_away(
            refused.german, refused.text, browser, person=person, detail={"step": "second factor"}
        )


APP_ADDED = ("Authenticator-App hinzugefügt.", "Authenticator app added.")
PASSKEY_ADDED = ("Passkey hinzugefügt.", "Passkey added.")
PASSWORD_CHANGED = ("Passwort geändert.", "Password changed.")
RECOVERY_USED = ("Wiederherstellungscode verwendet.", "Recovery code used.")


def _first(step: Step) -> tuple[str, ...]:
    """How the first factor was shown: by the password, or to an outside provider."""
    return step.amr if step.provider else ("pwd",)


def _begun(person: Person, request_id: str, amr: tuple[str, ...], how: str, at: datetime) -> Step:
    return Step(person.id, request_id, amr, how, at, epoch=person.epoch)


def _bound(request_id: str, browser: Browser) -> str:
    return f"{request_id} {browser.secret}"
