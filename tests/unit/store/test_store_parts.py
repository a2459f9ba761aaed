"""Small parts of the store, each on its own."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stores import KEYS, observation, query, raw

from verbund.crypto import Hasher
from verbund.database import Database, migrate
from verbund.errors import Gone, Incorrect
from verbund.fhir import RESOURCE_TYPES, decode
from verbund.fhir.search import parameters_of
from verbund.store import MIGRATIONS, Stored, Vault
from verbund.store.cursor import Cursors, Position, position_of
from verbund.store.indexing import PRIMARY_DATES, Indexer, middle
from verbund.store.maintenance import FEWEST_PATIENTS, common_parts
from verbund.store.ordering import order_of
from verbund.store.packing import (
    DATE_COLUMNS,
    FACT_COLUMNS,
    QUANTITY_COLUMNS,
    copy_in,
    date_row,
    fact_row,
    quantity_row,
)
from verbund.store.rewriting import redirected, targets
from verbund.store.rowfilter import EVERYTHING, NOTHING, and_, categories, compiled, of_patient, or_, released
from verbund.store.sql import Statement

longs = st.integers(-(2**63), 2**63 - 1)


def test_every_type_has_a_bit_for_each_of_its_parameters() -> None:
    assert max(len(parameters_of(kind)) for kind in RESOURCE_TYPES) <= 63


def test_each_primary_date_is_a_date_parameter_of_its_type() -> None:
    assert {parameters_of(kind)[name].kind for kind, name in PRIMARY_DATES.items()} == {"date"}


@given(st.text(max_size=60).filter(bool), longs)
def test_a_cursor_reads_what_it_wrote(searched: str, row: int) -> None:
    cursors = Cursors(KEYS.index)
    assert cursors.read(cursors.write(Position("-infinity", row), searched), searched) == Position("-infinity", row)


@given(st.text(max_size=80))
def test_no_text_is_a_cursor_by_chance(text: str) -> None:
    with pytest.raises(Incorrect):
        Cursors(KEYS.index).read(text, "Patient")


def test_positions_keep_what_is_before_and_after_all_time() -> None:
    assert position_of(datetime.min, 1).moment == "-infinity"  # noqa: DTZ901 - as the driver gives it
    assert position_of(datetime.max, 1).moment == "infinity"  # noqa: DTZ901 - the same
    assert position_of(datetime(2024, 5, 6, tzinfo=UTC), 1).moment == "2024-05-06T00:00:00+00:00"


@pytest.mark.parametrize(
    ("low", "high", "value"),
    [
        (5.35, 5.45, 5.4),
        (6.95, 7.05, 7.0),
        (-math.inf, 5, -math.inf),
        (5, math.inf, math.inf),
        (-math.inf, math.inf, None),
    ],
)
def test_the_number_that_a_range_was_made_around(low: float, high: float, value: float | None) -> None:
    assert middle(low, high) == value


def test_filters_are_put_together_by_what_they_mean() -> None:
    patient = of_patient(7)
    assert and_(EVERYTHING, patient) == patient
    assert and_(patient, NOTHING) == NOTHING
    assert or_(NOTHING, patient) == patient
    assert or_(patient, EVERYTHING) == EVERYTHING
    assert (and_(), or_()) == (EVERYTHING, NOTHING)


def test_values_are_only_ever_bound() -> None:
    statement = Statement()
    within = and_(
        of_patient(123456789), or_(categories(1001, 2002), released(3003, 14, datetime(2024, 1, 1, tzinfo=UTC)))
    )
    sql = compiled(within, statement)
    assert not any(str(value) in sql for value in (123456789, 1001, 2002, 3003, 1 << 14, "2024-"))
    assert sorted(map(str, statement.values)) == sorted(
        ["123456789", "1001", "2002", "3003", str(1 << 14), str(datetime(2024, 1, 1, tzinfo=UTC))]
    )


def test_orders_are_those_that_have_an_index() -> None:
    assert order_of(query("Observation")).name == "date-"
    assert order_of(query("Observation?_sort=date")).name == "date+"
    assert order_of(query("Patient?_sort=-_lastUpdated")).name == "updated-"


def test_references_are_found_and_changed_in_the_bytes() -> None:
    compact = b'{"a":{"reference":"urn:uuid:1"},"b":{"reference":"Patient\\/2"},"c":"urn:uuid:1"}'
    assert targets(compact) == {"urn:uuid:1", "Patient/2"}
    assert targets(b'{"reference" : "a\\"b"}') == {'a"b'}
    changed = redirected(compact, {b"urn:uuid:1": b"Patient/1"})
    assert changed == b'{"a":{"reference":"Patient/1"},"b":{"reference":"Patient\\/2"},"c":"urn:uuid:1"}'


def test_the_index_of_a_resource_names_nothing_in_clear() -> None:
    indexer = Indexer(Hasher(KEYS.index), lambda _: 3)
    body = raw(observation("canary", valueString="Kirschkuchen"))
    indexed = indexer.index(decode(body), body)
    assert indexed.patient == Hasher(KEYS.index).key64("Patient", "canary")
    assert indexed.category == 3
    assert len(indexed.facts) == 1
    assert indexed.facts[0] in indexed.keys
    assert "canary" not in repr(indexed)


def test_a_dictionary_learns_only_what_several_patients_share() -> None:
    def stored(patient: int, content: dict[str, Any]) -> Stored:
        return Stored(
            "Patient", str(patient), 1, datetime(2024, 1, 1, tzinfo=UTC), False, raw(content), patient, 0, None
        )

    sample = [
        stored(n, {"resourceType": "Patient", "text": f"Blutdruck von Nummer{n}x", "n": 17, "m": 1000 + n})
        for n in range(FEWEST_PATIENTS)
    ]
    learned = b"".join(common_parts(sample)).decode()
    assert "Blutdruck von Nummer" in learned
    assert "17" in learned
    assert not any(str(1000 + n) in learned for n in range(FEWEST_PATIENTS))
    assert all(b"Blutdruck" not in part for part in common_parts(sample[1:]))


async def test_what_is_copied_in_is_what_comes_out(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    async with database.transaction() as connection:
        await copy_in(
            connection, "fact", FACT_COLUMNS,
            [fact_row(-5, 86_400_000_000, 2**60, 3, None), fact_row(5, -(2**63), 1, 4, -1)],
        )  # fmt: skip
        await copy_in(connection, "date_value", DATE_COLUMNS, [date_row(1, 0, 2**63 - 1, 3)])
        await copy_in(connection, "quantity_value", QUANTITY_COLUMNS, [quantity_row(1, -math.inf, None, 9, 3)])
        facts = [
            tuple(row)
            for row in await connection.fetch("select key, date::text, row, category, patient from fact order by key")
        ]
        dates = [tuple(row) for row in await connection.fetch("select key, low, high::text, row from date_value")]
        quantities = [tuple(row) for row in await connection.fetch("select * from quantity_value")]
    assert facts == [(-5, "2000-01-02 00:00:00+00", 2**60, 3, None), (5, "-infinity", 1, 4, -1)]
    assert dates == [(1, datetime(2000, 1, 1, tzinfo=UTC), "infinity", 3)]
    assert quantities == [(1, -math.inf, None, 9, 3)]


async def test_a_data_key_is_the_same_for_all_and_gone_when_destroyed(database: Database) -> None:
    await migrate(database, [MIGRATIONS])
    one, two = Vault(database, KEYS), Vault(database, KEYS)
    async with database.connection() as connection:
        key = await one.key_for(connection, 7)
        assert await two.key_for(connection, 7) == key
        assert await one.key_for(connection, 8) != key
        assert len(await one.key_for(connection, None)) == 32
        sealed = one.seal(7, b"text", b"here")
        assert two.unseal(7, sealed, b"here") == b"text"
        await one.destroy(7)
        await one.destroy(9)
        for patient in (7, 9):
            with pytest.raises(Gone):
                await one.key_for(connection, patient)
        assert await connection.fetchval("select count(*) from data_key where wrapped is null") == 2
    await one.close()
    await two.close()


async def test_a_key_made_in_a_transaction_that_fails_stays(database: Database) -> None:
    """What was sealed with it may be elsewhere already."""
    await migrate(database, [MIGRATIONS])
    vault = Vault(database, KEYS)
    with pytest.raises(LookupError):
        await _fail(vault, database)
    again = Vault(database, KEYS)
    async with database.connection() as connection:
        assert await again.key_for(connection, 5) == vault._key(5)
    await vault.close()
    await again.close()


async def _fail(vault: Vault, database: Database) -> None:
    async with database.transaction() as connection:
        await vault.key_for(connection, 5)
        raise LookupError


def test_dates_are_kept_to_the_microsecond() -> None:
    indexer = Indexer(Hasher(KEYS.index), lambda _: 0)
    body = raw(observation("a", when="2024-05-06T12:00:00.123Z"))
    indexed = indexer.index(decode(body), body)
    begin = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=indexed.date)
    assert begin == datetime(2024, 5, 6, 12, 0, 0, 123000, tzinfo=UTC)
    assert indexed.date_end - indexed.date == 1000
