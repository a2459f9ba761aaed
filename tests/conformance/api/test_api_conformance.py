"""A part of the conformance run in every test run, the whole of it among the long ones."""

import pytest

from conformance import operations, parameters
from conformance.cases import Case, tried
from conformance.client import Client
from conformance.exchanges import EXCHANGES
from conformance.interactions import INTERACTIONS
from conformance.model import Row
from conformance.standard import Official, official
from verbund.api.fhir.operations import OPERATIONS

ONE_OF_EACH_KIND = {
    *(("Patient", code) for code in ("_id", "_text", "active", "birthdate", "family", "identifier", "organization")),
    *(
        ("Observation", code)
        for code in ("code", "code-value-quantity", "component-code-value-quantity", "value-quantity")
    ),
    *(("ValueSet", "url"), ("RiskAssessment", "probability"), ("Location", "near"), ("CarePlan", "_query")),
}


def failures(rows: list[Row]) -> list[str]:
    return [f"{row.kind}: {row.name}: {row.detail}" for row in rows if row.outcome == "failed"]


@pytest.mark.parametrize(
    ("cases", "least"),
    [(INTERACTIONS, 35), (EXCHANGES, 22), (operations.OPERATIONS, 20)],
    ids=["one", "many", "operations"],
)
async def test_every_interaction_and_operation_does_as_the_standard_says(
    client: Client, cases: list[Case], least: int
) -> None:
    rows = await tried(client, "any", cases)
    assert failures(rows) == []
    assert sum(row.outcome == "passed" for row in rows) >= least


async def test_a_parameter_of_each_kind_finds_what_its_expression_names(client: Client) -> None:
    rows = await parameters.run(client, ONE_OF_EACH_KIND)
    assert failures(rows) == []
    asked = {row.name for row in rows if row.area == parameters.PARAMETERS}
    assert asked == {f"{kind}?{code}" for kind, code in ONE_OF_EACH_KIND}
    assert [row.name for row in rows if row.outcome == "not offered"] == ["CarePlan?_query"]
    assert sum(row.cases for row in rows) > 150


@pytest.mark.long
async def test_every_parameter_of_every_type_finds_what_its_expression_names(client: Client) -> None:
    rows = await parameters.run(client)
    assert failures(rows) == []
    assert len({row.name for row in rows}) == len(official())


def test_every_operation_of_the_standard_that_the_node_lists_is_tried() -> None:
    tried_ones = " ".join(case.kind for case in operations.OPERATIONS)
    of_the_standard = [name for name, one in OPERATIONS.items() if not one.definition.startswith("urn:verbund:")]
    assert [name for name in of_the_standard if f"${name}" not in tried_ones] == []
    assert len(of_the_standard) > 20


def test_the_oracle_notices_a_parameter_that_reads_nothing() -> None:
    """What the standard names is there to be compared with: an expression that finds nothing has no witness."""
    from conformance.made import Maker  # noqa: PLC0415 - only here
    from conformance.witnesses import witnesses  # noqa: PLC0415 - only here

    real = next(one for one in official() if (one.type, one.code) == ("Patient", "gender"))
    found = list(witnesses(Maker(), real))
    assert [one.value for one in found] == ["male"]
    assert found[0].resource["gender"] == "male"
    void = Official("Patient", "void", "token", "Patient.nothing")
    assert list(witnesses(Maker(), void)) == []
