"""Modifiers change what a parameter asks; each is for its kinds only (http://hl7.org/fhir/R4/search.html#modifiers)."""

import pytest

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import parse_search
from verbund.fhir.search import (
    CompositeValue,
    Criterion,
    DateValue,
    Filter,
    NearValue,
    NumberValue,
    OfTypeValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TokenValue,
    UriValue,
)


def asked(of: str, name: str, text: str) -> Criterion:
    """The one criterion that a parameter makes."""
    (found,) = parse_search(of, [(name, text)]).filters
    return found


@pytest.mark.parametrize(
    ("of", "name", "text", "kind", "value"),
    [
        ("Patient", "name:exact", "Müller", "string", StringValue("Müller")),
        ("Patient", "name:contains", "ÜLL", "string", StringValue("ull")),
        ("Observation", "code:not", "urn:x|a", "token", TokenValue("urn:x", "a")),
        ("Observation", "code:text", "Blut-Druck", "token", StringValue("blut druck")),
        ("Observation", "code:in", "http://x.org/vs", "token", UriValue("http://x.org/vs")),
        ("Observation", "code:in", "ValueSet/7", "token", UriValue("ValueSet/7")),
        ("Observation", "code:not-in", "urn:oid:1.2", "token", UriValue("urn:oid:1.2")),
        ("Condition", "code:below", "http://fhir.de/icd|E11", "token", TokenValue("http://fhir.de/icd", "E11")),
        ("Condition", "code:above", "E11.9", "token", TokenValue(None, "E11.9", any_system=True)),
        ("Patient", "identifier:of-type", "urn:t|MR|42", "token", OfTypeValue("urn:t", "MR", "42")),
        ("Observation", "subject:identifier", "urn:x|42", "reference", TokenValue("urn:x", "42")),
        ("Procedure", "location:below", "42", "reference", ReferenceValue("Location", "42")),
        (
            "Procedure",
            "instantiates-canonical:above",
            "http://x.org|2.1",
            "reference",
            ReferenceValue(None, None, "http://x.org|2.1"),
        ),
        ("Observation", "performer:below", "Organization/4", "reference", ReferenceValue("Organization", "4")),
        ("StructureDefinition", "base:below", "urn:x", "reference", ReferenceValue(None, None, "urn:x")),
        ("Observation", "subject:Group", "42", "reference", ReferenceValue("Group", "42")),
        ("ValueSet", "url:below", "http://x.org/fhir", "uri", UriValue("http://x.org/fhir")),
        ("ValueSet", "url:above", "http://x.org/fhir/a", "uri", UriValue("http://x.org/fhir/a")),
        ("Patient", "phonetic:missing", "false", "string", TokenValue(None, "false", any_system=True)),
        ("Patient", "_id:not", "7", "id", TokenValue(None, "7", any_system=True)),
    ],
)
def test_what_each_modifier_asks(of: str, name: str, text: str, kind: str, value: object) -> None:
    code, _, modifier = name.partition(":")
    assert asked(of, name, text) == Filter(code, kind, modifier, (value,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "name", "text", "said"),
    [
        ("Patient", "name:of-type", "a|b|c", ":of-type"),
        ("Patient", "gender:of-type", "a|b|c", "for identifiers"),
        ("Patient", "identifier:of-type", "a|b", "system|code|value"),
        ("Patient", "birthdate:contains", "2024", ":contains"),
        ("Patient", "phonetic:exact", "x", ":exact"),
        ("Observation", "code:in", "diabetes", "address of a value set"),
        ("Observation", "code:below", "urn:x|", "a code or system|code"),
        ("Observation", "code:loud", "x", ":loud"),
        ("Observation", "subject:Medication", "1", "never to Medication"),
        ("Observation", "patient:below", "Patient/1", "for hierarchies"),
        ("Observation", "subject:below", "Patient/1", "Location/id with this modifier"),
        ("Observation", "subject:above", "http://x.org/Location/1", "Type/id, or a canonical with a version"),
        ("Observation", "focus:below", "7", "CarePlan/id or Encounter/id"),
        ("Observation", "code-value-quantity:missing", "true", ":missing"),
        ("Observation", "_text:exact", "x", ":exact"),
        ("Patient", "_list:not", "x", "no modifier"),
    ],
)
def test_a_modifier_out_of_place_is_refused(of: str, name: str, text: str, said: str) -> None:
    with pytest.raises((Incorrect, Unsupported)) as refused:
        parse_search(of, [(name, text)])
    assert said in refused.value.text


def test_a_composite_joins_a_value_for_each_component() -> None:
    found = asked("Observation", "code-value-quantity", "http://loinc.org|1-8$ge5.4||mg")
    assert found == Filter(
        "code-value-quantity",
        "composite",
        None,
        (CompositeValue((TokenValue("http://loinc.org", "1-8"), QuantityValue("ge", 5.4, 5.4, None, "mg"))),),
    )


def test_a_composite_may_have_three_components_and_several_values() -> None:
    found = asked("MolecularSequence", "chromosome-variant-coordinate", r"1$ge3$le9,a\$b$1$2")
    assert isinstance(found, Filter)
    first, second = (value.parts for value in found.values if isinstance(value, CompositeValue))
    assert first[1:] == (NumberValue("ge", 3, 3), NumberValue("le", 9, 9))
    assert second[0] == TokenValue(None, "a$b", any_system=True)


@pytest.mark.parametrize("text", ["a", "a$", "$5", "a$5$6", "a$much"])
def test_a_composite_with_too_little_too_much_or_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Incorrect, match=r"code-value-quantity|a number"):
        parse_search("Observation", [("code-value-quantity", text)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("52.5|13.4", NearValue(52.5, 13.4, 10)),
        ("52.5|13.4|", NearValue(52.5, 13.4, 10)),
        ("52.5|13.4|5", NearValue(52.5, 13.4, 5)),
        ("52.5|-13.4|500|m", NearValue(52.5, -13.4, 0.5)),
        ("52.5|13.4|1|[mi_i]", NearValue(52.5, 13.4, 1.609344)),
    ],
)
def test_near_takes_a_point_and_a_distance(text: str, expected: NearValue) -> None:
    assert asked("Location", "near", text) == Filter("near", "special", None, (expected,))


@pytest.mark.parametrize("text", ["52", "91|0", "0|181", "x|y", "|1", "1|1|-1", "1|1|1|kg", "1|1|1|km|1"])
def test_a_point_that_is_not_on_earth_is_refused(text: str) -> None:
    with pytest.raises(Incorrect, match="near takes"):
        parse_search("Location", [("near", text)])


def test_text_and_content_are_asked_for_words() -> None:
    assert asked("Observation", "_text", "Blut  Druck") == Filter("_text", "text", None, (StringValue("blut druck"),))
    assert asked("Binary", "_content", "x") == Filter("_content", "content", None, (StringValue("x"),))
    with pytest.raises(Incorrect, match="Binary has no search parameter _text"):
        parse_search("Binary", [("_text", "x")])


def test_names_are_asked_for_by_their_sound() -> None:
    assert asked("Patient", "phonetic", "Meyer") == asked("Patient", "phonetic", "Maier")
    assert asked("Patient", "phonetic", "Meyer") != asked("Patient", "phonetic", "Mark")


def test_a_date_keeps_its_prefix() -> None:
    found = asked("Observation", "date", "ap2024")
    assert isinstance(found, Filter)
    assert [value.prefix for value in found.values if isinstance(value, DateValue)] == ["ap"]
