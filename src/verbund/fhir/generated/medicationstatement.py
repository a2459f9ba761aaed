"""The resource type MedicationStatement of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, CodeableConcept, DomainResource, Dosage, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime

_MEDICATIONSTATEMENT_MEDICATION = attributes('medicationCodeableConcept', 'medicationReference')
_MEDICATIONSTATEMENT_EFFECTIVE = attributes('effectiveDateTime', 'effectivePeriod', 'effectiveDateTime_element')
class MedicationStatement(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicationStatement"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'unknown', 'not-taken'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: tuple[CodeableConcept, ...] = ()
    category: CodeableConcept | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    subject: Reference
    context: Reference | None = None
    effectiveDateTime: DateTime | None = None
    effectiveDateTime_element: Element | None = named(default=None, name="_effectiveDateTime")
    effectivePeriod: Period | None = None
    dateAsserted: DateTime | None = None
    dateAsserted_element: Element | None = named(default=None, name="_dateAsserted")
    informationSource: Reference | None = None
    derivedFrom: tuple[Reference, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    dosage: tuple[Dosage, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("MedicationStatement.status is required")
        given = 2 - _MEDICATIONSTATEMENT_MEDICATION(self).count(None)
        if given != 1:
            raise ValueError("MedicationStatement.medication[x] takes exactly one type")
        if (v := self.effectiveDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationStatement.effectiveDateTime is malformed")
        given = 3 - _MEDICATIONSTATEMENT_EFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_MEDICATIONSTATEMENT_EFFECTIVE(self), 2)
        if given > 1:
            raise ValueError("MedicationStatement.effective[x] takes at most one type")
        if (v := self.dateAsserted) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationStatement.dateAsserted is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicationStatement into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.category) is not None:
        for c in v1.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v2 := r.context) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('context', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('context', v2i.system, v2i.value))
    if (v3 := r.effectiveDateTime) is not None:
        v3l, v3h = date_range(v3)
        date(('effective', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    if (v4 := r.effectivePeriod) is not None:
        v4l, v4h = period_range(v4)
        date(('effective', v4l, v4h))
        if date0 is None: date0 = known(v4l, v4h)
    for v5 in r.partOf:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('part-of', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('part-of', v5i.system, v5i.value))
    if (v6 := r.informationSource) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('source', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('source', v6i.system, v6i.value))
    if (v7 := r.subject) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('subject', v7r))
            if patient0 is None: patient0 = patient_id(v7r)
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('subject', v7i.system, v7i.value))
        if refers(v7, 'Patient'):
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('patient', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('patient', v7i.system, v7i.value))
    if (v8 := r.meta) is not None:
        for v9 in v8.profile:
            if v9 is not None:
                uri(('_profile', v9))
                if '|' in v9:
                    v9w = v9.partition('|')[0]
                    uri(('_profile', v9w))
        for v10 in v8.security:
            if v10.code is not None:
                token(('_security', v10.system, v10.code))
        if (v11 := v8.source) is not None:
            uri(('_source', v11))
        for v12 in v8.tag:
            if v12.code is not None:
                token(('_tag', v12.system, v12.code))
    if (v13 := r.medicationCodeableConcept) is not None:
        for c in v13.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v14 in r.identifier:
        if v14.value is not None:
            token(('identifier', v14.system, v14.value))
    if (v15 := r.medicationReference) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('medication', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('medication', v15i.system, v15i.value))
    if (v16 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/CodeSystem/medication-statement-status', v16))
    return patient0, date0
