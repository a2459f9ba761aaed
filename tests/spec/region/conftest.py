"""A region whose story was walked, for several tests to look at, one after the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import free_ports, gone
from demo_region import Demo, Told
from own_nodes import place_below


@pytest.fixture(scope="module")
def told(quick_base: Path) -> Iterator[Told]:
    with place_below(quick_base) as place:
        demo = Demo(place / "demo", free_ports(5))
        done = demo.run("--check")
        yield Told(demo, done, gone(demo.directory))


@pytest.fixture
def demo(told: Told) -> Demo:
    """The region."""
    return told.demo
