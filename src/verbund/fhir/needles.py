"""What must occur in the bytes of a resource for a FHIRPath expression to find anything in it.

Names of elements and the URLs of extensions, as JSON writes them. Where the resource has escapes they may be written
otherwise: whoever looks must not rely on them then.
"""

from functools import cache
from typing import Final

from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath.parser import parse
from verbund.fhir.fhirpath.syntax import Binary, Call, Index, Literal, Member, Part, TypeOperation

# Functions that find nothing where there is nothing on their left.
_NARROWING: Final = frozenset({"where", "extension", "first", "last", "ofType", "as", "select", "tail", "resolve"})


@cache
def needles(expression: str) -> tuple[bytes, ...]:
    """Texts one of which must occur; empty where nothing is known, so that the expression must be evaluated."""
    return _of(parse(expression)) or ()


def _of(part: Part | None) -> tuple[bytes, ...] | None:
    """The same for a part, None where nothing is known."""
    match part:
        case Member(left, name):
            return _member(left, name)
        case Call(left, name, arguments) if name in _NARROWING:
            return _better(_url(name, arguments), _of(left))
        case TypeOperation("as" | "ofType", left):
            return _of(left)
        case Index(left):
            return _of(left)
        case Binary("|", left, right):
            one, other = _of(left), _of(right)
            return None if one is None or other is None else (*one, *other)
    return None


def _member(left: Part | None, name: str) -> tuple[bytes, ...] | None:
    if left is None and name in r4().types:
        return None
    return _better((f'"{name}'.encode(), f'"_{name}'.encode()), _of(left))


def _url(function: str, arguments: tuple[Part, ...]) -> tuple[bytes, ...] | None:
    """The URL that an extension must have: `extension('x')`, `where(url = 'x')`."""
    match function, arguments:
        case "extension", (Literal((str() as url,)),):
            return (f'"{url}"'.encode(),)
        case "where", (Binary("=", Member(None, "url"), Literal((str() as url,))),):
            return (f'"{url}"'.encode(),)
    return None


def _better(one: tuple[bytes, ...] | None, other: tuple[bytes, ...] | None) -> tuple[bytes, ...] | None:
    """Of two conditions that must both hold, the one that fewer resources fit: that of longer texts."""
    found = [each for each in (one, other) if each]
    return max(found, key=lambda each: min(map(len, each)), default=None)
