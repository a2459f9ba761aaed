"""What a resource says of who treats whom and who belongs where: what counts of each kind of resource, until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from verbund.access.relations import OPEN_REFERRAL, TYPES, Kind, Step, parts_of, relations_of
from verbund.fhir import decode
from verbund.fhir.dates import EARLIEST, LATEST

Json = dict[str, Any]
KNOWN = datetime(2026, 5, 4, 12, tzinfo=UTC)
# The 1st and the 9th of May 2026 in Germany, to their last moment.
FIRST, NINTH = datetime(2026, 5, 1, 22, tzinfo=UTC), datetime(2026, 5, 9, 22, tzinfo=UTC)
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
WEBER, KLOSE, WARD, HOUSE = "Practitioner/weber", "PractitionerRole/klose", "Location/ward", "Organization/house"


def ref(text: str) -> Json:
    return {"reference": text}


SEVEN = ref("Patient/7")


def told(resource: Json) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Patient and party with the kind of the relation and its end; all relations begin with time itself."""
    found = relations_of(decode(msgspec.json.encode(resource)), KNOWN)
    assert all(one.since == EARLIEST for one in found)
    assert len({(one.patient, one.party) for one in found}) == len(found)
    return {(one.patient, one.party): (one.kind.name, one.until) for one in found}


def parts(resource: Json) -> set[tuple[str, str, str, datetime, datetime]]:
    return {
        (one.part, one.whole, one.step.name, one.since, one.until)
        for one in parts_of(decode(msgspec.json.encode(resource)))
    }


def encounter(**more: object) -> Json:
    basic = {"resourceType": "Encounter", "id": "e", "status": "in-progress", "class": {"code": "IMP"}}
    return {**basic, "subject": SEVEN, "participant": [{"individual": ref(WEBER)}], **more}


def team(**more: object) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "subject": SEVEN,
        "participant": [{"member": ref(WEBER)}],
        **more,
    }


def episode(**more: object) -> Json:
    basic = {"resourceType": "EpisodeOfCare", "id": "e", "status": "active", "patient": SEVEN}
    return {**basic, "careManager": ref(WEBER), **more}


def order(**more: object) -> Json:
    basic = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order"}
    return {**basic, "subject": SEVEN, "performer": [ref(WEBER)], **more}


def task(**more: object) -> Json:
    basic = {"resourceType": "Task", "id": "t", "status": "accepted", "intent": "order"}
    return {**basic, "for": SEVEN, "owner": ref(WEBER), **more}


def appointment(*others: Json, **more: object) -> Json:
    coming = [{"actor": SEVEN, "status": "accepted"}, {"actor": ref(WEBER), "status": "accepted"}, *others]
    return {"resourceType": "Appointment", "id": "a", "status": "booked", "participant": coming, **more}


def person(**more: object) -> Json:
    return {"resourceType": "Patient", "id": "7", "generalPractitioner": [ref(WEBER)], **more}


MADE = {
    "ENCOUNTER": (encounter, {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "unknown"}),
    "CARE_TEAM": (team, {"active"}),
    "EPISODE": (episode, {"planned", "waitlist", "active", "onhold", "finished"}),
    "REFERRAL": (order, {"active", "on-hold", "completed"}),
    "APPOINTMENT": (
        appointment,
        {"proposed", "pending", "booked", "arrived", "fulfilled", "checked-in", "waitlist"},
    ),
}
STATUS = {
    "ENCOUNTER": {"cancelled", "entered-in-error"},
    "CARE_TEAM": {"proposed", "suspended", "inactive", "entered-in-error"},
    "EPISODE": {"cancelled", "entered-in-error"},
    "REFERRAL": {"draft", "revoked", "entered-in-error", "unknown"},
    "APPOINTMENT": {"cancelled", "noshow", "entered-in-error"},
}


@pytest.mark.parametrize("kind", MADE)
def test_what_is_cancelled_or_was_a_mistake_treats_nobody(kind: str) -> None:
    make, counts = MADE[kind]
    for status in counts:
        assert {pair: how for pair, (how, _) in told(make(status=status)).items()} == {("7", WEBER): kind}, status
    for status in STATUS[kind]:
        assert told(make(status=status)) == {}, status


