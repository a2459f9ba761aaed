"""`NamingSystem/$preferred-id`: another name of an identifier system or code system that is known here.

https://hl7.org/fhir/R4/namingsystem-operation-preferred-id.html
"""

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.gathering import gathered
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.identity import Principal

MOST_SYSTEMS = 100
_KINDS = ("oid", "uuid", "uri", "other")
_OID = "urn:oid:"


class _Name(msgspec.Struct):
    type: str = ""
    value: str = ""
    preferred: bool = False


class _System(msgspec.Struct):
    unique_id: tuple[_Name, ...] = msgspec.field(name="uniqueId", default=())


_system = msgspec.json.Decoder(_System).decode


async def preferred(service: Service, who: Principal, call: Call) -> Response:
    """The name of the kind `type` that a system with the name `id` has, the preferred one of several.

    NotFound where no NamingSystem here has both.
    """
    given, kind = call.parameters.text("id"), call.parameters.text("type")
    if not given:
        raise refused("id", "takes a name that the system has: an address, an OID or a UUID.")
    if kind not in _KINDS:
        raise refused("type", f"takes {', '.join(_KINDS)}.")
    plain = given.removeprefix(_OID)
    value = plain.replace("\\", "\\\\").replace(",", "\\,")
    query = parse_search("NamingSystem", (("value:exact", value), ("_count", str(MOST_SYSTEMS))))
    for one in await gathered(service, who, query, MOST_SYSTEMS):
        names = _system(one.body).unique_id
        fitting = sorted((name for name in names if name.type == kind), key=lambda name: not name.preferred)
        if fitting and any(name.value == plain for name in names):
            return Response(200, answer_of([Parameter("result", fitting[0].value, "string")]))
    raise NotFound("No naming system that is known here has this name and one of this kind.")


OPERATIONS = (
    Operation(
        "preferred-id",
        ("type",),
        scope("s"),
        preferred,
        takes=frozenset({"id", "type"}),
        types=("NamingSystem",),
        definition="http://hl7.org/fhir/OperationDefinition/NamingSystem-preferred-id",
    ),
)
