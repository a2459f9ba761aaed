"""From criteria to sets of patients."""

from datetime import date
from typing import Any

import pytest

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import AllOf, AnyOf, Having, PatientSet, Without, parse_search
from verbund.research import compiled, parse
from verbund.research.contexts import CONTEXTS, with_descendants
from verbund.research.model import Code

Json = dict[str, Any]
TODAY = date(2000, 1, 1)
ICD, LEGACY = "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "http://fhir.de/CodeSystem/dimdi/icd-10-gm"
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
GENDER, AGE = (SNOMED, "263495000"), (SNOMED, "424144002")


def criterion(context: str, *codes: tuple[str, str], **more: object) -> Json:
    return {
        "context": {"code": context, "system": "fdpg.mii.cds", "display": ""},
        "termCodes": [{"system": system, "code": code, "display": ""} for system, code in codes],
        **more,
    }


def concept(*codes: str) -> Json:
    return {"type": "concept", "selectedConcepts": [{"system": "s", "code": code, "display": ""} for code in codes]}


def compare(comparator: str, value: float, unit: str | None = None) -> Json:
    result: Json = {"type": "quantity-comparator", "comparator": comparator, "value": value}
    return result | ({"unit": {"code": unit, "display": ""}} if unit else {})


def between(low: float, high: float, unit: str) -> Json:
    return {"type": "quantity-range", "minValue": low, "maxValue": high, "unit": {"code": unit, "display": ""}}


def having(kind: str, *params: tuple[str, str]) -> Having:
    return Having(kind, parse_search(kind, params).filters)


def one(value: Json) -> PatientSet:
    result = compiled(parse({"version": "2", "inclusionCriteria": [[value]]}), TODAY)
    assert isinstance(result, AllOf)
    (group,) = result.sets
    assert isinstance(group, AnyOf)
    return group.sets[0]


def test_inclusion_is_all_of_any_and_exclusion_any_of_all() -> None:
    a, b, c = (criterion("Laboruntersuchung", (LOINC, code)) for code in ("1-8", "2-6", "3-4"))
    sa, sb, sc = (having("Observation", ("code", f"{LOINC}|{code}")) for code in ("1-8", "2-6", "3-4"))
    both = {"version": "2", "inclusionCriteria": [[a, b], [c]], "exclusionCriteria": [[a, b], [c]]}
    assert compiled(parse(both), TODAY) == Without(
        AllOf((AnyOf((sa, sb)), AnyOf((sc,)))), AnyOf((AllOf((sa, sb)), AllOf((sc,))))
    )


@pytest.mark.parametrize("context", sorted(CONTEXTS))
def test_every_context_becomes_a_search_that_fhir_knows(context: str) -> None:
    place = CONTEXTS[context]
    more = {"timeRestriction": {"afterDate": "2020-01-01"}} if place.time else {}
    found = one(criterion(context, ("urn:x", "y"), **more))
    assert isinstance(found, Having)
    assert found.type == place.type
    assert len(found.filters) == 1 + len(more)


def test_a_laboratory_value_with_its_unit_and_time() -> None:
    value = criterion(
        "Laboruntersuchung",
        (LOINC, "718-7"),
        valueFilter=compare("lt", 12.5, "g/dL"),
        timeRestriction={"afterDate": "2021-01-01", "beforeDate": "2021-12-31"},
    )
    assert one(value) == having(
        "Observation",
        ("code", f"{LOINC}|718-7"),
        ("value-quantity", f"lt12.5|{UCUM}|g/dL"),
        ("date", "ge2021-01-01"),
        ("date", "le2021-12-31"),
    )


def test_only_before_a_day() -> None:
    found = one(criterion("Diagnose", (SNOMED, "1"), timeRestriction={"beforeDate": "2021-12-31"}))
    assert found == having("Condition", ("code", f"{SNOMED}|1"), ("recorded-date", "le2021-12-31"))


