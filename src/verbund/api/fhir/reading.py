"""Reading: the present version or an older one (FHIR R4: read, vread, conditional read)."""

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.preferences import not_modified
from verbund.api.fhir.presenting import check_query, shown
from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.identity import Principal


async def read(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The present version; 304 when the client has it already."""
    if request.query:
        check_query(request)
    show = shown(request)
    found = await service.gate.read(who, address.type, address.id)
    return _unless_known(service, request, found, show(found.body))


async def vread(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """One version, by its number."""
    check_query(request)
    show = shown(request)
    found = await service.gate.vread(who, address.type, address.id, address.version)
    return _unless_known(service, request, found, show(found.body))


def _unless_known(service: Service, request: Request, found: Version, body: bytes) -> Response:
    if not_modified(request.headers, found.version, found.updated):
        return Response(304, version=found.version, updated=found.updated)
    return Response(200, body, version=found.version, updated=found.updated, content_location=service.location(found))
