"""The generated code is what the generator makes of the definitions; it loads quickly and only where it is used."""

import json
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
import zstandard

from verbund.fhir import RESOURCE_TYPES, type_number
from verbund.fhir.decoding import kind_of
from verbund.fhir.definitions import r4
from verbund.fhir.generated.search_parameters import LEFT_OUT, PARAMETERS
from verbund.fhir.type_numbers import TYPE_NUMBERS


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The maintenance command, which lies beside the package in the repository."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3]))
    return import_module("scripts.vendor.fhir")


def test_the_generated_code_is_up_to_date(generator: ModuleType, tmp_path: Path) -> None:
    packed = files("verbund.fhir.definitions").joinpath("r4.json.zst").read_bytes()
    folder = tmp_path / "generated"
    generator.generate(json.loads(zstandard.ZstdDecompressor().decompress(packed)), folder)
    kept = Path(str(files("verbund.fhir.generated")))
    made = {path.name: path.read_text() for path in folder.glob("*.py")}
    assert made == {path.name: path.read_text() for path in kept.glob("*.py")}


def test_every_resource_type_loads_and_has_a_number() -> None:
    assert set(r4().resources) == RESOURCE_TYPES == set(TYPE_NUMBERS)
    assert sorted(TYPE_NUMBERS.values()) == list(range(1, len(TYPE_NUMBERS) + 1))
    for name in RESOURCE_TYPES:
        assert callable(kind_of(name).extract)
        assert type_number(name) < 2**15


def test_search_parameters_are_offered_or_left_out_with_a_reason() -> None:
    assert len({(name, code) for name, table in PARAMETERS.items() for code in table}) > 2000
    for name, table in LEFT_OUT.items():
        assert not set(table) & set(PARAMETERS[name])
        assert all(table.values())


def test_importing_the_package_loads_no_resource_type() -> None:
    program = "import sys, verbund.fhir; print(*(m for m in sys.modules if m.startswith('verbund.fhir.generated.')))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in run.stdout.split()}
    assert loaded == {"compartments", "datatypes", "primitives", "search_parameters"}


def test_expressions_are_read_into_steps(generator: ModuleType) -> None:
    expressions = import_module(f"{generator.__name__}.expressions")
    step = expressions.Step
    assert expressions.paths("(Observation.value as Quantity) | Patient.telecom.where(system='phone')") == [
        ("Observation", [step("field", "value"), step("cast", "Quantity")]),
        ("Patient", [step("field", "telecom"), step("equals", "system", "phone")]),
    ]
    with pytest.raises(expressions.NotCompiled, match="entry"):
        expressions.paths("Bundle.entry[0].resource")
