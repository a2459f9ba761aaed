"""`$break-the-glass`: a record opened by staff who do not treat the patient, with a reason, for some time.

An operation of our own: FHIR has none. On a patient by id, or on Patient with `family`, `given` and `birthDate`, which
must fit one person; `reason` says why, in words that the patient will read. The answer says whose record it is and
until when it may be read; no end means that the patient is treated anyway. The token reaches everybody as a whole
(`user/Patient.rs`): an app that was launched for one patient opens no other.
"""

from datetime import date

from verbund.access import Sought
from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, Parameters, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.identity import Principal

_DESCRIBED = frozenset({"family", "given", "birthDate"})


async def open_record(service: Service, who: Principal, call: Call) -> Response:
    """Open it; logged before it is said. Forbidden without a reason, NotFound when nobody is meant."""
    reason = call.parameters.text("reason") or ""
    opened = await service.gate.open_record(who, call.id or _sought(call.parameters), reason)
    told = [Parameter("patient", {"reference": f"Patient/{opened.patient_id}"}, "Reference")]
    if opened.until is not None:
        told.append(Parameter("until", opened.until.isoformat(), "instant"))
    return Response(200, answer_of(told))


def _sought(given: Parameters) -> Sought:
    """The person as described; Incorrect, naming the parameter, where something is missing."""
    texts = {name: given.text(name) for name in sorted(_DESCRIBED)}
    for name, text in texts.items():
        if not text:
            raise refused(name, "is needed where the patient is not named by id.")
    try:
        born = date.fromisoformat(texts["birthDate"] or "")
    except ValueError:
        raise refused("birthDate", "must be a day, such as 1956-03-05.") from None
    return Sought(texts["family"] or "", texts["given"] or "", born)


OPERATIONS = (
    Operation(
        "break-the-glass",
        ("type", "instance"),
        scope("rs"),
        open_record,
        takes=frozenset({"reason", *_DESCRIBED}),
        methods=("POST",),
        types=("Patient",),
        definition="urn:verbund:operation:break-the-glass",
    ),
)
