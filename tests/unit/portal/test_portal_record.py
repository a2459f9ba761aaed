"""How single FHIR resources read: what is shown, what is left out, what missing or odd data does."""

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any

import pytest

from verbund.portal.language import Format
from verbund.portal.model import House, HouseItem
from verbund.portal.record import EVERYTHING, LARGE, Period, Teller, person, plot, record, title_of
from verbund.portal.record.documents import attachment_of, without_tags
from verbund.portal.record.model import Flag, Record
from verbund.portal.record.plot import steps
from verbund.portal.record.reading import concept, when

TODAY = date(2026, 11, 1)
PRACTICE, CLINIC = House("praxis", "Praxis"), House("klinik", "Klinik")


def read(*resources: dict[str, Any], house: House = PRACTICE, period: Period = EVERYTHING) -> Record:
    return record([HouseItem(house, resource) for resource in resources], TODAY, period)


def observation(value: float | None, at: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "4548-4", "display": "HbA1c"}]},
        "category": [{"coding": [{"code": "laboratory"}]}],
        "effectiveDateTime": at,
        "valueQuantity": {"value": value, "unit": "%"},
        "referenceRange": [{"low": {"value": 4.0}, "high": {"value": 6.0}}],
        **more,
    }


# ------------------------------------------------------------------------------------------------------------ time


