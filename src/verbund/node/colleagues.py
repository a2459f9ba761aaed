"""The staff of the region's houses in the own directory, and whom of the own staff the others get to know."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from verbund.access import Companion, Write
from verbund.crypto import Hasher
from verbund.exchange import Colleague, Member, Taken
from verbund.exchange.rosters import LONGEST_WORDS
from verbund.identity import Person, Role
from verbund.node.assembly import Node
from verbund.node.houses import TAG, needed, organization
from verbund.node.staff import TREATING, Entry, practitioner, practitioner_role

_PUBLISHED = {
    "physicians": frozenset({Role.PHYSICIAN}),
    "treating": frozenset(TREATING),
    "nobody": frozenset[Role](),
}


class StaffRegister:
    """This node's accounts of staff as they are published, and its Practitioners and PractitionerRoles of others.

    Nothing published tells of an account: ids are keyed hashes, and a name that is a login or an address is left out.
    What other houses publish gets ids made of the house's name and its own id, so that no house reaches an entry of
    another one or of this node's staff.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._roles = _PUBLISHED[node.config.published_staff]
        self._hasher = Hasher(node.keys.index)

    async def published(self) -> Sequence[Colleague]:
        """Those of the roles that the settings publish whose accounts are open."""
        staff = await self._node.people.staff()
        return [self._colleague(one) for one in staff if one.active and one.role in self._roles and _has_name(one)]

    async def take_over(self, house: Member, entries: Sequence[Taken], note: Companion) -> None:
        """Write the entries of another house."""
        gate, operator = self._node.gate, self._node.operator()
        known = await needed(gate, operator, house.site, organization(house.site, house.title, house.kind))
        writes = [] if known is None else [known]
        writes += [_write(one) for entry in entries for one in _resources(house, entry)]
        await gate.commit(operator, writes, companions=[note])

    def _colleague(self, person: Person) -> Colleague:
        name = self._hasher.bytes128("published staff", str(person.id)).hex()
        return Colleague(name, _line(person.name), person.role.value, _line(person.specialty or ""))  # type: ignore[arg-type]


def _resources(house: Member, entry: Taken) -> Iterator[dict[str, Any]]:
    said = entry.colleague
    identity = sha256(f"{house.site}/{said.id}".encode()).hexdigest()[:40]
    told = Entry("", said.name, Role(said.role), said.specialty)
    marked = {"meta": {"tag": [TAG]}, "active": entry.active}
    yield practitioner(identity, said.name, active=entry.active) | marked
    yield practitioner_role(identity, identity, told, (house.site, house.title)) | marked


def _has_name(person: Person) -> bool:
    return bool(_line(person.name)) and person.name != person.login and "@" not in person.name


def _line(text: str) -> str:
    """What of a text can stand in one line."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())[:LONGEST_WORDS]


def _write(resource: dict[str, Any]) -> Write:
    return Write("update", resource["resourceType"], resource["id"], msgspec.json.encode(resource))
