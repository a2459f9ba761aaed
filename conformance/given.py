"""What the generator cannot guess: what types need so that their invariants hold, and what must fit in several places.

The rest is made from the definitions (`conformance.made`).
"""

from typing import Any

Json = dict[str, Any]

CODES = "http://example.org/codes"
HL7 = "http://terminology.hl7.org/CodeSystem"
TWO = [
    {"type": "source", "resource": {"reference": "Patient/target"}},
    {"type": "alternate", "resource": {"reference": "Patient/target"}},
]
BASIC = {"id": "Basic", "path": "Basic", "base": {"path": "Basic", "min": 0, "max": "*"}, "definition": "Basic"}
BOUND = {
    "id": "Basic.code",
    "path": "Basic.code",
    "base": {"path": "Basic.code", "min": 1, "max": "1"},
    "min": 1,
    "max": "1",
    "definition": "Code",
    "type": [{"code": "CodeableConcept"}],
    "binding": {"strength": "example", "valueSet": "http://example.org/ValueSet/bound"},
}
WINDOW = {
    "chromosome": {"coding": [{"system": CODES, "code": "chromosome-7"}]},
    "genomeBuild": "GRCh37",
    "windowStart": 11,
    "windowEnd": 29,
}
BY_ID = {"referenceSeqId": {"coding": [{"system": CODES, "code": "NC_7"}]}, "windowStart": 11, "windowEnd": 29}
VARIANT = [{"start": 13, "end": 17}]

EXTRA: dict[str, Json] = {
    "AllergyIntolerance": {
        "clinicalStatus": {"coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": "active"}]}
    },
    "AppointmentParticipant": {"type": [{"text": "Role"}]},
    "AppointmentResponse": {"participantType": [{"text": "Role"}]},
    "Bundle": {"type": "collection"},
    "CapabilityStatement": {"kind": "requirements", "description": "Wish", "rest": [{"mode": "server"}]},
    "Claim": {"use": "claim"},
    "CompositionSection": {
        "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Section</div>'}
    },
    "ConceptMapGroupElement": {"code": "x"},
    "ConceptMapGroupUnmapped": {"mode": "other-map", "url": "http://example.org/ConceptMap/other"},
    "Condition": {"clinicalStatus": {"coding": [{"system": f"{HL7}/condition-clinical", "code": "resolved"}]}},
    "Consent": {"policyRule": {"text": "Policy"}, "patient": {"reference": "Patient/asked"}},
    "EventDefinition": {"trigger": [{"type": "named-event", "name": "event"}]},
    "ImmunizationRecommendationRecommendation": {"vaccineCode": [{"text": "Vaccine"}]},
    "InsurancePlan": {"name": "Plan"},
    "Linkage": {"item": TWO},
    "MolecularSequence": {"coordinateSystem": 0},
    "NamingSystem": {"kind": "codesystem", "uniqueId": [{"type": "uri", "value": "http://example.org/ns"}]},
    "OperationDefinition": {"system": True},
    "Organization": {"name": "House"},
    "RequestGroupAction": {"resource": {"reference": "Patient/target"}},
    "SearchParameter": {"base": ["Basic"], "status": "draft", "expression": "Basic.code", "type": "token"},
    "StructureDefinition": {
        "abstract": False,
        "kind": "resource",
        "type": "Basic",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Basic",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Basic", "path": "Basic"}]},
    },
    "Subscription": {
        "status": "off",
        "criteria": "Patient?active=true",
        "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/hook"},
    },
    "TerminologyCapabilities": {"kind": "requirements", "description": "Wish"},
    "ValueSetComposeInclude": {"system": CODES},
}
"""What a type needs beside its required elements: its invariants hold, and the node is not set to work by it."""

WHOLE: dict[tuple[str, str], Json] = {
    ("Appointment", "date"): {"start": "1931-05-02T08:00:00Z", "end": "1931-05-02T09:00:00Z"},
    ("CapabilityStatement", "software"): {"kind": "capability", "software": {"name": "Softwarename"}},
    ("DocumentReference", "relationship"): {
        "relatesTo": [{"code": "signs", "target": {"reference": "DocumentReference/target"}}]
    },
    ("Subscription", "criteria"): {},
    ("Subscription", "status"): {},
    ("Subscription", "url"): {},
    ("Subscription", "payload"): {
        "channel": {"type": "rest-hook", "endpoint": "http://127.0.0.1:9/hook", "payload": "application/fhir+json"}
    },
    ("Linkage", "item"): {},
    ("Linkage", "source"): {},
    **{
        ("MolecularSequence", code): {"referenceSeq": WINDOW}
        for code in ("chromosome", "chromosome-window-coordinate", "window-end", "window-start")
    },
    ("MolecularSequence", "chromosome-variant-coordinate"): {"referenceSeq": WINDOW, "variant": VARIANT},
    ("MolecularSequence", "referenceseqid-variant-coordinate"): {"referenceSeq": BY_ID, "variant": VARIANT},
    ("MolecularSequence", "referenceseqid-window-coordinate"): {"referenceSeq": BY_ID},
    **{
        ("StructureDefinition", code): {"snapshot": {"element": [BASIC | {"min": 0, "max": "*"}, BOUND]}}
        for code in ("base-path", "path", "valueset", "type")
    },
}
"""Resource type and search parameter to what a resource has that the parameter reads."""
