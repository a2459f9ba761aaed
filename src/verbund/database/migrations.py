"""The schema, step by step: numbered SQL files of the packages that own tables, each applied once in a transaction."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verbund.database.failures import translated
from verbund.database.pool import Connection, Database
from verbund.errors import Conflict, Fault

_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
# Any two processes that migrate one database wait for each other on this advisory lock ("verbund" in ASCII).
_LOCK = 0x76657262756E64

_LEDGER = """
create table if not exists schema_step (
    package text not null,
    number integer not null,
    name text not null,
    checksum bytea not null,
    applied_at timestamptz not null default now(),
    primary key (package, number)
)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One file `NNNN_name.sql` of a package."""

    package: str
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        """What the ledger keeps, to find a file that was changed after it was applied."""
        return hashlib.sha256(self.sql.encode()).digest()


def steps_of(package: str, folder: Path) -> tuple[Step, ...]:
    """The steps of a package in order; Fault when a name is another or a number is there twice. Gaps do no harm."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        named = _FILE.fullmatch(path.name)
        if named is None:
            raise Fault(f"{path.name} of {package} is not named NNNN_name.sql.")
        found.append(Step(package, int(named[1]), named[2], path.read_text(encoding="utf-8")))
    if len({step.number for step in found}) != len(found):
        raise Fault(f"Two migrations of {package} have the same number.")
    return tuple(found)


def _check_ledger(package: str, steps: Sequence[Step], applied: dict[int, bytes]) -> None:
    by_number = {step.number: step for step in steps}
    for number, checksum in applied.items():
        step = by_number.get(number)
        if step is None:
            raise Conflict(
                f"The database holds step {number} of {package}, made by a newer version. Start that version."
            )
        if step.checksum != checksum:
            raise Conflict(f"Step {number} of {package} ({step.name}) differs from what this database was made with.")


async def _migrate_package(connection: Connection, package: str, steps: Sequence[Step]) -> int:
    rows = await connection.fetch(
        "select number, checksum from schema_step where package = $1 order by number", package
    )
    applied = {row["number"]: row["checksum"] for row in rows}
    _check_ledger(package, steps, applied)
    missing = [step for step in steps if step.number not in applied]
    for step in missing:
        with translated():
            await connection.execute(step.sql)
        await connection.execute(
            "insert into schema_step (package, number, name, checksum) values ($1, $2, $3, $4)",
            step.package, step.number, step.name, step.checksum,
        )  # fmt: skip
    return len(missing)


async def migrate(database: Database, packages: Sequence[tuple[str, Path]]) -> int:
    """Bring the schema of each package to its newest step, in the order given; how many steps were applied.

    All of it is one transaction: a step that fails leaves the schema as it was. Safe when several processes start at
    once. Conflict when the database was made by a newer version, or a file was changed after it was applied.
    """
    planned = [(package, steps_of(package, folder)) for package, folder in packages]
    async with database.transaction() as connection:
        await connection.execute("set local lock_timeout = 0; set local statement_timeout = 0")
        await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_LEDGER)
        return sum([await _migrate_package(connection, package, steps) for package, steps in planned])
