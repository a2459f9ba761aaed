"""The invariants of StructureDefinition and ElementDefinition that hold at a glance, as nearly all do.

A profile has hundreds of elements with some twenty rules each, and some of its own rules compare each with all. True is
said only where the invariant's FHIRPath says so too; of all else (None) that must be asked. A test holds every one
against it.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from verbund.fhir.invariants.quick import Json, Quick, Scope, choice, given

_REFERRING: Final = frozenset({"Reference", "canonical"})
_BOUND: Final = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_PATH: Final = re.compile(r"[A-Za-z0-9]{1,64}(\.[A-Za-z0-9]{1,64}(\[x\])?(:[A-Za-z0-9-]+)?)*")
_SLICE: Final = re.compile(r"[a-zA-Z0-9/_@-]+")
_OF_STANDARD: Final = "http://hl7.org/fhir/StructureDefinition"


def _surely(holds: Callable[[Json, Scope], bool]) -> Quick:
    return lambda value, scope: holds(value, scope) or None


def _elements(view: object) -> list[Json]:
    """The elements of a snapshot or a differential, of which there may be none."""
    return view.get("element", []) if isinstance(view, dict) else []


def _both(value: Json) -> list[Json]:
    return [*_elements(value.get("snapshot")), *_elements(value.get("differential"))]


def _distinct(values: Iterable[object]) -> bool:
    found = list(values)
    return all(isinstance(one, str) for one in found) and len(set(found)) == len(found)


def _in_range(value: Json, _: Scope) -> bool:
    """eld-2: the least number is not more than the most."""
    least, most = value.get("min"), value.get("max")
    if not given(value, "min") or not given(value, "max") or most == "*":
        return True
    return isinstance(least, int) and _NUMBER.fullmatch(str(most)) is not None and least <= int(str(most))


def _bindable(value: Json, _: Scope) -> bool:
    """eld-11: only what can be bound is."""
    types = value.get("type", ())
    return not given(value, "binding") or any(one.get("code") in _BOUND for one in types)


def _below_first(value: Json, scope: Scope) -> bool:
    """sdf-8: the first element is the type itself, all others lie below it."""
    root = _path(_elements(scope.resource.get("snapshot"))[:1])
    first, *others = _elements(value) or [{}]
    named = scope.resource.get("kind") == "logical" or _path([first]) == scope.resource.get("type")
    return named and bool(root) and all(_path([one]).startswith(f"{root}.") for one in others)


def _below_type(value: Json, scope: Scope) -> bool:
    """sdf-8a: the same of a differential, which may leave the type itself out."""
    root = _path(_elements(scope.resource.get("differential"))[:1]).partition(".")[0]
    first, *others = _elements(value) or [{}]
    kind = scope.resource.get("type")
    named = scope.resource.get("kind") == "logical" or (bool(kind) and _path([first]).startswith(str(kind)))
    return named and bool(root) and all(_path([one]).startswith(f"{root}.") for one in others)


def _path(elements: list[Json]) -> str:
    return str(elements[0].get("path", "")) if elements else ""


def _plain_root(value: Json, _: Scope) -> bool:
    """sdf-9: the type itself has no label, code or requirements."""
    roots = [one for one in _both(value) if "." not in _path([one])]
    return "contained" not in value and not any(given(one, "label", "code", "requirements") for one in roots)


AT_A_GLANCE: Final[dict[str, Quick]] = {
    "eld-2": _surely(_in_range),
    "eld-3": lambda value, _: True if value == "*" or (type(value) is str and _NUMBER.fullmatch(value)) else None,
    "eld-4": _surely(lambda value, _: not given(value, "aggregation") or value.get("code") in _REFERRING),
    "eld-5": _surely(lambda value, _: not given(value, "contentReference")),
    "eld-6": _surely(lambda value, _: not choice(value, "fixed") or len(value.get("type", ())) <= 1),
    "eld-7": _surely(lambda value, _: not choice(value, "pattern") or len(value.get("type", ())) <= 1),
    "eld-8": _surely(lambda value, _: not (choice(value, "pattern") and choice(value, "fixed"))),
    "eld-11": _surely(_bindable),
    "eld-13": _surely(lambda value, _: _distinct(one.get("code") for one in value.get("type", ()))),
    "eld-14": _surely(lambda value, _: _distinct(one.get("key") for one in value.get("constraint", ()))),
    "eld-15": _surely(lambda value, _: not choice(value, "defaultValue")),
    "eld-16": _surely(lambda value, _: not given(value, "sliceName") or _is_slice(value.get("sliceName"))),
    "eld-17": _surely(lambda value, _: not given(value, "targetProfile") or value.get("code") in _REFERRING),
    "eld-18": _surely(lambda value, _: not given(value, "isModifier") or value.get("isModifier") is False),
    "eld-19": _surely(lambda value, _: _PATH.fullmatch(_path([value])) is not None),
    "eld-22": _surely(lambda value, _: not given(value, "sliceIsConstraining")),
    "sdf-3": _surely(lambda value, _: all(_has_all(one, "definition", "min", "max") for one in _elements(value))),
    "sdf-8": _surely(_below_first),
    "sdf-8a": _surely(_below_type),
    "sdf-8b": _surely(lambda value, _: all("base" in one for one in _elements(value))),
    "sdf-9": _surely(_plain_root),
    "sdf-10": _surely(lambda value, _: not given(value, "binding") or given(value.get("binding", {}), "valueSet")),
    "sdf-14": _surely(lambda value, _: all("id" in one for one in _both(value))),
    "sdf-16": _surely(lambda value, _: _distinct(one.get("id") for one in _elements(value.get("snapshot")))),
    "sdf-19": _surely(lambda value, _: not str(value.get("url", "")).startswith(_OF_STANDARD)),
    "sdf-23": _surely(lambda value, _: not any("." not in _path([e]) and given(e, "sliceName") for e in _both(value))),
}
"""Key to the look at a value, an object or, for eld-3, a string."""


def _is_slice(name: object) -> bool:
    return isinstance(name, str) and _SLICE.fullmatch(name) is not None


def _has_all(value: Json, *names: str) -> bool:
    return all(name in value for name in names)
