"""What of a resource is shown: all of it, or the part that `_summary` and `_elements` ask for."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from verbund.api.fhir.messages import Request
from verbund.api.forms import Pairs
from verbund.errors import Incorrect, Issue
from verbund.fhir.subsetting import Part, check_elements, restricted, summarised

GENERAL = frozenset({"_format", "_pretty"})
"""Parameters about the form of an answer, which every interaction takes."""

SHOWING = GENERAL | {"_summary", "_elements"}
"""With those that say how much of each resource is shown."""

_ELEMENT = re.compile(r"[A-Za-z]\w{0,63}(?:\.[A-Za-z]\w{0,63}){0,8}")

Show = Callable[[bytes], bytes]


def whole(raw: bytes) -> bytes:
    """All of a resource."""
    return raw


def shown(request: Request) -> Show:
    """What makes of a resource the part that the request asks for. Incorrect for what cannot be asked for."""
    return _shown(request.query) if request.query else whole


@lru_cache(maxsize=256)
def _shown(pairs: Pairs) -> Show:
    summary = next((value for name, value in pairs if name == "_summary"), "false")
    named = tuple(part for name, value in pairs if name == "_elements" for part in value.split(",") if part)
    if summary == "count":
        raise refused("_summary", "_summary=count is for searches; here take true, text, data or false.")
    return showing(summary, named)


def showing(summary: str, elements: tuple[str, ...]) -> Show:
    """The same for values that were read before. Incorrect for a summary or an element that does not exist."""
    if summary not in {"true", "text", "data", "false", "count"}:
        raise refused("_summary", "_summary takes true, text, data, count or false.")
    if not all(_ELEMENT.fullmatch(one) for one in elements):
        raise refused("_elements", "_elements takes names of elements, separated by commas.")
    if elements and summary not in {"false", "count"}:
        raise refused("_elements", "_summary and _elements cannot be asked for together.")
    check_elements(elements)
    if elements:
        return lambda raw: restricted(raw, elements) if raw else raw
    if summary in {"true", "text", "data"}:
        part = cast("Part", summary)
        return lambda raw: summarised(raw, part) if raw else raw
    return whole


def refused(name: str, sentence: str) -> Incorrect:
    """What to raise for a general parameter that is wrong."""
    return Incorrect(sentence, issues=(Issue("value", sentence, (f"http.{name}",)),))


def check_query(request: Request, takes: frozenset[str] = SHOWING) -> None:
    """Refuse (Incorrect) parameters that an interaction does not take: none is silently ignored."""
    unknown = sorted({name for name, _ in request.query} - takes)
    if unknown:
        listed = ", ".join(sorted(takes))
        raise Incorrect(
            f"This takes no parameter {', '.join(unknown)[:120]}, only {listed}.",
            issues=tuple(Issue("not-supported", f"There is no parameter {n[:64]} here.") for n in unknown[:20]),
        )
