"""The slow way: walks the JSON with the official definitions and lists everything that is wrong.

It is naive on purpose: the oracle of the fast way, and the one that explains. Sentences name elements and rules, never
the values of a patient.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final, NoReturn

from verbund.errors import Incorrect, Issue
from verbund.fhir.checks import aligned
from verbund.fhir.definitions import Element, r4
from verbund.fhir.primitives import EXPECTED, MAX_STRING, PATTERNS, WHOLE_NUMBERS

MAX_DEPTH: Final = 64
"""Objects inside objects; the deepest official example has 12."""

MOST_ISSUES: Final = 100
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,63}\Z")


class Members(dict[str, Any]):
    """A JSON object that remembers which of its keys stood there twice."""

    doubled: tuple[str, ...] = ()


class _Enough(Exception):
    pass


class Number(str):
    """A JSON number with fraction or exponent, as written."""

    __slots__ = ()


def _members(pairs: list[tuple[str, Any]]) -> Members:
    members = Members(pairs)
    if len(members) != len(pairs):
        members.doubled = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    return members


def _no_constant(text: str) -> NoReturn:
    raise Incorrect(f"JSON has no number {text}.")


def _whole(text: str) -> int:
    return int(text) if len(text) < 20 else 2**63


def parse(raw: bytes) -> object:
    """The JSON in these bytes; Incorrect with line and column where it breaks off."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Incorrect(f"The text is not UTF-8: byte {error.start} cannot be read.") from None
    try:
        return json.loads(
            text, object_pairs_hook=_members, parse_float=Number, parse_int=_whole, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Incorrect(f"The text is not JSON: {error.msg}, at {place}.") from None
    except RecursionError:
        raise Incorrect(f"The JSON is nested too deep; {MAX_DEPTH} levels are accepted.") from None


def issues_of(raw: bytes) -> tuple[Issue, ...]:
    """Everything that is wrong with a resource, in the order of the document, at most a hundred issues."""
    walk = _Walk()
    with suppress(_Enough):
        walk.resource(parse(raw), "", 0)
    return tuple(walk.issues)


@cache
def properties(kind: str) -> Mapping[str, tuple[Element, str, bool]]:
    """JSON property to its element, its type, and whether it holds the extensions of a primitive."""
    found: dict[str, tuple[Element, str, bool]] = {}
    for element in r4().types[kind].elements:
        for code in element.types:
            stem = element.name.removesuffix("[x]")
            name = stem + code[0].upper() + code[1:] if stem != element.name else stem
            found[name] = (element, _exact(kind, element.name, code), False)
            bare = element.name == "id" or (kind, element.name) == ("Extension", "url") or code == "xhtml"
            if code in EXPECTED and not bare:
                found["_" + name] = (element, "Element", True)
    return found


def _exact(kind: str, name: str, code: str) -> str:
    """R4 types the id of a resource as string, and says elsewhere that it is an id."""
    return "id" if name == "id" and r4().types[kind].kind == "resource" else code


@cache
def _required(kind: str) -> tuple[str, ...]:
    return tuple(element.name for element in r4().types[kind].elements if element.min > 0)


@cache
def _codes(url: str) -> frozenset[str]:
    return frozenset(code for _, codes in r4().codes[url] for code in codes)


@cache
def _pairs(url: str) -> frozenset[tuple[str, str]]:
    return frozenset((system, code) for system, codes in r4().codes[url] for code in codes)


class _Walk:
    """One walk through a document."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def add(self, code: str, rule: str, path: str, text: str) -> None:
        """Note an issue, up to the most that are listed; the sentence begins with the place."""
        if len(self.issues) >= MOST_ISSUES:
            raise _Enough
        self.issues.append(Issue(code, f"{path or 'The resource'}: {text}", (path,) if path else (), "error", rule))

    def resource(self, value: object, path: str, depth: int, *, contained: bool = False) -> None:
        """A resource, at the top or inside of another."""
        if not isinstance(value, Members):
            self.add("structure", "type", path, "a resource is expected, which is a JSON object.")
            return
        name = value.get("resourceType")
        if not isinstance(name, str) or name not in r4().resources:
            here = "is not a resource type of FHIR R4" if name is not None else "is missing"
            self.add("structure", "resource-type", path, f"resourceType {here}.")
            return
        if contained and "contained" in value:
            self.add("invariant", "dom-2", path, "a contained resource cannot contain others.")
        self.complex(value, name, path or name, depth)

    def complex(self, value: object, kind: str, path: str, depth: int) -> None:
        """An object of a complex type."""
        if not isinstance(value, Members):
            self.add("structure", "type", path, f"an object is expected ({kind}).")
            return
        if depth > MAX_DEPTH:
            self.add(
                "structure",
                "depth",
                path.split(".", maxsplit=1)[0],
                f"nested too deep; {MAX_DEPTH} levels are accepted.",
            )
            return
        if not value:
            self.add("structure", "ele-1", path, "the object is empty; leave it out or fill it.")
        for key in value.doubled:
            self.add("structure", "duplicate-key", path, f"the key {_shown(key)} stands there twice.")
        known = properties(kind)
        given: dict[str, list[str]] = {}
        for key, item in value.items():
            if key == "resourceType" and r4().types[kind].kind == "resource":
                continue
            if key not in known:
                self.add("structure", "unknown-element", path, f"R4 knows no element {_shown(key)} here.")
                continue
            element, code, extended = known[key]
            names = given.setdefault(element.name, [])
            names += [] if key.removeprefix("_") in names else [key.removeprefix("_")]
            place = f"{path}.{_step(element, code, key, extended=extended)}"
            self.property(item, element, code, place, depth, extended=extended)
        self.whole(value, kind, path, given)

    def whole(self, value: Members, kind: str, path: str, given: Mapping[str, list[str]]) -> None:
        """What is said of an object as a whole: cardinality, choices, lists of extensions.

        `given` are the elements that are there, each with the names of its properties, without underscores.
        """
        for required in _required(kind):
            if required not in given:
                self.add(
                    "required", "cardinality", f"{path}.{required.removesuffix('[x]')}", "is required and missing."
                )
        for name, properties in given.items():
            label = f"{path}.{name.removesuffix('[x]')}"
            if len(properties) > 1:
                self.add("structure", "choice", label, f"only one of {', '.join(properties)} may be given.")
            elif "_" + properties[0] in value or isinstance(value[properties[0]], list):
                self.alignment(value, properties[0], label)
        if kind == "Extension" and ("value[x]" in given) == ("extension" in value):
            self.add("invariant", "ext-1", path, "an extension has either a value or extensions, not both.")

    def alignment(self, value: Members, name: str, path: str) -> None:
        """The values of a repeated primitive and their extensions go together place by place."""
        values, extended = value.get(name, []), value.get("_" + name, [])
        if isinstance(values, list) and isinstance(extended, list) and not aligned(values, extended):
            self.add("structure", "null", path, "each place needs a value or, in the list with _, an extension.")

    def property(self, item: object, element: Element, code: str, path: str, depth: int, *, extended: bool) -> None:
        """The value of one property, a list where the element repeats."""
        if element.max != "*":
            self.value(item, element, code, path, depth)
            return
        if not isinstance(item, list):
            self.add("structure", "type", path, "a list is expected: this element may be repeated.")
            return
        if not item:
            self.add("structure", "empty", path, "the list is empty; leave it out or fill it.")
        for position, one in enumerate(item):
            if one is None and (extended or code in EXPECTED):
                continue
            self.value(one, element, code, f"{path}[{position}]", depth)

    def value(self, item: object, element: Element, code: str, path: str, depth: int) -> None:
        """A single value of a known type."""
        if item is None:
            self.add("structure", "null", path, "null is not allowed; leave the element out.")
        elif code == "Resource":
            self.resource(item, path, depth + 1, contained=element.name == "contained")
        elif code in EXPECTED:
            self.primitive(item, element, code, path)
        else:
            self.complex(item, code, path, depth + 1)
            if element.binding and isinstance(item, Members) and not _bound(item, code, element.binding):
                self.add("code-invalid", "binding", path, f"one code must be of {element.binding}.")

    def primitive(self, item: object, element: Element, code: str, path: str) -> None:
        """A primitive value: JSON type, format, required code."""
        if not _is_format(item, code):
            self.add("value", f"format:{code}", path, f"expected {EXPECTED[code]}.")
        elif element.binding and code == "code" and item not in _codes(element.binding):
            codes = sorted(_codes(element.binding))
            shown = ", ".join(codes) if len(codes) <= 20 else f"the {len(codes)} codes of {element.binding}"
            self.add("code-invalid", "binding", path, f"the code must be one of {shown}.")


def _bound(item: Members, code: str, binding: str) -> bool:
    """Whether a coding, or one of a concept's, is of a required value set."""
    if code not in {"CodeableConcept", "Coding"}:
        return True
    codings = [item] if code == "Coding" else item.get("coding", [])
    if not isinstance(codings, list):
        return True
    wanted = _pairs(binding)
    given = [(c.get("system"), c.get("code")) for c in codings if isinstance(c, Members)]
    return any(isinstance(system, str) and isinstance(code, str) and (system, code) in wanted for system, code in given)


def _is_format(item: object, code: str) -> bool:
    """Whether a JSON value has the form of a primitive type."""
    if code == "boolean":
        return isinstance(item, bool)
    if code in WHOLE_NUMBERS:
        low, high = WHOLE_NUMBERS[code]
        return isinstance(item, int) and not isinstance(item, bool) and low <= item <= high
    if code == "decimal":
        return isinstance(item, Number) or (isinstance(item, int) and not isinstance(item, bool))
    if not isinstance(item, str) or isinstance(item, Number) or _FORBIDDEN.search(item):
        return False
    if pattern := _COMPILED.get(code):
        return pattern.search(item) is not None
    return 1 <= len(item) <= MAX_STRING or (code == "xhtml" and item != "")


def _step(element: Element, code: str, key: str, *, extended: bool) -> str:
    """The part of a path that leads to a property, as FHIRPath."""
    if extended:
        return key
    return f"{element.name[:-3]}.ofType({code})" if element.name.endswith("[x]") else element.name


def _shown(key: str) -> str:
    """A key as it may be repeated in a sentence: only if it looks like the name of an element."""
    return f"'{key}'" if _PLAIN_KEY.match(key) else "with this name"
