"""What a patient has restricted (GDPR, Article 18) no write shows, changes or removes; new data is still stored."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from hospital import DOCTOR as TREATING
from hospital import hospital
from opened_gate import DOCTOR, OPERATOR, PATIENT, Node, observation, opened, patient
from statements import sent

from verbund.access import Write, Written
from verbund.consent import ALL, DataCategory
from verbund.database import Database
from verbund.errors import NotFound, VerbundError
from verbund.fhir import parse_search
from verbund.identity import Principal, Scopes

Json = dict[str, Any]
MARKED = {"identifier": [{"system": "urn:x", "value": "1"}]}
FITTING = parse_search("Observation", [("identifier", "urn:x|1")])
LAUNCHED = replace(DOCTOR, patient_id="7", scopes=Scopes.parse("patient/*.cruds"))
CHANGING = replace(DOCTOR, scopes=Scopes.parse("user/Observation.ru"))


def json(resource: Json) -> bytes:
    return msgspec.json.encode(resource)


def create(resource: Json, **more: Any) -> Write:
    return Write("create", resource["resourceType"], raw=json({k: v for k, v in resource.items() if k != "id"}), **more)


def amended(raw: bytes) -> bytes:
    return raw.replace(b'"final"', b'"amended"')


async def restrict(node: Node) -> None:
    async with node.database.transaction() as connection:
        restricted = int(ALL & ~DataCategory.DEMOGRAPHICS)
        await connection.execute(
            "insert into consent_restriction (patient, categories) values ($1, $2)",
            node.store.patient_key("7"),
            restricted,
        )


@pytest_asyncio.fixture(loop_scope="session", params=["practice", "hospital"])
async def house(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[tuple[Node, Principal]]:
    """A node with a restricted record, and somebody who treats the patient."""
    node, who = (
        (await opened(database), DOCTOR) if request.param == "practice" else (await hospital(database), TREATING)
    )
    await node.put(patient("7"), observation("r", "7", **MARKED))
    await restrict(node)
    yield node, who
    await node.close()


@pytest_asyncio.fixture(loop_scope="session")
async def practice(database: Database) -> AsyncIterator[Node]:
    node = await opened(database)
    await node.put(patient("7"), *(observation(one) for one in ("r", "s", "gone")))
    await node.gate.commit(OPERATOR, [Write("delete", "Observation", "gone")])
    await restrict(node)
    yield node
    await node.close()


async def outcome(node: Node, who: Principal, write: Write) -> tuple[Written, ...] | str:
    """What becomes of it, in words that do not name the ids."""
    try:
        return await node.gate.commit(who, [write])
    except VerbundError as error:
        return f"{type(error).__name__}: {error}".replace("missing", "x").replace("/r", "/x")


def by_id(name: str) -> list[Write]:
    """Writes that are about what is there."""
    return [
        Write("patch", "Observation", name, patch=amended),
        Write("patch", "Observation", name, patch=amended, if_match=1),
        Write("delete", "Observation", name),
        Write("delete", "Observation", name, if_match=1),
    ]


async def test_what_is_restricted_is_written_as_if_it_were_not_there(house: tuple[Node, Principal]) -> None:
    node, who = house
    for restricted, missing in zip(by_id("r"), by_id("missing"), strict=True):
        of_restricted = await outcome(node, who, restricted)
        assert of_restricted == await outcome(node, who, missing)
        assert isinstance(of_restricted, str)
        assert of_restricted.startswith("NotFound")
    assert (await node.store.read("Observation", "r")).version == 1


@pytest.mark.parametrize("content", [observation("r", **MARKED), observation("r", status="amended")])
async def test_an_update_neither_replaces_what_is_restricted_nor_tells_that_it_is_the_same(
    house: tuple[Node, Principal], content: Json
) -> None:
    node, who = house
    for more in ({}, {"if_match": 1}, {"if_none_match": "*"}):
        with pytest.raises(NotFound, match="There is no Observation of this id"):
            await node.gate.commit(who, [Write("update", "Observation", "r", json(content), **more)])
    assert (await node.store.read("Observation", "r")).version == 1


async def test_no_condition_finds_what_is_restricted(house: tuple[Node, Principal]) -> None:
    node, who = house
    with pytest.raises(NotFound):
        await node.gate.commit(who, [Write("patch", "Observation", condition=FITTING, patch=amended)])
    for multiple in (True, False):
        (gone,) = await node.gate.commit(who, [Write("delete", "Observation", condition=FITTING, multiple=multiple)])
        assert gone.status == "absent"
    (made,) = await node.gate.commit(who, [create(observation("n"), if_none_exist=FITTING)])
    assert made.status == "created"
    unnamed = {name: value for name, value in observation("n").items() if name != "id"}
    (put,) = await node.gate.commit(who, [Write("update", "Observation", raw=json(unnamed), condition=FITTING)])
    assert (put.status, put.id != "r") == ("created", True)
    assert (await node.store.read("Observation", "r")).version == 1


async def test_new_data_of_a_restricted_patient_is_stored_and_not_shown_afterwards(
    house: tuple[Node, Principal],
) -> None:
    node, who = house
    (made,) = await node.gate.commit(who, [create(observation("n", hasMember=[{"reference": "Observation/r"}]))])
    assert made.status == "created"
    with pytest.raises(NotFound):
        await node.gate.read(who, "Observation", made.id)
    assert (await node.store.read("Observation", made.id)).version == 1


@pytest.mark.parametrize("who", [LAUNCHED, CHANGING], ids=["for one patient", "without making"])
async def test_no_token_reaches_it_by_another_way(practice: Node, who: Principal) -> None:
    update = Write("update", "Observation", "r", json(observation("r", status="amended")))
    for write in (update, Write("patch", "Observation", "r", patch=amended)):
        with pytest.raises(NotFound):
            await practice.gate.commit(who, [write])
    assert (await practice.store.read("Observation", "r")).version == 1


async def test_the_patient_and_the_operator_write_it_as_ever(practice: Node) -> None:
    own = replace(PATIENT, scopes=Scopes.parse("patient/*.cruds"))
    for who in (own, OPERATOR):
        (done,) = await practice.gate.commit(who, [Write("patch", "Observation", "r", patch=lambda raw: raw)])
        assert (done.status, bool(done.body)) == ("unchanged", True)


async def test_a_restricted_entry_costs_the_statements_of_a_missing_one(practice: Node) -> None:
    for first in by_id("warm"):
        await outcome(practice, DOCTOR, first)
    for restricted, missing in zip((*by_id("r"), *by_id("s")), (*by_id("missing"), *by_id("never")), strict=True):
        async with sent(practice.database) as of_restricted:
            await outcome(practice, DOCTOR, restricted)
        async with sent(practice.database) as of_missing:
            await outcome(practice, DOCTOR, missing)
        assert of_restricted == of_missing
        assert of_restricted


async def test_a_practice_goes_on_making_and_deleting_under_ids_of_its_choice(practice: Node) -> None:
    await practice.put(patient("8"))
    (made,) = await practice.gate.commit(DOCTOR, [Write("update", "Observation", "m", json(observation("m", "8")))])
    (again,) = await practice.gate.commit(DOCTOR, [Write("update", "Observation", "gone", json(observation("gone")))])
    assert (made.status, again.status) == ("created", "created")
    deletion = Write("delete", "Observation", "m")
    for _ in range(2):
        (gone,) = await practice.gate.commit(DOCTOR, [deletion])
        assert (gone.status, gone.version) == ("deleted", 2)


async def test_a_plain_creation_asks_nothing_of_restrictions(practice: Node) -> None:
    ways = []
    for who in (OPERATOR, DOCTOR):
        await practice.gate.commit(who, [create(observation("w"))])
        async with sent(practice.database) as statements:
            await practice.gate.commit(who, [create(observation("n"))])
        ways.append(statements)
    assert ways[0] == ways[1]
