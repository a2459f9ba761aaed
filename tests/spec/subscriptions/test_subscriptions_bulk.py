"""A bulk load tells of the types that somebody has subscribed to, whenever that was."""

import json

from fhir_node import patient
from subscribers import SubscribedNode, receiver, subscribed_node, subscription

from verbund.database import Database
from verbund.identity import Principal, Role
from verbund.store.chunks import Chunk

OPERATOR = Principal("o", "O", Role.SYSTEM, "praxis", "Praxis", None, Role.SYSTEM.scopes, Role.SYSTEM.purpose)


def chunk(*names: str) -> Chunk:
    return Chunk([json.dumps(patient(name) | {"id": name}).encode() for name in names])


def organisations(*names: str) -> Chunk:
    return Chunk([json.dumps({"resourceType": "Organization", "id": one, "name": one}).encode() for one in names])


async def told_of(node: SubscribedNode, identity: str) -> list[str]:
    answer = await node.get(f"/Subscription/{identity}/$events")
    rows = answer.json()["entry"][0]["resource"]["parameter"]
    parts = [part for row in rows if row["name"] == "notification-event" for part in row["part"]]
    return [one["valueReference"]["reference"].rpartition("/")[2] for one in parts if one["name"] == "focus"]


async def test_of_types_that_were_subscribed_to_after_the_node_had_started(database: Database) -> None:
    async with subscribed_node(database) as node, receiver() as hook:
        await node.gate.load(OPERATOR, [chunk("before"), organisations("o")])
        identity = await node.subscribe(subscription(node.topic("Patient"), hook.url))
        await node.gate.load(OPERATOR, [chunk("a", "b"), organisations("p")])
        await hook.until_told(2)
        assert sorted(await told_of(node, identity)) == ["a", "b"]
