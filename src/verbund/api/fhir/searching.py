"""Searching a type, by address or by form, with links to the next page (FHIR R4, section 3.1.1)."""

from dataclasses import replace
from difflib import get_close_matches
from urllib.parse import urlencode

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.preferences import check_body_format, preferences
from verbund.api.fhir.reading import DEFAULT_COUNT, MOST
from verbund.api.fhir.service import Service, said
from verbund.api.forms import Pairs, read_pairs
from verbund.errors import Incorrect
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.bundles import searchset
from verbund.fhir.search import parameters_of
from verbund.identity import Principal

_GENERAL = frozenset({"_format", "_pretty"})


async def search(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """What matches and may be seen, page by page."""
    return await _search(service, who, request, address.type, request.query)


async def search_form(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The same with the parameters in a form, so that they stand in no address."""
    check_body_format(request.headers, form=True)
    try:
        form = read_pairs(request.body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Incorrect("The form is not UTF-8.") from None
    return await _search(service, who, request, address.type, (*request.query, *form))


async def _search(service: Service, who: Principal, request: Request, of: str, pairs: Pairs) -> Response:
    pairs, cursor = _place(service, who, of, tuple(pair for pair in pairs if pair[0] not in _GENERAL))
    query = _sized(_parsed(of, pairs, lenient=preferences(request.headers).lenient))
    page = await service.gate.search(who, query, cursor=cursor)
    pairs = tuple(pair for pair in pairs if pair[0] not in query.ignored)
    links = [("self", f"{service.base}/{of}{'?' if pairs else ''}{urlencode(pairs)}")]
    if page.next_cursor is not None:
        token = service.pages.token(who.subject, of, pairs, page.next_cursor)
        links.append(("next", f"{service.base}/{of}?{PARAMETER}={token}"))
    matches = [(service.full_url(found), found.body) for found in page.matches]
    included = [(service.full_url(found), found.body) for found in page.included]
    notes = [said(f"These parameters were ignored: {', '.join(query.ignored)}.")] if query.ignored else []
    return Response(200, searchset(matches, included, total=page.total, links=links, outcomes=notes))


def _place(service: Service, who: Principal, of: str, pairs: Pairs) -> tuple[Pairs, str | None]:
    """The search that is meant, and where to go on."""
    tokens = [value for name, value in pairs if name == PARAMETER]
    if not tokens:
        return pairs, None
    if len(pairs) > 1:
        raise Incorrect(f"A page link stands alone; take the address as it was given, with {PARAMETER} only.")
    return service.pages.open(tokens[0], who.subject, of)


def _parsed(of: str, pairs: Pairs, *, lenient: bool) -> SearchQuery:
    """The search. A parameter that is not known is refused with the names that are near it."""
    try:
        return parse_search(of, pairs, lenient=lenient)
    except Incorrect as error:
        known = parameters_of(of)
        unknown = next((n for n, v in pairs if v and n[:1] != "_" and n.partition(":")[0] not in known), None)
        if unknown is None or len(error.issues) != 1:
            raise
        near = get_close_matches(unknown.partition(":")[0][:64], known, n=4, cutoff=0.5)
        hint = f"Near it are {', '.join(near)}." if near else f"There are {', '.join(known)}."
        text = f"{error.text} {hint}"
        raise Incorrect(text, issues=(replace(error.issues[0], text=text),)) from None


def _sized(query: SearchQuery) -> SearchQuery:
    """The query with a page size: 50 by default, 1000 at most."""
    return replace(query, count=DEFAULT_COUNT if query.count is None else min(query.count, MOST))
