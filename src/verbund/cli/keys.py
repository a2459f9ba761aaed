"""`verbund keys`: the node's private keys, shown without their secrets, replaced, and moved."""

from pathlib import Path

import click
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from verbund.cli.running import config_argument, json_option, run, settings
from verbund.cli.running import show as told_as
from verbund.crypto.sources import KeyFile
from verbund.node import forget_former_keys, keys_of, move_keys, next_keys, rotate_keys


@click.group()
def keys() -> None:
    """The private keys of a node: without them its data cannot be read.

    \b
        verbund keys rotate /srv/praxis/node.toml
    """


@keys.command()
@config_argument
@json_option
def show(config: Path, as_json: bool) -> None:
    """Tell which keys there are, never the keys themselves.

    \b
        verbund keys show /srv/praxis/node.toml
    """
    node = settings(config)
    found = keys_of(node)
    told = {
        "source": node.keys.partition("?")[0],
        "signing": found.public().key_id,
        "sealing": found.public().sealing_id,
        "generation": found.generation,
        "former": sorted(found.former),
    }
    lines = [
        f"{name:<11}{', '.join(map(str, value)) or 'none' if isinstance(value, list) else value}"
        for name, value in told.items()
    ]
    told_as(told, "\n".join(lines), as_json=as_json)


@keys.command()
@config_argument
def rotate(config: Path) -> None:
    """Replace the key that wraps the patients' data keys; the node may serve meanwhile.

    \b
        verbund keys rotate /srv/praxis/node.toml

    The replaced key stays among the node's keys, so that older backups open, until `verbund keys forget`. Interrupted,
    the same command finishes it.
    """
    with Progress(TextColumn("{task.completed} data keys"), TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task("", total=None)
        count = run(rotate_keys(settings(config), lambda number: progress.advance(task, number)))
    click.echo(f"{count} data keys are wrapped by the new key.")


@keys.command("next")
@config_argument
@click.argument("file", type=click.Path(path_type=Path))
def next_(config: Path, file: Path) -> None:
    """Write the keys with a new wrapping key to FILE, for a source that Verbund cannot write itself.

    Put them where the node's keys come from, restart the node, then run `verbund keys rotate`.

    \b
        verbund keys next /srv/praxis/node.toml next.json
        systemd-creds encrypt --name=verbund-keys next.json /etc/credstore.encrypted/verbund-keys
    """
    KeyFile(file).write(next_keys(settings(config)))
    click.echo(f"Keys with a new wrapping key are in {file}. Whoever reads it reads the data: remove it after use.")


@keys.command()
@config_argument
def forget(config: Path) -> None:
    """Drop the wrapping keys that were replaced; older backups of the database cannot be opened any more.

    \b
        verbund keys forget /srv/praxis/node.toml
    """
    run(forget_former_keys(settings(config)))
    click.echo("Only the present wrapping key is left.")


@keys.command()
@config_argument
@click.argument("to")
def copy(config: Path, to: str) -> None:
    """Write the keys to another place as well: TO is a value of the setting `keys`.

    \b
        verbund keys copy node.toml file:safe/keys.json
        verbund keys copy node.toml 'pkcs11:token=t;object=k?module-path=/usr/lib/module.so&pin-source=pin'
    """
    move_keys(settings(config), to)
    click.echo("Written. To use that place, change the setting 'keys' in node.toml and restart the node.")
