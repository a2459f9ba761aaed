"""The small parts of HTTP: bodies of limited size, what headers say, parameters."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from verbund.api.bearer import NoToken, challenges, credentials_of
from verbund.api.fhir.messages import Request, Response, read_body, write
from verbund.api.fhir.preferences import Preferences, not_modified, preferences
from verbund.api.fhir.writing import placed
from verbund.api.forms import read_pairs
from verbund.errors import Incorrect, TooLarge, Unauthenticated

UPDATED = datetime(2026, 3, 1, 12, 0, 0, 500_000, tzinfo=UTC)


class Sent:
    """An ASGI client that sends parts and remembers how many were taken."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts = list(parts)
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        part = self.parts[self.taken]
        self.taken += 1
        return {"type": "http.request", "body": part, "more_body": self.taken < len(self.parts)}


async def test_a_body_is_read_to_its_end() -> None:
    assert await read_body(Sent([b"ab", b"", b"c"]).receive, {}, 3) == b"abc"


async def test_a_body_beyond_the_limit_is_not_read_further() -> None:
    client = Sent([b"x" * 10] * 100)
    with pytest.raises(TooLarge, match="25"):
        await read_body(client.receive, {}, 25)
    assert client.taken == 3


async def test_a_declared_length_beyond_the_limit_is_enough() -> None:
    client = Sent([b"x"])
    with pytest.raises(TooLarge):
        await read_body(client.receive, {"content-length": "26"}, 25)
    assert client.taken == 0


async def test_a_closed_connection_is_not_the_end_of_a_body() -> None:
    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    with pytest.raises(Incorrect, match="closed"):
        await read_body(receive, {}, 25)


async def test_an_answer_carries_what_browsers_and_caches_must_know() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    await write(send, Request("GET", ()), Response(200, b"{}", version=3, updated=UPDATED))
    headers = dict(sent[0]["headers"])
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"etag"] == b'W/"3"'
    assert headers[b"last-modified"] == b"Sun, 01 Mar 2026 12:00:00 GMT"
    assert headers[b"content-length"] == b"2"


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({}, False),
        ({"if-none-match": 'W/"3"'}, True),
        ({"if-none-match": '"3"'}, True),
        ({"if-none-match": 'W/"2"'}, False),
        ({"if-none-match": "*"}, True),
        ({"if-modified-since": "Sun, 01 Mar 2026 12:00:00 GMT"}, True),
        ({"if-modified-since": "Sun, 01 Mar 2026 11:59:59 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-none-match": 'W/"2"', "if-modified-since": "Sun, 01 Mar 2026 12:00:00 GMT"}, False),
    ],
)
def test_what_a_client_knows_already(headers: dict[str, str], known: bool) -> None:
    assert not_modified(headers, 3, UPDATED) is known


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("return=minimal", Preferences("minimal")),
        ("handling=lenient, return=OperationOutcome", Preferences("OperationOutcome", lenient=True)),
        ("respond-async; wait=5", Preferences()),
        ("", Preferences()),
    ],
)
def test_preferences(text: str, meant: Preferences) -> None:
    assert preferences({"prefer": text}) == meant


@pytest.mark.parametrize(
    ("raw", "place"), [(b"{x", "line 1, column 2"), (b'{\n "a": 1,\n  }', "line 3, column 3"), (b"\n\n", "line 3")]
)
def test_a_place_in_json_is_told_as_people_count(raw: bytes, place: str) -> None:
    byte = {b"{x": 1, b'{\n "a": 1,\n  }': 13, b"\n\n": 2}[raw]
    assert place in placed(f"something is wrong (byte {byte})", raw)


def test_parameters_are_read_in_order_with_empty_values() -> None:
    assert read_pairs("a=1&b=&a=%C3%BC+x&c") == (("a", "1"), ("b", ""), ("a", "ü x"), ("c", ""))
    with pytest.raises(Incorrect, match="UTF-8"):
        read_pairs("a=%ff")
    with pytest.raises(Incorrect, match="1000"):
        read_pairs("a=1&" * 1001 + "a=1")


def test_a_token_is_found_whatever_the_case_of_its_scheme() -> None:
    assert credentials_of("bEARER abc ") == ("bearer", "abc")
    assert credentials_of("DPoP abc") == ("dpop", "abc")
    for header in (None, "", "Bearer", "Bearer ", "Basic abc"):
        with pytest.raises(NoToken):
            credentials_of(header)


def test_a_challenge_cannot_be_broken_by_what_it_tells() -> None:
    ((name, told),) = challenges(Unauthenticated('a "quoted" \\ word\r\nX: y – ü'), "https://haus.example")
    assert name == "WWW-Authenticate"
    assert told.count('"') == 14
    assert "\r" not in told
    assert "\n" not in told
    ((_, unasked),) = challenges(NoToken(), "https://haus.example")
    assert unasked.startswith('Bearer realm="verbund", resource_metadata="https://haus.example/')
    assert "error" not in unasked