def test_a_range_and_a_value_without_a_unit() -> None:
    assert one(criterion("Laboruntersuchung", (LOINC, "718-7"), valueFilter=between(1, 2, "1"))) == having(
        "Observation",
        ("code", f"{LOINC}|718-7"),
        ("value-quantity", f"ge1|{UCUM}|1"),
        ("value-quantity", f"le2|{UCUM}|1"),
    )
    assert one(criterion("Laboruntersuchung", (LOINC, "718-7"), valueFilter=compare("eq", 3))) == having(
        "Observation", ("code", f"{LOINC}|718-7"), ("value-quantity", "eq3")
    )


def test_a_coded_value() -> None:
    assert one(criterion("Laboruntersuchung", (LOINC, "883-9"), valueFilter=concept("A", "B"))) == having(
        "Observation", ("code", f"{LOINC}|883-9"), ("value-concept", "s|A,s|B")
    )


def test_icd_codes_stand_for_those_below_them_in_the_code_system_by_all_its_names() -> None:
    assert one(criterion("Diagnose", (ICD, "E11.9"))) == having(
        "Condition",
        (
            "code",
            ",".join(f"{system}|{code}" for system in (ICD, LEGACY) for code in with_descendants(Code(ICD, "E11.9"))),
        ),
    )
    assert with_descendants(Code(ICD, "E11.9"))[:3] == ("E11.9", "E11.90", "E11.91")
    assert len(with_descendants(Code(ICD, "E11"))) == 112
    for whole in ("E11.90", "E11.-", "E10-E14", "IV"):
        assert with_descendants(Code(ICD, whole)) == (whole,)
    assert with_descendants(Code(SNOMED, "73211009")) == ("73211009",)


def test_many_codes_are_asked_for_in_parts() -> None:
    found = one(criterion("Diagnose", *[(ICD, f"E{number}") for number in range(10, 20)]))
    assert isinstance(found, AnyOf)
    assert all(isinstance(part, Having) and len(part.filters[0].values) <= 900 for part in found.sets)
    assert sum(len(part.filters[0].values) for part in found.sets if isinstance(part, Having)) == 10 * 2 * 112


def test_signs_of_the_search_grammar_in_a_code_are_taken_literally() -> None:
    found = one(criterion("Laboruntersuchung", ("urn:x", "a,b|c$d")))
    assert isinstance(found, Having)
    (value,) = found.filters[0].values
    assert getattr(value, "code", None) == "a,b|c$d"


def test_a_prescription_may_name_its_medication_or_refer_to_it() -> None:
    atc = "http://fhir.de/CodeSystem/bfarm/atc"
    query = parse({"version": "2", "inclusionCriteria": [[criterion("Medikamentenverabreichung", (atc, "P01CA"))]]})
    legacy = "http://fhir.de/CodeSystem/dimdi/atc"
    found = compiled(query, TODAY, lambda asked: ("m1", "m2") if asked.path == "inclusionCriteria[0][0]" else ())
    assert found == AllOf(
        (
            AnyOf(
                (
                    AnyOf(
                        (
                            having("MedicationAdministration", ("code", f"{atc}|P01CA,{legacy}|P01CA")),
                            having("MedicationAdministration", ("medication", "Medication/m1,Medication/m2")),
                        )
                    ),
                )
            ),
        )
    )


@pytest.mark.parametrize(
    ("filtered", "expected"),
    [
        (compare("eq", 9, "a"), [("birthdate", "ge1990-01-02"), ("birthdate", "le1991-01-01")]),
        (compare("gt", 18, "a"), [("birthdate", "lt1982-01-01")]),
        (compare("ge", 18, "year"), [("birthdate", "le1982-01-01")]),
        (compare("lt", 18), [("birthdate", "gt1982-01-01")]),
        (compare("le", 6, "mo"), [("birthdate", "ge1999-07-01")]),
        (compare("le", 1, "wk"), [("birthdate", "ge1999-12-25")]),
        (compare("le", 1, "d"), [("birthdate", "ge1999-12-31")]),
        (between(10, 20, "a"), [("birthdate", "ge1980-01-01"), ("birthdate", "le1990-01-01")]),
    ],
)
def test_an_age_is_a_stretch_of_birth_dates(filtered: Json, expected: list[tuple[str, str]]) -> None:
    assert one(criterion("Patient", AGE, valueFilter=filtered)) == having("Patient", *expected)


