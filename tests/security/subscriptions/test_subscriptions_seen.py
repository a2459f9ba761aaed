"""A Subscription names patients, findings and addresses: who made it reads it, with the same app, and nobody else."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from fhir_node import patient
from hospital import DOCTOR, HIDDEN, NURSE, TREATED, hospital
from opened_gate import OPERATOR, PATIENT, Node, opened
from subscribers import PATIENCE_SECONDS, SubscribedNode, acting

from verbund import subscriptions
from verbund.access import Gate, Write
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.identity import Role
from verbund.subscriptions import Book, Places, Registrar

HIV = "http://loinc.org|56888-1"


def waiting(patient_id: str) -> dict[str, Any]:
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "geheimes Warten",
        "criteria": f"Observation?patient=Patient/{patient_id}&code={HIV}",
        "channel": {"type": "websocket"},
    }


WAYS = (
    "Subscription/{}",
    "Subscription/{}/_history",
    "Subscription/{}/_history/1",
    "Subscription",
    "Subscription?_summary=count",
    "Subscription?_total=accurate&_count=0",
    "Subscription?status=active,requested,off",
    "Subscription?_id={}&_include=*&_revinclude=*",
    "Subscription?_filter=criteria pr",
    "Subscription/_history",
    "_history",
    "?_type=Subscription,Slot",
    "Subscription/$status",
)


@pytest.mark.parametrize(
    ("role", "subject", "client"),
    [
        (Role.PHYSICIAN, "kurz", "app"),
        (Role.NURSE, "klose", "portal"),
        (Role.PHYSICIAN, "weber", "other-app"),
        (Role.SYSTEM, "archive", "archive"),
    ],
)
async def test_nobody_finds_what_another_waits_for_by_any_way(
    role: Role, subject: str, client: str, node: SubscribedNode
) -> None:
    seven = (await node.new(patient())).rpartition("/")[2]
    doctor, other = acting(node, Role.PHYSICIAN, "weber"), acting(node, role, subject, client=client)
    identity = await node.subscribe(waiting(seven), doctor)
    for way in WAYS:
        answer = await node.get("/" + way.format(identity), other)
        found = answer.text.replace(f"?_id={identity}", "")
        assert identity not in found or answer.status_code == 404, way
        assert "geheim" not in found, way
        assert answer.status_code != 200 or answer.json().get("total", 0) == 0 or way == "_history", way
    assert identity in (await node.get("/Subscription", doctor)).text
    assert (await node.get(f"/Subscription/{identity}", doctor)).json()["reason"] == "geheimes Warten"


async def test_no_write_answers_with_what_another_waits_for(node: SubscribedNode) -> None:
    seven = (await node.new(patient())).rpartition("/")[2]
    doctor, other = acting(node, Role.PHYSICIAN, "weber"), acting(node, Role.PHYSICIAN, "kurz")
    identity = await node.subscribe(waiting(seven), doctor)
    shown = (await node.get(f"/Subscription/{identity}", doctor)).json()
    asked = {**other, "If-None-Exist": f"criteria={quote(waiting(seven)['criteria'], safe='')}"}
    for answer in (
        await node.post("/Subscription", waiting("1") | {"reason": "eigenes Warten"}, asked),
        await node.put(f"/Subscription/{identity}", shown, other),
        await node.http.patch(
            f"Subscription/{identity}",
            json=[{"op": "test", "path": "/resourceType", "value": "Subscription"}],
            headers=other | {"Content-Type": "application/json-patch+json"},
        ),
    ):
        assert "geheim" not in answer.text
        assert answer.status_code in {201, 403, 404}
    assert (await node.get(f"/Subscription/{identity}", doctor)).json() == shown


async def test_nobody_says_of_a_subscription_that_another_made_it(node: SubscribedNode) -> None:
    doctor, other = acting(node, Role.PHYSICIAN, "weber"), acting(node, Role.PHYSICIAN, "kurz")
    seven = (await node.new(patient())).rpartition("/")[2]
    first = await node.subscribe(waiting(seven), doctor)
    tags = (await node.get(f"/Subscription/{first}", doctor)).json()["meta"]["tag"]
    forged = await node.subscribe({**waiting(seven), "meta": {"tag": tags}}, other)
    assert forged not in (await node.get("/Subscription", doctor)).text
    assert forged in (await node.get("/Subscription", other)).text


async def test_what_the_operator_turned_off_stays_its_makers_to_read(node: SubscribedNode) -> None:
    seven = (await node.new(patient())).rpartition("/")[2]
    app = acting(node, Role.PATIENT, "ruth", scopes="patient/*.rs patient/Subscription.cru", patient=seven)
    identity = await node.subscribe(waiting(seven), app)
    place = f"/Subscription/{identity}"
    assert (await node.get(place)).status_code == 200, "the operator sees all"
    turned_off = await node.put(place, waiting(seven) | {"id": identity, "status": "off"})
    assert turned_off.status_code == 200
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await node.get(place, app)).status_code != 200:
            await asyncio.sleep(0.05)
    assert answer.json()["status"] == "off"


async def test_a_record_holds_the_subscriptions_of_who_asks_and_the_patient_sees_all(node: SubscribedNode) -> None:
    seven = (await node.new(patient())).rpartition("/")[2]
    mine, other = (
        acting(node, Role.PATIENT, "ruth", client=one, scopes="patient/*.rs patient/Subscription.cru", patient=seven)
        for one in ("app", "other-app")
    )
    identity = await node.subscribe(waiting(seven), mine)
    everything = f"/Patient/{seven}/$everything"
    for who, sees in (
        (mine, True),
        (other, False),
        (acting(node, Role.PHYSICIAN, "weber"), False),
        (acting(node, Role.PATIENT, "ruth", client="portal", patient=seven), True),
    ):
        assert (identity in (await node.get(everything, who)).text) is sees


async def subscribing(node: Node, keys: NodeKeys) -> Gate:
    """The gate of a house in which people subscribe."""
    await migrate(node.database, [subscriptions.MIGRATIONS])
    registrar = Registrar(Book(node.database, keys), Places(), "https://klinik.example/fhir", lambda: node.store.known)
    return Gate(replace(node.gate.ground, subscribing=registrar))


@pytest.mark.parametrize("house", [hospital, opened], ids=["hospital", "practice"])
async def test_a_condition_finds_what_who_writes_made_and_of_no_other(database: Database, house: Any) -> None:
    keys = NodeKeys.generate()
    node = await house(database, keys=keys)
    gate = await subscribing(node, keys)
    await node.put(patient() | {"id": TREATED})
    once = parse_search("Subscription", [("criteria", "Observation")])
    write = Write("create", "Subscription", None, msgspec.json.encode(waiting(TREATED)), if_none_exist=once)
    told = [(await gate.commit(who, [write]))[0] for who in (DOCTOR, DOCTOR, replace(DOCTOR, subject="p-3"))]
    assert [one.status for one in told] == ["created", "found", "created"]
    assert told[1].id == told[0].id != told[2].id
    await node.close()


async def test_in_a_hospital_each_sees_their_own(database: Database) -> None:
    keys = NodeKeys.generate()
    node = await hospital(database, keys=keys)
    gate = await subscribing(node, keys)
    write = Write("create", "Subscription", None, msgspec.json.encode(waiting(HIDDEN)))
    (made,) = await gate.commit(DOCTOR, [write])
    for gate_asked, who in ((gate, NURSE), (gate, PATIENT), (node.gate, DOCTOR), (node.gate, NURSE)):
        with pytest.raises(NotFound):
            await gate_asked.read(who, "Subscription", made.id)
        assert (await gate_asked.search(who, parse_search("Subscription", []))).matches == ()
    for who in (DOCTOR, OPERATOR):
        assert (await gate.read(who, "Subscription", made.id)).id == made.id
        assert [one.id for one in (await gate.search(who, parse_search("Subscription", []))).matches] == [made.id]
    await node.close()
