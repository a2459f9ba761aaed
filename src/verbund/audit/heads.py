"""Signed heads: the node's word that its log had this root at this size; kept in the database and in a file besides."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from verbund.crypto import NodeKeys, PublicKeys, sign, verify_signature
from verbund.errors import Fault

_CONTEXT = b"verbund audit head 1\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The Merkle root over the first `size` events, signed with the node's Ed25519 key at `at`."""

    size: int
    root: bytes
    at: datetime
    signature: bytes

    def holds(self, public: PublicKeys) -> bool:
        """Whether the node with these keys signed exactly this."""
        return verify_signature(public, _signed(self.size, self.root, self.at), self.signature)


def _signed(size: int, root: bytes, at: datetime) -> bytes:
    return _CONTEXT + f"{size}\n{at.astimezone(UTC).isoformat(timespec='microseconds')}\n{root.hex()}\n".encode()


def signed_head(keys: NodeKeys, size: int, root: bytes, at: datetime) -> SignedHead:
    """Sign a head."""
    return SignedHead(size, root, at, sign(keys, _signed(size, root, at)))


_COSIGNED = b"verbund audit cosignature 1\n"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """Another site's word at `at`: the log of `log` had this root at this size, and continues all that `site` saw."""

    site: str
    log: str
    size: int
    root: bytes
    at: datetime
    keys: PublicKeys
    signature: bytes

    def holds(self) -> bool:
        """Whether who has these keys signed exactly this."""
        said = _cosigned(self.site, self.log, self.size, self.root, self.at)
        return verify_signature(self.keys, said, self.signature)


def _cosigned(site: str, log: str, size: int, root: bytes, at: datetime) -> bytes:
    return _COSIGNED + f"{site}\n{log}\n".encode() + _signed(size, root, at)


def cosigned(keys: NodeKeys, site: str, log: str, head: SignedHead, at: datetime) -> Cosignature:
    """Sign another site's head."""
    signature = sign(keys, _cosigned(site, log, head.size, head.root, at))
    return Cosignature(site, log, head.size, head.root, at, keys.public(), signature)


class _Line(msgspec.Struct, frozen=True):
    size: int
    root: str
    at: datetime
    signature: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Line).decode


def encoded(head: SignedHead) -> bytes:
    """A head as one JSON line."""
    return _encode(_Line(head.size, head.root.hex(), head.at, head.signature.hex())) + b"\n"


def append_head(path: Path, head: SignedHead) -> None:
    """Append as one JSON line, on disk when it returns; a line that a crash cut short before is closed first."""
    line = encoded(head)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        if file.tell() and not _ends_a_line(file.fileno(), file.tell()):
            line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


@dataclass(frozen=True, slots=True)
class HeadsFile:
    """What a heads file holds: its heads, and the numbers of lines that are none."""

    heads: tuple[SignedHead, ...] = ()
    damaged_lines: tuple[int, ...] = ()


def read_heads(path: Path) -> HeadsFile:
    """Read all lines; a file that is not there holds none."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return HeadsFile()
    heads: list[SignedHead] = []
    damaged: list[int] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            heads.append(_head(line))
        except ValueError:
            damaged.append(number)
    return HeadsFile(tuple(heads), tuple(damaged))


def _head(line: bytes) -> SignedHead:
    read = _decode(line)
    return SignedHead(read.size, bytes.fromhex(read.root), read.at, bytes.fromhex(read.signature))


def refuse_unwritable(path: Path) -> None:
    """Fault with what to do when heads cannot be kept beside the database."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        raise Fault(f"The signed heads of the log cannot be written to {path}: {error.strerror}.") from error


def sorted_heads(
    public: PublicKeys, stored: Iterable[SignedHead], kept: HeadsFile
) -> tuple[list[SignedHead], str | None]:
    """All heads that the node signed, from the database and the file, and what is wrong with the others, if any is."""
    sound = [head for head in (*stored, *kept.heads) if head.holds(public)]
    forged = [head.size for head in stored if not head.holds(public)]
    forged_lines = [head.size for head in kept.heads if not head.holds(public)]
    if forged:
        return sound, f"the signed head of size {forged[0]} in the database (audit_head) was changed"
    if forged_lines:
        return sound, f"the signed head of size {forged_lines[0]} in the heads file was changed"
    if kept.damaged_lines:
        return sound, f"line {kept.damaged_lines[0]} of the heads file is not a head"
    return sound, None


def roots_by_size(heads: Iterable[SignedHead]) -> dict[int, list[bytes]]:
    """The roots that were signed, by size."""
    roots: dict[int, list[bytes]] = {}
    for head in heads:
        roots.setdefault(head.size, []).append(head.root)
    return roots
