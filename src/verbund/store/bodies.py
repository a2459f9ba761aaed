"""A resource's bytes as they lie in the database: compressed with a dictionary of the node's own, then sealed.

What the columns of a row say already is left out of its bytes: the version and the time of the last change stand there
as nought, and are put in again when the row is opened.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Self

import zstandard

from verbund.database import Connection
from verbund.errors import Fault
from verbund.fhir.stamping import instant
from verbund.store.vault import Vault

NO_DICTIONARY = 0
# On resources with a dictionary, level 3 is a quarter smaller than level 1 for 1.5 µs more; 6 takes four times as long.
LEVEL = 3
LARGEST_BYTES = 256 * 2**20
_CONTEXT = b"verbund zstd dictionary"
# The first byte of what is sealed: the length of an id that stands before the bytes, or this, where they hold it.
_ID_INSIDE = 0
UNSTAMPED = b'"versionId":"0","lastUpdated":"1970-01-01T00:00:00.000Z"'
_STAMPED = re.compile(
    rb'\{"resourceType":"[A-Za-z]+","id":"([A-Za-z0-9.-]+)","meta":\{'
    rb'("versionId":"([0-9]+)","lastUpdated":"[0-9T:.-]{23}Z")'
)


@dataclass(frozen=True, slots=True)
class _Codec:
    dictionary: bytes | None
    compressor: zstandard.ZstdCompressor
    decompressor: zstandard.ZstdDecompressor

    @classmethod
    def of(cls, dictionary: bytes | None) -> Self:
        data = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
        if data is not None:
            data.precompute_compress(level=LEVEL)
        compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=data, write_checksum=False, write_dict_id=False)
        return cls(dictionary, compressor, decompressor_of(dictionary))


def decompressor_of(dictionary: bytes | None) -> zstandard.ZstdDecompressor:
    """What unpacks what was packed with a dictionary, or without."""
    data = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
    return zstandard.ZstdDecompressor(dict_data=data)


def context_of(type_number: int, id_hash: bytes, version: int) -> bytes:
    """What a sealed body is bound to: moved to another resource or version, it does not open."""
    return type_number.to_bytes(2, "big") + id_hash + version.to_bytes(4, "big")


def unstamped(body: bytes) -> bytes:
    """The bytes with version and time as nought, where they stand as the store writes them; else as they are."""
    found = _STAMPED.match(body)
    return body if found is None else body[: found.start(2)] + UNSTAMPED + body[found.end(2) :]


class Packer:
    """Compresses for sealing with one dictionary. Knows no keys and no database, so it works in any process."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        self._compress = _Codec.of(dictionary).compressor.compress

    def inside(self, unstamped_body: bytes) -> bytes:
        """What is sealed of a body that holds its own id, its version and time as nought."""
        return b"\0" + self._compress(unstamped_body)


