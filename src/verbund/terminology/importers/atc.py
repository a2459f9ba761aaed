"""ATC as a table: of WIdO, of BfArM (amtliche Fassung), or any with a column for the code and one for its meaning.

CSV with semicolons, commas or tabs, or the first sheet of an XLSX file. Further columns that are known: the defined
daily dose. The hierarchy is that of the codes.
"""

import zipfile
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePosixPath

from lxml import etree

from verbund.errors import Invalid
from verbund.terminology.importers.reading import Columns, Files, cell
from verbund.terminology.importers.table import Table
from verbund.terminology.model import Concept, Head, Property
from verbund.terminology.structure import ATC, atc

CODES = ("ATC-Code", "ATC Code", "ATCCode", "ATC_Code", "ATC", "Code")
NAMES = ("ATC-Bedeutung", "Bedeutung", "Bezeichnung", "ATC-Bezeichnung", "ATC Name", "ATC_Name", "Name", "Display")
DOSES = ("DDD-Info", "DDD", "DDD-Angaben", "DDD_Info")
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
# A heading may stand above the names of the columns.
DEEPEST_HEADING = 20
LARGEST_SHEET = 256 * 2**20
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Row = tuple[int, list[str]]


def recognises(files: Files) -> bool:
    """A table named for ATC."""
    return _name(files) is not None


def _name(files: Files) -> str | None:
    found = [name for name in files.names if name.lower().endswith(ENDINGS)]
    named = [name for name in found if "atc" in PurePosixPath(name).name.lower()]
    return named[0] if named else None


def read(files: Files) -> Table:
    """The codes; Invalid, with the line, for what is no table of ATC."""
    name = _name(files) or files.names[0]
    digits = "".join(one if one.isdigit() else " " for one in PurePosixPath(name).name).split()
    year = next((part for part in reversed(digits) if len(part) == 4), None)
    head = Head(ATC, year, "ATC", "ATC", language="de", properties={"DDD": "string"})
    return Table(head, _concepts(name, _rows(files, name)))


def _rows(files: Files, name: str) -> Iterator[Row]:
    if name.lower().endswith(".xlsx"):
        return _sheet(files, name)
    first = next(files.lines(name), "")
    return files.rows(name, max(";\t,", key=first.count))


def _concepts(name: str, rows: Iterator[Row]) -> Iterator[Concept]:
    columns, first = _columns(name, rows)
    code, text, dose = columns.need(*CODES), columns.need(*NAMES), columns.find(*DOSES)
    found: dict[str, tuple[str, list[str]]] = {}
    for line, row in chain(first, rows):
        own = cell(row, code).replace(" ", "").upper()
        if not own and not cell(row, text):
            continue
        if own and atc(own) is None:
            raise Invalid(f"{name}, line {line}: “{own[:20]}” is no ATC code.")
        if own:
            doses = found.setdefault(own, (cell(row, text), []))[1]
            if cell(row, dose):
                doses.append(cell(row, dose))
    for own, (said, doses) in found.items():
        above = atc(own) or ()
        parents = tuple(one for one in above if one in found)[:1]
        yield Concept(own, said, parents=parents, properties=tuple(Property("DDD", one) for one in doses))


def _columns(name: str, rows: Iterator[Row]) -> tuple[Columns, Sequence[Row]]:
    for number, (_, row) in enumerate(rows):
        columns = Columns.of(name, row)
        if columns.find(*CODES) is not None and columns.find(*NAMES) is not None:
            return columns, ()
        if number >= DEEPEST_HEADING:
            break
    raise Invalid(f"{name}: no row names the columns {CODES[0]} and {NAMES[0]}. Is it a table of ATC?")


def _sheet(files: Files, name: str) -> Iterator[Row]:
    """The rows of the first sheet (ECMA-376, part 1, 18.3); neither DTD nor entity is read."""
    with files.bytes_of(name) as raw:
        try:
            with zipfile.ZipFile(raw) as book:
                if sum(one.file_size for one in book.infolist()) > LARGEST_SHEET:
                    raise Invalid(f"{name} claims to be far larger than any table of ATC. It is refused.")
                texts = _shared(book)
                sheet = min(one for one in book.namelist() if one.startswith("xl/worksheets/sheet"))
                with book.open(sheet) as content:
                    yield from _sheet_rows(content, texts)
        except (zipfile.BadZipFile, ValueError, KeyError, IndexError, etree.XMLSyntaxError) as error:
            raise Invalid(f"{name} is no XLSX file that can be read. Save it as CSV.") from error


def _parsed(content: object, tag: str) -> Iterator[etree._Element]:
    events = etree.iterparse(
        content, events=("end",), tag=tag, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    for _, element in events:
        yield element
        element.clear()


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    with book.open("xl/sharedStrings.xml") as content:
        return ["".join(text.text or "" for text in one.iter(f"{_SHEET}t")) for one in _parsed(content, f"{_SHEET}si")]


def _sheet_rows(content: object, texts: Sequence[str]) -> Iterator[Row]:
    for number, row in enumerate(_parsed(content, f"{_SHEET}row"), 1):
        cells: list[str] = []
        for one in row.iter(f"{_SHEET}c"):
            place = _column(one.get("r", ""), len(cells))
            cells += [""] * (place - len(cells))
            value = one.findtext(f"{_SHEET}v") or ""
            if one.get("t") == "s":
                value = texts[int(value)]
            elif one.get("t") == "inlineStr":
                value = "".join(text.text or "" for text in one.iter(f"{_SHEET}t"))
            cells.append(value)
        yield number, cells


def _column(reference: str, following: int) -> int:
    """`C7` is the third column; without a reference the one that follows. At most 64 are looked at."""
    place = 0
    for letter in reference.rstrip("0123456789"):
        place = place * 26 + ord(letter) - ord("A") + 1
    return min(max(place - 1, following), 64) if reference else following
