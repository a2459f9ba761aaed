"""Searching a type, by address or by form, with links to the next page (FHIR R4, section 3.1.1)."""

from dataclasses import replace
from urllib.parse import urlencode

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Pairs, Request, Response, read_pairs
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.preferences import check_body_format, preferences
from verbund.api.fhir.service import Service
from verbund.api.ports import Found
from verbund.errors import Incorrect
from verbund.fhir import SearchQuery, parse_search
from verbund.identity import Principal

DEFAULT_COUNT = 50
MOST = 1000
_GENERAL = frozenset({"_format", "_pretty"})


async def search(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """What matches, page by page."""
    return await _search(service, who, request, address, request.query)


async def search_form(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The same with the parameters in a form, so that they stand in no address."""
    check_body_format(request.headers, form=True)
    form = read_pairs(request.body.decode("utf-8", "replace"))
    return await _search(service, who, request, address, (*request.query, *form))