@pytest.mark.parametrize(
    ("written", "precision", "at"),
    [
        ("2024", "year", datetime(2024, 1, 1, 12, tzinfo=UTC)),
        ("2024-05", "month", datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("2024-05-17", "day", datetime(2024, 5, 17, 12, tzinfo=UTC)),
        ("2024-05-17T23:30:00+02:00", "time", datetime(2024, 5, 17, 21, 30, tzinfo=UTC)),
        ("2024-01-17T08:00:00Z", "time", datetime(2024, 1, 17, 8, tzinfo=UTC)),
        ("2024-01-17T08:00:00.123456789Z", "time", datetime(2024, 1, 17, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2024-01-17T08:00:00.5Z", "time", datetime(2024, 1, 17, 8, 0, 0, 500000, tzinfo=UTC)),
        ("2024-07-17T08:00:00", "time", datetime(2024, 7, 17, 6, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_exactly_as_it_is_written(written: str, precision: str, at: datetime) -> None:
    found = when(written)
    assert found is not None
    assert (found.precision, found.at) == (precision, at)


@pytest.mark.parametrize(
    "written", ["", "soon", "2024-13", "2024-02-30", "24-01-01", None, 2024, {}, "0000", "2024-1-1"]
)
def test_what_is_no_time_reads_as_none(written: object) -> None:
    assert when(written) is None


# ---------------------------------------------------------------------------------------------------------- person


def test_the_head_shows_the_official_name_and_masks_the_insurance_number() -> None:
    found = person(
        {
            "name": [
                {"use": "maiden", "family": "Alt"},
                {"use": "official", "family": "Sommer", "given": ["Erika", "Eva"]},
            ],
            "birthDate": "1958-11-02",
            "gender": "female",
            "identifier": [{"system": "http://fhir.de/sid/gkv/kvid-10", "value": "S580000002"}],
        },
        TODAY,
    )
    assert (found.name, found.age, found.gender, found.insurance) == ("Sommer, Erika Eva", 67, "female", "•••••••002")


def test_a_birthday_today_counts_and_after_death_the_age_stands_still() -> None:
    assert person({"birthDate": "1958-11-01"}, TODAY).age == 68
    dead = person({"birthDate": "1958-11-01", "deceasedDateTime": "2020-01-01"}, TODAY)
    assert (dead.age, dead.deceased) == (61, True)


def test_a_birth_date_of_which_only_the_year_is_known_gives_no_age() -> None:
    found = person({"birthDate": "1958", "name": [{"text": "Erika S."}]}, TODAY)
    assert (found.age, found.birth_date, found.name) == (None, None, "Erika S.")


# ------------------------------------------------------------------------------------------------------ laboratory


def test_values_are_grouped_by_what_and_unit_newest_first_over_the_houses() -> None:
    items = [
        HouseItem(PRACTICE, observation(7.1, "2026-01-01")),
        HouseItem(CLINIC, observation(8.2, "2026-05-01")),
        HouseItem(CLINIC, observation(55, "2026-03-01", valueQuantity={"value": 55, "unit": "mmol/mol"})),
    ]
    first, second = record(items, TODAY).laboratory.rows
    assert [(v.number, v.house) for v in first.values] == [(8.2, CLINIC), (7.1, PRACTICE)]
    assert (second.unit, second.latest.number) == ("mmol/mol", 55)


@pytest.mark.parametrize(
    ("value", "interpretation", "flag"),
    [
        (7.0, None, Flag.HIGH),
        (3.0, None, Flag.LOW),
        (5.0, None, Flag.NONE),
        (6.0, None, Flag.NONE),
        (4.0, None, Flag.NONE),
        (5.0, "HH", Flag.VERY_HIGH),
        (5.0, "LL", Flag.VERY_LOW),
        (9.0, "N", Flag.NONE),
        (5.0, "A", Flag.ABNORMAL),
        (7.0, "??", Flag.HIGH),
    ],
)
def test_the_laboratory_s_own_judgement_goes_before_the_reference_range(
    value: float, interpretation: str | None, flag: Flag
) -> None:
    more = {"interpretation": [{"coding": [{"code": interpretation}]}]} if interpretation else {}
    assert read(observation(value, "2026-01-01", **more)).laboratory.rows[0].latest.flag is flag


def test_every_flag_is_told_by_a_sign_and_in_words_not_only_by_colour() -> None:
    signs = [flag.mark for flag in Flag if flag]
    assert len(set(signs)) == len(signs) == 5
    assert all(flag.words for flag in Flag)


def test_components_read_as_kinds_of_their_own() -> None:
    pressure = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "vital-signs"}]}],
        "effectiveDateTime": "2026-01-01",
        "component": [
            {"code": {"text": "Systolisch"}, "valueQuantity": {"value": 130, "unit": "mmHg"}},
            {"code": {"text": "Diastolisch"}, "valueQuantity": {"value": 80, "unit": "mmHg"}},
        ],
    }
    assert [a.concept.text for a in read(pressure).vitals.rows] == ["Diastolisch", "Systolisch"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"valueString": "positiv"}, "positiv"),
        ({"valueCodeableConcept": {"text": "E. coli"}}, "E. coli"),
        ({"valueBoolean": True}, "+"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 80}}}, "1:80"),
        ({"valueRange": {"low": {"value": 2}, "high": {"value": 4}}}, "2.0–4.0"),
    ],
)
def test_values_that_are_no_quantity_read_as_words(value: dict[str, Any], text: str) -> None:
    source = observation(None, "2026-01-01") | value
    assert read(source).laboratory.rows[0].latest.text == text


def test_what_was_entered_in_error_or_is_social_history_is_not_a_result() -> None:
    wrong = observation(7, "2026-01-01", status="entered-in-error")
    social = observation(7, "2026-01-01", category=[{"coding": [{"code": "social-history"}]}])
    assert read(wrong, social).laboratory.rows == ()


def test_the_drawing_keeps_values_and_band_within_its_frame() -> None:
    analyte = read(*(observation(v, f"2026-0{m}-01") for m, v in enumerate((5, 9, 3, 6.5), start=1))).laboratory.rows[0]
    drawn = plot(analyte, LARGE)
    assert drawn is not None
    assert [dot.flag for dot in drawn.dots] == [Flag.NONE, Flag.HIGH, Flag.LOW, Flag.HIGH]
    assert all(
        LARGE.left <= d.x <= LARGE.width - LARGE.right and LARGE.top <= d.y <= LARGE.height - LARGE.bottom
        for d in drawn.dots
    )
    assert drawn.band is not None
    assert LARGE.top <= drawn.band.top < drawn.band.top + drawn.band.height <= LARGE.height - LARGE.bottom + 0.1
    assert drawn.dots[1].y < drawn.dots[0].y < drawn.dots[2].y


