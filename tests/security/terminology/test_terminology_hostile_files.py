"""Catalogues and value sets of somebody who means harm cost no more than honest ones."""

import time
import zipfile
from pathlib import Path

import pytest
from catalogue_files import CLAML, one_file

from verbund.database import Database, migrate
from verbund.errors import Incorrect, Invalid, NotFound, TooLarge
from verbund.terminology import MIGRATIONS, Coding, Concept, Head, MemorySystem, Question, Terminology, Wish, importers
from verbund.terminology.importers.reading import HARMLESS
from verbund.terminology.model import Filter, Include, ValueSet
from verbund.terminology.patterns import matches

URL = "https://example.org/hostile"
RUNAWAY = [
    "(a+)+$",
    "(a|a)*b",
    "(a*)*",
    "(.*a){20}",
    "a*a*a*a*a*b",
    "(?=a)a",
    r"(a)\1",
    "(" * 300,
    "a" * 300,
    "[",
    "(?P<x",
]


@pytest.mark.parametrize("pattern", RUNAWAY)
async def test_a_pattern_that_may_run_away_is_refused_at_once(database: Database, pattern: str) -> None:
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    await terms.add(Head(URL), [Concept("a" * 60)])
    hostile = ValueSet("", includes=(Include(URL, filters=(Filter("code", "regex", pattern),)),))
    started = time.process_time()
    with pytest.raises(Incorrect):
        await terms.expand(hostile)
    with pytest.raises(Incorrect):
        matches(pattern, "a" * 60)
    assert time.process_time() - started < 1


def test_a_pattern_that_is_admitted_ends_soon_on_the_worst_of_values() -> None:
    started = time.process_time()
    assert not matches("a*a*a*b", "a" * 1_000)
    assert time.process_time() - started < 2


async def test_a_search_through_a_value_set_in_memory_ends_by_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    system = MemorySystem(Head(URL), (Concept(f"c{n}") for n in range(10)))
    monkeypatch.setattr("verbund.terminology.memory.PATIENCE_SECONDS", -1.0)
    with pytest.raises(TooLarge, match="takes too long"):
        await system.page(Wish(filter="c").conditions()[0], offset=0, count=1)


def test_no_entity_of_a_file_is_ever_expanded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE ClaML [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    bomb = CLAML.replace('<!DOCTYPE ClaML SYSTEM "ClaML.dtd">', laughs).replace("Stoffwechsel", "&b;")
    assert "entities" in refused(one_file(tmp_path, "icd_claml.xml", bomb))


def test_no_file_of_ours_gets_into_a_catalogue(tmp_path: Path) -> None:
    secret = one_file(tmp_path, "secret.txt", "the node's key")
    outside = f'<!DOCTYPE ClaML [<!ENTITY key SYSTEM "{secret.as_uri()}">]>'
    reaching = CLAML.replace('<!DOCTYPE ClaML SYSTEM "ClaML.dtd">', outside).replace("Stoffwechsel", "&key;")
    assert "entities" in refused(one_file(tmp_path, "icd_claml.xml", reaching))


def refused(path: Path) -> str:
    """Why a catalogue in ClaML is refused."""
    with pytest.raises(Invalid) as caught, importers.opened(path, "claml") as table:
        list(table.concepts)
    return caught.value.text


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<ClaML>" + "<Class>" * 200 + "</Class>" * 200 + "</ClaML>"
    with (
        pytest.raises(Invalid, match="nested deeper"),
        importers.opened(one_file(tmp_path, "x_claml.xml", deep)) as table,
    ):
        list(table.concepts)


def test_an_archive_that_would_fill_the_disk_is_refused_unread(tmp_path: Path) -> None:
    place = tmp_path / "Loinc_2.77.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Loinc.csv", b"0" * (HARMLESS + 1))
    with pytest.raises(Invalid, match="far larger"), importers.opened(place):
        pass


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(Invalid, match="longer than"),
        importers.opened(one_file(tmp_path, "ATC.csv", "ATC-Code;Name\nA;" + "x" * 2_000_000)) as table,
    ):
        list(table.concepts)


async def test_a_value_set_cannot_make_others_include_it_for_ever(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    for number in range(30):
        body = (
            f'{{"resourceType":"ValueSet","url":"{URL}/{number}","status":"active","compose":'
            f'{{"include":[{{"valueSet":["{URL}/{number + 1}","{URL}/{number + 1}"]}}]}}}}'
        )
        await terms.add_resource(body.encode(), "made up")
    started = time.process_time()
    with pytest.raises(Incorrect, match="deep"):
        await terms.expand(f"{URL}/0")
    assert time.process_time() - started < 2


async def test_characters_that_cannot_be_stored_are_just_not_found(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    await terms.add(Head(URL), [Concept("a", "A")])
    with pytest.raises(NotFound):
        await terms.lookup(URL, "a\0")
    with pytest.raises(NotFound):
        await terms.subsumes(URL, "a", "\0")
    asked = ValueSet("", includes=(Include(URL, filters=(Filter("kind\0", "=", "x\0"),)),))
    assert (await terms.expand(asked, Wish(filter="a\0 ' & | !:*"))).total == 0
    with pytest.raises(Incorrect, match="printable"):
        await terms.closure("\0", [])
    assert await terms.translate(Question((Coding(URL, "\0"),))) == []


async def test_words_of_any_script_are_found(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    await terms.add(Head(URL), [Concept("a", "Καρδιά 1e5 x" + "y" * 5_000), Concept("b", "сердце")])
    whole = ValueSet("", includes=(Include(URL),))
    assert [one.code for one in (await terms.expand(whole, Wish(filter="καρδ"))).members] == ["a"]
    assert [one.code for one in (await terms.expand(whole, Wish(filter="СЕРД"))).members] == ["b"]
