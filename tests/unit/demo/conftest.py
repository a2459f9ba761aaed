"""A part of the demo region, made once for all tests of this folder; the helpers of tests/support can be imported."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from invented_region import Invented, invented_patients


@pytest.fixture(scope="session")
def invented() -> Invented:
    return invented_patients(120)
