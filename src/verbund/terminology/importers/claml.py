"""ClaML 2 as BfArM publishes ICD-10-GM and OPS: one XML file of chapters, groups and categories.

`<Title name version>`, `<Modifier>` and `<ModifierClass>`, then `<Class code kind>` with `<SuperClass>`, `<SubClass>`,
`<ModifiedBy>` and `<Rubric kind="preferred"><Label>`. Modifiers are further places that many categories share; what
they make of a category is a class of its own here. Neither the DTD nor any entity is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from lxml import etree

from verbund.errors import Invalid
from verbund.terminology.importers.reading import Files
from verbund.terminology.importers.table import Table
from verbund.terminology.model import Concept, Designation, Head, Property
from verbund.terminology.structure import ICD, OPS

GROUPING = frozenset({"chapter", "block"})
# BfArM's word on a class of a modifier that does not follow a class of the modifier before.
EXCLUDED = "excludeonprecedingmodifier"
DEEPEST = 40
_TEXTS = {"inclusion", "preferredLong"}


@dataclass(slots=True)
class _Class:
    """A class, or a class of a modifier, as it is written."""

    code: str
    kind: str = "category"
    line: int = 0
    parents: list[str] = field(default_factory=list)
    children: bool = False
    display: str | None = None
    definition: str | None = None
    designations: list[Designation] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)
    modified_by: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    not_modified_by: set[str] = field(default_factory=set)
    excluded: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class _Book:
    """All that was read."""

    head: Head | None = None
    classes: dict[str, _Class] = field(default_factory=dict)
    modifiers: dict[str, list[_Class]] = field(default_factory=dict)


def recognises(files: Files) -> bool:
    """One XML file, or a folder or archive with one that is named for ICD-10-GM, OPS or ClaML."""
    return _name(files) is not None


def _name(files: Files) -> str | None:
    found = [name for name in files.names if name.lower().endswith(".xml")]
    if len(files.names) > 1:
        found = [name for name in found if any(word in name.lower() for word in ("claml", "icd10gm", "ops"))]
    return found[0] if found else None


def read(files: Files) -> Table:
    """The classification; Invalid, with the line, for what is no ClaML."""
    name = _name(files)
    if name is None:
        raise Invalid(f"There is no ClaML file in {files.path.name}.")
    book = _Book()
    with files.bytes_of(name) as raw:
        _read(name, raw, book)
    if book.head is None:
        raise Invalid(f"{name}: there is no Title with name and version. Is it ClaML?")
    return Table(book.head, _concepts(name, book))


def _read(name: str, raw: IO[bytes], book: _Book) -> None:
    """Everything between the tags `ClaML`; elements are dropped as soon as they are read."""
    events = etree.iterparse(
        raw, events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    depth = 0
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start":
                _check(name, element, depth)
            elif depth == 1:
                _take(name, element, book)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Invalid(f"{name}, line {error.lineno}: {error.msg}. Get the file again.") from error


def _check(name: str, element: etree._Element, depth: int) -> None:
    if depth == 1:
        if element.tag != "ClaML":
            raise Invalid(f"{name}, line {element.sourceline}: this is {element.tag}, not ClaML.")
        inner = element.getroottree().docinfo.internalDTD
        declared = inner.iterentities() if inner is not None else ()  # type: ignore[redundant-expr, attr-defined]
        if any(True for _ in declared):
            raise Invalid(f"{name}: it declares entities. ClaML needs none, so that it is refused.")
    if depth > DEEPEST:
        raise Invalid(f"{name}, line {element.sourceline}: it is nested deeper than ClaML is.")


def _take(name: str, element: etree._Element, book: _Book) -> None:
    match element.tag:
        case "Title":
            book.head = _head(element)
        case "ModifierClass":
            found = _class(name, element)
            book.modifiers.setdefault(element.get("modifier", ""), []).append(found)
        case "Class":
            found = _class(name, element)
            if found.code in book.classes:
                raise Invalid(f"{name}, line {found.line}: the class {found.code} is there twice.")
            book.classes[found.code] = found


def _head(element: etree._Element) -> Head:
    called = element.get("name", "")
    url = ICD if "ICD" in called.upper() else OPS if "OPS" in called.upper() else f"urn:verbund:claml:{called}"
    title = " ".join(_text(element).split()) or called
    kinds = {"kind": "code", "usage": "code"}
    return Head(url, element.get("version"), called, title, case_sensitive=url != OPS, language="de", properties=kinds)


def _class(name: str, element: etree._Element) -> _Class:
    code = element.get("code")
    if not code:
        raise Invalid(f"{name}, line {element.sourceline}: a {element.tag} has no code.")
    made = _Class(code, element.get("kind", "category"), int(str(element.sourceline)))
    if usage := element.get("usage"):
        made.properties.append(Property("usage", usage, "code"))
    for child in element:
        _part(made, child)
    return made


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _part(made: _Class, child: etree._Element) -> None:
    code = child.get("code", "")
    match child.tag:
        case "SuperClass":
            made.parents.append(code)
        case "SubClass":
            made.children = True
        case "ModifiedBy":
            valid = frozenset(one.get("code", "") for one in child.iter("ValidModifierClass"))
            made.modified_by.append((code, valid))
        case "ExcludeModifier":
            made.not_modified_by.add(code)
        case "Meta":
            _meta(made, child.get("name", ""), child.get("value", ""))
        case "Rubric":
            _rubric(made, child)


def _meta(made: _Class, name: str, value: str) -> None:
    if name.lower() == EXCLUDED:
        modifier, _, code = value.partition(" ")
        made.excluded.add((modifier, code.strip()))
    elif name and value:
        made.properties.append(Property(name, value))


def _rubric(made: _Class, rubric: etree._Element) -> None:
    kind = rubric.get("kind", "")
    for label in rubric.iter("Label"):
        text = " ".join(_text(label).split())
        if kind == "preferred":
            made.display = text
        elif kind == "definition":
            made.definition = text
        elif kind in _TEXTS and text:
            made.designations.append(Designation(text, "de", kind))


def _concepts(name: str, book: _Book) -> Iterator[Concept]:
    for one in book.classes.values():
        missing = next((parent for parent in one.parents if parent not in book.classes), None)
        if missing is not None:
            raise Invalid(f"{name}, line {one.line}: the class {one.code} is below {missing}, which is not there.")
        yield _concept(one)
        if not one.children:
            yield from _modified(book, one, _modifiers(book, one, set()), [])


def _concept(one: _Class) -> Concept:
    return Concept(
        code=one.code,
        display=one.display,
        definition=one.definition,
        parents=tuple(one.parents),
        designations=tuple(one.designations),
        properties=(Property("kind", one.kind, "code"), *one.properties),
        abstract=one.kind in GROUPING,
    )


def _modifiers(book: _Book, one: _Class, seen: set[str]) -> list[tuple[str, frozenset[str]]]:
    """The modifiers of a class: those of what it is below, then its own, without those that it excludes."""
    if one.code in seen:
        return []
    seen.add(one.code)
    above = [m for parent in one.parents for m in _modifiers(book, book.classes[parent], seen)]
    own = {code for code, _ in one.modified_by}
    return [m for m in above if m[0] not in own | one.not_modified_by] + one.modified_by


def _modified(
    book: _Book, one: _Class, modifiers: Sequence[tuple[str, frozenset[str]]], before: list[tuple[str, str]]
) -> Iterator[Concept]:
    """What modifiers make of a class, one place after the other; a class that is written out itself stays."""
    if not modifiers:
        return
    modifier, valid = modifiers[0]
    for place in book.modifiers.get(modifier, ()):
        code = one.code + place.code
        if (valid and place.code not in valid) or code in book.classes or not place.excluded.isdisjoint(before):
            continue
        display = ": ".join(text for text in (one.display, place.display) if text)
        made = _Class(code, one.kind, parents=[one.code], display=display, properties=one.properties)
        made.definition = place.definition
        yield _concept(made)
        yield from _modified(book, made, modifiers[1:], [*before, (modifier, place.code)])
