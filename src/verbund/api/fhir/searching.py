"""Searching a type, a compartment or everything, by address or by form, page by page (FHIR R4, section 3.1.1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.formats import check_body_format
from verbund.api.fhir.histories import DEFAULT_COUNT, MOST
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.preferences import preferences
from verbund.api.fhir.presenting import GENERAL, Show, showing, whole
from verbund.api.fhir.service import Service, said
from verbund.api.forms import Pairs, read_pairs
from verbund.api.ports import Version
from verbund.errors import Incorrect
from verbund.fhir import Parameters, SearchQuery, parse_compartment, parse_search
from verbund.fhir.bundles import searchset
from verbund.identity import Principal

_UNDERSTOOD = 1024  # searches that are read once while they are asked again and again


@dataclass(frozen=True, slots=True)
class _Place:
    """Where is searched: in a type, in the compartment of a resource (one type or `*`), or everywhere."""

    type: str = ""
    compartment: tuple[str, str] | None = None

    @property
    def address(self) -> str:
        """Below the base."""
        inner = () if self.compartment is None else self.compartment
        return "/".join((*inner, *((self.type,) if self.type else ())))

    def parsed(self, pairs: Pairs, known: Parameters, *, lenient: bool) -> SearchQuery:
        """The search that these parameters mean here."""
        if self.compartment is not None:
            return parse_compartment(*self.compartment, self.type, pairs, lenient=lenient, known=known)
        return parse_search(self.type, pairs, lenient=lenient, known=known)


class _Understood(NamedTuple):
    """What a search means, what is shown of each resource, what of it was understood, and that as an address."""

    query: SearchQuery
    show: Show
    pairs: Pairs
    address: str


def _place(address: Address) -> _Place:
    if address.target:
        return _Place(address.target, (address.type, address.id))
    return _Place(address.type)


async def search(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """What matches and may be seen, page by page."""
    return await _search(service, who, request, _place(address), request.query)


async def search_form(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The same with the parameters in a form, so that they stand in no address."""
    form: Pairs = ()
    if request.body:
        check_body_format(request.headers, form=True)
        try:
            form = read_pairs(request.body.decode("utf-8"))
        except UnicodeDecodeError:
            raise Incorrect("The form is not UTF-8.") from None
    return await _search(service, who, request, _place(address), (*request.query, *form))


async def _search(service: Service, who: Principal, request: Request, place: _Place, pairs: Pairs) -> Response:
    pairs, cursor = _begun(service, who, place, tuple([pair for pair in pairs if pair[0] not in GENERAL]))
    lenient = preferences(request.headers).lenient
    query, show, pairs, address = _understood(place, pairs, service.gate.known, lenient)
    page = await service.gate.search(who, _seen(service, who, query, pairs), cursor=cursor)
    links = [("self", f"{service.base}/{address}")]
    if page.next_cursor is not None:
        token = service.pages.token(who.subject, place.address, pairs, page.next_cursor)
        links.append(("next", f"{service.base}/{place.address}?{PARAMETER}={token}"))
    matches, included = _parts(page.matches, show), _parts(page.included, show)
    notes = [said(f"These parameters were ignored: {', '.join(query.ignored)}.")] if query.ignored else []
    return Response(200, searchset(service.base, matches, included, total=page.total, links=links, outcomes=notes))


class _Part(NamedTuple):
    """What of a resource is shown."""

    type: str
    id: str
    body: bytes


def _parts(found: Sequence[Version], show: Show) -> Sequence[Version] | list[_Part]:
    return found if show is whole else [_Part(one.type, one.id, show(one.body)) for one in found]


@lru_cache(maxsize=_UNDERSTOOD)
def _understood(place: _Place, pairs: Pairs, offered: Parameters, lenient: bool) -> _Understood:
    """A search is read once as long as the node's parameters stay the same; none depends on when it is asked."""
    query = _sized(_parsed(place, pairs, offered, lenient=lenient))
    kept = tuple(pair for pair in pairs if pair[0] not in query.ignored)
    address = f"{place.address}{'?' if kept else ''}{urlencode(kept)}"
    return _Understood(query, showing(query.summary, query.elements), kept, address)


def _begun(service: Service, who: Principal, place: _Place, pairs: Pairs) -> tuple[Pairs, str | None]:
    """The search that is meant, and where to go on."""
    tokens = [value for name, value in pairs if name == PARAMETER]
    if not tokens:
        return pairs, None
    if len(pairs) > 1:
        raise Incorrect(f"A page link stands alone; take the address as it was given, with {PARAMETER} only.")
    return service.pages.open(tokens[0], who.subject, place.address)


def _seen(service: Service, who: Principal, query: SearchQuery, pairs: Pairs) -> SearchQuery:
    """A search over all types as one over those that may be searched; types that are asked for by name stay."""
    if not query.union or any(name == "_type" for name, _ in pairs):
        return query
    may = set(service.gate.searchable(who, [part.type for part in query.union]))
    seen = tuple(part for part in query.union if part.type in may)
    return replace(query, union=seen or query.union[:1])


def _parsed(place: _Place, pairs: Pairs, offered: Parameters, *, lenient: bool) -> SearchQuery:
    """The search. A parameter that is not known is refused with the names that are near it."""
    try:
        return place.parsed(pairs, offered, lenient=lenient)
    except Incorrect as error:
        known = offered.of(place.type) if place.type not in {"", "*"} else {}
        unknown = next((n for n, v in pairs if v and n[:1] != "_" and _base(n) not in known), None)
        if unknown is None or not known or len(error.issues) != 1:
            raise
        near = get_close_matches(_base(unknown)[:64], known, n=4, cutoff=0.5)
        hint = f"Near it are {', '.join(near)}." if near else f"There are {', '.join(known)}."
        text = f"{error.text} {hint}"
        raise Incorrect(text, issues=(replace(error.issues[0], text=text),)) from None


def _base(name: str) -> str:
    """A parameter's name without modifier and chain."""
    return name.partition(":")[0].partition(".")[0]


def _sized(query: SearchQuery) -> SearchQuery:
    """The query with a page size: 50 by default, 1000 at most."""
    return replace(query, count=DEFAULT_COUNT if query.count is None else min(query.count, MOST))
