"""`verbund cohort`, `verbund consent`: questions that a node answers to its operator."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.config import KINDS
from verbund.consent import ActorRef, Decision, Purpose
from verbund.errors import NotFound
from verbund.identity import Role
from verbund.node import Node, known_member, opened
from verbund.research import count as count_cohort

cohort = click.Group(
    "cohort",
    help="Count cohorts on one node.\n\n\b\n    verbund cohort count node.toml diabetes.json",
)


@cohort.command("count")
@config_argument
@click.argument("query", type=click.Path(path_type=Path))
@click.option(
    "--all-patients", is_flag=True, help="Count everybody, for the node's own quality checks; logged as such."
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Ages and relative times are as of this day.")
@json_option
def count(config: Path, query: Path, all_patients: bool, today: datetime | None, as_json: bool) -> None:
    """Count the patients who fulfil the CCDL query in QUERY, over those whose research consent permits it.

    \b
        verbund cohort count node.toml diabetes.json

    The number is exact: it stays on the node.
    """
    try:
        text = query.read_bytes()
    except OSError as error:
        raise NotFound(f"The query {query} cannot be read: {error.strerror}.") from error
    number = run(_count(settings(config), text, all_patients=all_patients, today=today.date() if today else None))
    show({"count": number, "allPatients": all_patients}, str(number), as_json=as_json)


async def _count(config: object, query: bytes, *, all_patients: bool, today: date | None) -> int:
    async with opened(config) as node:  # type: ignore[arg-type]
        who = node.operator("HOPERAT" if all_patients else "HRESCH")
        return await count_cohort(node.gate, who, query, all_patients=all_patients, today=today)


def moment(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    """The time that an ISO 8601 date or time says, in UTC where it names no zone; a usage error for anything else."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date or time like 2026-11-23 or 2026-11-23T12:00+01:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


consent = click.Group(
    "consent",
    help="Ask why somebody would see a patient's record, or not.\n\n\b\n"
    "    verbund consent explain node.toml --patient 42 --actor praxis --purpose TREAT",
)


@consent.command()
@config_argument
@click.option("--patient", "patient_id", required=True, help="Id of the Patient on this node.")
@click.option("--actor", required=True, help="The house that would ask, by its short name; or a person's login here.")
@click.option("--kind", type=click.Choice(KINDS), help="Kind of the house that would ask.")
@click.option("--role", type=click.Choice([r.value for r in Role]), default="physician", show_default=True)
@click.option("--purpose", type=click.Choice([p.value for p in Purpose]), required=True, help="What for.")
@click.option("--reason", help="The reason that would be stated in an emergency.")
@click.option("--at", callback=moment, help="At which time (2026-11-23 or with time); now when left out.")
@json_option
def explain(config: Path, patient_id: str, at: datetime | None, as_json: bool, **asked: str | None) -> None:
    """Print the decision and its reason.

    \b
        verbund consent explain node.toml --patient 42 --actor praxis --purpose TREAT
    """

    async def work() -> Decision:
        async with opened(settings(config)) as node:
            actor = await _actor(node, str(asked["actor"]), str(asked["role"]), asked["kind"])
            return await node.gate.explain(
                node.operator(), actor, patient_id, Purpose(str(asked["purpose"])), at=at, stated_reason=asked["reason"]
            )

    decision = run(work())
    value = {
        "permitted": decision.permitted,
        "de": decision.reason.de,
        "en": decision.reason.en,
        "provision": decision.provision,
        "withheld": [category.code for category in type(decision.withheld) if category & decision.withheld],
    }
    word = "Permit" if decision.permitted else "Deny"
    place = f" ({decision.provision})" if decision.provision else ""
    show(value, f"{word}: {decision.reason.en}{place}", as_json=as_json)


async def _actor(node: Node, actor: str, role: str, kind: str | None) -> ActorRef:
    """A person of this house by login or id, else a house by its name; its kind is that of the member, unless given."""
    for person in await node.people.all():
        if actor in {person.login, str(person.id), person.practitioner_id}:
            own = node.house
            return ActorRef(
                str(person.id), person.role.value, own.organisation, node.config.kind, own.organisation_name,
                person.patient_id,
            )  # fmt: skip
    member = await known_member(node, actor)
    if member is None:
        return ActorRef(f"somebody of {actor}", role, actor, kind or "", actor)
    return ActorRef(f"somebody of {actor}", role, actor, kind or member.kind, member.title)
