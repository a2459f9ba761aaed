"""`$export`: everything, all patients, or the patients of a group, as files of NDJSON; and `$import` of such files.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html and https://github.com/smart-on-fhir/bulk-import. What
`$bulk-status`, `$bulk-file` and `$import-status` answer belongs to it.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, unquote, urlencode

import msgspec

from verbund.access import stands_alone
from verbund.api.bulk.exporting import Exports, Request
from verbund.api.bulk.importing import Imports, Source, told
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import NDJSON, Response
from verbund.api.fhir.messages import Request as Asked
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameters, from_body, refused
from verbund.api.fhir.presenting import showing
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import Incorrect, Interrupted, Unsupported
from verbund.fhir import RESOURCE_TYPES, parse_search, type_of
from verbund.fhir import Parameters as SearchParameters
from verbund.fhir.dates import date_range
from verbund.fhir.generated.compartments import COMPARTMENTS
from verbund.identity import Principal

_FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
_TAKES = frozenset(
    {"_outputFormat", "_since", "_until", "_type", "_typeFilter", "_elements", "patient", "includeAssociatedData"}
)
_JSON = "application/json"
_OF_PATIENTS = tuple(sorted({"Patient", *COMPARTMENTS["Patient"]}))
_encode = msgspec.json.encode


class _Inputs(msgspec.Struct, rename="camel"):
    """What an import is asked for."""

    input_format: str
    input: tuple[Source, ...]


async def export(service: Service, who: Principal, call: Call) -> Response:
    """Begin an export: 202, and at `Content-Location` how it goes. Needs `Prefer: respond-async`.

    What it shows is the node at one moment, `transactionTime` in the manifest; ask with `_since` of that moment to go
    on from there. Parameters that are not known are refused, unless `Prefer: handling=lenient`.
    """
    if "respond-async" not in call.request.headers.get("prefer", ""):
        raise Incorrect("$export answers asynchronously; ask with the header Prefer: respond-async.")
    given = call.parameters
    _check_format(given)
    types = _types(given, _OF_PATIENTS if call.type else tuple(sorted(RESOURCE_TYPES)))
    exports, address = service.part(Exports), _address(service, call)
    at = await exports.moment(who, types, address)
    until = _moment(given, "_until")
    request = Request(
        address=address,
        types=types,
        at=at if until is None else min(at, until),
        since=_moment(given, "_since"),
        patients=await _patients(service, who, call),
        any_patient=bool(call.type),
        filters=_filters(given, types, service.gate.known),
        elements=_elements(given),
    )
    identity = await exports.begin(who, request)
    return Response(202, headers=(("Content-Location", f"{service.base}/$bulk-status/{identity}"),))


def _check_format(given: Parameters) -> None:
    asked = given.text("_outputFormat")
    if asked is not None and asked.replace(" ", "+") not in _FORMATS:
        raise refused("_outputFormat", "takes application/fhir+ndjson only.")
    if given.all("includeAssociatedData"):
        raise Unsupported("includeAssociatedData is not offered here; leave it out.")


def _types(given: Parameters, possible: tuple[str, ...]) -> tuple[str, ...]:
    asked = given.texts("_type")
    for name in asked:
        if name not in RESOURCE_TYPES:
            raise refused("_type", f"names no resource type of FHIR R4: {name[:64]}.")
        if name not in possible:
            raise refused("_type", f"names {name}, which is not part of patients' data.")
    return tuple(dict.fromkeys(asked)) or possible


def _moment(given: Parameters, name: str) -> datetime | None:
    text = given.text(name)
    if text is None:
        return None
    try:
        return date_range(text.replace(" ", "+"))[0]
    except ValueError:
        raise refused(name, "takes an instant such as 2024-05-31T12:00:00Z.") from None


def _filters(
    given: Parameters, types: tuple[str, ...], known: SearchParameters
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The searches that narrow single types."""
    found = []
    for text in given.texts("_typeFilter", divided=False):
        for one in (text if "?" in text else unquote(text)).split(",") if text.count("?") > 1 else [text]:
            kind, _, query = (one if "?" in one else unquote(one)).partition("?")
            if kind not in types:
                raise refused("_typeFilter", "begins with one of the exported types, as in Patient?gender=female.")
            pairs = tuple(parse_qsl(query, keep_blank_values=True))
            if not stands_alone(parse_search(kind, pairs, known=known.by_value)):
                raise refused("_typeFilter", "takes no chains, reverse chains or lists.")
            found.append((kind, pairs))
    return tuple(found)


def _elements(given: Parameters) -> tuple[str, ...]:
    named = given.texts("_elements")
    showing("false", named)
    return named


