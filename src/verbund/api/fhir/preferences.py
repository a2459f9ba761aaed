"""What headers ask for: versions, what to return, how strict to be.

FHIR R4, RESTful API: conditional read, `Prefer` (https://hl7.org/fhir/R4/http.html).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

from verbund.errors import Incorrect

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"|(\d{1,9})')


@dataclass(frozen=True, slots=True)
class Preferences:
    """RFC 7240 `Prefer`, as FHIR uses it; preferences that are not known are ignored, as it says."""

    returned: str = "representation"
    lenient: bool = False


def preferences(headers: dict[str, str]) -> Preferences:
    """What `Prefer` says. Raises Incorrect for a `return` or `handling` that does not exist."""
    text = headers.get("prefer")
    return _DEFAULT if text is None else _read(text)


@lru_cache(maxsize=256)
def _read(text: str) -> Preferences:
    said = dict(_pair(part) for part in re.split("[,;]", text))
    returned, handling = said.get("return", "representation"), said.get("handling", "strict")
    if returned not in {"minimal", "representation", "OperationOutcome"} or handling not in {"strict", "lenient"}:
        raise Incorrect(
            "Prefer takes return=minimal, return=representation or return=OperationOutcome, "
            "and handling=strict or handling=lenient."
        )
    return Preferences(returned, handling == "lenient")


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().lower(), value.strip().strip('"')


_DEFAULT = Preferences()


def if_match(headers: dict[str, str]) -> int | None:
    """The version that an update is based on; None when the request does not say. Raises Incorrect."""
    text = headers.get("if-match")
    return None if text is None else _version(text, "If-Match")


def if_none_match(headers: dict[str, str]) -> Literal["*"] | None:
    """`*` when an update may only make what is not there. Raises Incorrect for versions, which make no sense here."""
    text = headers.get("if-none-match")
    if text is None:
        return None
    if text.strip() != "*":
        raise Incorrect("If-None-Match takes * with an update; give the version that you change in If-Match.")
    return "*"


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
