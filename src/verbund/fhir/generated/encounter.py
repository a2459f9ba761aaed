"""The resource type Encounter of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, known, patient_id, period_range, quantity_range, refers
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, DomainResource, Duration, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import PositiveInt

class EncounterStatusHistory(BackboneElement, kw_only=True):
    status: Literal['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    period: Period
    def __post_init__(self) -> None:
        if self.status is None and self.status_element is None:
            raise ValueError("EncounterStatusHistory.status is required")

class EncounterClassHistory(BackboneElement, kw_only=True):
    class_: Coding = named(name="class")
    period: Period

class EncounterParticipant(BackboneElement, kw_only=True):
    type: tuple[CodeableConcept, ...] = ()
    period: Period | None = None
    individual: Reference | None = None

class EncounterDiagnosis(BackboneElement, kw_only=True):
    condition: Reference
    use: CodeableConcept | None = None
    rank: PositiveInt | None = None
    rank_element: Element | None = named(default=None, name="_rank")

class EncounterHospitalization(BackboneElement, kw_only=True):
    preAdmissionIdentifier: Identifier | None = None
    origin: Reference | None = None
    admitSource: CodeableConcept | None = None
    reAdmission: CodeableConcept | None = None
    dietPreference: tuple[CodeableConcept, ...] = ()
    specialCourtesy: tuple[CodeableConcept, ...] = ()
    specialArrangement: tuple[CodeableConcept, ...] = ()
    destination: Reference | None = None
    dischargeDisposition: CodeableConcept | None = None

class EncounterLocation(BackboneElement, kw_only=True):
    location: Reference
    status: Literal['planned', 'active', 'reserved', 'completed'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    physicalType: CodeableConcept | None = None
    period: Period | None = None

class Encounter(DomainResource, kw_only=True, tag_field="resourceType", tag="Encounter"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusHistory: tuple[EncounterStatusHistory, ...] = ()
    class_: Coding = named(name="class")
    classHistory: tuple[EncounterClassHistory, ...] = ()
    type: tuple[CodeableConcept, ...] = ()
    serviceType: CodeableConcept | None = None
    priority: CodeableConcept | None = None
    subject: Reference | None = None
    episodeOfCare: tuple[Reference, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    participant: tuple[EncounterParticipant, ...] = ()
    appointment: tuple[Reference, ...] = ()
    period: Period | None = None
    length: Duration | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    diagnosis: tuple[EncounterDiagnosis, ...] = ()
    account: tuple[Reference, ...] = ()
    hospitalization: EncounterHospitalization | None = None
    location: tuple[EncounterLocation, ...] = ()
    serviceProvider: Reference | None = None
    partOf: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Encounter.status is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Encounter into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    patient0 = date0 = None
    for v1 in r.account:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('account', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('account', v1i.system, v1i.value))
    for v2 in r.appointment:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('appointment', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('appointment', v2i.system, v2i.value))
    for v3 in r.basedOn:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('based-on', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('based-on', v3i.system, v3i.value))
    if (v4 := r.class_) is not None:
        if v4.code is not None:
            token(('class', v4.system, v4.code))
    for v5 in r.diagnosis:
        if (v6 := v5.condition) is not None:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('diagnosis', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('diagnosis', v6i.system, v6i.value))
    for v7 in r.episodeOfCare:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('episode-of-care', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('episode-of-care', v7i.system, v7i.value))
    if (v8 := r.length) is not None:
        if v8.value is not None:
            v8l, v8h = quantity_range(v8)
            quantity(('length', v8l, v8h, v8.system, v8.code or v8.unit))
            if v8.unit != v8.code and v8.unit and v8.code:
                quantity(('length', v8l, v8h, None, v8.unit))
    for v9 in r.location:
        if (v10 := v9.location) is not None:
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('location', v10r))
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('location', v10i.system, v10i.value))
        if (v11 := v9.period) is not None:
            v11l, v11h = period_range(v11)
            date(('location-period', v11l, v11h))
    if (v12 := r.partOf) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('part-of', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('part-of', v12i.system, v12i.value))
    for v13 in r.participant:
        if (v14 := v13.individual) is not None:
            if (v14r := v14.reference) is not None and v14r[0] != '#':
                reference(('participant', v14r))
            if (v14i := v14.identifier) is not None and v14i.value is not None:
                identifier(('participant', v14i.system, v14i.value))
            if refers(v14, 'Practitioner'):
                if (v14r := v14.reference) is not None and v14r[0] != '#':
                    reference(('practitioner', v14r))
                if (v14i := v14.identifier) is not None and v14i.value is not None:
                    identifier(('practitioner', v14i.system, v14i.value))
        for v15 in v13.type:
            for c in v15.coding:
                if c.code is not None:
                    token(('participant-type', c.system, c.code))
    for v16 in r.reasonCode:
        for c in v16.coding:
            if c.code is not None:
                token(('reason-code', c.system, c.code))
    for v17 in r.reasonReference:
        if (v17r := v17.reference) is not None and v17r[0] != '#':
            reference(('reason-reference', v17r))
        if (v17i := v17.identifier) is not None and v17i.value is not None:
            identifier(('reason-reference', v17i.system, v17i.value))
    if (v18 := r.serviceProvider) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('service-provider', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('service-provider', v18i.system, v18i.value))
    if (v19 := r.hospitalization) is not None:
        for v20 in v19.specialArrangement:
            for c in v20.coding:
                if c.code is not None:
                    token(('special-arrangement', c.system, c.code))
    if (v21 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/encounter-status', v21))
    if (v22 := r.subject) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('subject', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('subject', v22i.system, v22i.value))
        if refers(v22, 'Patient'):
            if (v22r := v22.reference) is not None and v22r[0] != '#':
                reference(('patient', v22r))
                if patient0 is None: patient0 = patient_id(v22r)
            if (v22i := v22.identifier) is not None and v22i.value is not None:
                identifier(('patient', v22i.system, v22i.value))
    if (v23 := r.meta) is not None:
        for v24 in v23.profile:
            if v24 is not None:
                uri(('_profile', v24))
                if '|' in v24:
                    v24w = v24.partition('|')[0]
                    uri(('_profile', v24w))
        for v25 in v23.security:
            if v25.code is not None:
                token(('_security', v25.system, v25.code))
        if (v26 := v23.source) is not None:
            uri(('_source', v26))
        for v27 in v23.tag:
            if v27.code is not None:
                token(('_tag', v27.system, v27.code))
    if (v28 := r.period) is not None:
        v28l, v28h = period_range(v28)
        date(('date', v28l, v28h))
        if date0 is None: date0 = known(v28l, v28h)
    for v29 in r.identifier:
        if v29.value is not None:
            token(('identifier', v29.system, v29.value))
    for v30 in r.type:
        for c in v30.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0, date0
