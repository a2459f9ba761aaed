"""A region that several tests look at, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import free_ports
from demo_region import Demo
from own_nodes import place_below


@pytest.fixture(scope="module")
def demo(quick_base: Path) -> Iterator[Demo]:
    with place_below(quick_base) as place:
        yield Demo(place / "demo", free_ports(5))
