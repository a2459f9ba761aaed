"""What follows from resources is told of what a bulk load brings, also where its types change while that runs."""

import json
from collections.abc import Sequence

from stores import opened, patient, resource

from verbund.database import Connection, Database
from verbund.store.chunks import Chunk
from verbund.store.model import Written


class Curious:
    """Follows nothing at first; patients from the moment on at which the load looks again."""

    def __init__(self) -> None:
        self.types: frozenset[str] = frozenset()
        self.told: list[Written] = []

    async def refresh(self, connection: Connection) -> None:  # noqa: ARG002 - of the promise
        self.types = frozenset({"Patient"})

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - the same
        self.told += written


async def test_a_type_that_is_followed_since_a_chunk_was_looked_at(database: Database) -> None:
    curious = Curious()
    contents = [patient(id="a"), resource("Organization", id="o", name="o"), patient(id="b")]
    async with opened(database, projections=(curious,)) as store:
        report = await store.load([Chunk([json.dumps(one).encode() for one in contents])])
        versions = {one.id: (await store.read("Patient", one.id)).body for one in curious.told}
    assert (report.created, report.refused) == (3, ())
    assert sorted((one.type, one.id, one.status, one.category) for one in curious.told) == [
        ("Patient", "a", "created", 4),
        ("Patient", "b", "created", 4),
    ]
    assert {one.id: one.body for one in curious.told} == versions
