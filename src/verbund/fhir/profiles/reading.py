"""StructureDefinitions as they come, reduced to what checking needs, so that a thousand of them take little room."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from verbund.errors import Incorrect, Invalid
from verbund.fhir.invariants.rules import every_rule

MOST_ELEMENTS = 20_000
# Of every element these are kept, and what begins so: http://hl7.org/fhir/R4/elementdefinition.html.
_KEPT: Mapping[str, type] = {
    "id": str,
    "path": str,
    "sliceName": str,
    "min": int,
    "max": str,
    "contentReference": str,
    "maxLength": int,
    "base": dict,
}
_KEPT_VALUES = ("fixed", "pattern", "minValue", "maxValue")

_MOST = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"

# What is checked of every element there is, without an expression.
_IN_DECODING = frozenset({"ele-1", "ext-1"})
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
Element = dict[str, Any]


class Definition(msgspec.Struct, frozen=True):
    """A StructureDefinition without its prose; `elements` are those of the snapshot, or of the differential alone."""

    url: str
    version: str
    name: str
    type: str
    kind: str
    base: str
    abstract: bool
    complete: bool
    contexts: tuple[tuple[str, str], ...]
    elements: tuple[Element, ...]


def definition(raw: bytes) -> Definition:
    """Read a StructureDefinition; Incorrect where it is none, Invalid where it lacks what it cannot be used without."""
    try:
        whole = _decode(raw)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        raise Incorrect(f"This is no JSON that FHIR allows: {error}.") from None
    if whole.get("resourceType") != "StructureDefinition":
        raise Incorrect("This is no StructureDefinition.")
    url, kind = whole.get("url"), whole.get("type")
    if not isinstance(url, str) or not isinstance(kind, str):
        raise Invalid("A StructureDefinition needs url and type to be used.")
    complete = bool(_elements(whole.get("snapshot")))
    elements = _elements(whole.get("snapshot")) or _elements(whole.get("differential")) or [{"path": kind}]
    if len(elements) > MOST_ELEMENTS:
        raise Invalid(f"The StructureDefinition {url} has more than {MOST_ELEMENTS:,} elements.")
    return Definition(
        url=url,
        version=_text(whole, "version"),
        name=url.rpartition("/")[2] or url,
        type=kind.removeprefix("http://hl7.org/fhir/StructureDefinition/"),
        kind=_text(whole, "kind"),
        base=_text(whole, "baseDefinition"),
        abstract=whole.get("abstract") is True,
        complete=complete,
        contexts=tuple((_text(one, "type"), _text(one, "expression")) for one in _objects(whole.get("context"))),
        elements=tuple(map(_reduced, elements)),
    )


def _elements(part: object) -> list[Element]:
    listed = _objects(part.get("element")) if isinstance(part, dict) else ()
    return [one for one in listed if _text(one, "path")]


def _objects(items: object) -> Iterator[dict[str, Any]]:
    return (one for one in (items if isinstance(items, list) else ()) if isinstance(one, dict))


def _text(whole: Mapping[str, Any], key: str) -> str:
    value = whole.get(key)
    return value if isinstance(value, str) else ""


def _reduced(element: Element) -> Element:
    kept = {key: element[key] for key, kind in _KEPT.items() if isinstance(element.get(key), kind)}
    kept |= {key: value for key, value in element.items() if key.startswith(_KEPT_VALUES)}
    constraints = [_constraint(one) for one in _objects(element.get("constraint")) if _counts(one)]
    if constraints:
        kept["constraint"] = constraints
    if isinstance(binding := element.get("binding"), dict):
        kept["binding"] = _binding(binding)
    if isinstance(slicing := element.get("slicing"), dict):
        kept["slicing"] = _slicing(slicing)
    kept["type"] = [_type(one) for one in _objects(element.get("type"))]
    return kept


def _binding(binding: Mapping[str, Any]) -> dict[str, str]:
    kept = {"strength": _text(binding, "strength"), "valueSet": _text(binding, "valueSet")}
    most = (one for one in _objects(binding.get("extension")) if one.get("url") == _MOST)
    found = next((_text(one, "valueCanonical") or _text(one, "valueUri") for one in most), "")
    return kept | {"most": found} if found else kept


def _slicing(slicing: Mapping[str, Any]) -> dict[str, Any]:
    pairs = [{"type": _text(one, "type"), "path": _text(one, "path")} for one in _objects(slicing.get("discriminator"))]
    return {"discriminator": pairs, "rules": _text(slicing, "rules"), "ordered": slicing.get("ordered") is True}


def _counts(constraint: Mapping[str, Any]) -> bool:
    """Whether an invariant is the profile's own: those of FHIR itself, which a snapshot repeats, are checked anyway."""
    said = (_text(constraint, "key"), _text(constraint, "expression"))
    return bool(said[1]) and said[0] not in _IN_DECODING and said not in _official()


@cache
def _official() -> frozenset[tuple[str, str]]:
    return frozenset((rule.key, rule.expression) for rule in every_rule())


def _constraint(one: Mapping[str, Any]) -> dict[str, str]:
    return {key: _text(one, key) for key in ("key", "severity", "human", "expression")}


def _type(one: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"code": _text(one, "code")}
    for key in ("profile", "targetProfile"):
        values = one.get(key)
        listed: Sequence[object] = values if isinstance(values, list) else ()
        if texts := [text for text in listed if isinstance(text, str)]:
            found[key] = texts
    return found
