"""`verbund app`: the applications that may ask people to sign in here, or speak for themselves."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from verbund.cli.root import EXIT_USER
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.errors import Conflict, Incorrect
from verbund.identity import App, Apps, Metadata, Refusal, Told
from verbund.node import opened

METHODS = {"public": "none", "secret": "client_secret_basic", "key": "private_key_jwt"}

app = click.Group(
    "app",
    help="Register, list, switch off and on, and remove the apps of a node.\n\n\b\n    verbund app list node.toml",
)
id_argument = click.argument("client_id", metavar="CLIENT_ID")


@app.command()
@config_argument
@click.option("--name", help="What people read when they are asked for consent.")
@click.option("--redirect", "redirects", multiple=True, help="Where answers go, exactly. May be repeated.")
@click.option("--scope", default="", help="The most it can get, for example 'openid launch patient/*.rs'.")
@click.option("--refresh", is_flag=True, help="It may ask for refresh tokens (offline_access, online_access).")
@click.option("--service", is_flag=True, help="It speaks for itself (SMART Backend Services); needs a key.")
@click.option("--secret", is_flag=True, help="It proves itself by a secret, which is printed once.")
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File with its public keys.")
@click.option("--jwks-uri", help="Address (https) where it publishes its public keys.")
@click.option("--launch", "launch_uri", help="Where the portal opens it from a record (EHR launch).")
@click.option("--purpose", default="HOPERAT", show_default=True, help="What for it asks in its own name.")
@click.option("--preapproved", is_flag=True, help="Staff are not asked for consent; patients always are.")
@click.option("--dpop", is_flag=True, help="It gets tokens that are bound to its key (DPoP) and no others.")
@click.option("--id", "client_id", help="Its client id; made up when left out.")
@click.option(
    "--metadata", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="File of RFC 7591 instead."
)
@json_option
def add(config: Path, client_id: str | None, metadata: Path | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401 - click's
    """Register an app; prints its client id and, where it has one, its secret, which is not kept.

    \b
        verbund app add node.toml --name "Blutdruck" --redirect https://app.example/back \\
            --scope "openid fhirUser launch/patient patient/Observation.rs" --refresh
        verbund app add node.toml --name Labor --service --jwks labor-keys.json --scope system/Observation.cruds
    """
    try:
        found, secret = run(_add(config, client_id, _described(metadata, given)))
    except (Refusal, Conflict) as refused:
        if not as_json:
            raise
        code = getattr(refused, "error", "invalid_client_metadata")
        click.echo(json.dumps({"error": code, "error_description": refused.text}, ensure_ascii=False, indent=2))
        raise SystemExit(EXIT_USER) from None
    told = _told(found) | ({"client_secret": secret, "client_secret_expires_at": 0} if secret else {})
    lines = [f"{found.metadata.client_name} is registered.", f"client_id      {found.id}"]
    show(told, "\n".join([*lines, *([f"client_secret  {secret}"] if secret else [])]), as_json=as_json)


def _described(file: Path | None, given: dict[str, Any]) -> Metadata:
    """What is said of the app, on the command line or in a file."""
    if file is not None:
        try:
            return msgspec.json.decode(file.read_bytes(), type=Metadata)
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise Refusal("invalid_client_metadata", f"{file}: {wrong}") from None
    if not given["name"]:
        raise click.UsageError("--name is needed, or --metadata FILE.")
    keyed = given["jwks"] is not None or given["jwks_uri"] is not None
    if keyed and given["secret"]:
        raise click.UsageError("An app proves itself by a secret or by a key, not by both.")
    code = bool(given["redirects"]) or not given["service"]
    grants = [
        ("authorization_code", code),
        ("refresh_token", given["refresh"]),
        ("client_credentials", given["service"]),
    ]
    return Metadata(
        client_name=given["name"],
        redirect_uris=tuple(given["redirects"]),
        grant_types=tuple(name for name, wanted in grants if wanted),
        scope=given["scope"],
        token_endpoint_auth_method=METHODS["key" if keyed else "secret" if given["secret"] else "public"],
        jwks=None if given["jwks"] is None else _keys(given["jwks"]),
        jwks_uri=given["jwks_uri"],
        dpop_bound_access_tokens=given["dpop"],
        launch_uri=given["launch_uri"],
        purpose=given["purpose"],
        preapproved=given["preapproved"],
    )


def _keys(file: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Incorrect(f"{file} is no JWK Set: an object with 'keys' (RFC 7517, section 5).") from None


@asynccontextmanager
async def _apps(config: Path) -> AsyncIterator[tuple[Apps, Told]]:
    async with opened(settings(config)) as node:
        yield Apps(node.database), Told(node.house, node.audit)


async def _add(config: Path, client_id: str | None, metadata: Metadata) -> tuple[App, str | None]:
    async with _apps(config) as (apps, told):
        found, secret = await apps.add(metadata, app_id=client_id)
        await told.changed(told.operator(), found.id, "registered")
        return found, secret


@app.command("list")
@config_argument
@json_option
def list_(config: Path, as_json: bool) -> None:
    """List the registered apps, by name.

    \b
        verbund app list node.toml
    """

    async def work() -> Sequence[App]:
        async with _apps(config) as (apps, _):
            return await apps.all()

    found = run(work())
    text = "\n".join(map(_line, found))
    show([_told(one) for one in found], text or "No app is registered; see: verbund app add --help", as_json=as_json)


@app.command()
@config_argument
@id_argument
def disable(config: Path, client_id: str) -> None:
    """Switch an app off: all its tokens stop at once.

    \b
        verbund app disable node.toml app-3f2a
    """
    _switched(config, client_id, enabled=False)


@app.command()
@config_argument
@id_argument
def enable(config: Path, client_id: str) -> None:
    """Switch an app on again; people permit it anew.

    \b
        verbund app enable node.toml app-3f2a
    """
    _switched(config, client_id, enabled=True)


def _switched(config: Path, client_id: str, *, enabled: bool) -> None:
    async def work() -> App:
        async with _apps(config) as (apps, told):
            found = await apps.switch(client_id, enabled=enabled)
            await told.changed(told.operator(), client_id, "enabled" if enabled else "disabled")
            return found

    found = run(work())
    click.echo(f"{found.metadata.client_name} is switched {'on' if enabled else 'off'}.")


@app.command()
@config_argument
@id_argument
def remove(config: Path, client_id: str) -> None:
    """Forget an app: all its tokens stop at once.

    \b
        verbund app remove node.toml app-3f2a
    """

    async def work() -> App:
        async with _apps(config) as (apps, told):
            found = await apps.remove(client_id)
            await told.changed(told.operator(), client_id, "removed")
            return found

    click.echo(f"{run(work()).metadata.client_name} is removed.")


def _told(one: App) -> dict[str, Any]:
    """An app as RFC 7591, section 3.2.1 says it, and whether it is on."""
    said: dict[str, Any] = msgspec.to_builtins(one.metadata)
    defaults = {
        "grant_types": one.metadata.grant_types,
        "token_endpoint_auth_method": one.metadata.token_endpoint_auth_method,
    }
    return {
        "client_id": one.id,
        "client_id_issued_at": int(one.created.timestamp()),
        **said,
        **defaults,
        "enabled": one.enabled,
    }


def _line(one: App) -> str:
    state = "on " if one.enabled else "off"
    return f"{state} {one.id:24} {one.metadata.client_name:24} {one.metadata.scope}"
