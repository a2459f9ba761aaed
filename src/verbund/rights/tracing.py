"""What a correction leaves in the record: from which version of the entry to which, at whose wish, by whom.

FHIR R4 Provenance, http://hl7.org/fhir/R4/provenance.html: the entry's new version and the patient are its targets, so
that it belongs to the patient's record; the version that was wrong is what it was made from.
"""

from typing import Any

from verbund.fhir.stamping import instant
from verbund.rights.model import Request

_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
Json = dict[str, Any]


def provenance(request: Request, version: int, by: Json, at: str) -> Json:
    """The Provenance of the `version` in which the entry holds what the patient asked for."""
    own = {"reference": f"Patient/{request.patient_id}"}
    return {
        "resourceType": "Provenance",
        "target": [{"reference": f"{request.about}/_history/{version}"}, own],
        "recorded": at,
        "activity": _concept("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "UPDATE", "revise"),
        "reason": [
            _concept("http://terminology.hl7.org/CodeSystem/v3-ActReason", "PATRQT", "patient requested")
            | {"text": "Correction (GDPR, Article 16)"}
        ],
        "agent": [
            {"type": _concept(_PARTICIPANT, "author", "Author"), "who": by},
            {"type": _concept(_PARTICIPANT, "informant", "Informant"), "who": own},
        ],
        "entity": [{"role": "revision", "what": {"reference": f"{request.about}/_history/{request.version}"}}],
    }


def note(request: Request) -> Json:
    """The patient's words as an Annotation."""
    author = {"reference": f"Patient/{request.patient_id}"}
    return {"authorReference": author, "time": instant(request.asked_at), "text": request.text}


def statement(request: Request) -> Json:
    """The patient's words about an entry that has no place for notes: a Communication of the patient's own."""
    own = {"reference": f"Patient/{request.patient_id}"}
    return {
        "resourceType": "Communication",
        "status": "completed",
        "subject": own,
        "about": [{"reference": request.about}],
        "sent": instant(request.asked_at),
        "sender": own,
        "payload": [{"contentString": request.text}],
        "note": [{"text": "Supplementary statement (GDPR, Article 16)"}],
    }


def _concept(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}
