"""The resource type MedicationAdministration of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Ratio, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, String, Uri

class MedicationAdministrationPerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference

_MEDICATIONADMINISTRATIONDOSAGE_RATE = attributes('rateRatio', 'rateQuantity')
class MedicationAdministrationDosage(BackboneElement, kw_only=True):
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    dose: Quantity | None = None
    rateRatio: Ratio | None = None
    rateQuantity: Quantity | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICATIONADMINISTRATIONDOSAGE_RATE(self).count(None)
        if given > 1:
            raise ValueError("MedicationAdministrationDosage.rate[x] takes at most one type")

_MEDICATIONADMINISTRATION_MEDICATION = attributes('medicationCodeableConcept', 'medicationReference')
_MEDICATIONADMINISTRATION_EFFECTIVE = attributes('effectiveDateTime', 'effectivePeriod', 'effectiveDateTime_element')
class MedicationAdministration(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicationAdministration"):
    identifier: tuple[Identifier, ...] = ()
    instantiates: tuple[Uri | None, ...] = ()
    instantiates_element: tuple[Element | None, ...] = named(default=(), name="_instantiates")
    partOf: tuple[Reference, ...] = ()
    status: Literal['in-progress', 'not-done', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: tuple[CodeableConcept, ...] = ()
    category: CodeableConcept | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    subject: Reference
    context: Reference | None = None
    supportingInformation: tuple[Reference, ...] = ()
    effectiveDateTime: DateTime | None = None
    effectiveDateTime_element: Element | None = named(default=None, name="_effectiveDateTime")
    effectivePeriod: Period | None = None
    performer: tuple[MedicationAdministrationPerformer, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    request: Reference | None = None
    device: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    dosage: MedicationAdministrationDosage | None = None
    eventHistory: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiates:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("MedicationAdministration.instantiates is malformed")
        if (self.instantiates_element or None in self.instantiates) and not aligned(self.instantiates, self.instantiates_element):
            raise ValueError("MedicationAdministration.instantiates holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("MedicationAdministration.status is required")
        given = 2 - _MEDICATIONADMINISTRATION_MEDICATION(self).count(None)
        if given != 1:
            raise ValueError("MedicationAdministration.medication[x] takes exactly one type")
        if (v := self.effectiveDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationAdministration.effectiveDateTime is malformed")
        given = 3 - _MEDICATIONADMINISTRATION_EFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_MEDICATIONADMINISTRATION_EFFECTIVE(self), 2)
        if given != 1:
            raise ValueError("MedicationAdministration.effective[x] takes exactly one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicationAdministration into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = None
    if (v1 := r.context) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('context', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('context', v1i.system, v1i.value))
    for v2 in r.device:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('device', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('device', v2i.system, v2i.value))
    if (v3 := r.effectiveDateTime) is not None:
        v3l, v3h = date_range(v3)
        date(('effective-time', v3l, v3h))
        if date0 is None: date0 = known(v3l, v3h)
    if (v4 := r.effectivePeriod) is not None:
        v4l, v4h = period_range(v4)
        date(('effective-time', v4l, v4h))
        if date0 is None: date0 = known(v4l, v4h)
    for v5 in r.performer:
        if (v6 := v5.actor) is not None:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('performer', v6r))
                if patient1 is None: patient1 = patient_id(v6r)
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('performer', v6i.system, v6i.value))
    for v7 in r.reasonCode:
        for c in v7.coding:
            if c.code is not None:
                token(('reason-given', c.system, c.code))
    for v8 in r.statusReason:
        for c in v8.coding:
            if c.code is not None:
                token(('reason-not-given', c.system, c.code))
    if (v9 := r.request) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('request', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('request', v9i.system, v9i.value))
    if (v10 := r.subject) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('subject', v10r))
            if patient2 is None: patient2 = patient_id(v10r)
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('subject', v10i.system, v10i.value))
        if refers(v10, 'Patient'):
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('patient', v10r))
                if patient0 is None: patient0 = patient_id(v10r)
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('patient', v10i.system, v10i.value))
    if (v11 := r.meta) is not None:
        for v12 in v11.profile:
            if v12 is not None:
                uri(('_profile', v12))
                if '|' in v12:
                    v12w = v12.partition('|')[0]
                    uri(('_profile', v12w))
        for v13 in v11.security:
            if v13.code is not None:
                token(('_security', v13.system, v13.code))
        if (v14 := v11.source) is not None:
            uri(('_source', v14))
        for v15 in v11.tag:
            if v15.code is not None:
                token(('_tag', v15.system, v15.code))
    if (v16 := r.medicationCodeableConcept) is not None:
        for c in v16.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v17 in r.identifier:
        if v17.value is not None:
            token(('identifier', v17.system, v17.value))
    if (v18 := r.medicationReference) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('medication', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('medication', v18i.system, v18i.value))
    if (v19 := r.status) is not None:
        token(('status', 'http://terminology.hl7.org/CodeSystem/medication-admin-status', v19))
    return patient0 or patient1 or patient2, date0
