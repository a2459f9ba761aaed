# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""What is done now and then: dictionaries, statistics, erasure."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import zstandard

from verbund.database import Connection, Database
from verbund.store.bodies import NO_DICTIONARY, Bodies
from verbund.store.frequencies import Frequencies
from verbund.store.model import Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records

DICTIONARY_BYTES = 112 * 1024
# Below so many resources a dictionary would hold the resources themselves.
FEWEST_RESOURCES = 5_000
SAMPLES = 4_000
# What fewer patients have in common does not enter a dictionary.
FEWEST_PATIENTS = 5
TABLES = ("resource", "fact", "date_value", "quantity_value")

_SAMPLE = f"select {COLUMNS} from resource r where not r.deleted and r.row = any($1::bigint[])"
_BOUNDS = "select min(row), max(row), count(*) from resource where not deleted"
_ERASE = (
    "delete from fact f using resource r where f.row = r.row and r.patient = $1 and f.patient = $1",
    "delete from date_value d using resource r where d.row = r.row and r.patient = $1",
    "delete from quantity_value q using resource r where q.row = r.row and r.patient = $1",
    "delete from superseded where patient = $1",
    "delete from resource where patient = $1",
)


class Maintenance:
    """Keeps a database small, quick, and free of who was erased."""

    def __init__(self, database: Database, records: Records, bodies: Bodies, frequencies: Frequencies) -> None:
        self._database = database
        self._records = records
        self._bodies = bodies
        self._frequencies = frequencies

    async def run(self) -> None:
        """Train the first dictionary when there are enough resources, and analyse the tables."""
        await self.train()
        await self.analyse()

    async def analyse(self) -> None:
        """Bring the planner's figures and ours up to date."""
        async with self._database.connection() as connection:
            for table in TABLES:
                await connection.execute(f"analyze {table}")
            await self._frequencies.refresh(connection, now=True)

    async def train(self) -> bool:
        """Train a dictionary on the resources there are, when there is none and they suffice; whether one was made."""
        async with self._database.connection() as connection:
            await self._bodies.refresh(connection)
            if self._bodies.current != NO_DICTIONARY:
                return False
            lowest, highest, count = await connection.fetchrow(_BOUNDS) or (0, 0, 0)
            if count < FEWEST_RESOURCES:
                return False
            sample = await self._sample(connection, range(lowest, highest + 1))
            trained = zstandard.train_dictionary(DICTIONARY_BYTES, list(common_parts(sample)), level=3)
            await self._bodies.add(connection, trained.as_bytes())
            await self._bodies.refresh(connection)
            return True

    async def _sample(self, connection: Connection, numbers: range) -> Sequence[Stored]:
        wanted = random.Random(1).sample(numbers, min(SAMPLES, len(numbers)))  # noqa: S311 - a sample
        return await self._records.open(connection, await connection.fetch(_SAMPLE, wanted))

    async def erase(self, patient: int) -> None:
        """Remove the rows of a patient whose key has been destroyed."""
        async with self._database.transaction() as connection:
            for statement in _ERASE:
                await connection.execute(statement, patient)


def common_parts(sample: Sequence[Stored]) -> Iterator[bytes]:
    """The resources without the texts that only few patients have in common.

    A dictionary outlives the patients it was trained on: when a patient's key is destroyed, nothing of the patient may
    be left in it.
    """
    contents = [(stored.patient, msgspec.json.decode(stored.body)) for stored in sample]
    pairs = {(text, patient) for patient, content in contents for text in _texts(content)}
    patients = Counter(text for text, _ in pairs)
    for _, content in contents:
        yield msgspec.json.encode(_kept(content, patients))


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _kept(value: object, patients: Counter[str]) -> object:
    match value:
        case str():
            return value if patients[value] >= FEWEST_PATIENTS else ""
        case dict():
            return {name: _kept(part, patients) for name, part in value.items()}
        case list():
            return [_kept(part, patients) for part in value]
    return 0 if isinstance(value, int | float) and not isinstance(value, bool) else value
