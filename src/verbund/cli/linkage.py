"""`verbund linkage`: the trust centre's steward says who is one person and who is two."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from verbund.cli.running import config_argument, json_option, run, settings, show
from verbund.errors import NotFound
from verbund.linkage import Case, Enrolled, Resolution, Resolutions, Verdict, demographics
from verbund.node import Node, opened
from verbund.node.trust import TrustDesk

linkage = click.Group(
    "linkage",
    help="At the hub: decide who is one person and who is two. At a house: who is meant by a pseudonym.\n\n\b\n"
    "    verbund linkage cases /srv/hub",
)
_by = click.option("--by", required=True, help="Who decides: the steward's name, for the log.")
_reason = click.option("--reason", required=True, help="Why, without anybody's name.")
_number = click.option("--before", type=int, help="Go on below this number.")


def _at_desk(config: Path, deed: Callable[[Resolutions], Awaitable[object]]) -> object:
    async def work() -> object:
        async with opened(settings(config)) as node:
            return await deed((await TrustDesk.open(node)).of(node.operator()))

    return run(work())


@linkage.command()
@config_argument
@_number
@json_option
def cases(config: Path, before: int | None, as_json: bool) -> None:
    """List open questions, newest first: pairs that may be one person, or one pseudonym that may be two.

    \b
        verbund linkage cases /srv/hub
    """
    found = _at_desk(config, lambda desk: desk.cases(before=before))
    assert isinstance(found, tuple)  # noqa: S101 - what the desk gives
    rows = [msgspec.to_builtins(asdict(one)) for one in found]
    text = "\n\n".join(_case(one) for one in found)
    show(rows, text or "Nothing is in doubt.", as_json=as_json)


def _case(one: Case) -> str:
    sides = ((one.review.pseudonym, one.one), (one.review.candidate, one.other))
    lines = [f"  {pseudonym}\n{_listed(people)}" for pseudonym, people in dict(sides).items()]
    return f"{one.review.number}: {one.review.reason}, alike by {one.review.similarity:.0%}\n" + "\n".join(lines)


def _listed(people: Sequence[Enrolled]) -> str:
    return "\n".join(
        f"    {one.entry:>8}  {one.site:24} since {one.enrolled_at:%Y-%m-%d}"
        f"{'  with an insurance number' if one.has_number else ''}"
        for one in people
    )


@linkage.command()
@config_argument
@click.argument("pseudonym")
@json_option
def person(config: Path, pseudonym: str, as_json: bool) -> None:
    """Show the entries of the houses under a pseudonym.

    \b
        verbund linkage person /srv/hub 3f0c…
    """
    found = _at_desk(config, lambda desk: desk.person(pseudonym))
    assert isinstance(found, tuple)  # noqa: S101 - what the desk gives
    show([msgspec.to_builtins(asdict(one)) for one in found], _listed(found), as_json=as_json)


@linkage.command()
@config_argument
@click.argument("pseudonym")
@click.argument("candidate")
@_by
@_reason
def same(config: Path, pseudonym: str, candidate: str, by: str, reason: str) -> None:
    """Both are one person. What either refused is refused until the patient decides anew.

    With one pseudonym twice: all under it are one person, and the question about it is closed.

    \b
        verbund linkage same /srv/hub 3f0c… 91ab… --by "Dr. Berg" --reason "Both houses asked; she married"
    """
    _say(_at_desk(config, lambda desk: desk.same(pseudonym, candidate, Verdict(by, reason))))


@linkage.command()
@config_argument
@click.argument("pseudonym")
@click.argument("candidate")
@_by
@_reason
def different(config: Path, pseudonym: str, candidate: str, by: str, reason: str) -> None:
    """Both are different people; the question is closed.

    \b
        verbund linkage different /srv/hub 3f0c… 91ab… --by "Dr. Berg" --reason "Sisters; both houses asked"
    """
    _say(_at_desk(config, lambda desk: desk.different(pseudonym, candidate, Verdict(by, reason))))


@linkage.command()
@config_argument
@click.argument("pseudonym")
@click.option("--entry", "entries", type=int, multiple=True, required=True, help="An entry of the other person.")
@_by
@_reason
def split(config: Path, pseudonym: str, entries: tuple[int, ...], by: str, reason: str) -> None:
    """Under this pseudonym are two people: these entries are one, all others the other.

    \b
        verbund linkage split /srv/hub 3f0c… --entry 17 --by "Dr. Berg" --reason "Two people of one name"
    """
    _say(_at_desk(config, lambda desk: desk.split(pseudonym, entries, Verdict(by, reason))))


@linkage.command()
@config_argument
@click.argument("number", type=int)
@_by
@_reason
def undo(config: Path, number: int, by: str, reason: str) -> None:
    """Take a decision back; `decided` lists their numbers.

    \b
        verbund linkage undo /srv/hub 4 --by "Dr. Berg" --reason "The wrong pair was named"
    """
    _say(_at_desk(config, lambda desk: desk.undo(number, Verdict(by, reason))))


def _say(done: object) -> None:
    assert isinstance(done, Resolution)  # noqa: S101 - what the desk gives
    click.echo(f"Decision {done.number} ({done.kind}) is made; the houses concerned are told.")


@linkage.command()
@config_argument
@_number
@json_option
def decided(config: Path, before: int | None, as_json: bool) -> None:
    """List what was decided, newest first.

    \b
        verbund linkage decided /srv/hub
    """
    found = _at_desk(config, lambda desk: desk.decided(before=before))
    assert isinstance(found, tuple)  # noqa: S101 - what the desk gives
    lines = [
        f"{one.number:>6}  {one.decided_at:%Y-%m-%d %H:%M}  {one.kind:10} {one.decided_by}: {one.reason}"
        f"{f' (takes back {one.undoes})' if one.undoes else ''}{' (taken back)' if one.undone_by else ''}"
        for one in found
    ]
    show([msgspec.to_builtins(asdict(one)) for one in found], "\n".join(lines) or "Nothing yet.", as_json=as_json)


@linkage.command()
@config_argument
@click.argument("pseudonym")
def patient(config: Path, pseudonym: str) -> None:
    """At a house: which of its patients stand under a pseudonym, for a question of the trust centre.

    \b
        verbund linkage patient /srv/praxis 3f0c…

    The look is in the patient's log.
    """

    async def work() -> list[str]:
        async with opened(settings(config)) as node:
            return [await _described(node, one) for one in await node.book.patients_of(pseudonym)]

    found = run(work())
    if not found:
        raise NotFound("This house holds nobody under this pseudonym.")
    click.echo("\n".join(found))


async def _described(node: Node, patient_id: str) -> str:
    known = demographics((await node.gate.read(node.operator(), "Patient", patient_id)).body)
    if known is None:
        return f"Patient/{patient_id}"
    return f"Patient/{patient_id}  {known.given} {known.family}, born {known.birth_date or 'on an unknown day'}"
