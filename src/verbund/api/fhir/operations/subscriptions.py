"""What subscribers ask: `$status`, `$events`, `$get-ws-binding-token` of Subscriptions.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/actors.html#operations
"""

from typing import cast

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.fhir.stamping import instant
from verbund.identity import Principal
from verbund.subscriptions import Subscriptions
from verbund.subscriptions.model import Content, State

_DEFINITION = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-"
_STATES = frozenset({"requested", "active", "error", "off"})
_CONTENT = frozenset({"empty", "id-only", "full-resource"})


async def status(service: Service, who: Principal, call: Call) -> Response:
    """The state of one subscription, of several, or of all that belong to who asks."""
    ids = _ids(call)
    states = () if call.id else call.parameters.texts("status")
    if set(states) - _STATES:
        raise refused("status", f"is one of {', '.join(sorted(_STATES))}.")
    chosen = cast("tuple[State, ...]", states)
    return Response(200, await service.part(Subscriptions).status(who, ids, chosen))


async def events(service: Service, who: Principal, call: Call) -> Response:
    """Events that there were, from one number to another."""
    content = call.parameters.text("content")
    if content is not None and content not in _CONTENT:
        raise refused("content", f"is one of {', '.join(sorted(_CONTENT))}.")
    first = call.parameters.number("eventsSinceNumber")
    last = call.parameters.number("eventsUntilNumber")
    told = await service.part(Subscriptions).events(who, call.id, first or 1, last, cast("Content | None", content))
    return Response(200, told)


async def binding_token(service: Service, who: Principal, call: Call) -> Response:
    """A token that binds a websocket, once, to subscriptions of who asks."""
    found = await service.part(Subscriptions).binding(who, _ids(call))
    listed = [
        Parameter("token", found.token, "string"),
        Parameter("expiration", instant(found.until), "dateTime"),
        *(Parameter("subscription", one, "string") for one in found.subscriptions),
        Parameter("websocket-url", found.address, "url"),
    ]
    return Response(200, answer_of(listed))


def _ids(call: Call) -> tuple[str, ...] | None:
    """The subscriptions that are meant; None for all."""
    return (call.id,) if call.id else call.parameters.texts("id") or None


_LOOK = scope("r")
_SUBSCRIPTION = ("Subscription",)

OPERATIONS = (
    Operation(
        "status",
        ("type", "instance"),
        _LOOK,
        status,
        takes=frozenset({"id", "status"}),
        types=_SUBSCRIPTION,
        definition=f"{_DEFINITION}status",
    ),
    Operation(
        "events",
        ("instance",),
        _LOOK,
        events,
        takes=frozenset({"eventsSinceNumber", "eventsUntilNumber", "content"}),
        types=_SUBSCRIPTION,
        definition=f"{_DEFINITION}events",
    ),
    Operation(
        "get-ws-binding-token",
        ("type", "instance"),
        _LOOK,
        binding_token,
        takes=frozenset({"id"}),
        types=_SUBSCRIPTION,
        definition=f"{_DEFINITION}get-ws-binding-token",
        methods=("GET", "POST"),
    ),
)
