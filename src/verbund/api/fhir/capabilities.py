"""The CapabilityStatement, made from the table of interactions, so that it cannot promise what is not answered."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from verbund import __version__
from verbund.access import OWN_TYPES
from verbund.api.fhir.messages import JSON, XML
from verbund.api.fhir.operations import OPERATIONS, Operation
from verbund.api.fhir.patching import FORMATS
from verbund.api.fhir.routing import INTERACTIONS
from verbund.fhir import RESOURCE_TYPES, STANDARD, Parameters
from verbund.fhir.capability import Offer, capability
from verbund.fhir.generated.compartments import COMPARTMENTS
from verbund.identity import House

_CODES = ("create", "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "search-type")
_OWN = ("read", "search-type")
_SYSTEM = ("history-system", "search-system")
_BEHAVIOUR: dict[str, bool | str] = {
    "updateCreate": True,
    "conditionalCreate": True,
    "conditionalRead": "full-support",
    "conditionalUpdate": True,
    "conditionalDelete": "multiple",
}
_OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"


def capability_statement(house: House, *, started: datetime, known: Parameters = STANDARD) -> bytes:
    """What a node that knows these search parameters offers over FHIR, as JSON; `started` is since when."""
    offered = {interaction.name for interaction in INTERACTIONS}
    codes = tuple(code for code in _CODES if code in offered)
    offer = Offer(
        types=dict.fromkeys(RESOURCE_TYPES, codes) | dict.fromkeys(OWN_TYPES, _OWN),
        system=("transaction", "batch", *(code for code in _SYSTEM if code in offered)),
        formats=(JSON, "json", XML, "xml"),
        patch_formats=FORMATS,
        compartments=sorted(COMPARTMENTS),
        behaviour=_BEHAVIOUR,
        operations=_listed(op for op in OPERATIONS.values() if "system" in op.levels),
        type_operations={name: _listed(_of_type(name)) for name in RESOURCE_TYPES},
        known=known,
        own=OWN_TYPES,
    )
    statement = capability(
        offer,
        base_url=house.audience,
        title=house.organisation_name,
        version=__version__,
        date=started,
        security=_security(house),
    )
    return msgspec.json.encode(statement)


def _of_type(name: str) -> Iterable[Operation]:
    """The operations that can be called at a type or at its resources."""
    for operation in OPERATIONS.values():
        if set(operation.levels) - {"system"} and (not operation.types or name in operation.types):
            yield operation


def _listed(operations: Iterable[Operation]) -> tuple[tuple[str, str], ...]:
    return tuple((operation.name, operation.canonical) for operation in operations)


def _security(house: House) -> dict[str, Any]:
    """How to get a token (SMART App Launch 2.2, and the older extension that some clients still read)."""
    addresses = {name: f"{house.issuer}/oauth/{name}" for name in ("authorize", "token", "introspect", "revoke")}
    return {
        "extension": [{"url": _OAUTH, "extension": [{"url": n, "valueUri": uri} for n, uri in addresses.items()]}],
        "service": [{"coding": [{"system": _SERVICES, "code": "SMART-on-FHIR"}], "text": "OAuth 2 with SMART scopes"}],
    }
