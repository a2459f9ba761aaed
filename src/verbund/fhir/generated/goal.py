"""The resource type Goal of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, attributes, chosen, is_code, is_uri, is_id, is_date
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Duration, Element, Identifier, Quantity, Range, Ratio, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, Date, Integer, String

_GOALTARGET_DETAIL = attributes('detailString', 'detailBoolean', 'detailInteger', 'detailQuantity', 'detailRange', 'detailCodeableConcept', 'detailRatio', 'detailString_element', 'detailBoolean_element', 'detailInteger_element')
_GOALTARGET_DUE = attributes('dueDate', 'dueDuration', 'dueDate_element')
class GoalTarget(BackboneElement, kw_only=True):
    measure: CodeableConcept | None = None
    detailString: String | None = None
    detailString_element: Element | None = named(default=None, name="_detailString")
    detailBoolean: bool | None = None
    detailBoolean_element: Element | None = named(default=None, name="_detailBoolean")
    detailInteger: Integer | None = None
    detailInteger_element: Element | None = named(default=None, name="_detailInteger")
    detailQuantity: Quantity | None = None
    detailRange: Range | None = None
    detailCodeableConcept: CodeableConcept | None = None
    detailRatio: Ratio | None = None
    dueDate: CheckedDate | None = None
    dueDate_element: Element | None = named(default=None, name="_dueDate")
    dueDuration: Duration | None = None
    def __post_init__(self) -> None:
        given = 10 - _GOALTARGET_DETAIL(self).count(None)
        if given > 1:
            given = chosen(_GOALTARGET_DETAIL(self), 7)
        if given > 1:
            raise ValueError("GoalTarget.detail[x] takes at most one type")
        given = 3 - _GOALTARGET_DUE(self).count(None)
        if given > 1:
            given = chosen(_GOALTARGET_DUE(self), 2)
        if given > 1:
            raise ValueError("GoalTarget.due[x] takes at most one type")

_GOAL_START = attributes('startDate', 'startCodeableConcept', 'startDate_element')
class Goal(DomainResource, kw_only=True, tag_field="resourceType", tag="Goal"):
    identifier: tuple[Identifier, ...] = ()
    lifecycleStatus: Literal['proposed', 'planned', 'accepted', 'active', 'on-hold', 'completed', 'cancelled', 'entered-in-error', 'rejected'] | None = None
    lifecycleStatus_element: Element | None = named(default=None, name="_lifecycleStatus")
    achievementStatus: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    priority: CodeableConcept | None = None
    description: CodeableConcept
    subject: Reference
    startDate: Date | None = None
    startDate_element: Element | None = named(default=None, name="_startDate")
    startCodeableConcept: CodeableConcept | None = None
    target: tuple[GoalTarget, ...] = ()
    statusDate: Date | None = None
    statusDate_element: Element | None = named(default=None, name="_statusDate")
    statusReason: String | None = None
    statusReason_element: Element | None = named(default=None, name="_statusReason")
    expressedBy: Reference | None = None
    addresses: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    outcomeCode: tuple[CodeableConcept, ...] = ()
    outcomeReference: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.lifecycleStatus is None and self.lifecycleStatus_element is None:
            raise ValueError("Goal.lifecycleStatus is required")
        if (v := self.startDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Goal.startDate is malformed")
        given = 3 - _GOAL_START(self).count(None)
        if given > 1:
            given = chosen(_GOAL_START(self), 2)
        if given > 1:
            raise ValueError("Goal.start[x] takes at most one type")
        if (v := self.statusDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("Goal.statusDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Goal into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.achievementStatus) is not None:
        for c in v1.coding:
            if c.code is not None:
                token(('achievement-status', c.system, c.code))
    for v2 in r.category:
        for c in v2.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v3 := r.lifecycleStatus) is not None:
        token(('lifecycle-status', 'http://hl7.org/fhir/goal-status', v3))
    if (v4 := r.startDate) is not None:
        v4l, v4h = date_range(v4)
        date(('start-date', v4l, v4h))
        if date0 is None: date0 = known(v4l, v4h)
    if (v5 := r.subject) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('subject', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('subject', v5i.system, v5i.value))
        if refers(v5, 'Patient'):
            if (v5r := v5.reference) is not None and v5r[0] != '#':
                reference(('patient', v5r))
                if patient0 is None: patient0 = patient_id(v5r)
            if (v5i := v5.identifier) is not None and v5i.value is not None:
                identifier(('patient', v5i.system, v5i.value))
    for v6 in r.target:
        if (v7 := v6.dueDate) is not None:
            v7l, v7h = date_range(v7)
            date(('target-date', v7l, v7h))
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
    for v13 in r.identifier:
        if v13.value is not None:
            token(('identifier', v13.system, v13.value))
    return patient0, date0
