"""`verbund demo`: the story comes out, and what was made once is found again."""

import re
import signal
import time
from dataclasses import replace

import pytest
from command_line import gone, processes_of, verbund
from demo_region import PATIENTS, Demo, Told, generated
from withdrawing import seconds_until_all_follow

from verbund.demo.check import STORY
from verbund.demo.region import PLACES, Plan, running
from verbund.errors import Incorrect

pytestmark = pytest.mark.xdist_group("region")

SECOND_START_SECONDS = 20
FOLLOWED_SECONDS = 5
TOLD_SECONDS = 20
HOUSES = ("uniklinikum", "praxis", "reha")


def test_the_whole_story_comes_out_and_nothing_runs_afterwards(told: Told) -> None:
    assert told.done.code == 0, f"{told.done.out}\n{told.done.err}"
    assert "Traceback" not in told.done.err
    steps = re.findall(r"^(ok|FAILED) +(.+) \((\d+) ms\): (.+)$", told.done.out, re.MULTILINE)
    assert [(how, title) for how, title, _, _ in steps] == [("ok", title) for title, _ in STORY]
    assert told.is_gone


def test_a_second_start_is_quick_finds_the_data_and_tells_where_to_go(demo: Demo) -> None:
    begun = time.monotonic()
    with demo.started() as region:
        said = region.said("Region ready: ")
        assert time.monotonic() - begun < SECOND_START_SECONDS
        assert said[-1] == f"Region ready: http://127.0.0.1:{demo.port}"
        assert not any(line.startswith(("Founding", "Inventing")) for line in said)
        for place in PLACES:
            assert any(f"http://127.0.0.1:{demo.port + place.offset}  {place.name}" in line for line in said)
        assert any("weber" in line and "Dr. Anna Weber" in line for line in said)
        assert any("Verbund-2026" in line for line in said)
        for house in HOUSES:
            counts, expected = demo.counts(house), generated(house)
            assert counts | {"Consent": 0} == expected | {"Consent": 0}
            assert counts["Consent"] >= expected["Consent"] > 0
        assert finds_colleagues(demo)
        assert refused_while_running(demo)
        done = region.end(signal.SIGINT)
    assert done.code == 0
    assert done.out.endswith("Stopping …\n")
    assert "Traceback" not in done.err
    assert gone(demo.directory), processes_of(demo.directory)


async def test_a_withdrawal_at_one_press_governs_every_house_within_five_seconds(demo: Demo) -> None:
    with demo.started() as region:
        region.said("Region ready: ")
        before, last, took = await seconds_until_all_follow(demo, patience=2 * FOLLOWED_SECONDS)
        region.end(signal.SIGINT)
    assert before == ["released"] * 3
    assert last == ["released", "refused", "refused"], "the own house keeps showing its own data"
    assert took <= FOLLOWED_SECONDS


def finds_colleagues(demo: Demo) -> bool:
    """The practice learns, soon after the start, who is a cardiologist at the rehabilitation clinic."""
    last = time.monotonic() + TOLD_SECONDS
    while (found := demo.physicians("praxis", "KARD", "reha")) != ["Dr. Katrin Vogel"] and time.monotonic() < last:
        time.sleep(0.5)
    return found == ["Dr. Katrin Vogel"]


def refused_while_running(demo: Demo) -> bool:
    """A region that runs is not removed."""
    done = verbund(*demo.arguments("--fresh"))
    assert (done.code, done.out) == (1, "")
    assert "in use" in done.err
    return (demo.directory / "filled.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"port": 20_000}, "listens from port {port} on; see --port"),
        ({"patients": PATIENTS + 1}, f"has {PATIENTS} patients (seed 8400)"),
        ({"seed": 1}, "or make a new one with --fresh"),
    ],
)
async def test_a_region_is_not_started_with_other_numbers(demo: Demo, change: dict[str, int], said: str) -> None:
    plan = replace(Plan(demo.directory, demo.port, PATIENTS), **change)  # type: ignore[arg-type]
    with pytest.raises(Incorrect, match=re.escape(said.format(port=demo.port))):
        async with running(plan, print):
            pytest.fail("it runs")
    assert gone(demo.directory)
