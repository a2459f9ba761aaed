"""What every request passes first: it is counted, timed, given an id, and logged without its query."""

import itertools
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

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
        self._metrics = metrics
        # Drawn once: no two processes have the same, and within one the number goes up.
        self._series = secrets.token_hex(10)
        self._numbers = itertools.count(1)
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._log = structlog.get_logger("verbund.http").bind(node=node)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"{self._series}{next(self._numbers):012x}"
        status = 500

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        began = time.perf_counter()
        self._metrics.running.inc()
        bound = structlog.contextvars.bind_contextvars(request=request_id)
        try:
            await self._app(scope, receive, send_observed)
        finally:
            structlog.contextvars.reset_contextvars(**bound)
            self._metrics.running.dec()
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        area = AREAS.get(scope["path"].split("/", 2)[1] if "/" in scope["path"] else "", "portal")
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        counted = self._counted.get((area, method, status))
        if counted is None:
            requests, times = self._metrics.requests, self._metrics.seconds
            counted = self._counted[area, method, status] = (
                requests.labels(area, method, str(status)),
                times.labels(area),
            )
        counted[0].inc()
        counted[1].observe(seconds)
        level = self._log.debug if area in QUIET_AREAS else self._log.info
        level("request", area=area, method=method, status=status, ms=round(seconds * 1000, 1))