async def _patients(service: Service, who: Principal, call: Call) -> tuple[str, ...] | None:
    """Whose data: the members of a group, the patients that are named, or None for everybody."""
    named = {_patient(one.value) for one in call.parameters.all("patient")}
    if named and not call.type:
        raise refused("patient", "belongs to the export of patients or of a group.")
    if call.type != "Group":
        return tuple(sorted(named)) or None
    group = msgspec.json.decode((await service.gate.read(who, "Group", call.id)).body)
    members = {
        text.removeprefix("Patient/")
        for member in group.get("member", ())
        if not member.get("inactive")
        and (text := str(member.get("entity", {}).get("reference", ""))).startswith("Patient/")
    }
    return tuple(sorted(members & named if named else members))


def _patient(value: object) -> str:
    text = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text.removeprefix("Patient/"):
        raise refused("patient", "takes a reference to a patient.")
    return text.removeprefix("Patient/")


def _address(service: Service, call: Call) -> str:
    place = "/".join(part for part in (call.type, call.id, "$export") if part)
    return f"{service.base}/{place}{'?' if call.request.query else ''}{urlencode(call.request.query)}"


async def status(service: Service, who: Principal, request: Asked, address: Address) -> Response:
    """How an export goes: its manifest. DELETE forgets it."""
    exports = service.part(Exports)
    if request.method == "DELETE":
        await exports.cancel(who, address.id)
        return Response(202)
    manifest, expires = await exports.manifest(who, address.id, f"{service.base}/$bulk-file")
    return Response(200, _encode(manifest), (("Expires", _http(expires)),), media_type=_JSON)


async def import_(service: Service, who: Principal, call: Call) -> Response:
    """Begin an import of NDJSON files: 202, and at `Content-Location` how it goes. Needs `Prefer: respond-async`.

    The body names the files: JSON as `{"inputFormat": …, "input": [{"type": …, "url": …}]}`, or Parameters with the
    same names. Forbidden for places that the operator of this node has not named.
    """
    if "respond-async" not in call.request.headers.get("prefer", ""):
        raise Incorrect("$import answers asynchronously; ask with the header Prefer: respond-async.")
    asked = _inputs(call.request.body)
    if asked.input_format.partition(";")[0] not in _FORMATS or not asked.input:
        raise Incorrect("$import takes inputFormat application/fhir+ndjson and at least one input.")
    for source in asked.input:
        if source.type not in RESOURCE_TYPES:
            raise Incorrect(f"An input names no resource type of FHIR R4: {source.type[:64]}.")
    identity = await service.part(Imports).begin(who, _address(service, call), asked.input)
    return Response(202, headers=(("Content-Location", f"{service.base}/$import-status/{identity}"),))


def _inputs(body: bytes) -> _Inputs:
    if type_of(body) == "Parameters":
        given = from_body(body)
        rows = [{part.name: part.value for part in one.parts} for one in given.all("input")]
        body = _encode({"inputFormat": given.text("inputFormat"), "input": rows})
    try:
        return msgspec.json.decode(body, type=_Inputs)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Incorrect(f"The body does not name files to import: {error}") from None


async def import_status(service: Service, who: Principal, request: Asked, address: Address) -> Response:
    """How an import goes: 202 with `X-Progress` while it runs, then what became of it. DELETE ends and forgets it."""
    imports = service.part(Imports)
    if request.method == "DELETE":
        await imports.cancel(who, address.id)
        return Response(202)
    job, expires = await imports.state(who, address.id)
    if job.state == "running":
        return Response(202, headers=(("X-Progress", f"{job.loaded} resources"), ("Retry-After", "2")))
    if job.state == "failed":
        raise Interrupted(job.failure)
    return Response(200, _encode(told(job)), (("Expires", _http(expires)),), media_type=_JSON)


def _http(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


async def file(service: Service, who: Principal, request: Asked, address: Address) -> Response:  # noqa: ARG001 - a handler
    """One file of an export, as far as it may be seen now."""
    batches, elements = await service.part(Exports).file(who, address.id, address.version)
    show = showing("false", elements)
    return Response(200, stream=_lines(batches, show), media_type=NDJSON)


async def _lines(batches: AsyncIterator[list[bytes]], show: Callable[[bytes], bytes]) -> AsyncIterator[bytes]:
    async for batch in batches:
        yield b"\n".join([*map(show, batch), b""])


OPERATIONS = (
    Operation(
        "export",
        ("system", "type", "instance"),
        scope("r"),
        export,
        takes=_TAKES,
        types=("Patient", "Group"),
        definition="http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export",
    ),
    Operation(
        "import",
        ("system",),
        scope("cu"),
        import_,
        methods=("POST",),
        definition="https://github.com/smart-on-fhir/bulk-import",
        free=True,
    ),
)
