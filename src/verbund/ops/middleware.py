"""What every request passes first: it is counted, timed, given an id, and logged without its query."""

import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

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
        self._log = structlog.get_logger("verbund.http").bind(node=node)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        status = 500

        async def send_observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        began = time.perf_counter()
        try:
            with self._metrics.running.track_inprogress(), structlog.contextvars.bound_contextvars(request=request_id):
                await self._app(scope, receive, send_observed)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        area = AREAS.get(scope["path"].split("/", 2)[1] if "/" in scope["path"] else "", "portal")
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self._metrics.requests.labels(area, method, str(status)).inc()
        self._metrics.seconds.labels(area).observe(seconds)
        level = self._log.debug if area in QUIET_AREAS else self._log.info
        level("request", area=area, method=method, status=status, ms=round(seconds * 1000, 1))
