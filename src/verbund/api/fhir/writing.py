"""Writing: create, update, patch, delete, with their conditions (FHIR R4, RESTful API)."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from verbund.access import Write
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.formats import check_body_format
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.patching import patch_of
from verbund.api.fhir.preferences import if_match, if_none_match, preferences
from verbund.api.fhir.presenting import GENERAL, check_query
from verbund.api.fhir.service import Service, said
from verbund.api.forms import Pairs, read_pairs
from verbund.api.ports import Outcome
from verbund.errors import Gone, Incorrect, NotFound
from verbund.fhir import Parameters, SearchQuery, parse_search
from verbund.identity import Principal


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    """The part of a resource that must fit its address."""

    resource_type: str | None = None
    id: str | None = None


_HEAD = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class Named:
    """What a write is called in its bundle, and where it came from."""

    full_url: str | None = None
    source: str | None = None


ALONE = Named()


def write_of(request: Request, address: Address, known: Parameters, named: Named = ALONE) -> Write:
    """What a changing request asks of the gate; also for the entries of a transaction.

    Raises Incorrect, Invalid, Unsupported or WrongMediaType for a body, a condition or a header that is wrong: also one
    that matters only for the answer, so that nothing is changed by what is refused.
    """
    preferences(request.headers)
    named_by_id = address.id or address.interaction.name == "create"
    condition = None if named_by_id else _condition(address.type, request.query, known)
    if condition is None and request.query:
        check_query(request, GENERAL)
    if address.interaction.name == "create":
        return _create(request, address, known, named)
    return _WRITES[address.interaction.name](request, address, condition, named)


def _create(request: Request, address: Address, known: Parameters, named: Named) -> Write:
    """A new resource, unless `If-None-Exist` finds one."""
    check_body_format(request.headers)
    head_of(request.body, address.type)
    return Write(
        "create",
        address.type,
        raw=request.body,
        if_none_exist=if_none_exist(address.type, request.headers.get("if-none-exist"), known),
        full_url=named.full_url,
        source=named.source,
    )


def _update(request: Request, address: Address, condition: SearchQuery | None, named: Named) -> Write:
    """A new version, or the first one under an id of the client's choice, or of what fits a condition."""
    check_body_format(request.headers)
    found = head_of(request.body, address.type)
    if condition is None:
        check_id(found, address.id)
    return Write(
        "update",
        address.type,
        address.id or None,
        request.body,
        if_match=if_match(request.headers),
        if_none_match=if_none_match(request.headers) if condition is None else None,
        condition=condition,
        full_url=named.full_url,
        source=named.source,
    )


def _patch(request: Request, address: Address, condition: SearchQuery | None, named: Named) -> Write:
    """A change to what is there."""
    return Write(
        "patch",
        address.type,
        address.id or None,
        if_match=if_match(request.headers),
        condition=condition,
        patch=patch_of(request),
        full_url=named.full_url,
        source=named.source,
    )


def _delete(request: Request, address: Address, condition: SearchQuery | None, named: Named) -> Write:
    """A deletion of one resource, or of all that fit a condition."""
    based_on = if_match(request.headers)
    return Write(
        "delete",
        address.type,
        address.id or None,
        if_match=based_on,
        condition=condition,
        multiple=condition is not None and based_on is None,
        source=named.source,
    )


_WRITES = {
    **dict.fromkeys(("update", "conditional-update"), _update),
    **dict.fromkeys(("patch", "conditional-patch"), _patch),
    **dict.fromkeys(("delete", "conditional-delete"), _delete),
}


async def write(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """Carry out one change."""
    asked = write_of(request, address, service.gate.known)
    try:
        (outcome,) = await service.gate.commit(who, (asked,))
    except (Gone, NotFound):
        if asked.verb == "delete" and asked.id:
            # As the standard wants it: what was deleted before, or never there, is gone all the same.
            return _deleted(request, ())
        raise
    return written(service, request, outcome)


def written(service: Service, request: Request, outcome: Outcome) -> Response:
    """The answer to a write, with as much of a body as `Prefer` wants, and who wrote it may be told."""
    if outcome.status in {"deleted", "absent"}:
        return _deleted(request, () if outcome.status == "absent" else (outcome, *outcome.others))
    status = 201 if outcome.status == "created" else 200
    match preferences(request.headers).returned:
        case "minimal":
            body = b""
        case "OperationOutcome":
            body = said(f"{outcome.type}/{outcome.id}: {outcome.status}, version {outcome.version}.")
        case _:
            body = outcome.body
    location = service.location(outcome)
    return Response(
        status,
        body,
        version=outcome.version,
        updated=outcome.updated,
        location=location,
        content_location=location if body and body == outcome.body else None,
    )


def _deleted(request: Request, outcomes: Sequence[Outcome]) -> Response:
    """The answer to a deletion: the version of a single one, or in a sentence how many there were."""
    version = outcomes[0].version if len(outcomes) == 1 else None
    if preferences(request.headers).returned == "OperationOutcome":
        return Response(200, said(f"Deleted: {len(outcomes)}."), version=version)
    return Response(204, version=version)


def head_of(raw: bytes, resource_type: str) -> str | None:
    """The id in a resource, once it is clear that it is JSON and of the right type. Raises Incorrect with the place."""
    try:
        head = _HEAD.decode(raw)
    except msgspec.ValidationError as error:
        raise Incorrect(f"This is not a resource: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
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


def if_none_exist(resource_type: str, text: str | None, known: Parameters) -> SearchQuery | None:
    """The condition of a conditional create. Raises Incorrect, also for a condition that every resource meets."""
    if text is None:
        return None
    return _criteria(resource_type, read_pairs(text.partition("?")[2] if "?" in text else text), "If-None-Exist", known)


def _condition(resource_type: str, pairs: Pairs, known: Parameters) -> SearchQuery:
    """The condition in the address of a conditional update, patch or deletion."""
    return _criteria(
        resource_type, tuple(pair for pair in pairs if pair[0] not in GENERAL), "A conditional request", known
    )


def _criteria(resource_type: str, pairs: Pairs, what: str, known: Parameters) -> SearchQuery:
    query = parse_search(resource_type, pairs, known=known)
    if not query.filters:
        raise Incorrect(f"{what} needs at least one search parameter, for example identifier=system|value.")
    return query
