"""Between the processes of one node: what one of them does not answer itself it hands to the first, over a socket file.

The first one believes the caller's address that comes with it: only processes of this node reach the file.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from verbund.ops.middleware import AsgiApp, Receive, Scope, Send

CALLER = b"x-verbund-caller"
# Headers that belong to one connection (RFC 9110, section 7.6.1).
_OF_A_CONNECTION = frozenset({b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"})


class Forwarding:
    """An ASGI application that asks another process and gives its answer, piece by piece."""

    def __init__(self, socket: Path) -> None:
        transport = httpx.AsyncHTTPTransport(uds=str(socket), limits=httpx.Limits(max_connections=None))
        self._client = httpx.AsyncClient(transport=transport, timeout=None, trust_env=False)  # noqa: S113 - long polls

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = [pair for pair in scope["headers"] if pair[0] not in _OF_A_CONNECTION and pair[0] != CALLER]
        headers.append((CALLER, (scope.get("client") or ("", 0))[0].encode()))
        query = scope["query_string"]
        target = scope.get("raw_path", scope["path"].encode()) + (b"?" + query if query else b"")
        url = httpx.URL("http://node", raw_path=target)
        has_body = any(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])
        request = httpx.Request(scope["method"], url, headers=headers, content=_pieces(receive) if has_body else None)
        answer = await self._client.send(request, stream=True)
        try:
            kept = [pair for pair in answer.headers.raw if pair[0].lower() not in _OF_A_CONNECTION]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
            async for piece in answer.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        yield message.get("body", b"")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


def behind(app: AsgiApp) -> AsgiApp:
    """The application of the first process, for what comes through the file: with the caller's own address."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        caller = dict(scope.get("headers", ())).get(CALLER, b"").decode("latin-1")
        await app({**scope, "client": (caller, 0) if caller else None}, receive, send)

    return called
