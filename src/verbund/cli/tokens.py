"""`verbund token`: tokens for the operator. Needs the node's keys only, neither its database nor the node itself."""

import re
from datetime import timedelta
from pathlib import Path

import click

from verbund.cli.running import config_argument, settings
from verbund.consent import Purpose
from verbund.identity import House, operator_token
from verbund.node import keys_of

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(_context: click.Context, _option: click.Parameter, text: str) -> timedelta:
    """The time that `90s`, `30m`, `1h` or `7d` says; a usage error for anything else."""
    found = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text.strip())
    if not found:
        raise click.BadParameter(f"{text!r} should be a number and s, m, h or d, for example 30m.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@config_argument
@click.option("--scope", required=True, help="SMART v2 scopes, for example system/*.cruds or system/Patient.rs.")
@click.option(
    "--purpose", type=click.Choice([p.value for p in Purpose]), default="HOPERAT", show_default=True, help="What for."
)
@click.option("--ttl", default="1h", show_default=True, callback=duration, help="How long it is valid: 30m, 1h, 7d.")
def token(config: Path, scope: str, purpose: str, ttl: timedelta) -> None:
    """Print a bearer token signed by the node's own key, for its operator.

    \b
        curl -H "Authorization: Bearer $(verbund token node.toml --scope system/*.rs)" http://127.0.0.1:8402/fhir/Patient
    """
    if not scope.strip():
        raise click.BadParameter("name at least one scope, for example system/*.rs.", param_hint="--scope")
    node = settings(config)
    click.echo(operator_token(keys_of(node), House.of(node), scope, purpose=purpose, ttl=ttl))
