"""`verbund validate`: what is wrong with resources, where, and by which rule."""

import json
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from verbund.cli.running import json_option, run, settings
from verbund.definitions import Lesson, learn
from verbund.errors import Incorrect, Issue
from verbund.fhir.profiles import Mode, Profiles
from verbund.fhir.profiles import validate as validate_resource
from verbund.fhir.profiles.lines import lines_of, steps_of
from verbund.fhir.terms import Terms
from verbund.fhir.xml import to_json
from verbund.node import opened
from verbund.ops.files import Document, Piece, documents
from verbund.terminology.loose import in_memory

_ENTRY = re.compile(r" entry (\d+)$")
_LINE = re.compile(r" line (\d+)$")
Issues = tuple[Issue, ...]
Check = Callable[[bytes], Awaitable[Issues]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One issue of one resource: file and entry or line, the line in the file where that is known, and the rest."""

    place: str
    line: int | None
    path: str
    rule: str
    severity: str
    text: str

    def __str__(self) -> str:
        at = f" line {self.line}" if self.line is not None and not self.place.endswith(f" line {self.line}") else ""
        kind = "" if self.severity == "error" else f"{self.severity}: "
        sentence = self.text.removeprefix(f"{self.path}: ")
        return f"{self.place}{at}: {self.path or '-'}: {self.rule or '-'}: {kind}{sentence}"


@click.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--profile", "profiles", multiple=True, help="URL of a profile to check against; may be given repeatedly."
)
@click.option(
    "--definitions",
    "packages",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Package, folder or file with the profiles; may be given repeatedly.",
)
@click.option("--node", "config", type=click.Path(path_type=Path), help="Use what this node has been taught.")
@click.option("--strict", is_flag=True, help="Claims of profiles that are not known are errors.")
@json_option
def validate(
    *,
    files: tuple[Path, ...],
    profiles: tuple[str, ...],
    packages: tuple[Path, ...],
    config: Path | None,
    strict: bool,
    as_json: bool,
) -> None:
    """Check FHIR R4 resources; prints issues with place, line, path, rule and a sentence; exit code 1 for errors.

    \b
        verbund validate patient.json
        verbund validate /data --definitions kds.tgz --definitions isik.tgz
        verbund validate patient.json --node node.toml --profile https://gematik.de/fhir/isik/StructureDefinition/ISiKPatient

    With definitions, or a node that was taught some, resources are checked against the profiles that they claim as
    well. XML is told by the ending .xml.
    """
    knows = bool(packages or config)
    mode = Mode(against=profiles, claimed=knows or strict, unknown="error" if strict else "warning")
    found = run(_found(files, packages, config, mode))
    failed = any(one.severity == "error" for one in found)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    for one in () if as_json else found:
        click.echo(str(one))
    if failed:
        sys.exit(1)
    if not as_json and not found:
        click.echo("No issues.")


async def _found(files: Sequence[Path], packages: Sequence[Path], config: Path | None, mode: Mode) -> list[Finding]:
    """What is wrong; what could not be checked is told once, at the first place where it was so."""
    found: list[Finding] = []
    told: set[tuple[str, str]] = set()
    async with _checking(packages, config, mode) as check:
        for document in _documents(files):
            for one in await _findings(document, check):
                said = (one.rule, one.text.removeprefix(one.path))
                if one.severity != "information" or said not in told:
                    found.append(one)
                if one.severity == "information":
                    told.add(said)
    return found


@asynccontextmanager
async def _checking(packages: Sequence[Path], config: Path | None, mode: Mode) -> AsyncIterator[Check]:
    """A check with what packages and, where one is named, the node know."""
    if config is None:
        lesson = learn(packages)
        _tell_refusals(lesson)
        terms = in_memory(lesson.terminologies)
        _refuse_unknown(lesson.profiles, mode)

        async def alone(raw: bytes) -> Issues:
            return validate_resource(raw, profiles=lesson.profiles, terms=terms, mode=mode)

        yield alone
        return
    async with opened(settings(config), signs=False) as node:
        known = await node.taught.profiles()
        _tell_refusals(learn(packages, known))
        _refuse_unknown(known, mode)

        async def beside(raw: bytes) -> Issues:
            def once(terms: Terms) -> Issues:
                return validate_resource(raw, profiles=known, terms=terms, mode=mode)

            return await node.terminology.settled(once)

        yield beside


def _tell_refusals(lesson: Lesson) -> None:
    for one in lesson.refused:
        click.echo(f"{one.place}: {one.reason}", err=True)


def _refuse_unknown(profiles: Profiles, mode: Mode) -> None:
    for url in mode.against:
        if profiles.get(url) is None:
            raise Incorrect(
                f"The profile {url} is not known. Name the package that it comes in with --definitions, or a node that "
                "was taught it with --node."
            )


def _documents(files: Sequence[Path]) -> Iterator[Document]:
    for path in files:
        if path.suffix == ".xml" and path.is_file():
            yield _of_xml(path)
        else:
            yield from documents([path], with_text=True)


def _of_xml(path: Path) -> Document:
    try:
        return Document(path.name, (to_json(path.read_bytes()),))
    except Incorrect as error:
        return Document(path.name, fault=error.text, rule="xml")


async def _findings(document: Document, check: Check) -> list[Finding]:
    found: list[Finding] = []
    if document.fault:
        found.append(Finding(document.name, None, "", document.rule, "error", document.fault))
    for piece in document.pieces:
        found += _placed(piece, await _issues_of(piece.raw, check), document.text)
    return found


async def _issues_of(raw: bytes, check: Check) -> Issues:
    try:
        return await check(raw)
    except Incorrect as error:
        return (Issue("structure", error.text, rule="json"),)


def _placed(piece: Piece, issues: Issues, text: bytes) -> Iterator[Finding]:
    """The issues of a resource with the lines of the file at which they are."""
    entry, line = _ENTRY.search(piece.place), _LINE.search(piece.place)
    way = ("entry", int(entry[1]) - 1, "resource") if entry is not None and text else ()
    paths = [issue.expression[0] if issue.expression else "" for issue in issues]
    places = [(*way, *steps_of(path)) for path in paths]
    lines = lines_of(text.decode(errors="replace"), places) if issues and text else {}
    for issue, path, place in zip(issues, paths, places, strict=True):
        at = lines.get(place, int(line[1]) if line is not None else None)
        yield Finding(piece.place, at, path, issue.rule or issue.code, issue.severity, issue.text)
