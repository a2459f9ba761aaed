"""Small parts of the gate that larger tests do not reach."""

from dataclasses import replace
from pathlib import Path

import pytest
from opened_gate import DOCTOR, HERE, NOW, OPERATOR, PATIENT, RESEARCHER, TITLE, Node, asker, patient, withdrawal

from verbund.access import Gate
from verbund.access.ground import Names
from verbund.config import NodeConfig
from verbund.consent import ActorRef, Party, Purpose, Sentence
from verbund.consent.model import Question
from verbund.errors import Forbidden
from verbund.fhir import parse_search
from verbund.identity import Principal, Role
from verbund.store import NOTHING, Stored


async def test_a_gate_is_opened_with_the_settings_of_its_node(node: Node) -> None:
    config = NodeConfig(name=HERE, title=TITLE, directory=Path(), emergency_access=False)
    gate = Gate.open(node.store, node.log, node.consents, config)
    assert (gate.ground.site, gate.ground.title, gate.ground.emergency_allowed) == (HERE, TITLE, False)


async def test_a_house_without_a_title_signs_with_its_id(node: Node) -> None:
    await node.put(patient())
    untitled = Gate(replace(node.gate.ground, title=""))
    written = await untitled.change_consent(PATIENT, "7", withdrawal())
    assert b'"display"' not in written.body.partition(b'"organization"')[2].partition(b"]")[0]


async def test_many_consents_are_given_page_by_page(node: Node) -> None:
    await node.put(patient(), *(withdrawal(identity=f"c{number}") for number in range(250)))
    assert len(await node.gate.consents_of(PATIENT, "7")) == 250


async def test_the_directory_of_medications_is_searched_up_to_a_bound(node: Node) -> None:
    await node.put(*({"resourceType": "Medication", "id": f"m{number}"} for number in range(5)))
    query = parse_search("Medication", [("_count", "2")])
    assert len(await node.gate.medication_ids(RESEARCHER, query, 100)) == 5
    assert len(await node.gate.medication_ids(OPERATOR, query, 3)) == 3
    with pytest.raises(Forbidden):
        await node.gate.medication_ids(_unknown(), query, 3)


def _unknown() -> Principal:
    return replace(DOCTOR, role="visitor")


async def test_across_patients_nothing_is_for_those_who_do_not_treat_or_are_of_the_house(node: Node) -> None:
    for actor, purpose in (
        (ActorRef("x", "system", "praxis", "practice"), Purpose.TREAT),
        (ActorRef("x", "physician", HERE, "hospital"), Purpose.TREAT),
        (ActorRef("x", "physician", "vermittlung", "hub"), Purpose.TREAT),
        (ActorRef("x", "physician", "praxis"), Purpose.TREAT),
        (ActorRef("x", "physician", "kasse", "insurer"), Purpose.ETREAT),
    ):
        question = Question(actor, HERE, purpose, "", NOW)
        assert await node.consents.across_patients(question) == NOTHING


def test_names_of_patients_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.access.ground._MOST_NAMES", 2)
    names = Names(int)
    for key in range(3):
        names.learn(key, f"p{key}")
    names.learn(None, "x")
    names.learn(9, None)
    assert [names.known(key) for key in (0, 1, 2, 9, None)] == [None, None, "p2", None, None]


async def test_a_patient_is_known_by_what_is_read_of_them(node: Node) -> None:
    await node.put(patient(), patient("8"))
    names = Names(node.store.patient_key)
    for identity in ("7", "8"):
        stored = await node.store.read("Patient", identity)
        assert [names.of(stored), names.known(stored.patient)] == [identity, identity]


def test_a_deleted_resource_of_a_patient_never_met_tells_of_nobody() -> None:
    gone = Stored("Observation", "a", 2, NOW, True, b"", 42, 1, None)
    assert Names(int).of(gone) is None


def test_sentences_speak_the_readers_language() -> None:
    sentence = Sentence("ja", "yes")
    assert [sentence.in_language(code) for code in ("de", "en", "fr")] == ["ja", "yes", "yes"]
    assert not Party(kind="practice").fits("praxis", "hospital")
    assert asker().role == Role.PHYSICIAN
