"""The resource type MedicationDispense of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Dosage, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import DateTime

class MedicationDispensePerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference

class MedicationDispenseSubstitution(BackboneElement, kw_only=True):
    wasSubstituted: bool | None = None
    wasSubstituted_element: Element | None = named(default=None, name="_wasSubstituted")
    type: CodeableConcept | None = None
    reason: tuple[CodeableConcept, ...] = ()
    responsibleParty: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if self.wasSubstituted is None and self.wasSubstituted_element is None:
            raise ValueError("MedicationDispenseSubstitution.wasSubstituted is required")

_MEDICATIONDISPENSE_STATUSREASON = attributes('statusReasonCodeableConcept', 'statusReasonReference')
_MEDICATIONDISPENSE_MEDICATION = attributes('medicationCodeableConcept', 'medicationReference')
class MedicationDispense(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicationDispense"):
    identifier: tuple[Identifier, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['preparation', 'in-progress', 'cancelled', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'declined', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReasonCodeableConcept: CodeableConcept | None = None
    statusReasonReference: Reference | None = None
    category: CodeableConcept | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    subject: Reference | None = None
    context: Reference | None = None
    supportingInformation: tuple[Reference, ...] = ()
    performer: tuple[MedicationDispensePerformer, ...] = ()
    location: Reference | None = None
    authorizingPrescription: tuple[Reference, ...] = ()
    type: CodeableConcept | None = None
    quantity: Quantity | None = None
    daysSupply: Quantity | None = None
    whenPrepared: DateTime | None = None
    whenPrepared_element: Element | None = named(default=None, name="_whenPrepared")
    whenHandedOver: DateTime | None = None
    whenHandedOver_element: Element | None = named(default=None, name="_whenHandedOver")
    destination: Reference | None = None
    receiver: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    dosageInstruction: tuple[Dosage, ...] = ()
    substitution: MedicationDispenseSubstitution | None = None
    detectedIssue: tuple[Reference, ...] = ()
    eventHistory: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("MedicationDispense.status is required")
        given = 2 - _MEDICATIONDISPENSE_STATUSREASON(self).count(None)
        if given > 1:
            raise ValueError("MedicationDispense.statusReason[x] takes at most one type")
        given = 2 - _MEDICATIONDISPENSE_MEDICATION(self).count(None)
        if given != 1:
            raise ValueError("MedicationDispense.medication[x] takes exactly one type")
        if (v := self.whenPrepared) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationDispense.whenPrepared is malformed")
        if (v := self.whenHandedOver) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicationDispense.whenHandedOver is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicationDispense into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = patient2 = date0 = date1 = None
    if (v1 := r.context) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('context', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('context', v1i.system, v1i.value))
    if (v2 := r.destination) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('destination', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('destination', v2i.system, v2i.value))
    for v3 in r.performer:
        if (v4 := v3.actor) is not None:
            if (v4r := v4.reference) is not None and v4r[0] != '#':
                reference(('performer', v4r))
            if (v4i := v4.identifier) is not None and v4i.value is not None:
                identifier(('performer', v4i.system, v4i.value))
    for v5 in r.receiver:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('receiver', v5r))
            if patient2 is None: patient2 = patient_id(v5r)
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('receiver', v5i.system, v5i.value))
    if (v6 := r.substitution) is not None:
        for v7 in v6.responsibleParty:
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('responsibleparty', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('responsibleparty', v7i.system, v7i.value))
    if (v8 := r.subject) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('subject', v8r))
            if patient0 is None: patient0 = patient_id(v8r)
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('subject', v8i.system, v8i.value))
        if refers(v8, 'Patient'):
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('patient', v8r))
                if patient1 is None: patient1 = patient_id(v8r)
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('patient', v8i.system, v8i.value))
    if (v9 := r.type) is not None:
        for c in v9.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v10 := r.whenHandedOver) is not None:
        v10l, v10h = date_range(v10)
        date(('whenhandedover', v10l, v10h))
        if date0 is None: date0 = known(v10l, v10h)
    if (v11 := r.whenPrepared) is not None:
        v11l, v11h = date_range(v11)
        date(('whenprepared', v11l, v11h))
        if date1 is None: date1 = known(v11l, v11h)
    if (v12 := r.meta) is not None:
        for v13 in v12.profile:
            if v13 is not None:
                uri(('_profile', v13))
                if '|' in v13:
                    v13w = v13.partition('|')[0]
                    uri(('_profile', v13w))
        for v14 in v12.security:
            if v14.code is not None:
                token(('_security', v14.system, v14.code))
        if (v15 := v12.source) is not None:
            uri(('_source', v15))
        for v16 in v12.tag:
            if v16.code is not None:
                token(('_tag', v16.system, v16.code))
    if (v17 := r.medicationCodeableConcept) is not None:
        for c in v17.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v18 in r.identifier:
        if v18.value is not None:
            token(('identifier', v18.system, v18.value))
    if (v19 := r.medicationReference) is not None:
        if (v19r := v19.reference) is not None and v19r[0] != '#':
            reference(('medication', v19r))
        if (v19i := v19.identifier) is not None and v19i.value is not None:
            identifier(('medication', v19i.system, v19i.value))
    for v20 in r.authorizingPrescription:
        if (v20r := v20.reference) is not None and v20r[0] != '#':
            reference(('prescription', v20r))
        if (v20i := v20.identifier) is not None and v20i.value is not None:
            identifier(('prescription', v20i.system, v20i.value))
    if (v21 := r.status) is not None:
        token(('status', 'http://terminology.hl7.org/CodeSystem/medicationdispense-status', v21))
    return patient0 or patient1 or patient2, date0 or date1
