"""How long a withdrawal takes until every house of a running region follows it: over HTTP, as people would."""

import asyncio
import time

from demo_region import Demo

from verbund.demo.browsing import Browser, Page, browser
from verbund.demo.people import PASSWORD
from verbund.demo.region import PLACES

PATIENT = "Sommer, Erika"


def _address(demo: Demo, house: str) -> str:
    return f"http://127.0.0.1:{demo.port + next(place.offset for place in PLACES if place.name == house)}"


def answers(page: Page) -> list[str]:
    """How the houses answered."""
    return [kind.removeprefix("houses__one--") for kind in page.classes if kind.startswith("houses__one--")]


async def _record(physician: Browser) -> str:
    page = await physician.open("/patients")
    return (await physician.send(page.form("/patients"), {"sought": PATIENT})).link("/record/")


async def _asked(physician: Browser, record: str) -> list[str]:
    page = await physician.open(record)
    return answers(await physician.send(page.form(f"{record}/region")))


async def seconds_until_all_follow(demo: Demo, *, patience: float) -> tuple[list[str], list[str], float]:
    """What the houses answered before, what at last, and how long that took from the moment the page said "saved"."""
    async with (
        browser(_address(demo, "praxis")) as patient,
        browser(_address(demo, "praxis")) as physician,
    ):
        await patient.sign_in("sommer", PASSWORD)
        await physician.sign_in("weber", PASSWORD)
        record = await _record(physician)
        before = await _asked(physician, record)
        page = await patient.open("/my/releases")
        saved = await patient.send(page.form("/my/releases/withdraw"))
        assert "saved" in saved.text or "gespeichert" in saved.text
        begun = time.monotonic()
        last: list[str] = []
        while time.monotonic() - begun < patience:
            last = await _asked(physician, record)
            if set(last[1:]) == {"refused"}:
                break
            await asyncio.sleep(0.05)
        took = time.monotonic() - begun
        page = await patient.open("/my/releases?saved=yes")
        await patient.send(page.form("/my/releases/undo"))
        return before, last, took
