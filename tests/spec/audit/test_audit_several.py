"""An act that touches several patients is one event: each is shown it, with what was touched of theirs alone."""

import asyncio
import random
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest

from verbund.audit import AuditLog, Event
from verbund.audit.resources import to_fhir
from verbund.crypto import Sealer
from verbund.errors import Fault, Gone

Make = Callable[..., Event]
QUERY = "Observation?code=http://loinc.org|718-7"


@pytest.fixture
def search(event: Make) -> Callable[..., Event]:
    """A search that showed one resource of each of these patients."""

    def make(number: int, patients: Iterable[str]) -> Event:
        touched = tuple((name, (f"Observation/{name}-{number}",)) for name in patients)
        return event(
            number,
            kind="search",
            action="E",
            patient_id=None,
            entities=(),
            patients=touched,
            query=QUERY,
            detail={"a": "b"},
        )

    return make


async def shown(log: AuditLog, patient: str) -> list[str]:
    """The entities of a patient's events, newest first."""
    return [entity for one in (await log.of_patient(patient, count=1_000)).items for entity in one.event.entities]


async def test_a_search_of_many_patients_is_one_row_and_one_leaf(place: Any, log: AuditLog, search: Make) -> None:
    await log.record(search(1, [f"p{number}" for number in range(50)]))
    async with place.database.connection() as connection:
        assert await connection.fetchval("select count(*) from audit_event") == 1
        assert await connection.fetchval("select cardinality(patients) from audit_event") == 50
    assert (await log.head()).size == 1
    assert (await log.verify()).proven == 1


async def test_each_patient_is_shown_the_own_entities_and_nobody_elses(log: AuditLog, search: Make) -> None:
    told = search(1, ["erika", "max", "eva"])
    await log.record(told)
    for name in ("erika", "max", "eva"):
        (one,) = (await log.of_patient(name)).items
        assert (one.sequence, one.event.patient_id, one.event.entities) == (1, name, (f"Observation/{name}-1",))
        assert (one.event.query, one.event.at, one.event.agent) == (QUERY, told.at, told.agent)
        assert (one.event.detail, one.event.patients) == ({"a": "b"}, ())
        resource = str(to_fhir(one.event, site="praxis"))
        assert [other in resource for other in ("erika", "max", "eva")] == [
            other == name for other in ("erika", "max", "eva")
        ]
        assert "PatientQuery" in resource
    assert (await log.of_patient("nobody")).items == ()


async def test_an_act_that_touched_one_patient_is_that_patients(place: Any, log: AuditLog, search: Make) -> None:
    await log.record(search(1, ["erika"]))
    assert await shown(log, "erika") == ["Observation/erika-1"]
    async with place.database.connection() as connection:
        assert await connection.fetchval("select patients is null and patient is not null from audit_event")


async def test_who_is_named_twice_is_shown_all(log: AuditLog, event: Make) -> None:
    touched = (("erika", ["Observation/1"]), ("max", ["Observation/2"]), ("erika", ["Observation/3"]))
    await log.record(event(1, patient_id=None, entities=(), patients=touched))
    assert await shown(log, "erika") == ["Observation/1", "Observation/3"]
    assert await shown(log, "max") == ["Observation/2"]


async def test_an_erased_patients_part_opens_for_nobody_and_the_others_do(
    place: Any, log: AuditLog, search: Make
) -> None:
    await log.record(search(1, ["erika", "max"]), search(2, ["max", "erika", "eva"]))
    erika, others = log._key_of("erika"), [log._key_of("max"), log._key_of("eva")]
    async with place.database.connection() as connection:
        keys = [Sealer(await place.vault.key_for(connection, one)) for one in (None, *others)]
    await place.vault.destroy(erika)
    with pytest.raises(Gone):
        await log.of_patient("erika")
    assert await shown(log, "max") == ["Observation/max-2", "Observation/max-1"]
    assert await shown(log, "eva") == ["Observation/eva-2"]
    await log.record(search(3, ["erika", "max", "eva"]), search(4, ["erika", "max"]))
    assert await shown(log, "max") == [f"Observation/max-{number}" for number in (4, 3, 2, 1)]
    async with place.database.connection() as connection:
        rows = await connection.fetch("select patients, sealed from audit_event order by sequence")
    assert [erika in row["patients"] for row in rows] == [True, True, False, False]
    assert not any(opens(key, rows[0]["sealed"], 0) for key in keys)
    assert opens(keys[1], rows[0]["sealed"], 1)
    verdict = await log.verify()
    assert (verdict.ok, verdict.size) == (True, 4)