def test_one_value_or_none_is_not_drawn() -> None:
    assert plot(read(observation(5, "2026-01-01")).laboratory.rows[0], LARGE) is None
    assert plot(read(observation(5, "2026-01-01"), observation(6, "")).laboratory.rows[0], LARGE) is None


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.001, 0.0017), (3, 12), (99, 101), (-5, 5), (0, 1e9)])
def test_axis_numbers_are_round_and_within(low: float, high: float) -> None:
    found = steps(low, high, 4)
    assert 2 <= len(found) <= 9
    assert all(low <= number <= high for number in found)


# --------------------------------------------------------------------------- problems, medication, documents, course


def test_the_same_statement_of_several_houses_is_told_once_with_its_houses() -> None:
    penicillin = {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "criticality": "high"}
    items = [HouseItem(PRACTICE, penicillin | {"recordedDate": "2020"}), HouseItem(CLINIC, penicillin)]
    (told,) = record(items, TODAY).known_allergies
    assert (told.house, told.also, told.severe) == (PRACTICE, (CLINIC,), True)


def test_that_there_is_no_allergy_is_no_allergy() -> None:
    none = {"resourceType": "AllergyIntolerance", "code": {"coding": [{"code": "716186003"}]}}
    assert read(none).allergies.rows == ()


def test_a_problem_that_ended_is_not_one_now_and_a_refuted_one_never_was() -> None:
    active = {"resourceType": "Condition", "code": {"text": "A"}}
    ended = {"resourceType": "Condition", "code": {"text": "B"}, "abatementDateTime": "2020-01-01"}
    refuted = {
        "resourceType": "Condition",
        "code": {"text": "C"},
        "verificationStatus": {"coding": [{"code": "refuted"}]},
    }
    found = read(active, ended, refuted)
    assert [p.concept.text for p in found.active_problems] == ["A"]
    assert {p.concept.text for p in found.problems.rows} == {"A", "B"}


def test_a_medicine_is_found_where_it_is_referred_to_but_never_in_another_house() -> None:
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "Metformin"}}
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "medicationReference": {"reference": "Medication/m"},
    }
    inside = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "contained": [{"resourceType": "Medication", "id": "x", "code": {"text": "Ramipril"}}],
        "medicationReference": {"reference": "#x"},
        "dosage": [
            {
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
            }
        ],
    }
    found = {m.concept.text: m for m in read(medicine, order, inside).medications.rows}
    assert set(found) == {"Metformin", "Ramipril"}
    assert found["Ramipril"].dosage == "5 mg, 2 × / d"
    elsewhere = [HouseItem(CLINIC, medicine), HouseItem(PRACTICE, order)]
    assert record(elsewhere, TODAY).medications.rows[0].concept.text == "–"


def test_what_a_given_medicine_did_once_is_not_taken_now() -> None:
    given = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": "X"},
    }
    assert read(given).current_medications == ()


def test_contacts_within_a_stay_count_for_the_stay_and_repeated_deeds_are_told_once() -> None:
    stay = {
        "resourceType": "Encounter",
        "id": "s",
        "class": {"code": "IMP"},
        "period": {"start": "2026-01-01", "end": "2026-01-09"},
    }
    ward = {
        "resourceType": "Encounter",
        "id": "w",
        "partOf": {"reference": "Encounter/s"},
        "period": {"start": "2026-01-02"},
    }
    training = [
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"text": "Training"},
            "encounter": {"reference": "Encounter/w"},
            "performedDateTime": f"2026-01-0{day}",
        }
        for day in (2, 3, 4)
    ]
    loose = {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "Grippe"}}
    found = read(stay, ward, *training, loose)
    (contact,) = found.contacts.rows
    assert [(d.concept.text, d.times) for d in contact.deeds] == [("Training", 3)]
    assert [d.concept.text for d in found.deeds.rows] == ["Grippe"]


