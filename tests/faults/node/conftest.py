"""Nodes with a database server of their own, in a folder that the server may enter also where tests run as root."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import free_ports, gone, processes_of, verbund


@pytest.fixture
def place(quick_base: Path) -> Iterator[Path]:
    """A folder for one test; at its end nothing may run for it any more."""
    with tempfile.TemporaryDirectory(prefix="verbund-node-", dir=quick_base, ignore_cleanup_errors=True) as base:
        directory = Path(base)
        directory.chmod(0o755)
        yield directory
        assert gone(directory), processes_of(directory)


@pytest.fixture
def node(place: Path) -> Path:
    """The folder of a node that does not run."""
    done = verbund("init", place / "haus", "--name", "haus", "--title", "Haus am Markt", "--port", free_ports())
    assert done.code == 0, done.err
    return place / "haus"
