"""What linkage compares: a person's demographics at a site, and what of them may leave it."""

from dataclasses import dataclass
from typing import Self

import msgspec

from verbund.errors import Incorrect

ENCODING_BITS = 1_024
ENCODING_BYTES = ENCODING_BITS // 8
INSURANCE_BYTES = 16
MOST_BLOCKS = 16


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
    version: int
    bits: bytes
    blocks: tuple[int, ...]
    insurance: bytes | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Wire).decode


@dataclass(frozen=True, slots=True)
class Encoding:
    """Demographics made comparable and unreadable, with a key that the trust centre never has.

    `bits` is the hardened Bloom filter, `blocks` keyed hashes of which similar people share at least one, `insurance`
    the keyed hash of the insurance number.
    """

    bits: bytes
    blocks: tuple[int, ...]
    insurance: bytes | None = None

    def to_bytes(self) -> bytes:
        """For the message to the trust centre; `from_bytes` reads it."""
        return _encode(_Wire(1, self.bits, self.blocks, self.insurance))

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read what a site sent; Incorrect unless it has the shape of an encoding."""
        try:
            wire = _decode(raw)
        except msgspec.DecodeError:
            raise Incorrect("This is not an encoding of a person.") from None
        fits = (
            wire.version == 1
            and len(wire.bits) == ENCODING_BYTES
            and len(wire.blocks) <= MOST_BLOCKS
            and all(-(2**63) <= block < 2**63 for block in wire.blocks)
            and (wire.insurance is None or len(wire.insurance) == INSURANCE_BYTES)
        )
        if not fits:
            raise Incorrect("This encoding of a person is of another version, or damaged.")
        return cls(wire.bits, wire.blocks, wire.insurance)
