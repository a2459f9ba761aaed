"""Reading: the present version, an older one, the history of a resource (FHIR R4: read, vread, history)."""

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.preferences import not_modified
from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.errors import Incorrect
from verbund.fhir.bundles import Version as Past
from verbund.fhir.bundles import history_bundle
from verbund.identity import Principal

DEFAULT_COUNT = 50
MOST = 1000


async def read(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The present version; 304 when the client has it already."""
    return _unless_known(request, await service.gate.read(who, address.type, address.id))


async def vread(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """One version, by its number."""
    return _unless_known(request, await service.gate.vread(who, address.type, address.id, address.version))


async def history(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The versions of one resource, newest first, page by page."""
    place = f"{address.type}/{address.id}/_history"
    count, before = _place(service, who, request, place)
    found = await service.gate.history(who, address.type, address.id, count=count, before_version=before)
    links = [("self", f"{service.base}/{place}?_count={count}")]
    if found.next_before is not None:
        token = service.pages.token(who.subject, place, (("_count", str(count)),), str(found.next_before))
        links.append(("next", f"{service.base}/{place}?{PARAMETER}={token}"))
    versions = [
        Past(service.full_url(v), v.type, v.id, v.version, v.updated, v.body, deleted=v.deleted) for v in found.versions
    ]
    return Response(200, history_bundle(versions, total=found.total, links=links))


def _place(service: Service, who: Principal, request: Request, place: str) -> tuple[int, int | None]:
    """How many versions, and before which."""
    token = request.parameter(PARAMETER)
    if token is not None:
        pairs, cursor = service.pages.open(token, who.subject, place)
        return int(dict(pairs)["_count"]), int(cursor)
    unknown = {name for name, _ in request.query} - {"_count", "_format", "_pretty"}
    if unknown:
        raise Incorrect(f"A history takes _count here, not {', '.join(sorted(unknown))[:120]}.")
    return count_of(request.parameter("_count")), None


def count_of(text: str | None) -> int:
    """The page size that is asked for: 50 by default, 1000 at most. Raises Incorrect for what is no number."""
    if text is None:
        return DEFAULT_COUNT
    if not text.isascii() or not text.isdecimal():
        raise Incorrect("_count takes a number, for example _count=50.")
    return min(int(text[:9]), MOST)


def _unless_known(request: Request, found: Version) -> Response:
    if not_modified(request.headers, found.version, found.updated):
        return Response(304, version=found.version, updated=found.updated)
    return Response(200, found.body, version=found.version, updated=found.updated)
