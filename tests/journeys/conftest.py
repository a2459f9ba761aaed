"""A real region and a real browser; the journeys walk the one with the other, as people would.

By default a demo region is made and filled for the run, in this process. With VERBUND_REGION set to the address of a
running demo region's hub (such as http://127.0.0.1:8400) the same stories walk that one; what needs the nodes in hand
(one that goes down, time that passes) is skipped then.
"""

import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parent / "support"))

from browsing import FLAGS, Surfer
from running_region import Region, region_to_walk

CHROMIUM = shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that walk the region run in one worker, so that there is one region."""
    for item in items:
        if "region" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("region"))


@pytest.fixture(scope="session")
async def region(quick_base: Path) -> AsyncIterator[Region]:
    """One for the whole run: each story sets at its beginning what it needs."""
    with tempfile.TemporaryDirectory(prefix="verbund-journeys-", dir=quick_base) as folder:
        async with region_to_walk(Path(folder) / "region") as made:
            yield made


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium fonts-liberation")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def surfer(chromium: Browser, region: Region) -> AsyncIterator[Surfer]:
    made = Surfer(chromium, region)
    yield made
    await made.close()
