"""What headers and general parameters ask for: formats, versions, what to return, how strict to be.

FHIR R4, RESTful API: content types, conditional read, `Prefer` (https://hl7.org/fhir/R4/http.html).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from verbund.api.fhir.messages import Request
from verbund.errors import Incorrect, Unsupported, WrongMediaType

_JSON = frozenset({"json", "application/json", "application/fhir+json", "text/json"})
_TAKEN = _JSON | {"*/*", "application/*"}
_FORM = "application/x-www-form-urlencoded"
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"|(\d{1,9})')


class NotAcceptable(Unsupported):
    """A format that is not offered for answers."""

    http_status = 406


@dataclass(frozen=True, slots=True)
class Preferences:
    """RFC 7240 `Prefer`, as FHIR uses it; preferences that are not known are ignored, as it says."""

    returned: str = "representation"
    lenient: bool = False


def preferences(headers: dict[str, str]) -> Preferences:
    """What `Prefer` says. Raises Incorrect for a `return` or `handling` that does not exist."""
    text = headers.get("prefer")
    if text is None:
        return _DEFAULT
    said = dict(part.strip().partition("=")[::2] for part in re.split("[,;]", text))
    returned, handling = said.get("return", "representation"), said.get("handling", "strict")
    if returned not in {"minimal", "representation", "OperationOutcome"} or handling not in {"strict", "lenient"}:
        raise Incorrect(
            "Prefer takes return=minimal, return=representation or return=OperationOutcome, "
            "and handling=strict or handling=lenient."
        )
    return Preferences(returned, handling == "lenient")


_DEFAULT = Preferences()


def check_answer_format(request: Request) -> None:
    """Refuse (406) a request that wants another format than JSON; `_format` counts more than `Accept`."""
    asked = request.parameter("_format")
    if asked is not None:
        if asked.partition(";")[0].strip().lower().replace(" ", "+") not in _JSON:
            raise NotAcceptable(f"The format '{asked[:60]}' is not offered; take _format=json.")
        return
    accepted = request.headers.get("accept")
    if accepted and not any(_named(choice) in _TAKEN for choice in accepted.split(",")):
        raise NotAcceptable("Answers are offered as application/fhir+json only; change the Accept header.")


def check_body_format(headers: dict[str, str], *, form: bool = False) -> None:
    """Refuse (415) a body that is not said to be FHIR JSON (or a form), is not UTF-8, or is compressed."""
    content_type = headers.get("content-type", "")
    if _named(content_type) not in ({_FORM} if form else _JSON):
        wanted = _FORM if form else "application/fhir+json"
        raise WrongMediaType(f"The content type '{content_type[:60]}' is not taken here; send {wanted}.")
    charset = re.search(r'charset\s*=\s*"?([^";\s]+)', content_type, re.IGNORECASE)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8"}:
        raise WrongMediaType("The body must be encoded as UTF-8.")
    if headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise WrongMediaType("Compressed bodies are not taken; send it without Content-Encoding.")


def _named(choice: str) -> str:
    return choice.partition(";")[0].strip().lower()


def if_match(headers: dict[str, str]) -> int | None:
    """The version that an update is based on; None when the request does not say. Raises Incorrect."""
    text = headers.get("if-match")
    return None if text is None else _version(text, "If-Match")


def not_modified(headers: dict[str, str], version: int, updated: datetime) -> bool:
    """Whether the client has this version already (`If-None-Match`, else `If-Modified-Since`; RFC 9110, 13.2.2)."""
    known = headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or any(_version(tag, "If-None-Match") == version for tag in known.split(","))
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return updated.replace(microsecond=0) <= parsedate_to_datetime(since).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return False  # RFC 9110, 13.1.3: a date that cannot be read is ignored


def _version(tag: str, header: str) -> int:
    match = _ETAG.fullmatch(tag.strip())
    if match is None:
        raise Incorrect(f'{header} takes a version as the ETag header gave it, for example W/"3".')
    return int(match[1] or match[2])
