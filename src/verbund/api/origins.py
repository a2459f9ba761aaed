"""Pages of other origins: an app in a browser may read what its token opens (Fetch, section 3.2; SMART App Launch 2.2,
considerations for CORS).

No cookie counts at these addresses, so that any origin may ask: who has no token is given nothing by it.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_ALLOW = b"access-control-allow-origin"
_SHOWN = (
    b"Content-Location", b"DPoP-Nonce", b"ETag", b"Expires", b"Last-Modified", b"Location", b"Retry-After",
    b"WWW-Authenticate", b"X-Progress", b"X-Request-Id",
)  # fmt: skip
_TAKEN = (
    b"Accept", b"Authorization", b"Content-Type", b"DPoP", b"If-Match", b"If-Modified-Since", b"If-None-Exist",
    b"If-None-Match", b"Prefer",
)  # fmt: skip
_ANSWER = (
    (_ALLOW, b"*"),
    (b"access-control-expose-headers", b", ".join(_SHOWN)),
)
_BEFORE = (
    (_ALLOW, b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b", ".join(_TAKEN)),
    (b"access-control-max-age", b"600"),
    (b"vary", b"Access-Control-Request-Method"),
)


class Across:
    """ASGI middleware: answers preflights and lets pages of every origin read the answers; not at `closed` paths."""

    def __init__(self, app: AsgiApp, closed: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._closed = closed

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI 3. What does not come from a page of another origin passes as it is."""
        if not _has(scope, b"origin") or scope["path"] in self._closed:
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and _has(scope, b"access-control-request-method"):
            await send({"type": "http.response.start", "status": 204, "headers": list(_BEFORE)})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, _readable(send))


def _has(scope: Message, wanted: bytes) -> bool:
    return scope["type"] == "http" and any(name == wanted for name, _ in scope["headers"])


def _readable(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != _ALLOW]
            message["headers"] = [*kept, *_ANSWER]
        await send(message)

    return told
