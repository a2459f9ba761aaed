"""`List/$find`: what is current for a patient, as a List (https://hl7.org/fhir/R4/list-operation-find.html)."""

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.gathering import gathered
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.fhir.checks import is_id
from verbund.fhir.current import CURRENT
from verbund.identity import Principal

MOST_ENTRIES = 1_000


async def find(service: Service, who: Principal, call: Call) -> Response:
    """The List of this `name`, which stands under no address of its own; NotFound for another name or patient."""
    patient, name = call.parameters.text("patient"), (call.parameters.text("name") or "").removeprefix("$")
    identity = (patient or "").removeprefix("Patient/")
    if not is_id(identity):
        raise refused("patient", "takes the id of a patient.")
    if name not in CURRENT:
        raise NotFound(f"There is no list of this name here; there are {', '.join(CURRENT)}.")
    await service.gate.read(who, "Patient", identity)
    entries = []
    for kind, asked in CURRENT[name].items():
        query = parse_search(kind, (("patient", identity), *asked, ("_count", str(MOST_ENTRIES))))
        found = await gathered(service, who, query, MOST_ENTRIES)
        entries += [{"item": {"reference": f"{one.type}/{one.id}"}} for one in found]
    made = {"resourceType": "List", "status": "current", "mode": "snapshot", "title": name}
    of = {"subject": {"reference": f"Patient/{identity}"}}
    return Response(200, msgspec.json.encode(made | of | ({"entry": entries} if entries else {})))


OPERATIONS = (
    Operation(
        "find",
        ("type",),
        scope("s"),
        find,
        takes=frozenset({"patient", "name"}),
        types=("List",),
        definition="http://hl7.org/fhir/OperationDefinition/List-find",
    ),
)
