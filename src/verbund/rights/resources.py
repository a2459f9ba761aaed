"""Requests of patients as FHIR R4 Tasks, for programs."""

from collections.abc import Mapping
from typing import Any

from verbund.fhir.stamping import instant
from verbund.rights.model import Kind, Request, State

SYSTEM = "urn:verbund:data-request"
Json = dict[str, Any]
_STATUS: Mapping[State, str] = {
    State.OPEN: "requested",
    State.ACCEPTED: "completed",
    State.REFUSED: "rejected",
    State.WITHDRAWN: "cancelled",
    State.ENDED: "completed",
    State.PARTLY: "on-hold",
}
_WORDS: Mapping[Kind, str] = {
    Kind.CORRECTION: "Correction of an entry (GDPR, Article 16)",
    Kind.RESTRICTION: "Restriction of processing (GDPR, Article 18)",
    Kind.ERASURE: "Erasure (GDPR, Article 17)",
}


def to_task(request: Request) -> Json:
    """The request as a Task: what is asked for, of whom, about which entry, until when, and each step as a note."""
    status = "in-progress" if _in_force(request) else _STATUS[request.state]
    task: Json = {
        "resourceType": "Task",
        "id": str(request.id),
        "status": status,
        "businessStatus": {"coding": [{"system": SYSTEM, "code": request.state.value}]},
        "intent": "order",
        "code": {"coding": [{"system": SYSTEM, "code": request.kind.value, "display": _WORDS[request.kind]}]},
        "for": {"reference": f"Patient/{request.patient_id}"},
        "requester": {"reference": f"Patient/{request.patient_id}", "display": request.asked_by},
        "authoredOn": instant(request.asked_at),
        "lastModified": instant(request.last.at if request.last else request.asked_at),
        "restriction": {"period": {"end": instant(request.due)}},
    }
    if request.text:
        task["description"] = request.text
    if request.about:
        task["focus"] = {"reference": request.about}
    if request.kind is Kind.RESTRICTION:
        task["input"] = [{"type": {"text": "category"}, "valueString": kind.code} for kind in request.kinds]
    notes = [
        {"authorString": step.by, "time": instant(step.at), "text": f"{step.state.value}: {step.text}".rstrip(": ")}
        for step in request.steps
    ]
    return task | ({"note": notes} if notes else {})


def _in_force(request: Request) -> bool:
    return (request.kind, request.state) == (Kind.RESTRICTION, State.ACCEPTED)
