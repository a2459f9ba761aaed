"""A part of the demo region, made once for all tests of this folder."""

import pytest
from invented_region import Invented, invented_patients


@pytest.fixture(scope="session")
def invented() -> Invented:
    return invented_patients(120)
