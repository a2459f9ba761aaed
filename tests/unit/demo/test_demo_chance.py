"""Chance that is the same everywhere: known draws, bounds, and streams that do not disturb one another."""

from hypothesis import given
from hypothesis import strategies as st

from verbund.demo.chance import Chance, digest


def test_the_draws_of_a_known_stream_never_change() -> None:
    chance = Chance(8400, "known")

    assert [chance.between(0, 999) for _ in range(5)] == [602, 644, 209, 776, 4]


def test_a_part_is_not_moved_by_draws_from_the_whole() -> None:
    whole, other = Chance(1, "a"), Chance(1, "a")
    whole.between(0, 10)

    assert whole.part("b").between(0, 10**9) == other.part("b").between(0, 10**9)


def test_labels_do_not_run_into_one_another() -> None:
    assert digest("ab", "c") != digest("a", "bc")


@given(st.integers(), st.integers(-1000, 1000), st.integers(0, 1000))
def test_whole_numbers_stay_between_their_bounds(seed: int, low: int, width: int) -> None:
    chance = Chance(seed)

    assert all(low <= chance.between(low, low + width) <= low + width for _ in range(20))


@given(st.integers(), st.floats(-1e3, 1e3), st.floats(0, 100))
def test_a_bell_curve_ends_three_deviations_from_its_mean(seed: int, mean: float, spread: float) -> None:
    chance = Chance(seed)

    assert all(abs(chance.around(mean, spread) - mean) <= 3 * spread + 1e-9 for _ in range(20))


@given(st.integers())
def test_weights_of_zero_are_never_drawn(seed: int) -> None:
    chance = Chance(seed)

    assert {chance.weighted([("never", 0.0), ("always", 1.0)]) for _ in range(30)} == {"always"}
