"""What keeps a node from starting is said in a sentence, with the exit code for whose matter it is; nothing stays."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Done, gone, program, started, verbund

from verbund.config import load
from verbund.crypto import NodeKeys

pytestmark = pytest.mark.xdist_group("node")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Another program that has a port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


@pytest.fixture
def quick(tmp_path: Path, database_url: str) -> Path:
    """The folder of a node on the tests' database server."""
    assert verbund("init", tmp_path / "quick", "--name", "quick", "--database", database_url).code == 0
    return tmp_path / "quick"


def assert_sentence(done: Done, code: int, *words: str) -> None:
    """It ended with this code and said so in one sentence, and in nothing else."""
    assert (done.code, done.out) == (code, "")
    assert "Traceback" not in done.err
    (line,) = done.err.splitlines()
    assert line.startswith("verbund: ")
    assert [word for word in words if word not in line] == []


def test_a_taken_port_is_said_before_anything_is_started(quick: Path, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    done = program("serve", quick, VERBUND_NODE_PORT=str(port))
    assert_sentence(done, 3, f"Port {port} on 127.0.0.1 is taken", "choose another port")


def test_a_taken_port_of_one_node_stops_the_others_and_their_database(
    node: Path, quick: Path, listener: socket.socket
) -> None:
    settings = (quick / "node.toml").read_text()
    port = listener.getsockname()[1]
    (quick / "node.toml").write_text(settings.replace("port = 8400", f"port = {port}"))
    done = program("serve", node, quick)
    assert done.code == 3
    assert done.out == f"Node ready: {load(node, {}).base_url}\n"
    assert f"Port {port} on 127.0.0.1 is taken" in done.err
    assert gone(node)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('colour = "red"', ("the setting 'colour' is unknown", "Known settings")),
        ("sesion_minutes = 5", ("'sesion_minutes' is unknown", "Did you mean 'session_minutes'?")),
        ("session_minutes = 0", ("session_minutes must be at least 1",)),
        ("session_minutes = ", ("not valid TOML",)),
        ('session_minutes = "long"', ("session_minutes", "docs/reference/configuration.md")),
    ],
)
def test_settings_that_cannot_be_are_the_users_matter(quick: Path, line: str, words: tuple[str, ...]) -> None:
    with (quick / "node.toml").open("a") as file:
        file.write(f"{line}\n")
    done = verbund("serve", quick)
    assert_sentence(done, 1, str(quick / "node.toml"), *words)


def test_without_keys_no_node_opens(quick: Path) -> None:
    (quick / "keys.json").unlink()
    assert_sentence(verbund("people", "list", quick), 1, f"There is no key file {quick / 'keys.json'}", "Bring it back")


def test_keys_that_others_can_read_are_refused_with_what_to_do(quick: Path) -> None:
    (quick / "keys.json").chmod(0o644)
    assert_sentence(verbund("people", "list", quick), 1, "can be read by others", f"chmod 600 {quick / 'keys.json'}")


def test_damaged_keys_are_said_to_be(quick: Path) -> None:
    (quick / "keys.json").write_text("{")
    assert_sentence(verbund("people", "list", quick), 3, "are damaged", "Bring them back")


def test_keys_of_another_node_do_not_open_its_data(quick: Path, tmp_path: Path) -> None:
    data = tmp_path / "one.ndjson"
    data.write_text('{"resourceType":"Patient","id":"p"}')
    assert verbund("import", quick, data).code == 0
    (quick / "keys.json").unlink()
    NodeKeys.generate().save(quick / "keys.json")
    assert_sentence(program("serve", quick), 3, "sealed with another key")


def test_a_database_that_is_away_at_the_start_is_the_systems_matter(quick: Path) -> None:
    done = program("serve", quick, VERBUND_NODE_DATABASE="postgresql://127.0.0.1:1/nowhere")
    assert_sentence(done, 3, "The database cannot be reached now")


def test_a_database_that_does_not_exist_is_said(quick: Path, database_url: str) -> None:
    wrong = database_url.replace("/t_", "/missing_")
    assert wrong != database_url
    done = program("serve", quick, VERBUND_NODE_DATABASE=wrong)
    assert_sentence(done, 3, "has no database of this name")


def test_a_damaged_database_is_said_and_nothing_stays(node: Path) -> None:
    server = node / "postgres"
    (server / "data" / "PG_VERSION").unlink()
    done = program("serve", node)
    assert done.code == 3
    assert "Traceback" not in done.err
    assert str(server) in done.err
    assert gone(node)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(node: Path) -> None:
    (node / "postgres").chmod(0o500)
    done = program("serve", node)
    (node / "postgres").chmod(0o700)
    assert done.code == 3
    assert "Traceback" not in done.err


def test_a_second_process_of_the_same_node_is_refused_and_the_first_goes_on(node: Path) -> None:
    with started("serve", node) as first:
        first.said("Node ready: ")
        assert_sentence(program("serve", node), 3, f"Port {load(node, {}).port} on 127.0.0.1 is taken")
        assert first.process.poll() is None
