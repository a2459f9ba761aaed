"""The addresses for operators: health in the open, metrics for whoever holds a token of this node."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
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

    async def ready(_request: Request) -> Response:
        checks = await health.checks()
        is_ready = all(check.holds for check in checks if check.needed)
        body = {
            "status": "ready" if is_ready else "not ready",
            "checks": {c.name: {"ok": c.holds, "needed": c.needed, "text": c.text.en} for c in checks},
        }
        return JSONResponse(body, status_code=200 if is_ready else 503)

    async def read_metrics(request: Request) -> Response:
        try:
            await authorise(_bearer(request))
        except VerbundError as error:
            challenge = {"WWW-Authenticate": 'Bearer realm="verbund"'} if error.http_status == 401 else None
            return JSONResponse({"error": error.text}, status_code=error.http_status, headers=challenge)
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    return Starlette(
        routes=[Route("/health/live", live), Route("/health/ready", ready), Route("/metrics", read_metrics)]
    )


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Metrics need a token: verbund token CONFIG --scope system/*.rs, sent as a bearer token.")
    return token
