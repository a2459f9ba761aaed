"""`verbund terminology`: catalogues and other terminologies come onto a node."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from verbund.cli.data import counting
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import NodeConfig
from verbund.errors import Incorrect
from verbund.node import opened
from verbund.ops.files import documents
from verbund.terminology import Loaded, Terminology, importers

FORMATS = ("auto", *importers.FORMATS, "fhir")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of one file: a name for it, and how many concepts (or lines of a map) it has."""

    what: str
    entries: int


@click.group()
def terminology() -> None:
    """Code systems, value sets and maps of a node.

    \b
        verbund terminology add /srv/praxis/node.toml icd10gm2026syst-claml.xml
    """


@terminology.command()
@config_argument
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="auto", help="The form of the files.")
@click.option("--version", help="The version, where the files do not say it, or another is wanted.")
@json_option
def add(config: Path, paths: tuple[Path, ...], form: str, version: str | None, as_json: bool) -> None:
    """Load catalogues: ClaML (ICD-10-GM, OPS), LOINC, SNOMED CT RF2, ATC; or FHIR CodeSystem, ValueSet, ConceptMap.

    \b
        verbund terminology add node.toml icd10gm2024syst-claml.xml Loinc_2.77.zip

    Each path is a file, folder or zip archive with one catalogue. It takes effect when all of it is read; one of the
    same url and version gives way. The node may run meanwhile.
    """
    added = run(_add(settings(config), paths, form, version))
    show([asdict(one) for one in added], "\n".join(f"{one.entries:>9,} {one.what}" for one in added), as_json=as_json)


async def _add(config: NodeConfig, paths: tuple[Path, ...], form: str, version: str | None) -> list[Added]:
    added: list[Added] = []
    async with opened(config) as node:
        for path in paths:
            with counting("concepts") as seen:
                added += await _add_one(node.terminology, path, form, version, seen)
    return added


async def _add_one(
    terms: Terminology, path: Path, form: str, version: str | None, seen: Callable[[int], None]
) -> list[Added]:
    if form == "fhir" or (form == "auto" and not importers.is_catalogue(path)):
        if version is not None:
            raise Incorrect("--version is for catalogues; FHIR resources say their version themselves.")
        return await _add_resources(terms, path, seen)
    with importers.opened(path, None if form == "auto" else form, version) as table:
        entries = await terms.add(table.head, table.concepts, seen)
        return [Added(table.head.canonical, entries)]


async def _add_resources(terms: Terminology, path: Path, seen: Callable[[int], None]) -> list[Added]:
    added: list[Added] = []
    for document in documents([path]):
        if document.fault:
            raise Incorrect(f"{document.name}: {document.fault}")
        for piece in document.pieces:
            done = await terms.add_resource(piece.raw, piece.place)
            if done is not None:
                seen(done[1])
                added.append(Added(*done))
    if not added:
        raise Incorrect(f"There is no CodeSystem, ValueSet or ConceptMap in {path}.")
    return added


@terminology.command("list")
@config_argument
@json_option
def list_(config: Path, as_json: bool) -> None:
    """List the code systems that were loaded; those of FHIR itself are always there.

    \b
        verbund terminology list node.toml
    """

    async def work() -> list[Loaded]:
        async with opened(settings(config), signs=False) as node:
            return await node.terminology.loaded()

    found = run(work())
    lines = [f"{one.concepts:>9,} {one.url} {one.version or '-'} ({one.title})" for one in found]
    rows = [one._asdict() for one in found]
    show(rows, "\n".join(lines) or "None were loaded; ICD-10-GM, OPS and ATC are known by structure.", as_json=as_json)
