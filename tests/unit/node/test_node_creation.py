"""A node's folder is made whole, for its owner only, and never over another one."""

import stat
from pathlib import Path

import pytest

from verbund.config import NodeConfig, load
from verbund.crypto import NodeKeys
from verbund.errors import Conflict, Incorrect
from verbund.node import create


def config(folder: Path, **changes: object) -> NodeConfig:
    return NodeConfig(**({"name": "praxis", "title": "Praxis", "directory": folder} | changes))  # type: ignore[arg-type]


def test_keys_and_settings_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    create(config(tmp_path / "praxis"))
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "praxis").iterdir()}
    assert modes == {"keys.json": 0o600, "node.toml": 0o600}
    assert load(tmp_path / "praxis", {}).title == "Praxis"
    assert NodeKeys.load(tmp_path / "praxis" / "keys.json").public()


def test_a_node_is_never_made_over_another(tmp_path: Path) -> None:
    create(config(tmp_path))
    keys = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(Conflict, match="There is a node"):
        create(config(tmp_path, title="Other"))
    assert (tmp_path / "keys.json").read_bytes() == keys


def test_a_creation_that_was_cut_off_keeps_its_keys(tmp_path: Path) -> None:
    create(config(tmp_path))
    keys = (tmp_path / "keys.json").read_bytes()
    (tmp_path / "node.toml").unlink()
    create(config(tmp_path))
    assert (tmp_path / "keys.json").read_bytes() == keys


def test_settings_that_cannot_be_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(Incorrect, match="lower-case"):
        create(config(tmp_path / "new", name="Praxis Süd"))
    assert not (tmp_path / "new").exists()
