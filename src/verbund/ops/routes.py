"""The addresses for operators: whether the node is well, in the open; why, and metrics, with a token of this node."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from verbund.errors import Unauthenticated, VerbundError
from verbund.ops.health import Health
from verbund.ops.metrics import Metrics

ROUTES: Mapping[str, str] = {
    "/health/live": "public",
    "/health/ready": "public",
    "/metrics": "bearer system",
}

# Raises Unauthenticated or Forbidden when the bearer token does not carry a system scope of this node.
Authorise = Callable[[str], Awaitable[None]]


def create_app(health: Health, metrics: Metrics, authorise: Authorise) -> Starlette:
    """The application that answers the addresses in ROUTES."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        """The status for everybody; what was found, of whom nobody else learns, for operators."""
        is_operator = "authorization" in request.headers
        if is_operator and (refusal := await _refused(request, authorise)) is not None:
            return refusal
        checks = await health.checks()
        is_ready = all(check.holds for check in checks if check.needed)
        body: dict[str, object] = {"status": "ready" if is_ready else "not ready"}
        if is_operator:
            body["checks"] = {c.name: {"ok": c.holds, "needed": c.needed, "text": c.text.en} for c in checks}
        return JSONResponse(body, status_code=200 if is_ready else 503)

    async def read_metrics(request: Request) -> Response:
        if (refusal := await _refused(request, authorise)) is not None:
            return refusal
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[Route("/health/live", live), Route("/health/ready", ready), Route("/metrics", read_metrics)],
        exception_handlers={HTTPException: _unrouted},
    )


async def _unrouted(_request: Request, error: Exception) -> Response:
    """What is answered where there is nothing, or not by this method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    text = "This address does not take this method." if status == 405 else "There is nothing at this address."
    return JSONResponse({"error": text}, status_code=status, headers=headers)


async def _refused(request: Request, authorise: Authorise) -> Response | None:
    """What is answered to who may not; None for operators."""
    try:
        await authorise(_bearer(request))
    except VerbundError as error:
        challenge = {"WWW-Authenticate": 'Bearer realm="verbund"'} if error.http_status == 401 else None
        return JSONResponse({"error": error.text}, status_code=error.http_status, headers=challenge)
    return None


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("This needs a token: verbund token CONFIG --scope system/*.rs, sent as a bearer token.")
    return token
