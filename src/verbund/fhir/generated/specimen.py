"""The resource type Specimen of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, period_range, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Duration, Element, Identifier, Period, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime, String

_SPECIMENCOLLECTION_COLLECTED = attributes('collectedDateTime', 'collectedPeriod', 'collectedDateTime_element')
_SPECIMENCOLLECTION_FASTINGSTATUS = attributes('fastingStatusCodeableConcept', 'fastingStatusDuration')
class SpecimenCollection(BackboneElement, kw_only=True):
    collector: Reference | None = None
    collectedDateTime: CheckedDateTime | None = None
    collectedDateTime_element: Element | None = named(default=None, name="_collectedDateTime")
    collectedPeriod: Period | None = None
    duration: Duration | None = None
    quantity: Quantity | None = None
    method: CodeableConcept | None = None
    bodySite: CodeableConcept | None = None
    fastingStatusCodeableConcept: CodeableConcept | None = None
    fastingStatusDuration: Duration | None = None
    def __post_init__(self) -> None:
        given = 3 - _SPECIMENCOLLECTION_COLLECTED(self).count(None)
        if given > 1:
            given = chosen(_SPECIMENCOLLECTION_COLLECTED(self), 2)
        if given > 1:
            raise ValueError("SpecimenCollection.collected[x] takes at most one type")
        given = 2 - _SPECIMENCOLLECTION_FASTINGSTATUS(self).count(None)
        if given > 1:
            raise ValueError("SpecimenCollection.fastingStatus[x] takes at most one type")

_SPECIMENPROCESSING_TIME = attributes('timeDateTime', 'timePeriod', 'timeDateTime_element')
class SpecimenProcessing(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    procedure: CodeableConcept | None = None
    additive: tuple[Reference, ...] = ()
    timeDateTime: CheckedDateTime | None = None
    timeDateTime_element: Element | None = named(default=None, name="_timeDateTime")
    timePeriod: Period | None = None
    def __post_init__(self) -> None:
        given = 3 - _SPECIMENPROCESSING_TIME(self).count(None)
        if given > 1:
            given = chosen(_SPECIMENPROCESSING_TIME(self), 2)
        if given > 1:
            raise ValueError("SpecimenProcessing.time[x] takes at most one type")

_SPECIMENCONTAINER_ADDITIVE = attributes('additiveCodeableConcept', 'additiveReference')
class SpecimenContainer(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    type: CodeableConcept | None = None
    capacity: Quantity | None = None
    specimenQuantity: Quantity | None = None
    additiveCodeableConcept: CodeableConcept | None = None
    additiveReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _SPECIMENCONTAINER_ADDITIVE(self).count(None)
        if given > 1:
            raise ValueError("SpecimenContainer.additive[x] takes at most one type")

class Specimen(DomainResource, kw_only=True, tag_field="resourceType", tag="Specimen"):
    identifier: tuple[Identifier, ...] = ()
    accessionIdentifier: Identifier | None = None
    status: Literal['available', 'unavailable', 'unsatisfactory', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    type: CodeableConcept | None = None
    subject: Reference | None = None
    receivedTime: DateTime | None = None
    receivedTime_element: Element | None = named(default=None, name="_receivedTime")
    parent: tuple[Reference, ...] = ()
    request: tuple[Reference, ...] = ()
    collection: SpecimenCollection | None = None
    processing: tuple[SpecimenProcessing, ...] = ()
    container: tuple[SpecimenContainer, ...] = ()
    condition: tuple[CodeableConcept, ...] = ()
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.receivedTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Specimen.receivedTime is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Specimen into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    if (v6 := r.accessionIdentifier) is not None:
        if v6.value is not None:
            token(('accession', v6.system, v6.value))
    if (v7 := r.collection) is not None:
        if (v8 := v7.bodySite) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('bodysite', c.system, c.code))
        if (v9 := v7.collectedDateTime) is not None:
            v9l, v9h = date_range(v9)
            date(('collected', v9l, v9h))
            if date0 is None: date0 = known(v9l, v9h)
        if (v10 := v7.collectedPeriod) is not None:
            v10l, v10h = period_range(v10)
            date(('collected', v10l, v10h))
            if date0 is None: date0 = known(v10l, v10h)
        if (v11 := v7.collector) is not None:
            if (v11r := v11.reference) is not None and v11r[0] != '#':
                reference(('collector', v11r))
            if (v11i := v11.identifier) is not None and v11i.value is not None:
                identifier(('collector', v11i.system, v11i.value))
    for v12 in r.container:
        if (v13 := v12.type) is not None:
            for c in v13.coding:
                if c.code is not None:
                    token(('container', c.system, c.code))
        for v14 in v12.identifier:
            if v14.value is not None:
                token(('container-id', v14.system, v14.value))
    for v15 in r.identifier:
        if v15.value is not None:
            token(('identifier', v15.system, v15.value))
    for v16 in r.parent:
        if (v16r := v16.reference) is not None and v16r[0] != '#':
            reference(('parent', v16r))
        if (v16i := v16.identifier) is not None and v16i.value is not None:
            identifier(('parent', v16i.system, v16i.value))
    if (v17 := r.subject) is not None:
        if (v17r := v17.reference) is not None and v17r[0] != '#':
            reference(('subject', v17r))
            if patient0 is None: patient0 = patient_id(v17r)
        if (v17i := v17.identifier) is not None and v17i.value is not None:
            identifier(('subject', v17i.system, v17i.value))
        if refers(v17, 'Patient'):
            if (v17r := v17.reference) is not None and v17r[0] != '#':
                reference(('patient', v17r))
            if (v17i := v17.identifier) is not None and v17i.value is not None:
                identifier(('patient', v17i.system, v17i.value))
    if (v18 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/specimen-status', v18))
    if (v19 := r.type) is not None:
        for c in v19.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    return patient0, date0
