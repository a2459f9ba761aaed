"""Merkle trees as certificate logs have them (RFC 9162, section 2.1): a root that binds every entry, and short proofs.

All functions work on leaf hashes, not on entries; `leaf_hash` makes one from an entry.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from verbund.errors import Fault, Incorrect

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (section 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (section 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def _folded(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees, largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a tree to append to it and to know its root: the roots of its perfect subtrees.

    `peaks` has one hash for each bit that is set in `size`, largest subtree first: at most 64 for any log.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Self:
        """The frontier with one more leaf hash at the end."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """The frontier with these leaf hashes at the end; amortised two hashes a leaf."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, merges = leaf, size
            while merges & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()  # as `node_hash`, without a call
                merges >>= 1
            peaks.append(node)
            size += 1
        return type(self)(size, tuple(peaks))

    def root(self) -> bytes:
        """The Merkle tree hash over all leaves so far."""
        return _folded(self.peaks) if self.peaks else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """The size in 8 bytes, then the peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read what `to_bytes` made; Fault when it cannot be that."""
        size = int.from_bytes(raw[:8], "big")
        if len(raw) != 8 + HASH_BYTES * size.bit_count():
            raise Fault("The frontier of a Merkle tree is damaged: its length does not fit its size.")
        return cls(size, tuple(raw[at : at + HASH_BYTES] for at in range(8, len(raw), HASH_BYTES)))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes; of none it is the hash of nothing."""
    return Frontier().extend(leaves).root()


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (section 2.1.1), for sizes of two and more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """Over which leaves (from, to without) the hashes of PATH(index, D[size]) are, in their order (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise Incorrect(f"There is no entry {index} in a tree of {size}.")
    path: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return tuple(reversed(path))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH(index, leaves) of section 2.1.3.1: the siblings on the way up from the leaf at `index`, counted from 0."""
    return tuple(root_of(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves)))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows `leaf` at `index` in the tree of this size and root (section 2.1.3.2)."""
    return root_by_path(leaf, index, size, proof) == root


def root_by_path(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from a leaf; None where the path has not the length that index and size need."""
    if not 0 <= index < size:
        return None
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    return computed if last == 0 else None


def consistency_ranges(first: int, size: int) -> tuple[tuple[int, int], ...]:
    """Over which leaves (from, to without) the hashes of PROOF(first, D[size]) are, in order (section 2.1.4.1)."""
    if not 0 < first <= size:
        raise Incorrect(f"A tree of {size} has no earlier state of {first} entries.")
    proof: list[tuple[int, int]] = []
    start, end, whole = 0, size, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append((middle, end))
            end = middle
        else:
            proof.append((start, middle))
            start, whole = middle, False
    if not whole:
        proof.append((start, end))
    return tuple(reversed(proof))


def consistency_proof(leaves: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """PROOF(first, leaves) of section 2.1.4.1: the tree of the first `first` leaves is the beginning of this one."""
    return tuple(root_of(leaves[start:end]) for start, end in consistency_ranges(first, len(leaves)))


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows the tree of `first` entries to be the beginning of that of `second` (section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
