"""What linkage compares: a person's demographics at a site, and what of them may leave it."""

from dataclasses import dataclass
from typing import Self

import msgspec

from verbund.errors import Incorrect

ENCODING_BITS = 1_024
ENCODING_BYTES = ENCODING_BITS // 8
INSURANCE_BYTES = 16
MOST_BLOCKS = 16
MOST_GIVEN = 3


@dataclass(frozen=True, slots=True)
class Demographics:
    """What identifies a person, as the site wrote it; never leaves the site.

    `birth_date` is a FHIR date (`1970-03-12`, also `1970-03` or `1970`), `gender` a FHIR administrative gender,
    `insurance_number` the unchangeable part of the German health insurance number (KVNR, ten characters).
    """

    given: str
    family: str
    birth_date: str | None = None
    gender: str | None = None
    insurance_number: str | None = None


class _Wire(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Version 1, of former releases, has no `given`."""

    version: int
    bits: bytes
    blocks: tuple[int, ...]
    insurance: bytes | None
    given: tuple[int, ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Wire).decode


@dataclass(frozen=True, slots=True)
class Encoding:
    """Demographics made comparable and unreadable, with a key that the trust centre never has.

    `bits` is the hardened Bloom filter, `blocks` keyed hashes of which similar people share at least one, `insurance`
    the keyed hash of the insurance number. `given` are keyed hashes of the given names, together with the birth date;
    the lowest bit says whether it is a name that people have, so that a slip (Anha) is told from another name (Anja).
    """

    bits: bytes
    blocks: tuple[int, ...]
    insurance: bytes | None = None
    given: tuple[int, ...] = ()

    def to_bytes(self) -> bytes:
        """For the message to the trust centre; `from_bytes` reads it."""
        return _encode(_Wire(2, self.bits, self.blocks, self.insurance, self.given))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read what a site sent; Incorrect unless it has the shape of an encoding."""
        try:
            wire = _decode(raw)
        except msgspec.DecodeError:
            raise Incorrect("This is not an encoding of a person.") from None
        fits = (
            wire.version in {1, 2}
            and len(wire.bits) == ENCODING_BYTES
            and len(wire.blocks) <= MOST_BLOCKS
            and len(wire.given) <= MOST_GIVEN
            and all(-(2**63) <= number < 2**63 for number in (*wire.blocks, *wire.given))
            and (wire.insurance is None or len(wire.insurance) == INSURANCE_BYTES)
        )
        if not fits:
            raise Incorrect("This encoding of a person is of another version, or damaged.")
        return cls(wire.bits, wire.blocks, wire.insurance, wire.given)
