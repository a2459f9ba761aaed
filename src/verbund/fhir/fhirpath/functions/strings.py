"""Functions on strings (http://hl7.org/fhirpath/N1/#string-manipulation, #additional-string-functions)."""

import base64
import binascii
import html
import json
from collections.abc import Callable
from typing import Final

from verbund.fhir.fhirpath import patterns
from verbund.fhir.fhirpath.environment import Collection, Environment, bounded, text, whole
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import FUNCTIONS, Entry, function

_MOST_PARTS: Final = 100_000


def _paid(env: Environment, value: str, found: Collection) -> Collection:
    """What a function found in a string, once the reading and the writing are paid for."""
    env.spend(len(found) + (len(value) >> 6))
    return env.spend_text(found)


def _one(name: str, run: Callable[[str], Collection]) -> None:
    """Enter a function on a single string."""

    def body(env: Environment, items: Collection) -> Collection:
        value = text(items, f"{name}()")
        return [] if value is None else _paid(env, value, run(value))

    FUNCTIONS[name] = Entry(body, 0, 0, lazy=False)


def _two(name: str, run: Callable[[str, str], Collection]) -> None:
    """Enter a function on a string with a string as argument."""

    def body(env: Environment, items: Collection, other: Collection) -> Collection:
        value, argument = text(items, f"{name}()"), text(other, f"{name}()")
        return [] if value is None or argument is None else _paid(env, value, run(value, argument))

    FUNCTIONS[name] = Entry(body, 1, 1, lazy=False)


def _three(name: str, run: Callable[[str, str, str], Collection]) -> None:
    """Enter a function on a string with two strings as arguments."""

    def body(env: Environment, items: Collection, first: Collection, second: Collection) -> Collection:
        value, one, two = (text(given, f"{name}()") for given in (items, first, second))
        return [] if value is None or one is None or two is None else _paid(env, value, run(value, one, two))

    FUNCTIONS[name] = Entry(body, 2, 2, lazy=False)


def _split(value: str, separator: str) -> Collection:
    parts = value.split(separator, _MOST_PARTS) if separator else list(value)
    return [*parts]


_one("upper", lambda value: [value.upper()])
_one("lower", lambda value: [value.lower()])
_one("length", lambda value: [len(value)])
_one("trim", lambda value: [value.strip()])
_one("toChars", lambda value: [*value])
_two("indexOf", lambda value, part: [value.find(part)])
_two("lastIndexOf", lambda value, part: [value.rfind(part)])
_two("startsWith", lambda value, part: [value.startswith(part)])
_two("endsWith", lambda value, part: [value.endswith(part)])
_two("contains", lambda value, part: [part in value])
_two("matches", lambda value, pattern: [patterns.found(pattern, value)])
_two("matchesFull", lambda value, pattern: [patterns.fits(pattern, value)])
_two("split", _split)
_two("encode", lambda value, form: [_coded(_ENCODERS, form, value)])
_two("decode", lambda value, form: [_coded(_DECODERS, form, value)])
_two("escape", lambda value, form: bounded(_coded(_ESCAPERS, form, value)))
_two("unescape", lambda value, form: [_coded(_UNESCAPERS, form, value)])
_three("replace", lambda value, part, other: bounded(_replaced(value, part, other)))
_three("replaceMatches", lambda value, pattern, other: bounded(patterns.replaced(pattern, value, other)))


def _replaced(value: str, part: str, other: str) -> str:
    """A string with one part replaced; Failed before it is made if it would be too long."""
    if len(other) > len(part):
        growth = (value.count(part)) * (len(other) - len(part))
        bounded("" if growth < 0 else " " * min(len(value) + growth, 2_000_000))
    return value.replace(part, other)


@function("substring", 1, 2)
def substring(_: Environment, items: Collection, start: Collection, length: Collection | None = None) -> Collection:
    """A part of a string, empty where it begins outside."""
    value, begin = text(items, "substring()"), whole(start, "substring()")
    if value is None or begin is None or not 0 <= begin < len(value):
        return []
    size = whole(length, "substring()") if length is not None else None
    return [value[begin:]] if size is None else [value[begin : begin + max(size, 0)]]


@function("join", 0, 1)
def join(_: Environment, items: Collection, separator: Collection | None = None) -> Collection:
    """All strings of a collection as one."""
    between = (text(separator, "join()") if separator is not None else None) or ""
    parts = [text([item], "join()") or "" for item in items]
    return bounded(between.join(parts)) if parts else []


def _coded(table: dict[str, Callable[[str], str]], form: str, value: str) -> str:
    if form not in table:
        raise Failed(f"The forms known here are {', '.join(sorted(table))}.")
    try:
        return table[form](value)
    except (binascii.Error, ValueError, UnicodeError):
        raise Failed(f"The string is not of the form {form}.") from None


def _padded(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


_ENCODERS: Final[dict[str, Callable[[str], str]]] = {
    "hex": lambda value: value.encode().hex(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "urlbase64": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
}
_DECODERS: Final[dict[str, Callable[[str], str]]] = {
    "hex": lambda value: bytes.fromhex(value).decode(),
    "base64": lambda value: base64.b64decode(value, validate=True).decode(),
    "urlbase64": lambda value: _padded(value).decode(),
}
_ESCAPERS: Final[dict[str, Callable[[str], str]]] = {
    "html": html.escape,
    "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
}
_UNESCAPERS: Final[dict[str, Callable[[str], str]]] = {
    "html": html.unescape,
    "json": lambda value: str(json.loads('"' + value.replace('"', '\\"').replace('\\\\"', '\\"') + '"')),
}
