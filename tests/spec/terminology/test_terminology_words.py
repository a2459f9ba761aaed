"""Filters find what a database of a former version holds, as soon as that has been brought up to date."""

import shutil
from pathlib import Path

import msgspec

from verbund.database import Database, migrate
from verbund.terminology import MIGRATIONS, Head, Terminology, Wish
from verbund.terminology.model import Include, ValueSet

URL = "https://example.org/former"
_SYSTEM = """
insert into terminology_system (url, version, source, head, concepts) values ($1, '1', 'file', $2, 2) returning id
"""
_CONCEPT = """
insert into terminology_concept (system, number, code, key, display, parents, inactive, abstract, search)
values ($1, $2, $3, $3, $4, '{}', false, false, $5)
"""


async def test_a_database_of_a_former_version_gets_its_words(bare_database: Database, tmp_path: Path) -> None:
    database, (name, folder) = bare_database, MIGRATIONS
    shutil.copy(folder / "0001_terminology.sql", tmp_path)
    await migrate(database, [(name, tmp_path)])
    async with database.connection() as connection:
        number = await connection.fetchval(_SYSTEM, URL, msgspec.json.encode(Head(URL, version="1")).decode())
        await connection.execute(_CONCEPT, number, 0, "a", "Left lung", "a left lung")
        await connection.execute(_CONCEPT, number, 1, "b", "Right lung and lungs", "b right lung and lungs")
    await migrate(database, [MIGRATIONS])
    terms, whole = Terminology(database), ValueSet("", includes=(Include(URL),))
    found = {text: await terms.expand(whole, Wish(filter=text)) for text in ("lun", "left lung", "lungs", "ear")}
    assert {text: [one.code for one in one.members] for text, one in found.items()} == {
        "lun": ["a", "b"],
        "left lung": ["a"],
        "lungs": ["b"],
        "ear": [],
    }
    assert [one.total for one in found.values()] == [2, 1, 1, 0]
