"""`verbund token`: tokens for the operator, written down by their ids, so that they can be listed and revoked."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import click
import msgspec

from verbund.access import TABLE
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import NodeConfig
from verbund.database import Database, migrate, resolve
from verbund.identity import OPERATOR, House, Listed, Role, Tokens, operator_minted
from verbund.node import keys_of
from verbund.node.assembly import MIGRATIONS

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
PURPOSES = sorted(str(purpose) for purpose in TABLE[Role.SYSTEM])
"""What the operator may ask for."""


def duration(_context: click.Context, _option: click.Parameter, text: str) -> timedelta:
    """The time that `90s`, `30m`, `1h` or `7d` says; a usage error for anything else."""
    found = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text.strip())
    if not found:
        raise click.BadParameter(f"{text!r} should be a number and s, m, h or d, for example 30m.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@config_argument
@click.option("--scope", help="SMART v2 scopes, for example system/*.cruds or system/Patient.rs.")
@click.option("--purpose", type=click.Choice(PURPOSES), default="HOPERAT", show_default=True, help="What for.")
@click.option("--ttl", default="1h", show_default=True, callback=duration, help="How long it is valid: 30m, 1h, 7d.")
@click.option("--list", "listed", is_flag=True, help="List the operator's tokens that are still valid, by id.")
@click.option("--revoke", type=click.UUID, metavar="ID", help="Revoke one of them by its id.")
@json_option
def token(
    config: Path, *, scope: str | None, purpose: str, ttl: timedelta, listed: bool, revoke: UUID | None, as_json: bool
) -> None:
    """Print a bearer token signed by the node's own key, for its operator; at most 90 days.

    \b
        curl -H "Authorization: Bearer $(verbund token node.toml --scope system/*.rs)" http://127.0.0.1:8402/fhir/Patient
        verbund token node.toml --list
        verbund token node.toml --revoke 1b4e28ba-2fa1-41d2-883f-0016d3cca427
    """
    if sum([bool(scope and scope.strip()), listed, revoke is not None]) != 1:
        raise click.UsageError("Name one of --scope SCOPE, such as --scope system/*.rs, --list and --revoke ID.")
    node = settings(config)
    if listed:
        found = run(_listed(node))
        show([msgspec.to_builtins(one) for one in found], _table(found), as_json=as_json)
    elif revoke is not None:
        run(_revoked(node, revoke))
        click.echo(f"{revoke} is revoked.")
    else:
        click.echo(run(_made(node, scope or "", purpose, ttl)))


@asynccontextmanager
async def _tokens(config: NodeConfig) -> AsyncIterator[Tokens]:
    """The node's tokens, without opening the rest of it."""
    url, cluster = await resolve(config.database, config.directory)
    try:
        database = await Database.connect(url, size=2)
        try:
            await migrate(database, MIGRATIONS)
            yield Tokens(House.of(config), keys_of(config), database)
        finally:
            await database.close()
    finally:
        if cluster is not None:
            await cluster.stop()


async def _made(config: NodeConfig, scope: str, purpose: str, ttl: timedelta) -> str:
    minted = operator_minted(keys_of(config), House.of(config), scope, purpose=purpose, ttl=ttl)
    async with _tokens(config) as tokens:
        await tokens.write_down(minted, None)
    return minted.token


async def _listed(config: NodeConfig) -> tuple[Listed, ...]:
    async with _tokens(config) as tokens:
        return await tokens.written_down(OPERATOR)


async def _revoked(config: NodeConfig, jti: UUID) -> None:
    async with _tokens(config) as tokens:
        await tokens.revoke_written_down(OPERATOR, jti)


def _table(found: tuple[Listed, ...]) -> str:
    lines = [
        f"{one.id}  {one.issued:%Y-%m-%d %H:%M} to {one.expires:%Y-%m-%d %H:%M}  {one.purpose:8} "
        f"{'revoked  ' if one.revoked else ''}{one.scope}"
        for one in found
    ]
    return "\n".join(lines) or "There is no token of the operator that is still valid."
