"""What codes of ICD-10-GM, OPS and ATC tell by themselves."""

import pytest

from verbund.terminology.model import Below
from verbund.terminology.structure import ATC, ICD, OPS, STRUCTURED, atc, bare, canonical, icd, names, ops


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("E11", ()),
        ("E11.9", ("E11",)),
        ("E11.90", ("E11.9", "E11")),
        ("E11.90†", ("E11.9", "E11")),
        ("H36.0*", ("H36",)),
        ("U80.00!", ("U80.0", "U80")),
        ("E11.-", ()),
        ("E11.9-", ("E11",)),
        ("E10-E14", None),
        ("e11.9", None),
        ("E11.900", None),
        ("IV", None),
    ],
)
def test_icd(code: str, above: tuple[str, ...] | None) -> None:
    assert icd(code) == above


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("5", ()),
        ("5-47", ("5",)),
        ("5-470", ("5-47", "5")),
        ("5-470.1", ("5-470", "5-47", "5")),
        ("5-470.11", ("5-470.1", "5-470", "5-47", "5")),
        ("5-89a.2b", ("5-89a.2", "5-89a", "5-89", "5")),
        ("5-47.1", None),
        ("5-4", None),
    ],
)
def test_ops(code: str, above: tuple[str, ...] | None) -> None:
    assert ops(code) == above


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("A", ()),
        ("A10", ("A",)),
        ("A10BA02", ("A10BA", "A10B", "A10", "A")),
        ("A1", None),
        ("A10BA2", None),
    ],
)
def test_atc(code: str, above: tuple[str, ...] | None) -> None:
    assert atc(code) == above


def test_marks_belong_to_the_use_of_a_code() -> None:
    assert bare("E11.90†") == "E11.90"
    assert bare("E11.-") == "E11"


@pytest.mark.parametrize(
    ("system", "above", "below"),
    [(ICD, "E11", "E11.90+"), (ICD, "E11.9-", "E11.91"), (OPS, "5-470", "5-470.11"), (ATC, "A10B", "A10BA02")],
)
async def test_every_code_below_another_is_among_those_that_are_listed(system: str, above: str, below: str) -> None:
    known = STRUCTURED[system]
    listed = await known.codes(Below(above), most=10_000)
    assert below in listed
    assert all(known.concept(code) is not None for code in listed)


def test_older_names_lead_to_the_present_one() -> None:
    assert canonical("http://fhir.de/CodeSystem/dimdi/ops") == OPS
    assert names("http://fhir.de/CodeSystem/dimdi/ops")[0] == OPS
    assert names("http://loinc.org") == ("http://loinc.org",)
