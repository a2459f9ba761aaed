"""Works out the units of measure in common use once, so that a node need not load the libraries that can, for a second.

The list is UCUM's own table of example codes for electronic messaging, as the library `ucumvert` carries it.
"""

import csv
import json
from importlib.resources import files
from pathlib import Path

from verbund.fhir.ucum import worked_out

TARGET = Path(__file__).parents[3] / "src" / "verbund" / "fhir" / "definitions" / "units.json"


def common_codes() -> list[str]:
    """The codes of the table, in order."""
    table = files("ucumvert").joinpath("vendor", "ucum_examples.tsv").read_text(encoding="utf-8")
    return sorted({row[1] for row in csv.reader(table.splitlines()[1:], delimiter="\t") if len(row) > 1})


def run() -> None:
    """Write dimension, factor and offset of each."""
    found = {code: unit for code in common_codes() if (unit := worked_out(code)) is not None}
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(unit)}" for code, unit in found.items())
    TARGET.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
