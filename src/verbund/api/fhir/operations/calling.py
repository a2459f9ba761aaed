"""Calling an operation: its parameters are read and checked before it sees them."""

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.formats import check_body_format
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.operations import OPERATIONS
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import NO_PARAMETERS, Parameters, from_address, from_body
from verbund.api.fhir.preferences import preferences
from verbund.api.fhir.service import Service
from verbund.errors import Incorrect
from verbund.identity import Principal

_GENERAL = frozenset({"_format", "_pretty", "_summary", "_elements"})


async def call(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """Answer an operation. Incorrect for parameters that it does not take, or a preference that there is none of."""
    preferences(request.headers)
    operation = OPERATIONS[address.interaction.name.removeprefix("$")]
    parameters = NO_PARAMETERS if operation.free else _parameters(operation, request)
    return await operation.handler(service, who, Call(address, request, parameters))


def _parameters(operation: Operation, request: Request) -> Parameters:
    """Those of the address, then those of the body."""
    listed = [one for one in from_address(request.query) if one.name not in _GENERAL - operation.takes]
    if request.body:
        check_body_format(request.headers)
        listed += from_body(request.body)
    unknown = sorted({one.name for one in listed} - operation.takes)
    if unknown and not preferences(request.headers).lenient:
        takes = f"it takes {', '.join(sorted(operation.takes))}" if operation.takes else "it takes none"
        raise Incorrect(f"${operation.name} has no parameter {', '.join(unknown)[:120]}; {takes}.")
    return Parameters(tuple(one for one in listed if one.name in operation.takes))
