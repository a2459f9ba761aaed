"""`verbund definitions`: profiles, search parameters and terminologies that a node is taught."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from verbund.cli.data import counting
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.definitions import Known, Report, teach, unteach
from verbund.node import opened
from verbund.store import Condition

REFUSALS_SHOWN = 50


definitions = click.Group(
    "definitions",
    help="Teach a node profiles, search parameters and code systems.\n\n\b\n"
    "    verbund definitions add node.toml kds.tgz",
)


@definitions.command()
@config_argument
@click.argument("packages", type=click.Path(path_type=Path), nargs=-1, required=True)
@json_option
def add(config: Path, packages: tuple[Path, ...], as_json: bool) -> None:
    """Teach the node FHIR packages: .tgz, .tar.xz and so on, folders, single files.

    \b
        verbund definitions add node.toml de.basisprofil.r4-1.5.0.tgz

    A newer version of the same url takes the place of the older one; the same again changes nothing. What cannot be
    used is told with the reason (exit code 1), the rest is learnt. A running node knows it within a second, and indexes
    what it has for new search parameters; they answer when that is done.
    """

    async def work() -> tuple[Report, tuple[Condition, ...]]:
        async with opened(settings(config)) as node:
            with counting("definitions") as seen:
                report = await teach(node.gate, node.operator(), node.taught, packages, seen=seen)
            return report, await node.store.added_parameters()

    report, parameters = run(work())
    shown = "\n".join([_added(report), *_waiting(parameters)])
    show(asdict(report) | {"parameters": [asdict(one) for one in parameters]}, shown, as_json=as_json)
    if report.refused:
        sys.exit(1)


@definitions.command("list")
@config_argument
@click.option("--type", "only", help="Only definitions of this type, such as StructureDefinition.")
@json_option
def list_(config: Path, only: str | None, as_json: bool) -> None:
    """Show what the node has been taught.

    \b
        verbund definitions list node.toml --type StructureDefinition

    Of search parameters it says whether they answer: ready, waiting or indexing, standard (one of FHIR is the same and
    answers), or refused, with the reason.
    """

    async def work() -> tuple[tuple[Known, ...], tuple[Condition, ...]]:
        async with opened(settings(config), signs=False) as node:
            return await node.taught.known(), await node.store.added_parameters()

    known, parameters = run(work())
    found = [one for one in known if only in {None, one.type}]
    states: dict[tuple[str, str], list[Condition]] = {}
    for one in parameters:
        states.setdefault(("SearchParameter", one.resource), []).append(one)
    rows = [asdict(one) | {"states": [asdict(each) for each in states.get((one.type, one.id), ())]} for one in found]
    show(rows, _listed(found, states), as_json=as_json)


@definitions.command()
@config_argument
@click.argument("name")
def remove(config: Path, name: str) -> None:
    """Forget a definition by its url, or a whole package by its name.

    \b
        verbund definitions remove node.toml de.basisprofil.r4
    """

    async def work() -> int:
        async with opened(settings(config)) as node:
            return await unteach(node.gate, node.operator(), node.taught, name)

    click.echo(f"{run(work()):,} forgotten")


def _added(report: Report) -> str:
    lines = [f"{one.place}: {one.url or '-'}: {one.reason}" for one in report.refused[:REFUSALS_SHOWN]]
    more = len(report.refused) - REFUSALS_SHOWN
    lines += [f"… and {more} more; --json lists all"] if more > 0 else []
    lines += [f"package {name}" for name in report.packages]
    lines += [f"{number:>9,} {kind}" for kind, number in report.by_type.items()]
    lines.append(
        f"{report.created:,} new, {report.updated:,} updated, {report.unchanged:,} unchanged, {report.older:,} older, "
        f"{report.others:,} no definitions, {len(report.refused):,} refused"
    )
    return "\n".join(lines)


def _waiting(parameters: Sequence[Condition]) -> list[str]:
    """What must be known of search parameters that do not answer yet, or never will."""
    waiting = sum(one.state in {"waiting", "indexing"} for one in parameters)
    lines = [f"{one.url}: not offered: {one.reason}" for one in parameters if one.state == "refused"]
    return [*lines, f"{waiting:,} search parameters wait for the node to index what it has"] if waiting else lines


def _listed(found: list[Known], states: Mapping[tuple[str, str], list[Condition]]) -> str:
    lines = []
    for one in found:
        origin = f"{one.package.name or '-'}#{one.package.version or '-'}"
        lines.append(f"{one.type}  {one.url}  {one.version or '-'}  {origin}")
        lines += [_state(each) for each in states.get((one.type, one.id), ())]
    counts = Counter(one.type for one in found)
    summary = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items()))
    return "\n".join([*lines, summary or "Nothing has been taught yet; see verbund definitions add --help."])


def _state(one: Condition) -> str:
    """What became of a search parameter for one type."""
    name = f"{one.type}?{one.code}" if one.type else one.url
    return f"    {name}: {one.state}{f' ({one.reason})' if one.reason else ''}"
