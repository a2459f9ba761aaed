"""Encode a person so that who has no key can compare two encodings and read none.

The base is the cryptographic long-term key (Schnell, Bachteler, Reiher: "Privacy-preserving record linkage using Bloom
filters", BMC Med Inform Decis Mak 9:41, 2009; "A novel error-tolerant anonymous linking code", German RLC WP 2011-02):
one Bloom filter for the whole record, into which the bigrams of all names and the parts of the birth date are hashed.
Known attacks on it align frequent bit patterns with frequent names (Kuzu et al. 2011; Niedermeyer, Steinmetzer, Kroll,
Schnell 2014; Christen, Ranbaduge, Vatsalan, Schnell 2018). Against them it is hardened in four ways:

- every bigram's positions come from a keyed hash of their own, not from two hashes added up, which the attack of 2014
  needs ("random hashing", Schnell, Borgs 2016);
- what is hashed is salted with the field and, for names, with the decade of birth (salting: Niedermeyer et al. 2014;
  the decade, not the year, since a salt with an error in it makes two people of one);
- the filter is folded onto half its length by XOR (Schnell, Borgs: "XOR-folding for Bloom filter-based encryptions for
  privacy-preserving record linkage", 2016), so that a bit that is set no longer tells of one bigram;
- each record's frequent, short content is never there alone: one filter holds all fields, with different weights.

All hashes are keyed with the region's linkage key, which sites share and the hub never has: it cannot encode a name to
look for it.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, shake_256

from verbund.linkage.model import ENCODING_BITS, ENCODING_BYTES, INSURANCE_BYTES, MOST_GIVEN, Demographics, Encoding
from verbund.linkage.names import bigrams, is_given_name, one_spelling, parts, phonetic

_UNFOLDED_BITS = 2 * ENCODING_BITS
_WORD_BYTES = 2
# How many positions a bigram of a name, each part of the birth date and sex get. The date weighs so much that one wrong
# part of it costs more than a slip in a name: in a region of a million there are many namesakes of nearly one age.
NAME_POSITIONS = 12
DATE_POSITIONS = 64
GENDER_POSITIONS = 16


def _hashed(key: bytes, *words: str, size: int) -> bytes:
    return blake2b("\x1f".join(words).encode(), key=key, digest_size=size).digest()


@lru_cache(maxsize=32_768)
def _mask(key: bytes, field: str, salt: str, gram: str, positions: int) -> int:
    """The bits of one gram in the unfolded filter."""
    digest = shake_256(key + f"bits\x1f{field}\x1f{salt}\x1f{gram}".encode()).digest(_WORD_BYTES * positions)
    mask = 0
    for at in range(0, len(digest), _WORD_BYTES):
        mask |= 1 << int.from_bytes(digest[at : at + _WORD_BYTES], "big") % _UNFOLDED_BITS
    return mask


@dataclass(frozen=True, slots=True)
class _Person:
    """Demographics in the parts that are compared; what is not known is empty."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    year: str
    month: str
    day: str
    gender: str

    @classmethod
    def of(cls, person: Demographics) -> "_Person":
        year, month, day = [*(person.birth_date or "").split("-"), "", ""][:3]
        gender = person.gender if person.gender in {"male", "female", "other"} else ""
        return cls(parts(person.given), parts(person.family), year, month, day, gender or "")


def encode(person: Demographics, key: bytes) -> Encoding:
    """The encoding under the region's 32-byte linkage key; equal for all spellings that `names` writes one way."""
    compared = _Person.of(person)
    return Encoding(
        _folded(_filled(key, compared)), _blocks(key, compared), _insurance(key, person), _given(key, compared)
    )


def _filled(key: bytes, person: _Person) -> int:
    """The unfolded filter."""
    filled = 0
    for field, words in (("given", person.given), ("family", person.family)):
        for gram in (gram for word in words for gram in bigrams(word)):
            filled |= _mask(key, field, person.year[:3], gram, NAME_POSITIONS)
    for field, value in (("year", person.year), ("month", person.month), ("day", person.day)):
        if value:
            filled |= _mask(key, field, "", value, DATE_POSITIONS)
    return filled | (_mask(key, "gender", "", person.gender, GENDER_POSITIONS) if person.gender else 0)


def _folded(filled: int) -> bytes:
    upper, lower = filled >> ENCODING_BITS, filled & ((1 << ENCODING_BITS) - 1)
    return (upper ^ lower).to_bytes(ENCODING_BYTES, "big")


def _blocks(key: bytes, person: _Person) -> tuple[int, ...]:
    """Keys of which two encodings of one person share at least one, if not nearly everything differs.

    Each is of several fields, so that its frequency tells no name: the exact birth date with the sound of a name, or
    the sounds of both names with a part of the date.
    """
    date = f"{person.year}{person.month}{person.day}" if person.day else ""
    families, firsts = _sounds(person.family), _sounds(person.given[:1])
    keys: set[tuple[str, ...]] = {("date", date, sound) for sound in (*families, *firsts) if date}
    for kind, value in (("year", person.year), ("day", f"{person.month}{person.day}")):
        if value:
            keys |= {(kind, value, family, first) for family in families for first in firsts}
    return tuple(sorted(int.from_bytes(_hashed(key, "block", *one, size=8), "big", signed=True) for one in keys))


def _sounds(words: tuple[str, ...]) -> list[str]:
    return sorted({phonetic(word) for word in words[:2]})


def _given(key: bytes, person: _Person) -> tuple[int, ...]:
    """The given names one by one, each with the birth date: the same name of another day is another hash.

    The trust centre learns from them no more than from a block, which has the date and the sound of the name.
    """
    date = f"{person.year}{person.month}{person.day}"
    return tuple(_one_given(key, one_spelling(name), date) for name in person.given[:MOST_GIVEN])


def _one_given(key: bytes, name: str, date: str) -> int:
    number = int.from_bytes(_hashed(key, "given", name, date, size=8), "big", signed=True)
    return number & ~1 | is_given_name(name)


def _insurance(key: bytes, person: Demographics) -> bytes | None:
    if person.insurance_number is None:
        return None
    return _hashed(key, "insurance", person.insurance_number, size=INSURANCE_BYTES)


def similarity(one: bytes, other: bytes) -> float:
    """The Dice coefficient of two filters: 1 for equal ones, about 0.4 for strangers."""
    a, b = int.from_bytes(one, "big"), int.from_bytes(other, "big")
    total = a.bit_count() + b.bit_count()
    return 2 * (a & b).bit_count() / total if total else 0.0
