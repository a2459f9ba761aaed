# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""All current resources in the order of their rows, for bulk export: one pass, whatever the number of types."""

from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial

from verbund.fhir import type_name, type_number
from verbund.store.cursor import Position
from verbund.store.lines import PACKED, Line, Lines
from verbund.store.rowfilter import RowFilter, compiled, follows_patients
from verbund.store.sql import Statement


async def stream(
    lines: Lines, types: Collection[str] | None, within: RowFilter
) -> AsyncIterator[dict[str, list[bytes]]]:
    """Batches of resources, by type.

    A resource keeps its row through all versions, so nothing is missed that was there before; what is written meanwhile
    may or may not be met.
    """
    async for batch in lines.read(partial(_statement, types, within), ahead=not follows_patients(within)):
        yield _by_type(batch)


def _statement(
    types: Collection[str] | None, within: RowFilter, after: Position | None, most: int
) -> tuple[str, Statement]:
    statement = Statement()
    conditions = [f"r.row > {statement.bind(-1 if after is None else after.row)}::bigint", "not r.deleted"]
    if types is not None:
        conditions.append(f"r.type = any({statement.bind([type_number(one) for one in types])}::smallint[])")
    conditions.append(compiled(within, statement))
    return (f"select {PACKED} from resource r where {' and '.join(conditions)} order by r.row limit {most}"), statement


def _by_type(batch: Sequence[Line]) -> dict[str, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    for kind, body in batch:
        found.setdefault(kind, []).append(body)
    return {type_name(kind): bodies for kind, bodies in found.items()}