def test_an_age_counts_back_from_the_last_day_of_a_shorter_month() -> None:
    query = parse(
        {"version": "2", "inclusionCriteria": [[criterion("Patient", AGE, valueFilter=compare("ge", 1, "a"))]]}
    )
    (group,) = compiled(query, date(2024, 2, 29)).sets  # type: ignore[union-attr]
    assert group.sets[0] == having("Patient", ("birthdate", "le2023-02-28"))  # type: ignore[union-attr]


@pytest.mark.parametrize(("codes", "genders"), [(["other"], "other"), (["F", "M"], "female,male"), (["D"], "other")])
def test_gender(codes: list[str], genders: str) -> None:
    assert one(criterion("Patient", GENDER, valueFilter=concept(*codes))) == having("Patient", ("gender", genders))


def test_an_attribute_that_is_known() -> None:
    status = {"attributeCode": {"system": "x", "code": "status", "display": ""}} | concept("active")
    found = one(criterion("Diagnose", (SNOMED, "1"), attributeFilters=[status]))
    assert found == having("Condition", ("code", f"{SNOMED}|1"), ("clinical-status", "s|active"))


SINCE_2020 = {"afterDate": "2020-01-01"}
SOMETHING = {"attributeCode": {"system": "x", "code": "y"}} | concept("z")
OVER_3 = compare("gt", 3, "a")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (criterion("Wetter", ("x", "y")), ".context.code"),
        (criterion("Diagnose", ("x", "y"), valueFilter=concept("a")), ".valueFilter"),
        (criterion("MII_Onkologie_Nebenwirkung", ("x", "y"), timeRestriction=SINCE_2020), ".timeRestriction"),
        (criterion("Patient", ("x", "y"), valueFilter=concept("a")), ".termCodes"),
        (criterion("Patient", AGE), ".valueFilter"),
        (criterion("Patient", AGE, valueFilter=concept("a")), ".valueFilter"),
        (criterion("Patient", AGE, valueFilter=compare("ne", 3, "a")), ".valueFilter.comparator"),
        (criterion("Patient", AGE, valueFilter=compare("gt", 3, "h")), ".valueFilter.unit"),
        (criterion("Patient", AGE, valueFilter=compare("gt", 3.5, "a")), ".valueFilter"),
        (criterion("Patient", AGE, valueFilter=compare("gt", -1, "a")), ".valueFilter"),
        (criterion("Patient", AGE, valueFilter=compare("gt", 2000, "a")), ".valueFilter"),
        (criterion("Patient", AGE, valueFilter=OVER_3, timeRestriction=SINCE_2020), ".timeRestriction"),
        (criterion("Patient", GENDER), ".valueFilter"),
        (criterion("Patient", GENDER, valueFilter=compare("gt", 3)), ".valueFilter"),
        (criterion("Patient", GENDER, valueFilter=concept("martian")), ".valueFilter"),
        (
            criterion("Patient", GENDER, valueFilter=concept("male"), attributeFilters=[SOMETHING]),
            ".attributeFilters",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_its_place(value: Json, path: str) -> None:
    with pytest.raises(Incorrect) as refused:
        one(value)
    assert refused.value.issues[0].expression == (f"inclusionCriteria[0][0]{path}",)


def test_what_the_search_refuses_is_named_with_its_place() -> None:
    with pytest.raises(Incorrect) as refused:
        one(criterion("Patient", GENDER, valueFilter=concept(*["male"] * 1_001)))
    assert refused.value.issues[0].expression == ("inclusionCriteria[0][0]",)


def test_what_is_not_offered_says_so() -> None:
    other = {"attributeCode": {"system": "x", "code": "focus", "display": ""}} | concept("a")
    number = {"attributeCode": {"system": "x", "code": "status", "display": ""}} | compare("gt", 1)
    for attribute in (other, number):
        with pytest.raises(Unsupported, match=r"inclusionCriteria\[0\]\[0\].attributeFilters\[0\]"):
            one(criterion("Diagnose", (SNOMED, "1"), attributeFilters=[attribute]))
    with pytest.raises(Unsupported, match="only those who consent to research are counted anyway"):
        one(criterion("Einwilligung", ("x", "y")))
