"""The resource type Immunization of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedUri, Date, DateTime, PositiveInt, String

class ImmunizationPerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference

class ImmunizationEducation(BackboneElement, kw_only=True):
    documentType: String | None = None
    documentType_element: Element | None = named(default=None, name="_documentType")
    reference: CheckedUri | None = None
    reference_element: Element | None = named(default=None, name="_reference")
    publicationDate: CheckedDateTime | None = None
    publicationDate_element: Element | None = named(default=None, name="_publicationDate")
    presentationDate: CheckedDateTime | None = None
    presentationDate_element: Element | None = named(default=None, name="_presentationDate")

class ImmunizationReaction(BackboneElement, kw_only=True):
    date: CheckedDateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    detail: Reference | None = None
    reported: bool | None = None
    reported_element: Element | None = named(default=None, name="_reported")

_IMMUNIZATIONPROTOCOLAPPLIED_DOSENUMBER = attributes('doseNumberPositiveInt', 'doseNumberString', 'doseNumberPositiveInt_element', 'doseNumberString_element')
_IMMUNIZATIONPROTOCOLAPPLIED_SERIESDOSES = attributes('seriesDosesPositiveInt', 'seriesDosesString', 'seriesDosesPositiveInt_element', 'seriesDosesString_element')
class ImmunizationProtocolApplied(BackboneElement, kw_only=True):
    series: String | None = None
    series_element: Element | None = named(default=None, name="_series")
    authority: Reference | None = None
    targetDisease: tuple[CodeableConcept, ...] = ()
    doseNumberPositiveInt: PositiveInt | None = None
    doseNumberPositiveInt_element: Element | None = named(default=None, name="_doseNumberPositiveInt")
    doseNumberString: String | None = None
    doseNumberString_element: Element | None = named(default=None, name="_doseNumberString")
    seriesDosesPositiveInt: PositiveInt | None = None
    seriesDosesPositiveInt_element: Element | None = named(default=None, name="_seriesDosesPositiveInt")
    seriesDosesString: String | None = None
    seriesDosesString_element: Element | None = named(default=None, name="_seriesDosesString")
    def __post_init__(self) -> None:
        given = 4 - _IMMUNIZATIONPROTOCOLAPPLIED_DOSENUMBER(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONPROTOCOLAPPLIED_DOSENUMBER(self), 2)
        if given != 1:
            raise ValueError("ImmunizationProtocolApplied.doseNumber[x] takes exactly one type")
        given = 4 - _IMMUNIZATIONPROTOCOLAPPLIED_SERIESDOSES(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONPROTOCOLAPPLIED_SERIESDOSES(self), 2)
        if given > 1:
            raise ValueError("ImmunizationProtocolApplied.seriesDoses[x] takes at most one type")

_IMMUNIZATION_OCCURRENCE = attributes('occurrenceDateTime', 'occurrenceString', 'occurrenceDateTime_element', 'occurrenceString_element')
class Immunization(DomainResource, kw_only=True, tag_field="resourceType", tag="Immunization"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['completed', 'entered-in-error', 'not-done'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    statusReason: CodeableConcept | None = None
    vaccineCode: CodeableConcept
    patient: Reference
    encounter: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrenceString: String | None = None
    occurrenceString_element: Element | None = named(default=None, name="_occurrenceString")
    recorded: DateTime | None = None
    recorded_element: Element | None = named(default=None, name="_recorded")
    primarySource: bool | None = None
    primarySource_element: Element | None = named(default=None, name="_primarySource")
    reportOrigin: CodeableConcept | None = None
    location: Reference | None = None
    manufacturer: Reference | None = None
    lotNumber: String | None = None
    lotNumber_element: Element | None = named(default=None, name="_lotNumber")
    expirationDate: Date | None = None
    expirationDate_element: Element | None = named(default=None, name="_expirationDate")
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    doseQuantity: Quantity | None = None
    performer: tuple[ImmunizationPerformer, ...] = ()
    note: tuple[Annotation, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    isSubpotent: bool | None = None
    isSubpotent_element: Element | None = named(default=None, name="_isSubpotent")
    subpotentReason: tuple[CodeableConcept, ...] = ()
    education: tuple[ImmunizationEducation, ...] = ()
    programEligibility: tuple[CodeableConcept, ...] = ()
    fundingSource: CodeableConcept | None = None
    reaction: tuple[ImmunizationReaction, ...] = ()
    protocolApplied: tuple[ImmunizationProtocolApplied, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Immunization.status is required")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Immunization.occurrenceDateTime is malformed")
        given = 4 - _IMMUNIZATION_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATION_OCCURRENCE(self), 2)
        if given != 1:
            raise ValueError("Immunization.occurrence[x] takes exactly one type")
        if (v := self.recorded) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Immunization.recorded is malformed")
        if (v := self.expirationDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Immunization.expirationDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Immunization into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.location) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('location', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('location', v1i.system, v1i.value))
    if (v2 := r.lotNumber) is not None:
        string(('lot-number', v2))
    if (v3 := r.manufacturer) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('manufacturer', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('manufacturer', v3i.system, v3i.value))
    for v4 in r.performer:
        if (v5 := v4.actor) is not None:
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('performer', v5r))
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('performer', v5i.system, v5i.value))
    for v6 in r.reaction:
        if (v7 := v6.detail) is not None:
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('reaction', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('reaction', v7i.system, v7i.value))
        if (v8 := v6.date) is not None:
            v8l, v8h = date_range(v8)
            date(('reaction-date', v8l, v8h))
    for v9 in r.reasonCode:
        for c in v9.coding:
            if c.code is not None:
                token(('reason-code', c.system, c.code))
    for v10 in r.reasonReference:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('reason-reference', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('reason-reference', v10i.system, v10i.value))
    for v11 in r.protocolApplied:
        if (v12 := v11.series) is not None:
            string(('series', v12))
        for v13 in v11.targetDisease:
            for c in v13.coding:
                if c.code is not None:
                    token(('target-disease', c.system, c.code))
    if (v14 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/event-status', v14))
    if (v15 := r.statusReason) is not None:
        for c in v15.coding:
            if c.code is not None:
                token(('status-reason', c.system, c.code))
    if (v16 := r.vaccineCode) is not None:
        for c in v16.coding:
            if c.code is not None:
                token(('vaccine-code', c.system, c.code))
    if (v17 := r.meta) is not None:
        for v18 in v17.profile:
            if v18 is not None:
                uri(('_profile', v18))
                if '|' in v18:
                    v18w = v18.partition('|')[0]
                    uri(('_profile', v18w))
        for v19 in v17.security:
            if v19.code is not None:
                token(('_security', v19.system, v19.code))
        if (v20 := v17.source) is not None:
            uri(('_source', v20))
        for v21 in v17.tag:
            if v21.code is not None:
                token(('_tag', v21.system, v21.code))
    if (v22 := r.occurrenceDateTime) is not None:
        v22l, v22h = date_range(v22)
        date(('date', v22l, v22h))
        if date0 is None: date0 = known(v22l, v22h)
    for v24 in r.identifier:
        if v24.value is not None:
            token(('identifier', v24.system, v24.value))
    if (v25 := r.patient) is not None:
        if (v25r := v25.reference) is not None and v25r[0] != '#':
            reference(('patient', v25r))
            if patient0 is None: patient0 = patient_id(v25r)
        if (v25i := v25.identifier) is not None and v25i.value is not None:
            identifier(('patient', v25i.system, v25i.value))
    return patient0, date0
