"""A search that the database cannot answer in time is refused with what to add, and the next one is answered."""

import pytest
from stores import ids, observation, opened, put, query

from verbund.database import Database
from verbund.errors import Incorrect
from verbund.store import EVERYTHING


async def test_a_statement_that_runs_into_its_deadline_is_a_clear_refusal(database: Database) -> None:
    async with opened(database) as store:
        await put(store, observation("p", id="o"))
        async with database.connection() as connection:
            await connection.execute("set statement_timeout = 100")
        async with database.dedicated() as other, other.transaction():
            await other.execute("lock table resource in access exclusive mode")
            with pytest.raises(Incorrect, match="Add a criterion") as refused:
                await ids(store, "Observation?code=718-7")
            with pytest.raises(Incorrect, match="leave out the total"):
                await store.count(query("Observation?patient.name=x"), within=EVERYTHING)
        assert refused.value.issues[0].code == "too-costly"
        assert await ids(store, "Observation?code=718-7") == ["o"]
