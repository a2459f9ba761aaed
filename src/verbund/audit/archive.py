"""A file of the archive: a range of events as they were logged, sealed, signed, and proven by itself.

Line 1 is a header in JSON, line 2 the node's signature over it in hex; behind them lie blocks of rows, each sealed
under the node's master key, with place, length and hash in the header. The header has the tree before the range (its
peaks, RFC 9162) and the signed head after it: from the rows alone the one leads to the other. What concerns a patient
is sealed in the rows as it was in the database: it opens for nobody once the patient's key was destroyed.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

import msgspec

from verbund.audit.heads import SignedHead
from verbund.audit.proof import Row, Tip
from verbund.crypto import NodeKeys, PublicKeys, seal, sign, unseal, verify_signature
from verbund.errors import Fault, NotFound

FORMAT = "verbund audit archive 1"
_SIGNED = b"verbund audit archive 1\n"
_SEALED = b"verbund audit archive block\n"
_ROWS_A_BLOCK = 512


class _Block(msgspec.Struct, frozen=True):
    first: int
    offset: int
    length: int
    digest: str


class _Header(msgspec.Struct, frozen=True):
    format: str
    first: int
    last: int
    key: str
    peaks_before: str
    chain_before: str
    size: int
    root: str
    at: datetime
    signature: str
    blocks: tuple[_Block, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(list[Row]).decode


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """An opened file: which events it holds, the tree before them, the signed head after them."""

    path: Path
    header: _Header
    start: int

    @property
    def before(self) -> Tip:
        """The end of the log before the first event of the file."""
        return Tip.stored(
            self.header.first - 1, bytes.fromhex(self.header.peaks_before), bytes.fromhex(self.header.chain_before)
        )

    @property
    def head(self) -> SignedHead:
        """What the node signed over all events up to the last of the file."""
        one = self.header
        return SignedHead(one.size, bytes.fromhex(one.root), one.at, bytes.fromhex(one.signature))

    def rows(self, keys: NodeKeys) -> Iterator[list[Row]]:
        """All rows, block by block; Fault for a block that was changed."""
        for block in self.header.blocks:
            yield self._block(keys, block)

    def rows_of(self, keys: NodeKeys, sequences: Collection[int]) -> Iterator[Row]:
        """The rows of some events, as far as the file holds them; each block is opened once."""
        ends = [*(block.first for block in self.header.blocks[1:]), self.header.last + 1]
        for block, end in zip(self.header.blocks, ends, strict=True):
            if any(block.first <= one < end for one in sequences):
                yield from (row for row in self._block(keys, block) if row.sequence in sequences)

    def _block(self, keys: NodeKeys, block: _Block) -> list[Row]:
        with self.path.open("rb") as file:
            file.seek(self.start + block.offset)
            sealed = file.read(block.length)
        if sha256(sealed).hexdigest() != block.digest:
            raise Fault(f"The archive {self.path.name} was changed: the events from {block.first} on do not fit it.")
        return _decode_rows(unseal(keys.master, sealed, _SEALED))


def name_of(first: int, last: int) -> str:
    """The name of the file for these events."""
    return f"audit-{first:012d}-{last:012d}.archive"


def write(path: Path, keys: NodeKeys, before: Tip, rows: Sequence[Row], head: SignedHead) -> bytes:
    """Write a file, on disk and under its name when it returns; returns its SHA-256."""
    sealed, blocks, offset = [], [], 0
    for start in range(0, len(rows), _ROWS_A_BLOCK):
        part = rows[start : start + _ROWS_A_BLOCK]
        one = seal(keys.master, _encode(list(part)), _SEALED)
        blocks.append(_Block(part[0].sequence, offset, len(one), sha256(one).hexdigest()))
        sealed.append(one)
        offset += len(one)
    header = msgspec.json.encode(
        _Header(
            FORMAT, rows[0].sequence, rows[-1].sequence, keys.public().key_id, before.peaks.hex(), before.chain.hex(),
            head.size, head.root.hex(), head.at, head.signature.hex(), tuple(blocks),
        )
    )  # fmt: skip
    content = b"".join((header, b"\n", sign(keys, _SIGNED + header).hex().encode(), b"\n", *sealed))
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return sha256(content).digest()


def opened_file(path: Path, public: PublicKeys, digest: bytes | None = None) -> ArchiveFile:
    """Open a file of this node's archive; NotFound where there is none, Fault for one that was changed.

    What is read of it later is held against the signed header; with a `digest` all of it is looked at now.
    """
    try:
        with path.open("rb") as file:
            header, signature = file.readline()[:-1], file.readline()[:-1]
            file.seek(0)
            same = digest is None or file_digest(file, "sha256").digest() == digest
    except OSError:
        raise NotFound(f"The archive {path.name} is not at hand.") from None
    try:
        signed = verify_signature(public, _SIGNED + header, bytes.fromhex(signature.decode()))
        read = msgspec.json.decode(header, type=_Header)
    except ValueError:
        raise Fault(f"The archive {path.name} was changed: it cannot be read.") from None
    if not signed or not same:
        raise Fault(f"The archive {path.name} was changed: it is not what the node signed.")
    return ArchiveFile(path, read, len(header) + len(signature) + 2)
