"""What was stored as nobody's and is known now to be a patient's: sealed anew under the patient's key, every version.

So what was kept before it was known whose it is, or before what it is about came, is restricted and erased with the
record as well. The caller holds the locks of the resources.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import asyncpg

from verbund.database import Connection
from verbund.fhir import decode
from verbund.store.attaching import MAY_BE_ABOUT, belongs_to
from verbund.store.bodies import Bodies, context_of
from verbund.store.indexing import Indexed, Indexer
from verbund.store.model import Stored
from verbund.store.vault import Vault

# Two are as many as must be known.
_PATIENTS = """
select distinct patient from resource where id = any($1::uuid[]) and not deleted and patient is not null limit 2
"""
_ERASED = "select patient from data_key where patient = any($1::bigint[]) and wrapped is null"
_OLD = """
select type, id, version, dictionary, body, updated from superseded where id = $1::uuid and patient is null
"""
_MOVE = "update resource set patient = $3, dictionary = $4, body = $5 where id = $1::uuid and version = $2"
_MOVE_OLD = """
update superseded set patient = $3, dictionary = $4, body = $5, category = category | $6
where id = $1::uuid and version = $2
"""


@dataclass(frozen=True, slots=True)
class Nobodys:
    """A current row that belongs to nobody, opened, with what the index would keep of it now."""

    row: asyncpg.Record
    stored: Stored
    indexed: Indexed


class Rehoming:
    """Finds out whose rows are, and moves them there."""

    def __init__(self, indexer: Indexer, vault: Vault, bodies: Bodies) -> None:
        self._hash = indexer.hasher.key128
        self._vault = vault
        self._bodies = bodies

    async def move(self, connection: Connection, nobodys: Iterable[Nobodys]) -> Mapping[int, int | None]:
        """Whose each row is that was moved; None where that patient was erased: who calls removes it."""
        owners = {}
        for one in nobodys:
            patient = one.indexed.patient or await self._about(connection, one.stored)
            if patient is not None:
                owners[one.row["row"]] = (one, patient)
        if not owners:
            return {}
        erased = await self._erased(connection, {patient for _, patient in owners.values()})
        kept = {number: (one, patient) for number, (one, patient) in owners.items() if patient not in erased}
        await self._vault.prepare(connection, {patient for _, patient in kept.values()}, make=True)
        for one, patient in kept.values():
            await self._seal(connection, one, patient)
        return {number: patient if number in kept else None for number, (_, patient) in owners.items()}

    async def _about(self, connection: Connection, stored: Stored) -> int | None:
        """The one patient of what a resource is about."""
        targets = belongs_to(decode(stored.body)) if stored.type in MAY_BE_ABOUT else ()
        if not targets:
            return None
        found = await connection.fetch(_PATIENTS, [self._hash(*target) for target in targets])
        patients: list[int] = [row["patient"] for row in found]
        return patients[0] if len(patients) == 1 else None

    async def _erased(self, connection: Connection, patients: set[int]) -> set[int]:
        return {row["patient"] for row in await connection.fetch(_ERASED, sorted(patients))}

    async def _seal(self, connection: Connection, one: Nobodys, patient: int) -> None:
        """Move all versions of one resource."""
        row = one.row
        sealed = self._sealed(row, one.stored.id, one.stored.body, patient)
        await connection.execute(_MOVE, row["id"], row["version"], patient, *sealed)
        for old in await connection.fetch(_OLD, row["id"]):
            context = context_of(old["type"], old["id"].bytes, old["version"])
            identity, body = self._bodies.open(
                None, old["body"], old["dictionary"], context, old["version"], old["updated"]
            )
            sealed = self._sealed(old, identity, body, patient)
            await connection.execute(_MOVE_OLD, old["id"], old["version"], patient, *sealed, one.indexed.category)

    def _sealed(self, row: asyncpg.Record, identity: str, body: bytes, patient: int) -> tuple[int, bytes]:
        """The dictionary and the bytes of a version under a patient's key."""
        context = context_of(row["type"], row["id"].bytes, row["version"])
        return self._bodies.current(row["type"]), self._bodies.pack(patient, identity, body, context)
