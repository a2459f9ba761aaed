"""`_filter`: conditions joined by and, or, not, in parentheses (http://hl7.org/fhir/R4/search_filter.html)."""

import pytest

from verbund.errors import Incorrect
from verbund.fhir import parse_search
from verbund.fhir.dates import date_range
from verbund.fhir.search import (
    Chain,
    CompositeValue,
    Criterion,
    DateValue,
    Either,
    Every,
    Filter,
    Not,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)


def asked(of: str, text: str) -> Criterion:
    """What an expression asks."""
    (found,) = parse_search(of, [("_filter", text)]).filters
    return found


def token(param: str, code: str, modifier: str | None = None, system: str | None = None) -> Filter:
    return Filter(param, "token", modifier, (TokenValue(system, code, any_system=system is None),))


MALE, ACTIVE, DEAD = token("gender", "male"), token("active", "true"), token("deceased", "true")


def test_and_binds_closer_than_or() -> None:
    found = asked("Patient", "gender eq male or active eq true and deceased eq true")
    assert found == Either((MALE, Every((ACTIVE, DEAD))))


def test_parentheses_and_not() -> None:
    found = asked("Patient", "(gender eq male or active eq true) and not (deceased eq true)")
    assert found == Every((Either((MALE, ACTIVE)), Not(DEAD)))


def test_names_that_begin_like_words_of_the_language_are_names() -> None:
    assert asked("Organization", "name co or") == Filter("name", "string", "contains", (StringValue("or"),))
    with pytest.raises(Incorrect, match="no search parameter order"):
        asked("Patient", "order eq 5")


@pytest.mark.parametrize(
    ("text", "modifier", "value"),
    [
        ('name eq "Müller, Anna"', "eq", "muller, anna"),
        ('name co "ÜLL"', "contains", "ull"),
        ("name sw Mü", "sw", "mu"),
        ("name ew er", "ew", "er"),
        (r'name eq "a \"b\" \\ c|d$e"', "eq", r'a "b" \ c|d$e'),
    ],
)
def test_strings_are_equal_contain_begin_or_end_without_regard_to_case(text: str, modifier: str, value: str) -> None:
    assert asked("Patient", text) == Filter("name", "string", modifier, (StringValue(value),))


@pytest.mark.parametrize("operator", ["eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb"])
def test_dates_and_numbers_take_the_operators_of_the_prefixes(operator: str) -> None:
    dated = DateValue(operator, *date_range("2024-05"))  # type: ignore[arg-type]
    assert asked("Patient", f"birthdate {operator} 2024-05") == Filter("birthdate", "date", None, (dated,))
    found = asked("RiskAssessment", f"probability {operator} 0.5")
    assert isinstance(found, Filter)
    assert [value.prefix for value in found.values if isinstance(value, NumberValue)] == [operator]


def test_periods_overlap() -> None:
    assert asked("Encounter", "date po 2024") == asked("Encounter", "date ap 2024")


def test_quantities_have_units() -> None:
    value = QuantityValue("ge", 5.4, 5.4, "http://unitsofmeasure.org", "mg")
    found = asked("Observation", "value-quantity ge 5.4|http://unitsofmeasure.org|mg")
    assert found == Filter("value-quantity", "quantity", None, (value,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code eq http://loinc.org|718-7", token("code", "718-7", None, "http://loinc.org")),
        ("code ss urn:x|a", token("code", "a", "below", "urn:x")),
        ("code sb urn:x|a", token("code", "a", "above", "urn:x")),
        ("code in http://x/vs", Filter("code", "token", "in", (UriValue("http://x/vs"),))),
        ('code co "druck"', Filter("code", "token", "text", (StringValue("druck"),))),
        ("subject re Patient/4", Filter("subject", "reference", None, (ReferenceValue("Patient", "4"),))),
        ("code pr true", token("code", "false", "missing")),
        ("code pr false", token("code", "true", "missing")),
        ("_id ne 5", Not(Filter("_id", "id", None, (TokenValue(None, "5", any_system=True),)))),
        ("code ne a", Every((token("code", "false", "missing"), Not(token("code", "a"))))),
    ],
)
def test_each_operator(text: str, expected: Criterion) -> None:
    assert asked("Observation", text) == expected


def test_a_composite_is_equal() -> None:
    found = asked("Observation", "code-value-concept eq a$urn:x|b")
    parts = (TokenValue(None, "a", any_system=True), TokenValue("urn:x", "b"))
    assert found == Filter("code-value-concept", "composite", None, (CompositeValue(parts),))


def test_a_path_follows_references() -> None:
    assert asked("Observation", "patient.gender eq male") == Chain("patient", "Patient", (MALE,))


def test_a_condition_in_brackets_holds_for_the_same_resource_as_the_rest() -> None:
    found = asked("Observation", "patient[active eq true and deceased eq true].gender eq male")
    assert found == Chain("patient", "Patient", (Every((ACTIVE, DEAD)), MALE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gender", "an operator"),
        ("gender eq", "an operator"),
        ("gender eq ", "a value"),
        ("gender is male", "compares gender"),
        ("gender gt male", "compares gender"),
        ("birthdate co 2024", "compares birthdate"),
        ("birthdate eq soon", "a date that exists"),
        ("gender pr maybe", "true or false with pr"),
        ("_id pr true", "whether _id is present"),
        ("(gender eq male", "wants )"),
        ("gender eq male)", "and, or, or the end"),
        ("not gender eq male", "( after not"),
        ("gender eq male xor active eq true", "and, or, or the end"),
        ("gender eq male and", "the name of a search parameter"),
        ("link[gender eq male] eq 5", "a dot and a name"),
        ("link[gender eq male", "wants ]"),
        ('name eq "open', "a value"),
        (r'name eq "\x"', "a JSON string"),
        ('name eq ""', "1 to 1000 values|at least one letter"),
        ("colour eq red", "no search parameter colour"),
        ("gender.x eq male", "no reference"),
        ("(" * 41 + "gender eq male" + ")" * 41, "more than 40 parentheses"),
        (" or ".join(["gender eq male"] * 201), "more than 200 times"),
        ("link." * 6 + "gender eq male", "more than 5 references"),
        ("link[" * 6 + "gender eq male" + "].gender eq male" * 6, "more than 5 references"),
        ("x" * 20_001, "20000 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        asked("Patient", text)
    assert any(part in refused.value.text for part in said.split("|"))
    assert "_filter" in refused.value.text or "search parameter" in refused.value.text


def test_an_expression_that_leads_through_too_many_types_is_refused() -> None:
    with pytest.raises(Incorrect, match="too many types"):
        asked("Procedure", " or ".join(["part-of.part-of.part-of._id eq 1"] * 100))
