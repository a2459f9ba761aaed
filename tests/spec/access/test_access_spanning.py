"""Searches, histories and writes that tell of more than one type: each type by its own right."""

from dataclasses import replace

import msgspec
import pytest
from msgspec import structs
from opened_gate import (
    DOCTOR,
    NOBODY,
    PATIENT,
    STEWARD,
    Node,
    condition,
    observation,
    organization,
    patient,
)

from verbund.access import Write
from verbund.errors import Forbidden, NotFound
from verbund.fhir import SearchQuery, parse_compartment, parse_search
from verbund.fhir.search import Filter, TokenValue
from verbund.identity import Scopes

ONLY_OBSERVATIONS = replace(DOCTOR, scopes=Scopes.parse("user/Observation.cruds"))


async def filled(node: Node) -> None:
    await node.put(organization("o"), patient(), patient("8"), observation("a"), observation("b", "8"), condition("c"))


def conditional(verb: str, of: str, *pairs: tuple[str, str], resource: object = None) -> Write:
    raw = None if resource is None else msgspec.json.encode(resource)
    return Write(verb, of, raw=raw, condition=parse_search(of, pairs), multiple=verb == "delete")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pairs",
    [
        [("subject:Patient.name", "kessler")],
        [("_has:DiagnosticReport:result:status", "final")],
        [("_revinclude", "DiagnosticReport:result")],
        [("_has:DiagnosticReport:result:subject:Patient.name", "kessler")],
    ],
)
async def test_a_search_needs_the_right_to_search_all_it_tells_of(node: Node, pairs: list[tuple[str, str]]) -> None:
    await filled(node)
    query = parse_search("Observation", pairs)
    with pytest.raises(Forbidden):
        await node.gate.search(ONLY_OBSERVATIONS, query)
    assert await node.gate.search(DOCTOR, query) is not None


async def test_a_patient_finds_the_own_record_and_what_is_of_nobody(node: Node) -> None:
    await filled(node)
    everywhere = parse_search("", [("_type", "Patient,Observation,Condition,Organization")])
    page = await node.gate.search(PATIENT, everywhere)
    assert {(one.type, one.id) for one in page.matches} == {
        ("Patient", "7"),
        ("Observation", "a"),
        ("Condition", "c"),
        ("Organization", "o"),
    }
    inside = await node.gate.search(PATIENT, parse_compartment("Patient", "8", "*", []))
    assert inside.matches == ()


async def test_a_hierarchy_needs_the_right_to_search_what_it_goes_through(node: Node) -> None:
    await node.put(organization("o"), organization("p") | {"partOf": {"reference": "Organization/o"}}, patient())
    await node.put(observation("a", performer=[{"reference": "Organization/p"}]))
    query = parse_search("Observation", [("performer:below", "Organization/o")])
    assert [one.id for one in (await node.gate.search(PATIENT, query)).matches] == ["a"]
    with pytest.raises(Forbidden):
        await node.gate.search(ONLY_OBSERVATIONS, query)


async def test_what_is_shared_comes_along_with_the_own_record(node: Node) -> None:
    await node.put(
        organization("o"), patient(), patient("8"), observation("a", performer=[{"reference": "Organization/o"}])
    )
    query = parse_search("Observation", [("_include", "Observation:performer"), ("_include", "Observation:subject")])
    page = await node.gate.search(PATIENT, query)
    assert {(one.type, one.id) for one in page.included} == {("Organization", "o"), ("Patient", "7")}


async def test_histories_of_types_and_of_all_show_what_may_be_searched(node: Node) -> None:
    await filled(node)
    own = await node.gate.history_of(PATIENT, "Observation", None)
    assert [one.id for one in own.versions] == ["a"]
    everything = await node.gate.history_of(PATIENT, None, None)
    assert {one.id for one in everything.versions} == {"7", "a", "c", "o"}
    narrow = await node.gate.history_of(ONLY_OBSERVATIONS, None, None)
    assert {one.type for one in narrow.versions} == {"Observation"}
    for place in (("Observation", None), (None, None)):
        with pytest.raises(Forbidden):
            await node.gate.history_of(NOBODY, *place)
    with pytest.raises(NotFound):
        await node.gate.history_of(PATIENT, "Observation", "b")


async def test_a_history_is_logged_for_each_patient_it_tells_of(node: Node) -> None:
    await filled(node)
    await node.gate.history_of(DOCTOR, "Observation", None)
    for patient_id, entity in (("7", "Observation/a"), ("8", "Observation/b")):
        last = (await node.events(patient_id))[-1].event
        assert (last.kind, last.entities) == ("history", (entity,))


