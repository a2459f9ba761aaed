"""The resource type VerificationResult of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Reference, Resource, Signature, Timing
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, Date, DateTime, String

class VerificationResultPrimarySource(BackboneElement, kw_only=True):
    who: Reference | None = None
    type: tuple[CodeableConcept, ...] = ()
    communicationMethod: tuple[CodeableConcept, ...] = ()
    validationStatus: CodeableConcept | None = None
    validationDate: CheckedDateTime | None = None
    validationDate_element: Element | None = named(default=None, name="_validationDate")
    canPushUpdates: CodeableConcept | None = None
    pushTypeAvailable: tuple[CodeableConcept, ...] = ()

class VerificationResultAttestation(BackboneElement, kw_only=True):
    who: Reference | None = None
    onBehalfOf: Reference | None = None
    communicationMethod: CodeableConcept | None = None
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    sourceIdentityCertificate: String | None = None
    sourceIdentityCertificate_element: Element | None = named(default=None, name="_sourceIdentityCertificate")
    proxyIdentityCertificate: String | None = None
    proxyIdentityCertificate_element: Element | None = named(default=None, name="_proxyIdentityCertificate")
    proxySignature: Signature | None = None
    sourceSignature: Signature | None = None

class VerificationResultValidator(BackboneElement, kw_only=True):
    organization: Reference
    identityCertificate: String | None = None
    identityCertificate_element: Element | None = named(default=None, name="_identityCertificate")
    attestationSignature: Signature | None = None

class VerificationResult(DomainResource, kw_only=True, tag_field="resourceType", tag="VerificationResult"):
    target: tuple[Reference, ...] = ()
    targetLocation: tuple[String | None, ...] = ()
    targetLocation_element: tuple[Element | None, ...] = named(default=(), name="_targetLocation")
    need: CodeableConcept | None = None
    status: Literal['attested', 'validated', 'in-process', 'req-revalid', 'val-fail', 'reval-fail'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusDate: DateTime | None = None
    statusDate_element: Element | None = named(default=None, name="_statusDate")
    validationType: CodeableConcept | None = None
    validationProcess: tuple[CodeableConcept, ...] = ()
    frequency: Timing | None = None
    lastPerformed: DateTime | None = None
    lastPerformed_element: Element | None = named(default=None, name="_lastPerformed")
    nextScheduled: Date | None = None
    nextScheduled_element: Element | None = named(default=None, name="_nextScheduled")
    failureAction: CodeableConcept | None = None
    primarySource: tuple[VerificationResultPrimarySource, ...] = ()
    attestation: VerificationResultAttestation | None = None
    validator: tuple[VerificationResultValidator, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.targetLocation_element or None in self.targetLocation) and not aligned(self.targetLocation, self.targetLocation_element):
            raise ValueError("VerificationResult.targetLocation holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("VerificationResult.status is required")
        if (v := self.statusDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("VerificationResult.statusDate is malformed")
        if (v := self.lastPerformed) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("VerificationResult.lastPerformed is malformed")
        if (v := self.nextScheduled) is not None and v not in DATES and not is_date(v):
            raise ValueError("VerificationResult.nextScheduled is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a VerificationResult into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    for v6 in r.target:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('target', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('target', v6i.system, v6i.value))
    return None, None
