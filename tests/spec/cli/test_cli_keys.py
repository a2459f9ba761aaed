"""The private keys of a node: shown without secrets, replaced, moved to another place."""

import json
from pathlib import Path

from command_line import verbund

from verbund.config import load
from verbund.crypto import NodeKeys
from verbund.node import keys_of


def test_keys_are_replaced_and_the_former_one_forgotten(node: Path) -> None:
    before = NodeKeys.load(node / "keys.json" if node.is_dir() else node.parent / "keys.json")
    done = verbund("keys", "rotate", node)
    assert done.code == 0, done.err
    shown = verbund("keys", "show", node, "--json").json
    assert (shown["generation"], shown["former"]) == (
        before.generation + 1,
        [*sorted(before.former), before.generation],
    )
    assert shown["signing"] == before.public().key_id
    assert verbund("keys", "forget", node).code == 0
    assert verbund("keys", "show", node, "--json").json["former"] == []
    assert verbund("audit", "verify", node).code == 0


def test_no_secret_is_shown(node: Path) -> None:
    told = verbund("keys", "show", node).out + verbund("keys", "show", node, "--json").out
    content = json.loads(keys_of(load(node)).render())
    assert content["master"] not in told
    assert content["signing"]["d"] not in told


def test_keys_for_a_place_that_verbund_cannot_write(node: Path, tmp_path: Path) -> None:
    done = verbund("keys", "next", node, tmp_path / "next.json")
    assert done.code == 0, done.err
    assert (tmp_path / "next.json").stat().st_mode & 0o777 == 0o600
    following, present = NodeKeys.load(tmp_path / "next.json"), keys_of(load(node))
    assert following.wrapping_of(present.generation) == present.wrapping
    assert following.generation == present.generation + 1
    assert verbund("keys", "next", node, tmp_path / "next.json").code == 1


def test_keys_are_copied_to_another_place_and_never_over_others(node: Path, tmp_path: Path) -> None:
    assert verbund("keys", "copy", node, f"file:{tmp_path}/copy.json").code == 0
    assert NodeKeys.load(tmp_path / "copy.json").public() == keys_of(load(node)).public()
    again = verbund("keys", "copy", node, f"file:{tmp_path}/copy.json")
    assert again.code == 1
    assert "never overwritten" in again.err
    assert verbund("keys", "copy", node, "safe.json").code == 1
