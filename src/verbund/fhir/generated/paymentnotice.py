"""The resource type PaymentNotice of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known
from verbund.fhir.generated.datatypes import CodeableConcept, DomainResource, Element, Identifier, Money, Reference, Resource
from verbund.fhir.generated.primitives import Date, DateTime

class PaymentNotice(DomainResource, kw_only=True, tag_field="resourceType", tag="PaymentNotice"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    request: Reference | None = None
    response: Reference | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    provider: Reference | None = None
    payment: Reference
    paymentDate: Date | None = None
    paymentDate_element: Element | None = named(default=None, name="_paymentDate")
    payee: Reference | None = None
    recipient: Reference
    amount: Money
    paymentStatus: CodeableConcept | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("PaymentNotice.status is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("PaymentNotice.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("PaymentNotice.created is required")
        if (v := self.paymentDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("PaymentNotice.paymentDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a PaymentNotice into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    if (v1 := r.created) is not None:
        v1l, v1h = date_range(v1)
        date(('created', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.paymentStatus) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('payment-status', c.system, c.code))
    if (v4 := r.provider) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('provider', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('provider', v4i.system, v4i.value))
    if (v5 := r.request) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('request', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('request', v5i.system, v5i.value))
    if (v6 := r.response) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('response', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('response', v6i.system, v6i.value))
    if (v7 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v7))
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
    return None, date0
