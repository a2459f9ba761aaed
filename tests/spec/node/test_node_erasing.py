"""Who was erased is forgotten beside the record too: no account, no proxy, no letter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from leaving import NOTHING, RUTH, Leaving, clerk, guardian, recorded
from standalone import standalone

from verbund.errors import VerbundError
from verbund.identity import Recipient


@pytest_asyncio.fixture(loop_scope="session")
async def leaving(database_url: str, tmp_path: Path) -> AsyncIterator[Leaving]:
    async with standalone(tmp_path / "node", database_url) as node:
        yield await Leaving.begun(node)


async def test_account_proxies_and_letters_go_with_the_record(leaving: Leaving) -> None:
    assert 0 not in (await leaving.kept()).values()
    await leaving.erase()
    assert await leaving.kept() == NOTHING
    assert [one.login for one in await leaving.node.people.all()] == ["hans"]
    assert await leaving.node.proxies.of_person(leaving.hans.id) == ()


async def test_they_go_without_an_account_too(leaving: Leaving) -> None:
    node = leaving.node
    async with node.database.transaction() as connection:
        await connection.execute("delete from identity_person where id = $1", leaving.ruth.id)
    await leaving.erase()
    assert await leaving.kept() == NOTHING


async def test_a_guardian_s_letter_of_before_opens_nothing(leaving: Leaving) -> None:
    relation = await recorded(leaving.node)
    issued = await leaving.node.letters.issue(clerk(leaving.node), guardian(relation))
    await leaving.erase()
    with pytest.raises(VerbundError):
        await leaving.node.letters.open(issued.code, "1970-01-01", address="10.0.0.2")


async def test_letters_of_a_former_version_go_and_those_of_others_stay(leaving: Leaving) -> None:
    node = leaving.node
    await node.letters.issue(clerk(node), Recipient("person", "Nadine", "nadine", person=leaving.hans.id))
    async with node.database.transaction() as connection:
        await connection.execute("update identity_letter set about = null")
    await leaving.erase()
    assert await leaving.kept() == NOTHING
    assert await node.letters.patients() == {"8"}
    letters, _ = await node.letters.open_letters(count=10)
    assert [one.recipient.name for one in letters] == ["Nadine"]
    assert RUTH.name not in {one.recipient.name for one in letters}
