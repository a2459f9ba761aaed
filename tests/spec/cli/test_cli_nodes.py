"""Making a node: its folder, keys and settings; nothing that is there is ever overwritten."""

import stat
from pathlib import Path

import pytest
from command_line import verbund

from verbund.config import load
from verbund.crypto import NodeKeys


def test_init_makes_keys_that_only_the_owner_reads_and_settings_that_load(node: Path) -> None:
    config = load(node, {})
    assert (config.name, config.title, config.role, config.kind) == ("praxis", "Praxis am Markt", "site", "practice")
    assert stat.S_IMODE((config.directory / "keys.json").stat().st_mode) == 0o600
    assert NodeKeys.load(config.directory / "keys.json").public().key_id


def test_a_node_that_is_there_is_not_overwritten(node: Path) -> None:
    before = {file.name: file.read_bytes() for file in node.iterdir() if file.is_file()}
    done = verbund("init", node, "--name", "other")
    assert done.code == 1
    assert f"There is a node in {node} already" in done.err
    assert {file.name: file.read_bytes() for file in node.iterdir() if file.is_file()} == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--name", "Praxis Süd"], "lower-case letters"),
        (["--name", "praxis", "--database", "sqlite:file"], "must be 'embedded:FOLDER/NAME'"),
        (["--name", "praxis", "--hub-url", "hub"], "must begin with http:// or https://"),
    ],
)
def test_settings_that_cannot_be_leave_nothing_behind(tmp_path: Path, options: list[str], said: str) -> None:
    done = verbund("init", tmp_path / "new", *options)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_the_systems_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = verbund("init", tmp_path / "file" / "new", "--name", "praxis")
    assert done.code == 3
    assert "cannot be written" in done.err


def test_who_is_in_no_region_cannot_invite(node: Path) -> None:
    done = verbund("invite", node, "--name", "labor", "--title", "Labor")
    assert done.code == 1
    assert "belongs to no region" in done.err


def test_after_a_failure_the_same_command_can_be_given_again(tmp_path: Path, database_url: str) -> None:
    nowhere = verbund("init", tmp_path / "n", "--name", "praxis", "--database", "postgresql://127.0.0.1:1/praxis")
    assert (nowhere.code, nowhere.out) == (3, "")
    assert nowhere.err.startswith("verbund: ")
    assert "Traceback" not in nowhere.err
    keys = (tmp_path / "n" / "keys.json").read_bytes()
    no_line = verbund(
        "init", tmp_path / "n", "--name", "praxis", "--database", database_url, "--invitation", "no such line"
    )
    assert no_line.code == 1
    assert verbund("init", tmp_path / "n", "--name", "praxis", "--database", database_url).code == 0
    assert (tmp_path / "n" / "keys.json").read_bytes() == keys
