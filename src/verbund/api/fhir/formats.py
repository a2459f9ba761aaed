"""Formats of bodies: JSON and XML, as media types name them (https://hl7.org/fhir/R4/http.html#mime-type).

Inside, everything is JSON: XML is read into it when it comes and written from it when it goes.
"""

import asyncio
import re
from functools import lru_cache

from verbund.api.fhir.codings import quality_of
from verbund.api.fhir.messages import JSON, XML, Request
from verbund.errors import Unsupported, WrongMediaType
from verbund.fhir.xml import to_json

FORM = "application/x-www-form-urlencoded"
JSON_PATCH = "application/json-patch+json"

_JSON_NAMES = frozenset({"json", "application/json", "application/fhir+json", "text/json", "application/json+fhir"})
_XML_NAMES = frozenset({"xml", "application/xml", "application/fhir+xml", "text/xml", "application/xml+fhir"})
_ANY = frozenset({"*/*", "application/*"})
_ASIDE = 64 * 1024
_VERSION = re.compile(r"fhirversion\s*=\s*\"?([^\";\s]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\";\s]+)", re.IGNORECASE)


class NotAcceptable(Unsupported):
    """A format that is not offered for answers."""

    http_status = 406


def answer_format(request: Request) -> str:
    """The media type of the answer; `_format` counts more than `Accept`. Raises NotAcceptable (406)."""
    asked = request.parameter("_format")
    if asked is None:
        accepted = request.headers.get("accept")
        return JSON if accepted is None else best_format(accepted)
    # A plus sign in an address is a space.
    name = asked.partition(";")[0].strip().lower().replace(" ", "+")
    found = _known(name)
    if found is None or not _of_this_version(asked):
        raise NotAcceptable(f"The format '{asked[:60]}' is not offered; take _format=json or _format=xml.")
    return found


@lru_cache(maxsize=256)
def best_format(accepted: str) -> str:
    """The best of what an Accept header takes: the highest quality, of equals the first, of `*/*` JSON."""
    best, most = None, 0.0
    for choice in accepted.split(","):
        name, quality = quality_of(choice)
        found = JSON if name in _ANY else _known(name)
        if found is not None and quality > most and _of_this_version(choice):
            best, most = found, quality
    if best is None:
        raise NotAcceptable("Answers are offered as application/fhir+json and application/fhir+xml, of FHIR 4.0.")
    return best


def _known(name: str) -> str | None:
    return JSON if name in _JSON_NAMES else XML if name in _XML_NAMES else None


def _of_this_version(text: str) -> bool:
    """Whether a media type is of FHIR R4, as it is unless it says otherwise (`fhirVersion=3.0`)."""
    found = _VERSION.search(text)
    return found is None or found[1] in {"4.0", "4.0.1"}


def body_format(headers: dict[str, str]) -> str:
    """The media type of a body, JSON and XML by their FHIR names. Raises WrongMediaType for what is not UTF-8."""
    return _body_format(headers.get("content-type", ""))


@lru_cache(maxsize=256)
def _body_format(content_type: str) -> str:
    charset = _CHARSET.search(content_type)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise WrongMediaType("The body must be encoded as UTF-8.")
    if not _of_this_version(content_type):
        raise WrongMediaType("Bodies are taken of FHIR 4.0 only; change fhirVersion in the content type.")
    name = content_type.partition(";")[0].strip().lower()
    return _known(name) or name


def check_body_format(headers: dict[str, str], *, form: bool = False) -> None:
    """Refuse (415) a body that is not said to be of FHIR (or a form), or is not UTF-8."""
    found = body_format(headers)
    if found not in ({FORM} if form else {JSON, XML}):
        wanted = FORM if form else f"{JSON} or {XML}"
        raise WrongMediaType(f"The content type '{found[:60]}' is not taken here; send {wanted}.")


async def as_json(request: Request) -> Request:
    """The request with a body of XML read into JSON. Raises Incorrect or Invalid with the place."""
    said = request.headers.get("content-type", "")
    if not request.body or "xml" not in said or body_format(request.headers) != XML:
        return request
    small = len(request.body) < _ASIDE
    body = to_json(request.body) if small else await asyncio.to_thread(to_json, request.body)
    headers = request.headers | {"content-type": JSON}
    return Request(request.method, request.segments, request.query, headers, body)
