"""The researcher's form: what its buttons do, what is asked back, and which query it makes."""

import pytest
from starlette.datastructures import FormData

from verbund.portal.cohort import MOST_CRITERIA, Cohort, Criterion, in_words, of_form
from verbund.research import ccdl

DIABETES = Criterion("diagnosis", "E11")
HEART = Criterion("diagnosis", "I50.1")
HBA1C = Criterion("laboratory", "4548-4", "ge", "7,5", unit="%")
OLD = Criterion("age", comparison="gt", value="90")
WOMAN = Criterion("sex", sex="female")


def test_groups_are_joined_by_and_their_criteria_by_or_and_each_exclusion_excludes() -> None:
    query = ccdl.parse(Cohort(((DIABETES, HEART), (HBA1C,)), (OLD, WOMAN)).ccdl())
    assert [[c.codes[0].code for c in group] for group in query.inclusion] == [["E11", "I50.1"], ["4548-4"]]
    assert [len(group) for group in query.exclusion] == [1, 1]


@pytest.mark.parametrize(
    ("criterion", "told"),
    [
        (HBA1C, "≥ 7.5 %"),
        (Criterion("laboratory", "2160-0", "between", "1", "2.5", "mg/dL"), "2160-0 1–2.5 mg/dL"),
        (Criterion("laboratory", "2160-0"), "2160-0"),
        (OLD, "> 90 a"),
        (WOMAN, "female"),
    ],
)
def test_every_kind_of_criterion_is_a_query_that_the_region_understands(criterion: Criterion, told: str) -> None:
    query = Cohort(((criterion,),)).ccdl()
    assert ccdl.parse(query).inclusion[0][0].context
    assert told in in_words(query)[0][0]


@pytest.mark.parametrize(
    "criterion",
    [
        Criterion("diagnosis", ""),
        Criterion("diagnosis", "Diabetes"),
        Criterion("diagnosis", "E1"),
        Criterion("laboratory", "HbA1c"),
        Criterion("laboratory", "4548-4", "ge", ""),
        Criterion("laboratory", "4548-4", "ge", "viel"),
        Criterion("laboratory", "4548-4", "between", "5", ""),
        Criterion("laboratory", "4548-4", "between", "5", "4"),
        Criterion("age", comparison="any"),
        Criterion("age", comparison="ge", value="1e9"),
    ],
)
def test_what_cannot_be_asked_is_said_to_be_wrong(criterion: Criterion) -> None:
    assert criterion.problem
    assert not Cohort(((criterion,),)).is_sound


@pytest.mark.parametrize("code", ["E11", "E11.9", "C50.4", "E11.90", "U69.00!", "G63.2*"])
def test_codes_and_their_beginnings_can_be_asked(code: str) -> None:
    assert not Criterion("diagnosis", code).problem


def test_without_a_criterion_nothing_is_asked() -> None:
    assert not Cohort().is_sound
    assert not Cohort(exclude=(OLD,)).is_sound


def test_buttons_add_and_remove_rows_and_an_emptied_group_goes() -> None:
    made = Cohort().act("include diagnosis").act("or 0 sex").act("include age").act("exclude laboratory")
    assert [[c.kind for c in group] for group in made.include] == [["diagnosis", "sex"], ["age"]]
    assert [c.kind for c in made.exclude] == ["laboratory"]
    assert [[c.kind for c in g] for g in made.act("drop 1 0").include] == [["diagnosis", "sex"]]
    assert [[c.kind for c in g] for g in made.act("drop 0 0").include] == [["sex"], ["age"]]
    assert made.act("keep 0").exclude == ()


@pytest.mark.parametrize(
    "action", ["", "include", "include x", "or 9 sex", "or x sex", "drop 7 7", "drop", "keep 5", "fly 1"]
)
def test_buttons_that_do_not_exist_change_nothing(action: str) -> None:
    made = Cohort(((DIABETES,),), (OLD,))
    assert made.act(action) == made


def test_there_is_an_end_to_what_one_question_holds() -> None:
    made = Cohort()
    for _ in range(MOST_CRITERIA + 5):
        made = made.act("include sex")
    assert len(made.criteria) == MOST_CRITERIA


def test_the_form_comes_back_as_it_was_sent() -> None:
    form = FormData(
        {
            "include-0-0-kind": "diagnosis",
            "include-0-0-code": "e11",
            "include-0-1-kind": "sex",
            "include-0-1-sex": "male",
            "include-1-0-kind": "laboratory",
            "include-1-0-code": "4548-4 HbA1c",
            "include-1-0-comparison": "ge",
            "include-1-0-value": " 7 ",
            "include-1-0-unit": "%",
            "exclude-0-kind": "age",
            "exclude-0-comparison": "nonsense",
            "exclude-1-kind": "nonsense",
        }
    )
    made = of_form(form)
    assert made.include == (
        (DIABETES, Criterion("sex", sex="male")),
        (Criterion("laboratory", "4548-4", "ge", "7", unit="%"),),
    )
    assert made.exclude == (Criterion("age"),)
