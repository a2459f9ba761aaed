"""Requests and answers of the FHIR API as plain values, read from and written to ASGI without a framework."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import structs

from verbund.api.fhir.codings import WORTH_COMPRESSING, chosen, opened, packed, packed_stream
from verbund.api.fhir.indenting import indented
from verbund.api.forms import Pairs, read_pairs
from verbund.errors import Incorrect, Invalid, TooLarge
from verbund.fhir.xml import to_xml

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = "application/fhir+json"
XML = "application/fhir+xml"
NDJSON = "application/fhir+ndjson"
_LARGEST_INDENTED = 256 * 1024  # larger XML is for programs
_LONGEST_KEPT = 1024
_ASIDE = 64 * 1024  # from this size on XML is written in a thread, so that others are not held up
ALWAYS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept, accept-encoding, authorization"),
)
"""What every answer says."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """One interaction that is asked for: over HTTP, or as an entry of a bundle. Header names are lower case."""

    method: str
    segments: tuple[str, ...]
    query: Pairs = ()
    headers: dict[str, str] = {}
    body: bytes = b""
    answer_format: str = JSON

    def with_body(self, body: bytes) -> "Request":
        """The same request with its body read."""
        return Request(self.method, self.segments, self.query, self.headers, body, self.answer_format)

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)


def in_format(request: Request, media_type: str) -> Request:
    """The request, to be answered in this format."""
    return request if media_type == JSON else structs.replace(request, answer_format=media_type)


class Response(msgspec.Struct, frozen=True):
    """An answer: the status, the body, which may be empty, the version it is about, and more headers."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    version: int | None = None
    updated: datetime | None = None
    location: str | None = None
    content_location: str | None = None
    media_type: str = JSON
    stream: AsyncIterator[bytes] | None = None

    def all_headers(self) -> list[tuple[bytes, bytes]]:
        """Its headers as ASGI takes them, without those that depend on how the body is sent."""
        found = [*ALWAYS, *((name.lower().encode(), _latin(value)) for name, value in self.headers)]
        if self.version is not None:
            found.append((b"etag", b'W/"%d"' % self.version))
        if self.location is not None:
            found.append((b"location", _latin(self.location)))
        if self.content_location is not None:
            found.append((b"content-location", _latin(self.content_location)))
        if self.updated is not None:
            found.append((b"last-modified", http_date(self.updated)))
        return found


def read_head(scope: Scope, base_path: str) -> Request:
    """The request without its body. `base_path` is where the API is mounted. Raises Incorrect for a broken query."""
    path: str = scope["path"]
    inner = path.removeprefix(base_path).strip("/")
    return Request(
        method=scope["method"],
        segments=tuple(inner.split("/")) if inner else (),
        query=_query(scope["query_string"]) if scope["query_string"] else (),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
    )


def _query(text: bytes) -> Pairs:
    """What is asked again and again is read once, unless it is long."""
    return _read_once(text) if len(text) <= _LONGEST_KEPT else read_pairs(text.decode("latin-1"))


@lru_cache(maxsize=1024)
def _read_once(text: bytes) -> Pairs:
    return read_pairs(text.decode("latin-1"))


async def read_body(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    """The body, its content codings undone.

    Raises TooLarge as soon as it is known to be longer than `limit` bytes, as it comes or unpacked, without reading the
    rest.
    """
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:18]) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Incorrect("The connection was closed in the middle of the body.")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            body = parts[0] if len(parts) == 1 else b"".join(parts)
            coding = headers.get("content-encoding")
            return body if coding is None else await asyncio.to_thread(opened, body, coding, limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than the {limit} bytes that this node takes; send it in several bundles.")


@lru_cache(maxsize=4096)
def http_date(moment: datetime) -> bytes:
    """A moment as headers say it (RFC 9110, section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True).encode()


def _latin(text: str) -> bytes:
    return text.encode("latin-1", "replace")


async def write(send: Send, request: Request | None, response: Response) -> None:
    """Send the answer: in the format it is asked for, without its body for HEAD, indented and compressed if asked."""
    if response.stream is not None:
        await _write_stream(send, request, response, response.stream)
        return
    body, media_type = response.body, response.media_type
    headers = response.all_headers()
    if request is not None and body:
        if media_type == JSON and request.answer_format == XML:
            # What repeats of a request what XML cannot hold goes out as it is.
            with suppress(Invalid):
                body, media_type = await _as_xml(body), XML
        if media_type in {JSON, XML} and request.parameter("_pretty") == "true":
            body = _indented(body, media_type)
        coding = chosen(request.headers.get("accept-encoding", "")) if len(body) >= WORTH_COMPRESSING else None
        if coding is not None:
            body = await packed(body, coding)
            headers.append((b"content-encoding", coding.encode()))
    if body:
        headers.append((b"content-type", media_type.encode()))
    if response.status not in {204, 304}:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request and request.method == "HEAD" else body})


async def _write_stream(send: Send, request: Request | None, response: Response, pieces: AsyncIterator[bytes]) -> None:
    """Send a body piece by piece, packed where that is taken; its length is not known before."""
    coding = None if request is None else chosen(request.headers.get("accept-encoding", ""))
    headers = [*response.all_headers(), (b"content-type", response.media_type.encode())]
    headers += [] if coding is None else [(b"content-encoding", coding.encode())]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if request is None or request.method != "HEAD":
        async for piece in pieces if coding is None else packed_stream(pieces, coding):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            # Waits until it has gone out: what comes next is decided then, not while somebody reads slowly.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _as_xml(body: bytes) -> bytes:
    return to_xml(body) if len(body) < _ASIDE else await asyncio.to_thread(to_xml, body)


def _indented(body: bytes, media_type: str) -> bytes:
    if media_type == JSON:
        return msgspec.json.format(body, indent=2)
    return indented(body) if len(body) < _LARGEST_INDENTED else body
