"""`AuditEvent/[id]/$proof`: the proof of one access, a file that holds without this node.

The answer is no resource but the file itself, JSON that `verbund audit verify --proof` reads.
"""

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import NotFound
from verbund.identity import Principal

_LONGEST_NUMBER = 18


async def proof(service: Service, who: Principal, call: Call) -> Response:
    """The proof of the event, for who may read the log of its patient. NotFound where that is not so."""
    number, _, patient_id = call.id.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER and patient_id):
        raise NotFound("There is no such event here, or it is not to be seen.")
    return Response(200, await service.gate.proof_of(who, patient_id, int(number)), media_type="application/json")


OPERATIONS = (
    Operation(
        "proof", ("instance",), scope("r"), proof, types=("AuditEvent",), definition="urn:verbund:operation:proof"
    ),
)