def opens(key: Sealer, sealed: bytes, place: int) -> bool:
    """Whether a key opens a part, by the form as it is documented in ADR 9."""
    sealed = sealed[4 + 32 * (1 + int.from_bytes(sealed[:4], "big")) :]
    count = int.from_bytes(sealed[12:16], "big")
    lengths = [int.from_bytes(sealed[16 + 4 * n : 20 + 4 * n], "big") for n in range(count + 1)]
    start = 16 + 4 * (count + 1) + sum(lengths[: place + 1])
    try:
        key.unseal(sealed[:12] + sealed[start : start + lengths[place + 1]], b"verbund audit part")
    except Fault:
        return False
    return True


async def test_of_an_act_on_erased_patients_nothing_is_kept_that_names_them(
    place: Any, log: AuditLog, search: Make
) -> None:
    for name in ("erika", "max"):
        await log.record(search(1, [name]))
        await place.vault.destroy(log._key_of(name))
    await log.record(search(2, ["erika", "max"]))
    async with place.database.connection() as connection:
        row = await connection.fetchrow("select patient, patients, sealed from audit_event where sequence = 3")
        plain = Sealer(await place.vault.key_for(connection, None)).unseal(row["sealed"][32:], b"verbund audit event")
    assert (row["patient"], row["patients"]) == (None, None)
    assert b"search" in plain
    assert not any(word in plain for word in (b"erika", b"max", b"718-7"))
    assert (await log.verify()).ok


async def test_the_database_holds_no_clear_text_of_any(place: Any, log: AuditLog, search: Make) -> None:
    await log.record(search(1, ["erika", "max"]))
    async with place.database.connection() as connection:
        held = bytes(await connection.fetchval("select audit_event::text::bytea from audit_event"))
        held += await connection.fetchval("select sealed from audit_event")
    assert not any(word in held for word in (b"erika", b"max", b"Weber", b"Observation", b"718-7"))


async def test_pages_are_the_same_wherever_the_list_of_a_patients_events_ends(
    place: Any, log: AuditLog, event: Make, search: Make
) -> None:
    chosen = random.Random(5)  # noqa: S311 - a fixed course of acts, no secret
    expected: dict[str, list[str]] = {name: [] for name in ("erika", "max", "eva")}
    for number in range(1, 61):
        touched = chosen.sample(sorted(expected), chosen.choice((0, 1, 2, 3)))
        one = search(number, touched) if len(touched) > 1 else event(number, patient_id=next(iter(touched), None))
        await log.record(one)
        for name in touched:
            expected[name].insert(0, one.entities[0] if one.entities else f"Observation/{name}-{number}")
        if not number % 7:
            await listing(place, chosen.randint(1, 9))
        for name, entities in expected.items():
            assert await paged(log, name, chosen.randint(1, 5)) == entities
    assert (await log.verify()).ok


async def listing(place: Any, most: int) -> None:
    async with place.database.connection() as connection:
        await connection.fetchval("select audit_list($1)", most)


async def paged(log: AuditLog, patient: str, count: int) -> list[str]:
    """All events, page by page."""
    found: list[str] = []
    before: int | None = None
    while True:
        page = await log.of_patient(patient, count=count, before=before)
        found += [entity for one in page.items for entity in one.event.entities]
        if (before := page.before) is None:
            return found


async def test_nobody_misses_an_event_while_others_append_and_list(place: Any, search: Make) -> None:
    logs = [await place.open() for _ in range(3)]
    written = 0

    async def append(log: AuditLog, first: int) -> None:
        nonlocal written
        for number in range(first, 90, 3):
            await log.record(search(number, ["erika", f"p{number}"]))
            written += 1

    async def look() -> None:
        while written < 90:
            before = written
            numbers = [one.sequence for one in (await logs[0].of_patient("erika", count=200)).items]
            assert len(numbers) >= before
            assert all(newer == older + 1 for newer, older in pairwise(numbers))

    async def keep_listing() -> None:
        while written < 90:
            await listing(place, 4)

    await asyncio.gather(
        *(append(log, first) for first, log in enumerate(logs)), look(), keep_listing(), keep_listing()
    )
    assert sorted(await shown(logs[1], "erika")) == sorted(f"Observation/erika-{number}" for number in range(90))
    assert (await logs[2].verify()).size == 90
