"""`verbund demo`: the invented region."""

import asyncio
from pathlib import Path

import click

from verbund.cli.running import run
from verbund.demo.check import check
from verbund.demo.people import PASSWORD
from verbund.demo.region import HUB, PATIENTS, SEED, Plan, Region, fresh, running
from verbund.demo.walking import Step
from verbund.node import ending
from verbund.ops import configure_logs


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65500), default=8400, show_default=True, help="The hub's port; sites follow."
)
@click.option(
    "--dir", "directory", type=click.Path(path_type=Path), default=Path(".verbund/demo"), show_default=True,
    help="Where the region's data is kept.",
)  # fmt: skip
@click.option(
    "--patients", type=click.IntRange(3, 100_000), default=PATIENTS, show_default=True, help="Invented patients."
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Another number invents another region.")
@click.option("--fresh", "is_fresh", is_flag=True, help="Remove the region that is there and make a new one.")
@click.option("--check", "is_check", is_flag=True, help="Walk the story over HTTP, print each step, stop, exit 0 or 1.")
def demo(directory: Path, is_fresh: bool, is_check: bool, **numbers: int) -> None:
    """Run an invented region: a hub, three houses, a rescue service, and patients who do not exist.

    \b
        verbund demo --check
    """
    if is_fresh:
        run(fresh(directory))
    run(_run(Plan(directory, **numbers), is_check=is_check))


async def _run(plan: Plan, *, is_check: bool) -> None:
    """Run the region until a signal comes; what is not up by then is stopped where it is."""
    configure_logs("warning", "text")
    ended, up = ending(), asyncio.Event()
    starting = asyncio.create_task(_started(plan, ended, up, is_check=is_check))
    stopping = asyncio.create_task(ended.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done() and not up.is_set():
        starting.cancel()
    stopping.cancel()
    (outcome,) = await asyncio.gather(starting, return_exceptions=True)
    if isinstance(outcome, asyncio.CancelledError):
        click.echo("Stopped before the end; start again to go on.", err=True)
        raise click.Abort
    if isinstance(outcome, Exception):
        raise outcome


async def _started(plan: Plan, ended: asyncio.Event, up: asyncio.Event, *, is_check: bool) -> None:
    async with running(plan, click.echo) as region:
        if is_check:
            if not await check(region, _say):
                raise click.exceptions.Exit(1)
            return
        up.set()
        _introduce(region)
        await ended.wait()
        click.echo("Stopping …")


def _say(step: Step) -> None:
    mark = "ok    " if step.holds else "FAILED"
    click.echo(f"{mark} {step.title} ({step.elapsed_ms} ms): {step.seen}")


def _introduce(region: Region) -> None:
    click.echo("\nAll persons are invented. Nodes:")
    for name, one in region.nodes.items():
        click.echo(f"  {region.listens(name)}  {name:15} {one.node.config.title}")
    click.echo(f"\nPeople (password of all: {PASSWORD}):")
    for person in region.people:
        click.echo(f"  {person.login:10} {region.listens(person.house)}  {person.name}: {person.about or person.role}")
    click.echo(f"\nRegion ready: {region.listens(HUB)}")
