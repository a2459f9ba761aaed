"""The resource type SupplyRequest of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime

_SUPPLYREQUESTPARAMETER_VALUE = attributes('valueBoolean', 'valueCodeableConcept', 'valueQuantity', 'valueRange', 'valueBoolean_element')
class SupplyRequestParameter(BackboneElement, kw_only=True):
    code: CodeableConcept | None = None
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCodeableConcept: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    def __post_init__(self) -> None:
        given = 5 - _SUPPLYREQUESTPARAMETER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_SUPPLYREQUESTPARAMETER_VALUE(self), 4)
        if given > 1:
            raise ValueError("SupplyRequestParameter.value[x] takes at most one type")

_SUPPLYREQUEST_ITEM = attributes('itemCodeableConcept', 'itemReference')
_SUPPLYREQUEST_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
class SupplyRequest(DomainResource, kw_only=True, tag_field="resourceType", tag="SupplyRequest"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['draft', 'active', 'suspended', 'cancelled', 'completed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: CodeableConcept | None = None
    priority: Literal['routine', 'urgent', 'asap', 'stat'] | None = None
    priority_element: Element | None = named(default=None, name="_priority")
    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    quantity: Quantity
    parameter: tuple[SupplyRequestParameter, ...] = ()
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    authoredOn: DateTime | None = None
    authoredOn_element: Element | None = named(default=None, name="_authoredOn")
    requester: Reference | None = None
    supplier: tuple[Reference, ...] = ()
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    deliverFrom: Reference | None = None
    deliverTo: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        given = 2 - _SUPPLYREQUEST_ITEM(self).count(None)
        if given != 1:
            raise ValueError("SupplyRequest.item[x] takes exactly one type")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("SupplyRequest.occurrenceDateTime is malformed")
        given = 4 - _SUPPLYREQUEST_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_SUPPLYREQUEST_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("SupplyRequest.occurrence[x] takes at most one type")
        if (v := self.authoredOn) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("SupplyRequest.authoredOn is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SupplyRequest into `out`; its patient and its clinical date."""
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
    if (v6 := r.category) is not None:
        for c in v6.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v7 := r.requester) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('requester', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('requester', v7i.system, v7i.value))
    if (v8 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/supplyrequest-status', v8))
    if (v9 := r.deliverTo) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('subject', v9r))
            if patient0 is None: patient0 = patient_id(v9r)
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('subject', v9i.system, v9i.value))
    for v10 in r.supplier:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('supplier', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('supplier', v10i.system, v10i.value))
    if (v11 := r.authoredOn) is not None:
        v11l, v11h = date_range(v11)
        date(('date', v11l, v11h))
        if date0 is None: date0 = known(v11l, v11h)
    for v12 in r.identifier:
        if v12.value is not None:
            token(('identifier', v12.system, v12.value))
    return patient0, date0
