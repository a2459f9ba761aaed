"""Data keys: one for each patient, one for what belongs to nobody; destroying a key erases the patient everywhere."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from verbund.crypto import NodeKeys, Sealer, seal, unseal
from verbund.database import Connection, Database
from verbund.errors import Busy, Fault, Gone, VerbundError

NODE = 0
KEEP_SECONDS = 60.0
KEEP_KEYS = 100_000
# A transaction has ended by then: each of its statements has a deadline, and the server ends those that are idle.
ENDING_SECONDS = 120.0
_LOOK_SECONDS = 0.02

_SELECT = "select patient, wrapped, generation from data_key where patient = any($1::bigint[])"
# Nothing is wrapped any more by a key that has been replaced: who still holds the old one inserts nothing.
_INSERT = """
insert into data_key (patient, wrapped, generation)
select patient, wrapped, $3::integer from unnest($1::bigint[], $2::bytea[]) new (patient, wrapped)
where $3::integer = (select coalesce(max(generation), 0) from wrapping_key)
on conflict (patient) do nothing
returning patient
"""
_NEWEST = "select coalesce(max(generation), 0) from wrapping_key"
_WHOLE = "select true from data_key where patient = $1 and wrapped is not null"
_DESTROY = "update data_key set wrapped = null, destroyed_at = now() where patient = $1 and wrapped is not null"
_ERASED = "select erased_among($1::bigint[])"
_WRITING = "select writing_now()"
_PREVENT = "insert into data_key (patient, destroyed_at) values ($1, now()) on conflict (patient) do nothing"

_GONE = "This patient's data was erased; nothing of it can be read or added to."

KEYS = f"left join data_key k on k.patient = coalesce(r.patient, {NODE})"
"""Joins the keys of rows to the rows: a statement with it and `KEY_COLUMNS` needs no other to open them."""
KEY_COLUMNS = "k.wrapped, k.generation"


def _number(patient: int | None) -> int:
    return NODE if patient is None else patient


class Vault:
    """The data keys of one node, wrapped by its wrapping key (AES-256-GCM, bound to the patient's hash).

    `reload` reads the node's keys again: the wrapping key may be replaced meanwhile (`verbund keys rotate`).

    A key that was made is on disk before anything is sealed with it: keys are made on a connection of the vault's own,
    never in the caller's transaction, which might be undone. Opened keys are kept in memory for a minute, so what was
    sealed can be opened here for as long after another process's `destroy`. Nothing is written under a key that was
    destroyed: whoever seals looks, in the transaction that writes, whether it is there (`prepare`, `hold`).
    """

    def __init__(self, database: Database, keys: NodeKeys, reload: Callable[[], NodeKeys] | None = None) -> None:
        self._keys = keys
        self._reload = reload
        # A pool of one, opened at first need: a caller holds a connection of the common pool already, and all callers
        # waiting for a second one would wait for ever.
        self._making = Database(database.url, 1, 5.0)
        # None stands for a key that was destroyed.
        self._opened: dict[int, tuple[bytes | None, float]] = {}
        self._sealers: dict[bytes, Sealer] = {}
        # Keys that are to be made, and those of which the making has begun.
        self._wanted: list[int] = []
        self._coming: dict[int, asyncio.Task[None]] = {}

    def _not_kept(self, patients: Iterable[int]) -> list[int]:
        """Those whose keys are not at hand, in order."""
        now, opened = time.monotonic(), self._opened
        return sorted(patient for patient in patients if (found := opened.get(patient)) is None or found[1] <= now)

    def _wrapping_of(self, generation: int) -> bytes:
        """The wrapping key of a generation; one that is not known here was made by another process since."""
        if self._keys.wrapping_of(generation) is None and self._reload is not None:
            self._keys = self._reload()
        wrapping = self._keys.wrapping_of(generation)
        if wrapping is None:
            raise Fault(
                f"A data key is wrapped by the node's wrapping key of generation {generation}, which is not among the "
                "node's keys. Bring that key file back from its safe place."
            )
        return wrapping

    def _keep(self, patient: int, wrapped: bytes | None, generation: int) -> None:
        if len(self._opened) >= KEEP_KEYS:
            self._opened.clear()
        if wrapped is None:
            self._forget(patient)
        elif not self._is_destroyed(patient):
            key = unseal(self._wrapping_of(generation), wrapped, context_of_key(patient))
            self._opened[patient] = (key, time.monotonic() + KEEP_SECONDS)

    def _forget(self, patient: int) -> None:
        """Keep that a key was destroyed: what was asked before and is answered now does not bring it back."""
        self._sealers.pop(self._opened.get(patient, (None, 0.0))[0] or b"", None)
        self._opened[patient] = (None, time.monotonic() + KEEP_SECONDS)

    def _is_destroyed(self, patient: int) -> bool:
        found = self._opened.get(patient)
        return found is not None and found[0] is None and found[1] > time.monotonic()

    def expect(self, patients: Iterable[int | None]) -> None:
        """Begin to make the keys of patients who are new here; `prepare` waits for them.

        So they are made while the transaction that needs them does what comes before, and those of several
        transactions together. A key that is not needed after all does no harm.
        """
        new = [patient for patient in self._not_kept(map(_number, patients)) if patient not in self._coming]
        if new:
            self._wanted += new
            task = asyncio.create_task(self._make_wanted(new))
            self._coming.update(dict.fromkeys(new, task))

    async def _make_wanted(self, new: Sequence[int]) -> None:
        """Make all that is wanted by now; of what fails, whoever needs the key learns when it is made once more."""
        try:
            with suppress(VerbundError):
                async with self._making.connection() as connection:
                    wanted, self._wanted = self._wanted, []
                    if wanted:
                        await self._insert(connection, wanted)
        finally:
            for patient in new:
                self._coming.pop(patient, None)

    async def prepare(self, connection: Connection, patients: Iterable[int | None], *, make: bool) -> None:
        """Have the keys of these patients at hand for `seal` and `unseal`; with `make`, make those that are missing.

        With `make`, Gone when a patient was erased; without, ask `can_open`. Within a transaction, `make` also means
        `hold`. Fault when a key that must be there is missing.
        """
        numbers = {_number(patient) for patient in patients}
        await self.have(connection, numbers, make=make)
        if make and connection.is_in_transaction():
            await self.hold(connection, numbers)

    async def hold(self, connection: Connection, patients: Iterable[int | None]) -> None:
        """Whoever erases one of these patients waits until this transaction ends; Gone where one was erased already.

        One statement. Who has `erased_among` in a statement of its own tells `refuse` of what it found.
        """
        asked = sorted({_number(patient) for patient in patients} - {NODE})
        if asked:
            self.refuse(await connection.fetchval(_ERASED, asked))

    def refuse(self, erased: Sequence[int] | None) -> None:
        """Gone where patients turn out to be erased, whose keys may be at hand still; None for nobody."""
        for patient in erased or ():
            self._forget(patient)
        if erased:
            raise Gone(_GONE)

    async def have(self, connection: Connection, patients: Iterable[int | None], *, make: bool) -> None:
        """As `prepare`, from memory where that has them: the caller looks itself that nobody was erased."""
        numbers = {_number(patient) for patient in patients}
        needed = self._not_kept(numbers)
        if coming := {self._coming[number] for number in needed if number in self._coming}:
            await asyncio.wait(coming)
            needed = self._not_kept(numbers)
        missing = await self._load(connection, needed) if needed else []
        if missing and make:
            async with self._making.connection() as making:
                await self._insert(making, missing)
            # Another process may have made one first.
            missing = self._not_kept(missing)
            missing = await self._load(connection, missing) if missing else []
        if missing:
            raise Fault("The key of stored data is missing from the database; the data cannot be opened.")
        if make and any(self._opened[number][0] is None for number in numbers):
            raise Gone(_GONE)

    def take(self, patient: int | None, wrapped: bytes | None, generation: int | None) -> None:
        """Have a key at hand that was read together with what it opens."""
        if generation is not None and (wrapped is None or self._not_kept([_number(patient)])):
            self._keep(_number(patient), wrapped, generation)

    def has(self, patients: Iterable[int | None]) -> bool:
        """Whether the keys of all are at hand, and none of them destroyed: then nothing need be prepared to open."""
        now, opened = time.monotonic(), self._opened
        for patient in patients:
            one = opened.get(patient or NODE)
            if one is None or one[1] <= now or one[0] is None:
                return False
        return True

    def can_open(self, patient: int | None) -> bool:
        """Whether a patient's key, after `prepare`, has not been destroyed."""
        return self._opened[_number(patient)][0] is not None

    async def _load(self, connection: Connection, patients: list[int]) -> list[int]:
        found = {row["patient"]: row for row in await connection.fetch(_SELECT, patients)}
        for patient, row in found.items():
            self._keep(patient, row["wrapped"], row["generation"])
        return [patient for patient in patients if patient not in found]

    async def _insert(self, connection: Connection, patients: list[int]) -> None:
        """Make keys, on disk when it returns; those that are there already stay as they are."""
        newest = await connection.fetchval(_NEWEST)
        wrapping = self._wrapping_of(newest)
        wrapped = {patient: seal(wrapping, os.urandom(32), context_of_key(patient)) for patient in patients}
        for row in await connection.fetch(_INSERT, list(wrapped), list(wrapped.values()), newest):
            self._keep(row["patient"], wrapped[row["patient"]], newest)

    async def key_for(self, connection: Connection, patient: int | None) -> bytes:
        """The data key of a patient (None: the node's own), made now if there is none; Gone when it was destroyed."""
        await self.prepare(connection, [patient], make=True)
        return self._key(patient)

    def key(self, patient: int | None) -> bytes:
        """A key that `prepare` has at hand, for a process of ours that seals."""
        return self._key(patient)

    def _key(self, patient: int | None) -> bytes:
        key = self._opened.get(_number(patient), (None, 0.0))[0]
        if key is None:
            raise Fault("A data key was used that is not at hand.")
        return key

    def seal(self, patient: int | None, plain: bytes, context: bytes) -> bytes:
        """Seal under a key that `prepare` has at hand; opens only with the same context. Gone when it was destroyed."""
        if self._is_destroyed(_number(patient)):
            raise Gone(_GONE)
        return self.sealer(patient).seal(plain, context)

    def unseal(self, patient: int | None, sealed: bytes, context: bytes) -> bytes:
        """Open under a key that `prepare` has at hand; Fault when anything was changed."""
        return self.sealer(patient).unseal(sealed, context)

    def sealer(self, patient: int | None) -> Sealer:
        """What seals under a key that `prepare` has at hand, made ready once: that takes as long as sealing."""
        key = self._key(patient)
        found = self._sealers.get(key)
        if found is None:
            if len(self._sealers) >= KEEP_KEYS:
                self._sealers.clear()
            found = self._sealers[key] = Sealer(key)
        return found

    def sealers(self, patients: Iterable[int]) -> dict[int, Sealer | None]:
        """The same of many at once (0: what belongs to nobody); None for who was erased."""
        opened, made = self._opened, self._sealers
        return {one: None if (key := opened[one][0]) is None else made.get(key) or self.sealer(one) for one in patients}

    async def is_whole(self, patient: int) -> bool:
        """Whether there is a key of a patient that was not destroyed, as it lies in the database now."""
        async with self._making.connection() as connection:
            return bool(await connection.fetchval(_WHOLE, patient))

    async def destroy(self, patient: int) -> None:
        """Destroy a patient's key: all that is sealed under it, here and in every copy, can never be read again.

        When it returns, nobody writes of the patient any more, and what was being written is there to be removed. So a
        transaction that seals under a patient's key must not wait for this. Busy when a writer does not end: the key is
        destroyed by then, and repeating it waits once more.
        """
        async with self._making.transaction() as connection:
            await connection.execute(_PREVENT, patient)
            await connection.execute(_DESTROY, patient)
        self._forget(patient)
        await self._writers_ended()

    async def _writers_ended(self) -> None:
        """Wait for the transactions that may have looked at a key before it was destroyed."""
        deadline = time.monotonic() + ENDING_SECONDS
        waited_for = await self._writing()
        while waited_for:
            if time.monotonic() > deadline:
                raise Busy(
                    "Others are still writing. The patient's key is destroyed; the rows go when they have ended."
                )
            await asyncio.sleep(_LOOK_SECONDS)
            waited_for &= await self._writing()

    async def _writing(self) -> set[str]:
        # The connection is given back each time: those that are waited for may need it to make keys.
        async with self._making.connection() as connection:
            return set(await connection.fetchval(_WRITING))

    async def close(self) -> None:
        """Close the vault's own connection and forget the keys."""
        if self._coming:
            await asyncio.wait(set(self._coming.values()))
        self._opened.clear()
        self._sealers.clear()
        await self._making.close()


def context_of_key(patient: int) -> bytes:
    """What binds a wrapped data key to its patient."""
    return b"verbund data key" + patient.to_bytes(8, "big", signed=True)
