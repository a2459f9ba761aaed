"""Writes the R4 types as msgspec structures: one module for the common data types, one for each resource type.

Types carry what the decoder can check in one pass: fields, cardinality, formats, required codes. What it cannot say is
written into `__post_init__`: required primitives (their extension may stand in for them), choice types, and required
bindings of concepts.
"""

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]

HEADER = '''"""{title} of FHIR R4.

Generated from {source} by `python -m scripts.vendor fhir`; change the generator, not this file.
"""

'''
PYTHON_TYPES = {
    "boolean": "bool",
    "decimal": "Decimal",
    **{name: name[0].upper() + name[1:] for name in ("integer", "unsignedInt", "positiveInt", "string", "code", "id")},
    **dict.fromkeys(("uri", "url", "canonical"), "Uri"),
    **{name: name[0].upper() + name[1:] for name in ("oid", "uuid", "date", "dateTime", "instant", "time")},
    "base64Binary": "Base64",
    "markdown": "String",
    "xhtml": "Xhtml",
}
PATTERNED = {
    "Code": "code",
    "Uri": "uri",
    "Id": "id",
    "Oid": "oid",
    "Uuid": "uuid",
    "Date": "date",
    "DateTime": "date_time",
    "Instant": "instant",
    "Time": "time",
    "Base64": "base64",
}
REMEMBERED = {"Code": "CODES", "Uri": "URIS", "Date": "DATES", "DateTime": "DATE_TIMES", "Instant": "INSTANTS"}
"""msgspec takes 2 µs to apply a pattern, a `__post_init__` 0.2 µs a field: so what occurs often is checked there."""
FREQUENT = {"Attachment", "Coding", "Identifier", "Meta", "Period", "Quantity"}
ALIASES = sorted({name for name in PYTHON_TYPES.values() if name != "bool"} | {f"Checked{name}" for name in PATTERNED})
HELPERS = (
    *REMEMBERED.values(),
    "aligned",
    "among",
    "attributes",
    "chosen",
    *(f"is_{name}" for name in PATTERNED.values()),
)
WITHOUT_ELEMENT = {"xhtml"}
FORBID = "frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False"


def python_name(name: str) -> str:
    """The attribute for a JSON property; Python's own words get a trailing underscore."""
    return f"{name}_" if keyword.iskeyword(name) else name


class Alternative:
    """One JSON property that an element may take: `valueQuantity` of `value[x]`, or the element itself."""

    def __init__(self, element: Json, kind: str) -> None:
        self.element = element
        self.kind = kind
        stem = element["name"].removesuffix("[x]")
        self.json = stem + kind[0].upper() + kind[1:] if element["name"].endswith("[x]") else stem
        self.attribute = python_name(self.json)
        self.many = element["max"] == "*"
        self.primitive = kind in PYTHON_TYPES
        fixed = element["name"] in {"id", "url"} and kind in {"string", "uri", "id"} and element.get("plain", False)
        self.has_element = self.primitive and kind not in WITHOUT_ELEMENT and not fixed


def alternatives(element: Json) -> list[Alternative]:
    """The JSON properties of an element, primitives first."""
    found = [Alternative(element, kind) for kind in element["types"]]
    return sorted(found, key=lambda item: not item.has_element)


