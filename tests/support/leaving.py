"""A patient whose record nothing keeps, with all that a node keeps of one beside the record, and the erasure of it."""

from dataclasses import dataclass, replace

import msgspec

from verbund.config import utc_now
from verbund.identity import Person, Principal, Proxy, Recipient, Role, Terms
from verbund.node import Node
from verbund.node.rights import erasures_of
from verbund.rights import Erased, Erasures
from verbund.store import Unit, Write

PASSWORD = "grüne Quitten im Herbst"
RUTH = Recipient("patient", "Ruth Kanarienvogel", "1951-02-03", patient_id="7")
HANS = Recipient("patient", "Hans Kanarienvogel", "1951-02-03", patient_id="8")
EVERYTHING = Terms((1 << 15) - 1, decides=True, until=None)


@dataclass
class Leaving:
    """Ruth, who leaves, and Hans, her proxy, who stays."""

    node: Node
    ruth: Person
    hans: Person

    @classmethod
    async def begun(cls, node: Node) -> "Leaving":
        """Both are enrolled, Hans acts for Ruth, a guardian's letter is open, and so is one for Ruth's password."""
        for one in (RUTH, HANS):
            await node.store.commit(Unit((_record(one),), (), check_references=False))
        ruth, hans = await _enrolled(node, RUTH, "ruth"), await _enrolled(node, HANS, "hans")
        named = await node.proxies.name(ruth.principal(node.house), ruth.name, "hans", EVERYTHING)
        await node.proxies.answer(hans, named.id, accepted=True)
        await node.proxies.choose("hans's browser", hans, named.id)
        relation = await recorded(node)
        await node.letters.issue(clerk(node), guardian(relation))
        await node.letters.issue(clerk(node), replace(RUTH, person=ruth.id))
        return cls(node, ruth, hans)

    @property
    def erasures(self) -> Erasures:
        """The erasures of the node."""
        return erasures_of(self.node, None)

    @property
    def erased(self) -> Erased:
        """The line of a former version of the ledger: nothing but that it was Ruth."""
        return Erased(self.node.store.patient_key("7"), utc_now())

    async def erase(self) -> None:
        """Ruth asks for it, the house carries it out."""
        asked = await self.erasures.ask(self.ruth.principal(self.node.house, authenticated=utc_now()))
        steward = replace(clerk(self.node), role=Role.STEWARD, scopes=Role.STEWARD.scopes)
        assert (await self.erasures.carry_out(steward, asked.id)).whole

    async def kept(self) -> dict[str, int]:
        """How many rows there are of Ruth, by table: opened, since none of them says so in the clear."""
        node = self.node
        accounts = [one for one in await node.people.all() if one.patient_id == "7"]
        patients = {"letters": await node.letters.patients(), "proxies": await node.proxies.patients()}
        kept = {name: int("7" in ids) for name, ids in patients.items()}
        return {
            "accounts": len(accounts),
            "acting": int(await node.proxies.acting("hans's browser", self.hans) is not None),
        } | kept


NOTHING = {"accounts": 0, "acting": 0, "letters": 0, "proxies": 0}


def clerk(node: Node) -> Principal:
    """Who enrols patients, just signed in."""
    who = Role.NURSE
    house = node.house
    return Principal(
        "s1", "Nadine", who, house.organisation, house.organisation_name, None, who.scopes, who.purpose,
        authenticated=utc_now(),
    )  # fmt: skip


def guardian(relation: Proxy) -> Recipient:
    """Whose letter opens a relation."""
    return Recipient("guardian", "Olga Muster", "1970-01-01", patient_id="7", proxy=relation.id)


async def recorded(node: Node) -> Proxy:
    """A guardian of Ruth whom the house has recorded."""
    return await node.proxies.record(clerk(node), "7", RUTH.name, EVERYTHING, named="Olga Muster", proof="Urkunde")


def _record(one: Recipient) -> Write:
    given, _, family = one.name.partition(" ")
    person = {
        "resourceType": "Patient", "id": one.patient_id, "name": [{"family": family, "given": [given]}],
        "birthDate": one.second, "gender": "unknown",
    }  # fmt: skip
    return Write("update", "Patient", one.patient_id, msgspec.json.encode(person))


async def _enrolled(node: Node, who: Recipient, login: str) -> Person:
    issued = await node.letters.issue(clerk(node), who)
    opened = await node.letters.open(issued.code, who.second, address="10.0.0.1")
    return await node.letters.redeem(opened.ticket, login, PASSWORD)
