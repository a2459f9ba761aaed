"""Hashes, seals, keys and frontiers in the small."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verbund.crypto import (
    EMPTY_ROOT,
    Frontier,
    Hasher,
    NodeKeys,
    PublicKeys,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    seal,
    sign,
    unseal,
    verify_signature,
)
from verbund.crypto.hashing import joined
from verbund.errors import Conflict, Fault, Incorrect, NotFound

words = st.text(st.characters(exclude_categories=[]), max_size=8) | st.sampled_from(
    ["", "\x1e", "\x1f", "\x1e0", "a\x1f"]
)
tuples = st.lists(words, min_size=1, max_size=4).map(tuple)


@given(tuples, tuples)
def test_different_parts_are_joined_differently(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (joined(one) == joined(other)) == (one == other)


def test_hashes_depend_on_the_key_and_on_every_part() -> None:
    hasher, other = Hasher(b"k" * 32), Hasher(b"l" * 32)
    assert hasher.key64("Patient", "7") == Hasher(b"k" * 32).key64("Patient", "7")
    assert len({hasher.key64("Patient", "7"), hasher.key64("Patient", "8"), other.key64("Patient", "7")}) == 3
    assert hasher.key128("Patient", "7") != other.key128("Patient", "7")
    assert hasher.key64("a", "b") != hasher.key64("ab")


def test_key64_fits_a_signed_column() -> None:
    values = [Hasher(b"k" * 32).key64(str(number)) for number in range(200)]
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert min(values) < 0 < max(values)


def test_a_hash_key_has_32_bytes() -> None:
    with pytest.raises(Incorrect, match="32 bytes"):
        Hasher(b"short")


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_what_is_sealed_opens_with_the_same_key_and_context(plain: bytes, aad: bytes) -> None:
    key = os.urandom(32)
    sealed = seal(key, plain, aad)
    assert unseal(key, sealed, aad) == plain
    assert len(sealed) == len(plain) + 28
    assert seal(key, plain, aad) != sealed


def test_no_changed_byte_opens() -> None:
    key = os.urandom(32)
    sealed = seal(key, b"potassium 4.1 mmol/l", b"row 7")
    for at in range(len(sealed)):
        with pytest.raises(Fault):
            unseal(key, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], b"row 7")
        with pytest.raises(Fault):
            unseal(key, sealed[:at], b"row 7")


def test_a_seal_opens_in_its_place_and_with_its_key_only() -> None:
    key = os.urandom(32)
    sealed = seal(key, b"x", b"row 7")
    with pytest.raises(Fault):
        unseal(key, sealed, b"row 8")
    with pytest.raises(Fault):
        unseal(os.urandom(32), sealed, b"row 7")


def test_keys_survive_the_file(tmp_path: Path) -> None:
    keys = NodeKeys.generate()
    keys.save(tmp_path / "keys.json")
    loaded = NodeKeys.load(tmp_path / "keys.json")
    assert (loaded.master, loaded.index, loaded.public()) == (keys.master, keys.index, keys.public())
    assert verify_signature(keys.public(), b"x", sign(loaded, b"x"))
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    keys = NodeKeys.generate()
    keys.save(tmp_path / "keys.json")
    with pytest.raises(Conflict):
        NodeKeys.generate().save(tmp_path / "keys.json")
    assert NodeKeys.load(tmp_path / "keys.json").public() == keys.public()


def test_a_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    NodeKeys.generate().save(tmp_path / "keys.json")
    (tmp_path / "keys.json").chmod(0o640)
    with pytest.raises(Incorrect, match="chmod 600"):
        NodeKeys.load(tmp_path / "keys.json")


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:100], lambda _: b"{}", lambda raw: raw.replace(b'"version": 1', b'"version": 2')]
)
def test_a_damaged_key_file_is_told_as_such(tmp_path: Path, change: object) -> None:
    path = tmp_path / "keys.json"
    NodeKeys.generate().save(path)
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(Fault, match="damaged"):
        NodeKeys.load(path)


def test_a_missing_key_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no key file"):
        NodeKeys.load(tmp_path / "keys.json")


def test_secrets_do_not_show() -> None:
    keys = NodeKeys.generate()
    secret = str(keys.signing.as_dict(private=True)["d"])
    assert repr(keys) == "NodeKeys()"
    assert secret not in str(keys.public().to_dict())
    assert set(keys.public().signing) == {"kty", "crv", "x"}


def test_public_keys_survive_json_and_refuse_what_they_are_not() -> None:
    public = NodeKeys.generate().public()
    assert PublicKeys.from_dict(public.to_dict()) == public
    data = public.to_dict()
    for wrong in (
        {},
        {"signing": data["sealing"], "sealing": data["signing"]},
        data | {"signing": {"kty": "oct", "k": "AA"}},
    ):
        with pytest.raises(Incorrect):
            PublicKeys.from_dict(wrong)
    with pytest.raises(Incorrect):
        PublicKeys.from_dict({**data, "signing": {**data["signing"], "x": "AAAA"}})


def test_private_keys_are_not_taken_for_public_ones() -> None:
    keys = NodeKeys.generate()
    private = {name: str(value) for name, value in keys.signing.as_dict(private=True).items()}
    with pytest.raises(Incorrect):
        PublicKeys.from_dict({"signing": private, "sealing": keys.public().sealing})


def test_signatures_hold_for_their_message_and_signer_only() -> None:
    keys, other = NodeKeys.generate(), NodeKeys.generate()
    signature = sign(keys, b"head 7")
    assert verify_signature(keys.public(), b"head 7", signature)
    assert not verify_signature(keys.public(), b"head 8", signature)
    assert not verify_signature(other.public(), b"head 7", signature)
    assert not verify_signature(keys.public(), b"head 7", signature[:-1])


def test_a_damaged_frontier_is_told_as_such() -> None:
    stored = Frontier().append(leaf_hash(b"a")).to_bytes()
    for wrong in (stored[:-1], stored + b"x", b"", stored[:7]):
        with pytest.raises(Fault, match="damaged"):
            Frontier.from_bytes(wrong)


def test_the_empty_tree_and_what_it_lacks() -> None:
    assert Frontier().root() == EMPTY_ROOT
    with pytest.raises(Incorrect):
        inclusion_proof([], 0)
    with pytest.raises(Incorrect):
        consistency_proof([leaf_hash(b"a")], 2)
    with pytest.raises(Incorrect):
        consistency_proof([leaf_hash(b"a")], 0)
