"""Searches beyond one resource: chains, their reverse, lists, compartments, several types at once."""

import pytest

from verbund.errors import Incorrect, NotFound, VerbundError
from verbund.fhir import RESOURCE_TYPES, parse_compartment, parse_search
from verbund.fhir.compartments import inside, types_in
from verbund.fhir.search import (
    Chain,
    Criterion,
    Either,
    Every,
    Filter,
    Has,
    Include,
    InList,
    ReferenceValue,
    SearchQuery,
    Sort,
    StringValue,
    TokenValue,
    parameters_of,
)

NAMED = Filter("name", "string", None, (StringValue("x"),))
CODED = Filter("code", "token", None, (TokenValue(None, "x", any_system=True),))


def asked(of: str, name: str, text: str = "x") -> Criterion:
    """The one criterion that a parameter makes."""
    (found,) = parse_search(of, [(name, text)]).filters
    return found


def test_a_chain_with_a_type_leads_to_that_type() -> None:
    assert asked("Observation", "subject:Patient.name") == Chain("subject", "Patient", (NAMED,))


def test_a_chain_along_a_reference_to_one_type_needs_no_type() -> None:
    assert asked("Observation", "patient.name") == Chain("patient", "Patient", (NAMED,))


def test_a_chain_without_a_type_leads_to_every_type_that_knows_the_parameter() -> None:
    found = asked("Observation", "subject.name")
    assert found == Either((Chain("subject", "Location", (NAMED,)), Chain("subject", "Patient", (NAMED,))))


def test_chains_may_be_chained_and_end_in_a_modifier() -> None:
    found = asked("Observation", "patient.organization.name:missing", "true")
    missing = Filter("name", "string", "missing", (TokenValue(None, "true", any_system=True),))
    assert found == Chain("patient", "Patient", (Chain("organization", "Organization", (missing,)),))


def test_the_reverse_of_a_chain() -> None:
    assert asked("Patient", "_has:Observation:patient:code") == Has("Observation", "patient", (CODED,))


def test_reverse_chains_may_be_nested_and_mixed_with_chains() -> None:
    found = asked("Encounter", "patient._has:Observation:patient:_has:AuditEvent:entity:agent:Practitioner.name")
    agent = Chain("agent", "Practitioner", (NAMED,))
    inner = Has("Observation", "patient", (Has("AuditEvent", "entity", (agent,)),))
    assert found == Chain("patient", "Patient", (inner,))


