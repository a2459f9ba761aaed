"""A region on real sockets and a real browser; the journeys walk it as people would.

By default the houses answer from memory. With VERBUND_REGION set to the address of a running demo region's hub (such as
http://127.0.0.1:8400) the same stories walk that region instead.
"""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parent / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browsing import FLAGS, Region, Surfer
from pretend_region import PretendRegion, app_of
from serving import free_socket, serving

SITES = ("hub", "uniklinikum", "praxis", "reha", "rettungsdienst")
CHROMIUM = shutil.which("chromium")


@pytest.fixture
async def region() -> AsyncIterator[Region]:
    """Fresh for each test: what one changes no other sees."""
    if running := os.environ.get("VERBUND_REGION"):
        hub = urlsplit(running)
        first = hub.port or 8400
        yield Region({site: f"http://{hub.hostname}:{first + at}" for at, site in enumerate(SITES)}, None)
        return
    pretend = PretendRegion.open(count=24)
    async with AsyncExitStack() as stack:
        addresses = {}
        for site in SITES:
            bound, address = free_socket()
            await stack.enter_async_context(serving(app_of(pretend, site, address), bound))
            addresses[site] = address
        yield Region(addresses, pretend)


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
