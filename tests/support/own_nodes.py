"""Nodes with a database server of their own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command_line import free_ports, gone, processes_of, verbund


@contextmanager
def place_below(base: Path) -> Iterator[Path]:
    """A folder that another user's server may enter; at the end of the block nothing may run for it any more."""
    with tempfile.TemporaryDirectory(prefix="verbund-node-", dir=base, ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory
        assert gone(directory), processes_of(directory)


def made(directory: Path) -> Path:
    """Make a node that stands alone."""
    done = verbund("init", directory, "--name", "haus", "--title", "Haus am Markt", "--port", free_ports())
    assert done.code == 0, done.err
    return directory