@pytest.mark.parametrize(
    ("of", "name", "said"),
    [
        ("Observation", "code.name", "no reference"),
        ("Observation", "subject:Medication.name", "never to Medication"),
        ("Observation", "subject:Nobody.name", "does not have"),
        ("Observation", "subject.colour", "no search parameter colour"),
        ("Observation", "subject.", "no search parameter with this name"),
        ("Provenance", "target.name", "leads to any type; name one"),
        ("Patient", "_has:Observation:code", "_has:Type:reference:parameter"),
        ("Patient", "_has:Nothing:patient:code", "_has:Type:reference:parameter"),
        ("Patient", "_has:Observation:code:code", "never leads to Patient"),
        ("Medication", "_has:Observation:patient:code", "never leads to Medication"),
        ("Patient", "_has:Observation:patient:colour", "no search parameter colour"),
        ("Observation", "derived-from:Observation." * 6 + "code", "more than 5"),
        ("Patient", "_has:Patient:link:" * 6 + "name", "more than 5"),
    ],
)
def test_a_chain_that_leads_nowhere_is_refused(of: str, name: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        parse_search(of, [(name, "x")])
    assert said in refused.value.text


def test_five_references_in_a_row_are_followed() -> None:
    assert asked("Observation", "derived-from:Observation." * 5 + "code")


def test_chains_through_too_many_types_ask_for_their_names() -> None:
    with pytest.raises(Incorrect, match="through more than 200 types"):
        parse_search("Procedure", [("part-of." * 5 + "_id", "x")])


def test_lists_that_a_node_keeps_are_what_a_search_finds() -> None:
    asked_for = [
        ("clinical-status", "active,recurrence,relapse"),
        ("verification-status:not", "entered-in-error,refuted"),
    ]
    assert asked("Condition", "_list", "$current-problems") == Every(parse_search("Condition", asked_for).filters)
    assert asked("Patient", "_list", "$current-problems") == Either(())


def test_a_list_and_several() -> None:
    assert asked("Patient", "_list", "42") == InList("42")
    assert asked("Patient", "_list", "List/42,43") == Either((InList("42"), InList("43")))
    with pytest.raises(Incorrect, match="id of a List"):
        parse_search("Patient", [("_list", "a b")])


def test_a_search_over_several_types_is_a_union_with_one_order() -> None:
    query = parse_search("", [("_type", "Patient,Practitioner"), ("name", "x"), ("_sort", "-_lastUpdated")])
    assert query.union == (SearchQuery("Patient", (NAMED,)), SearchQuery("Practitioner", (NAMED,)))
    assert (query.type, query.sort) == ("", (Sort("_lastUpdated", descending=True),))


def test_a_search_over_all_types_takes_what_all_have() -> None:
    query = parse_search("", [("_id", "42")])
    assert {one.type for one in query.union} == RESOURCE_TYPES
    with pytest.raises(Incorrect, match="no search parameter name"):
        parse_search("", [("name", "x")])


def test_a_lenient_search_over_several_types_leaves_out_what_one_of_them_does_not_know() -> None:
    query = parse_search("", [("_type", "Patient,Observation"), ("name", "x"), ("_id", "1")], lenient=True)
    assert query.ignored == ("name",)
    assert [[one.param for one in inner.filters if isinstance(one, Filter)] for inner in query.union] == [["_id"]] * 2


def test_types_that_do_not_exist_are_refused() -> None:
    with pytest.raises(Incorrect, match="_type"):
        parse_search("", [("_type", "Patient,Person2")])


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("_include", "*", Include("Observation", "*")),
        ("_include", "Observation:*", Include("Observation", "*")),
        ("_include", "Observation:subject:Patient", Include("Observation", "subject", "Patient")),
        ("_include:iterate", "*", Include("*", "*", None, iterate=True)),
        ("_include:iterate", "Patient:link", Include("Patient", "link", None, iterate=True)),
    ],
)
def test_what_comes_along(name: str, text: str, expected: Include) -> None:
    assert parse_search("Observation", [(name, text)]).include == (expected,)


def test_what_refers_here_may_be_of_every_type() -> None:
    assert parse_search("Patient", [("_revinclude", "*")]).revinclude == (Include("*", "*"),)


def test_a_compartment_holds_what_refers_to_it_by_one_of_its_parameters() -> None:
    query = parse_compartment("Patient", "42", "Observation", [("code", "x")])
    here = (ReferenceValue("Patient", "42"),)
    places = (Filter("subject", "reference", None, here), Filter("performer", "reference", None, here))
    assert query.filters == (Either(places), CODED)


def test_a_compartment_may_be_searched_as_a_whole() -> None:
    query = parse_compartment("Encounter", "7", "*", [("_lastUpdated", "gt2024"), ("_count", "5")])
    assert {one.type for one in query.union} == set(types_in("Encounter"))
    assert query.count == 5
    (own,) = (one for one in query.union if one.type == "Encounter")
    assert own.filters[0] == Filter("_id", "id", None, (TokenValue(None, "7", any_system=True),))
    only = parse_compartment("Encounter", "7", "*", [("_type", "Observation")])
    assert [one.type for one in only.union] == ["Observation"]


@pytest.mark.parametrize("compartment", ["Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"])
def test_every_type_of_every_compartment_has_its_place(compartment: str) -> None:
    for of in types_in(compartment):
        found = inside(compartment, "1", of)
        parts = found.parts if isinstance(found, Either) else (found,)
        assert parts
        assert all(isinstance(part, Filter) and part.param in parameters_of(of) for part in parts)


@pytest.mark.parametrize(
    ("compartment", "identity", "of", "refusal"),
    [
        ("Location", "1", "Observation", Incorrect),
        ("Patient", "a b", "Observation", Incorrect),
        ("Patient", "1", "Person2", Incorrect),
        ("Patient", "1", "Medication", NotFound),
    ],
)
def test_a_compartment_that_cannot_be_is_refused(
    compartment: str, identity: str, of: str, refusal: type[VerbundError]
) -> None:
    with pytest.raises(refusal):
        parse_compartment(compartment, identity, of, [])


def test_a_search_takes_at_most_500_parameters() -> None:
    assert len(parse_search("Patient", [("name", "x")] * 500).filters) == 500
    with pytest.raises(Incorrect, match="at most 500 parameters"):
        parse_search("Patient", [("name", "x")] * 501)
