"""An erasure that was cut off, or undone by a restored backup, is brought to its end with all that lies elsewhere."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from leaving import NOTHING, PASSWORD, Leaving
from standalone import standalone

from verbund.errors import Fault, Unauthenticated
from verbund.node.rights import InRegion
from verbund.rights import Erased


@pytest_asyncio.fixture(loop_scope="session")
async def leaving(database_url: str, tmp_path: Path) -> AsyncIterator[Leaving]:
    async with standalone(tmp_path / "node", database_url) as node:
        yield await Leaving.begun(node)


async def traced(leaving: Leaving) -> Erased:
    """The line as it is written now."""
    return msgspec.structs.replace(leaving.erased, traces=leaving.erasures.elsewhere.traces("7"))


@pytest.mark.parametrize("former", [False, True])
async def test_the_account_goes_when_the_erasure_was_cut_off_after_the_ledger(leaving: Leaving, former: bool) -> None:
    await leaving.erasures.ledger.add(leaving.erased if former else await traced(leaving))
    assert await leaving.erasures.resume() == 1
    assert await leaving.kept() == NOTHING
    with pytest.raises(Unauthenticated):
        await leaving.node.people.authenticate("ruth", PASSWORD)
    assert await leaving.node.people.authenticate("hans", PASSWORD)
    assert await leaving.erasures.resume() == 0


@pytest.mark.parametrize("former", [False, True])
async def test_the_account_goes_when_only_the_key_was_destroyed(leaving: Leaving, former: bool) -> None:
    await leaving.erasures.ledger.add(leaving.erased if former else await traced(leaving))
    await leaving.node.store.erase_known(leaving.erased.patient)
    assert await leaving.erasures.resume() == 1
    assert await leaving.kept() == NOTHING


async def test_it_is_at_its_end_only_when_all_is_forgotten(leaving: Leaving) -> None:
    async with leaving.node.database.transaction() as connection:
        await connection.execute(
            "create function stop() returns trigger language plpgsql as $$ begin raise exception 'stop'; end $$;"
            "create trigger stop before delete on identity_person for each row execute function stop()"
        )
    with pytest.raises(Fault):
        await leaving.erase()
    with pytest.raises(Fault):
        await leaving.erasures.resume()
    async with leaving.node.database.transaction() as connection:
        await connection.execute("drop function stop cascade")
    assert await leaving.erasures.resume() == 1
    assert await leaving.kept() == NOTHING


async def test_what_is_exchanged_in_the_region_is_found_by_the_handle(leaving: Leaving) -> None:
    node, handle = leaving.node, leaving.node.book.handle_of("7")
    async with node.database.transaction() as connection:
        await connection.execute("insert into exchange_consent values ($1, 'sealed', now())", f"consent {handle}")
    elsewhere = InRegion(node, None)  # type: ignore[arg-type]  # nobody is told: the erasure was decided before
    erasures = replace(leaving.erasures, elsewhere=elsewhere)
    await erasures.ledger.add(await traced(leaving))
    assert await erasures.resume() == 1
    async with node.database.connection() as connection:
        assert await connection.fetchval("select count(*) from exchange_consent") == 0
    assert await leaving.kept() == NOTHING
