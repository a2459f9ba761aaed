"""SNOMED CT's release format 2: snapshots of concepts, descriptions, relationships and language reference sets.

`sct2_Concept_Snapshot_…`, `sct2_Description_Snapshot-…`, `sct2_Relationship_Snapshot_…`,
`der2_cRefset_LanguageSnapshot-…` and, where they are, `der2_Refset_Simple…Snapshot_…`, as tables parted by tabs, in a
folder or archive. Files of several editions in one folder (the international one and a national extension) are read
together. The files are far larger than memory should be, and in no order: they are sorted in a temporary database.
"""

import contextlib
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import Any

from verbund.errors import Invalid
from verbund.terminology.importers.reading import Files
from verbund.terminology.importers.table import Table
from verbund.terminology.model import Concept, Designation, Head, Property
from verbund.terminology.rules import SNOMED

IS_A = "116680003"
FULLY_SPECIFIED = "900000000000003001"
SYNONYM = "900000000000013009"
PREFERRED = "900000000000548007"
INTERNATIONAL = "900000000000207008"
GERMAN = "11000274103"
_DATE = re.compile(r"_(\d{8})\.txt$")
_SCHEMA = """
pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -32000;
create table concept (id integer, active integer, module integer, primitive integer);
create table description (concept integer, id integer, language text, type integer, term text);
create table preferred (id integer primary key) without rowid;
create table parent (concept integer, above integer);
create table member (concept integer, refset integer);
"""
_KINDS = {
    "concept": ("sct2_concept_snapshot", 5),
    "description": ("sct2_description_snapshot", 9),
    "parent": ("sct2_relationship_snapshot", 10),
    "preferred": ("der2_crefset_languagesnapshot", 7),
    "member": ("der2_refset_simple", 6),
}
Row = list[str]
Values = tuple[int | str | bool, ...]


def recognises(files: Files) -> bool:
    """A folder or archive with a snapshot of concepts."""
    return bool(_named(files, "concept"))


def _named(files: Files, kind: str) -> list[str]:
    beginning = _KINDS[kind][0]
    named = ((PurePosixPath(name).name.lower(), name) for name in files.names)
    return [name for short, name in named if short.startswith(beginning) and "snapshot" in short]


def read(files: Files) -> Table:
    """The concepts; Invalid, with the line, for what is no release file."""
    dates = [found[1] for name in _named(files, "concept") if (found := _DATE.search(name))]
    module = GERMAN if any("DE" in PurePosixPath(name).name for name in _named(files, "description")) else INTERNATIONAL
    version = f"{SNOMED}/{module}/version/{max(dates)}" if dates else None
    kinds = {"effectiveModule": "code", "sufficientlyDefined": "boolean", "refset": "code"}
    head = Head(SNOMED, version, "SNOMED_CT", "SNOMED CT", language="en", properties=kinds)
    return Table(head, _concepts(files))


def _concepts(files: Files) -> Iterator[Concept]:
    with (
        tempfile.TemporaryDirectory(prefix="verbund-rf2-") as folder,
        contextlib.closing(sqlite3.connect(Path(folder) / "sorted", isolation_level=None)) as sorted_,
    ):
        sorted_.executescript(_SCHEMA)
        _fill(files, sorted_)
        yield from _joined(sorted_)


def _fill(files: Files, sorted_: sqlite3.Connection) -> None:
    sorted_.execute("begin")
    for kind, (sql, values) in _TAKEN.items():
        for name in _named(files, kind):
            sorted_.executemany(sql, _checked(files, name, kind, values))
    sorted_.execute("commit")


def _checked(files: Files, name: str, kind: str, values: Callable[[Row], Values | None]) -> Iterator[Values]:
    """The values of the rows that are of use; Invalid, with the line, for a row of another shape."""
    width = _KINDS[kind][1]
    for number, line in enumerate(files.lines(name), 1):
        row = line.rstrip("\r\n").split("\t")
        if number == 1:
            continue
        try:
            if len(row) < width:
                raise Invalid(f"{name}, line {number}: it has {len(row)} columns of {width}. Get the file again.")
            taken = values(row)
        except ValueError as error:
            raise Invalid(f"{name}, line {number}: an identifier is no number. Get the file again.") from error
        if taken is not None:
            yield taken


def _concept_row(row: Row) -> Values:
    return int(row[0]), int(row[2]), int(row[3]), row[4] == "900000000000074008"


def _description_row(row: Row) -> Values | None:
    return (int(row[4]), int(row[0]), row[5], int(row[6]), row[7]) if row[2] == "1" else None


def _parent_row(row: Row) -> Values | None:
    return (int(row[4]), int(row[5])) if row[2] == "1" and row[7] == IS_A else None


def _preferred_row(row: Row) -> Values | None:
    return (int(row[5]),) if row[2] == "1" and row[6] == PREFERRED else None


def _member_row(row: Row) -> Values | None:
    return (int(row[5]), int(row[4])) if row[2] == "1" else None


_TAKEN: dict[str, tuple[str, Callable[[Row], Values | None]]] = {
    "concept": ("insert into concept values (?, ?, ?, ?)", _concept_row),
    "description": ("insert into description values (?, ?, ?, ?, ?)", _description_row),
    "parent": ("insert into parent values (?, ?)", _parent_row),
    "preferred": ("insert or ignore into preferred values (?)", _preferred_row),
    "member": ("insert into member values (?, ?)", _member_row),
}
_CONCEPTS = "select id, max(active), module, primitive from concept group by id order by id"
_DESCRIPTIONS = """
select d.concept, d.language, d.type, d.term, p.id is not null from description d left join preferred p on p.id = d.id
order by d.concept, p.id is null, d.id
"""


class _Following:
    """Rows in order of their first column, given out concept by concept."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, concept: int) -> list[tuple[Any, ...]]:
        """The rows of a concept; concepts are asked for in rising order."""
        while self._next is not None and self._next[0] < concept:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != concept:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found


def _joined(sorted_: sqlite3.Connection) -> Iterator[Concept]:
    texts = _Following(sorted_.execute(_DESCRIPTIONS))
    parents = _Following(sorted_.execute("select distinct concept, above from parent order by concept, above"))
    members = _Following(sorted_.execute("select distinct concept, refset from member order by concept, refset"))
    for identity, active, module, primitive in sorted_.execute(_CONCEPTS):
        designations = [
            Designation(term, language, str(kind), SNOMED) for _, language, kind, term, _ in texts.of(identity)
        ]
        refsets = (Property("refset", str(refset), "code") for _, refset in members.of(identity))
        yield Concept(
            code=str(identity),
            display=_display(designations),
            parents=tuple(str(above) for _, above in parents.of(identity)) if active else (),
            designations=tuple(designations),
            properties=(
                Property("effectiveModule", str(module), "code"),
                Property("sufficientlyDefined", "false" if primitive else "true", "boolean"),
                *refsets,
            ),
            inactive=not active,
        )


def _display(designations: list[Designation]) -> str | None:
    """The preferred English synonym, else the fully specified name, else whatever there is."""
    english = [one for one in designations if (one.language or "").startswith("en")]
    synonym = next((one.text for one in english if one.use == SYNONYM), None)
    whole = next((one.text for one in english if one.use == FULLY_SPECIFIED), None)
    return synonym or whole or next((one.text for one in designations), None)
