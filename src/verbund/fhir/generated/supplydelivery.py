"""The resource type SupplyDelivery of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, among, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime

_SUPPLYDELIVERYSUPPLIEDITEM_ITEM = attributes('itemCodeableConcept', 'itemReference')
class SupplyDeliverySuppliedItem(BackboneElement, kw_only=True):
    quantity: Quantity | None = None
    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _SUPPLYDELIVERYSUPPLIEDITEM_ITEM(self).count(None)
        if given > 1:
            raise ValueError("SupplyDeliverySuppliedItem.item[x] takes at most one type")

_SUPPLYDELIVERY_TYPE = frozenset([('http://terminology.hl7.org/CodeSystem/supply-item-type', 'device'), ('http://terminology.hl7.org/CodeSystem/supply-item-type', 'medication')])
_SUPPLYDELIVERY_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
class SupplyDelivery(DomainResource, kw_only=True, tag_field="resourceType", tag="SupplyDelivery"):
    identifier: tuple[Identifier, ...] = ()
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    status: Literal['in-progress', 'completed', 'abandoned', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    patient: Reference | None = None
    type: CodeableConcept | None = None
    suppliedItem: SupplyDeliverySuppliedItem | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    supplier: Reference | None = None
    destination: Reference | None = None
    receiver: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.type is not None and not among(self.type, _SUPPLYDELIVERY_TYPE):
            raise ValueError("SupplyDelivery.type is not one of the required codes")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("SupplyDelivery.occurrenceDateTime is malformed")
        given = 4 - _SUPPLYDELIVERY_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_SUPPLYDELIVERY_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("SupplyDelivery.occurrence[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SupplyDelivery into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = None
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
    for v6 in r.receiver:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('receiver', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('receiver', v6i.system, v6i.value))
    if (v7 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/supplydelivery-status', v7))
    if (v8 := r.supplier) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('supplier', v8r))
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('supplier', v8i.system, v8i.value))
    for v9 in r.identifier:
        if v9.value is not None:
            token(('identifier', v9.system, v9.value))
    if (v10 := r.patient) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('patient', v10r))
            if patient0 is None: patient0 = patient_id(v10r)
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('patient', v10i.system, v10i.value))
    return patient0, None
