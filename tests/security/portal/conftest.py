"""The portal of one node over a region in memory, asked without a socket."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "journeys/support"))

from asking import Asking
from pretend_region import PretendRegion


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    made = Asking(PretendRegion.open(count=3))
    yield made
    await made.close()
