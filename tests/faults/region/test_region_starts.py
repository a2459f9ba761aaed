"""A demo region is cut off while it is made, or is to be made where something else is."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import free_ports, gone, processes_of, verbund
from demo_region import Demo, generated
from own_nodes import place_below

pytestmark = pytest.mark.xdist_group("region")


@pytest.fixture
def demo(quick_base: Path) -> Iterator[Demo]:
    with place_below(quick_base) as place:
        yield Demo(place / "demo", free_ports(5))


@pytest.mark.long
def test_a_start_that_was_cut_off_twice_goes_on_and_completes(demo: Demo) -> None:
    with demo.started() as region:
        region.said("Founding the region")
        region.process.kill()
    assert gone(demo.directory), processes_of(demo.directory)
    with demo.started() as region:
        region.said("Inventing")
        done = region.end(signal.SIGINT)
        assert done.code == 130
        assert "start again to go on" in done.err
        assert "Traceback" not in done.err
    assert gone(demo.directory), processes_of(demo.directory)
    assert not (demo.directory / "filled.json").exists()
    with demo.started() as region:
        region.said("Region ready: ")
        assert {house: demo.counts(house) for house in ("uniklinikum", "praxis")} == {
            house: generated(house) for house in ("uniklinikum", "praxis")
        }
        assert region.end(signal.SIGTERM).code == 0
    assert gone(demo.directory), processes_of(demo.directory)


def test_fresh_removes_nothing_but_a_region(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("mine")
    done = verbund("demo", "--dir", tmp_path, "--fresh")
    assert (done.code, done.out) == (1, "")
    assert "does not hold a demo region; it is not removed" in done.err
    assert letter.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [letter]
