"""The resource type Invoice of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, number_range, patient_id, refers
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Decimal, PositiveInt, String

class InvoiceParticipant(BackboneElement, kw_only=True):
    role: CodeableConcept | None = None
    actor: Reference

class InvoiceLineItemPriceComponent(BackboneElement, kw_only=True):
    type: Literal['base', 'surcharge', 'deduction', 'discount', 'tax', 'informational'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    code: CodeableConcept | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    amount: Money | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("InvoiceLineItemPriceComponent.type is required")

_INVOICELINEITEM_CHARGEITEM = attributes('chargeItemReference', 'chargeItemCodeableConcept')
class InvoiceLineItem(BackboneElement, kw_only=True):
    sequence: PositiveInt | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    chargeItemReference: Reference | None = None
    chargeItemCodeableConcept: CodeableConcept | None = None
    priceComponent: tuple[InvoiceLineItemPriceComponent, ...] = ()
    def __post_init__(self) -> None:
        given = 2 - _INVOICELINEITEM_CHARGEITEM(self).count(None)
        if given != 1:
            raise ValueError("InvoiceLineItem.chargeItem[x] takes exactly one type")

class Invoice(DomainResource, kw_only=True, tag_field="resourceType", tag="Invoice"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['draft', 'issued', 'balanced', 'cancelled', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    cancelledReason: String | None = None
    cancelledReason_element: Element | None = named(default=None, name="_cancelledReason")
    type: CodeableConcept | None = None
    subject: Reference | None = None
    recipient: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    participant: tuple[InvoiceParticipant, ...] = ()
    issuer: Reference | None = None
    account: Reference | None = None
    lineItem: tuple[InvoiceLineItem, ...] = ()
    totalPriceComponent: tuple[InvoiceLineItemPriceComponent, ...] = ()
    totalNet: Money | None = None
    totalGross: Money | None = None
    paymentTerms: String | None = None
    paymentTerms_element: Element | None = named(default=None, name="_paymentTerms")
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Invoice.status is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Invoice.date is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Invoice into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    patient0 = patient1 = patient2 = date0 = None
    if (v1 := r.account) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('account', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('account', v1i.system, v1i.value))
    if (v2 := r.date) is not None:
        v2l, v2h = date_range(v2)
        date(('date', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.issuer) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('issuer', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('issuer', v4i.system, v4i.value))
    for v5 in r.participant:
        if (v6 := v5.actor) is not None:
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('participant', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('participant', v6i.system, v6i.value))
        if (v7 := v5.role) is not None:
            for c in v7.coding:
                if c.code is not None:
                    token(('participant-role', c.system, c.code))
    if (v8 := r.subject) is not None:
        if (v8r := v8.reference) is not None and v8r[0] != '#':
            reference(('subject', v8r))
            if patient0 is None: patient0 = patient_id(v8r)
        if (v8i := v8.identifier) is not None and v8i.value is not None:
            identifier(('subject', v8i.system, v8i.value))
        if refers(v8, 'Patient'):
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('patient', v8r))
                if patient1 is None: patient1 = patient_id(v8r)
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('patient', v8i.system, v8i.value))
    if (v9 := r.recipient) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('recipient', v9r))
            if patient2 is None: patient2 = patient_id(v9r)
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('recipient', v9i.system, v9i.value))
    if (v10 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/invoice-status', v10))
    if (v11 := r.totalGross) is not None:
        if v11.value is not None:
            v11l, v11h = number_range(v11.value)
            quantity(('totalgross', v11l, v11h, 'urn:iso:std:iso:4217', v11.currency))
    if (v12 := r.totalNet) is not None:
        if v12.value is not None:
            v12l, v12h = number_range(v12.value)
            quantity(('totalnet', v12l, v12h, 'urn:iso:std:iso:4217', v12.currency))
    if (v13 := r.type) is not None:
        for c in v13.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v14 := r.meta) is not None:
        for v15 in v14.profile:
            if v15 is not None:
                uri(('_profile', v15))
                if '|' in v15:
                    v15w = v15.partition('|')[0]
                    uri(('_profile', v15w))
        for v16 in v14.security:
            if v16.code is not None:
                token(('_security', v16.system, v16.code))
        if (v17 := v14.source) is not None:
            uri(('_source', v17))
        for v18 in v14.tag:
            if v18.code is not None:
                token(('_tag', v18.system, v18.code))
    return patient0 or patient1 or patient2, date0
