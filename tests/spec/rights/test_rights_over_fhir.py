"""Patients' rights for programs: asked, followed and answered over FHIR, by whom it concerns alone."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest_asyncio
from fhir_node import FhirNode, fhir_node, observation, patient
from signing_in import quick_passwords

from verbund import rights
from verbund.access import Gate
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.identity import People, Role, Scopes
from verbund.portal import ReadableCopies
from verbund.rights import Copies, Erasures, Ledger, Nowhere, Requests, table


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database, tmp_path: Path) -> AsyncIterator[FhirNode]:
    """A practice that offers the rights of its patients."""

    def also(gate: Gate, keys: NodeKeys) -> tuple[object, ...]:
        requests = Requests(gate, database)
        erasures = Erasures(requests, table(), "practice", Ledger(tmp_path / "erasures.ndjson"), Nowhere())
        return requests, Copies(gate, database, keys, ReadableCopies(gate.ground.clock)), erasures

    async with fhir_node(database, also) as running:
        await migrate(database, [rights.MIGRATIONS])
        yield running


async def signed_in(
    node: FhirNode, login: str, role: Role, scopes: str, patient_id: str | None = None
) -> dict[str, str]:
    """The headers of somebody's program."""
    people = People(node.database, node.keys, passwords=quick_passwords())
    who = {"patient_id": patient_id} if patient_id else {"practitioner_id": "w"}
    person = await people.add(login, f"Name of {login}", role, "blaue Birnen im Mai", **who)
    token = await node.tokens.issue(person, Scopes.parse(scopes), client="app")
    return {"Authorization": f"Bearer {token}"}


def parameters(**values: object) -> dict[str, object]:
    """Parameters of strings, and of references where the value is one."""
    listed = [
        {"name": name, "valueReference": value} if isinstance(value, dict) else {"name": name, "valueString": value}
        for name, value in values.items()
    ]
    return {"resourceType": "Parameters", "parameter": listed}


async def test_a_patient_s_program_asks_and_follows_what_the_house_answers(node: FhirNode) -> None:
    me, other = await node.new(patient()), await node.new(patient("Anders"))
    seen = await node.new(observation(me))
    own = await signed_in(node, "muster", Role.PATIENT, "patient/*.rs patient/Consent.u", me.rpartition("/")[2])
    house = await signed_in(node, "weber", Role.PHYSICIAN, "user/*.cruds")
    said = parameters(text="Der Wert ist von jemand anderem.", entry={"reference": seen.lstrip("/")})
    asked = await node.post(f"{me}/$correct", said, own)
    assert asked.status_code == 201, asked.text
    task = asked.json()
    assert (task["resourceType"], task["status"], task["focus"]["reference"]) == ("Task", "requested", seen.lstrip("/"))
    assert (await node.post(f"{other}/$correct", said, own)).status_code == 404
    assert (await node.get("/$data-requests", own)).status_code == 403
    waiting = (await node.get("/$data-requests", house)).json()["entry"]
    assert [one["resource"]["id"] for one in waiting] == [task["id"]]
    refusal = parameters(request=task["id"], answer="refused", text="Die Probe war Ihre.")
    assert (await node.post("/$answer-request", refusal, own)).status_code == 403
    answered = await node.post("/$answer-request", refusal, house)
    assert answered.json()["status"] == "rejected", answered.text
    (mine,) = (await node.get(f"{me}/$data-requests", own)).json()["entry"]
    assert mine["resource"]["note"][0]["text"] == "refused: Die Probe war Ihre."
    assert (await node.post("/$answer-request", refusal, house)).status_code == 409


async def test_what_is_wrong_in_a_request_is_named(node: FhirNode) -> None:
    me = await node.new(patient())
    own = await signed_in(node, "muster", Role.PATIENT, "patient/*.rs patient/Consent.u", me.rpartition("/")[2])
    wrong: list[httpx.Response] = [
        await node.post(f"{me}/$restrict", parameters(category="everything"), own),
        await node.post(f"{me}/$copy", parameters(language="fr"), own),
        await node.get(f"{me}/$copy", own),
        await node.get(f"{me}/$copy?copy=none", own),
        await node.post(f"{me}/$correct", parameters(text="falsch"), own),
        await node.post(f"{me}/$withdraw-request", parameters(request="none"), own),
        await node.post("/$answer-request", parameters(answer="perhaps"), own),
    ]
    assert [one.status_code for one in wrong] == [400] * 7
    assert {one.json()["resourceType"] for one in wrong} == {"OperationOutcome"}


async def test_a_copy_is_begun_followed_and_fetched(node: FhirNode) -> None:
    me = await node.new(patient())
    await node.new(observation(me))
    own = await signed_in(node, "muster", Role.PATIENT, "patient/*.rs", me.rpartition("/")[2])
    begun = await node.post(f"{me}/$copy", parameters(language="en"), own)
    assert begun.status_code == 202, begun.text
    place = begun.headers["content-location"]
    making = await node.get(place, own)
    assert (making.status_code, making.headers["x-progress"]) == (202, "0 of 0 entries")
    copies = Copies(node.gate, node.database, node.keys, ReadableCopies(node.clock))
    assert await copies.make_next()
    done = await node.get(place, own)
    assert (done.status_code, done.headers["content-type"]) == (200, "application/zip")
    assert "fhir/record.json" in ZipFile(io.BytesIO(done.content)).namelist()
    assert (await node.get(place)).status_code in {403, 404}


async def test_the_preview_of_an_erasure_names_what_stays_and_why(node: FhirNode) -> None:
    me = await node.new(patient())
    seen = await node.new(observation(me, "2026-01-05"))
    own = await signed_in(node, "muster", Role.PATIENT, "patient/*.rs", me.rpartition("/")[2])
    told = (await node.get(f"{me}/$erasure", own)).json()["parameter"]
    assert told[0] == {"name": "whole", "valueBoolean": False}
    kept = {one["part"][0]["valueString"]: one["part"] for one in told if one["name"] == "kept"}
    assert set(kept) == {me.lstrip("/"), seen.lstrip("/")}
    assert kept[seen.lstrip("/")][3] == {"name": "until", "valueDate": "2036-01-05"}
    assert (await node.post(f"{me}/$erasure", parameters(), own)).status_code == 405


async def test_the_preview_of_an_erasure_needs_a_token_for_the_whole_record(node: FhirNode) -> None:
    me = await node.new(patient())
    await node.new(observation(me))
    narrow = await signed_in(node, "muster", Role.PATIENT, "patient/Patient.rs", me.rpartition("/")[2])
    refused = await node.get(f"{me}/$erasure", narrow)
    assert refused.status_code == 403
    assert "Observation" not in refused.text
