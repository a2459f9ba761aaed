"""Sets of patients are values: put together, compared, never run by themselves."""

from verbund.fhir import AllOf, AnyOf, Having, Without, parse_search


def test_a_cohort_is_a_value() -> None:
    women = Having("Patient", parse_search("Patient", [("gender", "female")]).filters)
    diabetics = Having("Condition", parse_search("Condition", [("code", "E11")]).filters)
    cohort = Without(AllOf((women, diabetics)), AnyOf((Having("Condition"),)))
    assert cohort == Without(AllOf((women, diabetics)), AnyOf((Having("Condition"),)))
    assert hash(cohort) == hash(Without(AllOf((women, diabetics)), AnyOf((Having("Condition"),))))


def test_without_names_nobody_to_leave_out_by_default() -> None:
    assert Without(Having("Patient")).minus == AnyOf()
