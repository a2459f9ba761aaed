"""The report: docs/reference/conformance.md, and the rows as JSON beside it in conformance/results."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from conformance.model import Row, Total, totals

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "conformance.md"
RESULTS = Path(__file__).parent / "results" / "conformance.json"

HEAD = """# Conformance with FHIR R4

Written by `make conformance`; do not edit. A whole node answers on a socket, and everything below is tried over HTTP.

The oracle of the search parameters is the standard itself: for each resource type and parameter resources are made that
hold what the parameter's own FHIRPath expression names, one for each path and data type; what the expression finds in
them is asked for, with each prefix and modifier of the kind. The resource must be found, and a resource without such a
value must not (`:not` and `:missing`: the other way round). References are also followed: by chains, `_has`,
`_include`, `_revinclude`.

What is not tried here has tests of its own: the 937 expressions of the FHIRPath suite
(`tests/conformance/fhir/test_fhir_fhirpath.py`), the profiles of the German core data set and ISiK
(`test_fhir_profiles_kds.py`), the basis module of ISiK with its interactions and parameters (`test_api_isik.py`), and
round trips through XML (`test_fhir_xml.py`).
"""


def write(rows: Sequence[Row], *, seconds: float, requests: int, slowest: float) -> None:
    """Write both files."""
    RESULTS.parent.mkdir(exist_ok=True)
    kept = {
        "requests": requests,
        "seconds": round(seconds),
        "totals": [
            {
                "area": one.area,
                "kind": one.kind,
                "passed": one.passed,
                "failed": one.failed,
                "not offered": one.not_offered,
            }
            for one in totals(rows)
        ],
        "not passed": [row.as_json() for row in rows if row.outcome != "passed"],
    }
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text("\n".join(_page(rows, requests, slowest)), encoding="utf-8")


def _page(rows: Sequence[Row], requests: int, slowest: float) -> Iterable[str]:
    yield HEAD
    areas = list(dict.fromkeys(row.area for row in rows))
    yield "## Summary\n"
    yield f"{requests:,} requests. The slowest took {slowest:.1f} s.\n"
    yield from _table(
        ("area", "tested", "passed", "failed", "not offered"),
        [_summed(area, [one for one in totals(rows) if one.area == area]) for area in areas],
    )
    for area in areas:
        yield f"## {area[0].upper()}{area[1:]}\n"
        yield from _table(
            ("kind", "tested", "passed", "failed", "not offered"),
            [
                (one.kind.replace("|", "\\|"), one.tested, one.passed, one.failed, one.not_offered)
                for one in totals(rows)
                if one.area == area
            ],
        )
        yield from _reasons([row for row in rows if row.area == area], "failed", "Failed")
        yield from _reasons([row for row in rows if row.area == area], "not offered", "Not offered")
    yield from _listed([row for row in rows if not row.name.partition("?")[1]])
    yield from _by_type([row for row in rows if row.area == "search parameters"])


def _summed(area: str, parts: Sequence[Total]) -> tuple[object, ...]:
    return (
        area,
        sum(one.tested for one in parts),
        sum(one.passed for one in parts),
        sum(one.failed for one in parts),
        sum(one.not_offered for one in parts),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    yield from (
        "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |" for row in rows
    )
    yield ""


def _reasons(rows: Iterable[Row], outcome: str, title: str) -> Iterable[str]:
    """What went that way, gathered by reason."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.outcome == outcome:
            found[row.detail.replace("|", "\\|")].append(row.name)
    if not found:
        return
    yield f"{title}:\n"
    for reason, names in found.items():
        several = f" and {len(names) - 4} more" if len(names) > 4 else ""
        yield f"- {', '.join(f'`{name}`' for name in names[:4])}{several}: {reason}"
    yield ""


def _listed(rows: Sequence[Row]) -> Iterable[str]:
    """What was tried one by one."""
    yield "## Each interaction and operation\n"
    yield "| kind | what was tried | outcome |"
    yield "|---|---|---|"
    yield from (f"| {row.kind} | {row.name.replace('|', chr(92) + '|')} | {row.outcome} |" for row in rows)
    yield ""


def _by_type(rows: Sequence[Row]) -> Iterable[str]:
    """The parameters that passed, type by type."""
    yield "## Search parameters by type\n"
    yield "| type | passed | not passed |"
    yield "|---|---|---|"
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for row in rows:
        kind, _, code = row.name.partition("?")
        found[kind][row.outcome != "passed"].append(code)
    for kind in sorted(found):
        passed, rest = found[kind]
        yield f"| {kind} | {', '.join(sorted(passed))} | {', '.join(sorted(rest))} |"
    yield ""
