"""The Merkle tree over the log as it is stored: roots of parts of it, from few hashes.

The roots over each 256 leaves are kept (audit_subtree), so that a proof in a log of ten million events reads forty
thousand hashes of 32 bytes at once. They are no evidence: a proof that does not lead to the signed root is made again
from the leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verbund.crypto import Frontier, consistency_ranges, inclusion_ranges, root_of
from verbund.database import Connection
from verbund.errors import Fault

_BLOCK = 256
_HASH_BYTES = 32
_BLOCKS_AT_ONCE = 64

_NEXT = "select coalesce(max(place) + 1, 0) from audit_subtree"
_KEEP = """
insert into audit_subtree (place, root) select * from unnest($1::bigint[], $2::bytea[]) on conflict do nothing
"""
_ROOTS = "select string_agg(root, ''::bytea order by place) from audit_subtree where place < $1"
_LEAVES = """
select string_agg(leaf, ''::bytea order by sequence) from audit_event where sequence > $1 and sequence <= $2
"""
_ARCHIVED = "select first, leaves from audit_archive where last > $1 and first <= $2 order by first"
_FORGET = "delete from audit_subtree"


@dataclass(frozen=True, slots=True)
class Tree:
    """As much of the tree of the first `size` leaves as is needed to prove something of a few of them."""

    size: int
    roots: Sequence[bytes]
    leaves: Mapping[int, Sequence[bytes]]

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves from `start` to `end` without; begins a block where it is longer than one."""
        if end - start < _BLOCK or start % _BLOCK:
            block = start // _BLOCK
            return root_of(self.leaves[block][start - block * _BLOCK : end - block * _BLOCK])
        first, last = start // _BLOCK, end // _BLOCK
        whole = Frontier().extend(self.roots[first:last])
        rest = self.leaves[last][: end % _BLOCK] if end % _BLOCK else ()
        return Frontier(whole.size * _BLOCK, whole.peaks).extend(rest).root()

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The way from the leaf at `index`, counted from 0, to the root (RFC 9162, section 2.1.3.1)."""
        return tuple(self.root(*part) for part in inclusion_ranges(index, self.size))

    def consistency(self, first: int) -> tuple[bytes, ...]:
        """That the tree of the first leaves is the beginning of this one (section 2.1.4.1)."""
        return tuple(self.root(*part) for part in consistency_ranges(first, self.size))


async def tree_of(connection: Connection, size: int, leaves: Iterable[int]) -> Tree:
    """The tree of this size, with the leaves around those at these places (from 0); Fault where some are gone."""
    await _grow(connection, size)
    blocks = {place // _BLOCK for place in leaves} | {size // _BLOCK}
    roots = _cut(await connection.fetchval(_ROOTS, size // _BLOCK))
    found = {block: await leaves_of(connection, block * _BLOCK, min(size, (block + 1) * _BLOCK)) for block in blocks}
    if len(roots) != size // _BLOCK:
        raise Fault("The kept roots of the log (audit_subtree) have a gap.")
    return Tree(size, roots, found)


async def forget(connection: Connection) -> None:
    """Drop the kept roots, so that they are made again."""
    await connection.execute(_FORGET)


async def leaves_of(connection: Connection, start: int, end: int) -> list[bytes]:
    """The leaf hashes from a place, counted from 0, to another without; Fault where not all of them are there."""
    leaves = []
    for first, kept in await connection.fetch(_ARCHIVED, start, end):
        leaves += _cut(kept)[max(start - first + 1, 0) : end - first + 1]
    leaves += _cut(await connection.fetchval(_LEAVES, start, end))
    if len(leaves) != max(end - start, 0):
        raise Fault(f"Of the events {start + 1} to {end} of the log some are missing. Run `verbund audit verify`.")
    return leaves


def _cut(hashes: bytes | None) -> list[bytes]:
    return [hashes[at : at + _HASH_BYTES] for at in range(0, len(hashes), _HASH_BYTES)] if hashes else []


async def _grow(connection: Connection, size: int) -> None:
    """Keep the roots over the blocks that were filled since."""
    place, filled = await connection.fetchval(_NEXT), size // _BLOCK
    while place < filled:
        until = min(filled, place + _BLOCKS_AT_ONCE)
        leaves = await leaves_of(connection, place * _BLOCK, until * _BLOCK)
        roots = [root_of(leaves[at : at + _BLOCK]) for at in range(0, len(leaves), _BLOCK)]
        await connection.execute(_KEEP, list(range(place, until)), roots)
        place = until