def test_what_says_for_a_reason_that_it_has_no_status_treats_nobody() -> None:
    unknown = {"_status": {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}}
    for make in (encounter, episode, appointment, order, task):
        without = {name: part for name, part in make().items() if name != "status"}
        assert told(without | unknown) == {}


def test_a_task_counts_while_somebody_is_at_it_or_has_done_it() -> None:
    counts = {"requested", "received", "accepted", "ready", "in-progress", "on-hold", "completed"}
    for status in counts:
        assert {pair: how for pair, (how, _) in told(task(status=status)).items()} == {("7", WEBER): "REFERRAL"}
    for status in ("draft", "rejected", "cancelled", "failed", "entered-in-error"):
        assert told(task(status=status)) == {}


@pytest.mark.parametrize("intent", ["proposal", "plan", "option"])
def test_what_is_only_thought_of_refers_nobody(intent: str) -> None:
    assert told(order(intent=intent)) == {}


def test_a_family_doctor_and_the_part_of_the_house_that_keeps_the_record_go_on() -> None:
    told_of = told(person(managingOrganization=ref(HOUSE)))
    assert told_of == {("7", WEBER): ("FAMILY_DOCTOR", LATEST), ("7", HOUSE): ("FAMILY_DOCTOR", LATEST)}


@pytest.mark.parametrize("nobody", [{"display": "unbekannt"}, ref("Group/7"), ref("https://other.example/Patient/7")])
def test_without_a_patient_of_this_house_nobody_is_treated(nobody: Json) -> None:
    for made in (encounter(subject=nobody), team(subject=nobody), order(subject=nobody), episode(patient=nobody)):
        assert told(made) == {}
    assert told(task(**{"for": nobody})) == {}
    for made in (encounter(), team(), task()):
        assert told({name: part for name, part in made.items() if name not in {"subject", "for"}}) == {}


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        (ref(WEBER), {WEBER}),
        (ref(f"{WEBER}/_history/3"), {WEBER}),
        ({"identifier": {"system": "urn:lanr", "value": "1"}}, {"urn:lanr|1"}),
        ({"reference": WEBER, "identifier": {"system": "urn:lanr", "value": "1"}}, {WEBER, "urn:lanr|1"}),
        ({"identifier": {"value": "1"}}, set()),
        ({"identifier": {"system": "urn:lanr"}}, set()),
        (ref("#inside"), set()),
        (ref("#inside/weber"), set()),
        (ref("urn:uuid:1"), set()),
        ({"display": "Dr. Weber"}, set()),
    ],
)
def test_somebody_is_named_by_address_or_identifier(reference: Json, names: set[str]) -> None:
    found = told(encounter(participant=[{"individual": reference}]))
    assert {party for _, party in found} == names


class TestWhoTakesPart:
    def test_in_a_stay_people_places_and_the_department_each_until_they_leave(self) -> None:
        found = told(
            encounter(
                participant=[
                    {"individual": ref(WEBER), "period": {"end": "2026-05-01"}},
                    {"individual": ref(KLOSE)},
                    {"type": [{"text": "nobody"}]},
                ],
                location=[{"location": ref(WARD), "period": {"end": "2026-05-01"}}, {"location": ref("Location/b")}],
                serviceProvider=ref(HOUSE),
                period={"start": "2026-04-01", "end": "2026-05-09"},
            )
        )
        assert found == {
            ("7", WEBER): ("ENCOUNTER", FIRST),
            ("7", KLOSE): ("ENCOUNTER", NINTH),
            ("7", WARD): ("ENCOUNTER", FIRST),
            ("7", "Location/b"): ("ENCOUNTER", NINTH),
            ("7", HOUSE): ("ENCOUNTER", NINTH),
        }

    def test_in_a_team_its_members(self) -> None:
        members = [{"member": ref(WEBER), "period": {"end": "2026-05-01"}}, {"member": ref(KLOSE)}]
        found = told(team(participant=members, period={"end": "2026-05-09"}))
        assert found == {("7", WEBER): ("CARE_TEAM", FIRST), ("7", KLOSE): ("CARE_TEAM", NINTH)}
        assert told({name: part for name, part in team().items() if name != "status"}) == {
            ("7", WEBER): ("CARE_TEAM", LATEST)
        }

    def test_in_an_episode_who_manages_it(self) -> None:
        found = told(episode(managingOrganization=ref(HOUSE), period={"end": "2026-05-09"}))
        assert found == {("7", WEBER): ("EPISODE", NINTH), ("7", HOUSE): ("EPISODE", NINTH)}

    def test_in_an_order_who_asked_who_is_asked_and_where(self) -> None:
        found = told(order(requester=ref(KLOSE), locationReference=[ref(WARD)]))
        assert {party for _, party in found} == {WEBER, KLOSE, WARD}
        assert {party for _, party in told(task(requester=ref(KLOSE)))} == {WEBER, KLOSE}

    def test_in_an_appointment_all_who_come(self) -> None:
        found = told(
            appointment(
                {"actor": ref(WARD), "status": "accepted", "period": {"end": "2026-05-01"}},
                {"actor": ref(KLOSE), "status": "declined"},
                {"actor": ref("Patient/8"), "status": "tentative"},
                {"actor": ref("Patient/9"), "status": "declined"},
                {"type": [{"text": "a room"}], "status": "accepted"},
                start="2026-05-09T10:00:00Z",
                end="2026-05-09T10:30:00Z",
            )
        )
        over = datetime(2026, 5, 9, 10, 30, 1, tzinfo=UTC)
        assert found == {
            ("7", WEBER): ("APPOINTMENT", over),
            ("7", WARD): ("APPOINTMENT", FIRST),
            ("8", WEBER): ("APPOINTMENT", over),
            ("8", WARD): ("APPOINTMENT", FIRST),
        }


