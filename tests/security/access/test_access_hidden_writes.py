"""Staff write into the records of whom they treat; what they may not see is changed, found and told of by no write."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hospital import DOCTOR, HIDDEN, NURSE, TREATED, encounter, hospital, ref
from opened_gate import ADMINISTRATOR, Node, observation, patient

from verbund.access import Write, Written
from verbund.database import Database
from verbund.errors import Forbidden, Invalid, NotFound, VerbundError
from verbund.fhir import parse_search

Json = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    node = await hospital(database)
    yield node
    await node.close()


def write(verb: Any, resource: Json, **more: Any) -> Write:
    kept = resource if verb == "update" else {k: v for k, v in resource.items() if k != "id"}
    return Write(verb, resource["resourceType"], resource["id"] if verb == "update" else None, json(kept), **more)


def json(resource: Json) -> bytes:
    return msgspec.json.encode(resource)


async def outcome(node: Node, *writes: Write) -> tuple[Written, ...] | str:
    """What becomes of it, in words that do not name the ids."""
    try:
        return await node.gate.commit(DOCTOR, writes)
    except VerbundError as error:
        text = f"{type(error).__name__}: {error}"
        for name in ("o8", "o9", "8", "nobody", "nothing"):
            text = text.replace(f"/{name}", "/x")
        return text


def attempts(who: str, what: str) -> list[Write]:
    """Writes about a patient and an observation of theirs."""
    return [
        write("create", observation("n", who)),
        write("update", observation(what, who)),
        write("update", observation("o7", who)),
        Write("delete", "Observation", what),
        Write("patch", "Observation", what, patch=lambda raw: raw),
        write("update", patient(who)),
        Write("delete", "Patient", who),
        write("create", encounter("n", who)),
        write("create", {**observation("n"), "hasMember": [ref(f"Observation/{what}")]}),
        write("update", observation(what, "7"), if_match=1),
        write("create", task(who)),
        write("create", team(who)),
    ]


async def test_what_is_hidden_is_written_as_if_it_were_not_there(node: Node) -> None:
    """Each attempt at something hidden ends like the same at something that never was."""
    for number in range(len(attempts(HIDDEN, "o8"))):
        hidden = await outcome(node, attempts(HIDDEN, "o8")[number])
        missing = await outcome(node, attempts("nobody", "nothing")[number])
        assert hidden == missing, number
        assert isinstance(hidden, str), number
    assert (await node.store.read("Observation", "o8")).version == 1
    with pytest.raises(NotFound):
        await node.gate.record(DOCTOR, HIDDEN)


def task(who: str) -> Json:
    return {
        "resourceType": "Task",
        "id": "n",
        "status": "accepted",
        "intent": "order",
        "for": ref(f"Patient/{who}"),
        "owner": ref("Practitioner/weber"),
    }


def team(who: str) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": "n",
        "status": "active",
        "subject": ref(f"Patient/{who}"),
        "participant": [{"member": ref("Practitioner/weber")}],
    }


async def test_no_condition_finds_what_is_hidden(node: Node) -> None:
    query = parse_search("Observation", [("subject", f"Patient/{HIDDEN}")])
    made = await node.gate.commit(DOCTOR, [write("create", observation("n", TREATED), if_none_exist=query)])
    assert [one.status for one in made] == ["created"]
    gone = await node.gate.commit(DOCTOR, [Write("delete", "Observation", condition=query, multiple=True)])
    assert [one.status for one in gone] == ["absent"]
    assert (await node.store.read("Observation", "o8")).version == 1
    with pytest.raises(NotFound):
        patched = Write("patch", "Observation", condition=query, patch=lambda raw: raw)
        await node.gate.commit(DOCTOR, [patched])
    for content in (observation("o8", TREATED), observation("free", TREATED)):
        with pytest.raises(NotFound) as refused:
            await node.gate.commit(DOCTOR, [Write("update", "Observation", raw=json(content), condition=query)])
        assert "that fits" in str(refused.value)
    # A conditional reference to a hidden patient finds none.
    by_name = observation("n", TREATED, subject=ref("Patient?_id=8"))
    with pytest.raises(Invalid, match="none fits"):
        await node.gate.commit(DOCTOR, [write("create", {k: v for k, v in by_name.items() if k != "id"} | {"id": "n"})])


async def test_treated_patients_are_written_for_as_ever(node: Node) -> None:
    writes = [
        write("create", observation("n", TREATED)),
        write("update", observation("o7", TREATED, status="amended")),
        write("update", encounter("e7", TREATED, reasonCode=[{"text": "Husten"}])),
        write("create", team(TREATED)),
    ]
    done = await node.gate.commit(DOCTOR, writes)
    assert [one.status for one in done] == ["created", "updated", "updated", "created"]
    await node.gate.commit(DOCTOR, [Write("delete", "Observation", "o7")])


async def test_a_treatment_is_not_moved_to_somebody_else(node: Node) -> None:
    with pytest.raises((Invalid, NotFound)):
        await node.gate.commit(DOCTOR, [write("update", encounter("e7", HIDDEN))])
    with pytest.raises(NotFound):
        await node.gate.record(DOCTOR, HIDDEN)


async def test_who_admits_a_patient_completes_the_admission(node: Node) -> None:
    (made,) = await node.gate.commit(DOCTOR, [write("create", patient("n"))])
    assert (await node.gate.read(DOCTOR, "Patient", made.id)).id == made.id
    with pytest.raises(NotFound):
        await node.gate.read(NURSE, "Patient", made.id)
    await node.gate.commit(DOCTOR, [write("create", encounter("n", made.id, "klose"))])
    assert (await node.gate.read(NURSE, "Patient", made.id)).id == made.id
    node.clock.later(hours=25)
    with pytest.raises(NotFound):
        await node.gate.read(DOCTOR, "Patient", made.id)


async def test_nobody_gives_themselves_a_ward(node: Node) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "n",
        "practitioner": ref("Practitioner/weber"),
        "location": [ref("Location/ward")],
    }
    for kind in (role, {"resourceType": "Practitioner", "id": "n"}, {"resourceType": "Location", "id": "n"}):
        with pytest.raises(Forbidden):
            await node.gate.commit(DOCTOR, [write("create", kind)])
    await node.gate.commit(ADMINISTRATOR, [write("create", {"resourceType": "Location", "id": "n"})])


async def test_an_attachment_is_seen_by_who_may_see_what_it_belongs_to(node: Node) -> None:
    def binary(identity: str, context: str | None) -> Json:
        said = {"securityContext": ref(context)} if context else {}
        return {"resourceType": "Binary", "id": identity, "contentType": "text/plain", "data": "SGFsbG8=", **said}

    await node.put(
        binary("mine", "Observation/o7"),
        binary("theirs", "Observation/o8"),
        binary("nobodys", None),
        binary("shared", "Practitioner/klose"),
        binary("turning", "Binary/mine"),
        binary("elsewhere", "https://other.example/fhir/Observation/o7"),
    )
    assert (await node.gate.read(DOCTOR, "Binary", "mine")).id == "mine"
    assert (await node.events(TREATED))[-1].event.entities == ("Binary/mine", "Observation/o7")
    for closed in ("theirs", "nobodys", "turning", "elsewhere", "missing"):
        with pytest.raises(NotFound) as refused:
            await node.gate.read(DOCTOR, "Binary", closed)
        assert str(refused.value) == "There is no such resource here."
    page = await node.gate.search(DOCTOR, parse_search("Binary", [("_total", "accurate")]))
    assert (page.total, [one.id for one in page.matches]) == (1, ["mine"])
