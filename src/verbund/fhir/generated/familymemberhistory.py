"""The resource type FamilyMemberHistory of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Age, Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Range, Reference, Resource
from verbund.fhir.generated.primitives import Date, DateTime, String, Uri

_FAMILYMEMBERHISTORYCONDITION_ONSET = attributes('onsetString', 'onsetAge', 'onsetRange', 'onsetPeriod', 'onsetString_element')
class FamilyMemberHistoryCondition(BackboneElement, kw_only=True):
    code: CodeableConcept
    outcome: CodeableConcept | None = None
    contributedToDeath: bool | None = None
    contributedToDeath_element: Element | None = named(default=None, name="_contributedToDeath")
    onsetString: String | None = None
    onsetString_element: Element | None = named(default=None, name="_onsetString")
    onsetAge: Age | None = None
    onsetRange: Range | None = None
    onsetPeriod: Period | None = None
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        given = 5 - _FAMILYMEMBERHISTORYCONDITION_ONSET(self).count(None)
        if given > 1:
            given = chosen(_FAMILYMEMBERHISTORYCONDITION_ONSET(self), 4)
        if given > 1:
            raise ValueError("FamilyMemberHistoryCondition.onset[x] takes at most one type")

_FAMILYMEMBERHISTORY_BORN = attributes('bornDate', 'bornString', 'bornPeriod', 'bornDate_element', 'bornString_element')
_FAMILYMEMBERHISTORY_AGE = attributes('ageString', 'ageAge', 'ageRange', 'ageString_element')
_FAMILYMEMBERHISTORY_DECEASED = attributes('deceasedBoolean', 'deceasedDate', 'deceasedString', 'deceasedAge', 'deceasedRange', 'deceasedBoolean_element', 'deceasedDate_element', 'deceasedString_element')
class FamilyMemberHistory(DomainResource, kw_only=True, tag_field="resourceType", tag="FamilyMemberHistory"):
    identifier: tuple[Identifier, ...] = ()
    instantiatesCanonical: tuple[Uri | None, ...] = ()
    instantiatesCanonical_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesCanonical")
    instantiatesUri: tuple[Uri | None, ...] = ()
    instantiatesUri_element: tuple[Element | None, ...] = named(default=(), name="_instantiatesUri")
    status: Literal['partial', 'completed', 'entered-in-error', 'health-unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    dataAbsentReason: CodeableConcept | None = None
    patient: Reference
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    relationship: CodeableConcept
    sex: CodeableConcept | None = None
    bornDate: Date | None = None
    bornDate_element: Element | None = named(default=None, name="_bornDate")
    bornString: String | None = None
    bornString_element: Element | None = named(default=None, name="_bornString")
    bornPeriod: Period | None = None
    ageString: String | None = None
    ageString_element: Element | None = named(default=None, name="_ageString")
    ageAge: Age | None = None
    ageRange: Range | None = None
    estimatedAge: bool | None = None
    estimatedAge_element: Element | None = named(default=None, name="_estimatedAge")
    deceasedBoolean: bool | None = None
    deceasedBoolean_element: Element | None = named(default=None, name="_deceasedBoolean")
    deceasedDate: Date | None = None
    deceasedDate_element: Element | None = named(default=None, name="_deceasedDate")
    deceasedString: String | None = None
    deceasedString_element: Element | None = named(default=None, name="_deceasedString")
    deceasedAge: Age | None = None
    deceasedRange: Range | None = None
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    condition: tuple[FamilyMemberHistoryCondition, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.instantiatesCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("FamilyMemberHistory.instantiatesCanonical is malformed")
        if (self.instantiatesCanonical_element or None in self.instantiatesCanonical) and not aligned(self.instantiatesCanonical, self.instantiatesCanonical_element):
            raise ValueError("FamilyMemberHistory.instantiatesCanonical holds a null without an extension")
        for v in self.instantiatesUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("FamilyMemberHistory.instantiatesUri is malformed")
        if (self.instantiatesUri_element or None in self.instantiatesUri) and not aligned(self.instantiatesUri, self.instantiatesUri_element):
            raise ValueError("FamilyMemberHistory.instantiatesUri holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("FamilyMemberHistory.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("FamilyMemberHistory.date is malformed")
        if (v := self.bornDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("FamilyMemberHistory.bornDate is malformed")
        given = 5 - _FAMILYMEMBERHISTORY_BORN(self).count(None)
        if given > 1:
            given = chosen(_FAMILYMEMBERHISTORY_BORN(self), 3)
        if given > 1:
            raise ValueError("FamilyMemberHistory.born[x] takes at most one type")
        given = 4 - _FAMILYMEMBERHISTORY_AGE(self).count(None)
        if given > 1:
            given = chosen(_FAMILYMEMBERHISTORY_AGE(self), 3)
        if given > 1:
            raise ValueError("FamilyMemberHistory.age[x] takes at most one type")
        if (v := self.deceasedDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("FamilyMemberHistory.deceasedDate is malformed")
        given = 8 - _FAMILYMEMBERHISTORY_DECEASED(self).count(None)
        if given > 1:
            given = chosen(_FAMILYMEMBERHISTORY_DECEASED(self), 5)
        if given > 1:
            raise ValueError("FamilyMemberHistory.deceased[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a FamilyMemberHistory into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    for v1 in r.instantiatesCanonical:
        if v1 is not None:
            reference(('instantiates-canonical', v1))
            if '|' in v1:
                v1w = v1.partition('|')[0]
                reference(('instantiates-canonical', v1w))
    for v2 in r.instantiatesUri:
        if v2 is not None:
            uri(('instantiates-uri', v2))
    if (v3 := r.relationship) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('relationship', c.system, c.code))
    if (v4 := r.sex) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('sex', c.system, c.code))
    if (v5 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/history-status', v5))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    for v11 in r.condition:
        if (v12 := v11.code) is not None:
            for c in v12.coding:
                if c.code is not None:
                    token(('code', c.system, c.code))
    if (v13 := r.date) is not None:
        v13l, v13h = date_range(v13)
        date(('date', v13l, v13h))
        if date0 is None: date0 = known(v13l, v13h)
    for v14 in r.identifier:
        if v14.value is not None:
            token(('identifier', v14.system, v14.value))
    if (v15 := r.patient) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('patient', v15r))
            if patient0 is None: patient0 = patient_id(v15r)
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('patient', v15i.system, v15i.value))
    return patient0, date0
