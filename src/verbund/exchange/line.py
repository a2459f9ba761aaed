"""The line to the hub: HTTP requests over connections that stay open, and what their failures mean to a caller."""

import asyncio
from types import TracebackType
from typing import Self

import httpx

from verbund.errors import Interrupted, Unavailable
from verbund.exchange import wire
from verbund.exchange.requests import Request

_CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0


class Line:
    """Connections to the hub at `url`; proxies of the environment count, as hospitals need them."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=60)
        self._client = httpx.AsyncClient(base_url=url, limits=limits, timeout=ANSWER_SECONDS)
        self._under_way: set[asyncio.Task[httpx.Response]] = set()
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Cut what is under way, which fails with Unavailable, and close every connection.

        In this order: httpx forgets a connection that is only being made, and leaves it open.
        """
        self._closing.set()
        for asked in self._under_way:
            asked.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._client.aclose()

    async def exchanged(
        self, request: Request, headers: dict[str, str], answer_seconds: float = ANSWER_SECONDS
    ) -> bytes:
        """Send a request and return the answer's body; raises what the hub raised, or that it is not there."""
        try:
            answer = await self._answered(request, headers, answer_seconds)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Unavailable("The hub cannot be reached.", german="Der Hub ist nicht erreichbar.") from None
        except httpx.InvalidURL:
            raise Unavailable("The hub's address is not one. Check the setting `hub_url`.") from None
        except (httpx.HTTPError, asyncio.IncompleteReadError):
            raise Interrupted(
                "The connection to the hub was cut.", german="Die Verbindung zum Hub wurde unterbrochen."
            ) from None
        if answer.status_code >= 400:
            raise wire.raised(answer.content, said_by="The hub")
        return answer.content

    async def _answered(self, request: Request, headers: dict[str, str], answer_seconds: float) -> httpx.Response:
        if self._closing.is_set():
            raise _shutting_down()
        timeout = httpx.Timeout(answer_seconds, connect=_CONNECT_SECONDS)
        answer = self._client.request(
            request.method, request.target, content=request.body, headers=headers, timeout=timeout
        )
        asked = asyncio.ensure_future(answer)
        self._under_way.add(asked)
        asked.add_done_callback(self._under_way.discard)
        try:
            return await asked
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self._closing.is_set() and caller is not None and not caller.cancelling():
                raise _shutting_down() from None
            raise


def _shutting_down() -> Unavailable:
    return Unavailable("This node is shutting down.", german="Dieser Knoten wird gerade beendet.")
