"""Writing through the gate: allowed, carried out and logged as one act."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from opened_gate import (
    ADMINISTRATOR,
    DOCTOR,
    NOW,
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
    named = {"policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}], "provision": {"type": "deny"}}
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


class TestConditionalCreate:
    QUERY = parse_search("Observation", [("code", "718-7")])

    @pytest.mark.parametrize("letters", ["c", "cr", "cu"])
    async def test_it_tells_what_is_there_so_it_needs_the_right_to_search(self, node: Node, letters: str) -> None:
        await node.put(patient(), observation("a"))
        who = principal(Role.PHYSICIAN, scopes=Scopes.parse(f"user/Observation.{letters}"))
        with pytest.raises(Forbidden, match=r"user/Observation\.s"):
            await node.gate.commit(who, [create(observation("?"), if_none_exist=self.QUERY)])

    @pytest.mark.parametrize(("letters", "told"), [("cs", False), ("crs", True)])
    async def test_what_was_found_is_shown_to_who_may_read_only(self, node: Node, letters: str, told: bool) -> None:
        await node.put(patient(), observation("a"))
        who = principal(Role.PHYSICIAN, scopes=Scopes.parse(f"user/Observation.{letters}"))
        (found,) = await node.gate.commit(who, [create(observation("?"), if_none_exist=self.QUERY)])
        assert (found.id, found.status, bool(found.body)) == ("a", "found", told)

    @pytest.mark.parametrize(("letters", "told"), [("u", False), ("ru", True)])
    async def test_what_is_unchanged_too(self, node: Node, letters: str, told: bool) -> None:
        await node.put(patient(), observation("a"))
        who = principal(Role.PHYSICIAN, scopes=Scopes.parse(f"user/Observation.{letters}"))
        (kept,) = await node.gate.commit(who, [put(observation("a"))])
        assert (kept.status, bool(kept.body)) == ("unchanged", told)
        (changed,) = await node.gate.commit(who, [put(observation("a", status="amended"))])
        assert changed.body, "what was sent is the sender's"


class TestCareConsents:
    """What a patient allows is written by who may record the patient's word, by whatever way it is written."""

    OTHER: Mapping[str, Any] = MappingProxyType({"scope": {"coding": [{"code": "treatment"}]}})
    NURSE = principal(Role.NURSE, scopes=Scopes.parse("user/*.cruds"))

    async def test_a_nurse_neither_writes_replaces_nor_deletes_one(self, node: Node) -> None:
        await node.put(patient(), care_consent())
        for write in (
            create(care_consent()),
            put(care_consent(identity="new")),
            put(care_consent() | {"status": "inactive"}),
            put(care_consent() | self.OTHER),
            Write("delete", "Consent", "c"),
        ):
            with pytest.raises(Forbidden, match="change-consent"):
                await node.gate.commit(self.NURSE, [write])
        assert (await node.gate.read(self.NURSE, "Consent", "c")).version == 1

    async def test_a_nurse_keeps_consents_of_other_kinds(self, node: Node) -> None:
        await node.put(patient())
        await node.gate.commit(self.NURSE, [put(care_consent(identity="o") | self.OTHER)])
        with pytest.raises(Forbidden, match="change-consent"):
            await node.gate.commit(self.NURSE, [put(care_consent(identity="o"))])
        await node.gate.commit(self.NURSE, [Write("delete", "Consent", "o")])
        with pytest.raises(NotFound):
            await node.gate.commit(self.NURSE, [Write("delete", "Consent", "never")])

    @pytest.mark.parametrize("who", [DOCTOR, PATIENT, OPERATOR], ids=lambda who: who.role)
    async def test_who_may_record_the_patients_word_writes_it(self, node: Node, who: Principal) -> None:
        await node.put(patient())
        (written,) = await node.gate.commit(who, [create(care_consent())])
        assert written.status == "created"

    @pytest.mark.parametrize(("minutes", "taken"), [(-60, True), (4, True), (6, False), (60 * 24 * 365, False)])
    async def test_one_stated_ahead_of_time_is_refused(self, node: Node, minutes: int, taken: bool) -> None:
        await node.put(patient())
        ahead = create(care_consent(stated=NOW + timedelta(minutes=minutes)))
        if taken:
            await node.gate.commit(PATIENT, [ahead])
            return
        with pytest.raises(Invalid) as refused:
            await node.gate.commit(PATIENT, [ahead])
        assert refused.value.issues[0].expression == ("Consent.dateTime",)