class Structs:
    """The generator: knows all types and writes the text of each structure."""

    def __init__(self, definitions: Json) -> None:
        self.definitions = definitions
        self.types: Json = definitions["types"]
        for name, definition in self.types.items():
            for element in definition["elements"]:
                element["plain"] = element["name"] == "id" or (name == "Extension" and element["name"] == "url")
                if element["name"] == "id" and definition["kind"] == "resource":
                    element["types"] = ["id"]
        self.defined: set[str] = set()
        self.common = self.closure(["Extension", "Meta", "Narrative", "DomainResource"])

    def closure(self, names: Iterable[str]) -> list[str]:
        """All complex types reachable from these, each after the base it inherits from."""
        seen: list[str] = []

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in PYTHON_TYPES or name in seen or name not in self.types or name in path:
                return
            visit(self.types[name]["base"], (*path, name))
            for element in self.own_elements(name):
                for kind in element["types"]:
                    visit(kind, (*path, name))
            if name not in seen:
                seen.append(name)

        for name in names:
            visit(name, ())
        return seen

    def own_elements(self, name: str) -> list[Json]:
        """The elements that a type adds to its base."""
        definition = self.types[name]
        inherited = {e["name"] for base in self.bases(name) for e in self.types[base]["elements"]}
        return [e for e in definition["elements"] if e["name"] not in inherited]

    def bases(self, name: str) -> Iterator[str]:
        """The types that a type inherits from, nearest first."""
        while (name := self.types[name]["base"]) in self.types:
            yield name

    def module_types(self, root: str) -> list[str]:
        """The types that the module of a resource defines: its own, bases and uses first where possible."""
        own = [name for name in self.closure([root]) if name not in self.common]
        return [name for name in own if name != root] + [root]

    def annotation(self, owner: str, alternative: Alternative) -> str:
        """The Python type of a property's single value."""
        if alternative.kind == "Resource":
            return "Raw"
        if not alternative.primitive:
            return alternative.kind
        if url := alternative.element.get("binding"):
            codes = dict.fromkeys(code for _, codes in self.definitions["codes"][url] for code in codes)
            return f"Literal[{', '.join(map(repr, codes))}]"
        plain = PYTHON_TYPES[alternative.kind]
        return f"Checked{plain}" if plain in PATTERNED and not self.inline(owner, alternative) else plain

    def inline(self, owner: str, item: Alternative) -> bool:
        """Whether the pattern of a primitive is checked in `__post_init__`, which is faster where it occurs often."""
        if PYTHON_TYPES.get(item.kind) not in PATTERNED or item.element.get("binding"):
            return False
        if owner == "Extension":
            return item.json == "url"
        return self.types[owner]["kind"] == "resource" or owner in FREQUENT

    def fields(self, name: str) -> Iterator[str]:
        """The lines that declare a type's own properties."""
        for element in self.own_elements(name):
            for item in alternatives(element):
                yield f"    {item.attribute}: {self.field(name, item)}"
                if item.has_element:
                    kind = "tuple[Element | None, ...]" if item.many else "Element | None"
                    default = "()" if item.many else "None"
                    yield f'    {item.json}_element: {kind} = named(default={default}, name="_{item.json}")'

    def field(self, owner: str, item: Alternative) -> str:
        """Type and default of a property."""
        kind = self.annotation(owner, item)
        renamed = item.attribute != item.json
        required = item.element["min"] > 0 and not item.has_element and not item.element["name"].endswith("[x]")
        if item.many:
            kind = f"tuple[{kind} | None, ...]" if item.primitive else f"tuple[{kind}, ...]"
        elif not required and kind != "Raw":  # msgspec takes no Raw in a union; None is its default all the same
            kind = f"{kind} | None"
        if item.kind in self.types and item.kind != "Resource" and item.kind not in self.defined:
            kind = f'"{kind}"'
        if required:
            return f'{kind} = named(name="{item.json}")' if renamed else kind
        default = "()" if item.many else "None"
        return f'{kind} = named(default={default}, name="{item.json}")' if renamed else f"{kind} = {default}"

    def struct(self, name: str) -> Iterator[str]:
        """The lines of one structure, with what it needs above it."""
        definition = self.types[name]
        base = definition["base"] if definition["base"] in self.types else "Struct"
        options = "kw_only=True" if base != "Struct" else FORBID
        if definition["kind"] == "resource" and not definition["abstract"]:
            options += f', tag_field="resourceType", tag="{name}"'
        checks = list(self.checks(name))
        inherited = [check for parent in self.bases(name) for check in self.checks(parent)] if checks else []
        for group in checks:
            yield from group.above
        yield f"class {name}({base}, {options}):"
        body = list(self.fields(name))
        yield from body
        lines = [line for group in [*inherited, *checks] for line in group.lines]
        if name == "Resource":
            yield from ("", "    if TYPE_CHECKING:", "        def __getattr__(self, name: str) -> Any: ...")
        if lines:
            yield "    def __post_init__(self) -> None:"
            yield from lines
        if not (body or lines):
            yield "    pass"
        yield ""
        self.defined.add(name)

    def checks(self, name: str) -> Iterator["Check"]:
        """What the decoder's types cannot say about a structure."""
        for element in self.own_elements(name):
            yield from (pattern_check(name, item) for item in alternatives(element) if self.inline(name, item))
            if element["name"].endswith("[x]"):
                yield choice_check(name, element)
                continue
            item = alternatives(element)[0]
            if item.many and item.has_element:
                value, extended = f"self.{item.attribute}", f"self.{item.json}_element"
                condition = f"if ({extended} or None in {value}) and not aligned({value}, {extended}):"
                yield Check.of(condition, f"{name}.{item.json} holds a null without an extension")
            if element["min"] > 0 and item.has_element:
                yield Check.of(f"if self.{item.attribute} {missing(item)}:", f"{name}.{item.json} is required")
            if element.get("binding") and item.kind in {"CodeableConcept", "Coding"}:
                yield self.binding_check(name, item)

    def binding_check(self, name: str, item: Alternative) -> "Check":
        """One of a concept's codings must be of the required value set."""
        members = {
            (system, code) for system, codes in self.definitions["codes"][item.element["binding"]] for code in codes
        }
        constant = f"_{name}_{item.json}".upper()
        value = f"self.{item.attribute}"
        condition = f"if {value} is not None and not among({value}, {constant}):"
        if item.many:
            condition = f"if not all(among(item, {constant}) for item in {value}):"
        check = Check.of(condition, f"{name}.{item.json} is not one of the required codes")
        check.above.append(f"{constant} = frozenset({sorted(members)!r})")
        return check


class Check:
    """Lines of a `__post_init__` and the constants that they use."""

    def __init__(self) -> None:
        self.above: list[str] = []
        self.lines: list[str] = []

    @classmethod
    def of(cls, condition: str, sentence: str) -> "Check":
        """A condition under which the structure is refused."""
        check = cls()
        check.lines += [f"        {condition}", f'            raise ValueError("{sentence}")']
        return check


