"""Replacing the key that wraps the data keys while nodes serve: what is sealed stays, its keys are wrapped anew."""

from collections.abc import Callable

from verbund.crypto import NodeKeys, seal, unseal
from verbund.database import Connection, Database
from verbund.errors import Fault
from verbund.store.vault import context_of_key

ROWS_AT_ONCE = 1_000

_ANNOUNCE = "insert into wrapping_key (generation) values ($1) on conflict do nothing"
_OLDER = """
select patient, wrapped, generation from data_key
where generation < $1 and wrapped is not null order by patient limit $2 for update
"""
_REWRAP = """
update data_key k set wrapped = n.wrapped, generation = $3
from unnest($1::bigint[], $2::bytea[]) n (patient, wrapped) where k.patient = n.patient
"""
_GENERATIONS = """
select (select coalesce(max(generation), 0) from wrapping_key) as newest,
       (select min(generation) from data_key where wrapped is not null) as oldest
"""
_LEFT = "select count(*) from data_key where generation < $1 and wrapped is not null"
_LOCK = "lock table data_key in share row exclusive mode"


async def rewrap(database: Database, keys: NodeKeys, progress: Callable[[int], None] | None = None) -> int:
    """Wrap every data key by the present wrapping key; how many were wrapped anew.

    Other processes may read and write meanwhile: from the first moment on they make no data key under an older
    wrapping key, and they read the node's keys again when they meet the new one. Interrupted, it goes on where it
    stopped when it is called again. When it returns, no data key is wrapped by an older key. Fault, before anything is
    changed, when `keys` do not hold the wrapping key that a data key needs.
    """
    done = 0
    async with database.connection() as connection:
        await connection.execute(_ANNOUNCE, keys.generation)
    while True:
        async with database.transaction() as connection:
            count = await _some(connection, keys)
            if count == 0:
                # A process may have been inserting under the old key while the new one was announced.
                await connection.execute(_LOCK)
                if await connection.fetchval(_LEFT, keys.generation) == 0:
                    return done
        done += count
        if progress is not None:
            progress(count)


async def generations(database: Database) -> tuple[int, int | None]:
    """The newest generation of wrapping keys that was announced, and the oldest that a data key still needs."""
    async with database.connection() as connection:
        row = await connection.fetchrow(_GENERATIONS)
    return (0, None) if row is None else (row["newest"], row["oldest"])


async def _some(connection: Connection, keys: NodeKeys) -> int:
    rows = await connection.fetch(_OLDER, keys.generation, ROWS_AT_ONCE)
    wrapped = []
    for row in rows:
        former = keys.wrapping_of(row["generation"])
        if former is None:
            raise Fault(f"The wrapping key of generation {row['generation']} is not among the node's keys.")
        context = context_of_key(row["patient"])
        wrapped.append(seal(keys.wrapping, unseal(former, row["wrapped"], context), context))
    if rows:
        await connection.execute(_REWRAP, [row["patient"] for row in rows], wrapped, keys.generation)
    return len(rows)
