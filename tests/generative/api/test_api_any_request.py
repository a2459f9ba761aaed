"""Whatever is sent, the FHIR API answers calmly: never a 5xx, always FHIR, and nothing without a token.

The house behind it is empty and in memory, so that thousands of requests take seconds.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.access import HistoryPage, SearchPage, Stored, Write, Written
from verbund.api import FhirApp, fhir_app
from verbund.crypto import NodeKeys
from verbund.errors import NotFound, Unauthenticated
from verbund.fhir import SearchQuery, decode
from verbund.fhir.parameters import Parameters
from verbund.fhir.xml import to_json
from verbund.identity import House, Principal, Role, Scopes

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "right"
WHO = Principal("s", "S", Role.SYSTEM, "o", "O", None, Scopes.parse("system/*.cruds"), "TREAT", "c")


@dataclass
class EmptyHouse:
    """A gate behind which nothing is; what is written is decoded and forgotten."""

    asked: list[str] = field(default_factory=list)

    @property
    def known(self) -> Parameters:
        return Parameters()

    async def parameters(self) -> Parameters:
        return self.known

    async def read(self, who: Principal, resource_type: str, resource_id: str, /) -> Stored:
        self.asked.append(resource_type)
        raise NotFound(f"There is no {resource_type} {resource_id} of {who.organisation}.")

    async def read_together(self, asked: Sequence[tuple[Principal, str, str]], /) -> Sequence[Stored | None]:
        self.asked.extend(f"{who.subject} {kind} {identity}" for who, kind, identity in asked)
        return [None] * len(asked)

    async def vread(self, who: Principal, resource_type: str, resource_id: str, version: int, /) -> Stored:
        self.asked.append(resource_type)
        raise NotFound(f"There is no {resource_type} {resource_id} {version} of {who.organisation}.")

    async def history_of(
        self, who: Principal, resource_type: str | None, resource_id: str | None, /, **asked: Any
    ) -> HistoryPage:
        self.asked.append(f"{resource_type}")
        raise NotFound(f"No {resource_type} {resource_id} with {sorted(asked)} of {who.organisation}.")

    def searchable(self, who: Principal, types: Sequence[str] | None = None, /) -> Sequence[str]:
        self.asked.append(who.subject)
        return types or ()

    async def everything(self, who: Principal, patient_id: str, extent: Any, /, **page: Any) -> SearchPage:
        self.asked.append(f"{who.subject} {patient_id} {extent}")
        raise NotFound(f"There is no such patient, {sorted(page)}.")

    async def everything_of_encounter(
        self, who: Principal, encounter_id: str, extent: Any, /, **page: Any
    ) -> SearchPage:
        self.asked.append(f"{who.subject} {encounter_id} {extent}")
        raise NotFound(f"There is no such encounter, {sorted(page)}.")

    async def search(self, who: Principal, query: SearchQuery, /, *, cursor: str | None) -> SearchPage:
        self.asked.append(f"{who.subject} {query.type} {cursor}")
        return SearchPage((), total=0)

    async def commit(self, who: Principal, writes: Sequence[Write], /) -> Sequence[Written]:
        self.asked.append(who.subject)
        return [self._written(write) for write in writes]

    def _written(self, write: Write) -> Written:
        resource = decode(write.raw) if write.raw else None
        status = "deleted" if write.verb == "delete" else "created"
        return Written(write.type, write.id or "new", 1, NOW, status, resource=resource, body=write.raw or b"")  # type: ignore[arg-type]


class OneToken:
    async def verify(self, bearer: str) -> Principal:
        if bearer != TOKEN:
            raise Unauthenticated("This is another token.")
        return WHO

    def known(self, bearer: bytes) -> Principal | None:
        return WHO if bearer == TOKEN.encode() else None


@dataclass
class Answered:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


HOUSE = EmptyHouse()
APP: FhirApp = fhir_app(
    HOUSE, OneToken(), NodeKeys.generate(), House("o", "O", "http://127.0.0.1:1"), max_body_bytes=4000
)


def ask(method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes) -> Answered:
    """The answer of the application, called as a server calls it."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    scope = {"type": "http", "method": method, "path": f"/fhir{path}", "query_string": query, "headers": headers}
    asyncio.run(APP(scope, receive, send))
    assert len(sent) == 2
    return Answered(sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"])


METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", ""])
SEGMENTS = st.sampled_from(
    [
        "Patient",
        "Observation",
        "Nothing",
        "_search",
        "_history",
        "metadata",
        "1",
        "0",
        "$x",
        "",
        "..",
        "\x00",
        "ü",
        "a_b",
    ]
) | st.text(max_size=70)
PATHS = st.lists(SEGMENTS, max_size=5).map(lambda parts: "/" + "/".join(parts))
NAMES = [
    "_count",
    "_page",
    "_format",
    "_pretty",
    "_sort",
    "_include",
    "name",
    "birthdate",
    "code",
    "_summary",
    "_total",
]
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=20)), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode()
) | st.binary(max_size=40)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                b"accept",
                b"prefer",
                b"if-match",
                b"if-none-match",
                b"if-none-exist",
                b"if-modified-since",
                b"content-length",
            ]
        ),
        st.binary(max_size=30) | st.sampled_from([b'W/"1"', b"return=minimal", b"identifier=a|b", b"*/*", b"99999"]),
    ),
    max_size=3,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
BODIES = (
    st.binary(max_size=100)
    | JSON.map(lambda value: json.dumps(value).encode())
    | JSON.map(lambda value: json.dumps({"resourceType": "Patient", "id": "1", "name": value}).encode())
    | JSON.map(lambda value: json.dumps({"resourceType": "Bundle", "type": "batch", "entry": [value]}).encode())
    | st.just(b'{"resourceType":"Patient","id":"1"}')
    | st.just(b" " * 4001)
)
TYPES = st.sampled_from([b"application/fhir+json", b"application/x-www-form-urlencoded", b"text/plain", b"\xff"])


@settings(max_examples=400, deadline=None)
@given(METHODS, PATHS, QUERIES, HEADERS, TYPES, BODIES)
def test_every_answer_is_fhir_and_no_failure_of_ours(
    method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], kind: bytes, body: bytes
) -> None:
    authorised = [*headers, (b"authorization", f"Bearer {TOKEN}".encode()), (b"content-type", kind)]
    answer = ask(method, path, query, authorised, body)
    assert answer.status < 500 or answer.status == 501, answer
    if answer.body:
        # A query may happen to ask for XML.
        xml = answer.headers[b"content-type"] == b"application/fhir+xml"
        assert xml or answer.headers[b"content-type"] in {b"application/fhir+json", b"application/json"}
        said = json.loads(to_json(answer.body) if xml else answer.body)
        assert isinstance(said, dict)
        assert answer.status < 400 or said["resourceType"] == "OperationOutcome"
    else:
        assert answer.status < 400 or method == "HEAD"


@settings(max_examples=200, deadline=None)
@given(METHODS, PATHS, QUERIES, HEADERS, st.binary(max_size=40), BODIES)
def test_without_a_token_nothing_is_asked_of_the_house(
    method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]], token: bytes, body: bytes
) -> None:
    HOUSE.asked.clear()
    answer = ask(method, path, query, [*headers, (b"authorization", b"Bearer " + token)], body)
    open_to_all = path.strip("/") in {"metadata", ".well-known/smart-configuration"}
    assert open_to_all or answer.status in {400, 401, 404, 405, 501}
    assert HOUSE.asked == []
