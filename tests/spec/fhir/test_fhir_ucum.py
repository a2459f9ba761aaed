"""Units that measure the same convert into one another; all others do not (https://ucum.org/ucum)."""

import time

import pytest

from verbund.fhir.ucum import canonical, converted, dimension


@pytest.mark.parametrize(
    ("value", "unit", "other", "expected"),
    [
        (100, "mg/dL", "g/L", 1),
        (1, "mmol/L", "umol/L", 1_000),
        (4.5, "10*9/L", "10*3/uL", 4.5),
        (120, "mm[Hg]", "kPa", 15.9986864898),
        (150, "[lb_av]", "kg", 68.0388555),
        (70, "[in_i]", "cm", 177.8),
        (1, "a", "d", 365.25),
        (50, "%", "1", 0.5),
        (14, "g%", "g/dL", 14),
        (1, "kU/L", "U/L", 1_000),
        (-3, "m", "cm", -300),
    ],
)
def test_units_convert(value: float, unit: str, other: str, expected: float) -> None:
    assert converted(value, unit, other) == pytest.approx(expected, rel=1e-11)
    assert converted(expected, other, unit) == pytest.approx(value, rel=1e-11)
    assert dimension(unit) == dimension(other) is not None


@pytest.mark.parametrize(
    ("value", "unit", "other", "expected"),
    [(36.6, "Cel", "[degF]", 97.88), (97.88, "[degF]", "Cel", 36.6), (0, "K", "Cel", -273.15), (0, "Cel", "K", 273.15)],
)
def test_temperatures_convert_with_their_zero(value: float, unit: str, other: str, expected: float) -> None:
    assert converted(value, unit, other) == expected


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("{score}", "1"),
        ("{beats}/min", "/min"),
        ("mL/min/{1.73_m2}", "mL/min"),
        ("ng/mL{FEU}", "ng/mL"),
        ("[IU]", "[iU]"),
    ],
)
def test_annotations_say_nothing(unit: str, other: str) -> None:
    assert converted(7, unit, other) == 7


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("mg/dL", "mmol/L"),
        ("[iU]/L", "U/L"),
        ("[iU]/L", "10*9/L"),
        ("[iU]", "[arb'U]"),
        ("[iU]", "/[iU]"),
        ("[iU]", "1"),
        ("kg", "m"),
        ("Cel", "min"),
    ],
)
def test_what_measures_something_else_does_not_convert(unit: str, other: str) -> None:
    assert dimension(unit)
    assert dimension(unit) != dimension(other)
    assert converted(1, unit, other) is None


@pytest.mark.parametrize("unit", ["[iU]/L", "m[iU]/mL", "[iU]/(24.h)"])
def test_an_arbitrary_unit_converts_into_itself(unit: str) -> None:
    assert converted(2, unit, unit) == 2


def test_an_arbitrary_unit_keeps_its_prefix() -> None:
    assert converted(1_000, "m[iU]/L", "[iU]/L") == 1
    assert converted(2, "u[iU]/mL", "m[iU]/L") == 2


@pytest.mark.parametrize(
    "unit",
    [
        "",
        "bogus",
        "Stück",
        "mEq/L",
        "[pH]",
        "dB",
        " ",
        "mg//",
        "10*99999999",
        "10*999",
        "m" * 65,
        "(" * 60,
        "{",
        "\x00",
    ],
)
def test_what_is_no_unit_or_no_straight_line_is_unknown(unit: str) -> None:
    assert converted(1, unit, "1") is None
    assert converted(1, unit, unit) is None
    assert dimension(unit) is canonical(1, unit) is None


def test_the_canonical_form_is_the_same_for_equal_quantities() -> None:
    here, there = canonical(1, "g/L"), canonical(100, "mg/dL")
    assert here is not None
    assert there is not None
    assert here[1] == there[1]
    assert here[0] == pytest.approx(there[0])


def test_no_unit_takes_long() -> None:
    rare = [f"{number}.m[H2O]/(L.{number}.s{number})" for number in range(2, 102)]
    began = time.process_time()
    assert all(dimension(unit) for unit in [*rare, "mg/dL"])
    assert time.process_time() - began < 0.5