async def test_those_types_are_searchable_that_may_be_searched(node: Node) -> None:
    assert node.gate.searchable(ONLY_OBSERVATIONS) == ("Observation",)
    assert node.gate.searchable(DOCTOR, ["Patient", "Observation"]) == ("Patient", "Observation")
    assert node.gate.searchable(NOBODY) == ()


async def test_no_condition_is_looked_at_for_a_patient(node: Node) -> None:
    await filled(node)
    update = conditional("update", "Observation", ("code", "718-7"), resource=observation("a"))
    referring = observation("n") | {"subject": {"reference": "Patient?identifier=x|y"}}
    for write in (
        update,
        conditional("delete", "Observation", ("code", "718-7")),
        Write("create", "Observation", raw=msgspec.json.encode(referring)),
    ):
        with pytest.raises(Forbidden):
            await node.gate.commit(PATIENT, [write])


async def test_a_condition_needs_the_right_to_search_and_to_make(node: Node) -> None:
    await filled(node)
    update = conditional("update", "Observation", ("subject:Patient.name", "kessler"), resource=observation("a"))
    with pytest.raises(Forbidden):
        await node.gate.commit(ONLY_OBSERVATIONS, [update])
    changing = replace(DOCTOR, scopes=Scopes.parse("user/Observation.rus user/Patient.rs"))
    with pytest.raises(Forbidden, match=r"Observation\.c"):
        await node.gate.commit(changing, [update])
    referring = observation("n") | {"subject": {"reference": "Patient?identifier=x|y"}}
    with pytest.raises(Forbidden, match="Patient"):
        await node.gate.commit(ONLY_OBSERVATIONS, [Write("create", "Observation", raw=msgspec.json.encode(referring))])


async def test_what_a_condition_deletes_is_logged_for_its_patients(node: Node) -> None:
    await filled(node)
    (written,) = await node.gate.commit(DOCTOR, [conditional("delete", "Observation", ("code", "718-7"))])
    assert 1 + len(written.others) == 2
    for patient_id, entity in (("7", "Observation/a"), ("8", "Observation/b")):
        last = (await node.events(patient_id))[-1].event
        assert (last.action, last.entities) == ("D", (entity,))


async def test_many_writes_about_one_patient_are_told_together(node: Node) -> None:
    await node.put(patient())
    before = (await node.log.verify()).size
    await node.put(*(observation(f"m{number}") for number in range(12)))
    last = (await node.events("7"))[-1].event
    assert ((await node.log.verify()).size - before, last.action) == (1, "C")
    assert (len(last.entities), last.detail["items"]) == (12, "12")


async def test_a_patch_needs_the_right_to_update(node: Node) -> None:
    await filled(node)
    patch = Write("patch", "Observation", "a", patch=lambda raw: raw.replace(b'"final"', b'"amended"'))
    for who in (STEWARD, replace(DOCTOR, scopes=Scopes.parse("user/*.crds"))):
        with pytest.raises(Forbidden):
            await node.gate.commit(who, [patch])
    (written,) = await node.gate.commit(DOCTOR, [patch])
    assert (written.version, written.status) == (2, "updated")
    other = structs.replace(patch, id="b")
    with pytest.raises(NotFound):
        await node.gate.commit(replace(PATIENT, scopes=Scopes.parse("patient/*.cruds")), [other])


class OneValueSet:
    """Knows that `in` x means the code 718-7."""

    async def rewritten(self, query: SearchQuery) -> SearchQuery:
        plain = Filter("code", "token", None, (TokenValue(None, "718-7", any_system=True),))
        return replace(query, filters=tuple(plain if f == WANTED else f for f in query.filters))


WANTED = parse_search("Observation", [("code:in", "http://example.org/x")]).filters[0]


async def test_searches_by_value_set_are_rewritten_before_the_store_sees_them(node: Node) -> None:
    await filled(node)
    knowing = replace(node.gate, ground=replace(node.gate.ground, terms=OneValueSet()))
    query = parse_search("Observation", [("code:in", "http://example.org/x")])
    assert {one.id for one in (await knowing.search(DOCTOR, query)).matches} == {"a", "b"}
    (written,) = await knowing.commit(DOCTOR, [Write("delete", "Observation", condition=query, multiple=True)])
    assert len(written.others) == 1
