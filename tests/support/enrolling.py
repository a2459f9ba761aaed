"""Accounts by letter, and who acts for whom, on a real database with its log and a clock that tests turn."""

from dataclasses import dataclass, replace

from signing_in import TurnedClock, quick_passwords

from verbund import audit, identity, store
from verbund.audit import AuditLog, Event
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.identity import House, Letters, People, Person, Principal, Proxies, Proxy, Recipient, Role, Terms
from verbund.store import Vault

PASSWORD = "grüne Quitten im Herbst"
HOUSE = House("praxis", "Praxis am Markt", "http://127.0.0.1:8402")
BORN = "1958-03-14"
ERIKA = Recipient("patient", "Erika Sommer", BORN, patient_id="pat1")
EVERYTHING = (1 << 15) - 1


def member(role: Role = Role.NURSE, **changes: object) -> Principal:
    """Somebody of the staff, who signed in when the clock had not been turned."""
    who = Principal(
        "staff-1", "Nadine Klose", role, HOUSE.organisation, HOUSE.organisation_name, None, role.scopes, role.purpose,
        authenticated=TurnedClock().now,
    )  # fmt: skip
    return replace(who, **changes)


@dataclass
class Office:
    """The parts of identity that enrol people, and what is told to the log."""

    database: Database
    keys: NodeKeys
    clock: TurnedClock
    people: People
    proxies: Proxies
    letters: Letters
    log: AuditLog
    vault: Vault

    @classmethod
    async def open(cls, database: Database) -> "Office":
        await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS, identity.MIGRATIONS])
        keys, clock = NodeKeys.generate(), TurnedClock()
        vault = Vault(database, keys)
        log = await AuditLog.open(database, vault, keys, clock=clock)
        people = People(database, keys, clock=clock, passwords=quick_passwords())
        proxies = Proxies(HOUSE, database, keys, people=people, audit=log, clock=clock)
        letters = Letters(HOUSE, database, keys, people=people, proxies=proxies, audit=log, clock=clock)
        return cls(database, keys, clock, people, proxies, letters, log, vault)

    async def close(self) -> None:
        await self.log.close()
        await self.vault.close()

    async def enrolled(self, recipient: Recipient = ERIKA, login: str = "erika") -> Person:
        """Somebody who has used their letter."""
        issued = await self.letters.issue(member(), recipient)
        opened = await self.letters.open(issued.code, recipient.second, address="10.0.0.1")
        return await self.letters.redeem(opened.ticket, login, PASSWORD)

    async def two(self) -> tuple[Person, Person]:
        """Two patients with accounts."""
        other = Recipient("patient", "Hans Bergmann", "1949-11-02", patient_id="pat2")
        return await self.enrolled(), await self.enrolled(other, "hans")

    async def acting(self, terms: Terms | None = None) -> tuple[Person, Person, Proxy]:
        """A patient, the proxy, and the relation, accepted."""
        erika, hans = await self.two()
        named = await self.proxies.name(own(erika), erika.name, "hans", terms or Terms(EVERYTHING, True, None))
        await self.proxies.answer(hans, named.id, accepted=True)
        return erika, hans, named

    async def told(self, patient_id: str) -> list[Event]:
        """What the log says of a patient, oldest first."""
        page = await self.log.of_patient(patient_id, count=200)
        return [one.event for one in reversed(page.items)]


def own(person: Person) -> Principal:
    """Somebody asking for themselves."""
    return person.principal(HOUSE)
