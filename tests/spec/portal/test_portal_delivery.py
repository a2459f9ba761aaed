"""How far a patient's decision has come: a house that refused it is not told as one that is still to answer."""

from dataclasses import replace
from typing import get_args

import pytest
from asking import Asking
from pretend_region import HOUSES, NOW, Node

from verbund.exchange import ConsentDelivery
from verbund.exchange.consents import DeliveryState as SentState
from verbund.identity import Principal
from verbund.node.desks.releases import _delivery
from verbund.portal import Delivery, DeliveryState, Releases


@pytest.mark.parametrize(("sent", "shown"), [("delivered", "applied"), ("pending", "waiting"), ("failed", "refused")])
def test_each_way_a_letter_ends_has_its_state(sent: SentState, shown: DeliveryState) -> None:
    assert _delivery(ConsentDelivery("a", "A", sent, NOW, "unknown kind")).state == shown
    assert sent in get_args(SentState)


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "does not follow it"), ("de", "hält sich nicht daran: Die Mitteilung wurde")]
)
async def test_a_patient_sees_that_a_house_does_not_follow(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    current = Node.current

    async def refused(node: Node, who: Principal) -> Releases:
        return replace(await current(node, who), deliveries=(Delivery(HOUSES["reha"], "refused", NOW),))

    monkeypatch.setattr(Node, "current", refused)
    client = await asking.signed_in("patient")
    page = (await client.get("/my/releases/delivery", headers={"accept-language": language})).text
    assert sentence in page
    assert "delivery--refused" in page
    assert "kern-icon--danger" in page
    assert "hx-trigger" not in page, "nothing more is to be waited for"
