"""What other houses get, and how the patient governs it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from opened_gate import (
    DOCTOR,
    HERE,
    NOW,
    OPERATOR,
    OTHER_PATIENT,
    PATIENT,
    RESEARCHER,
    STEWARD,
    Node,
    asker,
    care_consent,
    condition,
    observation,
    opened,
    patient,
    principal,
    withdrawal,
)

from verbund.access import Release, Write
from verbund.consent import ActorRef, CareConsent, DataCategory, Provision, Purpose, from_fhir, to_fhir
from verbund.database import Database
from verbund.errors import Forbidden, Incorrect, Invalid, NotFound, Outdated, Unavailable
from verbund.identity import Role

WEBER = asker()
PARAMEDIC = asker("rettungsdienst", "paramedic", "rescue-service", "Rettungsdienst")
NO_LABORATORY = Provision(permit=False, categories=DataCategory.LABORATORY)


async def filled(node: Node, *consents: dict[str, Any]) -> None:
    hiv = {"code": {"coding": [{"system": "http://loinc.org", "code": "25836-8"}]}}
    await node.put(patient(), observation("a"), observation("h", **hiv), condition("b"), *consents)
    await node.put(patient("8"), observation("x", "8"))


def ids(release: Release) -> set[str]:
    return {f"{one.type}/{one.id}" for one in release.items}


class TestRelease:
    async def test_without_a_consent_nothing_goes_out(self, node: Node) -> None:
        await filled(node)
        release = await node.gate.release(WEBER, "TREAT", ["7"])
        assert (release.state, release.items, release.withheld) == ("refused", (), release.decision.withheld)
        last = (await node.events("7"))[-1].event
        assert (last.kind, last.permitted, last.agent.organisation) == ("release", False, "praxis")
        assert last.reason_de == "Keine gültige Einwilligung erlaubt Praxis Dr. Weber den Zugriff (Zweck: Behandlung)."

    async def test_what_the_patient_permits_goes_out_but_not_the_consents_themselves(self, node: Node) -> None:
        await filled(node, care_consent())
        release = await node.gate.release(WEBER, "TREAT", ["7"])
        assert release.state == "released"
        assert ids(release) == {"Patient/7", "Observation/a", "Observation/h", "Condition/b"}
        last = (await node.events("7"))[-1].event
        assert last.provision == "Consent/c#Consent.provision.provision[0]"
        assert last.detail == {"items": "4", "withheld": ""}
        assert set(last.entities) == ids(release)

    async def test_what_the_patient_withholds_stays_and_the_sentence_says_that_it_was_limited(self, node: Node) -> None:
        await filled(node, care_consent(NO_LABORATORY))
        release = await node.gate.release(WEBER, "TREAT", ["7"])
        assert release.state == "limited"
        assert release.withheld == DataCategory.LABORATORY
        assert ids(release) == {"Patient/7", "Condition/b"}
        assert "eingeschränkt; zurückgehalten: Laborwerte" in release.decision.reason.de

    async def test_a_sensitive_result_needs_all_its_kinds_released(self, node: Node) -> None:
        await filled(node, care_consent(Provision(permit=False, categories=DataCategory.HIV)))
        assert ids(await node.gate.release(WEBER, "TREAT", ["7"])) == {"Patient/7", "Observation/a", "Condition/b"}

    async def test_another_house_purpose_or_role_gets_nothing(self, node: Node) -> None:
        await filled(node, care_consent())
        for remote, purpose in (
            (asker("reha", kind="rehabilitation"), "TREAT"),
            (WEBER, "COVERAGE"),
            (WEBER, "HRESCH"),
            (asker(role="administrator"), "TREAT"),
            (asker(role="system"), "HOPERAT"),
        ):
            assert not (await node.gate.release(remote, purpose, ["7"])).items

    async def test_nobody_becomes_staff_of_this_house_by_saying_so(self, node: Node) -> None:
        await filled(node, care_consent())
        with pytest.raises(Forbidden):
            await node.gate.release(asker(HERE), "TREAT", ["7"])

    async def test_a_person_of_the_other_house_is_logged_under_the_house_that_signed(self, node: Node) -> None:
        await filled(node, care_consent())
        pretending = replace(WEBER, person=msgspec.structs.replace(WEBER.person, organisation=HERE))
        await node.gate.release(pretending, "TREAT", ["7"])
        assert (await node.events("7"))[-1].event.agent.organisation == "praxis"

    async def test_nothing_known_is_empty_and_a_permit_without_data_too(self, node: Node) -> None:
        await node.put(patient("9"))
        assert (await node.gate.release(WEBER, "TREAT", [])).state == "empty"
        await node.put(care_consent(patient_id="10"))
        assert (await node.gate.release(WEBER, "TREAT", ["10"])).state == "empty"

    async def test_several_records_of_one_person_are_decided_one_by_one(self, node: Node) -> None:
        await filled(node, care_consent())
        release = await node.gate.release(WEBER, "TREAT", ["7", "8"])
        assert "Observation/x" not in ids(release)
        assert "Observation/a" in ids(release)
        assert release.state == "refused", "the narrowest decision is told"

    async def test_an_unknown_purpose_is_refused(self, node: Node) -> None:
        with pytest.raises(Incorrect):
            await node.gate.release(WEBER, "FUN", ["7"])


class TestEmergency:
    async def test_a_stated_reason_opens_the_record_against_a_withdrawal_and_is_marked(self, node: Node) -> None:
        await filled(node, withdrawal())
        release = await node.gate.release(PARAMEDIC, "ETREAT", ["7"], "Bewusstlos")
        assert len(release.items) == 4
        last = (await node.events("7"))[-1].event
        assert (last.kind, last.stated_reason, last.purpose) == ("emergency", "Bewusstlos", "ETREAT")
        assert last.reason_de.endswith("Bewusstlos")

    async def test_without_a_reason_or_where_the_region_forbids_it_it_stays_closed(self, database: Database) -> None:
        strict = await opened(database, emergency_allowed=False)
        await filled(strict, withdrawal())
        for reason in (None, "Bewusstlos"):
            assert (await strict.gate.release(PARAMEDIC, "ETREAT", ["7"], reason)).state == "refused"
        await strict.close()


class TestThePatientElsewhere:
    """A patient who is signed in at another house asks for the own record and its log here."""

    async def test_the_own_record_is_not_passed_on_and_asking_claims_nobody(self, node: Node) -> None:
        await filled(node, care_consent())
        for role in ("patient", "physician", "system"):
            release = await node.gate.release(asker("reha", role), "PATRQT", ["7"])
            assert (release.state, release.items) == ("refused", ())
            assert "nicht weitergegeben" in release.decision.reason.de
        await node.gate.apply_remote_consent("praxis", ["7"], msgspec.json.encode(care_consent()))

    async def test_the_log_of_accesses_too(self, node: Node) -> None:
        await filled(node)
        await node.gate.read(DOCTOR, "Observation", "a")
        remote = principal(Role.PATIENT, patient_id="7", organisation="praxis")
        page = await node.gate.accesses(remote, "7", 2)
        assert [logged.event.kind for logged in page.items] == ["consent", "read"]
        for who in (
            principal(Role.PATIENT, patient_id="7", organisation="reha"),
            principal(Role.PHYSICIAN, organisation="praxis"),
            principal(Role.PATIENT, "TREAT", "7", organisation="praxis"),
        ):
            with pytest.raises(Forbidden):
                await node.gate.accesses(who, "7")
        with pytest.raises(NotFound):
            await node.gate.accesses(replace(remote, patient_id="8"), "7")

    async def test_the_first_house_that_says_so_is_the_patients_and_the_log_has_it(self, node: Node) -> None:
        await filled(node)
        remote = principal(Role.PATIENT, patient_id="7", organisation="reha")
        with pytest.raises(NotFound):
            await node.gate.accesses(replace(remote, patient_id="8"), "7")
        for _ in range(2):
            await node.gate.accesses(remote, "7", 5)
        claims = [one.event for one in await node.events("7") if "signs in there" in one.event.reason_en]
        assert [(one.kind, one.agent.organisation) for one in claims] == [("consent", "reha")]
        with pytest.raises(Forbidden):
            await node.gate.apply_remote_consent("praxis", ["7"], msgspec.json.encode(care_consent()))
        await node.gate.apply_remote_consent("praxis", ["8"], msgspec.json.encode(care_consent(patient_id="8")))
        claims = [one.event for one in await node.events("8") if "signs in there" in one.event.reason_en]
        assert [one.agent.organisation for one in claims] == ["praxis"]

    async def test_a_false_claim_does_not_lock_the_patient_out_of_the_own_house(self, node: Node) -> None:
        await filled(node, care_consent())
        await node.gate.accesses(principal(Role.PATIENT, patient_id="7", organisation="reha"), "7")
        await node.gate.change_consent(PATIENT, "7", withdrawal())
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"

    @pytest.mark.parametrize("kind", ["hub", "", "unheard"])
    async def test_the_hub_and_unknown_kinds_of_house_get_and_decide_nothing(self, node: Node, kind: str) -> None:
        everything = to_fhir(CareConsent("c", "7", NOW - timedelta(days=1), Provision(permit=True)))
        await filled(node, everything)
        for purpose, reason in (("TREAT", None), ("ETREAT", "Bewusstlos aufgefunden")):
            assert (await node.gate.release(asker("x", kind=kind), purpose, ["7"], reason)).state == "refused"
        with pytest.raises(Forbidden):
            await node.gate.accesses(principal(Role.PATIENT, patient_id="7", organisation="x"), "7", kind=kind)
        with pytest.raises(Forbidden):
            await node.gate.apply_remote_consent("x", ["7"], msgspec.json.encode(care_consent()), kind=kind)
        assert not [one for one in await node.events("7") if "signs in there" in one.event.reason_en]


class TestAccesses:
    async def test_the_patient_sees_who_looked_and_that_is_logged_as_well(self, node: Node) -> None:
        await filled(node)
        await node.gate.read(DOCTOR, "Observation", "a")
        first = await node.gate.accesses(PATIENT, "7", 1)
        assert [logged.event.agent.id for logged in first.items] == [DOCTOR.subject]
        assert first.before is not None
        assert [one.event.kind for one in (await node.gate.accesses(PATIENT, "7", 1)).items] == ["access-log"]

    async def test_nobody_else_does(self, node: Node) -> None:
        await filled(node)
        with pytest.raises(NotFound):
            await node.gate.accesses(OTHER_PATIENT, "7")
        for who in (DOCTOR, RESEARCHER, STEWARD):
            with pytest.raises(Forbidden):
                await node.gate.accesses(who, "7")


class TestChanging:
    async def test_the_patients_decision_governs_the_next_release(self, node: Node) -> None:
        await filled(node, care_consent())
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "released"
        written = await node.gate.change_consent(PATIENT, "7", care_consent(NO_LABORATORY))
        assert written.version == 1
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "limited"
        await node.gate.change_consent(PATIENT, "7", withdrawal(), if_version=1)
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"
        kept = await node.gate.consents_of(PATIENT, "7")
        assert {one.version for one in kept} == {1, 2}
        changes = [one.event for one in await node.events("7") if one.event.reason_en == "The release was changed."]
        assert [one.kind for one in changes] == ["consent", "consent"]

    async def test_time_house_and_patient_are_those_of_the_act_whatever_is_sent(self, node: Node) -> None:
        await filled(node)
        forged = care_consent(patient_id="8", stated=NOW + timedelta(days=9)) | {"organization": [{"display": "x"}]}
        written = await node.gate.change_consent(PATIENT, "7", msgspec.json.encode(forged))
        kept = msgspec.json.decode(written.body)
        assert from_fhir(kept).stated == NOW
        assert kept["patient"] == {"reference": "Patient/7"}
        assert kept["organization"][0]["identifier"]["value"] == HERE

    async def test_only_the_patient_and_who_records_the_patients_word(self, node: Node) -> None:
        await filled(node)
        await node.gate.change_consent(DOCTOR, "7", care_consent())
        with pytest.raises(NotFound):
            await node.gate.change_consent(OTHER_PATIENT, "7", care_consent())
        with pytest.raises(NotFound):
            await node.gate.change_consent(DOCTOR, "none", care_consent())
        for who in (RESEARCHER, STEWARD):
            with pytest.raises(Forbidden):
                await node.gate.change_consent(who, "7", care_consent())

    async def test_a_version_that_is_not_the_present_one_is_outdated(self, node: Node) -> None:
        await filled(node)
        await node.gate.change_consent(PATIENT, "7", care_consent())
        await node.gate.change_consent(PATIENT, "7", withdrawal())
        with pytest.raises(Outdated):
            await node.gate.change_consent(PATIENT, "7", care_consent(), if_version=1)

    async def test_what_cannot_be_honoured_is_refused_with_the_place(self, node: Node) -> None:
        await filled(node)
        bad = care_consent()
        bad["provision"]["provision"][0]["dataPeriod"] = {"start": "2020"}
        with pytest.raises(Invalid) as refused:
            await node.gate.change_consent(PATIENT, "7", bad)
        assert refused.value.issues[0].expression == ("Consent.provision.provision[0].dataPeriod",)
        with pytest.raises(Invalid):
            await node.gate.commit(OPERATOR, [Write("create", "Consent", raw=msgspec.json.encode(bad))])
        with pytest.raises(Invalid, match="patient-privacy"):
            await node.gate.change_consent(
                PATIENT, "7", {**care_consent(), "scope": {"coding": [{"code": "research"}]}}
            )

    async def test_what_was_loaded_with_a_time_ahead_does_not_revive_after_a_withdrawal(self, node: Node) -> None:
        ahead = care_consent(stated=NOW + timedelta(days=9))
        loaded = [patient(), observation("a"), ahead]
        units = [(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in loaded]
        assert not (await node.gate.load(OPERATOR, units)).refused
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "released", "it counts from when it came"
        node.clock.later(hours=1)
        await node.gate.change_consent(PATIENT, "7", withdrawal())
        for days in (0, 10):
            node.clock.later(days=days)
            assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"

    async def test_a_decision_brought_with_a_time_ahead_does_not_keep_a_later_one_out(self, node: Node) -> None:
        await filled(node)
        ahead = care_consent(stated=NOW + timedelta(days=9))
        await node.gate.apply_remote_consent("praxis", ["7"], msgspec.json.encode(ahead))
        node.clock.later(hours=1)
        sent = msgspec.json.encode(withdrawal(stated=NOW + timedelta(hours=1)))
        await node.gate.apply_remote_consent("praxis", ["7"], sent)
        node.clock.later(days=10)
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"

    async def test_what_was_loaded_and_cannot_be_honoured_denies(self, node: Node) -> None:
        bad = care_consent(stated=NOW) | {"id": "bad"}
        bad["provision"]["provision"][0]["dataPeriod"] = {"start": "2020"}
        loaded = [patient(), observation("a"), care_consent(), bad]
        units = [(Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in loaded]
        report = await node.gate.load(OPERATOR, units)
        assert (report.created, report.refused) == (4, ())
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"


class TestFromTheHomeHouse:
    async def test_a_decision_that_was_sent_governs_here(self, node: Node) -> None:
        await filled(node, care_consent(stated=NOW - timedelta(days=9)))
        await node.gate.apply_remote_consent("praxis", ["7"], msgspec.json.encode(withdrawal(patient_id="p-42")))
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"
        last = [one.event for one in await node.events("7") if one.event.kind == "consent"][-1]
        assert last.agent.organisation == "praxis"
        assert "überbracht" in last.reason_de

    async def test_an_older_one_that_arrives_late_or_twice_changes_nothing(self, node: Node) -> None:
        await filled(node)
        permit = msgspec.json.encode(care_consent(stated=NOW - timedelta(hours=2)))
        refuse = msgspec.json.encode(withdrawal(stated=NOW - timedelta(hours=1)))
        for sent in (refuse, permit, refuse, permit):
            await node.gate.apply_remote_consent("praxis", ["7"], sent)
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"
        again = msgspec.json.encode(care_consent(stated=NOW))
        await node.gate.apply_remote_consent("praxis", ["7"], again)
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "released"

    async def test_of_two_deliveries_at_once_the_later_decision_stands(self, node: Node) -> None:
        await filled(node)
        permit = msgspec.json.encode(care_consent(stated=NOW - timedelta(hours=2)))
        refuse = msgspec.json.encode(withdrawal(stated=NOW - timedelta(hours=1)))
        sent = [node.gate.apply_remote_consent("praxis", ["7"], one) for one in (refuse, permit)]
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        for one, outcome in zip((refuse, permit), outcomes, strict=True):
            if isinstance(outcome, Unavailable):
                await node.gate.apply_remote_consent("praxis", ["7"], one)
            else:
                assert outcome is None
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "refused"

    async def test_only_the_house_where_the_patient_signs_in_may_send(self, node: Node) -> None:
        await filled(node)
        sent = msgspec.json.encode(care_consent())
        await node.gate.apply_remote_consent("praxis", ["7"], sent)
        with pytest.raises(Forbidden):
            await node.gate.apply_remote_consent("reha", ["7"], msgspec.json.encode(withdrawal()))
        assert (await node.gate.release(WEBER, "TREAT", ["7"])).state == "released"
        await node.gate.change_consent(principal(Role.PATIENT, patient_id="8"), "8", care_consent())
        with pytest.raises(Forbidden):
            await node.gate.apply_remote_consent("praxis", ["8"], sent)


class TestExplaining:
    ACTOR = ActorRef("weber", "physician", "praxis", "practice", "Praxis Dr. Weber")

    async def test_the_decision_is_told_instead_of_applied(self, node: Node) -> None:
        await filled(node, care_consent())
        decision = await node.gate.explain(OPERATOR, self.ACTOR, "7", Purpose.TREAT)
        assert decision.permitted
        assert decision.provision == "Consent/c#Consent.provision.provision[0]"
        before = await node.gate.explain(OPERATOR, self.ACTOR, "7", Purpose.TREAT, at=NOW - timedelta(days=30))
        assert not before.permitted
        assert (await node.events("7"))[-1].event.kind == "decision"

    async def test_the_patient_may_ask_about_the_own_record_only(self, node: Node) -> None:
        await filled(node, care_consent())
        assert (await node.gate.explain(PATIENT, self.ACTOR, "7", Purpose.TREAT)).permitted
        for who, patient_id in ((OTHER_PATIENT, "7"), (OPERATOR, "none")):
            with pytest.raises(NotFound):
                await node.gate.explain(who, self.ACTOR, patient_id, Purpose.TREAT)

    async def test_research_is_explained_as_well(self, node: Node) -> None:
        await filled(node)
        permission = await node.gate.explain_research(OPERATOR, "7")
        assert not permission.permitted
        assert "no consent to research" in permission.reason.en
