"""The hub learns nothing of a person, and takes no damaged encoding."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verbund.database import Database
from verbund.errors import Incorrect
from verbund.linkage import Demographics, Encoding, PseudonymBook, TrustCentre, encode, similarity

ERIKA = Demographics("Erika", "Mustermann", "1970-03-12", "female", "A123456780")
REGION, GUESS = b"r" * 32, b"g" * 32


def test_without_the_regions_key_a_known_person_looks_like_a_stranger() -> None:
    real, guessed = encode(ERIKA, REGION), encode(ERIKA, GUESS)
    assert similarity(real.bits, guessed.bits) < 0.5
    assert not set(real.blocks) & set(guessed.blocks)
    assert real.insurance != guessed.insurance


def test_a_frequent_name_has_other_bits_in_another_decade_of_birth() -> None:
    young = encode(Demographics("", "Müller", "2001"), REGION)
    old = encode(Demographics("", "Müller", "1931"), REGION)
    namesake = encode(Demographics("", "Müller", "2002"), REGION)
    assert similarity(young.bits, namesake.bits) > similarity(young.bits, old.bits) + 0.3


def test_no_block_tells_a_name_by_its_frequency() -> None:
    """Half of these people are called Müller; their blocks are as rare as those of the others."""
    seen: Counter[int] = Counter()
    for number in range(600):
        family = "Müller" if number % 2 else f"Selten{chr(97 + number % 26)}{chr(97 + number // 26)}"
        date = f"{1930 + number % 90}-{1 + number % 12:02}-{1 + number % 28:02}"
        seen.update(encode(Demographics(["Anna", "Thomas", "Eva"][number % 3], family, date), REGION).blocks)
    assert max(seen.values()) <= 12


def test_filters_are_neither_empty_nor_full() -> None:
    weights = [bits.bit_count() for bits in (int.from_bytes(encode(ERIKA, key).bits) for key in (REGION, GUESS))]
    assert all(150 < weight < 512 for weight in weights)


async def test_the_hubs_database_holds_no_name_date_or_number(database: Database, centre: TrustCentre) -> None:
    await centre.enrol("praxis", "h1", encode(ERIKA, REGION))
    async with database.connection() as connection:
        rows = [
            str(row)
            for table in ("linkage_enrolment", "linkage_block", "linkage_review")
            for row in await connection.fetch(f"select * from {table}")  # noqa: S608 - names of our own tables
        ]
    held = " ".join(rows).lower()
    for word in ("erika", "mustermann", "1970-03-12", "a123456780"):
        assert word not in held


async def test_a_sites_database_joins_nobody_to_the_region(database: Database, book: PseudonymBook) -> None:
    await book.set("erika", "0123456789abcdef" * 2)
    async with database.connection() as connection:
        row = await connection.fetchrow("select * from linkage_pseudonym")
    assert row is not None
    assert b"erika" not in row["sealed"]
    assert row["pseudonym"].hex != "0123456789abcdef" * 2


@pytest.mark.parametrize(
    "wire",
    [
        [3, bytes(128), [], None],
        [2, bytes(128), [], None, [1, 2, 3, 4]],
        [2, bytes(128), [], None, [2**63]],
        [1, bytes(127), [], None],
        [1, bytes(128), [2**63], None],
        [1, bytes(128), list(range(17)), None],
        [1, bytes(128), [], bytes(15)],
        [1, bytes(128), ["x"], None],
        [1, bytes(128), []],
        [1, "x" * 128, [], None],
        {"bits": bytes(128)},
        None,
    ],
)
def test_what_is_no_encoding_is_refused(wire: object) -> None:
    with pytest.raises(Incorrect):
        Encoding.from_bytes(msgspec.msgpack.encode(wire))


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(Incorrect):
        Encoding.from_bytes(noise)
