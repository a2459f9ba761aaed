"""The database hangs up in the middle: each request is answered, nothing acknowledged is lost, and it goes on."""

import asyncio

import asyncpg
from fhir_node import FhirNode, observation, patient

HANG_UP = """
select pg_terminate_backend(pid) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid()
"""


async def hang_up(node: FhirNode) -> int:
    connection = await asyncpg.connect(node.database.url)
    ended = await connection.fetch(HANG_UP)
    await connection.close()
    return len(ended)


async def test_what_was_acknowledged_is_there_and_what_was_not_is_said_to_be_tried_again(node: FhirNode) -> None:
    someone = await node.new(patient())
    acknowledged: list[str] = []
    refused = 0
    ended = asyncio.Event()

    async def write() -> None:
        nonlocal refused
        while not ended.is_set():
            answer = await node.post("/Observation", observation(someone))
            assert answer.status_code in {201, 503}, answer.text
            if answer.status_code == 503:
                refused += 1
                assert int(answer.headers["retry-after"]) >= 1
                assert answer.json()["issue"][0]["code"] in {"transient", "incomplete"}
            else:
                acknowledged.append(answer.json()["id"])

    writers = [asyncio.create_task(write()) for _ in range(8)]
    cut = 0
    for _ in range(5):
        await asyncio.sleep(0.15)
        cut += await hang_up(node)
    await asyncio.sleep(0.15)
    ended.set()
    await asyncio.gather(*writers)
    assert cut > 0
    assert acknowledged
    for resource_id in acknowledged:
        assert (await node.get(f"/Observation/{resource_id}")).status_code == 200
    total = (await node.get(f"/Observation?subject={someone[1:]}&_summary=count")).json()["total"]
    assert len(acknowledged) <= total <= len(acknowledged) + refused


async def test_reading_goes_on_after_the_database_hung_up(node: FhirNode) -> None:
    address = await node.new(patient())
    for _ in range(3):
        await hang_up(node)
        answers = [await node.get(address) for _ in range(4)]
        assert {answer.status_code for answer in answers} <= {200, 503}
        assert answers[-1].status_code == 200
