"""`$graphql`: exactly the elements that are asked for, across resources (https://hl7.org/fhir/R4/graphql.html)."""

import asyncio
from importlib import import_module
from types import ModuleType

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import STANDARD, Call, Operation
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.fhir import Parameters
from verbund.identity import Principal


async def graphql(service: Service, who: Principal, call: Call) -> Response:
    """The answer to a query; see `asking.answered`."""
    asking = await asyncio.to_thread(_made_ready, call.type, service.gate.known)
    answer: Response = await asking.answered(service, who, call)
    return answer


def _made_ready(on: str, known: Parameters) -> ModuleType:
    """What answers queries, with its schema: large, slow to load, and most processes never need it."""
    asking = import_module("verbund.api.fhir.operations.graphql.asking")
    asking.schema(on, known)
    return asking


OPERATIONS = (
    Operation(
        "graphql",
        ("system", "instance"),
        scope("r"),
        graphql,
        definition=f"{STANDARD}Resource-graphql",
        free=True,
    ),
)
