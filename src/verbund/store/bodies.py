"""A resource's bytes as they lie in the database: compressed with a dictionary of the node's own, then sealed."""

from dataclasses import dataclass
from typing import Self

import zstandard

from verbund.database import Connection
from verbund.errors import Fault
from verbund.store.vault import Vault

NO_DICTIONARY = 0
LEVEL = 1
LARGEST_BYTES = 256 * 2**20
_CONTEXT = b"verbund zstd dictionary"


@dataclass(frozen=True, slots=True)
class _Codec:
    compressor: zstandard.ZstdCompressor
    decompressor: zstandard.ZstdDecompressor

    @classmethod
    def of(cls, dictionary: bytes | None) -> Self:
        data = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
        if data is not None:
            data.precompute_compress(level=LEVEL)
        return cls(
            zstandard.ZstdCompressor(level=LEVEL, dict_data=data, write_checksum=False, write_dict_id=False),
            zstandard.ZstdDecompressor(dict_data=data),
        )


def context_of(type_number: int, id_hash: bytes, version: int) -> bytes:
    """What a sealed body is bound to: moved to another resource or version, it does not open."""
    return type_number.to_bytes(2, "big") + id_hash + version.to_bytes(4, "big")


class Bodies:
    """Packs and opens bodies; the id in clear stands before the compressed bytes, under the same seal.

    Without a dictionary (id 0) a small body shrinks to a half, with one trained on the node's own to a sixth.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._codecs: dict[int, _Codec] = {NO_DICTIONARY: _Codec.of(None)}
        self.current = NO_DICTIONARY

    async def refresh(self, connection: Connection) -> None:
        """Learn the dictionaries that were added since; the newest serves from now on."""
        rows = await connection.fetch("select id, sealed from dictionary where id > $1 order by id", self.current)
        if rows:
            await self._vault.prepare(connection, [None], make=False)
        for row in rows:
            dictionary = self._vault.unseal(None, row["sealed"], _CONTEXT)
            self._codecs[row["id"]] = _Codec.of(dictionary)
            self.current = row["id"]

    async def add(self, connection: Connection, dictionary: bytes, resources: int) -> None:
        """Keep a new dictionary, sealed, since it holds pieces of what it was trained on, and on how many resources."""
        await self._vault.prepare(connection, [None], make=True)
        sealed = self._vault.seal(None, dictionary, _CONTEXT)
        await connection.execute(
            "insert into dictionary (id, sealed, resources) select coalesce(max(id), 0) + 1, $1, $2 from dictionary",
            sealed,
            resources,
        )

    def knows(self, dictionary: int) -> bool:
        """Whether `refresh` is not needed to open what was packed with a dictionary."""
        return dictionary in self._codecs

    def pack(self, patient: int | None, identity: str, body: bytes, context: bytes) -> bytes:
        """Compress with the current dictionary and seal under the patient's key."""
        name = identity.encode()
        return self._vault.seal(
            patient, len(name).to_bytes(1, "big") + name + self._codecs[self.current].compressor.compress(body), context
        )

    def open(self, patient: int | None, sealed: bytes, dictionary: int, context: bytes) -> tuple[str, bytes]:
        """The id and the bytes; Fault when what is stored was changed or belongs to another resource."""
        plain = self._vault.unseal(patient, sealed, context)
        length = plain[0] + 1
        try:
            body = self._codecs[dictionary].decompressor.decompress(plain[length:], max_output_size=LARGEST_BYTES)
        except (zstandard.ZstdError, KeyError) as error:
            raise Fault("A stored resource does not unpack.") from error
        return plain[1:length].decode(), body
