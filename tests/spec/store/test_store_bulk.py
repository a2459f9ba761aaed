"""What the bulk path promises for lines and entries: each on its own, in their order, by processes or without."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence

import pytest
from stores import Json, by_type, commit, ids, observation, opened, patient, put, query, search, update

from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Gone, Interrupted, Invalid, VerbundError
from verbund.store import EVERYTHING, Chunk, Projection, Store, Written
from verbund.store.bulk import Plan
from verbund.store.crew import Crew, There, Worker


def lines(*contents: Json | bytes, start: int = 1) -> Chunk:
    """Lines of a file."""
    raws = [one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in contents]
    return Chunk(raws, "a.ndjson", "line", range(start, start + len(raws)))


def named(identity: str, family: str) -> Json:
    return patient(family, id=identity)


async def test_lines_are_created_left_alone_and_updated(store: Store) -> None:
    first = await store.load([lines(named("a", "Sommer"), b"\n", named("b", "Winter"))])
    assert (first.created, first.by_type, first.read) == (2, {"Patient": 2}, {"Patient": 2})
    again = await store.load([lines(named("a", "Sommer"), named("b", "Herbst"))])
    assert (again.created, again.unchanged, again.updated) == (0, 1, 1)
    assert (await store.read("Patient", "a")).version == 1
    assert (await store.read("Patient", "b")).version == 2
    assert await ids(store, "Patient?name=herbst") == ["b"]
    assert await ids(store, "Patient?name=winter") == []


async def test_what_is_stored_is_what_a_commit_stores(store: Store, database: Database) -> None:
    content = observation("a", id="o", performer=[{"reference": "Practitioner/p/_history/3"}])
    await store.load([lines(content)])
    columns = "type, patient, category, date, date_end, present, keys, digest"
    async with database.connection() as connection:
        loaded = await connection.fetchrow(f"select {columns} from resource")  # noqa: S608 - see above
        facts = await connection.fetch("select key, date, patient from fact")
        await connection.execute("truncate resource, fact")
    await put(store, content)
    async with database.connection() as connection:
        assert await connection.fetchrow(f"select {columns} from resource") == loaded  # noqa: S608 - see above
        assert await connection.fetch("select key, date, patient from fact") == facts


async def test_of_two_lines_for_one_resource_the_later_holds(store: Store) -> None:
    chunks = [lines(named("a", "Eins"), named("a", "Zwei")), lines(named("a", "Drei"), named("b", "Eins"))]
    report = await store.load(chunks)
    assert (report.created, report.updated, report.refused) == (2, 2, ())
    assert await ids(store, "Patient?name=drei") == ["a"]
    assert (await store.read("Patient", "a")).version == 3


async def test_each_refusal_names_its_line_and_path(store: Store) -> None:
    report = await store.load([lines(named("a", "Sommer")), lines(b"no JSON", patient(gender="f", id="x"), start=2)])
    assert report.created == 1
    said = [
        (one.unit, one.source, one.error.issues[0]) for one in report.refused if isinstance(one.error, VerbundError)
    ]
    assert [(unit, source) for unit, source, _ in said] == [(1, "a.ndjson line 2"), (2, "a.ndjson line 3")]
    assert said[0][2].rule == "json"
    assert said[1][2].expression == ("Patient.gender",)


async def test_references_by_condition_find_what_came_before_and_refuse_what_never_comes(store: Store) -> None:
    doctor = {"resourceType": "Practitioner", "id": "p", "identifier": [{"system": "urn:k", "value": "1"}]}
    asking = [
        observation("a", id=f"o{number}", performer=[{"reference": f"Practitioner?identifier=urn:k|{number}"}])
        for number in (1, 2)
    ]
    report = await store.load([lines(doctor), lines(*asking, start=2), lines(named("a", "Sommer"), start=4)])
    assert report.created == 3
    (refusal,) = report.refused
    assert isinstance(refusal.error, Invalid)
    assert (refusal.unit, refusal.error.issues[0].code) == (2, "not-found")
    assert await ids(store, "Observation?performer=Practitioner/p") == ["o1"]
    assert report.dangling == ()


async def test_nothing_comes_back_of_a_patient_who_was_erased(store: Store) -> None:
    await put(store, named("a", "Sommer"))
    await store.erase("a")
    report = await store.load([lines(named("a", "Sommer"), named("b", "Winter"))])
    assert report.created == 1
    assert [type(one.error) for one in report.refused] == [Gone]
    assert await store.counts() == {"Patient": 1}


class Told:
    """A companion and a projection that keep what they are told; `refuses` makes the companion fail."""

    types = frozenset({"Patient"})

    def __init__(self) -> None:
        self.written: list[tuple[str, str]] = []
        self.counts: list[Mapping[str, int]] = []
        self.refuses = False

    async def write(self, connection: Connection, done: Mapping[str, int], types: Mapping[str, int]) -> None:
        assert connection.is_in_transaction()
        if self.refuses:
            raise Conflict("not now")
        self.counts.append({**done, **types})

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        assert connection.is_in_transaction()
        for one in written:
            assert one.resource is not None
            assert json.loads(one.body)["meta"]["versionId"] == str(one.version)
            self.written.append((one.type, one.id))


async def test_what_belongs_to_a_load_is_written_in_its_transactions(database: Database) -> None:
    told = Told()
    projection: Projection = told
    async with opened(database, projections=(projection,)) as store:
        await store.load([lines(named("a", "Sommer"), observation("a", id="o"))], companion=told)
        assert told.written == [("Patient", "a")]
        assert told.counts == [{"created": 2, "Patient": 1, "Observation": 1}]
        await store.load([lines(named("a", "Sommer"))], companion=told)
        assert len(told.counts) == 1
        told.refuses = True
        with pytest.raises(VerbundError):
            await store.load([lines(named("c", "Sommer"))], companion=told)
        assert await store.counts() == {"Observation": 1, "Patient": 1}


async def test_processes_do_the_same_work(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.store.crew.START_AFTER", 0)
    used: list[Worker] = []
    chosen = Crew.next

    def once_ready(crew: Crew, pieces: int) -> Worker:
        """Whom a crew chooses when its processes have started."""
        while not isinstance(worker := chosen(crew, pieces), There):
            time.sleep(0.02)
        used.append(worker)
        return worker

    monkeypatch.setattr(Crew, "next", once_ready)

    def chunks() -> Iterator[Chunk]:
        for start in range(0, 1_000, 50):
            contents = [observation("a", id=f"o{start + n}", when=f"20{n + 10}-01-01") for n in range(50)]
            yield lines(*contents, start=start + 1)

    async with opened(database) as store:
        report = await store.load(chunks())
        assert (report.created, report.refused) == (1_000, ())
        assert len(used) == 20
        assert await store.count(query("Observation?date=2010"), within=EVERYTHING) == 20
        assert len((await search(store, "Observation?_count=1000")).matches) == 1_000
        (one,) = (await search(store, "Observation?_id=o999")).matches
        assert json.loads(one.body)["effectiveDateTime"] == "2059-01-01"
        assert (await store.load(chunks())).unchanged == 1_000


async def test_a_process_that_ends_is_told_as_an_interruption() -> None:
    keys = NodeKeys.generate()
    worker = There(Plan(keys.index, keys.index, by_type, None))
    try:
        await worker.analyse(1, lines(named("a", "Sommer")))
        assert worker.ready
        worker._process.kill()
        with pytest.raises(Interrupted):
            await worker.analyse(2, lines(named("a", "Sommer")))
    finally:
        worker.close()


async def test_a_load_beside_writers_loses_nothing(store: Store) -> None:
    await store.load([lines(*(named(f"p{n}", "Eins") for n in range(50)))])
    await commit(store, *(update(f"p{n}", patient("Zwei")) for n in range(25)))
    report = await store.load([lines(*(named(f"p{n}", "Eins") for n in range(60)))])
    assert (report.created, report.updated, report.unchanged) == (10, 25, 25)
    assert len(await ids(store, "Patient?name=eins&_count=100")) == 60
