"""A node's identity on a real database, with a clock that tests turn and passwords that are quick to check."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from argon2 import PasswordHasher
from joserfc.jwk import RSAKey

from verbund import audit, store
from verbund.audit import AuditLog
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.identity import (
    MIGRATIONS,
    Account,
    Brake,
    Browser,
    Client,
    Factors,
    FrontDoor,
    House,
    Journal,
    Passwords,
    People,
    Person,
    Policy,
    Provider,
    Resetting,
    Role,
    Scopes,
    Sessions,
    Steps,
    Tokens,
    portal_client,
)
from verbund.identity import Desk as FrontDesk
from verbund.identity.signing import IdentityKey, new_key
from verbund.store import Vault

APP = "app"
RETURN = "https://app.example.org/back"
SECRET = "the application's secret"
PASSWORD = "blaue Birnen im Mai"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PUBLIC = Client(APP, "An application", (RETURN,), Scopes.parse("user/*.cruds patient/*.rs"))
LASTING = frozenset({"authorization_code", "refresh_token"})
CONFIDENTIAL = Client(
    "server",
    "An application's server",
    (RETURN,),
    Scopes.parse("user/*.rs"),
    secret_sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
)


@dataclass
class TurnedClock:
    """Stands still until it is turned."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 8, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def quick_passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@cache
def identity_key() -> RSAKey:
    """One for all tests of a process: making it takes long."""
    return new_key()


@dataclass
class Desk:
    """All parts of identity of one node."""

    house: House
    keys: NodeKeys
    database: Database
    clock: TurnedClock
    people: People
    sessions: Sessions
    tokens: Tokens
    provider: Provider

    @classmethod
    async def open(
        cls,
        database: Database,
        *,
        issuer: str = "http://127.0.0.1:8402",
        keys: NodeKeys | None = None,
        clients: Sequence[Client] = (PUBLIC, CONFIDENTIAL),
    ) -> "Desk":
        await migrate(database, [MIGRATIONS])
        keys = keys or NodeKeys.generate()
        house, clock = House("praxis", "Praxis am Markt", issuer), TurnedClock()
        people = People(database, keys, clock=clock, passwords=quick_passwords())
        tokens = Tokens(house, keys, database, clock=clock)
        registered = [*clients, portal_client(house, "/oauth/callback")]
        signing = IdentityKey(database, keys, clock=clock, new=identity_key)
        provider = Provider(
            house, keys, database, people=people, tokens=tokens, clients=registered, clock=clock, identity_key=signing
        )
        return cls(house, keys, database, clock, people, Sessions(database, keys, clock=clock), tokens, provider)

    async def physician(self, login: str = "weber") -> Person:
        return await self.people.add(login, "Dr. Anna Weber", Role.PHYSICIAN, PASSWORD, practitioner_id="p1")

    async def patient(self, login: str = "muster") -> Person:
        return await self.people.add(login, "Max Muster", Role.PATIENT, PASSWORD, patient_id="pat1")

    async def code(self, person: Person, **changes: str | None) -> str:
        """The code that a sign-in of `person` ends with."""
        return answered(await self.permitted(person, **changes))["code"]

    async def permitted(
        self, person: Person, *, kept: Scopes | None = None, patient: str | None = None, **changes: str | None
    ) -> str:
        """Where a sign-in of `person` leads who permits the application what it asks for, or what is `kept` of it."""
        pending = await self.provider.begin(asked(**changes))
        return await self.permitting(pending.request_id, person, kept=kept, patient=patient)

    async def permitting(
        self, request_id: str, person: Person, *, kept: Scopes | None = None, patient: str | None = None
    ) -> str:
        target = await self.provider.complete(request_id, person)
        if not target.startswith(f"{self.house.issuer}/apps/consent?"):
            return target
        question = await self.provider.question(answered(target)["request"])
        return await self.provider.answer(question.request_id, kept or question.scopes, patient=patient)

    async def token(self, person: Person, **changes: str | None) -> dict[str, Any]:
        return await self.provider.exchange(exchanged(await self.code(person, **changes)), {})


def asked(**changes: str | None) -> list[tuple[str, str]]:
    """A right authorization request, with changes; None leaves a parameter out."""
    right: dict[str, str | None] = {
        "response_type": "code",
        "client_id": APP,
        "redirect_uri": RETURN,
        "scope": "openid fhirUser user/*.rs patient/*.rs",
        "state": secrets.token_hex(8),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return [(name, value) for name, value in (right | changes).items() if value is not None]


def exchanged(code: str, **changes: str | None) -> list[tuple[str, str]]:
    """A right token request for a code, with changes."""
    right: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": APP,
        "redirect_uri": RETURN,
        "code_verifier": VERIFIER,
    }
    return [(name, value) for name, value in (right | changes).items() if value is not None]


def answered(location: str) -> dict[str, str]:
    """The parameters that the provider sends back by redirect."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def browser(address: str | None = "10.0.0.1", *, devices: str = "", secret: str = "window") -> Browser:
    """A browser at an address."""
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    return Browser(address, agent, devices, secret)


@dataclass
class Entrance:
    """The front door of a node, everybody's account, and the log behind both."""

    desk: Desk
    inside: FrontDesk
    door: FrontDoor
    account: Account
    resetting: Resetting
    log: AuditLog
    vault: Vault

    @classmethod
    async def open(cls, desk: Desk, policy: Policy | None = None) -> "Entrance":
        await migrate(desk.database, [store.MIGRATIONS, audit.MIGRATIONS])
        vault = Vault(desk.database, desk.keys)
        log = await AuditLog.open(desk.database, vault, desk.keys, clock=desk.clock)
        given = (desk.database, desk.keys)
        inside = FrontDesk(
            database=desk.database,
            people=desk.people,
            provider=desk.provider,
            sessions=desk.sessions,
            factors=Factors(*given, desk.house, clock=desk.clock),
            journal=Journal(*given, desk.house, log, clock=desk.clock),
            brake=Brake(*given, clock=desk.clock),
            steps=Steps(*given, clock=desk.clock),
            policy=policy or Policy(staff=False),
        )
        door = FrontDoor(inside, portal_client(desk.house, "/oauth/callback"), clock=desk.clock)
        account = Account(desk.house, inside, clock=desk.clock)
        resetting = Resetting(*given, desk.house, desk.people, log, clock=desk.clock)
        return cls(desk, inside, door, account, resetting, log, vault)

    async def close(self) -> None:
        await self.log.close()
        await self.vault.close()

    async def request(self) -> str:
        """A request of the portal's that waits for somebody to sign in."""
        back = f"{self.desk.house.issuer}/oauth/callback"
        return (await self.desk.provider.begin(asked(client_id="portal", redirect_uri=back))).request_id

    async def session(self, target: str | None) -> str:
        """The session that a sign-in ends with."""
        assert target is not None
        return (await self.door.redeem(answered(target)["code"], VERIFIER, browser()))[0]

    async def logged(self) -> int:
        return (await self.log.head()).size
