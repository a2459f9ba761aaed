"""What a patient allows, to whom, for what, until when → Permit or Deny with a reason."""

from verbund.consent.classify import classify
from verbund.consent.model import (
    ALL,
    ALWAYS,
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Decision,
    Deny,
    ItemRelease,
    Party,
    Permit,
    Provision,
    ProxyRef,
    Purpose,
    Question,
    Relationship,
    Sentence,
    Span,
)
from verbund.consent.resources import from_fhir, is_care, to_fhir
from verbund.consent.rules import decide

__all__ = [
    "ALL",
    "ALWAYS",
    "NONE",
    "ActorRef",
    "CareConsent",
    "DataCategory",
    "Decision",
    "Deny",
    "ItemRelease",
    "Party",
    "Permit",
    "Provision",
    "ProxyRef",
    "Purpose",
    "Question",
    "Relationship",
    "Sentence",
    "Span",
    "classify",
    "decide",
    "from_fhir",
    "is_care",
    "to_fhir",
]
