"""Writing: create, update (also of what is not there yet), delete, with their conditions (FHIR R4, RESTful API)."""

import msgspec

from verbund.access import Write
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.preferences import check_body_format, if_match, preferences
from verbund.api.fhir.service import Service, said
from verbund.api.forms import read_pairs
from verbund.api.ports import Outcome
from verbund.errors import Forbidden, Gone, Incorrect, NotFound
from verbund.fhir import SearchQuery, parse_search
from verbund.identity import Principal


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    """The part of a resource that must fit its address."""

    resource_type: str | None = None
    id: str | None = None


_HEAD = msgspec.json.Decoder(_Head)


async def create(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """A new resource, unless `If-None-Exist` finds one."""
    check_body_format(request.headers)
    head_of(request.body, address.type)
    condition = if_none_exist(address.type, request.headers.get("if-none-exist"))
    write = Write("create", address.type, raw=request.body, if_none_exist=condition)
    (outcome,) = await service.gate.commit(who, (write,))
    return await written(service, who, request, outcome)


async def update(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """A new version, or the first one under an id of the client's choice."""
    check_body_format(request.headers)
    check_id(head_of(request.body, address.type), address.id)
    write = Write("update", address.type, id=address.id, raw=request.body, if_match=if_match(request.headers))
    (outcome,) = await service.gate.commit(who, (write,))
    return await written(service, who, request, outcome)


async def delete(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """204, also when it was deleted before or never there, as the standard wants it."""
    write = Write("delete", address.type, id=address.id, if_match=if_match(request.headers))
    try:
        (outcome,) = await service.gate.commit(who, (write,))
    except (Gone, NotFound):
        return Response(204)
    return await written(service, who, request, outcome)


async def written(service: Service, who: Principal, request: Request, outcome: Outcome) -> Response:
    """The answer to a write, with as much of a body as `Prefer` wants."""
    if outcome.status == "deleted":
        return Response(204, version=outcome.version)
    status = 201 if outcome.status == "created" else 200
    match preferences(request.headers).returned:
        case "minimal":
            body = b""
        case "OperationOutcome":
            body = said(f"{outcome.type}/{outcome.id}: {outcome.status}, version {outcome.version}.")
        case _:
            body = await _body(service, who, outcome)
    location = service.location(outcome)
    return Response(status, body, version=outcome.version, updated=outcome.updated, location=location)


async def _body(service: Service, who: Principal, outcome: Outcome) -> bytes:
    """The resource as it is stored; empty for who may write it but not read it."""
    if outcome.body:
        return outcome.body
    try:
        return (await service.gate.read(who, outcome.type, outcome.id)).body
    except Forbidden:
        return b""


def head_of(raw: bytes, resource_type: str) -> str | None:
    """The id in a resource, once it is clear that it is JSON and of the right type. Raises Incorrect with the place."""
    try:
        head = _HEAD.decode(raw)
    except msgspec.ValidationError as error:
        raise Incorrect(f"This is not a resource: {error}.") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise Incorrect(f"This is not JSON: {placed(str(error), raw)}.") from None
    if head.resource_type != resource_type:
        named = "no resourceType" if head.resource_type is None else f"the resourceType '{head.resource_type[:64]}'"
        raise Incorrect(f"The body has {named}, but the address is for {resource_type}.")
    return head.id


def check_id(found: str | None, wanted: str) -> None:
    """Refuse (Incorrect) an update whose body has another id than its address, or none."""
    if found is None:
        raise Incorrect("The body of an update has the same id as its address; it has none.")
    if found != wanted:
        raise Incorrect("The id in the body is not the id in the address.")


def placed(problem: str, raw: bytes) -> str:
    """A JSON decoder's message with line and column instead of the byte."""
    text, marker, rest = problem.partition(" (byte ")
    if not marker:
        return f"{text} (line {raw.count(10) + 1}, at the end)"
    byte = int(rest.rstrip(")"))
    before = raw[:byte].rpartition(b"\n")
    return f"{text} (line {before[0].count(10) + bool(before[1]) + 1}, column {len(before[2]) + 1})"


def if_none_exist(resource_type: str, text: str | None) -> SearchQuery | None:
    """The condition of a conditional create. Raises Incorrect, also for a condition that every resource meets."""
    if text is None:
        return None
    query = parse_search(resource_type, read_pairs(text.partition("?")[2] if "?" in text else text))
    if not query.filters:
        raise Incorrect("If-None-Exist needs at least one search parameter, for example identifier=system|value.")
    return query
