"""Requests made up from the table of interactions, by schemathesis: none fails by our fault, none takes long."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fhir_node import FhirNode
from fhir_openapi import description
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

SCHEMA = schemathesis.openapi.from_dict(description())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
SECONDS = 5.0


def attack(operation: Any, address: str, token: str, examples: int) -> int:
    """How many requests were answered as they should be."""
    answered = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data: Any) -> None:
        nonlocal answered
        case = data.draw(operation.as_strategy())
        answer = case.call(base_url=address, headers={"Authorization": token}, timeout=SECONDS)
        assert answer.status_code < 500 or answer.status_code == 501, (case, answer.text[:300])
        if answer.status_code >= 400 and answer.headers.get("content-type") == "application/fhir+json":
            assert answer.json()["resourceType"] == "OperationOutcome"
        answered += 1

    run: Callable[[], None] = one
    run()
    return answered


@pytest.mark.parametrize("label", list(OPERATIONS))
async def test_no_request_that_a_machine_makes_up_is_too_much(node: FhirNode, label: str) -> None:
    token = node.headers["Authorization"]
    assert await asyncio.to_thread(attack, OPERATIONS[label], node.base, token, 4) >= 4


@pytest.mark.long
@pytest.mark.parametrize("label", list(OPERATIONS))
async def test_no_request_of_very_many_is_too_much(node: FhirNode, label: str) -> None:
    token = node.headers["Authorization"]
    assert await asyncio.to_thread(attack, OPERATIONS[label], node.base, token, 500) >= 500
