"""The resource type Procedure of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Age, Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Range, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String, Uri

class ProcedurePerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference
    onBehalfOf: Reference | None = None

class ProcedureFocalDevice(BackboneElement, kw_only=True):
    action: CodeableConcept | None = None
    manipulated: Reference

_PROCEDURE_PERFORMED = attributes('performedDateTime', 'performedString', 'performedPeriod', 'performedAge', 'performedRange', 'performedDateTime_element', 'performedString_element')
class Procedure(DomainResource, kw_only=True, tag_field="resourceType", tag="Procedure"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference
    encounter: Reference | None = None
    performedDateTime: DateTime | None = None
    performedDateTime_element: Element | None = named(default=None, name="_performedDateTime")
    performedString: String | None = None
    performedString_element: Element | None = named(default=None, name="_performedString")
    performedPeriod: Period | None = None
    performedAge: Age | None = None
    performedRange: Range | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    performer: tuple[ProcedurePerformer, ...] = ()
    location: Reference | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    bodySite: tuple[CodeableConcept, ...] = ()
    outcome: CodeableConcept | None = None
    report: tuple[Reference, ...] = ()
    complication: tuple[CodeableConcept, ...] = ()
    complicationDetail: tuple[Reference, ...] = ()
    followUp: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    focalDevice: tuple[ProcedureFocalDevice, ...] = ()
    usedReference: tuple[Reference, ...] = ()
    usedCode: tuple[CodeableConcept, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Procedure.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("Procedure.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("Procedure.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("Procedure.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("Procedure.status is required")
        if (v := self.performedDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Procedure.performedDateTime is malformed")
        given = 7 - _PROCEDURE_PERFORMED(self).count(None)
        if given > 1:
            given = chosen(_PROCEDURE_PERFORMED(self), 5)
        if given > 1:
            raise ValueError("Procedure.performed[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Procedure into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('based-on', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('based-on', v1i.system, v1i.value))
    if (v2 := r.category) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    for v3 in r.instantiatesCanonical:
        if v3 is not None:
            reference(('instantiates-canonical', v3))
            if '|' in v3:
                v3w = v3.partition('|')[0]
                reference(('instantiates-canonical', v3w))
    for v4 in r.instantiatesUri:
        if v4 is not None:
            uri(('instantiates-uri', v4))
    if (v5 := r.location) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('location', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('location', v5i.system, v5i.value))
    for v6 in r.partOf:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('part-of', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('part-of', v6i.system, v6i.value))
    for v7 in r.performer:
        if (v8 := v7.actor) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('performer', v8r))
                if patient1 is None: patient1 = patient_id(v8r)
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('performer', v8i.system, v8i.value))
    for v9 in r.reasonCode:
        for c in v9.coding:
            if c.code is not None:
                token(('reason-code', c.system, c.code))
    for v10 in r.reasonReference:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('reason-reference', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('reason-reference', v10i.system, v10i.value))
    if (v11 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/event-status', v11))
    if (v12 := r.subject) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('subject', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('subject', v12i.system, v12i.value))
        if refers(v12, 'Patient'):
            if (v12r := v12.reference) is not None and v12r[0] != '#':
                reference(('patient', v12r))
                if patient0 is None: patient0 = patient_id(v12r)
            if (v12i := v12.identifier) is not None and v12i.value is not None:
                identifier(('patient', v12i.system, v12i.value))
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    if (v18 := r.code) is not None:
        for c in v18.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v19 := r.performedDateTime) is not None:
        v19l, v19h = date_range(v19)
        date(('date', v19l, v19h))
        if date0 is None: date0 = known(v19l, v19h)
    if (v21 := r.performedPeriod) is not None:
        v21l, v21h = period_range(v21)
        date(('date', v21l, v21h))
        if date0 is None: date0 = known(v21l, v21h)
    if (v24 := r.encounter) is not None:
        if (v24r := v24.reference) is not None and v24r[0] != '#':
            reference(('encounter', v24r))
        if (v24i := v24.identifier) is not None and v24i.value is not None:
            identifier(('encounter', v24i.system, v24i.value))
    for v25 in r.identifier:
        if v25.value is not None:
            token(('identifier', v25.system, v25.value))
    return patient0 or patient1, date0
