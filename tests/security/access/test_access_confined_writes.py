"""Who may write into one record only, or whose token grants part of a type, learns of nothing else by writing."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hospital import DOCTOR, HIDDEN, NURSE, TREATED, encounter, hospital, ref
from opened_gate import DOCTOR as ANYBODY
from opened_gate import (
    NOW,
    OPERATOR,
    PATIENT,
    Node,
    care_consent,
    observation,
    opened,
    patient,
    principal,
    withdrawal,
)
from statements import sent

from verbund.access import Write, Written
from verbund.database import Database
from verbund.errors import Forbidden, Invalid, NotFound, VerbundError
from verbund.fhir import parse_search
from verbund.identity import Role, Scopes

Json = dict[str, Any]


def json(resource: Json) -> bytes:
    return msgspec.json.encode(resource)


def write(verb: Any, resource: Json, **more: Any) -> Write:
    kept = resource if verb == "update" else {k: v for k, v in resource.items() if k != "id"}
    return Write(verb, resource["resourceType"], resource["id"] if verb == "update" else None, json(kept), **more)


@pytest_asyncio.fixture(loop_scope="session")
async def practice(database: Database) -> AsyncIterator[Node]:
    """A house in which all staff see all patients: 7 and 8, each with an observation; one of 8 was deleted."""
    node = await opened(database)
    await node.put(patient("7"), patient("8"), observation("o7"), observation("o8", "8"), observation("gone", "8"))
    await node.put({"resourceType": "Practitioner", "id": "weber"})
    await node.gate.commit(OPERATOR, [Write("delete", "Observation", "gone")])
    yield node
    await node.close()


async def outcome(node: Node, who: Any, *writes: Write) -> tuple[Written, ...] | str:
    try:
        return await node.gate.commit(who, writes)
    except VerbundError as error:
        text = f"{type(error).__name__}: {error}"
        for name in ("o8", "o9", "gone", "nothing", "hidden"):
            text = text.replace(f"/{name}", "/x").replace(f"{name} ", "x ")
        return text


def naming(reference: str) -> Json:
    """A patient's decision that names one entry by its address."""
    made = care_consent()
    data = [{"meaning": "instance", "reference": ref(reference)}]
    return {**made, "id": "n", "provision": {"type": "deny", "provision": [{"type": "permit", "data": data}]}}


@pytest.mark.parametrize("name", ["o8", "gone"])
async def test_a_patient_is_not_told_by_a_reference_what_others_have(practice: Node, name: str) -> None:
    hidden = await outcome(practice, PATIENT, write("create", naming(f"Observation/{name}")))
    missing = await outcome(practice, PATIENT, write("create", naming("Observation/nothing")))
    assert hidden == missing
    assert isinstance(hidden, str)
    assert hidden.startswith("Invalid")
    (made,) = await practice.gate.commit(PATIENT, [write("create", naming("Observation/o7"))])
    assert made.status == "created"


@pytest.mark.parametrize("name", ["o8", "gone"])
async def test_an_app_that_may_change_and_not_make_is_not_told_what_others_have(practice: Node, name: str) -> None:
    app = principal(Role.PATIENT, patient_id="7", scopes=Scopes.parse("patient/Observation.u"))
    for changed in (observation(name), observation("nothing")):
        assert await outcome(practice, app, write("update", changed)) == "NotFound: There is no Observation of this id."


LAUNCHED = principal(
    Role.PHYSICIAN, patient_id="7", scopes=Scopes.parse("patient/Observation.cruds user/Practitioner.rs user/Task.c")
)


async def test_a_token_for_one_patient_writes_for_no_other_whatever_else_it_grants(practice: Node) -> None:
    for tried in (
        write("create", observation("n", "8")),
        write("update", observation("o8", "8", status="amended")),
        write("update", observation("o7", "8")),
        Write("delete", "Observation", "o8"),
        Write("patch", "Observation", "o8", patch=lambda raw: raw),
    ):
        with pytest.raises((Forbidden, NotFound, Invalid)):
            await practice.gate.commit(LAUNCHED, [tried])
    assert (await practice.store.read("Observation", "o8")).version == 1
    (done,) = await practice.gate.commit(LAUNCHED, [write("update", observation("o7", status="amended"))])
    assert done.status == "updated"
    of_another = {"resourceType": "Task", "status": "draft", "intent": "order", "for": ref("Patient/8")}
    (other,) = await practice.gate.commit(LAUNCHED, [Write("create", "Task", raw=json(of_another))])
    assert other.status == "created", "what is granted for all patients stays so"


