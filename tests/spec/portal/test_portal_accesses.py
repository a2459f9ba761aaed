"""What a patient's list of accesses promises: what is in it, and what is not."""

import re
from datetime import date

import pytest
from asking import Asking
from starlette.datastructures import QueryParams

from verbund.portal.accesses import KINDS, Filter
from verbund.portal.record import Period


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Not in this list: when the operator of a house"), ("de", "Nicht in dieser Liste: wenn der Betreiber")],
)
@pytest.mark.parametrize("view", ["others", "all"])
async def test_the_page_says_that_bulk_acts_are_in_the_log_of_the_house(
    asking: Asking, language: str, sentence: str, view: str
) -> None:
    client = await asking.signed_in("patient")
    page = await client.get(f"/my/accesses?view={view}", headers={"accept-language": language})
    assert sentence in page.text


def test_no_words_stand_ready_for_what_no_patient_s_list_holds() -> None:
    assert "import" not in KINDS, "logged once for the house, without a patient"


async def test_every_choice_reaches_the_houses_and_stays_in_the_address_of_the_next_page() -> None:
    asked = QueryParams("view=all&house=reha&kind=looked&purpose=TREAT&by=Weber&since=2026-01-02&until=2026-03-04")
    chosen = Filter.of(asked)
    assert chosen == Filter("all", "reha", Period(date(2026, 1, 2), date(2026, 3, 4)), "looked", "TREAT", "Weber")
    assert chosen.wanted.since is not None
    assert chosen.wanted.until is not None
    assert (chosen.wanted.since.isoformat(), chosen.wanted.until.isoformat()) == (
        "2026-01-02T00:00:00+01:00",
        "2026-03-05T00:00:00+01:00",
    )
    assert "search" in chosen.wanted.kinds
    assert Filter.of(QueryParams(chosen.address(before="abc").partition("?")[2])) == chosen


async def test_what_is_not_known_counts_as_not_chosen() -> None:
    assert Filter.of(QueryParams("view=x&kind=y&purpose=z&since=never")) == Filter()


async def test_a_narrowed_list_pages_over_what_fits_only(asking: Asking) -> None:
    client = await asking.signed_in("patient")
    for _ in range(150):
        await client.get("/my/record")
    first = await client.get("/my/accesses?view=own&kind=looked", headers={"accept-language": "en"})
    following = re.search(r'href="(/my/accesses[^"]*before=[^"]*)"', first.text)
    assert following
    assert "view=own" in following[1]
    assert "kind=looked" in following[1]
    none = await client.get("/my/accesses?view=own&by=Nobody+of+this+name", headers={"accept-language": "en"})
    assert "Nothing of this kind has happened." in none.text
