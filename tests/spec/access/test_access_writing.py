"""Writing through the gate: allowed, carried out and logged as one act."""

from typing import Any

import msgspec
import pytest
from opened_gate import (
    ADMINISTRATOR,
    DOCTOR,
    NURSE,
    OPERATOR,
    OTHER_PATIENT,
    PATIENT,
    RESEARCHER,
    STEWARD,
    Node,
    care_consent,
    condition,
    observation,
    organization,
    patient,
    principal,
)

from verbund.access import SHARED_TYPES, TABLE, Interaction, Write, permits
from verbund.errors import Forbidden, Incorrect, Invalid, NotFound
from verbund.fhir import RESOURCE_TYPES, parse_search
from verbund.identity import Principal, Role, Scopes


def put(resource: dict[str, Any], **more: Any) -> Write:
    return Write("update", resource["resourceType"], resource["id"], msgspec.json.encode(resource), **more)


def create(resource: dict[str, Any], **more: Any) -> Write:
    body = {name: value for name, value in resource.items() if name != "id"}
    return Write("create", resource["resourceType"], raw=msgspec.json.encode(body), **more)


async def test_a_change_and_its_entries_in_the_log_are_one_act(node: Node) -> None:
    written = await node.gate.commit(DOCTOR, [put(patient()), put(observation("a"))])
    assert [one.status for one in written] == ["created", "created"]
    (again,) = await node.gate.commit(DOCTOR, [put(observation("a", status="amended"))])
    await node.gate.commit(DOCTOR, [Write("delete", "Observation", "a", if_match=again.version)])
    told = [(one.event.kind, one.event.action, one.event.entities) for one in await node.events("7")]
    assert told == [
        ("create", "C", ("Patient/7",)),
        ("create", "C", ("Observation/a",)),
        ("update", "U", ("Observation/a",)),
        ("delete", "D", ("Observation/a",)),
    ]


async def test_a_refused_change_leaves_no_trace_of_itself(node: Node) -> None:
    await node.put(patient())
    size = (await node.log.verify()).size
    with pytest.raises(Invalid):
        await node.gate.commit(DOCTOR, [put(condition("b")), put(observation("a", status="nonsense"))])
    with pytest.raises(NotFound):
        await node.gate.read(DOCTOR, "Condition", "b")
    assert (await node.log.verify()).size == size + 1, "only the attempt to read"


async def test_an_id_that_is_given_is_known_to_the_log(node: Node) -> None:
    await node.put(patient())
    (written,) = await node.gate.commit(DOCTOR, [create(observation("?"))])
    assert (await node.events("7"))[-1].event.entities == (f"Observation/{written.id}",)


async def test_what_was_there_already_is_logged_as_seen(node: Node) -> None:
    await node.put(patient(), observation("a"))
    await node.gate.commit(DOCTOR, [put(observation("a"))])
    last = (await node.events("7"))[-1].event
    assert (last.action, last.detail["status"]) == ("R", "unchanged")


async def test_what_is_deleted_without_a_patient_or_without_being_there(node: Node) -> None:
    await node.put(organization("o"))
    await node.gate.commit(ADMINISTRATOR, [Write("delete", "Organization", "o")])
    with pytest.raises(NotFound):
        await node.gate.commit(DOCTOR, [Write("delete", "Observation", "none")])


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'{"resourceType": "Consent", "scope": 7}'])
async def test_a_consent_that_is_none_is_refused_by_the_standard(node: Node, raw: bytes) -> None:
    with pytest.raises(Incorrect):
        await node.gate.commit(OPERATOR, [Write("update", "Consent", "c", raw)])


