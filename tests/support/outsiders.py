"""Two nodes: one whose people sign in at the other, which is a real OpenID provider on a real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from enrolling import HOUSE, PASSWORD, Office
from serving import free_socket, serving
from signing_in import Desk, answered, browser

from verbund.api.oauth import OpenId, oauth_app
from verbund.config import IdentityProvider
from verbund.database import Database
from verbund.identity import (
    Account,
    Brake,
    Client,
    Credentials,
    Factors,
    FrontDoor,
    Journal,
    Outside,
    OutsideProvider,
    Person,
    Policy,
    Principal,
    Provider,
    Role,
    Sessions,
    Steps,
    Tokens,
    portal_client,
)
from verbund.identity import Desk as FrontDesk
from verbund.identity.scopes import Scopes

HERE = "klinik"
PORTAL = portal_client(HOUSE, "/oauth/callback")
SECRET = "what this browser keeps secret"
BROWSER = browser(secret=SECRET)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The pair of RFC 7636, appendix B."""


@dataclass
class Directory:
    """Patients by identifier."""

    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    async def by_identifier(self, system: str, value: str) -> list[str]:
        return self.known.get((system, value), [])


@dataclass
class Outsiders:
    """`there` is the outside provider, `office` and `outside` are this node's."""

    there: Desk
    office: Office
    provider: Provider
    front: FrontDoor
    outside: Outside
    door: OutsideProvider
    directory: Directory
    count: list[int] = field(default_factory=lambda: [0])
    doors: list[OutsideProvider] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """Everybody's account at this node."""
        return Account(HOUSE, inside_of(self.office, self.provider), clock=self.office.clock)

    async def waiting(self) -> str:
        """A sign-in of the portal that waits at this node."""
        asked = {
            "response_type": "code",
            "client_id": "portal",
            "redirect_uri": f"{HOUSE.issuer}/oauth/callback",
            "scope": "openid fhirUser",
            "state": "s",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return (await self.provider.begin(list(asked.items()))).request_id

    def trusting(self, **settings: object) -> "Outsiders":
        """The same nodes with other settings for the provider."""
        given = {"name": HERE, "title": "Klinik-Anmeldung", "issuer": self.there.house.issuer, "client_id": "verbund"}
        door = OutsideProvider(IdentityProvider(**(given | settings)), Credentials())  # type: ignore[arg-type]
        self.doors.append(door)
        office = self.office
        outside = Outside(
            HOUSE,
            office.database,
            office.keys,
            providers=[door],
            people=office.people,
            door=self.front,
            patients=self.directory,
            audit=office.log,
            clock=office.clock,
        )
        return replace(self, outside=outside, door=door)

    async def both(self) -> tuple[Person, Person]:
        """One physician here, and there."""
        self.count[0] += 1
        here = await self.office.people.add(f"weber{self.count[0]}", "Dr. Anna Weber", Role.PHYSICIAN, PASSWORD)
        return here, await self.there.physician(f"aweber{self.count[0]}")

    async def sent(self, **wishes: object) -> dict[str, str]:
        """What stands in the address to which the browser is sent."""
        return answered(await self.outside.begin(HERE, SECRET, **wishes))  # type: ignore[arg-type]

    async def answer_there(self, person: Person, sent: dict[str, str]) -> dict[str, str]:
        """What the provider answers in the browser once `person` has signed in there."""
        pending = await self.there.provider.begin(list(sent.items()))
        return answered(await self.there.permitting(pending.request_id, person))

    async def arrived(self, person: Person, who: Principal | None = None) -> str | None:
        """The whole way: with `who` to link an account, else to sign in; where it leads."""
        wishes: dict[str, object] = {"who": who} if who else {"request_id": await self.waiting()}
        back = await self.answer_there(person, await self.sent(**wishes))
        outcome = (await self.outside.arrive(HERE, back, BROWSER, who)).outcome
        return None if outcome is None else outcome.target


def inside_of(office: Office, provider: Provider, policy: Policy | None = None) -> FrontDesk:
    """Whom the front door of this node asks."""
    given = (office.database, office.keys)
    return FrontDesk(
        database=office.database,
        people=office.people,
        provider=provider,
        sessions=Sessions(*given, clock=office.clock),
        factors=Factors(*given, HOUSE, clock=office.clock),
        journal=Journal(*given, HOUSE, office.log, clock=office.clock),
        brake=Brake(*given, clock=office.clock),
        steps=Steps(*given, clock=office.clock),
        policy=policy or Policy(staff=False),
    )


@asynccontextmanager
async def outsiders(here: Database, there: Database) -> AsyncIterator[Outsiders]:
    """Both nodes, open."""
    bound, url = free_socket()
    back = f"{HOUSE.issuer}/sign-in/outside/{HERE}"
    client = Client("verbund", "The other house", (back,), Scopes.parse(""), preapproved=True)
    desk = await Desk.open(there, issuer=url, clients=[client])
    office = await Office.open(here)
    desk.clock = desk.provider._clock = desk.tokens._clock = office.clock
    tokens = Tokens(HOUSE, office.keys, here, clock=office.clock)
    provider = Provider(
        HOUSE, office.keys, here, people=office.people, tokens=tokens, clients=[PORTAL], clock=office.clock
    )
    front = FrontDoor(inside_of(office, provider), PORTAL, clock=office.clock)
    bare = Outsiders(desk, office, provider, front, None, None, Directory())  # type: ignore[arg-type]
    two = bare.trusting()
    app = oauth_app(OpenId(desk.provider, desk.sessions, desk.keys.public(), desk.house.session_cookie))
    with bound:
        async with serving(app, bound):
            yield two
    for door in two.doors:
        await door.close()
    await office.close()
