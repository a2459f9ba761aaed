"""Who reads in the own log of a search reads how it was asked, and nothing that names somebody else."""

from base64 import b64decode

import msgspec
import pytest
from opened_gate import DOCTOR, PATIENT, STEWARD, Node, condition, observation, patient

from verbund.access import discreet
from verbund.audit import examine, rendered
from verbund.fhir import parse_search
from verbund.fhir.parameters import STANDARD

NUMBER = "http://fhir.de/sid/gkv/kvid-10|A000500015"


@pytest.mark.parametrize(
    ("kind", "asked", "touched", "told"),
    [
        ("Observation", [("patient", "7,8"), ("code", "718-7")], ["7", "8"], "Observation?patient=…&code=718-7"),
        ("Observation", [("patient", "7,8"), ("_count", "5")], ["7"], "Observation?patient=7,…&_count=5"),
        ("Observation", [("patient", "Patient/8,Patient/7")], ["7"], "Observation?patient=…,Patient/7"),
        ("Observation", [("subject:Patient.name", "Kessler,Roth")], ["7"], "Observation?subject:Patient.name=…,…"),
        ("Observation", [("patient", "7")], ["7"], None),
        ("Observation", [("date", "ge2026"), ("category", "laboratory")], ["7", "8"], None),
        ("Patient", [("name", "Kessler")], ["7"], None),
        ("Patient", [("name", "Kessler")], ["7", "8"], "Patient?name=…"),
        ("Patient", [("identifier", NUMBER)], ["7"], None),
        ("Patient", [("identifier", f"{NUMBER},x|y")], ["7"], "Patient?identifier=…,…"),
        ("Patient", [("birthdate", "1951"), ("gender", "female")], ["7", "8"], "Patient?birthdate=…&gender=female"),
        ("Patient", [("_has:Observation:patient:code", "x")], ["7", "8"], "Patient?_has:Observation:patient:code=…"),
        ("Patient", [("identifier:not", "x|y")], ["7"], "Patient?identifier:not=…"),
        ("Patient", [("_id", "7,8"), ("_sort", "name")], ["7"], "Patient?_id=7,…&_sort=name"),
    ],
)  # fmt: skip
def test_values_that_may_name_others_are_left_out(
    kind: str, asked: list[tuple[str, str]], touched: list[str], told: str | None
) -> None:
    assert discreet.told(parse_search(kind, asked), touched, STANDARD) == told


async def test_each_patient_reads_a_search_without_the_others_and_the_house_as_it_was_asked(node: Node) -> None:
    await node.put(patient(), patient("8"), observation("a"), observation("b", "8"), condition("c"))
    await node.gate.search(DOCTOR, parse_search("Observation", [("patient", "7,8"), ("code", "718-7")]))
    await node.gate.search(DOCTOR, parse_search("Condition", [("patient", "7,8")]))
    both, alone = (await node.events("7"))[-2:]
    assert both.event.query == "Observation?patient=…&code=718-7"
    assert alone.event.query == "Condition?patient=7,…"
    for one in (both, alone):
        assert one.event.detail == {}
        proof = rendered(await node.log.prove("7", one.sequence, site="uniklinikum"))
        assert examine(proof).ok
        assert b"7,8" not in proof
        assert b"7,8".hex().encode() not in proof
    shown = await node.gate.search(PATIENT, parse_search("AuditEvent", [("patient", "7"), ("action", "E")]))
    assert not any(b"Patient/8" in one.body for one in shown.matches)
    house = await node.log.of_patient("7", for_house=True)
    assert [one.event.query for one in house.items if one.event.kind == "search"] == [
        "Condition?patient=7,8",
        "Observation?patient=7,8&code=718-7",
    ]
    seen = await node.gate.search(STEWARD, parse_search("AuditEvent", [("patient", "7"), ("action", "E")]))
    entities = [entity for one in seen.matches for entity in msgspec.json.decode(one.body)["entity"]]
    queries = {b64decode(entity["query"]).decode() for entity in entities if "query" in entity}
    assert queries == {"Condition?patient=7,8", "Observation?patient=7,8&code=718-7"}
