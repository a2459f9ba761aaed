"""Reading through the gate: who sees what, and what the log is told."""

import msgspec
import pytest
from opened_gate import (
    ADMINISTRATOR,
    DOCTOR,
    NOBODY,
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
    withdrawal,
)

from verbund.errors import Forbidden, Gone, NotFound
from verbund.fhir import parse_search
from verbund.identity import Principal, Role, Scopes
from verbund.store import Stored


async def filled(node: Node) -> None:
    await node.put(patient(), observation("a"), condition("b"), organization("o"), withdrawal())
    await node.put(patient("8"), observation("x", "8", performer=[{"reference": "Organization/o"}]))


def ids(found: tuple[Stored, ...]) -> set[str]:
    return {f"{one.type}/{one.id}" for one in found}


class TestByStaff:
    @pytest.mark.parametrize("who", [DOCTOR, NURSE, OPERATOR], ids=lambda who: who.role)
    async def test_the_house_sees_its_patients_whatever_they_release_to_others(
        self, node: Node, who: Principal
    ) -> None:
        await filled(node)
        found = await node.gate.read(who, "Observation", "a")
        assert msgspec.json.decode(found.body)["subject"] == {"reference": "Patient/7"}
        last = (await node.events("7"))[-1].event
        assert (last.kind, last.action, last.permitted) == ("read", "R", True)
        assert last.agent.id == who.subject
        assert last.entities == ("Observation/a",)
        assert "Zugriff im eigenen Haus" in last.reason_de

    async def test_a_version_and_the_history_are_logged_as_well(self, node: Node) -> None:
        await filled(node)
        await node.put(observation("a", status="amended"))
        assert (await node.gate.vread(DOCTOR, "Observation", "a", 1)).version == 1
        page = await node.gate.history(DOCTOR, "Observation", "a", count=1)
        assert (len(page.versions), page.total) == (1, 2)
        assert [logged.event.kind for logged in (await node.events("7"))[-2:]] == ["read", "history"]

    async def test_what_is_not_there_is_not_found_and_the_attempt_is_logged(self, node: Node) -> None:
        for asked in (
            node.gate.read(DOCTOR, "Observation", "none"),
            node.gate.vread(DOCTOR, "Observation", "none", 1),
            node.gate.history(DOCTOR, "Observation", "none"),
        ):
            with pytest.raises(NotFound):
                await asked
        assert (await node.log.verify()).size == 3

    async def test_a_deleted_resource_is_gone(self, node: Node) -> None:
        await filled(node)
        from verbund.access import Write  # noqa: PLC0415 - one test needs it

        await node.gate.commit(DOCTOR, [Write("delete", "Observation", "a")])
        with pytest.raises(Gone):
            await node.gate.read(DOCTOR, "Observation", "a")


class TestSearch:
    async def test_each_patient_who_was_touched_finds_it_in_the_log_with_the_query(self, node: Node) -> None:
        await filled(node)
        query = parse_search("Observation", [("code", "http://loinc.org|718-7"), ("_total", "accurate")])
        page = await node.gate.search(DOCTOR, query)
        assert ids(page.matches) == {"Observation/a", "Observation/x"}
        assert page.total == 2
        for patient_id, name in (("7", "a"), ("8", "x")):
            last = (await node.events(patient_id))[-1].event
            assert (last.kind, last.query) == ("search", "Observation?code=http://loinc.org|718-7&_total=accurate")
            assert last.entities == (f"Observation/{name}",)

    async def test_a_search_that_finds_nobody_is_logged_too(self, node: Node) -> None:
        await node.gate.search(DOCTOR, parse_search("Observation", []))
        assert (await node.log.verify()).size == 1

    async def test_what_comes_along_has_to_be_in_the_scopes_too(self, node: Node) -> None:
        await filled(node)
        query = parse_search("Observation", [("_include", "Observation:performer"), ("_id", "x")])
        assert ids((await node.gate.search(DOCTOR, query)).included) == {"Organization/o"}
        narrow = principal(Role.PHYSICIAN, scopes=Scopes.parse("user/Observation.rs"))
        assert (await node.gate.search(narrow, query)).included == ()


