"""The resource type EnrollmentRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, patient_id
from verbund.fhir.generated.datatypes import DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime

class EnrollmentRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="EnrollmentRequest"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    insurer: Reference | None = None
    provider: Reference | None = None
    candidate: Reference | None = None
    coverage: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("EnrollmentRequest.created is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a EnrollmentRequest into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = None
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.candidate) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('patient', v2r))
            reference(('subject', v2r))
            if patient0 is None: patient0 = patient_id(v2r)
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('patient', v2i.system, v2i.value))
            identifier(('subject', v2i.system, v2i.value))
    if (v3 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v3))
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
    return patient0, None
