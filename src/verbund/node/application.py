"""One node's addresses as one ASGI application: each first path segment goes to the part that answers for it."""

from collections.abc import Mapping, Sequence

from verbund.api import FhirApp, fhir_app
from verbund.api.bulk import Exports, Imports, Jobs
from verbund.definitions import Validator
from verbund.errors import NotFound
from verbund.fhir import outcome
from verbund.identity import caller_of, networks
from verbund.node.assembly import SOCKETS, Node
from verbund.node.rights import erasures_of
from verbund.ops.middleware import AsgiApp, Receive, Scope, Send

CALLBACK = "/oauth/callback"
SOCKET_ROUTES: Mapping[str, str] = {SOCKETS: "binding token"}
"""Every address at which WebSocket is spoken, with its rule: who binds shows a token that was given for it, once."""


def fhir_of(node: Node) -> FhirApp:
    """The FHIR API of a node."""
    jobs = Jobs(node.database, node.keys)
    return fhir_app(
        node.gate,
        node.tokens,
        node.keys,
        node.house,
        max_body_bytes=node.config.max_body_bytes,
        parts=(
            node.terminology,
            Validator(node.taught, node.terminology.settled),
            node.subscriptions,
            Exports(jobs, node.gate),
            Imports(jobs, node.gate, node.config.import_from),
            node.requests,
            node.copies,
            erasures_of(node, None),
        ),
    )


class Addresses:
    """Routes by the first segment of the path; what is not listed goes to the portal, which knows its own pages.

    Subscribers speak WebSocket, at one address, with `sockets`.
    """

    def __init__(self, parts: Mapping[str, AsgiApp], portal: AsgiApp, sockets: AsgiApp | None = None) -> None:
        self._parts = parts
        self._portal = portal
        self._sockets = sockets or _refuse_upgrade

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http":
            speaking = self._sockets if path in SOCKET_ROUTES else _refuse_upgrade
            await speaking(scope, receive, send)
            return
        part = None if path == CALLBACK else self._parts.get(path.split("/", 2)[1] if "/" in path else "")
        await (part or self._portal)(scope, receive, send)


async def _refuse_upgrade(scope: Scope, receive: Receive, send: Send) -> None:
    """Nothing but subscriptions speaks WebSocket; the handshake is refused."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    """The answer for addresses that only a hub has."""
    body = outcome(NotFound("There is nothing at this address on this node."))
    headers = [(b"content-type", b"application/fhir+json")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def behind_proxies(app: AsgiApp, trusted: Sequence[str]) -> AsgiApp:
    """`app`, told who asks as the trusted proxies say it; what others write into X-Forwarded-For is not believed."""
    known = networks(trusted)
    if not known:
        return app

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        headers = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
        caller = caller_of(client[0] if client else None, headers, known)
        await app({**scope, "client": (caller, 0) if caller else None}, receive, send)

    return told
