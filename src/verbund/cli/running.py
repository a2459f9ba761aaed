"""What commands share: settings by path, an event loop, output for people or programs."""

import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click
import uvloop

from verbund.config import NodeConfig, load

T = TypeVar("T")

config_argument = click.argument("config", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def settings(path: Path) -> NodeConfig:
    """The settings of the node whose node.toml, or whose folder, was named."""
    return load(path)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work to its end; Ctrl-C ends it in an orderly way."""
    return uvloop.run(work)


def show(value: object, text: str, *, as_json: bool) -> None:
    """Print `value` as JSON for a program, or `text` for a person."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2) if as_json else text)
