"""`$validate`: whether a resource is as FHIR and its profiles ask, or could be written so.

https://hl7.org/fhir/R4/resource-operation-validate.html. The answer is 200 with an OperationOutcome also where the
resource is not valid; only what cannot be asked at all is refused.
"""

from verbund.api.fhir.formats import check_body_format
from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameters, from_address, from_body, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.definitions import Validator
from verbund.errors import Incorrect, Issue
from verbund.fhir import type_of
from verbund.fhir.outcomes import outcome_of
from verbund.fhir.profiles import identity_of
from verbund.identity import Principal

MODES = ("create", "update", "delete", "profile")
TAKES = frozenset({"resource", "mode", "profile"})
_GENERAL = frozenset({"_format", "_pretty"})


async def validate(service: Service, who: Principal, call: Call) -> Response:
    """Validate what was sent; without it, the resource at the address as it is."""
    parameters = _parameters(call)
    mode = parameters.text("mode")
    if mode is not None and mode not in MODES:
        raise refused("mode", f"is one of {', '.join(MODES)}.")
    profiles = parameters.texts("profile", divided=False)
    if mode == "profile" and not profiles:
        raise refused("profile", "is needed for the mode 'profile': say which.")
    if mode == "delete":
        return await _of_deletion(service, who, call)
    raw = parameters.resource("resource")
    sent = raw is not None
    if raw is None:
        if not call.id:
            raise refused("resource", "is needed: the resource to validate.")
        raw = (await service.gate.read(who, call.type, call.id)).body
    issues = list(_of_address(raw, call, mode) if sent else ())
    try:
        issues += await service.part(Validator).issues(raw, against=profiles)
    except Incorrect as error:
        issues += [Issue("structure", error.text, rule="json")]
    return Response(200, outcome_of(tuple(issues)))


def _parameters(call: Call) -> Parameters:
    """What was asked; a resource in the body is not looked at yet, since it may be wrong."""
    listed = [one for one in from_address(call.request.query) if one.name not in _GENERAL]
    if call.request.body:
        check_body_format(call.request.headers)
        listed += from_body(call.request.body, resource_type=call.type, strict=False)
    unknown = sorted({one.name for one in listed} - TAKES)
    if unknown:
        raise Incorrect(f"$validate has no parameter {', '.join(unknown)[:120]}; it takes {', '.join(sorted(TAKES))}.")
    return Parameters(tuple(listed))


async def _of_deletion(service: Service, who: Principal, call: Call) -> Response:
    """Whether a resource can be deleted: it must be there."""
    if not call.id:
        raise refused("mode", "is 'delete' only for a resource: ask at its own address.")
    await service.gate.read(who, call.type, call.id)
    return Response(200, outcome_of(()))


def _of_address(raw: bytes, call: Call, mode: str | None) -> list[Issue]:
    """What of a resource does not fit the address and the mode."""
    name = type_of(raw)
    if name is not None and name != call.type:
        text = f"This is a {name}, where a {call.type} was expected."
        return [Issue("structure", text, (name,), "error", "resource-type")]
    if mode != "update" or not call.id:
        return []
    own = identity_of(raw)
    if own == call.id:
        return []
    said = "has no id" if own is None else "has another id"
    text = f"{call.type}.id: for an update the resource must have the id of the address; it {said}."
    return [Issue("required" if own is None else "value", text, (f"{call.type}.id",), "error", "id")]


OPERATIONS = (Operation("validate", ("type", "instance"), scope("r"), validate, takes=TAKES, free=True),)
