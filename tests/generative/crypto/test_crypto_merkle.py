"""The Merkle tree against the recursive definitions of RFC 9162, written down as they stand there."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from verbund.crypto import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

entries = st.lists(st.binary(max_size=6), max_size=70)
some_entries = st.lists(st.binary(max_size=6), min_size=1, max_size=70)


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """MTH of section 2.1.1."""
    if not d:
        return sha256().digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(d) == 1:
        return []
    k = split(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def leaves(d: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in d]


@given(entries)
def test_root_is_the_merkle_tree_hash(d: list[bytes]) -> None:
    assert root_of(leaves(d)) == mth(d)


@given(entries, st.data())
def test_a_frontier_goes_on_where_it_was_stored(d: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(d)))
    stored = Frontier().extend(leaves(d[:cut])).to_bytes()
    frontier = Frontier.from_bytes(stored).extend(leaves(d[cut:]))
    assert frontier.size == len(d)
    assert frontier.root() == mth(d)


@given(some_entries, st.data())
def test_inclusion_proofs_are_the_standards_and_prove(d: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(d) - 1))
    proof = inclusion_proof(leaves(d), index)
    assert list(proof) == path(index, d)
    assert verify_inclusion(leaf_hash(d[index]), index, len(d), proof, mth(d))


@given(some_entries, st.data())
def test_consistency_proofs_are_the_standards_and_prove(d: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(d)))
    proof = consistency_proof(leaves(d), first)
    assert list(proof) == subproof(first, d, True)
    assert verify_consistency(first, len(d), mth(d[:first]), mth(d), proof)


@given(st.lists(st.binary(max_size=6), min_size=2, max_size=40, unique=True), st.data())
def test_no_other_entry_place_size_or_proof_is_proven(d: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(d) - 1))
    other = data.draw(st.integers(0, len(d) - 1).filter(lambda at: at != index))
    proof, root = inclusion_proof(leaves(d), index), mth(d)
    leaf = leaf_hash(d[index])
    assert not verify_inclusion(leaf_hash(d[other]), index, len(d), proof, root)
    assert not verify_inclusion(leaf, other, len(d), proof, root)
    assert not verify_inclusion(leaf, index, len(d), proof[:-1], root)
    assert not verify_inclusion(leaf, index, len(d), (*proof, root), root)
    assert not verify_inclusion(leaf, index, index, proof, root)
    assert not verify_inclusion(leaf, index, len(d), proof, EMPTY_ROOT)


@given(st.lists(st.binary(max_size=6), min_size=2, max_size=40, unique=True), st.data())
def test_a_rewritten_past_is_never_consistent(d: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(d) - 1))
    at = data.draw(st.integers(0, first - 1))
    rewritten = [*d[:at], d[at] + b"!", *d[at + 1 :]]
    proof = consistency_proof(leaves(rewritten), first)
    assert not verify_consistency(first, len(d), mth(d[:first]), mth(rewritten), proof)
    honest = consistency_proof(leaves(d), first)
    assert not verify_consistency(first, len(d), mth(d[:first]), mth(d), honest[:-1])
    assert not verify_consistency(first, len(d), mth(d[:first]), mth(d), (*honest, mth(d)))
    assert not verify_consistency(len(d), first, mth(d), mth(d[:first]), honest)


@given(st.integers(1, 60), st.integers(1, 60), st.lists(st.binary(min_size=32, max_size=32), max_size=9))
def test_invented_proofs_prove_nothing(first: int, second: int, proof: list[bytes]) -> None:
    one, other = leaf_hash(b"one"), leaf_hash(b"other")
    assert not verify_consistency(first, second, one, other, proof)
    assert not verify_inclusion(one, first, second, proof, other)
