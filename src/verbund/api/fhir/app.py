"""The FHIR API as a raw ASGI application: no framework stands on the hot path."""

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from verbund.api.bearer import challenges, credentials_of
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.binaries import is_read_as_itself, unwrapped, wrapped
from verbund.api.fhir.bundles import process
from verbund.api.fhir.capabilities import capability_statement
from verbund.api.fhir.dispatch import answer
from verbund.api.fhir.formats import NotAcceptable, answer_format, as_json
from verbund.api.fhir.messages import (
    JSON,
    XML,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    in_format,
    read_body,
    read_head,
    write,
)
from verbund.api.fhir.operations import OPERATIONS
from verbund.api.fhir.pages import PageLinks
from verbund.api.fhir.routing import NotAllowed, interpret
from verbund.api.fhir.service import Parts, Service
from verbund.api.fhir.together import Together
from verbund.api.origins import Across
from verbund.api.ports import Gate, Verifier
from verbund.config import utc_now
from verbund.crypto import NodeKeys
from verbund.errors import Fault, VerbundError, incident, report
from verbund.fhir import outcome
from verbund.fhir.xml import to_xml
from verbund.identity import House, Principal, smart_configuration

_log = logging.getLogger(__name__)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_RETRY_SECONDS = 2


class FhirApp:
    """Answers everything below `base_path`; every failure is an OperationOutcome.

    Nothing but the CapabilityStatement and the SMART configuration is answered without a valid bearer token. A body is
    read only after the token has been checked, and never beyond `max_body_bytes`.
    """

    def __init__(self, service: Service, verifier: Verifier, *, max_body_bytes: int, base_path: str = "/fhir") -> None:
        self._service = service
        self._verifier = verifier
        self._max_body_bytes = max_body_bytes
        self._base_path = base_path
        self._issuer = service.base.removesuffix(base_path)
        # For each format, made once for each state of the search parameters.
        self._statements: dict[str, tuple[int, bytes]] = {}
        self._across = Across(self._served)

    def together(self) -> Together:
        """What answers plain reads in its place, those that come at the same time together."""
        return Together(self._service, self._verifier, base_path=self._base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3; speaks HTTP only, also with pages of other origins."""
        if scope["type"] != "http":
            raise Fault("The FHIR API speaks HTTP only.")
        await self._across(scope, receive, send)

    async def _served(self, scope: Scope, receive: Receive, send: Send) -> None:
        request: Request | None = None
        try:
            request, refusal = _negotiated(read_head(scope, self._base_path))
            response = await self._answer(request, receive, refusal)
        except VerbundError as error:
            report(error, _log)
            response = refused(error, self._issuer)
        except Exception as error:  # noqa: BLE001  # whatever it is, the client learns only the incident's number
            response = refused(incident(error, _log), self._issuer)
        await write(send, request, response)

    async def _answer(self, request: Request, receive: Receive, refusal: NotAcceptable | None) -> Response:
        """`refusal` says that no format that is asked for is offered; some operations have formats of their own."""
        address = interpret(request.method, request.segments)
        name = address.interaction.name
        public = address.interaction.rule.kind == "public"
        who = None if public else await self._who(request)
        of_its_own = refusal is not None and is_read_as_itself(address)
        if refusal is not None and name not in _ANY_FORMAT and not of_its_own:
            raise refusal
        if who is None:
            return await self._document(request, address)
        await self._service.gate.parameters()
        if request.method in _WITH_BODY:
            request = request.with_body(await read_body(receive, request.headers, self._max_body_bytes))
            request = await as_json(wrapped(request, address))
        if name == "bundle":
            return await process(self._service, who, request)
        response = await answer(self._service, who, request, address)
        return unwrapped(request, response, refusal) if refusal is not None and of_its_own else response

    async def _who(self, request: Request) -> Principal:
        scheme, token = credentials_of(request.headers.get("authorization"))
        if scheme == "bearer":
            return await self._verifier.verify(token)
        asked = "/".join((self._service.base, *request.segments))
        return await self._verifier.presented(scheme, token, request.headers.get("dpop"), request.method, asked)

    async def _document(self, request: Request, address: Address) -> Response:
        """The documents that are open to everybody; what they cost is paid once, not for every stranger who asks."""
        if address.interaction.name == "smart-configuration":
            return Response(200, self._service.smart, media_type="application/json")
        if request.answer_format != XML:
            return Response(200, await self._statement(JSON))
        return Response(200, await self._statement(XML), media_type=XML)

    async def _statement(self, form: str) -> bytes:
        known = await self._service.gate.parameters()
        made = self._statements.get(form)
        if made is None or made[0] != known.number:
            if form == XML:
                text = await asyncio.to_thread(to_xml, await self._statement(JSON))
            else:
                text = await asyncio.to_thread(self._service.describe, known)
            made = self._statements[form] = known.number, text
        return made[1]


_ANY_FORMAT = {"smart-configuration", "bulk-file", "bulk-status", "import-status", "$export"} | {
    f"${name}" for name, operation in OPERATIONS.items() if operation.free
}


def _negotiated(request: Request) -> tuple[Request, NotAcceptable | None]:
    """The request with the format of its answer, or why there is none."""
    if "accept" not in request.headers and not request.query:
        return request, None
    try:
        return in_format(request, answer_format(request)), None
    except NotAcceptable as error:
        return request, error


def fhir_app(
    gate: Gate, tokens: Verifier, keys: NodeKeys, house: House, *, max_body_bytes: int, parts: Sequence[object] = ()
) -> FhirApp:
    """The FHIR API of a house: everything that it needs is made from these.

    `parts` are services that single operations need, such as the terminology (`Service.part`).
    """
    started = utc_now()
    service = Service(
        gate=gate,
        base=house.audience,
        pages=PageLinks(keys),
        describe=lambda known: capability_statement(house, started=started, known=known),
        smart=msgspec.json.encode(smart_configuration(house)),
        parts=Parts(tuple(parts)),
    )
    return FhirApp(service, tokens, max_body_bytes=max_body_bytes)


def refused(error: VerbundError, issuer: str) -> Response:
    """An error as its answer: status, OperationOutcome, and the headers that belong to it."""
    headers: tuple[tuple[str, str], ...] = ()
    if error.http_status == 401:
        headers = challenges(error, issuer)
    elif isinstance(error, NotAllowed):
        headers = (("Allow", ", ".join(error.allowed)),)
    elif error.category.retriable:
        headers = (("Retry-After", str(getattr(error, "wait_seconds", _RETRY_SECONDS))),)
    return Response(error.http_status, outcome(error), headers)
