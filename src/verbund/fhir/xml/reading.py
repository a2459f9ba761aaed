"""From XML to JSON, led by the definitions."""

import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from lxml import etree
from msgspec import Raw, json

from verbund.errors import Invalid, Issue
from verbund.fhir.definitions import r4
from verbund.fhir.markup import decoded, parsed, slices
from verbund.fhir.validation import MAX_DEPTH
from verbund.fhir.xml.layout import FHIR, NUMBERS, XHTML, Property, attributes, properties

_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z", re.ASCII)
_OWN: Final = frozenset({"id", "value"})
_SCHEMA: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_NAME: Final = re.compile(r"[A-Za-z]\w{0,63}\Z", re.ASCII)
_encode = json.Encoder().encode


def to_json(xml: bytes) -> bytes:
    """The same resource as JSON, its elements in the order of the standard.

    Nothing is lost but comments, processing instructions and white space between elements: numbers keep their digits,
    narrative its text. Incorrect if the bytes are no XML; Invalid, with line and path, for what JSON has no place for:
    unknown elements and attributes, another namespace, text between elements, an element twice that may be there once.
    Values are not checked beyond that; `verbund.fhir.decode` does.
    """
    text = decoded(xml)
    root = parsed(text)
    try:
        return _encode(_Reading(text, root).resource(root, "", 0))
    except UnicodeEncodeError:
        raise Invalid("The XML holds characters that are not of Unicode.") from None


