"""Everything that reads bytes of strangers refuses what it does not understand, and is quick about it.

`python -m conformance.fuzz TARGET --seconds N` looks further, guided by branches.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from conformance.mutating import inputs
from conformance.targets import TARGETS, Broken, Target, attempt

SLOW = frozenset({"claml", "zip", "graphql"})


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_inputs_that_are_almost_right_are_taken_or_refused(name: str) -> None:
    target = TARGETS[name]
    taken = sum(attempt(target, data) for data in inputs(target.seeds, 60 if name in SLOW else 400))
    assert taken >= len(target.seeds)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_very_many_inputs_that_are_almost_right_are_taken_or_refused(name: str) -> None:
    target = TARGETS[name]
    taken = sum(attempt(target, data) for data in inputs(target.seeds, 5_000 if name in SLOW else 100_000))
    assert taken >= len(target.seeds)


def test_a_parser_that_fails_otherwise_is_noticed() -> None:
    with pytest.raises(Broken, match="ZeroDivisionError"):
        attempt(Target(lambda data: 1 // len(data), (b"x",)), b"")