def ends(resource: Json) -> datetime:
    ((_, until),) = told(resource).values()
    return until


class TestWhenItEnds:
    @pytest.mark.parametrize("make", [encounter, episode])
    def test_a_stay_that_is_over_ends_when_that_was_known_unless_it_says_when(self, make: Any) -> None:
        assert ends(make()) == LATEST
        assert ends(make(status="finished")) == KNOWN
        assert ends(make(status="finished", period={"start": "2026-04-01"})) == KNOWN
        assert ends(make(status="finished", period={"end": "2026-05-09"})) == NINTH
        assert ends(make(period={"end": "2026-05-09"})) == NINTH

    def test_an_order_that_nobody_closed_ends_after_a_quarter(self) -> None:
        assert timedelta(days=92) == OPEN_REFERRAL
        for make in (order, task):
            assert ends(make()) == KNOWN + OPEN_REFERRAL
            assert ends(make(authoredOn="2026-05-01T10:00:00Z")) == datetime(2026, 8, 1, 10, tzinfo=UTC)
            assert ends(make(status="completed", authoredOn="2026-05-01")) == KNOWN
            assert ends(make(status="completed", authoredOn="2024-01-01")) < KNOWN - timedelta(days=365)
            assert ends(make(authoredOn="9999-12-01")) == LATEST

    def test_an_order_for_later_lasts_until_then(self) -> None:
        december = datetime(2026, 12, 1, 23, tzinfo=UTC)
        assert ends(order(occurrenceDateTime="2026-12-01")) == december
        assert ends(order(occurrencePeriod={"end": "2026-12-01"})) == december
        assert ends(task(restriction={"period": {"end": "2026-12-01"}})) == december
        for open_ended in ({"start": "2026-05-01"}, {"end": "2026-05-05"}):
            assert ends(order(occurrencePeriod=open_ended)) == KNOWN + OPEN_REFERRAL
            assert ends(task(restriction={"period": open_ended})) == KNOWN + OPEN_REFERRAL
        assert ends(order(occurrenceDateTime="2026-05-05")) == KNOWN + OPEN_REFERRAL
        assert ends(task(restriction={"repetitions": 1})) == KNOWN + OPEN_REFERRAL
        assert ends(order(status="completed", occurrenceDateTime="2026-12-01")) == KNOWN

    def test_an_appointment_ends_as_it_says_or_begins_or_after_a_quarter(self) -> None:
        start = {"start": "2026-05-09T10:00:00Z"}
        assert ends(appointment(**start, end="2026-05-09T11:00:00Z")) == datetime(2026, 5, 9, 11, 0, 1, tzinfo=UTC)
        assert ends(appointment(**start)) == datetime(2026, 5, 9, 10, 0, 1, tzinfo=UTC)
        assert ends(appointment()) == KNOWN + OPEN_REFERRAL


