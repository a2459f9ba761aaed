"""`verbund init`, `verbund invite`, `verbund serve`: nodes come into being, join a region and run."""

from pathlib import Path

import click

from verbund.cli.running import run, settings
from verbund.config import KINDS, NodeConfig, load
from verbund.node import create, founding_invitation, invitation, join, opened, serve_nodes, take_back


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Short name in the region: lower-case letters, digits, hyphens.")
@click.option("--title", help="The organisation's name as people read it; the short name when left out.")
@click.option("--kind", type=click.Choice(KINDS), default="practice", show_default=True, help="Kind of organisation.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8400, show_default=True, help="Port to listen on.")
@click.option("--public-url", default="", help="Address under which browsers reach the node.")
@click.option("--database", help="postgresql:// URL; without it the node runs a server of its own.")
@click.option("--hub-url", help="Address of the region's hub; it also stands in the invitation.")
@click.option("--invitation", "line", help="The line that `verbund invite` printed at a member of the region.")
def init(directory: Path, line: str | None, database: str | None, title: str | None, **given: object) -> None:
    """Make a node in DIRECTORY: keys, node.toml, database.

    A node that stands alone:

    \b
        verbund init /srv/praxis --name praxis --title "Praxis am Markt" --port 8402

    A region begins with its hub (--kind hub); every other node joins by --invitation. When it fails, nothing is a node
    yet, and the same command can be given again.
    """
    given["role"] = "hub" if given["kind"] == "hub" else "site"
    if database:
        given["database"] = database
    config = NodeConfig(title=title or str(given["name"]), directory=directory.absolute(), **given)  # type: ignore[arg-type]
    create(config)
    try:
        run(_prepare(load(directory), line))
    except BaseException:
        take_back(config)
        raise
    click.echo(f"Node {config.name} made in {directory}. Start it: verbund serve {directory / 'node.toml'}")


async def _prepare(config: NodeConfig, line: str | None) -> None:
    async with opened(config):
        pass
    if line:
        await join(config, line)


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Short name of the house that is invited.")
@click.option("--title", required=True, help="Its name as people read it.")
@click.option("--kind", type=click.Choice(KINDS), default="practice", show_default=True, help="Kind of organisation.")
def invite(config: Path, name: str, title: str, kind: str) -> None:
    """Print an invitation to the region, one line, for `verbund init --invitation`.

    The hub invites the first site; from then on members invite, since only they hold the region's linkage key:

    \b
        verbund invite /srv/uniklinikum/node.toml --name praxis --title "Praxis am Markt"
    """
    node = settings(config)
    issue = founding_invitation if node.is_hub else invitation
    click.echo(run(issue(node, name=name, title=title, kind=kind)))


@click.command()
@click.argument("config", type=click.Path(path_type=Path), nargs=-1, required=True)
def serve(config: tuple[Path, ...]) -> None:
    """Run one or more nodes in the foreground until interrupted.

    \b
        verbund serve /srv/praxis/node.toml /srv/labor/node.toml
    """
    run(serve_nodes([settings(path) for path in config], announce=click.echo))
