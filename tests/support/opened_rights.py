"""The rights of patients on a gate with a fresh database, beside the people of `opened_gate`."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from opened_gate import KIND, NOW, PATIENT, STEWARD, Node
from opened_gate import opened as opened_gate

from verbund import rights
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.identity import Principal
from verbund.portal import ReadableCopies
from verbund.rights import Copies, Erasures, Ledger, Nowhere, Requests, table

JUST_PROVED = replace(PATIENT, authenticated=NOW)
__all__ = ["JUST_PROVED", "PATIENT", "STEWARD", "House", "opened"]


@dataclass
class House:
    """A node with what patients may ask of it."""

    node: Node
    requests: Requests
    copies: Copies
    erasures: Erasures
    database: Database

    async def copied(self, who: Principal = PATIENT, language: str = "de") -> bytes:
        """A complete copy as it is fetched."""
        asked = await self.copies.ask(who, language)  # type: ignore[arg-type]
        assert await self.copies.make_next()
        return await self.fetched(who, asked.id)

    async def fetched(self, who: Principal, identity: UUID) -> bytes:
        """The bytes of a copy that is ready."""
        _, pieces = await self.copies.fetch(who, identity)
        return b"".join([piece async for piece in pieces])

    @property
    def steward(self) -> Principal:
        """Who answers for the house, just signed in."""
        return replace(STEWARD, authenticated=self.node.clock.now)

    def proved(self, patient_id: str = "7") -> Principal:
        """A patient who has just proved who they are."""
        return replace(PATIENT, patient_id=patient_id, authenticated=self.node.clock.now)

    def years_later(self, years: int) -> None:
        """Let time go by."""
        self.node.clock.now += timedelta(days=366 * years)


async def opened(database: Database, folder: Path, *, house: str = KIND, keys: NodeKeys | None = None) -> House:
    """The rights of a house of a kind, on an empty database."""
    keys = keys or NodeKeys.generate()
    node = await opened_gate(database, keys=keys)
    await migrate(database, [rights.MIGRATIONS])
    requests = Requests(node.gate, database)
    erasures = Erasures(requests, table(), house, Ledger(folder / "erasures.ndjson"), Nowhere())
    copies = Copies(node.gate, database, keys, ReadableCopies(node.clock))
    return House(node, requests, copies, erasures, database)
