"""Parts of resources, as `_summary` and `_elements` ask for them, marked as such.

http://hl7.org/fhir/R4/search.html#summary, http://hl7.org/fhir/R4/search.html#elements.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Final, Literal

from msgspec import Raw
from msgspec.json import Decoder, Encoder

from verbund.errors import Incorrect
from verbund.fhir.definitions import Element, r4

Part = Literal["true", "text", "data"]
SUBSETTED: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}

_ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules", "modifierExtension"})
_object = Decoder(dict[str, Raw]).decode
_list = Decoder(list[Raw]).decode
_text = Decoder(str).decode
_encode = Encoder().encode


def summarised(raw: bytes, part: Part) -> bytes:
    """The resource without its narrative (`data`), with little but its narrative (`text`), or its summary (`true`).

    Elements that must be there stay in every part but `data`, which keeps all but the narrative.
    """
    content = _object(raw)
    name = _text(content["resourceType"])
    if part == "data":
        return _marked({key: value for key, value in content.items() if key not in {"text", "_text"}})
    if part == "text":
        wanted = _properties(_required(name)) | {"text"}
        return _marked(_kept(content, wanted | _ALWAYS))
    return _marked(_summary(content, name))


def restricted(raw: bytes, elements: Collection[str]) -> bytes:
    """The resource with these elements of its top level only, and those that must be there.

    `Patient.name` counts for patients alone, `name` for every type; what a type does not have is not there.
    """
    content = _object(raw)
    name = _text(content["resourceType"])
    top = {_top(path, name) for path in elements}
    chosen = [element for element in _elements(name).values() if element.name.removesuffix("[x]") in top]
    return _marked(_kept(content, _properties([*chosen, *_required(name)]) | _ALWAYS))


def _top(path: str, name: str) -> str:
    """The element of the top level that a path begins with, empty for the path of another type."""
    first, _, rest = path.partition(".")
    if first == name:
        return rest.partition(".")[0]
    return "" if rest and first in r4().types else first


def check_elements(elements: Collection[str]) -> None:
    """Refuse (Incorrect) an element that is named with a type that does not have it."""
    for path in elements:
        of, dot, rest = path.partition(".")
        if dot and of in r4().types and rest.partition(".")[0] not in {_bare(one) for one in _elements(of).values()}:
            raise Incorrect(f"_elements: {of[:64]} has no element {rest[:64]}.")


def _summary(content: Mapping[str, Raw], name: str) -> dict[str, object]:
    """What of a structure is in its summary; of backbone elements again their summary, of data types all."""
    found: dict[str, object] = {}
    table = _summary_of(name)
    for key, value in content.items():
        if key in _ALWAYS:
            found[key] = value
        elif (bare := key.removeprefix("_")) in table:
            inner = table[bare]
            found[key] = _inside(value, inner) if inner and bare == key else value
    return found


def _inside(value: Raw, name: str) -> object:
    text = bytes(value)
    if text.lstrip()[:1] == b"[":
        return [_summary(_object(item), name) for item in _list(text)]
    return _summary(_object(text), name)


@cache
def _summary_of(name: str) -> dict[str, str]:
    """JSON properties in the summary of a type, each with the backbone type that its value is of, or an empty text."""
    found: dict[str, str] = {}
    for element in _elements(name).values():
        if element.summary or element.min:
            kind = element.types[0] if len(element.types) == 1 else ""
            inner = kind if kind in r4().types and r4().types[kind].kind == "backbone" else ""
            found |= dict.fromkeys(_properties([element]), inner)
    return found


@cache
def _elements(name: str) -> dict[str, Element]:
    return {element.name: element for element in r4().types[name].elements}


@cache
def _required(name: str) -> tuple[Element, ...]:
    return tuple(element for element in _elements(name).values() if element.min)


def _bare(element: Element) -> str:
    return element.name.removesuffix("[x]")


def _properties(elements: Collection[Element]) -> set[str]:
    """The JSON properties of elements: `value[x]` is valueString, valueQuantity …"""
    found: set[str] = set()
    for element in elements:
        if element.name.endswith("[x]"):
            found |= {_bare(element) + kind[:1].upper() + kind[1:] for kind in element.types}
        else:
            found.add(element.name)
    return found


def _kept(content: Mapping[str, Raw], names: Collection[str]) -> dict[str, object]:
    return {key: value for key, value in content.items() if key.removeprefix("_") in names}


def _marked(content: dict[str, object] | dict[str, Raw]) -> bytes:
    """With the tag that says that this is not all of it."""
    there = content.get("meta")
    meta: dict[str, object] = {**(_object(there) if isinstance(there, Raw) else {})}
    tags = meta.get("tag")
    meta["tag"] = [*(_list(tags) if isinstance(tags, Raw) else []), SUBSETTED]
    first = {"resourceType": content["resourceType"]} | ({"id": content["id"]} if "id" in content else {})
    rest = {key: value for key, value in content.items() if key not in {"resourceType", "id", "meta"}}
    return _encode(first | {"meta": meta} | rest)
