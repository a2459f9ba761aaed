"""What a patient's list of accesses promises: what is in it, and what is not."""

import pytest
from asking import Asking

from verbund.portal.patient import KINDS


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
    assert not {"export", "import"} & set(KINDS), "logged once for the house, without a patient"
