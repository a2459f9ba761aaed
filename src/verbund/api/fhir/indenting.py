"""XML for people to read: one element a line, narratives as they are, since white space counts in them."""

from typing import Final

from lxml import etree

FHIR: Final = "{http://hl7.org/fhir}"
_STEP = "  "


def indented(xml: bytes) -> bytes:
    """The document with its FHIR elements indented. It was written here, so it is well-formed."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    _indent(root, "\n")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _indent(element: etree._Element, line: str) -> None:
    """Put each child of a FHIR element on a line of its own; `line` is the break before the element itself."""
    children = list(element)
    if not children:
        return
    element.text = line + _STEP
    for child in children:
        child.tail = line + _STEP
        if str(child.tag).startswith(FHIR):
            _indent(child, line + _STEP)
    children[-1].tail = line
