"""`verbund definitions`: profiles, search parameters and terminologies that a node is taught."""

import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from verbund.cli.data import counting
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.definitions import Known, Report, teach, unteach
from verbund.node import opened

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
    used is told with the reason (exit code 1), the rest is learnt. A running node knows it within a second.
    """

    async def work() -> Report:
        async with opened(settings(config)) as node:
            with counting("definitions") as seen:
                return await teach(node.gate, node.operator(), node.taught, packages, seen=seen)

    report = run(work())
    show(asdict(report), _added(report), as_json=as_json)
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
    """

    async def work() -> tuple[Known, ...]:
        async with opened(settings(config), signs=False) as node:
            return await node.taught.known()

    found = [one for one in run(work()) if only in {None, one.type}]
    show([asdict(one) for one in found], _listed(found), as_json=as_json)


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


def _listed(found: list[Known]) -> str:
    lines = [
        f"{one.type}  {one.url}  {one.version or '-'}  {one.package.name or '-'}#{one.package.version or '-'}"
        for one in found
    ]
    counts = Counter(one.type for one in found)
    summary = ", ".join(f"{number:,} {kind}" for kind, number in sorted(counts.items()))
    return "\n".join([*lines, summary or "Nothing has been taught yet; see verbund definitions add --help."])
