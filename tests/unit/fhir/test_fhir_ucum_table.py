"""What was worked out of UCUM's atoms beforehand, and what is read of units with it, is what the libraries say."""

import csv
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from verbund.fhir import ucum

# What was used to make the table is no part of the installed package.
sys.path.insert(0, str(Path(__file__).parents[3]))

from scripts.vendor.fhir.units import worked_out


def examples() -> list[str]:
    """UCUM's own table of example codes for electronic messaging."""
    table = files("ucumvert").joinpath("vendor", "ucum_examples.tsv").read_text(encoding="utf-8")
    return sorted({row[1] for row in csv.reader(table.splitlines()[1:], delimiter="\t") if len(row) > 1})


def differing(codes: list[str]) -> list[tuple[str, object, object]]:
    """The codes of which the libraries say something else."""
    found = []
    for code in codes:
        mine, theirs = ucum._unit(code), worked_out(code)
        same = mine is not None and theirs is not None and mine.dimension == theirs.dimension
        if mine is not theirs and not (same and mine[1:] == pytest.approx(theirs[1:], rel=1e-12)):
            found.append((code, mine, theirs))
    return found


def test_every_unit_of_the_table_of_examples_is_what_the_libraries_make_of_it() -> None:
    codes = examples()
    assert len(codes) > 800
    assert differing(codes) == []


def test_rare_units_are_what_the_libraries_make_of_them() -> None:
    prefixed = [f"{prefix}{atom}" for prefix in ("m", "da", "Ki") for atom in ("mol", "Pa", "bit", "U", "cal_[15]")]
    composed = [
        "kg.m2.s-2",
        "m/(s.kg)",
        "10*-3.g/(24.h)",
        "(mg/dL)/(mL/min)",
        "[lb_av]/[in_i]2",
        "G.cm3",
        "cm[H2O].s/L",
    ]
    assert differing([*list(ucum._table().atoms)[::3], *prefixed, *composed]) == []


@pytest.mark.parametrize(("code", "same"), [("/kg/h", "1/(kg.h)"), ("/kg.h", "h/kg"), ("m[g]", "10*-3.[g]")])
def test_terms_are_read_from_left_to_right_and_brackets_as_they_are(code: str, same: str) -> None:
    assert ucum.dimension(code) == ucum.dimension(same) is not None
    assert ucum.converted(3, code, same) == 3


def test_units_are_converted_without_the_libraries() -> None:
    asked = "import sys; from verbund.fhir.ucum import converted; assert converted(1.5, 'mmol/(24.h.kg)', 'mol/s/g')"
    loaded = f"{asked}; assert 'pint' not in sys.modules; assert 'ucumvert' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
