"""From a request to its answer: who may ask at all, and which function answers which interaction."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from verbund.api.fhir import histories, reading, searching, writing
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.operations import bulk
from verbund.api.fhir.operations.calling import call
from verbund.api.fhir.service import Service
from verbund.errors import Forbidden
from verbund.identity import Principal, Scopes

Handler = Callable[[Service, Principal, Request, Address], Awaitable[Response]]

HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(("search-type", "search-system", "search-compartment"), searching.search),
    **dict.fromkeys(
        ("search-form", "search-system-form", "search-compartment-form", "search-compartment-all-form"),
        searching.search_form,
    ),
    **dict.fromkeys(("create", "update", "patch", "delete"), writing.write),
    **dict.fromkeys(("conditional-update", "conditional-patch", "conditional-delete"), writing.write),
    **dict.fromkeys(("history-instance", "history-type", "history-system"), histories.history),
    "bulk-status": bulk.status,
    "bulk-file": bulk.file,
    "import-status": bulk.import_status,
    "read": reading.read,
    "vread": reading.vread,
}
"""What answers the interactions on the system, on types and on resources."""

CHANGING = frozenset(name for name, handler in HANDLERS.items() if handler is writing.write)
"""The interactions that change something."""


@lru_cache(maxsize=8192)
def granted(scopes: Scopes, resource_type: str, letters: str) -> bool:
    """Whether scopes grant these interaction letters on a type as a whole."""
    return scopes.allows(resource_type, letters)


def check_scopes(who: Principal, address: Address) -> None:
    """Refuse (Forbidden) what the token's scopes do not grant; the gate decides about the data itself."""
    letters = address.interaction.rule.letters
    if letters and not granted(who.scopes, address.type, letters) and not who.scopes.may(address.type, letters):
        kind = address.type or "*"
        raise Forbidden(
            f"The token does not allow {address.interaction.name} of {kind}; "
            f"it needs a scope such as user/{kind}.{letters}."
        )


async def answer(service: Service, who: Principal, request: Request, address: Address) -> Response:
    """Answer one interaction. Raises errors of `verbund.errors` only as far as those below do."""
    check_scopes(who, address)
    name = address.interaction.name
    handler = call if name[0] == "$" else HANDLERS[name]
    return await handler(service, who, request, address)
