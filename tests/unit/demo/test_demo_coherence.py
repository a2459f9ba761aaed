"""The courses hold together: nothing before birth or after death, findings within contacts, houses in turn."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from invented_region import Invented, Json

from verbund.demo import TODAY

DATES = (
    "abatementDateTime",
    "authoredOn",
    "date",
    "dateAsserted",
    "dateTime",
    "effectiveDateTime",
    "issued",
    "occurrenceDateTime",
    "onsetDateTime",
    "performedDateTime",
    "recordedDate",
    "started",
)


def dates(resource: Json) -> Iterator[date]:
    """Every clinical date of a resource, periods of consent apart."""
    if resource["resourceType"] != "Consent":
        for period in ("period", "performedPeriod", "effectivePeriod"):
            yield from (date.fromisoformat(one[:10]) for one in resource.get(period, {}).values())
    for name in DATES:
        if name in resource:
            yield date.fromisoformat(resource[name][:10])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stays(record: list[Json]) -> list[Json]:
    return [
        one
        for one in record
        if one["resourceType"] == "Encounter" and one["class"]["code"] == "IMP" and "partOf" not in one
    ]


def period(encounter: Json) -> tuple[datetime, datetime]:
    return moment(encounter["period"]["start"]), moment(encounter["period"]["end"])


def test_nothing_happens_before_birth_after_death_or_after_today(invented: Invented) -> None:
    for patient in invented.patients:
        last = patient.person.died or TODAY
        for house in patient.records:
            for resource in invented.records[patient.number, house]:
                for day in dates(resource):
                    assert patient.person.birth <= day <= min(last, TODAY), (resource["resourceType"], resource["id"])


def test_periods_end_after_they_begin(invented: Invented) -> None:
    for resource in invented.everything():
        for name in ("period", "performedPeriod", "effectivePeriod"):
            times = resource.get(name, {})
            if "end" in times:
                assert times["start"] <= times["end"], (resource["resourceType"], resource["id"])


def test_findings_and_treatments_lie_within_their_contact(invented: Invented) -> None:
    checked = 0
    for record in invented.records.values():
        contacts = {f"Encounter/{one['id']}": period(one) for one in record if one["resourceType"] == "Encounter"}
        for resource in record:
            contact = resource.get("encounter") or resource.get("context")
            time = resource.get("effectiveDateTime") or resource.get("performedDateTime")
            if isinstance(contact, dict) and "reference" in contact and time and "T" in time:
                start, end = contacts[contact["reference"]]
                checked += 1
                assert start.date() <= moment(time).date() <= end.date()
                if resource["resourceType"] == "Observation":
                    assert start <= moment(time) <= end, (resource["code"]["text"], time, start, end)
    assert checked > 5_000


def test_wards_lie_within_their_stay(invented: Invented) -> None:
    for record in invented.records.values():
        contacts = {f"Encounter/{one['id']}": one for one in record if one["resourceType"] == "Encounter"}
        for contact in contacts.values():
            if "partOf" in contact:
                start, end = period(contacts[contact["partOf"]["reference"]])
                assert start <= period(contact)[0] < period(contact)[1] <= end


def test_rehabilitation_begins_after_discharge_from_hospital(invented: Invented) -> None:
    rehabilitations = 0
    for (number, house), record in invented.records.items():
        if house != "reha":
            continue
        discharges = [period(one)[1] for one in stays(invented.records[number, "uniklinikum"])]
        for stay in stays(record):
            rehabilitations += 1
            assert any(discharge < period(stay)[0] for discharge in discharges)
    assert rehabilitations > 5


def test_nobody_is_in_two_houses_at_once(invented: Invented) -> None:
    for patient in invented.patients:
        records = [invented.records[patient.number, house] for house in patient.records]
        inpatient = sorted(period(one) for record in records for one in stays(record))
        visits = [
            period(one)
            for record in records
            for one in record
            if one["resourceType"] == "Encounter" and one["class"]["code"] == "AMB"
        ]
        assert all(first[1] <= second[0] for first, second in pairwise(inpatient))
        assert not [visit for visit in visits for stay in inpatient if visit[0] < stay[1] and stay[0] < visit[1]]


def test_who_died_has_died_in_every_house_and_in_hospital(invented: Invented) -> None:
    dead = [patient for patient in invented.patients if patient.person.died]

    assert dead
    for patient in dead:
        for house in patient.records:
            assert invented.records[patient.number, house][0]["deceasedDateTime"] == str(patient.person.died)
        last = max(stays(invented.records[patient.number, "uniklinikum"]), key=lambda one: period(one)[1])
        assert period(last)[1].date() == patient.person.died


def test_nobody_allergic_to_penicillin_is_given_one(invented: Invented) -> None:
    allergic = {
        number
        for (number, _), record in invented.records.items()
        for one in record
        if one["resourceType"] == "AllergyIntolerance" and one["code"]["coding"][0]["code"] == "764146007"
    }
    given = [
        one
        for (number, _), record in invented.records.items()
        if number in allergic
        for one in record
        if one["resourceType"] in {"MedicationAdministration", "MedicationRequest"}
        and one["medicationCodeableConcept"]["coding"][0]["code"].startswith("J01C")
    ]

    assert allergic
    assert given == []


def value(resource: Json) -> Any:
    return resource["valueQuantity"]["value"]


def test_infection_values_fall_during_a_stay_that_is_survived(invented: Invented) -> None:
    checked = 0
    for (number, house), record in invented.records.items():
        if house != "uniklinikum" or invented.patients[number].person.died:
            continue
        for stay in stays(record):
            curve = [
                (one["effectiveDateTime"], value(one))
                for one in record
                if one["resourceType"] == "Observation"
                and one["code"]["coding"][0]["code"] == "33959-8"
                and one["encounter"]["reference"] == f"Encounter/{stay['id']}"
            ]
            if len(curve) > 2:
                checked += 1
                assert max(curve)[1] < min(curve)[1] / 2
    assert checked >= 5
