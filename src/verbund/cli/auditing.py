"""`verbund audit`: the log of a node proven, watched for others, and archived."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from verbund.audit import (
    Agent,
    Alarm,
    Event,
    Examined,
    Range,
    SignedHead,
    Verdict,
    append_head,
    examine,
    read_heads,
)
from verbund.cli.questions import moment
from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import utc_now
from verbund.crypto import PublicKeys
from verbund.errors import Incorrect, NotFound
from verbund.node import Node, opened

_FILE = click.Path(path_type=Path, dir_okay=False)

audit = click.Group(
    "audit",
    help="Prove the audit log.\n\n\b\n    verbund audit verify node.toml",
)


@audit.command()
@click.argument("config", type=click.Path(path_type=Path), required=False)
@click.option("--proof", type=_FILE, help="Check the proof of one access, offline; no node is needed.")
@click.option(
    "--key",
    "key_files",
    metavar="[SITE=]FILE",
    multiple=True,
    help="The house's public keys, as `verbund audit key` writes them; with SITE= those of a house that cosigned. "
    "Repeats.",
)
@click.option(
    "--archive", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where archived events are."
)
@click.option("--heads", "heads_file", type=_FILE, help="Signed heads kept elsewhere, or by another site.")
@json_option
def verify(  # noqa: PLR0917 - what can be said on the command line
    config: Path | None,
    proof: Path | None,
    key_files: tuple[str, ...],
    heads_file: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Recompute the whole log and hold it against its signed heads; or check the proof of one access.

    \b
        verbund audit verify node.toml
        verbund audit verify --proof verbund-praxis-17.json --key praxis.key.json
        verbund audit verify --proof verbund-praxis-17.json --key praxis.key.json --key klinik=klinik.key.json

    Names the first event that does not fit, and exits with 1 then. Heads that other sites keep are found by `verbund
    audit heads`: a log that was rewritten or cut short does not fit them, whoever did it.
    """
    heads = _heads(heads_file)
    if proof is not None and config is None:
        trusted, others = _given(key_files)
        found = examine(_content(proof), trusted=trusted, others=others, heads=heads)
        show(asdict(found), _told(found), as_json=as_json)
        if not found.ok:
            sys.exit(1)
        return
    if config is None or proof is not None:
        raise click.UsageError("Either the settings of a node or --proof FILE is needed.")
    if key_files:
        raise click.UsageError("--key belongs to --proof; a node knows its own keys.")

    async def work(path: Path) -> Verdict:
        async with opened(settings(path), signs=False) as node:
            return await node.audit.verify(elsewhere=heads, site=node.config.name, archive=folder)

    verdict = run(work(config))
    show(asdict(verdict), verdict.text, as_json=as_json)
    if not verdict.ok:
        sys.exit(1)


def _told(found: Examined) -> str:
    parts = [_sentence(found.event)] if found.ok else []
    parts += [f"Proven:   {one}" for one in found.proven]
    parts += [f"Not told: {one}" for one in found.open]
    parts += [f"WRONG:    {one}" for one in found.wrong]
    return "\n".join(parts)


def _sentence(event: Mapping[str, Any]) -> str:
    agent = event["agent"]
    word = "" if event.get("permitted", True) else ", refused"
    entities = ", ".join(event.get("entities", ())) or event.get("query") or "the record"
    return (
        f"{event['at']}  {agent['name']} ({agent['role']}, {agent['organisation_name']}): {event['kind']}{word}, "
        f"purpose {event['purpose']}, patient {event['patient_id']}: {entities}\n          {event.get('reason_en', '')}"
    )


@audit.command()
@config_argument
def key(config: Path) -> None:
    """Print the node's public keys, for whoever checks its proofs.

    \b
        verbund audit key /srv/praxis/node.toml > praxis.key.json
    """

    async def work() -> PublicKeys:
        async with opened(settings(config), signs=False) as node:
            return node.keys.public()

    found = run(work())
    click.echo(msgspec.json.format(msgspec.json.encode(found.to_dict()), indent=2).decode())


