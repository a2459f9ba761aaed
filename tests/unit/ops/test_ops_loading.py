"""Reading ahead keeps the order, says what fails where it fails, and leaves no thread behind."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from verbund.access import Chunk, LoadReport, Refusal, head_of, lasting_id
from verbund.errors import Incorrect, Invalid, Issue
from verbund.fhir import replace_references
from verbund.identity import Principal, Role, Scopes
from verbund.ops.files import Document
from verbund.ops.loading import ahead, load_files

OPERATOR = Principal(
    "operator", "Operator", Role.SYSTEM, "haus", "Haus", None, Scopes.parse("system/*.cruds"), "HOPERAT"
)


def numbered(count: int, read: list[str] | None = None) -> Iterator[Document]:
    """Documents with numbers as names; `read` learns which were asked for."""
    for number in range(count):
        if read is not None:
            read.append(str(number))
        yield Document(str(number))


class TestAhead:
    @pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
    def test_documents_come_in_their_order(self, count: int) -> None:
        assert [one.name for one in ahead(numbered(count))] == [str(number) for number in range(count)]

    def test_only_a_few_are_read_ahead(self) -> None:
        read: list[str] = []
        reading = ahead(numbered(50, read), most=2)
        assert next(reading).name == "0"
        reading.close()
        assert len(read) <= 4

    def test_what_fails_fails_in_its_place(self) -> None:
        def failing() -> Iterator[Document]:
            yield from numbered(3)
            raise Incorrect("the fourth is wrong")

        seen = []
        with pytest.raises(Incorrect, match="the fourth is wrong"):
            for one in ahead(failing()):
                seen.append(one.name)  # noqa: PERF401 - what was seen before the error counts
        assert seen == ["0", "1", "2"]

    def test_no_thread_is_left(self) -> None:
        reading = ahead(numbered(50))
        next(reading)
        reading.close()
        list(ahead(numbered(5)))
        assert not any(thread.name.startswith("reading") for thread in threading.enumerate())


class Shelf:
    """A gate that keeps what it is given; refuses what refers to something that has not come yet."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.rounds: list[int] = []

    async def load(self, who: Principal, units: Iterable[Chunk], /, *, progress: Callable[[int], None]) -> LoadReport:
        assert who is OPERATOR
        created, refused, seen = 0, [], 0
        read: Counter[str] = Counter()
        pieces = [(chunk, index) for chunk in units for index in range(len(chunk.raws))]
        for unit, (chunk, index) in enumerate(pieces):
            seen += 1
            url = chunk.full_urls[index] if chunk.full_urls else None
            raw = replace_references(chunk.raws[index].strip(), chunk.names)
            head = head_of(raw)
            identity = head.id or lasting_id(raw, url)
            read[head.resource_type] += 1
            wanted = raw.partition(b'"needs":"')[2].partition(b'"')[0].decode()
            if wanted and wanted not in self.kept:
                issue = Issue("not-found", f"none fits {wanted}")
                refused.append(Refusal(unit, chunk.source(index), Invalid("It is not here.", issues=(issue,))))
                continue
            created += identity not in self.kept
            self.kept[identity] = raw
        self.rounds.append(seen)
        progress(seen)
        return LoadReport(created, 0, 0, 0, 0, {}, tuple(refused), (), dict(read))


def lines(folder: Path, name: str, *resources: str) -> Path:
    """A file with a resource a line."""
    (folder / name).write_text("\n".join(resources))
    return folder / name


def basic(identity: str, needs: str = "") -> str:
    """A resource, perhaps one that needs another."""
    more = f',"needs":"{needs}"' if needs else ""
    return f'{{"resourceType":"Basic","id":"{identity}"{more}}}'


async def test_what_needs_something_of_a_later_file_is_tried_again_until_nothing_more_comes(tmp_path: Path) -> None:
    lines(tmp_path, "1.ndjson", basic("c", "b"), basic("b", "a"), basic("x", "nothing"))
    lines(tmp_path, "2.ndjson", basic("a"))
    shelf, seen = Shelf(), []
    report = await load_files(shelf, OPERATOR, [tmp_path], seen=seen.append)
    assert set(shelf.kept) == {"a", "b", "c"}
    assert shelf.rounds == [4, 3, 2, 1]
    assert (report.created, report.refused) == (3, 1)
    assert [(fault.place, fault.rule) for fault in report.faults] == [("1.ndjson line 3", "not-found")]
    assert report.by_type == {"Basic": 4}
    assert sum(seen) == 4


async def test_a_resource_without_an_id_gets_one_that_lasts(tmp_path: Path) -> None:
    file = lines(tmp_path, "a.ndjson", '{"resourceType":"Basic","code":{"text":"a"}}')
    first, again = Shelf(), Shelf()
    await load_files(first, OPERATOR, [file])
    await load_files(again, OPERATOR, [file])
    assert first.kept.keys() == again.kept.keys()
    lines(tmp_path, "a.ndjson", '{"resourceType":"Basic","code":{"text":"b"}}')
    other = Shelf()
    await load_files(other, OPERATOR, [file])
    assert first.kept.keys() != other.kept.keys()


async def test_references_by_full_url_are_resolved_within_their_document(tmp_path: Path) -> None:
    urn = "urn:uuid:3B0B5A3E-0000-4000-8000-000000000001"
    (tmp_path / "b.json").write_text(
        '{"resourceType":"Bundle","type":"collection","entry":['
        f'{{"fullUrl":"{urn}","resource":{{"resourceType":"Patient"}}}},'
        f'{{"resource":{{"resourceType":"Observation","id":"o","subject":{{"reference":"{urn}"}}}}}}]}}'
    )
    shelf = Shelf()
    await load_files(shelf, OPERATOR, [tmp_path])
    identity = "3b0b5a3e-0000-4000-8000-000000000001"
    assert shelf.kept.keys() == {identity, "o"}
    assert f'"subject":{{"reference":"Patient/{identity}"}}'.encode() in shelf.kept["o"]


async def test_small_files_share_a_chunk_and_large_bundles_take_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        (tmp_path / f"a{number:02}.json").write_text(basic(f"s{number}"))
    urns = [f"urn:uuid:00000000-0000-4000-8000-{number:012}" for number in range(2_500)]
    entries = [
        f'{{"fullUrl":"{urn}","resource":{{"resourceType":"Basic","author":{{"reference":"{urns[-1 - place]}"}}}}}}'
        for place, urn in enumerate(urns)
    ]
    (tmp_path / "b.json").write_text(f'{{"resourceType":"Bundle","type":"batch","entry":[{",".join(entries)}]}}')
    sizes: list[int] = []
    texts: list[bytes] = []

    class Counting(Shelf):
        async def load(
            self, who: Principal, units: Iterable[Chunk], /, *, progress: Callable[[int], None]
        ) -> LoadReport:
            chunks = list(units)
            sizes.extend(len(chunk.raws) for chunk in chunks)
            texts.extend(replace_references(raw, chunk.names) for chunk in chunks for raw in chunk.raws)
            return await super().load(who, chunks, progress=progress)

    for most in (10_000, 1_000):
        monkeypatch.setattr("verbund.ops.loading.MOST_NAMES", most)
        report = await load_files(Counting(), OPERATOR, [tmp_path])
        assert report.created == 2_530
    assert sizes == [30, 1_000, 1_000, 500] * 2
    assert texts[:2_530] == texts[2_530:]
    assert not any(b"urn:uuid" in text for text in texts)
