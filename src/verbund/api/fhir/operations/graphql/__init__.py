"""`$graphql`: exactly the elements that are asked for, across resources (https://hl7.org/fhir/R4/graphql.html)."""

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import STANDARD, Call, Operation
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.identity import Principal


async def graphql(service: Service, who: Principal, call: Call) -> Response:
    """The answer to a query; see `asking.answered`."""
    # The library is large, and most processes never need it.
    from verbund.api.fhir.operations.graphql.asking import answered  # noqa: PLC0415

    return await answered(service, who, call)


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
