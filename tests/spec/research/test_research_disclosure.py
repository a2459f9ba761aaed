"""What may leave a site, and what the region shows of it."""

import pytest

from verbund.research import Disclosed, Summed, disclose, summed


@pytest.mark.parametrize("count", [0, 1, 4])
def test_nothing_tells_zero_from_few(count: int) -> None:
    assert disclose(count, 5) == Disclosed(5, None)


@pytest.mark.parametrize("count", [5, 6, 10_000])
def test_from_the_minimum_on_the_number_is_told(count: int) -> None:
    assert disclose(count, 5) == Disclosed(5, count)


def test_the_region_shows_the_sum_and_how_many_told_nothing() -> None:
    assert summed([Disclosed(5, 10), Disclosed(5, 7), Disclosed(5)]) == Summed(17, 3, 1, 5)


def test_a_sum_that_is_one_sites_number_is_not_shown() -> None:
    assert summed([Disclosed(5, 10)]) == Summed(None, 1, 0, 5)
    assert summed([Disclosed(5, 10), Disclosed(5)]) == Summed(None, 2, 1, 5), "the other house knows whose it is"
    assert summed([Disclosed(5, 10), *[Disclosed(5)] * 3]) == Summed(None, 4, 3, 5), "answering is not telling"


def test_two_numbers_make_a_sum() -> None:
    assert summed([Disclosed(5, 10), Disclosed(5, 7)]) == Summed(17, 2, 0, 5)


def test_where_nobody_told_a_number_there_is_none() -> None:
    assert summed([Disclosed(5), Disclosed(10)]) == Summed(None, 2, 2, 10)
    assert summed([]) == Summed(None, 0, 0, 0)