async def test_consents_of_other_kinds_and_to_research_are_stored(node: Node) -> None:
    other = care_consent(identity="x") | {"scope": {"coding": [{"code": "treatment"}]}}
    study = care_consent(identity="y") | {"scope": {"coding": [{"code": "research"}]}}
    named = {"policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}]}
    written = await node.gate.commit(OPERATOR, [put(patient()), put(other), put(study | named)])
    assert [one.status for one in written] == ["created"] * 3
    with pytest.raises(Invalid, match=r"Consent\.dateTime"):
        await node.gate.commit(OPERATOR, [put({k: v for k, v in (study | named).items() if k != "dateTime"})])


async def test_a_consent_is_logged_as_a_consent(node: Node) -> None:
    await node.gate.commit(OPERATOR, [put(patient()), put(care_consent())])
    assert [one.event.kind for one in await node.events("7")] == ["create", "consent"]


@pytest.mark.parametrize(
    ("who", "write"),
    [
        (NURSE, put(condition("b"))),
        (STEWARD, put(care_consent())),
        (RESEARCHER, put(observation("a"))),
        (ADMINISTRATOR, put(patient())),
        (PATIENT, put(observation("a"))),
        (principal(Role.SYSTEM, "HRESCH"), put(observation("a"))),
        (principal(Role.PHYSICIAN, scopes=Scopes.parse("user/*.rs")), put(observation("a"))),
        (NURSE, put(organization("o"))),
        (OPERATOR, put({"resourceType": "AuditEvent", "id": "e"})),
        (OPERATOR, Write("delete", "AuditEvent", "e")),
    ],
)
async def test_what_the_table_or_the_scopes_do_not_permit_is_refused_and_logged(
    node: Node, who: Principal, write: Write
) -> None:
    with pytest.raises(Forbidden):
        await node.gate.commit(who, [write])
    assert (await node.log.verify()).size == 1


async def test_an_update_that_would_create_needs_the_right_to_create(node: Node) -> None:
    await node.put(patient(), observation("a"))
    updater = principal(Role.PHYSICIAN, scopes=Scopes.parse("user/Observation.u"))
    await node.gate.commit(updater, [put(observation("a", status="amended"))])
    with pytest.raises(NotFound):
        await node.gate.commit(updater, [put(observation("new"))])


async def test_the_directory_is_kept_by_administrators(node: Node) -> None:
    (written,) = await node.gate.commit(ADMINISTRATOR, [put(organization("o"))])
    assert written.status == "created"


class TestByThePatient:
    async def test_the_own_consent_can_be_written(self, node: Node) -> None:
        await node.put(patient())
        (written,) = await node.gate.commit(PATIENT, [create(care_consent())])
        (again,) = await node.gate.commit(PATIENT, [put(care_consent(identity=written.id) | {"status": "inactive"})])
        assert (again.status, again.version) == ("updated", 2)

    async def test_nobody_elses_can_neither_in_content_nor_by_its_id(self, node: Node) -> None:
        await node.put(patient(), patient("8"), care_consent(patient_id="8", identity="of-8"))
        with pytest.raises(Forbidden):
            await node.gate.commit(PATIENT, [create(care_consent(patient_id="8"))])
        for write in (put(care_consent(identity="of-8")), put(care_consent(identity="unknown"))):
            with pytest.raises(NotFound):
                await node.gate.commit(PATIENT, [write])
        assert (await node.gate.read(OTHER_PATIENT, "Consent", "of-8")).version == 1

    async def test_a_conditional_create_would_tell_what_others_have(self, node: Node) -> None:
        query = parse_search("Consent", [("status", "active")])
        with pytest.raises(Forbidden):
            await node.gate.commit(PATIENT, [create(care_consent(), if_none_exist=query)])

    async def test_a_token_for_one_patient_writes_only_there(self, node: Node) -> None:
        await node.put(patient(), patient("8"))
        launched = principal(Role.PHYSICIAN, patient_id="7", scopes=Scopes.parse("patient/*.cruds"))
        await node.gate.commit(launched, [create(observation("?"))])
        with pytest.raises(Forbidden):
            await node.gate.commit(launched, [create(observation("?", "8"))])


class TestTable:
    def test_what_is_not_in_it_is_forbidden(self) -> None:
        for role in Role:
            for interaction in Interaction:
                assert not permits(role, "UNHEARD", interaction, "Observation")
        assert not permits("visitor", "TREAT", Interaction.READ, "Observation")
        assert not permits("visitor", "TREAT", Interaction.READ, "Organization")

    def test_every_role_stands_in_it(self) -> None:
        assert set(TABLE) == set(Role)

    def test_researchers_count_and_nothing_else(self) -> None:
        allowed = {i for purpose in TABLE[Role.RESEARCHER].values() for i in purpose}
        assert allowed == {Interaction.COUNT}

    def test_nobody_opens_a_record_for_research(self) -> None:
        for role in Role:
            assert {i for i in Interaction if permits(role, "HRESCH", i, "Observation")} <= {Interaction.COUNT}

    def test_shared_types_are_types_of_fhir_that_no_patients_compartment_holds(self) -> None:
        assert SHARED_TYPES <= RESOURCE_TYPES
        assert not SHARED_TYPES & {
            "Patient",
            "Observation",
            "Group",
            "List",
            "Binary",
            "Device",
            "Consent",
            "RelatedPerson",
        }


async def test_an_export_is_logged_and_holds_everything_of_the_type(node: Node) -> None:
    await node.put(patient(), patient("8"), organization("o"), observation("a"))
    pages = [page async for page in node.gate.export(OPERATOR, "Patient")]
    assert {one.id for page in pages for one in page} == {"7", "8"}
    organizations = [page async for page in node.gate.export(OPERATOR, "Organization")]
    assert [one.id for page in organizations for one in page] == ["o"]
    assert [page async for page in node.gate.export(OPERATOR, "Encounter")] == []
    for who in (DOCTOR, PATIENT, ADMINISTRATOR):
        with pytest.raises(Forbidden):
            [page async for page in node.gate.export(who, "Patient")]


async def test_a_load_is_logged_and_only_for_operators(node: Node) -> None:
    report = await node.gate.load(OPERATOR, [(put(patient()),), (put(observation("a", status="nonsense")),)])
    assert (report.created, len(report.refused)) == (1, 1)
    with pytest.raises(Forbidden):
        await node.gate.load(DOCTOR, [(put(patient()),)])
