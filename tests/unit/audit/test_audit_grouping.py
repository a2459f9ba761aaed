"""Many callers, one write: order, company, failure, cancellation."""

import asyncio
from collections.abc import Sequence

import pytest

from verbund.audit.grouping import Grouped
from verbund.errors import Unavailable


class Book:
    """What was written, write by write; 13 cannot be written, and nothing while it is closed."""

    def __init__(self) -> None:
        self.writes: list[list[int]] = []
        self.attempts = 0
        self.closed = False

    async def write(self, items: Sequence[int]) -> None:
        self.attempts += 1
        await asyncio.sleep(0)
        if self.closed:
            raise Unavailable("closed")
        if 13 in items:
            raise ValueError("13")
        self.writes.append(list(items))


async def test_what_comes_while_a_write_is_under_way_goes_together_in_order() -> None:
    book = Book()
    grouped = Grouped(book.write)
    await asyncio.gather(grouped.put([1]), grouped.put([2, 3]), grouped.put([4]))
    first = asyncio.create_task(grouped.put([5]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.gather(first, grouped.put([6]), grouped.put([7]))
    assert book.writes == [[1, 2, 3, 4], [5], [6, 7]]


async def test_a_write_waits_for_who_comes_with_the_next_turns_and_not_for_ever() -> None:
    book = Book()
    grouped = Grouped(book.write)

    async def late(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await grouped.put([turns])

    await asyncio.gather(*(late(turns) for turns in range(40) if turns != 13))
    assert book.writes[0][:2] == [0, 1]
    assert len(book.writes[0]) < 10
    assert sorted(number for write in book.writes for number in write) == [n for n in range(40) if n != 13]


async def test_a_group_has_a_bound() -> None:
    book = Book()
    grouped = Grouped(book.write, most=2)
    await asyncio.gather(*(grouped.put([number]) for number in range(5)))
    assert book.writes == [[0, 1], [2, 3], [4]]


async def test_one_bad_item_fails_its_caller_only() -> None:
    book = Book()
    grouped = Grouped(book.write)
    results = await asyncio.gather(*(grouped.put([n]) for n in (1, 13, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert book.writes == [[1], [2]]


async def test_without_a_database_all_learn_it_at_once_and_later_calls_succeed() -> None:
    book = Book()
    grouped = Grouped(book.write)
    book.closed = True
    results = await asyncio.gather(*(grouped.put([n]) for n in range(50)), return_exceptions=True)
    assert {type(result) for result in results} == {Unavailable}
    assert book.attempts == 1
    book.closed = False
    await grouped.put([1])
    assert book.writes == [[1]]


async def test_a_cancelled_callers_items_are_written() -> None:
    book = Book()
    grouped = Grouped(book.write)
    waiting = asyncio.create_task(grouped.put([1]))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await grouped.drain()
    assert book.writes == [[1]]


async def test_nothing_to_write_is_not_written() -> None:
    book = Book()
    grouped = Grouped(book.write)
    await grouped.put([])
    await grouped.drain()
    assert book.attempts == 0
