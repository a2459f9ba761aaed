"""The statements that a piece of work sends to the database: what an onlooker could tell two requests apart by.

Counting and comparing them is exact where a clock is not: the same statements, with other values, are the same work.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from verbund.database import Connection, Database


@asynccontextmanager
async def sent(*databases: Database) -> AsyncIterator[list[str]]:
    """The texts of the statements sent within the block, in order; the pools must have been used before.

    Fails when the work opened another connection, whose statements nobody saw.
    """
    found: list[str] = []

    def took(record: Any) -> None:
        found.append(record.query)

    known = _connections(databases)
    for one in known:
        one.add_query_logger(took)
    try:
        yield found
    finally:
        await asyncio.sleep(0.01)  # the driver tells of a statement by a later turn of the loop
        for one in known:
            one.remove_query_logger(took)
    assert {id(one) for one in _connections(databases)} <= {id(one) for one in known}, "a connection was opened"


def _connections(databases: tuple[Database, ...]) -> list[Connection]:
    return [one for database in databases for idle in database._idle.values() for one in idle]
