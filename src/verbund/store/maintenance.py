# ruff: noqa: S608 - composed of literals of this package; values are only ever bound
"""What is done now and then: dictionaries, statistics, erasure."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import zstandard

from verbund.database import Connection, Database
from verbund.store.bodies import Bodies, unstamped
from verbund.store.frequencies import Frequencies
from verbund.store.model import Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records

DICTIONARY_BYTES = 112 * 1024
# Below so many resources a dictionary would hold the resources themselves.
FEWEST_RESOURCES = 5_000
SAMPLES = 2_500
# A dictionary that was trained on a quarter of the resources, of a few patients perhaps, is worth a new one.
GROWTH = 4
# What fewer patients have in common does not enter a dictionary.
FEWEST_PATIENTS = 5
TABLES = ("resource", "fact", "date_value", "quantity_value")

# Letters, digits, or a single sign.
_WORD = re.compile(r"[^\W\d_]+|\d+|.", re.DOTALL)

_SAMPLE = f"select {COLUMNS} from resource r where not r.deleted and r.row = any($1::bigint[])"
_LAST = "select coalesce(max(resources), 0) from dictionary"
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
        """Train a dictionary when one is due, and analyse the tables."""
        await self.train()
        await self.analyse()

    async def analyse(self) -> None:
        """Bring the planner's figures and ours up to date."""
        for table in TABLES:
            async with self._database.transaction() as connection:
                await connection.execute("set local statement_timeout = 0")
                await connection.execute(f"analyze {table}")
        async with self._database.connection() as connection:
            await self._frequencies.refresh(connection, now=True)

    async def train(self) -> bool:
        """Train a dictionary on the resources there are, when there are enough, and many more than for the last one.

        Whether one was made; what lies there already keeps the one it was packed with.
        """
        async with self._database.connection() as connection:
            await self._bodies.refresh(connection)
            last = await connection.fetchval(_LAST)
            lowest, highest, count = await connection.fetchrow(_BOUNDS) or (0, 0, 0)
            if count < max(FEWEST_RESOURCES, (GROWTH - 1) * last):
                return False
            sample = await self._sample(connection, range(lowest, highest + 1))
            trained = zstandard.train_dictionary(DICTIONARY_BYTES, list(common_parts(sample)), level=3)
            await self._bodies.add(connection, trained.as_bytes(), count)
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
    """The resources without the words and numbers that only few patients have in common.

    A dictionary outlives the patients it was trained on: when a patient's key is destroyed, nothing of the patient may
    be left in it.
    """
    contents = [(stored.patient or stored.id, msgspec.json.decode(unstamped(stored.body))) for stored in sample]
    pairs = {(word, owner) for owner, content in contents for text in _texts(content) for word in {text, *_words(text)}}
    owners = Counter(word for word, _ in pairs)
    common = {word for word, number in owners.items() if number >= FEWEST_PATIENTS}
    for _, content in contents:
        yield msgspec.json.encode(_kept(content, common))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _texts(value: object) -> Iterable[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list():
            for part in value:
                yield from _texts(part)
        case int() | float():
            yield str(value)


def _kept(value: object, common: set[str]) -> object:
    match value:
        case str():
            return value if value in common else "".join(word for word in _words(value) if word in common)
        case dict():
            return {name: _kept(part, common) for name, part in value.items()}
        case list():
            return [_kept(part, common) for part in value]
        case int() | float() if str(value) not in common:
            return 0
    return value
