"""`verbund people`: who may sign in."""

from pathlib import Path

import click

from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import NodeConfig
from verbund.errors import Incorrect
from verbund.identity import Person, Role
from verbund.node import opened

people = click.Group(
    "people",
    help="Add, list and remove the people who sign in at a node.\n\n\b\n    verbund people list node.toml",
)


@people.command()
@config_argument
@click.option("--login", required=True, help="What they type to sign in.")
@click.option("--name", required=True, help="Their name as others read it in the log.")
@click.option("--role", type=click.Choice([r.value for r in Role if r is not Role.SYSTEM]), required=True)
@click.option("--patient", "patient_id", help="For a patient: the id of their Patient resource on this node.")
@click.option("--practitioner", "practitioner_id", help="For staff: the id of their Practitioner resource.")
@click.password_option(help="Their first password; asked for when left out.")
def add(config: Path, role: str, **given: str) -> None:
    """Add somebody who may sign in; asks for the password.

    \b
        verbund people add node.toml --login weber --name "Dr. Anna Weber" --role physician
    """
    person = run(_add(settings(config), Role(role), given))
    click.echo(f"{person.login} can sign in at {settings(config).base_url}")


async def _add(config: NodeConfig, role: Role, given: dict[str, str]) -> Person:
    async with opened(config) as node:
        return await node.people.add(
            given["login"],
            given["name"],
            role,
            given["password"],
            patient_id=given["patient_id"],
            practitioner_id=given["practitioner_id"],
        )


@people.command("list")
@config_argument
@json_option
def list_(config: Path, as_json: bool) -> None:
    """List who may sign in, by name.

    \b
        verbund people list node.toml
    """

    async def work() -> tuple[Person, ...]:
        async with opened(settings(config)) as node:
            return await node.people.all()

    found = run(work())
    rows = [{"login": p.login, "name": p.name, "role": p.role.value} for p in found]
    text = "\n".join(f"{r['login']:24} {r['role']:14} {r['name']}" for r in rows)
    show(rows, text or "Nobody can sign in yet; see: verbund people add --help", as_json=as_json)


@people.command()
@config_argument
@click.option("--login", required=True, help="Who may no longer sign in.")
def remove(config: Path, login: str) -> None:
    """End somebody's access: sign-in, sessions and tokens.

    \b
        verbund people remove node.toml --login weber
    """

    async def work() -> None:
        async with opened(settings(config)) as node:
            found = next((p for p in await node.people.all() if p.login == login), None)
            if found is None:
                raise Incorrect(f"Nobody signs in as {login!r}; see: verbund people list")
            await node.people.deactivate(found.id)

    run(work())
    click.echo(f"{login} can no longer sign in.")