ALWAYS = (EARLIEST, LATEST)


class TestWhoBelongsWhere:
    def test_an_identifier_is_another_name_both_ways(self) -> None:
        found = parts(
            {
                "resourceType": "Practitioner",
                "id": "weber",
                "identifier": [{"system": "urn:lanr", "value": "1"}, {"value": "2"}, {"system": "urn:lanr"}],
            }
        )
        assert found == {(WEBER, "urn:lanr|1", "NAME", *ALWAYS), ("urn:lanr|1", WEBER, "NAME", *ALWAYS)}

    def test_a_role_joins_a_person_with_a_place_and_is_employed_by_a_house(self) -> None:
        role = {
            "resourceType": "PractitionerRole",
            "id": "klose",
            "practitioner": ref(WEBER),
            "organization": ref(HOUSE),
            "location": [ref(WARD)],
            "healthcareService": [ref("HealthcareService/s")],
        }
        expected = {
            (KLOSE, WEBER, "MEMBER"),
            (HOUSE, KLOSE, "EMPLOYED"),
            (WARD, KLOSE, "MEMBER"),
            ("HealthcareService/s", KLOSE, "MEMBER"),
        }
        assert parts(role) == {(*one, *ALWAYS) for one in expected}
        since = datetime(2026, 4, 30, 22, tzinfo=UTC)
        lasting = {**role, "period": {"start": "2026-05-01", "end": "2026-05-09"}}
        assert parts(lasting) == {(*one, since, NINTH) for one in expected}

    def test_a_place_is_part_of_a_place_and_belongs_to_a_house(self) -> None:
        place = {"resourceType": "Location", "id": "bed", "partOf": ref(WARD), "managingOrganization": ref(HOUSE)}
        assert parts(place) == {
            ("Location/bed", WARD, "PART", *ALWAYS),
            ("Location/bed", HOUSE, "MEMBER", *ALWAYS),
        }

    def test_a_department_is_part_of_a_house_and_a_service_is_provided_by_it(self) -> None:
        department = {"resourceType": "Organization", "id": "heart", "name": "Herz", "partOf": ref(HOUSE)}
        assert parts(department) == {("Organization/heart", HOUSE, "PART", *ALWAYS)}
        service = {"resourceType": "HealthcareService", "id": "s", "providedBy": ref(HOUSE)}
        assert parts(service) == {("HealthcareService/s", HOUSE, "MEMBER", *ALWAYS)}

    @pytest.mark.parametrize(
        ("kind", "over"),
        [
            ("PractitionerRole", {"active": False}),
            ("Organization", {"active": False}),
            ("HealthcareService", {"active": False}),
            ("Practitioner", {"active": False}),
            ("Location", {"status": "inactive"}),
        ],
    )
    def test_what_is_no_longer_active_joins_nobody(self, kind: str, over: Json) -> None:
        there = {
            "resourceType": kind,
            "id": "x",
            "identifier": [{"system": "urn:x", "value": "1"}],
        }
        assert parts(there)
        assert parts({**there, "status": "suspended"} if kind == "Location" else {**there, "active": True})
        assert parts({**there, **over}) == set()


def test_other_types_treat_nobody_and_join_nobody() -> None:
    observation = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"}}
    assert told({**observation, "subject": SEVEN, "performer": [ref(WEBER)]}) == {}
    assert parts(observation) == set()
    assert parts(person()) == set()
    assert told({"resourceType": "Practitioner", "id": "weber"}) == {}
    assert {
        *("Encounter", "CareTeam", "EpisodeOfCare", "ServiceRequest", "Task", "Appointment", "Patient"),
        *("Practitioner", "PractitionerRole", "Location", "Organization", "HealthcareService"),
    } == TYPES


def test_numbers_that_are_stored_never_change() -> None:
    assert {one.name: one.value for one in Kind} == {
        "ENCOUNTER": 1, "CARE_TEAM": 2, "REFERRAL": 3, "APPOINTMENT": 4, "FAMILY_DOCTOR": 5, "EPISODE": 6,
        "REGISTERED": 100, "OPENED": 101,
    }  # fmt: skip
    assert {one.name: one.value for one in Step} == {"NAME": 1, "PART": 2, "MEMBER": 3, "EMPLOYED": 4}
