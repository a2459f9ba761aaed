"""Narrative: XHTML without anything that acts (http://hl7.org/fhir/R4/narrative.html#rules)."""

import re
from typing import Final

from lxml import etree

from verbund.errors import Incorrect
from verbund.fhir.definitions import r4
from verbund.fhir.markup import parsed

_BASE: Final = "http://hl7.org/fhir/StructureDefinition/"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_ELEMENTS: Final = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "area",
        "b",
        "basefont",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "dir",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "map",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
    ]
)
_ATTRIBUTES: Final = frozenset(
    [
        "abbr",
        "accesskey",
        "align",
        "alt",
        "axis",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "char",
        "charoff",
        "charset",
        "cite",
        "class",
        "clear",
        "color",
        "colspan",
        "compact",
        "coords",
        "datetime",
        "dir",
        "face",
        "frame",
        "headers",
        "height",
        "href",
        "hreflang",
        "hspace",
        "id",
        "ismap",
        "lang",
        "longdesc",
        "name",
        "noshade",
        "nowrap",
        "rel",
        "rev",
        "rowspan",
        "rules",
        "scope",
        "shape",
        "size",
        "span",
        "src",
        "start",
        "style",
        "summary",
        "tabindex",
        "title",
        "type",
        "usemap",
        "valign",
        "value",
        "vspace",
        "width",
    ]
)
_PLAIN: Final = re.compile(r'<div xmlns="http://www\.w3\.org/1999/xhtml">(?=[^<&]*[^<&\s])[^<&]+</div>\Z')
_ACTING: Final = ("javascript:", "vbscript:", "data:text")


def of_base(kind: str, url: str) -> bool | None:
    """Whether a profile is the base definition of this type; None if it is no base definition of R4."""
    name = url.split("|", maxsplit=1)[0].removeprefix(_BASE)
    return name == kind if name in r4().types else None


def allowed(text: str) -> bool:
    """Whether a text is one XHTML div, not empty, with no script, form, frame or handler in it."""
    return is_harmless(text) and has_content(text)


def is_harmless(text: str) -> bool:
    """Whether a text is one XHTML div with no script, form, frame or handler in it."""
    if _PLAIN.match(text):
        return True
    root = _div(text)
    return root is not None and all(map(_harmless, root.iter()))


def has_content(text: str) -> bool:
    """Whether a text is one XHTML div that says or shows something."""
    if _PLAIN.match(text):
        return True
    root = _div(text)
    return root is not None and _says_something(root)


def _div(text: str) -> etree._Element | None:
    try:
        root = parsed(text)
    except (Incorrect, ValueError):
        return None
    return root if root.tag == f"{_XHTML}div" else None


def _harmless(element: etree._Element) -> bool:
    if str(element.tag).removeprefix(_XHTML) not in _ELEMENTS:
        return False
    for name, value in element.attrib.items():
        acting = str(value).strip().lower().startswith(_ACTING)
        if acting or (str(name) not in _ATTRIBUTES and not str(name).startswith("{")):
            return False
    return True


def _says_something(root: etree._Element) -> bool:
    """Whether there is a character that is not white space, or a picture."""
    return any(str(text).strip() for text in root.itertext()) or root.find(f".//{_XHTML}img") is not None
