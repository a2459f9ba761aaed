"""Fresh databases with all tables of a node: copies of one that the workers of a run make once."""

import contextlib
import uuid
from collections.abc import AsyncIterator

import asyncpg

from verbund.database import Cluster, Connection, Database, migrate
from verbund.node.assembly import MIGRATIONS

WHOLE = "t_whole"
_MADE = "t_made"
_THERE = "select true from pg_database where datname = $1"


async def fresh(cluster: Cluster) -> str:
    """The address of a new database with the tables of a node, without a row; it goes with the server."""
    async with _administration(cluster) as connection:
        return cluster.url(await copied(connection, await whole_schema(cluster, connection)))


async def copied(administration: Connection, template: str) -> str:
    """The name of a new copy of a database that nobody uses."""
    name = f"t_{uuid.uuid4().hex}"
    await administration.execute(f"create database {name} template {template} strategy file_copy")
    return name


async def whole_schema(cluster: Cluster, administration: Connection) -> str:
    """The name of the database to copy; made by who asks first."""
    await administration.execute("select pg_advisory_lock(1)")
    try:
        if not await administration.fetchval(_THERE, WHOLE):
            await administration.execute(f"create database {_MADE}")
            made = await Database.connect(cluster.url(_MADE), size=1)
            await migrate(made, MIGRATIONS)
            await made.close()
            await administration.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", _MADE
            )
            await administration.execute(f"alter database {_MADE} rename to {WHOLE}")
    finally:
        await administration.execute("select pg_advisory_unlock(1)")
    return WHOLE


@contextlib.asynccontextmanager
async def _administration(cluster: Cluster) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(cluster.url("postgres"))
    yield connection
    await connection.close()
