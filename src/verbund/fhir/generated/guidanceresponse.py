"""The resource type GuidanceResponse of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, named_patient, refers
from verbund.fhir.generated.datatypes import Annotation, CodeableConcept, DataRequirement, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Uri

_GUIDANCERESPONSE_MODULE = attributes('moduleUri', 'moduleCanonical', 'moduleCodeableConcept', 'moduleUri_element', 'moduleCanonical_element')
class GuidanceResponse(DomainResource, kw_only=True, tag_field="resourceType", tag="GuidanceResponse"):
    requestIdentifier: Identifier | None = None
    identifier: tuple[Identifier, ...] = ()
    moduleUri: Uri | None = None
    moduleUri_element: Element | None = named(default=None, name="_moduleUri")
    moduleCanonical: Uri | None = None
    moduleCanonical_element: Element | None = named(default=None, name="_moduleCanonical")
    moduleCodeableConcept: CodeableConcept | None = None
    status: Literal['success', 'data-requested', 'data-required', 'in-progress', 'failure', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    subject: Reference | None = None
    encounter: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    performer: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    evaluationMessage: tuple[Reference, ...] = ()
    outputParameters: Reference | None = None
    result: Reference | None = None
    dataRequirement: tuple[DataRequirement, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.moduleUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("GuidanceResponse.moduleUri is malformed")
        if (v := self.moduleCanonical) is not None and v not in URIS and not is_uri(v):
            raise ValueError("GuidanceResponse.moduleCanonical is malformed")
        given = 5 - _GUIDANCERESPONSE_MODULE(self).count(None)
        if given > 1:
            given = chosen(_GUIDANCERESPONSE_MODULE(self), 3)
        if given != 1:
            raise ValueError("GuidanceResponse.module[x] takes exactly one type")
        if self.status is None and self.status_element is None:
            raise ValueError("GuidanceResponse.status is required")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("GuidanceResponse.occurrenceDateTime is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a GuidanceResponse into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.subject) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('subject', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('subject', v2i.system, v2i.value))
        if refers(v2, 'Patient'):
            if (v2r := v2.reference) is not None and v2r[0] != '#':
                reference(('patient', v2r))
            if (v2i := v2.identifier) is not None and v2i.value is not None:
                identifier(('patient', v2i.system, v2i.value))
    if (v3 := r.requestIdentifier) is not None:
        if v3.value is not None:
            token(('request', v3.system, v3.value))
    if (v4 := r.meta) is not None:
        for v5 in v4.profile:
            if v5 is not None:
                uri(('_profile', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    uri(('_profile', v5w))
        for v6 in v4.security:
            if v6.code is not None:
                token(('_security', v6.system, v6.code))
        if (v7 := v4.source) is not None:
            uri(('_source', v7))
        for v8 in v4.tag:
            if v8.code is not None:
                token(('_tag', v8.system, v8.code))
    return named_patient(r.subject), None
