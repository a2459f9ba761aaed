"""Catalogues in the forms in which their owners publish them; none is shipped with Verbund.

ClaML (ICD-10-GM, OPS), LOINC's tables, SNOMED CT's RF2, tables of ATC. Each reads its files once, as a stream, and
names file and line of what is wrong.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from verbund.errors import Incorrect
from verbund.terminology.importers import atc, claml, loinc, rf2
from verbund.terminology.importers.reading import Files
from verbund.terminology.importers.table import Table


class Format(NamedTuple):
    """A form of catalogue: whether files look like it, and what reads them."""

    recognises: Callable[[Files], bool]
    read: Callable[[Files], Table]


FORMATS: Mapping[str, Format] = {
    "claml": Format(claml.recognises, claml.read),
    "rf2": Format(rf2.recognises, rf2.read),
    "loinc": Format(loinc.recognises, loinc.read),
    "atc": Format(atc.recognises, atc.read),
}


def format_of(files: Files) -> str | None:
    """The form that a file, folder or archive has; None where it is none of a catalogue."""
    return next((name for name, form in FORMATS.items() if form.recognises(files)), None)


@contextmanager
def opened(path: Path, form: str | None = None, version: str | None = None) -> Iterator[Table]:
    """A catalogue, to be read within the block; `version` overrides what the files say.

    Incorrect where the form is not recognised; NotFound where there is nothing; Invalid, on reading, for bad files.
    """
    with Files.opened(path) as files:
        chosen = form or format_of(files)
        if chosen is None:
            raise Incorrect(
                f"{path.name} looks like no catalogue. Name its form with --format: {', '.join(FORMATS)} or fhir."
            )
        table = FORMATS[chosen].read(files)
        yield table if version is None else replace(table, head=replace(table.head, version=version))


def is_catalogue(path: Path) -> bool:
    """Whether a path looks like a catalogue, not like FHIR resources."""
    with Files.opened(path) as files:
        return format_of(files) is not None


__all__ = ["FORMATS", "Files", "Table", "format_of", "is_catalogue", "opened"]
