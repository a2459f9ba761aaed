"""A site's own book: which of its patients has which regional pseudonym."""

from collections.abc import Sequence
from typing import Self

import msgspec

from verbund.crypto import Hasher, NodeKeys, seal, unseal
from verbund.database import Connection, Database
from verbund.errors import Gone
from verbund.store import Vault

_CONTEXT = b"verbund pseudonym"
_SET = """
insert into linkage_pseudonym (patient, pseudonym, sealed) values ($1, $2, $3)
on conflict (patient) do update set pseudonym = excluded.pseudonym, sealed = excluded.sealed
"""
_OF_PATIENT = "select sealed from linkage_pseudonym where patient = $1"
_PATIENTS = "select patient, sealed from linkage_pseudonym where pseudonym = $1"


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    patient_id: str
    pseudonym: str


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Entry).decode


class PseudonymBook:
    """Patients and pseudonyms, sealed under each patient's key: the database alone joins nobody to the region."""

    def __init__(self, database: Database, keys: NodeKeys, vault: Vault) -> None:
        self._database = database
        self._hasher = Hasher(keys.index)
        self._vault = vault

    @classmethod
    async def open(cls, database: Database, keys: NodeKeys, vault: Vault) -> Self:
        """Open on a migrated database."""
        return cls(database, keys, vault)

    def handle_of(self, patient_id: str) -> str:
        """What this site calls the patient towards the trust centre: the same every time, and nothing to others."""
        return self._hasher.key128("linkage handle", patient_id).hex

    async def set(self, patient_id: str, pseudonym: str) -> None:
        """Enter or change a patient's pseudonym."""
        await self.set_many([(patient_id, pseudonym)])

    async def set_many(self, entries: Sequence[tuple[str, str]]) -> None:
        """Enter many, all or none; a patient whose data was erased meanwhile is left out."""
        async with self._database.transaction() as connection:
            await self.write(connection, entries)

    async def write(self, connection: Connection, entries: Sequence[tuple[str, str]]) -> None:
        """The same within the caller's transaction."""
        rows = [row for entry in entries if (row := await self._row(connection, *entry)) is not None]
        await connection.executemany(_SET, rows)

    async def _row(self, connection: Connection, patient_id: str, pseudonym: str) -> tuple[object, ...] | None:
        patient = self._hasher.key64("Patient", patient_id)
        try:
            key = await self._vault.key_for(connection, patient)
        except Gone:
            return None
        return patient, self._hidden(pseudonym), seal(key, _encode(_Entry(patient_id, pseudonym)), _CONTEXT)

    def _hidden(self, pseudonym: str) -> object:
        return self._hasher.key128("pseudonym", pseudonym)

    async def of_patient(self, patient_id: str) -> str | None:
        """The patient's pseudonym, if the patient is enrolled."""
        patient = self._hasher.key64("Patient", patient_id)
        async with self._database.connection() as connection:
            sealed = await connection.fetchval(_OF_PATIENT, patient)
            entry = await self._opened(connection, patient, sealed) if sealed else None
        return entry.pseudonym if entry is not None and entry.patient_id == patient_id else None

    async def patients_of(self, pseudonym: str) -> tuple[str, ...]:
        """This site's patients under the pseudonym: one, none, or several when the site keeps a patient twice."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PATIENTS, self._hidden(pseudonym))
            entries = [await self._opened(connection, row["patient"], row["sealed"]) for row in rows]
        return tuple(
            sorted(entry.patient_id for entry in entries if entry is not None and entry.pseudonym == pseudonym)
        )

    async def _opened(self, connection: Connection, patient: int, sealed: bytes) -> _Entry | None:
        try:
            key = await self._vault.key_for(connection, patient)
        except Gone:
            return None
        return _decode(unseal(key, sealed, _CONTEXT))
