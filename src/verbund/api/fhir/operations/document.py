"""`Composition/$document`: a composition with everything that it refers to, as one document.

https://hl7.org/fhir/R4/composition-operation-document.html and https://hl7.org/fhir/R4/documents.html.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from verbund.access import Write
from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.following import followed
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import refused
from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.api.rules import scope
from verbund.config import utc_now
from verbund.errors import Incorrect, Unsupported
from verbund.fhir import decode, references
from verbund.fhir.stamping import instant
from verbund.identity import Principal

MOST_ENTRIES = 2_000
# Beyond what the composition names, entries bring along what they refer to themselves: an observation its performer.
ROUNDS = 3


async def document(service: Service, who: Principal, call: Call) -> Response:
    """The document: the composition first, then each resource once. With `persist` it is kept as a Bundle as well.

    What the composition refers to and who asks may not see is left out, as if it were not there.
    """
    if call.parameters.text("graph") is not None:
        raise Unsupported("$document takes no graph here; ask for $graph with the same definition.")
    identity = call.id or call.parameters.text("id")
    if not identity:
        raise refused("id", "is needed: the id of the Composition.")
    composition = await service.gate.read(who, "Composition", identity.removeprefix("Composition/"))
    entries = await _entries(service, who, composition)
    raw = _bundle(service, entries)
    if not call.parameters.flag("persist"):
        return Response(200, raw)
    (kept,) = await service.gate.commit(who, (Write("create", "Bundle", raw=raw),))
    return Response(200, kept.body or raw, version=kept.version, updated=kept.updated, location=service.location(kept))


async def _entries(service: Service, who: Principal, composition: Version) -> list[Version]:
    entries = {(composition.type, composition.id): composition}
    latest: Sequence[Version] = [composition]
    for _ in range(ROUNDS):
        texts = [one.text for version in latest for one in references(decode(version.body))]
        latest = [one for one in await followed(service, who, texts) if (one.type, one.id) not in entries]
        entries.update({(one.type, one.id): one for one in latest})
        if len(entries) > MOST_ENTRIES:
            raise Incorrect(f"This document would hold more than {MOST_ENTRIES} resources.")
    return list(entries.values())


def _bundle(service: Service, entries: Sequence[Version]) -> bytes:
    content: dict[str, Any] = {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{uuid.uuid4()}"},
        "type": "document",
        "timestamp": instant(utc_now()),
        "entry": [{"fullUrl": service.full_url(one), "resource": msgspec.Raw(one.body)} for one in entries],
    }
    return msgspec.json.encode(content)


OPERATIONS = (
    Operation(
        "document",
        ("type", "instance"),
        scope("r"),
        document,
        takes=frozenset({"id", "persist", "graph"}),
        types=("Composition",),
        definition="http://hl7.org/fhir/OperationDefinition/Composition-document",
    ),
)
