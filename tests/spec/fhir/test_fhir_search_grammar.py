"""A search is read completely or refused with the parameter's name: nothing is silently ignored."""

import pytest

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.dates import date_range
from verbund.fhir.search import (
    DateValue,
    Include,
    NumberValue,
    QuantityValue,
    ReferenceValue,
    Sort,
    StringValue,
    TokenValue,
    UriValue,
)


def values(of: str, name: str, text: str) -> tuple[object, ...]:
    """The values of the one filter that a parameter makes."""
    (found,) = parse_search(of, [(name, text)]).filters
    return found.values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("718-7", TokenValue(None, "718-7", any_system=True)),
        ("http://loinc.org|718-7", TokenValue("http://loinc.org", "718-7")),
        ("|718-7", TokenValue(None, "718-7")),
        ("http://loinc.org|", TokenValue("http://loinc.org", None)),
        (r"urn:x|a\,b\|c", TokenValue("urn:x", "a,b|c")),
    ],
)
def test_a_token_names_its_system_or_leaves_it_open(text: str, expected: TokenValue) -> None:
    assert values("Observation", "code", text) == (expected,)


def test_commas_mean_or_and_repetition_means_and() -> None:
    query = parse_search("Observation", [("code", "a,b"), ("code", "c")])
    assert [len(item.values) for item in query.filters] == [2, 1]


@pytest.mark.parametrize(
    ("of", "name", "text", "expected"),
    [
        ("Observation", "subject", "Patient/42", ReferenceValue("Patient", "42")),
        ("Observation", "subject", "42", ReferenceValue(None, "42")),
        ("Observation", "patient", "42", ReferenceValue("Patient", "42")),
        ("Observation", "subject:Patient", "42", ReferenceValue("Patient", "42")),
        ("Observation", "subject", "Patient/42/_history/3", ReferenceValue("Patient", "42")),
        (
            "Observation",
            "subject",
            "https://other/fhir/Patient/1",
            ReferenceValue(None, None, "https://other/fhir/Patient/1"),
        ),
        ("ValueSet", "url", "http://example.org/vs", UriValue("http://example.org/vs")),
        ("Patient", "family", "Müller", StringValue("muller")),
        ("Patient", "family:exact", "Müller", StringValue("Müller")),
        ("Patient", "_id", "a-1", TokenValue(None, "a-1", any_system=True)),
        ("RiskAssessment", "probability", "0.5", NumberValue("eq", 0.45, 0.55)),
        ("RiskAssessment", "probability", "gt0.5", NumberValue("gt", 0.5, 0.5)),
        ("RiskAssessment", "probability", "100", NumberValue("eq", 99.5, 100.5)),
        ("RiskAssessment", "probability", "100.00", NumberValue("eq", 99.995, 100.005)),
        ("RiskAssessment", "probability", "1e2", NumberValue("eq", 95, 105)),
        ("RiskAssessment", "probability", "ne1e-2", NumberValue("ne", 0.0095, 0.0105)),
        ("Observation", "value-quantity", "5.4||mg", QuantityValue("eq", 5.35, 5.45, None, "mg")),
        ("Observation", "value-quantity", "le5.4|http://x|mg", QuantityValue("le", 5.4, 5.4, "http://x", "mg")),
        ("Observation", "value-quantity", "ap100", QuantityValue("ap", 90, 110)),
        ("Patient", "family:missing", "true", TokenValue(None, "true", any_system=True)),
    ],
)
def test_each_kind_of_value(of: str, name: str, text: str, expected: object) -> None:
    assert values(of, name, text) == (expected,)


def test_dates_compare_with_the_range_they_stand_for() -> None:
    assert values("Observation", "date", "2024-05") == (DateValue("eq", *date_range("2024-05")),)
    assert values("Observation", "date", "ge2024") == (DateValue("ge", *date_range("2024")),)
    assert values("Patient", "_lastUpdated", "gt2024-01-01") == (DateValue("gt", *date_range("2024-01-01")),)


