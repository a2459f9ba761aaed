"""Try everything of R4 on a node of its own, print the totals, and write docs/reference/conformance.md."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Collection
from pathlib import Path

from rich.console import Console
from rich.table import Table

from conformance import operations, parameters, report
from conformance.cases import tried
from conformance.client import Client, running
from conformance.exchanges import EXCHANGES
from conformance.interactions import INTERACTIONS
from conformance.model import Row, totals


async def everything(client: Client, sample: Collection[tuple[str, str]] | None = None) -> list[Row]:
    """All rows; of the search parameters only a sample if one is given."""
    rows = await tried(client, "interactions", INTERACTIONS)
    rows += await tried(client, "bundles and searches", EXCHANGES)
    rows += await tried(client, "operations", operations.OPERATIONS)
    rows += await operations.others(client)
    return rows + await parameters.run(client, sample)


def shown(rows: list[Row]) -> Table:
    """The totals as a table."""
    table = Table(title="FHIR R4")
    for column in ("area", "kind", "tested", "passed", "failed", "not offered"):
        table.add_column(column, justify="left" if column in {"area", "kind"} else "right")
    for one in totals(rows):
        table.add_row(one.area, one.kind, *(f"{n:,}" for n in (one.tested, one.passed, one.failed, one.not_offered)))
    return table


async def _whole() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="verbund-conformance-") as folder:
        async with running(Path(folder) / "node") as client:
            rows = await everything(client)
    report.write(rows, seconds=time.monotonic() - began, requests=client.asked, slowest=client.slowest)
    Console().print(shown(rows))
    return 1 if any(row.outcome == "failed" for row in rows) else 0


def main() -> int:
    """Exit 1 where something failed."""
    return asyncio.run(_whole())


if __name__ == "__main__":
    sys.exit(main())
