"""The resource type Observation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, INSTANTS, attributes, chosen, is_code, is_uri, is_id, is_date_time, is_instant, is_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, quantity_range, refers, timing_ranges
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Ratio, Reference, Resource, SampledData, Timing
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedTime, DateTime, Instant, Integer, String, Time

class ObservationReferenceRange(BackboneElement, kw_only=True):
    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    appliesTo: tuple[CodeableConcept, ...] = ()
    age: Range | None = None
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")

_OBSERVATIONCOMPONENT_VALUE = attributes('valueString', 'valueBoolean', 'valueInteger', 'valueTime', 'valueDateTime', 'valueQuantity', 'valueCodeableConcept', 'valueRange', 'valueRatio', 'valueSampledData', 'valuePeriod', 'valueString_element', 'valueBoolean_element', 'valueInteger_element', 'valueTime_element', 'valueDateTime_element')
class ObservationComponent(BackboneElement, kw_only=True):
    code: CodeableConcept
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueQuantity: Quantity | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueSampledData: SampledData | None = None
    valuePeriod: Period | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] = ()
    referenceRange: tuple[ObservationReferenceRange, ...] = ()
    def __post_init__(self) -> None:
        given = 16 - _OBSERVATIONCOMPONENT_VALUE(self).count(None)
        if given > 1:
            given = chosen(_OBSERVATIONCOMPONENT_VALUE(self), 11)
        if given > 1:
            raise ValueError("ObservationComponent.value[x] takes at most one type")

_OBSERVATION_EFFECTIVE = attributes('effectiveDateTime', 'effectiveInstant', 'effectivePeriod', 'effectiveTiming', 'effectiveDateTime_element', 'effectiveInstant_element')
_OBSERVATION_VALUE = attributes('valueString', 'valueBoolean', 'valueInteger', 'valueTime', 'valueDateTime', 'valueQuantity', 'valueCodeableConcept', 'valueRange', 'valueRatio', 'valueSampledData', 'valuePeriod', 'valueString_element', 'valueBoolean_element', 'valueInteger_element', 'valueTime_element', 'valueDateTime_element')
class Observation(DomainResource, kw_only=True, tag_field="resourceType", tag="Observation"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference | None = None
    focus: tuple[Reference, ...] = ()
    encounter: Reference | None = None
    effectiveDateTime: DateTime | None = None
    effectiveDateTime_element: Element | None = named(default=None, name="_effectiveDateTime")
    effectiveInstant: Instant | None = None
    effectiveInstant_element: Element | None = named(default=None, name="_effectiveInstant")
    effectivePeriod: Period | None = None
    effectiveTiming: Timing | None = None
    issued: Instant | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    performer: tuple[Reference, ...] = ()
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueTime: Time | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueDateTime: DateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueQuantity: Quantity | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueSampledData: SampledData | None = None
    valuePeriod: Period | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    bodySite: CodeableConcept | None = None
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    device: Reference | None = None
    referenceRange: tuple[ObservationReferenceRange, ...] = ()
    hasMember: tuple[Reference, ...] = ()
    derivedFrom: tuple[Reference, ...] = ()
    component: tuple[ObservationComponent, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Observation.status is required")
        if (v := self.effectiveDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Observation.effectiveDateTime is malformed")
        if (v := self.effectiveInstant) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Observation.effectiveInstant is malformed")
        given = 6 - _OBSERVATION_EFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_OBSERVATION_EFFECTIVE(self), 4)
        if given > 1:
            raise ValueError("Observation.effective[x] takes at most one type")
        if (v := self.issued) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Observation.issued is malformed")
        if (v := self.valueTime) is not None and not is_time(v):
            raise ValueError("Observation.valueTime is malformed")
        if (v := self.valueDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Observation.valueDateTime is malformed")
        given = 16 - _OBSERVATION_VALUE(self).count(None)
        if given > 1:
            given = chosen(_OBSERVATION_VALUE(self), 11)
        if given > 1:
            raise ValueError("Observation.value[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Observation into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    patient0 = patient1 = date0 = None
    for v1 in r.basedOn:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('based-on', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('based-on', v1i.system, v1i.value))
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v3 := r.code) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('combo-code', c.system, c.code))
                token(('code', c.system, c.code))
    for v4 in r.component:
        if (v5 := v4.code) is not None:
            for c in v5.coding:
                if c.code is not None:
                    token(('combo-code', c.system, c.code))
                    token(('component-code', c.system, c.code))
        if (v6 := v4.dataAbsentReason) is not None:
            for c in v6.coding:
                if c.code is not None:
                    token(('combo-data-absent-reason', c.system, c.code))
                    token(('component-data-absent-reason', c.system, c.code))
        if (v7 := v4.valueCodeableConcept) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('combo-value-concept', c.system, c.code))
                    token(('component-value-concept', c.system, c.code))
        if (v8 := v4.valueQuantity) is not None:
            if v8.value is not None:
                v8l, v8h = quantity_range(v8)
                quantity(('combo-value-quantity', v8l, v8h, v8.system, v8.code or v8.unit))
                quantity(('component-value-quantity', v8l, v8h, v8.system, v8.code or v8.unit))
                if v8.unit != v8.code and v8.unit and v8.code:
                    quantity(('combo-value-quantity', v8l, v8h, None, v8.unit))
                    quantity(('component-value-quantity', v8l, v8h, None, v8.unit))
    if (v10 := r.dataAbsentReason) is not None:
        for c in v10.coding:
            if c.code is not None:
                token(('combo-data-absent-reason', c.system, c.code))
                token(('data-absent-reason', c.system, c.code))
    if (v11 := r.valueCodeableConcept) is not None:
        for c in v11.coding:
            if c.code is not None:
                token(('combo-value-concept', c.system, c.code))
                token(('value-concept', c.system, c.code))
        if (v12 := v11.text) is not None:
            string(('value-string', v12))
    if (v13 := r.valueQuantity) is not None:
        if v13.value is not None:
            v13l, v13h = quantity_range(v13)
            quantity(('combo-value-quantity', v13l, v13h, v13.system, v13.code or v13.unit))
            quantity(('value-quantity', v13l, v13h, v13.system, v13.code or v13.unit))
            if v13.unit != v13.code and v13.unit and v13.code:
                quantity(('combo-value-quantity', v13l, v13h, None, v13.unit))
                quantity(('value-quantity', v13l, v13h, None, v13.unit))
    for v15 in r.derivedFrom:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('derived-from', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('derived-from', v15i.system, v15i.value))
    if (v16 := r.device) is not None:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('device', v16r))
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('device', v16i.system, v16i.value))
    for v17 in r.focus:
        if (v17r := v17.reference) is not None and v17r[0] != '#':
            reference(('focus', v17r))
        if (v17i := v17.identifier) is not None and v17i.value is not None:
            identifier(('focus', v17i.system, v17i.value))
    for v18 in r.hasMember:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('has-member', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('has-member', v18i.system, v18i.value))
    if (v19 := r.method) is not None:
        for c in v19.coding:
            if c.code is not None:
                token(('method', c.system, c.code))
    for v20 in r.partOf:
        if (v20r := v20.reference) is not None and v20r[0] != '#':
            reference(('part-of', v20r))
        if (v20i := v20.identifier) is not None and v20i.value is not None:
            identifier(('part-of', v20i.system, v20i.value))
    for v21 in r.performer:
        if (v21r := v21.reference) is not None and v21r[0] != '#':
            reference(('performer', v21r))
            if patient1 is None: patient1 = patient_id(v21r)
        if (v21i := v21.identifier) is not None and v21i.value is not None:
            identifier(('performer', v21i.system, v21i.value))
    if (v22 := r.specimen) is not None:
        if (v22r := v22.reference) is not None and v22r[0] != '#':
            reference(('specimen', v22r))
        if (v22i := v22.identifier) is not None and v22i.value is not None:
            identifier(('specimen', v22i.system, v22i.value))
    if (v23 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/observation-status', v23))
    if (v24 := r.subject) is not None:
        if (v24r := v24.reference) is not None and v24r[0] != '#':
            reference(('subject', v24r))
            if patient0 is None: patient0 = patient_id(v24r)
        if (v24i := v24.identifier) is not None and v24i.value is not None:
            identifier(('subject', v24i.system, v24i.value))
        if refers(v24, 'Patient'):
            if (v24r := v24.reference) is not None and v24r[0] != '#':
                reference(('patient', v24r))
            if (v24i := v24.identifier) is not None and v24i.value is not None:
                identifier(('patient', v24i.system, v24i.value))
    if (v25 := r.valueDateTime) is not None:
        v25l, v25h = date_range(v25)
        date(('value-date', v25l, v25h))
    if (v26 := r.valuePeriod) is not None:
        v26l, v26h = period_range(v26)
        date(('value-date', v26l, v26h))
    if (v27 := r.valueString) is not None:
        string(('value-string', v27))
    if (v28 := r.meta) is not None:
        for v29 in v28.profile:
            if v29 is not None:
                uri(('_profile', v29))
                if '|' in v29:
                    v29w = v29.partition('|')[0]
                    uri(('_profile', v29w))
        for v30 in v28.security:
            if v30.code is not None:
                token(('_security', v30.system, v30.code))
        if (v31 := v28.source) is not None:
            uri(('_source', v31))
        for v32 in v28.tag:
            if v32.code is not None:
                token(('_tag', v32.system, v32.code))
    if (v33 := r.effectiveDateTime) is not None:
        v33l, v33h = date_range(v33)
        date(('date', v33l, v33h))
        if date0 is None: date0 = known(v33l, v33h)
    if (v34 := r.effectiveInstant) is not None:
        v34l, v34h = date_range(v34)
        date(('date', v34l, v34h))
        if date0 is None: date0 = known(v34l, v34h)
    if (v35 := r.effectivePeriod) is not None:
        v35l, v35h = period_range(v35)
        date(('date', v35l, v35h))
        if date0 is None: date0 = known(v35l, v35h)
    if (v36 := r.effectiveTiming) is not None:
        for v36l, v36h in timing_ranges(v36):
            date(('date', v36l, v36h))
            if date0 is None: date0 = known(v36l, v36h)
    if (v37 := r.encounter) is not None:
        if (v37r := v37.reference) is not None and v37r[0] != '#':
            reference(('encounter', v37r))
        if (v37i := v37.identifier) is not None and v37i.value is not None:
            identifier(('encounter', v37i.system, v37i.value))
    for v38 in r.identifier:
        if v38.value is not None:
            token(('identifier', v38.system, v38.value))
    for v39 in r.extension:
        if v39.url == 'http://hl7.org/fhir/StructureDefinition/observation-geneticsAminoAcidChangeName':
            if (v41 := v39.valueCanonical) is not None:
                string(('amino-acid-change', v41))
                string(('gene-amino-acid-change', v41))
            if (v42 := v39.valueCode) is not None:
                string(('amino-acid-change', v42))
                string(('gene-amino-acid-change', v42))
            if (v43 := v39.valueDate) is not None:
                string(('amino-acid-change', v43))
                string(('gene-amino-acid-change', v43))
            if (v44 := v39.valueDateTime) is not None:
                string(('amino-acid-change', v44))
                string(('gene-amino-acid-change', v44))
            if (v47 := v39.valueMarkdown) is not None:
                string(('amino-acid-change', v47))
                string(('gene-amino-acid-change', v47))
            if (v48 := v39.valueString) is not None:
                string(('amino-acid-change', v48))
                string(('gene-amino-acid-change', v48))
            if (v49 := v39.valueUri) is not None:
                string(('amino-acid-change', v49))
                string(('gene-amino-acid-change', v49))
        if v39.url == 'http://hl7.org/fhir/StructureDefinition/observation-geneticsDnaVariant':
            if (v57 := v39.valueCanonical) is not None:
                string(('dna-variant', v57))
                string(('gene-dnavariant', v57))
            if (v58 := v39.valueCode) is not None:
                string(('dna-variant', v58))
                string(('gene-dnavariant', v58))
            if (v59 := v39.valueDate) is not None:
                string(('dna-variant', v59))
                string(('gene-dnavariant', v59))
            if (v60 := v39.valueDateTime) is not None:
                string(('dna-variant', v60))
                string(('gene-dnavariant', v60))
            if (v63 := v39.valueMarkdown) is not None:
                string(('dna-variant', v63))
                string(('gene-dnavariant', v63))
            if (v64 := v39.valueString) is not None:
                string(('dna-variant', v64))
                string(('gene-dnavariant', v64))
            if (v65 := v39.valueUri) is not None:
                string(('dna-variant', v65))
                string(('gene-dnavariant', v65))
        if v39.url == 'http://hl7.org/fhir/StructureDefinition/observation-geneticsGene':
            if (v72 := v39.valueBoolean) is not None:
                token(('gene-identifier', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v72 else "false"))
            if (v73 := v39.valueCanonical) is not None:
                token(('gene-identifier', None, v73))
            if (v74 := v39.valueCode) is not None:
                token(('gene-identifier', None, v74))
            if (v75 := v39.valueDate) is not None:
                token(('gene-identifier', None, v75))
            if (v76 := v39.valueDateTime) is not None:
                token(('gene-identifier', None, v76))
            if (v79 := v39.valueMarkdown) is not None:
                token(('gene-identifier', None, v79))
            if (v80 := v39.valueString) is not None:
                token(('gene-identifier', None, v80))
            if (v81 := v39.valueUri) is not None:
                token(('gene-identifier', None, v81))
            if (v82 := v39.valueCodeableConcept) is not None:
                for c in v82.coding:
                    if c.code is not None:
                        token(('gene-identifier', c.system, c.code))
            if (v83 := v39.valueCoding) is not None:
                if v83.code is not None:
                    token(('gene-identifier', v83.system, v83.code))
            if (v84 := v39.valueIdentifier) is not None:
                if v84.value is not None:
                    token(('gene-identifier', v84.system, v84.value))
    return patient0 or patient1, date0
