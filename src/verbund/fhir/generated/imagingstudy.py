"""The resource type ImagingStudy of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedId, DateTime, String, UnsignedInt

class ImagingStudySeriesPerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference

class ImagingStudySeriesInstance(BackboneElement, kw_only=True):
    uid: CheckedId | None = None
    uid_element: Element | None = named(default=None, name="_uid")
    sopClass: Coding
    number: UnsignedInt | None = None
    number_element: Element | None = named(default=None, name="_number")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    def __post_init__(self) -> None:
        if self.uid is None and self.uid_element is None:
            raise ValueError("ImagingStudySeriesInstance.uid is required")

class ImagingStudySeries(BackboneElement, kw_only=True):
    uid: CheckedId | None = None
    uid_element: Element | None = named(default=None, name="_uid")
    number: UnsignedInt | None = None
    number_element: Element | None = named(default=None, name="_number")
    modality: Coding
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    numberOfInstances: UnsignedInt | None = None
    numberOfInstances_element: Element | None = named(default=None, name="_numberOfInstances")
    endpoint: tuple[Reference, ...] = ()
    bodySite: Coding | None = None
    laterality: Coding | None = None
    specimen: tuple[Reference, ...] = ()
    started: CheckedDateTime | None = None
    started_element: Element | None = named(default=None, name="_started")
    performer: tuple[ImagingStudySeriesPerformer, ...] = ()
    instance: tuple[ImagingStudySeriesInstance, ...] = ()
    def __post_init__(self) -> None:
        if self.uid is None and self.uid_element is None:
            raise ValueError("ImagingStudySeries.uid is required")

class ImagingStudy(DomainResource, kw_only=True, tag_field="resourceType", tag="ImagingStudy"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['registered', 'available', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    modality: tuple[Coding, ...] = ()
    subject: Reference
    encounter: Reference | None = None
    started: DateTime | None = None
    started_element: Element | None = named(default=None, name="_started")
    basedOn: tuple[Reference, ...] = ()
    referrer: Reference | None = None
    interpreter: tuple[Reference, ...] = ()
    endpoint: tuple[Reference, ...] = ()
    numberOfSeries: UnsignedInt | None = None
    numberOfSeries_element: Element | None = named(default=None, name="_numberOfSeries")
    numberOfInstances: UnsignedInt | None = None
    numberOfInstances_element: Element | None = named(default=None, name="_numberOfInstances")
    procedureReference: Reference | None = None
    procedureCode: tuple[CodeableConcept, ...] = ()
    location: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    series: tuple[ImagingStudySeries, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ImagingStudy.status is required")
        if (v := self.started) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ImagingStudy.started is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ImagingStudy into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('basedon', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('basedon', v1i.system, v1i.value))
    for v2 in r.series:
        if (v3 := v2.bodySite) is not None:
            if v3.code is not None:
                token(('bodysite', v3.system, v3.code))
        for v4 in v2.instance:
            if (v5 := v4.sopClass) is not None:
                if v5.code is not None:
                    token(('dicom-class', v5.system, v5.code))
            if (v6 := v4.uid) is not None:
                token(('instance', None, v6))
        for v7 in v2.endpoint:
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('endpoint', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('endpoint', v7i.system, v7i.value))
        if (v8 := v2.modality) is not None:
            if v8.code is not None:
                token(('modality', v8.system, v8.code))
        for v9 in v2.performer:
            if (v10 := v9.actor) is not None:
                if (v10r := v10.reference) is not None and v10r[0] != '#':
                    reference(('performer', v10r))
                if (v10i := v10.identifier) is not None and v10i.value is not None:
                    identifier(('performer', v10i.system, v10i.value))
        if (v11 := v2.uid) is not None:
            token(('series', None, v11))
    if (v12 := r.encounter) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('encounter', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('encounter', v12i.system, v12i.value))
    for v13 in r.endpoint:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('endpoint', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('endpoint', v13i.system, v13i.value))
    for v14 in r.interpreter:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('interpreter', v14r))
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('interpreter', v14i.system, v14i.value))
    for v15 in r.reasonCode:
        for c in v15.coding:
            if c.code is not None:
                token(('reason', c.system, c.code))
    if (v16 := r.referrer) is not None:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('referrer', v16r))
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('referrer', v16i.system, v16i.value))
    if (v17 := r.started) is not None:
        v17l, v17h = date_range(v17)
        date(('started', v17l, v17h))
        if date0 is None: date0 = known(v17l, v17h)
    if (v18 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/imagingstudy-status', v18))
    if (v19 := r.subject) is not None:
        if (v19r := v19.reference) is not None and v19r[0] != '#':
            reference(('subject', v19r))
        if (v19i := v19.identifier) is not None and v19i.value is not None:
            identifier(('subject', v19i.system, v19i.value))
        if refers(v19, 'Patient'):
            if (v19r := v19.reference) is not None and v19r[0] != '#':
                reference(('patient', v19r))
                if patient0 is None: patient0 = patient_id(v19r)
            if (v19i := v19.identifier) is not None and v19i.value is not None:
                identifier(('patient', v19i.system, v19i.value))
    if (v20 := r.meta) is not None:
        for v21 in v20.profile:
            if v21 is not None:
                uri(('_profile', v21))
                if '|' in v21:
                    v21w = v21.partition('|')[0]
                    uri(('_profile', v21w))
        for v22 in v20.security:
            if v22.code is not None:
                token(('_security', v22.system, v22.code))
        if (v23 := v20.source) is not None:
            uri(('_source', v23))
        for v24 in v20.tag:
            if v24.code is not None:
                token(('_tag', v24.system, v24.code))
    for v25 in r.identifier:
        if v25.value is not None:
            token(('identifier', v25.system, v25.value))
    return patient0, date0
