"""Asking for what is hidden is the same work as asking for what is not there: the same statements, in the same order.

A clock would tell the two apart only if one were more work; statements are counted exactly. Each hidden thing is asked
for by somebody who never met it, so that nothing is remembered of it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest_asyncio
from hospital import DOCTOR, TREATED, hospital, ref
from opened_gate import PATIENT, Node, asker, care_consent, observation, opened, patient, withdrawal
from statements import sent

from verbund.access import Write
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import VerbundError
from verbund.fhir import parse_search
from verbund.identity import Principal
from verbund.store import Extent

Json = dict[str, Any]
Act = Callable[[Node, Principal, str], Awaitable[object]]
PEOPLE = {"staff": DOCTOR, "patient": PATIENT}


def json(resource: Json) -> bytes:
    return msgspec.json.encode(resource)


def search(kind: str, *pairs: tuple[str, str]) -> Act:
    """A search in which `?` stands for the id of a patient."""

    def asked(node: Node, who: Principal, name: str) -> Awaitable[object]:
        query = parse_search(kind, [(key, value.replace("?", name)) for key, value in pairs])
        return node.gate.search(who, query)

    return asked


def committing(make: Callable[[str], Write]) -> Act:
    return lambda node, who, name: node.gate.commit(who, [make(name)])


READING: dict[str, Act] = {
    "read": lambda node, who, name: node.gate.read(who, "Observation", f"o{name}"),
    "read a person": lambda node, who, name: node.gate.read(who, "Patient", name),
    "read an attachment": lambda node, who, name: node.gate.read(who, "Binary", f"b{name}"),
    "vread": lambda node, who, name: node.gate.vread(who, "Observation", f"o{name}", 1),
    "history": lambda node, who, name: node.gate.history_of(who, "Observation", f"o{name}"),
    "versions": lambda node, who, name: node.gate.history(who, "Observation", f"o{name}"),
    "record": lambda node, who, name: node.gate.record(who, name),
    "everything": lambda node, who, name: node.gate.everything(who, name, Extent(), count=10, cursor=None),
    "an encounter": lambda node, who, name: node.gate.everything_of_encounter(
        who, f"e{name}", Extent(), count=10, cursor=None
    ),
    "search by id": search("Observation", ("_id", "o?")),
    "search by patient": search("Observation", ("subject", "Patient/?")),
    "search and count": search("Observation", ("subject", "Patient/?"), ("_total", "accurate")),
    "search by code of a patient": search("Observation", ("patient", "?"), ("code", "http://loinc.org|718-7")),
    "chain": search("Observation", ("subject:Patient._id", "?")),
    "reverse chain": search("Patient", ("_has:Observation:subject:_id", "o?")),
    "along": search("Patient", ("_id", "?"), ("_revinclude", "Observation:subject")),
    "a list": search("Observation", ("_list", "l?")),
}
WRITING: dict[str, Act] = {
    "update": committing(lambda name: Write("update", "Observation", f"o{name}", json(observation(f"o{name}")))),
    "delete": committing(lambda name: Write("delete", "Observation", f"o{name}")),
    "patch": committing(lambda name: Write("patch", "Observation", f"o{name}", patch=lambda raw: raw)),
    "delete what fits": committing(
        lambda name: Write(
            "delete",
            "Observation",
            condition=parse_search("Observation", [("subject", f"Patient/{name}")]),
            multiple=True,
        )
    ),
    "refer to": committing(
        lambda name: Write(
            "create",
            "Observation",
            raw=json({**observation("n"), "hasMember": [ref(f"Observation/o{name}")]}),
        )
    ),
}
ACTS = READING | WRITING
# Sent by whoever comes when it is time: numbers of rows are drawn in advance, and who asks for many is listed once whom
# they treat.
NOW_AND_THEN = ("nextval('resource_row')", "min(t.kind) as kind")


def names_of(number: int) -> tuple[str, str, str]:
    """For each act and role a person who is hidden and was never met, one who is not there, and one to warm up with."""
    return f"h{number:03}", f"m{number:03}", f"w{number:03}"


def everything_of(name: str) -> list[Json]:
    """A person who is hidden, with one of each that is asked for."""
    return [
        patient(name),
        observation(f"o{name}", name),
        {"resourceType": "Binary", "id": f"b{name}", "contentType": "text/plain", "data": "SGFsbG8=",
         "securityContext": ref(f"Patient/{name}")},
        {"resourceType": "Encounter", "id": f"e{name}", "status": "in-progress", "class": {"code": "IMP"},
         "subject": ref(f"Patient/{name}")},
        {"resourceType": "List", "id": f"l{name}", "status": "current", "mode": "working",
         "subject": ref(f"Patient/{name}"), "entry": [{"item": ref(f"Observation/o{name}")}]},
    ]  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    keys = NodeKeys.generate()
    before = await hospital(database, keys=keys)
    hidden = [name for number in range(len(PEOPLE) * len(ACTS)) for name in names_of(number)[::2]]
    await before.put(*(one for name in (*hidden, "w", "h") for one in everything_of(name)))
    await before.close()
    # Started anew: nothing of anybody is in its memory.
    node = await opened(database, treatment=before.gate.ground.treatment, keys=keys)
    yield node
    await node.close()


async def way(node: Node, who: Principal, act: Act, name: str) -> tuple[list[str], str]:
    """The statements, and what was answered without the names in it."""
    told = "answered"
    async with sent(node.database) as statements:
        try:
            found = await act(node, who, name)
            told = f"{found!r}" if isinstance(found, list) else "answered"
        except VerbundError as error:
            told = f"{type(error).__name__}: {error}"
    return [one for one in statements if not any(part in one for part in NOW_AND_THEN)], told.replace(name, "x")


async def test_what_is_hidden_is_asked_for_by_the_same_statements_as_what_is_not_there(node: Node) -> None:
    for number, (role, act) in enumerate((role, act) for role in PEOPLE for act in ACTS):
        hidden, missing, warm = names_of(number)
        for name in (warm, f"n{number:03}", TREATED):
            await way(node, PEOPLE[role], ACTS[act], name)
        of_hidden, of_missing = [await way(node, PEOPLE[role], ACTS[act], name) for name in (hidden, missing)]
        assert of_hidden == of_missing, (role, act)
        assert of_hidden[0], (role, act, "nothing was asked of the database")


async def test_another_house_is_answered_by_the_same_statements_whether_anything_is_withheld(node: Node) -> None:
    """Both people said no to the practice; one has a record that is closed, the other nothing but a name."""
    await node.put(patient("30"), withdrawal(patient_id="30", identity="c30"))
    await node.put(withdrawal(patient_id="h", identity="ch"), care_consent(patient_id=TREATED, identity="c7"))
    await node.gate.release(asker(), "TREAT", [TREATED])
    ways = []
    for name in ("h", "30"):
        async with sent(node.database) as statements:
            found = await node.gate.release(asker(), "TREAT", [name])
        ways.append((statements, found.items, found.decision.permitted))
    assert ways[0] == ways[1]
