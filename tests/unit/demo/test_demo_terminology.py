"""Codes have the form and the check digits of their systems, values their units, interpretations their ranges."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from invented_region import Invented, Json

from verbund.demo.catalogue import laboratory
from verbund.demo.catalogue.laboratory import Analyte
from verbund.demo.findings import interpretation

PATTERNS = {
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": r"[A-Z]\d\d(\.\d{1,2})?",
    "http://fhir.de/CodeSystem/bfarm/ops": r"\d-\d{2}[0-9a-z](\.[0-9a-z]{1,2})?",
    "http://fhir.de/CodeSystem/bfarm/atc": r"[A-Z]\d\d[A-Z]{2}\d\d",
    "http://loinc.org": r"\d{1,5}-\d",
    "http://snomed.info/sct": r"\d{6,18}",
    "http://standardterms.edqm.eu": r"\d{8}",
    "http://dvmd.de/fhir/CodeSystem/kdl": r"[A-Z]{2}\d{6}",
}
_DIHEDRAL = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]


def codings(value: Any) -> Iterator[tuple[str, str]]:
    """Every pair of system and code within a resource."""
    if isinstance(value, dict):
        if "system" in value and "code" in value:
            yield value["system"], value["code"]
        for part in value.values():
            yield from codings(part)
    elif isinstance(value, list):
        for part in value:
            yield from codings(part)


@pytest.fixture(scope="session")
def used(invented: Invented) -> set[tuple[str, str]]:
    return {pair for resource in invented.everything() for pair in codings(resource)}


def test_codes_have_the_form_of_their_system(used: set[tuple[str, str]]) -> None:
    for system, pattern in PATTERNS.items():
        codes = {code for name, code in used if name == system}
        assert codes
        assert {code for code in codes if not re.fullmatch(pattern, code)} == set()


def luhn_fits(code: str) -> bool:
    digits, _, check = code.partition("-")
    products = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return -sum(product // 10 + product % 10 for product in products) % 10 == int(check)


def verhoeff_fits(code: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(code)):
        number = int(digit)
        for _ in range(place % 8):
            number = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[number]
        total = _DIHEDRAL[total][number]
    return total == 0


def test_loinc_codes_have_their_check_digit(used: set[tuple[str, str]]) -> None:
    assert [code for system, code in used if system == "http://loinc.org" and not luhn_fits(code)] == []


def test_snomed_codes_have_their_check_digit(used: set[tuple[str, str]]) -> None:
    assert [code for system, code in used if system == "http://snomed.info/sct" and not verhoeff_fits(code)] == []


def test_diagnoses_name_the_year_of_their_catalogue(invented: Invented) -> None:
    for condition in invented.of_type("Condition"):
        assert condition["code"]["coding"][0]["version"] == condition["recordedDate"][:4]


def test_a_code_of_the_laboratory_has_one_unit(invented: Invented) -> None:
    units: dict[str, set[str]] = {}
    for one in invented.of_type("Observation"):
        if "valueQuantity" in one:
            assert one["valueQuantity"]["system"] == "http://unitsofmeasure.org"
            units.setdefault(one["code"]["coding"][0]["code"], set()).add(one["valueQuantity"]["code"])

    assert {code for code, found in units.items() if len(found) != 1} == set()


ANALYTES = [one for one in vars(laboratory).values() if isinstance(one, Analyte)]


@pytest.mark.parametrize("analyte", ANALYTES, ids=lambda one: one.german)
@pytest.mark.parametrize("female", [True, False])
def test_the_usual_value_is_normal(analyte: Analyte, female: bool) -> None:
    if female and analyte.women == analyte.men:
        assert interpretation(analyte, analyte.usual, female=female) == "N"
    low, high = analyte.range_of(female=female)
    assert low is None or low < analyte.usual + 2 * analyte.spread
    assert high is None or analyte.usual < high


def interpreted(observation: Json) -> str:
    return str(observation["interpretation"][0]["coding"][0]["code"])


def test_interpretations_agree_with_value_and_range(invented: Invented) -> None:
    checked = 0
    for one in invented.of_type("Observation"):
        if "referenceRange" not in one:
            continue
        value, limits = one["valueQuantity"]["value"], one["referenceRange"][0]
        low, high = limits.get("low", {}).get("value"), limits.get("high", {}).get("value")
        checked += 1
        if interpreted(one) in {"H", "HH"}:
            assert value >= high
        elif interpreted(one) in {"L", "LL"}:
            assert value <= low
        else:
            assert low is None or value >= low
            assert high is None or value <= high
    assert checked > 2_000


def test_values_are_such_as_people_live_with(invented: Invented) -> None:
    bounds = {
        "2823-3": (2.0, 8.0),
        "718-7": (5.0, 20.0),
        "4548-4": (4.0, 15.0),
        "8310-5": (34.0, 42.0),
        "2708-6": (70, 100),
        "8867-4": (35, 180),
        "29463-7": (3, 200),
        "6690-2": (1.0, 60.0),
    }
    for one in invented.of_type("Observation"):
        code = one["code"]["coding"][0]["code"]
        if code in bounds:
            assert bounds[code][0] <= one["valueQuantity"]["value"] <= bounds[code][1], one