class TestByThePatient:
    async def test_the_own_consent_can_be_written(self, node: Node) -> None:
        await node.put(patient())
        (written,) = await node.gate.commit(PATIENT, [create(care_consent())])
        (again,) = await node.gate.commit(PATIENT, [put(care_consent(identity=written.id) | {"status": "inactive"})])
        assert (again.status, again.version) == ("updated", 2)

    async def test_nobody_elses_can_neither_in_content_nor_by_its_id(self, node: Node) -> None:
        await node.put(patient(), patient("8"), care_consent(patient_id="8", identity="of-8"))
        with pytest.raises(Invalid, match="refers to a Patient, which is not here"):
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
        with pytest.raises(Invalid, match="refers to a Patient, which is not here"):
            await node.gate.commit(launched, [create(observation("?", "8"))])


class TestTable:
    def test_what_is_not_in_it_is_forbidden(self) -> None:
        for role in Role:
            for interaction in Interaction:
                assert not permits(role, "UNHEARD", interaction, "Observation")
        assert not permits("visitor", "TREAT", Interaction.READ, "Observation")
        assert not permits("visitor", "TREAT", Interaction.READ, "Organization")

    def test_the_log_is_read_by_patients_and_stewards_and_written_by_nobody(self) -> None:
        may = {(r, i) for r in Role for i in Interaction if permits(r, r.purpose, i, "AuditEvent")}
        looking = {Interaction.READ, Interaction.SEARCH}
        assert {role for role, one in may if one in looking} == {Role.PATIENT, Role.STEWARD, Role.SYSTEM}
        assert {role for role, one in may if one is Interaction.CREATE} == set()
        assert not permits(Role.PATIENT, "TREAT", Interaction.SEARCH, "AuditEvent")

    def test_every_role_stands_in_it(self) -> None:
        assert set(TABLE) == set(Role)

    def test_researchers_count_and_nothing_else(self) -> None:
        allowed = {i for purpose in TABLE[Role.RESEARCHER].values() for i in purpose}
        assert allowed == {Interaction.COUNT}

    def test_nobody_opens_a_record_for_research(self) -> None:
        for role in Role:
            may = {i for i in Interaction if permits(role, "HRESCH", i, "Observation")}
            # Who runs the node takes out in bulk what patients permit.
            assert may <= ({Interaction.COUNT, Interaction.EXPORT} if role is Role.SYSTEM else {Interaction.COUNT})

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
    assert [list(page) for page in pages] == [["Patient"]]
    assert {msgspec.json.decode(body)["id"] for body in pages[0]["Patient"]} == {"7", "8"}
    (organizations,) = [page async for page in node.gate.export(OPERATOR, "Organization")]
    assert [msgspec.json.decode(body)["id"] for body in organizations["Organization"]] == ["o"]
    assert [page async for page in node.gate.export(OPERATOR, "Encounter")] == []
    for who in (DOCTOR, PATIENT, ADMINISTRATOR):
        with pytest.raises(Forbidden):
            [page async for page in node.gate.export(who, "Patient")]


async def test_a_load_is_logged_and_only_for_operators(node: Node) -> None:
    report = await node.gate.load(OPERATOR, [(put(patient()),), (put(observation("a", status="nonsense")),)])
    assert (report.created, len(report.refused)) == (1, 1)
    with pytest.raises(Forbidden):
        await node.gate.load(DOCTOR, [(put(patient()),)])
