"""Reading: the present version, an older one, the history of a resource (FHIR R4: read, vread, history)."""

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.bundling import entry, searchset
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.preferences import etag, http_date, not_modified
from verbund.api.fhir.service import Service, version_headers
from verbund.api.ports import Version
from verbund.errors import Incorrect
from verbund.identity import Principal

DEFAULT_COUNT = 50
MOST = 1000


async def read(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The present version; 304 when the client has it already."""
    return _unless_known(request, await service.gate.read(who, address.type, address.id))


async def vread(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """One version, by its number."""
    return _unless_known(request, await service.gate.vread(who, address.type, address.id, address.version))


def _unless_known(request: Request, found: Version) -> Response:
    if not_modified(request.headers, found.version, found.updated):
        return Response(304, headers=version_headers(found))
    return Response(200, found.body, version_headers(found))