def pattern_check(name: str, item: Alternative) -> Check:
    """The form of a primitive; codes, addresses and dates that were right before are remembered."""
    plain = PYTHON_TYPES[item.kind]
    wrong = f"not is_{PATTERNED[plain]}(v)"
    if plain in REMEMBERED:
        wrong = f"v not in {REMEMBERED[plain]} and {wrong}"
    check = Check()
    sentence = f'raise ValueError("{name}.{item.json} is malformed")'
    if item.many:
        check.lines += [f"        for v in self.{item.attribute}:", f"            if v is not None and {wrong}:"]
        check.lines.append(f"                {sentence}")
    else:
        check.lines += [f"        if (v := self.{item.attribute}) is not None and {wrong}:", f"            {sentence}"]
    return check


def missing(item: Alternative) -> str:
    """The condition, after the attribute, that neither a primitive nor its extension is given."""
    if item.many:
        return f"== () and self.{item.json}_element == ()"
    return f"is None and self.{item.json}_element is None"


def choice_check(name: str, element: Json) -> Check:
    """At most one property of a choice type, and one at least where it is required."""
    items = alternatives(element)
    stem = element["name"].removesuffix("[x]")
    constant = f"_{name}_{stem}".upper()
    beside = [f"{item.json}_element" for item in items if item.has_element]
    names = [*(item.attribute for item in items), *beside]
    check = Check()
    check.above.append(f"{constant} = attributes({', '.join(map(repr, names))})")
    check.lines.append(f"        given = {len(names)} - {constant}(self).count(None)")
    if beside:
        # A primitive and what extends it are one.
        check.lines += ["        if given > 1:", f"            given = chosen({constant}(self), {len(items)})"]
    wrong = "given != 1" if element["min"] else "given > 1"
    sentence = f"{name}.{stem}[x] takes {'exactly' if element['min'] else 'at most'} one type"
    if name == "Extension":
        wrong, sentence = "given + (self.extension != ()) != 1", "an extension has either a value or extensions"
    check.lines += [f"        if {wrong}:", f'            raise ValueError("{sentence}")']
    return check


PRIMITIVES = """from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from verbund.fhir import primitives as formats

String = Annotated[str, Meta(min_length=1, max_length=formats.MAX_STRING)]
Xhtml = Annotated[str, Meta(min_length=1)]
CheckedCode = Annotated[str, Meta(pattern=formats.CODE)]
CheckedUri = Annotated[str, Meta(pattern=formats.URI)]
CheckedId = Annotated[str, Meta(pattern=formats.ID)]
CheckedOid = Annotated[str, Meta(pattern=formats.OID)]
CheckedUuid = Annotated[str, Meta(pattern=formats.UUID)]
CheckedDate = Annotated[str, Meta(pattern=formats.DATE)]
CheckedDateTime = Annotated[str, Meta(pattern=formats.DATE_TIME)]
CheckedInstant = Annotated[str, Meta(pattern=formats.INSTANT)]
CheckedTime = Annotated[str, Meta(pattern=formats.TIME)]
CheckedBase64 = Annotated[str, Meta(pattern=formats.BASE64)]
Code = str
Uri = str
Id = str
Oid = str
Uuid = str
Date = str
DateTime = str
Instant = str
Time = str
Base64 = str
Integer = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
UnsignedInt = Annotated[int, Meta(ge=0, le=2**31 - 1)]
PositiveInt = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""


def common_module(structs: Structs) -> str:
    """The data types that every resource may hold, with the bases of resources."""
    lines = [
        HEADER.format(title="The data types", source=structs.definitions["source"]),
        "from typing import TYPE_CHECKING, Any, Literal\n",
        "from msgspec import Raw, Struct\nfrom msgspec import field as named\n",
        f"from verbund.fhir.checks import {', '.join(HELPERS)}",
        f"from verbund.fhir.generated.primitives import {', '.join(ALIASES)}\n",
    ]
    for name in structs.common:
        lines += structs.struct(name)
    return "\n".join(lines)


def resource_module(structs: Structs, root: str, search: str, helpers: Iterable[str]) -> str:
    """The types of one resource and the function that extracts its search values."""
    names = structs.module_types(root)
    body = [line for name in names for line in structs.struct(name)]
    text = "\n".join([*body, "", search])
    imports = {
        "verbund.fhir.checks": HELPERS,
        "verbund.fhir.extraction": ("Collector", *helpers),
        "verbund.fhir.generated.datatypes": sorted(structs.common),
        "verbund.fhir.generated.primitives": ALIASES,
    }
    lines = [HEADER.format(title=f"The resource type {root}", source=structs.definitions["source"])]
    lines += [
        "from datetime import datetime",
        "from typing import Any, Literal\n",
        "from msgspec import Raw\nfrom msgspec import field as named\n",
    ]
    for module, offered in imports.items():
        if used := [name for name in offered if re.search(rf"\b{name}\b", text)]:
            lines.append(f"from {module} import {', '.join(used)}")
    return "\n".join([*lines, "", text])