def test_contacts_that_are_part_of_each_other_end() -> None:
    one = {"resourceType": "Encounter", "id": "a", "partOf": {"reference": "Encounter/b"}}
    two = {"resourceType": "Encounter", "id": "b", "partOf": {"reference": "Encounter/a"}}
    assert len(read(one, two).contacts.rows) <= 2


def test_a_document_with_text_can_be_read_and_markup_is_only_its_text() -> None:
    body = "<h1>Brief</h1><script>alert(1)</script><p>Sehr  geehrte</p>"
    source = {
        "resourceType": "DocumentReference",
        "id": "d",
        "content": [{"attachment": {"contentType": "text/html", "data": b64encode(body.encode()).decode()}}],
    }
    assert read(source).documents.rows[0].text == "Brief\nSehr geehrte" == without_tags(body)
    assert attachment_of(source).body == body.encode()


def test_broken_content_does_not_break_the_list() -> None:
    source = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": {"contentType": "text/plain", "data": "%%%"}}],
    }
    assert read(source).documents.rows[0].text == ""


# --------------------------------------------------------------------------------------------------- the whole thing


def test_a_period_leaves_out_what_lies_outside_but_never_allergies_or_what_has_no_date() -> None:
    found = read(
        observation(5, "2020-01-01"),
        observation(6, "2025-01-01"),
        {"resourceType": "Condition", "code": {"text": "ohne Datum"}},
        {"resourceType": "AllergyIntolerance", "code": {"text": "alt"}, "recordedDate": "1990"},
        period=Period(date(2024, 1, 1), date(2025, 12, 31)),
    )
    assert [v.number for v in found.laboratory.rows[0].values] == [6]
    assert (len(found.problems.rows), len(found.allergies.rows)) == (1, 1)


def test_of_a_huge_record_the_newest_are_shown_and_it_is_said_how_many_there_are() -> None:
    many = [{"resourceType": "Condition", "code": {"text": str(n)}, "recordedDate": f"{1000 + n}"} for n in range(900)]
    section = read(*many).problems
    assert (len(section.rows), section.total, section.is_cut) == (400, 900, True)
    assert section.rows[0].concept.text == "899"


def test_german_codes_are_preferred_and_a_lone_code_is_its_own_name() -> None:
    both = {
        "coding": [
            {"system": "http://snomed.info/sct", "code": "44054006", "display": "Diabetes"},
            {"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": "E11.9"},
        ]
    }
    assert (concept(both).text, concept(both).code) == ("Diabetes", "E11.9")
    assert concept({"coding": [{"code": "E11.9"}]}).text == "E11.9"


def test_an_entry_is_told_briefly_by_what_it_is_recognised_by() -> None:
    teller = Teller(Format("en"), lambda text: text)
    told = teller.brief(
        {
            "resourceType": "MedicationRequest",
            "identifier": [{"system": "urn:x", "value": "PX-1"}],
            "status": "completed",
            "medicationCodeableConcept": {"text": "Ramipril 5 mg"},
            "authoredOn": "2026-03-01",
            "dosageInstruction": [
                {"text": "1-0-0-0"},
                {
                    "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
                    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                },
            ],
        }
    )
    assert (told.title, told.said) == ("Ramipril 5 mg", (("Dosage", "1-0-0-0; 5 mg, 2 × / d"),))
    assert told.when is not None


def test_a_consent_is_not_called_by_the_code_of_its_form() -> None:
    scope = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]}
    assert title_of({"resourceType": "Consent", "scope": scope}) == ""
