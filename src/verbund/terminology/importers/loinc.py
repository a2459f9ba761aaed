"""LOINC as Regenstrief publishes it: `Loinc.csv`, alone or in its folder or archive with what goes with it.

With `ComponentHierarchyBySystem.csv` (or the older `MultiAxialHierarchy.csv`) codes have a hierarchy of parts (`LP…`),
with `AnswerList.csv` answers (`LA…`) know their lists (`LL…`, property `answer-list`), and linguistic variants
(`deDE…LinguisticVariant.csv`) give names in other languages.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from verbund.errors import Invalid
from verbund.terminology.importers.reading import Columns, Files, cell
from verbund.terminology.importers.table import Table
from verbund.terminology.model import Concept, Designation, Head, Property
from verbund.terminology.rules import LOINC

PROPERTIES = (
    "COMPONENT",
    "PROPERTY",
    "TIME_ASPCT",
    "SYSTEM",
    "SCALE_TYP",
    "METHOD_TYP",
    "CLASS",
    "CLASSTYPE",
    "STATUS",
)
FURTHER = ("ORDER_OBS", "EXAMPLE_UCUM_UNITS", "UNITSREQUIRED", "VersionLastChanged")
TABLE = "loinc.csv"
HIERARCHIES = ("componenthierarchybysystem.csv", "multiaxialhierarchy.csv", "multi-axial_hierarchy.csv")
LANGUAGES = ("deDE", "deAT")
_CODE = re.compile(r"\d+-\d|L[APLG]\d+-\d")
_VERSION = re.compile(r"loinc[_-](\d+\.\d+)", re.IGNORECASE)
Hierarchy = dict[str, list[str]]


def recognises(files: Files) -> bool:
    """A file, folder or archive with `Loinc.csv`."""
    return _table(files) is not None


def _table(files: Files) -> str | None:
    found = [name for name in files.names if PurePosixPath(name).name.lower() == TABLE]
    return min(found, key=len) if found else None


def read(files: Files) -> Table:
    """LOINC's terms; Invalid, with the line, for what is no table of LOINC."""
    name = _table(files) or files.names[0]
    kinds = {
        **dict.fromkeys((*PROPERTIES, *FURTHER), "string"),
        "STATUS": "code",
        "answer-list": "code",
    }
    head = Head(LOINC, _version(files, name), "LOINC", "LOINC", case_sensitive=False, language="en", properties=kinds)
    return Table(head, _concepts(files, name))


def _version(files: Files, name: str) -> str | None:
    """As the folder or archive is called, else the version of the last change."""
    found = _VERSION.search(f"{files.path.resolve()}/{name}")
    if found:
        return found[1]
    rows = files.rows(name, ",")
    place = Columns.of(name, next(rows, (0, [""]))[1]).find("VersionLastChanged")
    versions = {cell(row, place) for _, row in rows} - {""} if place is not None else set()
    return max(versions, key=lambda text: [int(part) for part in re.findall(r"\d+", text)], default=None)


def _concepts(files: Files, name: str) -> Iterator[Concept]:
    parts, above = _hierarchy(files)
    yield from parts
    answers = list(_answers(files))
    yield from answers
    names = _names(files)
    rows = files.rows(name, ",")
    columns = Columns.of(name, next(rows, (0, [""]))[1])
    code, display = columns.need("LOINC_NUM"), columns.need("LONG_COMMON_NAME")
    short, said = columns.find("SHORTNAME"), columns.find("DisplayName", "CONSUMER_NAME")
    known = [(title, columns.find(title)) for title in (*PROPERTIES, *FURTHER)]
    for line, row in rows:
        own = cell(row, code)
        if not _CODE.fullmatch(own):
            raise Invalid(f"{name}, line {line}: “{own[:40]}” is no LOINC code.")
        texts = [Designation(text, "en", use) for place, use in ((short, "SHORTNAME"), (said, "DisplayName"))
                 if (text := cell(row, place))]  # fmt: skip
        values = [(title, cell(row, place)) for title, place in known]
        yield Concept(
            code=own,
            display=cell(row, display) or None,
            parents=tuple(above.get(own, ())),
            designations=(*texts, *names.get(own, ())),
            properties=tuple(Property(title, value) for title, value in values if value),
            inactive=dict(values)["STATUS"] == "DEPRECATED",
        )


def _hierarchy(files: Files) -> tuple[list[Concept], Hierarchy]:
    """The parts, parents first, and what each code is below."""
    name = files.first(*HIERARCHIES)
    if name is None:
        return [], {}
    above: Hierarchy = {}
    texts: dict[str, str] = {}
    rows = files.rows(name, ",")
    columns = Columns.of(name, next(rows, (0, [""]))[1])
    code, parent, text = columns.need("CODE"), columns.need("IMMEDIATE_PARENT"), columns.need("CODE_TEXT")
    for _, row in rows:
        own = cell(row, code)
        known = above.setdefault(own, [])
        if cell(row, parent) and cell(row, parent) not in known:
            known.append(cell(row, parent))
        if own.startswith("LP"):
            texts.setdefault(own, cell(row, text))
    return [Concept(own, said, parents=tuple(above.get(own, ())), abstract=True) for own, said in texts.items()], above


def _answers(files: Files) -> Iterator[Concept]:
    name = files.first("answerlist.csv")
    if name is None:
        return
    rows = files.rows(name, ",")
    columns = Columns.of(name, next(rows, (0, [""]))[1])
    listed, code, text = columns.need("AnswerListId"), columns.need("AnswerStringId"), columns.need("DisplayText")
    found: dict[str, tuple[str, list[str]]] = {}
    for _, row in rows:
        if own := cell(row, code):
            found.setdefault(own, (cell(row, text), []))[1].append(cell(row, listed))
    for own, (said, lists) in found.items():
        yield Concept(own, said, properties=tuple(Property("answer-list", one, "code") for one in lists))


def _names(files: Files) -> dict[str, list[Designation]]:
    """Names in German, where their files are there."""
    found: dict[str, list[Designation]] = {}
    for name in files.names:
        short = PurePosixPath(name).name
        language = next((one for one in LANGUAGES if short.startswith(one) and "LinguisticVariant" in short), None)
        if language is None:
            continue
        rows = files.rows(name, ",")
        columns = Columns.of(name, next(rows, (0, [""]))[1])
        code = columns.need("LOINC_NUM")
        places = [columns.find(title) for title in ("LinguisticVariantDisplayName", "LONG_COMMON_NAME", "SHORTNAME")]
        tag = f"{language[:2]}-{language[2:]}"
        for _, row in rows:
            texts = [text for place in places if (text := cell(row, place))]
            found.setdefault(cell(row, code), []).extend(Designation(text, tag) for text in dict.fromkeys(texts))
    return found
