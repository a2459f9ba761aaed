"""Cohort queries: what is read, and how each mistake is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from verbund.errors import Incorrect
from verbund.research import parse
from verbund.research.model import Attribute, Code, Comparison, Concepts, Criterion, Range, TimeRestriction

Json = dict[str, Any]
CONTEXT = {"code": "Diagnose", "system": "fdpg.mii.cds", "version": "1.0.0", "display": "Diagnose"}
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"


def criterion(**changes: object) -> Json:
    value: Json = {"context": CONTEXT, "termCodes": [{"code": "I10", "system": ICD, "display": "x"}]}
    return {name: part for name, part in (value | changes).items() if part is not None}


def query(*criteria: Json, **changes: object) -> Json:
    return {"version": "2", "inclusionCriteria": [list(criteria)], **changes}


def test_groups_are_read_with_their_places() -> None:
    read = parse(query(criterion(), criterion(), exclusionCriteria=[[criterion()]], display="x"))
    assert [[one.path for one in group] for group in read.inclusion] == [
        ["inclusionCriteria[0][0]", "inclusionCriteria[0][1]"]
    ]
    assert read.exclusion == ((Criterion("Diagnose", (Code(ICD, "I10"),), path="exclusionCriteria[0][0]"),),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"type": "concept", "selectedConcepts": [{"code": "a", "system": "s", "display": ""}]},
            Concepts((Code("s", "a"),)),
        ),
        ({"type": "quantity-comparator", "comparator": "gt", "value": 1.5}, Comparison("gt", Decimal("1.5"))),
        (
            {"type": "quantity-comparator", "comparator": "ne", "value": 2, "unit": {"code": "mg", "display": "mg"}},
            Comparison("ne", Decimal(2), "mg"),
        ),
        ({"type": "quantity-range", "minValue": 1, "maxValue": 1}, Range(Decimal(1), Decimal(1))),
    ],
)
def test_value_filters(value: Json, expected: object) -> None:
    assert parse(query(criterion(valueFilter=value))).inclusion[0][0].value == expected


def test_attributes_and_times() -> None:
    attribute = {
        "type": "concept",
        "attributeCode": {"code": "status", "system": "x", "display": ""},
        "selectedConcepts": [{"code": "active", "system": "y", "display": ""}],
    }
    read = parse(query(criterion(attributeFilters=[attribute], timeRestriction={"afterDate": "2021-09-09"}))).inclusion[
        0
    ][0]
    assert read.attributes == (
        Attribute(Code("x", "status"), Concepts((Code("y", "active"),)), "inclusionCriteria[0][0].attributeFilters[0]"),
    )
    assert read.time == TimeRestriction(after=date(2021, 9, 9))
    both = {"afterDate": "2021-09-09", "beforeDate": "2021-09-09"}
    assert parse(query(criterion(timeRestriction=both))).inclusion[0][0].time == TimeRestriction(
        date(2021, 9, 9), date(2021, 9, 9)
    )


AT = "inclusionCriteria[0][0]"
CONCEPT = {"type": "concept", "selectedConcepts": [{"code": "a", "system": "s"}]}


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"version": "2"}, "inclusionCriteria"),
        ({"inclusionCriteria": []}, "inclusionCriteria"),
        ({"inclusionCriteria": {}}, "inclusionCriteria"),
        ({"inclusionCriteria": "x"}, "inclusionCriteria"),
        ({"inclusionCriteria": [[]]}, "inclusionCriteria[0]"),
        ({"inclusionCriteria": ["x"]}, "inclusionCriteria[0]"),
        ({"inclusionCriteria": [["x"]]}, AT),
        (query(criterion(), exclusion=[]), "the query"),
        (query(criterion(context=None)), f"{AT}.context"),
        (query(criterion(context={"code": 7})), f"{AT}.context.code"),
        (query(criterion(termCodes=None)), f"{AT}.termCodes"),
        (query(criterion(termCodes=[{"code": " ", "system": "x"}])), f"{AT}.termCodes[0].code"),
        (query(criterion(termCodes=[{"code": "x"}])), f"{AT}.termCodes[0].system"),
        (query(criterion(termcodes=[])), AT),
        (query(criterion(valueFilter={})), f"{AT}.valueFilter.type"),
        (query(criterion(valueFilter={"type": "guess"})), f"{AT}.valueFilter.type"),
        (query(criterion(valueFilter=CONCEPT | {"unit": 1})), f"{AT}.valueFilter"),
        (query(criterion(valueFilter=CONCEPT | {"selectedConcepts": []})), f"{AT}.valueFilter.selectedConcepts"),
        (
            query(criterion(valueFilter={"type": "quantity-comparator", "comparator": "~", "value": 1})),
            f"{AT}.valueFilter.comparator",
        ),
        (
            query(criterion(valueFilter={"type": "quantity-comparator", "comparator": "gt", "value": "1"})),
            f"{AT}.valueFilter.value",
        ),
        (
            query(criterion(valueFilter={"type": "quantity-comparator", "comparator": "gt", "value": True})),
            f"{AT}.valueFilter.value",
        ),
        (query(criterion(valueFilter={"type": "quantity-range", "minValue": 2, "maxValue": 1})), f"{AT}.valueFilter"),
        (
            query(criterion(valueFilter={"type": "quantity-range", "minValue": 1, "maxValue": 2, "unit": "mg"})),
            f"{AT}.valueFilter.unit",
        ),
        (query(criterion(attributeFilters=[CONCEPT])), f"{AT}.attributeFilters[0].attributeCode"),
        (query(criterion(attributeFilters=[{"type": "reference", "criteria": []}])), f"{AT}.attributeFilters[0]"),
        (query(criterion(timeRestriction={"since": "2020"})), f"{AT}.timeRestriction"),
        (query(criterion(timeRestriction={"afterDate": None, "beforeDate": None})), f"{AT}.timeRestriction"),
        (query(criterion(timeRestriction={"afterDate": "2020"})), f"{AT}.timeRestriction.afterDate"),
        (
            query(criterion(timeRestriction={"afterDate": "2021-01-02", "beforeDate": "2021-01-01"})),
            f"{AT}.timeRestriction",
        ),
        (query(*[criterion()] * 501), "the query"),
    ],
)
def test_a_mistake_is_named_with_its_place(wrong: Json, path: str) -> None:
    with pytest.raises(Incorrect) as refused:
        parse(wrong)
    assert refused.value.issues[0].expression == (path,)
    assert path in refused.value.text
    assert path in refused.value.german


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b"\xff", b'{"a":' * 50_000, b" " * (2**20 + 1)])
def test_what_is_no_query_at_all_is_refused(text: bytes) -> None:
    with pytest.raises(Incorrect, match="the query"):
        parse(text)


def test_the_queries_of_the_reference_implementation_are_read(data_folder: Path) -> None:
    found = [*(data_folder / "ccdl" / "flare").rglob("*"), data_folder / "ccdl" / "synthea-444814009.json"]
    read = [parse(path.read_bytes()) for path in found if path.is_file()]
    assert len(read) == 10
    assert all(len(one.inclusion) == 1 for one in read)


def test_of_the_example_only_the_reference_is_refused(data_folder: Path) -> None:
    example = msgspec.json.decode((data_folder / "ccdl" / "example-json" / "ccdl-all-properties.json").read_bytes())
    with pytest.raises(Incorrect, match=r"inclusionCriteria\[3\]\[0\].attributeFilters\[0\]: filters by reference"):
        parse(example)
    del example["inclusionCriteria"][3]
    read = parse(example)
    assert (len(read.inclusion), len(read.exclusion)) == (3, 3)
    assert read.exclusion[2][1].value == Range(Decimal(35), Decimal(39), "Cel")
