"""`verbund people`: who may sign in."""

from collections.abc import Mapping
from pathlib import Path

import click

from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import NodeConfig
from verbund.errors import Incorrect
from verbund.identity import Issued, Person, Resetting, Role
from verbund.node import Node, opened
from verbund.node.staff import Entry

people = click.Group(
    "people",
    help="Add, list, remove and enable the people who sign in at a node.\n\n\b\n    verbund people list node.toml",
)


@people.command()
@config_argument
@click.option("--login", required=True, help="What they type to sign in.")
@click.option("--name", required=True, help="Their name as others read it in the log.")
@click.option("--role", type=click.Choice([r.value for r in Role if r is not Role.SYSTEM]), required=True)
@click.option("--patient", "patient_id", help="For a patient: the id of their Patient resource on this node.")
@click.option("--practitioner", "practitioner_id", help="For staff: the id of their Practitioner resource.")
@click.option("--specialty", help="For staff: a code of IHE Deutschland's specialties (INNE) or words.")
@click.option("--password", help="Their first password; asked for when left out.")
@click.option("--letter", is_flag=True, help="For staff: no password, but a code with which they choose one.")
def add(config: Path, role: str, letter: bool, **given: str | None) -> None:
    """Add somebody who may sign in; asks for the password, or prints the code of a letter.

    \b
        verbund people add node.toml --login weber --name "Dr. Anna Weber" --role physician --letter
    """
    if letter and (given["password"] or Role(role) is Role.PATIENT):
        raise click.UsageError("--letter is for staff and goes without --password.")
    if not letter and not given["password"]:
        given["password"] = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    person, issued = run(_add(settings(config), Role(role), given))
    if issued is None:
        click.echo(f"{person.login} can sign in at {settings(config).base_url}")
    else:
        click.echo(_told(settings(config), issued))


def _told(config: NodeConfig, issued: Issued) -> str:
    return (
        f"{issued.letter.recipient.second} chooses a password at {config.base_url}/enrol?for=staff\n"
        f"with the code {issued.code}, once, until {issued.letter.expires:%Y-%m-%d}."
    )


async def _add(config: NodeConfig, role: Role, given: Mapping[str, str | None]) -> tuple[Person, Issued | None]:
    login, name = given["login"] or "", given["name"] or ""
    async with opened(config) as node:
        if role is Role.PATIENT:
            added = await node.people.add(login, name, role, given["password"] or "", patient_id=given["patient_id"])
            return added, None
        entry = Entry(login, name, role, given["specialty"] or "")
        who = node.operator()
        person = await node.staff.add(who, entry, password=given["password"], practitioner_id=given["practitioner_id"])
        return person, None if given["password"] else await node.staff.letter(who, person)


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
    """End somebody's access at once: sign-in, sessions, tokens, open letters.

    \b
        verbund people remove node.toml --login weber
    """

    async def work() -> None:
        async with opened(settings(config)) as node:
            person = await _known(node, login)
            if person.role is Role.PATIENT:
                await node.people.deactivate(person.id)
            else:
                await node.staff.close(node.operator(), person)

    run(work())
    click.echo(f"{login} can no longer sign in.")


@people.command()
@config_argument
@click.option("--login", required=True, help="Who may sign in again.")
def enable(config: Path, login: str) -> None:
    """Open an account again that was closed.

    \b
        verbund people enable node.toml --login weber
    """

    async def work() -> None:
        async with opened(settings(config)) as node:
            person = await _known(node, login)
            if person.role is Role.PATIENT:
                await node.people.activate(person.id)
            else:
                await node.staff.reopen(node.operator(), person)

    run(work())
    click.echo(f"{login} can sign in again.")


@people.command()
@config_argument
@click.option("--login", required=True, help="Who of the staff chooses a new password.")
def letter(config: Path, login: str) -> None:
    """Print a code with which somebody of the staff chooses a new password; a former one ends.

    \b
        verbund people letter node.toml --login weber
    """

    async def work() -> Issued:
        async with opened(settings(config)) as node:
            person = await _known(node, login)
            if person.role is Role.PATIENT:
                raise Incorrect("Patients get their letter from the portal's page 'Enrolment', with their birth date.")
            return await node.staff.letter(node.operator(), person)

    click.echo(_told(settings(config), run(work())))


async def _known(node: Node, login: str) -> Person:
    found = await node.people.by_login(login)
    if found is None:
        raise Incorrect(f"Nobody signs in as {login!r}; see: verbund people list")
    return found


@people.command()
@config_argument
@click.option("--login", required=True, help="Who lost everything by which they sign in.")
@click.option("--reason", required=True, help="Why; the person reads it at the next sign-in.")
def reset(config: Path, login: str, reason: str) -> None:
    """Remove somebody's passkeys, authenticator app and recovery codes, and print a password for the next sign-in.

    Only for somebody who has shown who they are. It is in the log, and the person is told.

    \b
        verbund people reset node.toml --login weber --reason "telephone lost, identity card seen"
    """

    async def work() -> str:
        async with opened(settings(config)) as node:
            found = next((p for p in await node.people.all() if p.login == login), None)
            if found is None:
                raise Incorrect(f"Nobody signs in as {login!r}; see: verbund people list")
            resetting = Resetting(node.database, node.keys, node.house, node.people, node.audit)
            return await resetting.reset(node.operator(), found.id, reason)

    click.echo(f"Password for the next sign-in, to be replaced there: {run(work())}")