async def test_the_same_of_those_who_see_whom_they_treat(database: Database) -> None:
    node = await hospital(database)
    await node.put(encounter("e9", "9"))
    token = principal(
        Role.PHYSICIAN,
        subject="p-1",
        practitioner_id="weber",
        patient_id=TREATED,
        scopes=Scopes.parse("patient/Observation.cruds user/Practitioner.rs"),
    )
    with pytest.raises((Forbidden, NotFound, Invalid)):
        await node.gate.commit(token, [write("create", observation("n", "9"))])
    linked = observation("n", TREATED, hasMember=[ref("Observation/o9")])
    missing = observation("n", TREATED, hasMember=[ref("Observation/nothing")])
    refused = [await outcome(node, token, write("create", one)) for one in (linked, missing)]
    assert refused[0] == refused[1]
    assert isinstance(refused[0], str)
    await node.close()


async def test_a_condition_finds_no_more_than_the_token_lets_be_searched(practice: Node) -> None:
    """`If-None-Exist` of an app that may see laboratory values does not tell it of others."""
    laboratory = "category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    app = principal(Role.PHYSICIAN, scopes=Scopes.parse(f"user/Observation.cu user/Observation.rs?{laboratory}"))
    await practice.put(observation("social", category="social-history"))
    for about, found in (("social", False), ("o7", True)):
        query = parse_search("Observation", [("_id", about)])
        (done,) = await practice.gate.commit(app, [write("create", observation("n"), if_none_exist=query)])
        assert (done.status == "found") is found


async def test_a_consent_that_is_hidden_is_not_there_for_who_may_not_change_consents(database: Database) -> None:
    node = await hospital(database)
    await node.put(withdrawal(patient_id=HIDDEN, identity="hidden"))
    nurse = principal(
        Role.NURSE, subject=NURSE.subject, practitioner_id="klose", scopes=Scopes.parse("user/Consent.cruds")
    )
    research = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [{"text": "x"}],
        "patient": ref(f"Patient/{TREATED}"),
        "dateTime": NOW.isoformat(),
        "policyRule": {"text": "x"},
    }
    for tried in ("hidden", "nothing"):
        changed = write("update", {**research, "id": tried})
        assert await outcome(node, nurse, changed) == "NotFound: There is no Consent of this id."
        gone = await outcome(node, nurse, Write("delete", "Consent", tried))
        assert gone == "NotFound: There is no Consent of this id."
    await node.close()


async def test_a_list_is_looked_into_with_the_right_to_search_lists_only(practice: Node) -> None:
    """`_list` tells what a List holds."""
    listed = {"resourceType": "List", "id": "l", "status": "current", "mode": "working", "subject": ref("Patient/7")}
    await practice.put({**listed, "entry": [{"item": ref("Observation/o7")}]})
    query = parse_search("Observation", [("_list", "l")])
    assert [one.id for one in (await practice.gate.search(ANYBODY, query)).matches] == ["o7"]
    without = principal(Role.PHYSICIAN, scopes=Scopes.parse("user/Observation.rs"))
    with pytest.raises(Forbidden, match=r"user/List\.s"):
        await practice.gate.search(without, query)


async def test_what_fits_a_deletion_and_is_hidden_is_not_gone_through(database: Database) -> None:
    """However many others there are: the same statements, and no refusal because they are too many to be opened."""
    node = await hospital(database)
    queries = [
        parse_search("Observation", [("subject", f"Patient/{who}"), ("code:text", "Kalium")])
        for who in ("nobody", HIDDEN)
    ]
    await node.put(*(observation(f"many{number}", HIDDEN) for number in range(30)))
    ways: list[list[str]] = []
    for query in [*queries, *queries]:
        async with sent(database) as statements:
            (done,) = await node.gate.commit(DOCTOR, [Write("delete", "Observation", condition=query, multiple=True)])
        assert done.status == "absent"
        ways.append(statements)
    assert ways[2] == ways[3]
    await node.close()


async def test_a_condition_finds_of_others_nothing_where_one_patient_alone_may_be_searched(practice: Node) -> None:
    """What is written for all and searched for one is looked up for that one."""
    app = principal(
        Role.PHYSICIAN,
        patient_id="7",
        scopes=Scopes.parse("user/Observation.cud patient/Observation.rs patient/Patient.rs user/Practitioner.rs"),
    )
    for about, found in (("o8", False), ("o7", True)):
        query = parse_search("Observation", [("_id", about)])
        (done,) = await practice.gate.commit(app, [write("create", observation("n"), if_none_exist=query)])
        assert (done.status == "found") is found
        (gone,) = await practice.gate.commit(app, [Write("delete", "Observation", condition=query)])
        assert (gone.status == "deleted") is found
    assert (await practice.store.read("Observation", "o8")).version == 1
    named = observation("n", "7", performer=[ref("Practitioner?_id=weber")])
    (done,) = await practice.gate.commit(app, [write("create", named)])
    assert done.status == "created"
    for reference in ("Patient?_id=8", "Patient?_id=nobody"):
        with pytest.raises(Invalid, match="none fits"):
            await practice.gate.commit(app, [write("create", observation("n", "7", subject=ref(reference)))])