def test_a_plus_that_became_a_space_in_the_url_is_read_as_a_plus() -> None:
    text = "2024-05-31T14:05:00 02:00"
    assert values("Observation", "date", text) == (DateValue("eq", *date_range("2024-05-31T14:05:00+02:00")),)


def test_parameters_of_the_result() -> None:
    query = parse_search(
        "Observation",
        [
            ("_sort", "-date,_id"),
            ("_count", "20"),
            ("_total", "accurate"),
            ("_summary", "count"),
            ("_elements", "code,value"),
            ("_include", "Observation:subject:Patient"),
            ("_include:iterate", "Patient:general-practitioner"),
            ("_revinclude", "Provenance:target"),
            ("_format", "json"),
        ],
    )
    assert query.sort == (Sort("date", descending=True), Sort("_id"))
    assert (query.count, query.total, query.summary, query.elements) == (20, "accurate", "count", ("code", "value"))
    assert query.include == (
        Include("Observation", "subject", "Patient"),
        Include("Patient", "general-practitioner", None, iterate=True),
    )
    assert query.revinclude == (Include("Provenance", "target"),)


def test_the_pairs_are_kept_for_links() -> None:
    pairs = (("code", "a"), ("_count", "5"))
    assert parse_search("Observation", pairs).params == pairs


def test_an_excessive_count_is_lowered_to_the_most_that_is_given() -> None:
    assert parse_search("Patient", [("_count", "1000000000")]).count == 10_000


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("colour", "red", "no search parameter colour"),
        ("code:huge", "x", ":huge"),
        ("date", "tomorrow", "date that exists"),
        ("date", "2023-02-29", "date that exists"),
        ("date", "zz2024-01-01", "prefixes"),
        ("value-quantity", "5.4|mg", "number|system|code"),
        ("value-quantity", "a lot", "a number"),
        ("code", "|", "system|code"),
        ("subject", "Patient/1/2", "Type/id"),
        ("subject:Patient", "Group/1", "does not fit"),
        ("subject:missing", "maybe", "true or false"),
        ("_count", "-1", "whole number"),
        ("_total", "roughly", "accurate"),
        ("_sort", "colour", "no search parameter colour"),
        ("_include", "Observation", "Type:parameter"),
        ("_include", "Observation:code", "a reference"),
        ("_include", "Patient:organization", "begins at Observation"),
        ("_id", "a b", "ids"),
        ("code", ",", "1 to 1000 values"),
        ("code", ",".join("a" * 1001), "1 to 1000 values"),
        ("_type", "Patient", "only Observation is searched"),
        ("_list", "$current-moods", "$current-problems, $current-medications"),
        ("_contained", "perhaps", "true, false or both"),
        ("_containedType", "both", "container or contained"),
        ("_score", "1", "no score"),
        ("_sort", "code-value-quantity", "cannot order by"),
        ("_include", "*:patient", "Type:parameter"),
        ("_elements", "code.text", "top-level"),
    ],
)
def test_what_is_wrong_is_refused_by_name(name: str, text: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        parse_search("Observation", [(name, text)])
    assert said in refused.value.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("_query", "current-problems", "named queries"),
        ("_contained", "true", "Contained resources"),
        ("_sort", "_score", "no score"),
    ],
)
def test_what_fhir_knows_and_is_not_offered_says_so(name: str, text: str, said: str) -> None:
    with pytest.raises(Unsupported) as refused:
        parse_search("Observation", [(name, text)])
    assert said in refused.value.text


def test_a_lenient_search_lists_what_it_left_out() -> None:
    query = parse_search("Patient", [("colour", "red"), ("gender", "male"), ("link.hue", "x")], lenient=True)
    assert query.ignored == ("colour", "link.hue")
    assert [item.param for item in query.filters] == ["gender"]


def test_even_a_lenient_search_refuses_a_malformed_value() -> None:
    with pytest.raises(Incorrect):
        parse_search("Patient", [("birthdate", "31.5.1970")], lenient=True)


def test_a_parameter_without_a_value_is_left_out() -> None:
    assert parse_search("Patient", [("name", "")]) == SearchQuery("Patient", params=(("name", ""),))


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(Incorrect):
        parse_search("Person2", [])
