"""`verbund import`, `verbund export`: data in, data out."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import NodeConfig
from verbund.node import opened
from verbund.ops.exporting import ExportReport, export_files
from verbund.ops.loading import ImportReport, load_files

FAULTS_SHOWN = 50
paths_argument = click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)


@click.command("import")
@config_argument
@paths_argument
@json_option
def import_(config: Path, paths: tuple[Path, ...], as_json: bool) -> None:
    """Load FHIR resources: bundles, NDJSON, folders, archives; .gz .bz2 .xz .zst.

    \b
        verbund import node.toml /data/synthea

    A bad resource is reported with file, entry, path and rule, the others are loaded (exit code 1). A repeated import
    changes nothing.
    """
    report = run(_import(settings(config), list(paths)))
    show(asdict(report), _import_text(report), as_json=as_json)
    if report.refused:
        sys.exit(1)


async def _import(config: NodeConfig, paths: list[Path]) -> ImportReport:
    async with opened(config) as node:
        with counting("resources") as seen:
            return await load_files(node.gate, node.operator(), paths, seen=seen)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """A line that counts on a terminal; nothing where the output is read by a program."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda number: progress.advance(task, number)


def _import_text(report: ImportReport) -> str:
    lines = _shown([_fault_text(fault.place, fault.path, fault.rule, fault.text) for fault in report.faults])
    lines += _shown([f"{place} leads to nothing here; loaded all the same" for place in report.dangling])
    lines += [f"{number:>9,} {kind}" for kind, number in report.by_type.items()]
    lines.append(
        f"{report.created:,} created, {report.updated:,} updated, {report.unchanged:,} unchanged, "
        f"{report.refused:,} refused"
    )
    return "\n".join(lines)


def _shown(lines: list[str]) -> list[str]:
    """As many as somebody will read."""
    more = len(lines) - FAULTS_SHOWN
    return lines if more <= 0 else [*lines[:FAULTS_SHOWN], f"… and {more} more; --json lists all"]


def _fault_text(place: str, path: str, rule: str, text: str) -> str:
    """Place, path, rule and what is wrong; the path is not said twice."""
    return f"{place}: {path or '-'}: {rule or '-'}: {text.removeprefix(f'{path}: ')}"


@click.command()
@config_argument
@click.argument("directory", type=click.Path(path_type=Path))
@json_option
def export(config: Path, directory: Path, as_json: bool) -> None:
    """Write all present resources as NDJSON, one file a type, into DIRECTORY.

    \b
        verbund export node.toml /backup/2026-11-23
    """

    async def work() -> ExportReport:
        async with opened(settings(config)) as node:
            with counting("resources") as seen:
                return await export_files(node.gate, node.operator(), directory, seen=seen)

    report = run(work())
    text = "\n".join(f"{number:>9,} {kind}" for kind, number in report.by_type.items())
    show(asdict(report), f"{text}\n{report.total:,} resources in {directory}", as_json=as_json)
