"""What every request passes first: it is counted, timed, given an id, and logged without its query."""

import itertools
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from verbund.ops.logs import REQUEST, RequestLog
from verbund.ops.metrics import Metrics

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

# First path segments that are named in metrics and logs; everything else is the portal.
AREAS = {
    "fhir": "fhir",
    "oauth": "oauth",
    ".well-known": "oauth",
    "exchange": "exchange",
    "health": "ops",
    "metrics": "ops",
    "static": "static",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET_AREAS = frozenset({"ops", "static", "exchange"})


class Observed:
    """ASGI middleware; adds `X-Request-Id` to the answer and to every log event of the request."""

    def __init__(self, app: AsgiApp, metrics: Metrics, node: str) -> None:
        self._app = app
        self._requests = metrics.requests
        # Drawn once: no two processes have the same, and within one the number goes up.
        self._series = secrets.token_hex(10)
        self._numbers = itertools.count(1)
        self._log = RequestLog(node)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = self.begin()
        status = 500

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", number.encode())]
            await send(message)

        began = time.perf_counter()
        bound = REQUEST.set(number)
        try:
            await self._app(scope, receive, send_observed)
        finally:
            path: str = scope["path"]
            area = AREAS.get(path.split("/", 2)[1] if "/" in path else "", "portal")
            method = scope["method"] if scope["method"] in METHODS else "OTHER"
            self.end(number, area, method, status, time.perf_counter() - began)
            REQUEST.reset(bound)

    def begin(self) -> str:
        """The number of a request that begins now."""
        self._requests.running += 1
        return f"{self._series}{next(self._numbers):012x}"

    def end(self, number: str, area: str, method: str, status: int, seconds: float) -> None:
        """Count and log a request that was answered."""
        self._requests.running -= 1
        self._requests.note(area, method, status, seconds)
        self._log.answered(number, area, method, status, seconds, quiet=area in QUIET_AREAS)

    def hand_on(self) -> None:
        """What began is begun anew by another way, which observes it itself."""
        self._requests.running -= 1
