"""The resource type ImmunizationEvaluation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, PositiveInt, String

_IMMUNIZATIONEVALUATION_DOSENUMBER = attributes('doseNumberPositiveInt', 'doseNumberString', 'doseNumberPositiveInt_element', 'doseNumberString_element')
_IMMUNIZATIONEVALUATION_SERIESDOSES = attributes('seriesDosesPositiveInt', 'seriesDosesString', 'seriesDosesPositiveInt_element', 'seriesDosesString_element')
class ImmunizationEvaluation(DomainResource, kw_only=True, tag_field="resourceType", tag="ImmunizationEvaluation"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['completed', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    patient: Reference
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    authority: Reference | None = None
    targetDisease: CodeableConcept
    immunizationEvent: Reference
    doseStatus: CodeableConcept
    doseStatusReason: tuple[CodeableConcept, ...] = ()
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
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ImmunizationEvaluation.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ImmunizationEvaluation.date is malformed")
        given = 4 - _IMMUNIZATIONEVALUATION_DOSENUMBER(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONEVALUATION_DOSENUMBER(self), 2)
        if given > 1:
            raise ValueError("ImmunizationEvaluation.doseNumber[x] takes at most one type")
        given = 4 - _IMMUNIZATIONEVALUATION_SERIESDOSES(self).count(None)
        if given > 1:
            given = chosen(_IMMUNIZATIONEVALUATION_SERIESDOSES(self), 2)
        if given > 1:
            raise ValueError("ImmunizationEvaluation.seriesDoses[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ImmunizationEvaluation into `out`; its patient and its clinical date."""
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
    if (v2 := r.doseStatus) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('dose-status', c.system, c.code))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.immunizationEvent) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('immunization-event', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('immunization-event', v4i.system, v4i.value))
    if (v5 := r.patient) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('patient', v5r))
            if patient0 is None: patient0 = patient_id(v5r)
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('patient', v5i.system, v5i.value))
    if (v6 := r.status) is not None:
        token(('status', 'http://terminology.hl7.org/CodeSystem/medication-admin-status', v6))
    if (v7 := r.targetDisease) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('target-disease', c.system, c.code))
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
    return patient0, date0
