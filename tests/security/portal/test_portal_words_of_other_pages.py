"""A word of this session that was made for another page is an address that is not there, never a fault of the node."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import httpx
import pytest
from asking import PEOPLE, Asking, send
from pretend_desks import EmptyDesks

from verbund.errors import NotFound
from verbund.identity import Role
from verbund.portal import RULES, opaque
from verbund.portal.app import PAGES

PARTS = [("7",), ("Observation", "a"), ("permit", "7"), ("app patient", "7"), ("a", "b", "c"), (str(UUID(int=7)),)]
OF_STAFF = {f"/administration/people/{{key}}{deed}" for deed in ("", "/letter", "/close", "/reopen")}
"""Their ids are compared with those of the staff as they are; these houses have no desk for it."""
FIELDS = {
    "/security": ({"do": "rename"}, {"do": "remove-passkey"}, {"do": "end"}),
    "/my/proxies/answer": ({"answer": "accept"},),
    "/my/rights/correction": ({"text": "wrong"},),
    "/my/releases/check": ({"new": "1"}, {}),
    "/apps/end": ({},),
}


def words(client: httpx.AsyncClient) -> list[str]:
    """Words of this session, for whatever page."""
    site = client.base_url.host.partition(".")[0]
    secret = client.cookies[f"verbund-{site}"]
    return [opaque.hide(secret, *parts) for parts in PARTS]


@pytest.fixture(autouse=True)
def _desks_that_know_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids of the right kind are looked for, and nobody has them."""

    def deed(_self: EmptyDesks, name: str) -> Callable[..., Awaitable[None]]:
        async def looked_for(*_: object, **__: object) -> None:
            raise NotFound(f"Nobody is here for '{name}'.")

        return looked_for

    monkeypatch.setattr(EmptyDesks, "__getattr__", deed)


@pytest.mark.parametrize("role", PEOPLE)
async def test_no_page_fails_with_the_word_of_another(asking: Asking, role: str) -> None:
    client = await asking.signed_in(role)
    for page in PAGES:
        if "{" not in page.path or page.path in OF_STAFF or not RULES[page.path].allows(Role(role)):
            continue
        for word in words(client):
            address = page.path.replace("{key}", word).replace("{item}", word)
            for method in page.methods:
                answer = await (client.get(address) if method == "GET" else send(client, address, {}))
                assert answer.status_code < 500, (page.path, method, answer.text)


@pytest.mark.parametrize("name", ["id", "relation", "entry", "item", "permit"])
async def test_no_form_fails_with_the_word_of_another(asking: Asking, name: str) -> None:
    client = await asking.signed_in("patient")
    for page in PAGES:
        if "POST" not in page.methods or "{" in page.path or not RULES[page.path].allows(Role.PATIENT):
            continue
        if page.path == "/sign-out":
            continue
        for word in words(client):
            for fields in FIELDS.get(page.path, ({},)):
                answer = await send(client, page.path, {name: word, "text": "x", "new": "1", **fields})
                assert answer.status_code < 500, (page.path, fields, answer.text)


def test_a_word_is_revealed_only_as_what_was_hidden() -> None:
    for parts in PARTS:
        word = opaque.hide("session", *parts)
        assert opaque.reveal("session", word, len(parts)) == parts
        for other in {1, 2, 3} - {len(parts)}:
            with pytest.raises(NotFound):
                opaque.reveal("session", word, other)