class _Reading:
    """One document that is read."""

    def __init__(self, text: str, root: etree._Element) -> None:
        self.text = text
        self.root = root
        self.places: dict[etree._Element, tuple[int, int]] | None = None

    def resource(self, element: etree._Element, path: str, depth: int) -> dict[str, Any]:
        name = self.name(element, path)
        if name not in r4().resources:
            self.refuse(element, path or "The document", "this element is no resource type of FHIR R4.")
        return {"resourceType": name, **self.complex(element, name, path or name, depth)}

    def name(self, element: etree._Element, path: str) -> str:
        """The name of an element of FHIR."""
        tag = etree.QName(element)
        if tag.namespace != FHIR:
            self.refuse(element, path or "The document", f"elements must be in the namespace {FHIR}.")
        return str(tag.localname)

    def complex(self, element: etree._Element, kind: str, path: str, depth: int) -> dict[str, Any]:
        """An element of a complex type."""
        if depth > MAX_DEPTH:
            self.refuse(element, path.split(".", maxsplit=1)[0], f"nested too deep; {MAX_DEPTH} levels are accepted.")
        self.no_text(element, path)
        given: dict[str, Any] = dict(self.attributes(element, attributes(kind), path))
        groups: dict[str, list[etree._Element]] = {}
        for child in element:
            groups.setdefault(self.property_name(child, kind, path), []).append(child)
        value: dict[str, Any] = {}
        for key, at in properties(kind).items():
            if key in given:
                value[key] = given[key]
            elif key in groups:
                self.property(value, at, groups[key], f"{path}.{key}", depth)
        return value

    def property_name(self, child: etree._Element, kind: str, path: str) -> str:
        """The JSON property that an element stands for."""
        tag = etree.QName(child)
        if tag.namespace == XHTML and tag.localname == "div" and "div" in properties(kind):
            return "div"
        name = self.name(child, path)
        at = properties(kind).get(name)
        if at is None or at.attribute or at.type == "xhtml":
            shown = f"'{name}'" if _NAME.match(name) else "with this name"
            self.refuse(child, path, f"R4 knows no element {shown} here.")
        return name

    def property(
        self, value: dict[str, Any], at: Property, elements: list[etree._Element], path: str, depth: int
    ) -> None:
        """Put what stands for a property into the JSON of its holder."""
        if len(elements) > 1 and not at.many:
            self.refuse(elements[1], path, "this element may be given only once.")
        if at.type == "xhtml":
            value[at.key] = self.narrative(elements[0])
        elif at.primitive:
            self.primitives(value, at, elements, path, depth)
        else:
            items = [self.item(element, at, where, depth) for element, where in _placed(elements, at, path)]
            value[at.key] = items if at.many else items[0]

    def item(self, element: etree._Element, at: Property, path: str, depth: int) -> dict[str, Any]:
        """One element of a complex type, or the resource that it wraps."""
        if at.type != "Resource":
            return self.complex(element, at.type, path, depth + 1)
        self.no_text(element, path)
        if len(element) != 1 or element.attrib:
            self.refuse(element, path, "one resource is expected inside of this element.")
        return self.resource(element[0], path, depth + 1)

    def primitives(
        self, value: dict[str, Any], at: Property, elements: list[etree._Element], path: str, depth: int
    ) -> None:
        """The values of a primitive element, and beside them, where there are any, its ids and extensions."""
        values, extras = [], []
        for element, where in _placed(elements, at, path):
            given = dict(self.attributes(element, _OWN, where))
            text = given.pop("value", None)
            values.append(None if text is None else self.literal(element, at, text, where))
            extras.append(self.extras(element, given, where, depth))
            if text is None and not extras[-1]:
                self.refuse(element, where, "an element needs a value or an extension.")
        if any(item is not None for item in values):
            value[at.key] = values if at.many else values[0]
        if any(extras):
            filled = [extra or None for extra in extras]
            value["_" + at.key] = filled if at.many else filled[0]

    def extras(self, element: etree._Element, given: dict[str, str], path: str, depth: int) -> dict[str, Any]:
        """The id and the extensions of a primitive."""
        self.no_text(element, path)
        extra: dict[str, Any] = dict(given)
        if len(element):
            for child in element:
                self.property_name(child, "Element", path)
            self.property(extra, properties("Element")["extension"], list(element), f"{path}.extension", depth + 1)
        return extra

    def literal(self, element: etree._Element, at: Property, text: str, path: str) -> object:
        """The JSON value of a primitive."""
        if at.type == "boolean":
            if text not in {"true", "false"}:
                self.refuse(element, path, "expected true or false.")
            return text == "true"
        if at.type in NUMBERS:
            if not _NUMBER.match(text):
                self.refuse(element, path, "a number is expected.")
            return Raw(text.encode())
        return text

    def attributes(self, element: etree._Element, known: frozenset[str], path: str) -> Iterator[tuple[str, str]]:
        """The attributes of an element; those for schemas are passed over, others that are unknown refused."""
        for name, text in element.attrib.items():
            if str(name) in known:
                yield str(name), str(text)
            elif not str(name).startswith(_SCHEMA):
                self.refuse(element, path, "this element has an attribute that R4 does not know.")

    def no_text(self, element: etree._Element, path: str) -> None:
        """Refuse text that is not markup."""
        texts = [element.text, *(child.tail for child in element)]
        if any(text is not None and text.strip() for text in texts):
            self.refuse(element, path, "there is text between the elements; values stand in the attribute 'value'.")

    def narrative(self, element: etree._Element) -> str:
        """The text of the narrative as it was written, with the namespace that belongs to it."""
        if self.places is None:
            self.places = dict(zip(self.root.iter(), slices(self.text), strict=True))
        begin, end = self.places[element]
        source = self.text[begin:end].replace("\r\n", "\n").replace("\r", "\n")
        if XHTML in source.split(">", maxsplit=1)[0] and source.startswith("<div"):
            return source
        return etree.tostring(element, encoding="unicode", with_tail=False)

    def refuse(self, element: etree._Element, path: str, text: str) -> NoReturn:
        """Say what is wrong, with path and line."""
        sentence = f"{path}: {text} (line {element.sourceline})"
        raise Invalid(sentence, issues=(Issue("structure", sentence, (path,) if "." in path else (), rule="xml"),))


def _placed(elements: list[etree._Element], at: Property, path: str) -> Iterator[tuple[etree._Element, str]]:
    """Each element with its path."""
    for place, element in enumerate(elements):
        yield element, f"{path}[{place}]" if at.many else path
