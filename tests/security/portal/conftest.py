"""The portal of one node over a region in memory, asked without a socket."""

from collections.abc import AsyncIterator

import pytest
from asking import Asking
from pretend_region import PretendRegion


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    made = Asking(PretendRegion.open(count=3))
    yield made
    await made.close()