class Bodies:
    """Packs and opens bodies; the id in clear is among the compressed bytes, or before them under the same seal.

    Without a dictionary (id 0) a small body shrinks to a half, with one trained on the node's own to a sixth, with one
    for its own type to a seventh.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._codecs: dict[int, _Codec] = {NO_DICTIONARY: _Codec.of(None)}
        self._newest = NO_DICTIONARY
        # By type number, None for the types without their own.
        self._current: dict[int | None, int] = {}

    async def refresh(self, connection: Connection) -> None:
        """Learn the dictionaries that were added since; the newest of a type serves from now on."""
        rows = await connection.fetch("select id, type, sealed from dictionary where id > $1 order by id", self._newest)
        if rows:
            await self._vault.prepare(connection, [None], make=False)
        for row in rows:
            dictionary = self._vault.unseal(None, row["sealed"], _CONTEXT)
            self._codecs[row["id"]] = _Codec.of(dictionary)
            self._newest = self._current[row["type"]] = row["id"]

    async def add(
        self, connection: Connection, dictionary: bytes, resources: int, type_number: int | None = None
    ) -> None:
        """Keep a new dictionary, sealed, since it holds pieces of what it was trained on, and on how many resources.

        Of one type, or for all that have none of their own.
        """
        await self._vault.prepare(connection, [None], make=True)
        sealed = self._vault.seal(None, dictionary, _CONTEXT)
        await connection.execute(
            "insert into dictionary (id, sealed, resources, type) "
            "select coalesce(max(id), 0) + 1, $1, $2, $3 from dictionary",
            sealed,
            resources,
            type_number,
        )

    def current(self, type_number: int) -> int:
        """The dictionary that serves for a type now."""
        return self._current.get(type_number) or self._current.get(None, NO_DICTIONARY)

    @property
    def has_common(self) -> bool:
        """Whether there is one for the types without their own."""
        return None in self._current

    def own(self) -> list[int]:
        """The types that have a dictionary of their own."""
        return [kind for kind in self._current if kind is not None]

    def knows(self, dictionary: int) -> bool:
        """Whether `refresh` is not needed to open what was packed with a dictionary."""
        return dictionary in self._codecs

    def dictionary(self, number: int) -> bytes | None:
        """A dictionary that is known, for a process that packs for us; None for that without one."""
        return self._codecs[number].dictionary

    def pack(self, patient: int | None, identity: str, body: bytes, context: bytes) -> bytes:
        """Compress with the current dictionary of the type that `context` names; seal under the patient's key."""
        name = identity.encode()
        found = _STAMPED.match(body)
        compress = self._codecs[self.current(int.from_bytes(context[:2], "big"))].compressor.compress
        if found is not None and found[1] == name and int(found[3]) == int.from_bytes(context[-4:], "big"):
            plain = bytes((_ID_INSIDE,)) + compress(unstamped(body))
        else:
            plain = len(name).to_bytes(1, "big") + name + compress(body)
        return self._vault.seal(patient, plain, context)

    def pack_unstamped(self, patient: int | None, unstamped_body: bytes, context: bytes) -> bytes:
        """The same of a body that holds its own id at its head, its version and time as nought."""
        compress = self._codecs[self.current(int.from_bytes(context[:2], "big"))].compressor.compress
        return self._vault.seal(patient, b"\0" + compress(unstamped_body), context)

    def open(  # noqa: PLR0917 - a row and what it is bound to
        self, patient: int | None, sealed: bytes, dictionary: int, context: bytes, version: int, updated: datetime
    ) -> tuple[str, bytes]:
        """The id and the bytes; Fault when what is stored was changed or belongs to another resource."""
        decompressor = self.decompressor(dictionary)
        return opened(self._vault.unseal(patient, sealed, context), decompressor, version, updated)

    def decompressor(self, dictionary: int) -> zstandard.ZstdDecompressor:
        """What unpacks what was packed with a dictionary; Fault when that is not known."""
        codec = self._codecs.get(dictionary)
        if codec is None:
            raise Fault("The dictionary of stored data is missing from the database; the data cannot be opened.")
        return codec.decompressor


def opened(
    plain: bytes, decompressor: zstandard.ZstdDecompressor, version: int, updated: datetime
) -> tuple[str, bytes]:
    """The id and the bytes of what was sealed, with the version and time of its row."""
    body = unpacked(plain, decompressor, stamp_of(version, updated))
    if plain[0] != _ID_INSIDE:
        return plain[1 : plain[0] + 1].decode(), body
    return id_inside(body), body


def unpacked(plain: bytes, decompressor: zstandard.ZstdDecompressor, stamp: bytes) -> bytes:
    """The bytes of what was sealed, with the stamp of its row."""
    try:
        body = decompressor.decompress(plain[plain[0] + 1 :], max_output_size=LARGEST_BYTES)
    except zstandard.ZstdError as error:
        raise Fault("A stored resource does not unpack.") from error
    return body if plain[0] != _ID_INSIDE else body.replace(UNSTAMPED, stamp, 1)


@lru_cache(maxsize=4_096)
def stamp_of(version: int, updated: datetime) -> bytes:
    """Version and time as they stand in `meta`; what was written together has the same."""
    return b'"versionId":"%d","lastUpdated":"%s"' % (version, instant(updated).encode())


def id_inside(body: bytes) -> str:
    """The id of a resource whose bytes have type and id at their head."""
    start = body.index(b'"id":"') + 6
    return body[start : body.index(b'"', start)].decode()
