"""Narrative: XHTML without anything that acts (http://hl7.org/fhir/R4/narrative.html#rules)."""

from typing import Final

from lxml import etree

from verbund.fhir.definitions import r4

_BASE: Final = "http://hl7.org/fhir/StructureDefinition/"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_ELEMENTS: Final = frozenset(
    "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li "
    "map area ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var kbd strike s del ins "
    "address bdo font center basefont dir".split()
)
_ATTRIBUTES: Final = frozenset(
    "title style class id lang dir accesskey tabindex span width align valign char charoff cite colspan rowspan abbr axis "
    "headers scope border cellpadding cellspacing frame rules summary href name rel rev shape coords charset hreflang type "
    "src alt longdesc usemap ismap height start value compact color face size bgcolor nowrap noshade clear hspace vspace "
    "datetime".split()
)
_ACTING: Final = ("javascript:", "vbscript:", "data:text")


def of_base(kind: str, url: str) -> bool | None:
    """Whether a profile is the base definition of this type; None if it is no base definition of R4."""
    name = url.split("|", maxsplit=1)[0].removeprefix(_BASE)
    return name == kind if name in r4().types else None


def allowed(text: str) -> bool:
    """Whether a text is one XHTML div, not empty, with no script, form, frame or handler in it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    if root.tag != f"{_XHTML}div" or root.getroottree().docinfo.doctype:
        return False
    return all(map(_harmless, root.iter())) and _says_something(root)


def _harmless(element: etree._Element) -> bool:
    if not isinstance(element.tag, str):
        return isinstance(element, etree._Comment | etree._Entity)  # noqa: SLF001 - lxml names them so
    if element.tag.removeprefix(_XHTML) not in _ELEMENTS:
        return False
    for name, value in element.attrib.items():
        acting = str(value).strip().lower().startswith(_ACTING)
        if acting or (str(name) not in _ATTRIBUTES and not str(name).startswith("{")):
            return False
    return True


def _says_something(root: etree._Element) -> bool:
    """Whether there is a character that is not white space, or a picture."""
    return bool("".join(root.itertext()).strip()) or root.find(f".//{_XHTML}img") is not None