@audit.command()
@config_argument
@click.option("--of", "site", required=True, help="The site whose heads this node has seen and signed.")
@click.argument("file", type=_FILE)
def heads(config: Path, site: str, file: Path) -> None:
    """Write the heads of another site that this node has signed to FILE, for `verbund audit verify --heads`.

    \b
        verbund audit heads /srv/klinik/node.toml --of praxis praxis-heads.ndjson
    """

    async def work() -> list[SignedHead]:
        async with opened(settings(config), signs=False) as node:
            return await node.witness.heads_of(site)

    found = run(work())
    if file.exists():
        raise Incorrect(f"{file} exists already; it is not overwritten.")
    for one in found:
        append_head(file, one)
    click.echo(f"{len(found)} heads of {site}.")


@audit.command()
@config_argument
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--before", callback=moment, help="Move what was logged before this day; the retention when left out.")
@json_option
def archive(config: Path, folder: Path, before: datetime | None, as_json: bool) -> None:
    """Move old events to sealed and signed files in FOLDER. Every proof goes on to hold.

    \b
        verbund audit archive /srv/praxis/node.toml --before 2024-01-01 /mnt/archive/praxis

    Events younger than `audit_retention_days` in the settings are not moved. Name the folder as `audit_archive` in the
    settings, and patients are shown what lies in it.
    """
    node_settings = settings(config)
    oldest = utc_now() - timedelta(days=node_settings.audit_retention_days)
    if before is not None and before > oldest:
        raise Incorrect(
            f"Events stay in the database for {node_settings.audit_retention_days} days (audit_retention_days): "
            f"nothing from {oldest:%Y-%m-%d} on is archived."
        )

    folder.mkdir(parents=True, exist_ok=True)

    async def work() -> list[Range]:
        async with opened(node_settings) as node:
            moved = await node.audit.archive_before(before or oldest, folder)
            await node.audit.record(*(archived(node, one) for one in moved))
            return moved

    found = run(work())
    told = [{"first": one.first, "last": one.last, "file": one.file} for one in found]
    text = "\n".join(f"Events {one.first} to {one.last}: {one.file}" for one in found) or "Nothing is old enough."
    show(told, text, as_json=as_json)


def archived(node: Node, one: Range) -> Event:
    """What the log says of a range that was moved."""
    who = node.operator()
    agent = Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)
    detail = {"first": str(one.first), "last": str(one.last), "file": one.file}
    said = ("Alte Einträge des Protokolls wurden archiviert.", "Old events of the log were archived.")
    return Event("archive", "D", utc_now(), agent, who.purpose, reason_de=said[0], reason_en=said[1], detail=detail)


@audit.command()
@config_argument
@click.option("--settle", "site", help="Take back the alarms about a site, and begin anew with its next head.")
@json_option
def alarms(config: Path, site: str | None, as_json: bool) -> None:
    """Tell which logs do not continue what other sites saw of them.

    \b
        verbund audit alarms /srv/praxis/node.toml
        verbund audit alarms /srv/praxis/node.toml --settle klinik

    A log goes back also when a site restored a backup. Settle an alarm once people have found out why.
    """

    async def work() -> list[Alarm]:
        async with opened(settings(config), signs=False) as node:
            if site is not None:
                await node.witness.settle(site)
            return await node.witness.alarms()

    found = run(work())
    text = "\n".join(one.text[:1].upper() + one.text[1:] + "." for one in found) or "No alarm."
    show([one._asdict() for one in found], text, as_json=as_json)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.") from error


def _given(files: Iterable[str]) -> tuple[list[PublicKeys], dict[str, list[PublicKeys]]]:
    """The keys of the house whose log it is, and those of sites that were named."""
    trusted: list[PublicKeys] = []
    others: dict[str, list[PublicKeys]] = {}
    for one in files:
        site, named, file = one.partition("=")
        if site and named and not Path(one).exists():
            others.setdefault(site, []).append(_keys(Path(file)))
        else:
            trusted.append(_keys(Path(one)))
    return trusted, others


def _keys(file: Path) -> PublicKeys:
    try:
        return PublicKeys.from_dict(msgspec.json.decode(_content(file), type=dict[str, dict[str, str]]))
    except msgspec.DecodeError:
        raise Incorrect(f"{file} holds no public keys, as `verbund audit key` writes them.") from None


def _heads(file: Path | None) -> tuple[SignedHead, ...]:
    if file is None:
        return ()
    if not file.exists():
        raise NotFound(f"{file} is not there.")
    read = read_heads(file)
    if read.damaged_lines:
        raise Incorrect(f"Line {read.damaged_lines[0]} of {file} is not a head.")
    return read.heads
