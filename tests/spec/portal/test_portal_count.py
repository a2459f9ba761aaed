"""What the page of a count says, and what it does not pretend to know."""

from typing import Any

import pytest
from asking import Asking, send
from pretend_region import NOW, Node

from verbund.portal import RegionCount

FORM = {"action": "count", "include-0-0-kind": "diagnosis", "include-0-0-code": "E11"}


async def counted(asking: Asking, monkeypatch: pytest.MonkeyPatch, count: int | None, suppressed: int) -> str:
    async def told(*_: Any) -> RegionCount:
        return RegionCount(NOW, count, 5, suppressed, (), 10, {})

    monkeypatch.setattr(Node, "count", told)
    page = await send(await asking.signed_in("researcher"), "/research", FORM)
    assert page.status_code == 200
    return page.text


async def test_without_a_sum_the_page_says_why(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await counted(asking, monkeypatch, None, 3)
    assert "Too few houses told a number." in page
    assert "Too few houses" not in await counted(asking, monkeypatch, 87, 1)


@pytest.mark.parametrize(("suppressed", "words"), [(1, "1 house has fewer than 5"), (3, "3 houses have fewer than 5")])
async def test_a_house_that_tells_no_number_may_have_none(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, suppressed: int, words: str
) -> None:
    page = await counted(asking, monkeypatch, 87, suppressed)
    assert words in page
    assert "perhaps none" in page
    assert "at least 1" not in page
