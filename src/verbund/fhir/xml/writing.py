"""From JSON to XML, led by the definitions."""

import re
from json import JSONDecodeError, loads
from typing import Any, Final, NoReturn

from lxml import etree

from verbund.errors import Incorrect, Invalid, Issue
from verbund.fhir.definitions import r4
from verbund.fhir.markup import decoded, parsed
from verbund.fhir.validation import MAX_DEPTH
from verbund.fhir.xml.layout import FHIR, NUMBERS, XHTML, Property, attributes, properties

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_SPECIAL: Final = re.compile(r'[&<>"\n\r\t]')
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NAME: Final = re.compile(r"_?[A-Za-z]\w{0,63}\Z", re.ASCII)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class _Number(str):
    """A JSON number as written."""

    __slots__ = ()


def to_xml(json: bytes) -> bytes:
    """The same resource as XML in UTF-8, its elements in the order of the standard, without white space between them.

    Nothing is lost: numbers keep their digits, narrative its text. Incorrect if the bytes are no JSON; Invalid, with
    the path, for what XML has no place for: unknown properties, values of a wrong JSON type, characters that XML cannot
    hold, narrative that is not well-formed. For resources that `verbund.fhir.decode` accepts only the last two occur.
    """
    text = decoded(json)
    try:
        value = loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    except JSONDecodeError as error:
        raise Incorrect(f"The text is not JSON, at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise Incorrect(f"The JSON is nested too deep; {MAX_DEPTH} levels are accepted.") from None
    writing = _Writing()
    writing.resource(value, "", 0)
    return "".join(writing.out).encode()


class _Writing:
    """One document that is written, in parts."""

    def __init__(self) -> None:
        self.out = [_HEAD]

    def resource(self, value: object, path: str, depth: int) -> None:
        name = value.get("resourceType") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(name, str) or name not in r4().resources:
            _refuse(path, "a resource of a type that FHIR R4 has is expected.")
        space = f' xmlns="{FHIR}"' if depth == 0 else ""
        members = {key: item for key, item in value.items() if key != "resourceType"}
        self.complex(members, name, f"{name}{space}", path or name, depth)

    def complex(self, value: object, kind: str, tag: str, path: str, depth: int) -> None:
        """An element of a complex type; `tag` is its name, and for the root the namespace."""
        if not isinstance(value, dict):
            _refuse(path, "an object is expected.")
        if depth > MAX_DEPTH:
            _refuse(path.split(".", maxsplit=1)[0], f"nested too deep; {MAX_DEPTH} levels are accepted.")
        layout = properties(kind)
        for key in value:
            if key.removeprefix("_") not in layout:
                _refuse(path, f"R4 knows no element {repr(key) if _NAME.match(key) else 'with this name'} here.")
        own = "".join(
            f' {key}="{_escaped(value[key], f"{path}.{key}")}"'
            for key in layout
            if key in attributes(kind) and key in value
        )
        name = tag.split(" ", maxsplit=1)[0]
        self.out.append(f"<{tag}{own}>")
        empty = len(self.out)
        for key, at in layout.items():
            if not at.attribute and (key in value or "_" + key in value):
                self.property(value, at, f"{path}.{key}", depth)
        if len(self.out) == empty:
            self.out[-1] = f"<{tag}{own}/>"
        else:
            self.out.append(f"</{name}>")

    def property(self, holder: dict[str, Any], at: Property, path: str, depth: int) -> None:
        """All elements of one property."""
        values, extras = holder.get(at.key), holder.get("_" + at.key)
        if not at.many:
            self.element(values, extras, at, path, depth)
            return
        if not isinstance(values, list | None) or not isinstance(extras, list | None):
            _refuse(path, "a list is expected: this element may be repeated.")
        size = max(len(values or ()), len(extras or ()))
        for place in range(size):
            value = values[place] if values is not None and place < len(values) else None
            extra = extras[place] if extras is not None and place < len(extras) else None
            self.element(value, extra, at, f"{path}[{place}]", depth)

    def element(self, value: object, extra: object, at: Property, path: str, depth: int) -> None:
        """One element of a property."""
        if at.type == "xhtml":
            self.out.append(_narrative(value, path))
        elif at.primitive:
            self.primitive(value, extra, at, path, depth)
        elif at.type == "Resource":
            self.out.append(f"<{at.key}>")
            self.resource(value, path, depth + 1)
            self.out.append(f"</{at.key}>")
        else:
            self.complex(value, at.type, at.key, path, depth + 1)

    def primitive(self, value: object, extra: object, at: Property, path: str, depth: int) -> None:
        """A primitive: its value as an attribute, its id and extensions beside and inside."""
        tag = at.key
        if value is not None:
            tag += f' value="{_literal(value, at, path)}"'
        elif extra is None:
            _refuse(path, "a value or an extension is expected.")
        if extra is None:
            self.out.append(f"<{tag}/>")
        else:
            self.complex(extra, "Element", tag, path, depth + 1)


def _literal(value: object, at: Property, path: str) -> str:
    """The value of a primitive as the text of an attribute."""
    if isinstance(value, bool) and at.type == "boolean":
        return "true" if value else "false"
    if at.type == "boolean" or isinstance(value, _Number) != (at.type in NUMBERS):
        _refuse(path, "a value of another JSON type is expected.")
    return _escaped(value, path)


def _escaped(value: object, path: str) -> str:
    if not isinstance(value, str):
        _refuse(path, "a string is expected.")
    if _UNWRITABLE.search(value):
        _refuse(path, "it holds a character that XML cannot hold.")
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], value)


def _narrative(value: object, path: str) -> str:
    """Narrative as it is, once it is known to be a well-formed element of XHTML."""
    text = value if isinstance(value, str) else ""
    try:
        root = parsed(text)
    except (Incorrect, ValueError):
        _refuse(path, "the narrative is not well-formed XHTML.")
    tag = etree.QName(root)
    if (tag.namespace, tag.localname) != (XHTML, "div"):
        _refuse(path, "the narrative must be one div of the namespace of XHTML.")
    return text[text.index("<div") :].strip() if "<div" in text else text.strip()


def _refuse(path: str, text: str) -> NoReturn:
    sentence = f"{path or 'The resource'}: {text}"
    raise Invalid(sentence, issues=(Issue("structure", sentence, (path,) if path else (), rule="xml"),))
