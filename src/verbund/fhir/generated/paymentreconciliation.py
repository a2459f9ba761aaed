"""The resource type PaymentReconciliation of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Money, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, Date, DateTime, String

class PaymentReconciliationDetail(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    predecessor: Identifier | None = None
    type: CodeableConcept
    request: Reference | None = None
    submitter: Reference | None = None
    response: Reference | None = None
    date: CheckedDate | None = None
    date_element: Element | None = named(default=None, name="_date")
    responsible: Reference | None = None
    payee: Reference | None = None
    amount: Money | None = None

class PaymentReconciliationProcessNote(BackboneElement, kw_only=True):
    type: Literal['display', 'print', 'printoper'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")

class PaymentReconciliation(DomainResource, kw_only=True, tag_field="resourceType", tag="PaymentReconciliation"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    period: Period | None = None
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    paymentIssuer: Reference | None = None
    request: Reference | None = None
    requestor: Reference | None = None
    outcome: Literal['queued', 'complete', 'error', 'partial'] | None = None
    outcome_element: Element | None = named(default=None, name="_outcome")
    disposition: String | None = None
    disposition_element: Element | None = named(default=None, name="_disposition")
    paymentDate: Date | None = None
    paymentDate_element: Element | None = named(default=None, name="_paymentDate")
    paymentAmount: Money
    paymentIdentifier: Identifier | None = None
    detail: tuple[PaymentReconciliationDetail, ...] = ()
    formCode: CodeableConcept | None = None
    processNote: tuple[PaymentReconciliationProcessNote, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("PaymentReconciliation.status is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("PaymentReconciliation.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("PaymentReconciliation.created is required")
        if (v := self.paymentDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("PaymentReconciliation.paymentDate is malformed")
        if self.paymentDate is None and self.paymentDate_element is None:
            raise ValueError("PaymentReconciliation.paymentDate is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a PaymentReconciliation into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    if (v1 := r.created) is not None:
        v1l, v1h = date_range(v1)
        date(('created', v1l, v1h))
        if date0 is None: date0 = known(v1l, v1h)
    if (v2 := r.disposition) is not None:
        string(('disposition', v2))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.outcome) is not None:
        token(('outcome', 'http://hl7.org/fhir/remittance-outcome', v4))
    if (v5 := r.paymentIssuer) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('payment-issuer', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('payment-issuer', v5i.system, v5i.value))
    if (v6 := r.request) is not None:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('request', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('request', v6i.system, v6i.value))
    if (v7 := r.requestor) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('requestor', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('requestor', v7i.system, v7i.value))
    if (v8 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v8))
    if (v9 := r.meta) is not None:
        for v10 in v9.profile:
            if v10 is not None:
                uri(('_profile', v10))
                if '|' in v10:
                    v10w = v10.partition('|')[0]
                    uri(('_profile', v10w))
        for v11 in v9.security:
            if v11.code is not None:
                token(('_security', v11.system, v11.code))
        if (v12 := v9.source) is not None:
            uri(('_source', v12))
        for v13 in v9.tag:
            if v13.code is not None:
                token(('_tag', v13.system, v13.code))
    return None, date0
