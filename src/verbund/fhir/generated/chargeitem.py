"""The resource type ChargeItem of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, number_range, patient_id, period_range, quantity_range, refers, timing_ranges
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource, Timing
from verbund.fhir.generated.primitives import DateTime, Decimal, String, Uri

class ChargeItemPerformer(BackboneElement, kw_only=True):
    function: CodeableConcept | None = None
    actor: Reference

_CHARGEITEM_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
_CHARGEITEM_PRODUCT = attributes('productReference', 'productCodeableConcept')
class ChargeItem(DomainResource, kw_only=True, tag_field="resourceType", tag="ChargeItem"):
    identifier: tuple[Identifier, ...] = ()
    definitionUri: tuple[Uri | None, ...] = ()
    definitionUri_element: tuple[Element | None, ...] = named(default=(), name="_definitionUri")
    definitionCanonical: tuple[Uri | None, ...] = ()
    definitionCanonical_element: tuple[Element | None, ...] = named(default=(), name="_definitionCanonical")
    status: Literal['planned', 'billable', 'not-billable', 'aborted', 'billed', 'entered-in-error', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    partOf: tuple[Reference, ...] = ()
    code: CodeableConcept
    subject: Reference
    context: Reference | None = None
    occurrenceDateTime: DateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    performer: tuple[ChargeItemPerformer, ...] = ()
    performingOrganization: Reference | None = None
    requestingOrganization: Reference | None = None
    costCenter: Reference | None = None
    quantity: Quantity | None = None
    bodysite: tuple[CodeableConcept, ...] = ()
    factorOverride: Decimal | None = None
    factorOverride_element: Element | None = named(default=None, name="_factorOverride")
    priceOverride: Money | None = None
    overrideReason: String | None = None
    overrideReason_element: Element | None = named(default=None, name="_overrideReason")
    enterer: Reference | None = None
    enteredDate: DateTime | None = None
    enteredDate_element: Element | None = named(default=None, name="_enteredDate")
    reason: tuple[CodeableConcept, ...] = ()
    service: tuple[Reference, ...] = ()
    productReference: Reference | None = None
    productCodeableConcept: CodeableConcept | None = None
    account: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    supportingInformation: tuple[Reference, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        for v in self.definitionUri:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ChargeItem.definitionUri is malformed")
        if (self.definitionUri_element or None in self.definitionUri) and not aligned(self.definitionUri, self.definitionUri_element):
            raise ValueError("ChargeItem.definitionUri holds a null without an extension")
        for v in self.definitionCanonical:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ChargeItem.definitionCanonical is malformed")
        if (self.definitionCanonical_element or None in self.definitionCanonical) and not aligned(self.definitionCanonical, self.definitionCanonical_element):
            raise ValueError("ChargeItem.definitionCanonical holds a null without an extension")
        if self.status is None and self.status_element is None:
            raise ValueError("ChargeItem.status is required")
        if (v := self.occurrenceDateTime) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ChargeItem.occurrenceDateTime is malformed")
        given = 4 - _CHARGEITEM_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_CHARGEITEM_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("ChargeItem.occurrence[x] takes at most one type")
        if (v := self.enteredDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ChargeItem.enteredDate is malformed")
        given = 2 - _CHARGEITEM_PRODUCT(self).count(None)
        if given > 1:
            raise ValueError("ChargeItem.product[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ChargeItem into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    number = out.numbers.append
    quantity = out.quantities.append
    patient0 = date0 = None
    for v1 in r.account:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('account', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('account', v1i.system, v1i.value))
    if (v2 := r.code) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    if (v3 := r.context) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('context', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('context', v3i.system, v3i.value))
    if (v4 := r.enteredDate) is not None:
        v4l, v4h = date_range(v4)
        date(('entered-date', v4l, v4h))
    if (v5 := r.enterer) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('enterer', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('enterer', v5i.system, v5i.value))
    if (v6 := r.factorOverride) is not None:
        v6l, v6h = number_range(v6)
        number(('factor-override', v6l, v6h))
    for v7 in r.identifier:
        if v7.value is not None:
            token(('identifier', v7.system, v7.value))
    if (v8 := r.occurrenceDateTime) is not None:
        v8l, v8h = date_range(v8)
        date(('occurrence', v8l, v8h))
        if date0 is None: date0 = known(v8l, v8h)
    if (v9 := r.occurrencePeriod) is not None:
        v9l, v9h = period_range(v9)
        date(('occurrence', v9l, v9h))
        if date0 is None: date0 = known(v9l, v9h)
    if (v10 := r.occurrenceTiming) is not None:
        for v10l, v10h in timing_ranges(v10):
            date(('occurrence', v10l, v10h))
            if date0 is None: date0 = known(v10l, v10h)
    if (v11 := r.subject) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('subject', v11r))
            if patient0 is None: patient0 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('subject', v11i.system, v11i.value))
        if refers(v11, 'Patient'):
            if (v11r := v11.reference) is not None and v11r[0] != '#':
                reference(('patient', v11r))
            if (v11i := v11.identifier) is not None and v11i.value is not None:
                identifier(('patient', v11i.system, v11i.value))
    for v12 in r.performer:
        if (v13 := v12.actor) is not None:
            if (v13r := v13.reference) is not None and v13r[0] != '#':
                reference(('performer-actor', v13r))
            if (v13i := v13.identifier) is not None and v13i.value is not None:
                identifier(('performer-actor', v13i.system, v13i.value))
        if (v14 := v12.function) is not None:
            for c in v14.coding:
                if c.code is not None:
                    token(('performer-function', c.system, c.code))
    if (v15 := r.performingOrganization) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('performing-organization', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('performing-organization', v15i.system, v15i.value))
    if (v16 := r.priceOverride) is not None:
        if v16.value is not None:
            v16l, v16h = number_range(v16.value)
            quantity(('price-override', v16l, v16h, 'urn:iso:std:iso:4217', v16.currency))
    if (v17 := r.quantity) is not None:
        if v17.value is not None:
            v17l, v17h = quantity_range(v17)
            quantity(('quantity', v17l, v17h, v17.system, v17.code or v17.unit))
            if v17.unit != v17.code and v17.unit and v17.code:
                quantity(('quantity', v17l, v17h, None, v17.unit))
    if (v18 := r.requestingOrganization) is not None:
        if (v18r := v18.reference) is not None and v18r[0] != '#':
            reference(('requesting-organization', v18r))
        if (v18i := v18.identifier) is not None and v18i.value is not None:
            identifier(('requesting-organization', v18i.system, v18i.value))
    for v19 in r.service:
        if (v19r := v19.reference) is not None and v19r[0] != '#':
            reference(('service', v19r))
        if (v19i := v19.identifier) is not None and v19i.value is not None:
            identifier(('service', v19i.system, v19i.value))
    if (v20 := r.meta) is not None:
        for v21 in v20.profile:
            if v21 is not None:
                uri(('_profile', v21))
                if '|' in v21:
                    v21w = v21.partition('|')[0]
                    uri(('_profile', v21w))
        for v22 in v20.security:
            if v22.code is not None:
                token(('_security', v22.system, v22.code))
        if (v23 := v20.source) is not None:
            uri(('_source', v23))
        for v24 in v20.tag:
            if v24.code is not None:
                token(('_tag', v24.system, v24.code))
    return patient0, date0
