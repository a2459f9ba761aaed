"""Nodes with a database server of their own, in a folder that the server may enter also where tests run as root."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from own_nodes import made, place_below


@pytest.fixture
def node(quick_base: Path) -> Iterator[Path]:
    """The folder of a node that does not run; at the end nothing may run for it."""
    with place_below(quick_base) as place:
        yield made(place / "haus")
