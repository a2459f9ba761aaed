"""XML from strangers: no DTD, no entities, nothing fetched, no huge trees, no other encoding than UTF-8."""

import re
from typing import Final

from lxml import etree

from verbund.errors import Incorrect

_PROLOGUE: Final = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*(<!DOCTYPE)?", re.DOTALL)
_ENCODING: Final = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_MARKUP: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<close>/)?[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(?P<empty>/)?>",
    re.DOTALL,
)


def parsed(text: str) -> etree._Element:
    """The root of a document; Incorrect, with line and column, if it is not well-formed or holds what is not taken."""
    prologue = _PROLOGUE.match(text)
    if prologue is not None and prologue[1]:
        raise Incorrect("The XML has a document type declaration; FHIR allows none, since it may hold entities.")
    declared = _ENCODING.match(text)
    if declared is not None and declared[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise Incorrect("The XML must be encoded in UTF-8.")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Incorrect(f"The text is not well-formed XML, at line {line}, column {column}.") from None


def decoded(raw: bytes) -> str:
    """The text of UTF-8 bytes, a byte order mark left out; Incorrect if they are none."""
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Incorrect(f"The text is not UTF-8: byte {error.start} cannot be read.") from None


def slices(text: str) -> list[tuple[int, int]]:
    """Where each element of a well-formed document begins and ends, in the order in which they begin."""
    found: list[tuple[int, int]] = []
    open_elements: list[int] = []
    for match in _MARKUP.finditer(text):
        if match[0].startswith(("<!", "<?")):
            continue
        if match["close"]:
            place = open_elements.pop()
            found[place] = (found[place][0], match.end())
        else:
            found.append((match.start(), match.end()))
            if not match["empty"]:
                open_elements.append(len(found) - 1)
    return found
