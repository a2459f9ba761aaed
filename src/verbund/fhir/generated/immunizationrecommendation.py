"""The resource type ImmunizationRecommendation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, PositiveInt, String

class ImmunizationRecommendationRecommendationDateCriterion(BackboneElement, kw_only=True):
    code: CodeableConcept
    value: CheckedDateTime | None = None
    value_element: Element | None = named(default=None, name="_value")
    def __post_init__(self) -> None:
        if self.value is None and self.value_element is None:
            raise ValueError("ImmunizationRecommendationRecommendationDateCriterion.value is required")

_IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_DOSENUMBER = attributes('doseNumberPositiveInt', 'doseNumberString', 'doseNumberPositiveInt_element', 'doseNumberString_element')
_IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_SERIESDOSES = attributes('seriesDosesPositiveInt', 'seriesDosesString', 'seriesDosesPositiveInt_element', 'seriesDosesString_element')
class ImmunizationRecommendationRecommendation(BackboneElement, kw_only=True):
    vaccineCode: tuple[CodeableConcept, ...] = ()
    targetDisease: CodeableConcept | None = None
    contraindicatedVaccineCode: tuple[CodeableConcept, ...] = ()
    forecastStatus: CodeableConcept
    forecastReason: tuple[CodeableConcept, ...] = ()
    dateCriterion: tuple[ImmunizationRecommendationRecommendationDateCriterion, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    series: String | None = None
    series_element: Element | None = named(default=None, name="_series")
    doseNumberPositiveInt: PositiveInt | None = None
    doseNumberPositiveInt_element: Element | None = named(default=None, name="_doseNumberPositiveInt")
    doseNumberString: String | None = None
    doseNumberString_element: Element | None = named(default=None, name="_doseNumberString")
    seriesDosesPositiveInt: PositiveInt | None = None
    seriesDosesPositiveInt_element: Element | None = named(default=None, name="_seriesDosesPositiveInt")
    seriesDosesString: String | None = None
    seriesDosesString_element: Element | None = named(default=None, name="_seriesDosesString")
    supportingImmunization: tuple[Reference, ...] = ()
    supportingPatientInformation: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        given = 4 - _IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_DOSENUMBER(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_DOSENUMBER(self), 2)
        if given > 1:
            raise ValueError("ImmunizationRecommendationRecommendation.doseNumber[x] takes at most one type")
        given = 4 - _IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_SERIESDOSES(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONRECOMMENDATIONRECOMMENDATION_SERIESDOSES(self), 2)
        if given > 1:
            raise ValueError("ImmunizationRecommendationRecommendation.seriesDoses[x] takes at most one type")

class ImmunizationRecommendation(DomainResource, kw_only=True, tag_field="resourceType", tag="ImmunizationRecommendation"):
    identifier: tuple[Identifier, ...] = ()
    patient: Reference
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    authority: Reference | None = None
    recommendation: tuple[ImmunizationRecommendationRecommendation, ...]
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ImmunizationRecommendation.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("ImmunizationRecommendation.date is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ImmunizationRecommendation into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.date) is not None:
        v1l, v1h = date_range(v1)
        date(('date', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    for v3 in r.recommendation:
        for v4 in v3.supportingPatientInformation:
            if (v4r := v4.reference) is not None and v4r[0] != '#':
                reference(('information', v4r))
            if (v4i := v4.identifier) is not None and v4i.value is not None:
                identifier(('information', v4i.system, v4i.value))
        if (v5 := v3.forecastStatus) is not None:
            for c in v5.coding:
                if c.code is not None:
                    token(('status', c.system, c.code))
        for v6 in v3.supportingImmunization:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('support', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('support', v6i.system, v6i.value))
        if (v7 := v3.targetDisease) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('target-disease', c.system, c.code))
        for v8 in v3.vaccineCode:
            for c in v8.coding:
                if c.code is not None:
                    token(('vaccine-type', c.system, c.code))
    if (v9 := r.patient) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('patient', v9r))
            if patient0 is None: patient0 = patient_id(v9r)
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('patient', v9i.system, v9i.value))
    if (v10 := r.meta) is not None:
        for v11 in v10.profile:
            if v11 is not None:
                uri(('_profile', v11))
                if '|' in v11:
                    v11w = v11.partition('|')[0]
                    uri(('_profile', v11w))
        for v12 in v10.security:
            if v12.code is not None:
                token(('_security', v12.system, v12.code))
        if (v13 := v10.source) is not None:
            uri(('_source', v13))
        for v14 in v10.tag:
            if v14.code is not None:
                token(('_tag', v14.system, v14.code))
    return patient0, date0
