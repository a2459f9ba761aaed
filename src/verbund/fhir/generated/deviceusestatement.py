"""The resource type DeviceUseStatement of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, patient_id
from verbund.fhir.generated.datatypes import Annotation, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime

_DEVICEUSESTATEMENT_TIMING = attributes('timingDateTime', 'timingTiming', 'timingPeriod', 'timingDateTime_element')
class DeviceUseStatement(DomainResource, kw_only=True, tag_field="resourceType", tag="DeviceUseStatement"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    status: Literal['active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    subject: Reference
    derivedFrom: tuple[Reference, ...] = ()
    timingDateTime: DateTime | None = None
    timingDateTime_element: Element | None = named(default=None, name="_timingDateTime")
    timingTiming: Timing | None = None
    timingPeriod: Period | None = None
    recordedOn: DateTime | None = None
    recordedOn_element: Element | None = named(default=None, name="_recordedOn")
    source: Reference | None = None
    device: Reference
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    bodySite: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("DeviceUseStatement.status is required")
        if (v := self.timingDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DeviceUseStatement.timingDateTime is malformed")
        given = 4 - _DEVICEUSESTATEMENT_TIMING(self).count(None)
        if given > 1:
            given = chosen(_DEVICEUSESTATEMENT_TIMING(self), 3)
        if given > 1:
            raise ValueError("DeviceUseStatement.timing[x] takes at most one type")
        if (v := self.recordedOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("DeviceUseStatement.recordedOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DeviceUseStatement into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = None
    if (v1 := r.device) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('device', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('device', v1i.system, v1i.value))
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.subject) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('subject', v3r))
            reference(('patient', v3r))
            if patient0 is None: patient0 = patient_id(v3r)
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('subject', v3i.system, v3i.value))
            identifier(('patient', v3i.system, v3i.value))
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
