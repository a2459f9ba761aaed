"""Histories of a resource, of a type, of the whole system (https://hl7.org/fhir/R4/http.html#history)."""

from dataclasses import dataclass
from datetime import datetime

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.presenting import SHOWING, Show, check_query, refused, showing
from verbund.api.fhir.service import Service
from verbund.api.forms import Pairs
from verbund.errors import Incorrect
from verbund.fhir.bundles import Version as Past
from verbund.fhir.bundles import history_bundle
from verbund.fhir.values import Malformed, date_value
from verbund.identity import Principal

DEFAULT_COUNT = 50
MOST = 1000

_TAKES = SHOWING | {"_count", "_since", "_at", PARAMETER}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a history is asked for, and the page to go on with."""

    pairs: Pairs
    cursor: str | None = None

    def value(self, name: str) -> str | None:
        return next((value for key, value in self.pairs if key == name), None)

    @property
    def count(self) -> int:
        return max(count_of(self.value("_count")), 1)

    @property
    def since(self) -> datetime | None:
        text = self.value("_since")
        return None if text is None else _range("_since", text)[0]

    @property
    def at(self) -> tuple[datetime, datetime] | None:
        text = self.value("_at")
        return None if text is None else _range("_at", text)

    @property
    def show(self) -> Show:
        elements = tuple(part for part in (self.value("_elements") or "").split(",") if part)
        return showing(self.value("_summary") or "false", elements)


async def history(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """The versions, newest first, page by page."""
    place = "/".join(part for part in (address.type, address.id, "_history") if part)
    asked = _asked(service, who, request, place)
    show = asked.show
    found = await service.gate.history_of(
        who,
        address.type or None,
        address.id or None,
        since=asked.since,
        at=asked.at,
        count=asked.count,
        cursor=asked.cursor,
    )
    links = [("self", service.link(place, asked.pairs))]
    if found.next_cursor is not None:
        token = service.pages.token(who.subject, place, asked.pairs, found.next_cursor)
        links.append(("next", f"{service.base}/{place}?{PARAMETER}={token}"))
    versions = [
        Past(service.full_url(v), v.type, v.id, v.version, v.updated, show(v.body), deleted=v.deleted)
        for v in found.versions
    ]
    return Response(200, history_bundle(versions, total=found.total, links=links))


def _asked(service: Service, who: Principal, request: Request, place: str) -> _Asked:
    """What is asked for. A page link stands for all that was asked when the history was begun."""
    check_query(request, _TAKES)
    token = request.parameter(PARAMETER)
    if token is not None:
        return _Asked(*service.pages.open(token, who.subject, place))
    return _Asked(tuple(pair for pair in request.query if pair[0] not in {"_format", "_pretty"}))


def _range(name: str, text: str) -> tuple[datetime, datetime]:
    """What a date or a moment covers."""
    try:
        found = date_value(text)
    except Malformed:
        found = None
    if found is None or found.prefix != "eq":
        raise refused(name, f"{name} takes a date or a moment, for example 2026-03-01T12:00:00Z.")
    return found.low, found.high


def count_of(text: str | None) -> int:
    """The page size that is asked for: 50 by default, 1000 at most. Raises Incorrect for what is no number."""
    if text is None:
        return DEFAULT_COUNT
    if not text.isascii() or not text.isdecimal():
        raise Incorrect("_count takes a number, for example _count=50.")
    return min(int(text[:9]), MOST)
