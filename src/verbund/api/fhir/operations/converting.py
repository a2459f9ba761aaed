"""`$convert`: a resource in the format that is asked for; `$versions`: the versions of FHIR that are spoken.

https://hl7.org/fhir/R4/resource-operation-convert.html and capabilitystatement-operation-versions.html
"""

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.fhir import decode
from verbund.identity import Principal

_VERSION = "4.0"


async def convert(_: Service, __: Principal, call: Call) -> Response:
    """The resource in the body, in the format of the answer (`Accept`, `_format`). Invalid where it breaks a rule."""
    raw = call.parameters.resource("resource")
    if raw is None:
        raise refused("resource", "is missing; send a resource in the body.")
    decode(raw)
    return Response(200, raw)


async def versions(_: Service, __: Principal, ___: Call) -> Response:
    """The one version that there is, which is also what is spoken without being asked for."""
    told = [Parameter("version", _VERSION, "code"), Parameter("default", _VERSION, "code")]
    return Response(200, answer_of(told))


OPERATIONS = (
    Operation("convert", ("system",), scope(""), convert, takes=frozenset({"resource"}), methods=("POST",)),
    Operation(
        "versions",
        ("system",),
        scope(""),
        versions,
        definition="http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions",
    ),
)