class TestByThePatient:
    async def test_only_the_own_compartment_exists(self, node: Node) -> None:
        await filled(node)
        assert (await node.gate.read(PATIENT, "Observation", "a")).id == "a"
        for kind, name in (("Observation", "x"), ("Patient", "8"), ("Observation", "none")):
            with pytest.raises(NotFound) as hidden:
                await node.gate.read(PATIENT, kind, name)
            with pytest.raises(NotFound) as unknown:
                await node.gate.read(PATIENT, kind, "surely-not-there")
            assert type(hidden.value) is type(unknown.value)
            assert hidden.value.text.replace(name, "?") == unknown.value.text.replace("surely-not-there", "?")

    async def test_pages_totals_and_what_comes_along_count_nobody_else(self, node: Node) -> None:
        await filled(node)
        page = await node.gate.search(PATIENT, parse_search("Observation", [("_total", "accurate")]))
        assert (ids(page.matches), page.total, page.next_cursor) == ({"Observation/a"}, 1, None)
        query = parse_search("Patient", [("_revinclude", "Observation:subject")])
        page = await node.gate.search(PATIENT, query)
        assert ids(page.matches) | ids(page.included) == {"Patient/7", "Observation/a"}

    async def test_houses_and_people_are_no_secret(self, node: Node) -> None:
        await filled(node)
        assert (await node.gate.read(PATIENT, "Organization", "o")).id == "o"

    async def test_a_patient_without_a_record_here_sees_nothing(self, node: Node) -> None:
        await filled(node)
        nobody = principal(Role.PATIENT, patient_id=None)
        with pytest.raises(NotFound):
            await node.gate.read(nobody, "Patient", "7")
        assert (await node.gate.search(nobody, parse_search("Patient", []))).matches == ()


class TestRecord:
    async def test_the_house_opens_the_whole_record(self, node: Node) -> None:
        await filled(node)
        record = await node.gate.record(DOCTOR, "7")
        assert ids(record.resources) == {"Patient/7", "Observation/a", "Condition/b", "Consent/c"}
        assert record.decision.permitted
        last = (await node.events("7"))[-1].event
        assert (last.kind, last.detail["items"]) == ("record", "4")

    async def test_the_patient_opens_the_own_and_no_other(self, node: Node) -> None:
        await filled(node)
        assert len((await node.gate.record(PATIENT, "7")).resources) == 4
        with pytest.raises(NotFound):
            await node.gate.record(OTHER_PATIENT, "7")
        with pytest.raises(NotFound):
            await node.gate.record(DOCTOR, "none")
        assert all(logged.event.permitted for logged in await node.events("7"))

    async def test_types_outside_of_the_scopes_are_left_out(self, node: Node) -> None:
        await filled(node)
        narrow = principal(Role.PHYSICIAN, scopes=Scopes.parse("user/Patient.r user/Condition.r"))
        assert ids((await node.gate.record(narrow, "7")).resources) == {"Patient/7", "Condition/b"}

    async def test_a_token_for_one_patient_opens_that_patient_only(self, node: Node) -> None:
        await filled(node)
        launched = principal(Role.PHYSICIAN, patient_id="7", scopes=Scopes.parse("patient/*.rs"))
        assert len((await node.gate.record(launched, "7")).resources) == 4
        with pytest.raises(NotFound):
            await node.gate.record(launched, "8")


class TestForbidden:
    @pytest.mark.parametrize(
        "who",
        [NOBODY, RESEARCHER, STEWARD, ADMINISTRATOR,
         principal(Role.PHYSICIAN, "HRESCH"), principal(Role.SYSTEM, "HRESCH"),
         principal(Role.PATIENT, "TREAT", "7"), principal(Role.PHYSICIAN, "NONSENSE"),
         principal(Role.PHYSICIAN, organisation="praxis")],
        ids=["no scopes", "researcher", "steward", "administrator", "physician for research", "system for research",
             "patient for treatment", "no purpose", "other house"],
    )  # fmt: skip
    async def test_what_the_table_does_not_permit_is_refused_and_logged(self, node: Node, who: Principal) -> None:
        await filled(node)
        size = (await node.log.verify()).size
        for asked in (
            node.gate.read(who, "Observation", "a"),
            node.gate.vread(who, "Observation", "a", 1),
            node.gate.history(who, "Observation", "a"),
            node.gate.search(who, parse_search("Observation", [])),
            node.gate.record(who, "7"),
        ):
            with pytest.raises(Forbidden):
                await asked
        assert (await node.log.verify()).size == size + 5

    async def test_a_steward_sees_consents_and_nothing_that_comes_along(self, node: Node) -> None:
        await filled(node)
        await node.put(care_consent(identity="d"))
        page = await node.gate.search(STEWARD, parse_search("Consent", [("_include", "Consent:patient")]))
        assert ids(page.matches) == {"Consent/c", "Consent/d"}
        assert page.included == ()

    async def test_an_administrator_sees_the_directory(self, node: Node) -> None:
        await filled(node)
        assert (await node.gate.read(ADMINISTRATOR, "Organization", "o")).id == "o"
