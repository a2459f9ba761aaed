"""The resource type NamingSystem of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DomainResource, Element, Period, Resource, UsageContext
from verbund.fhir.generated.primitives import DateTime, String

class NamingSystemUniqueId(BackboneElement, kw_only=True):
    type: Literal['oid', 'uuid', 'uri', 'other'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    value: String | None = None
    value_element: Element | None = named(default=None, name="_value")
    preferred: bool | None = None
    preferred_element: Element | None = named(default=None, name="_preferred")
    comment: String | None = None
    comment_element: Element | None = named(default=None, name="_comment")
    period: Period | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("NamingSystemUniqueId.type is required")
        if self.value is None and self.value_element is None:
            raise ValueError("NamingSystemUniqueId.value is required")

class NamingSystem(DomainResource, kw_only=True, tag_field="resourceType", tag="NamingSystem"):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    kind: Literal['codesystem', 'identifier', 'root'] | None = None
    kind_element: Element | None = named(default=None, name="_kind")
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    responsible: String | None = None
    responsible_element: Element | None = named(default=None, name="_responsible")
    type: CodeableConcept | None = None
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    usage: String | None = None
    usage_element: Element | None = named(default=None, name="_usage")
    uniqueId: tuple[NamingSystemUniqueId, ...]
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.name is None and self.name_element is None:
            raise ValueError("NamingSystem.name is required")
        if self.status is None and self.status_element is None:
            raise ValueError("NamingSystem.status is required")
        if self.kind is None and self.kind_element is None:
            raise ValueError("NamingSystem.kind is required")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("NamingSystem.date is malformed")
        if self.date is None and self.date_element is None:
            raise ValueError("NamingSystem.date is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a NamingSystem into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.contact:
        if (v2 := v1.name) is not None:
            string(('contact', v2))
        for v3 in v1.telecom:
            if v3.value is not None:
                token(('telecom', None, v3.value))
    for v4 in r.uniqueId:
        if (v5 := v4.type) is not None:
            token(('id-type', 'http://hl7.org/fhir/namingsystem-identifier-type', v5))
        if (v6 := v4.period) is not None:
            v6l, v6h = period_range(v6)
            date(('period', v6l, v6h))
            if date1 is None: date1 = known(v6l, v6h)
        if (v7 := v4.value) is not None:
            string(('value', v7))
    if (v8 := r.kind) is not None:
        token(('kind', 'http://hl7.org/fhir/namingsystem-type', v8))
    if (v9 := r.responsible) is not None:
        string(('responsible', v9))
    if (v10 := r.type) is not None:
        for c in v10.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
    if (v11 := r.meta) is not None:
        for v12 in v11.profile:
            if v12 is not None:
                uri(('_profile', v12))
                if '|' in v12:
                    v12w = v12.partition('|')[0]
                    uri(('_profile', v12w))
        for v13 in v11.security:
            if v13.code is not None:
                token(('_security', v13.system, v13.code))
        if (v14 := v11.source) is not None:
            uri(('_source', v14))
        for v15 in v11.tag:
            if v15.code is not None:
                token(('_tag', v15.system, v15.code))
    for v16 in r.useContext:
        if (v17 := v16.valueCodeableConcept) is not None:
            for c in v17.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v18 := v16.valueQuantity) is not None:
            if v18.value is not None:
                v18l, v18h = quantity_range(v18)
                quantity(('context-quantity', v18l, v18h, v18.system, v18.code or v18.unit))
                if v18.unit != v18.code and v18.unit and v18.code:
                    quantity(('context-quantity', v18l, v18h, None, v18.unit))
        if (v19 := v16.valueRange) is not None:
            if (v19q := v19.low or v19.high) is not None:
                v19l, v19h = span(v19)
                quantity(('context-quantity', v19l, v19h, v19q.system, v19q.code or v19q.unit))
        if (v20 := v16.code) is not None:
            if v20.code is not None:
                token(('context-type', v20.system, v20.code))
    if (v21 := r.date) is not None:
        v21l, v21h = date_range(v21)
        date(('date', v21l, v21h))
        if date0 is None: date0 = known(v21l, v21h)
    if (v22 := r.description) is not None:
        string(('description', v22))
    for v23 in r.jurisdiction:
        for c in v23.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v24 := r.name) is not None:
        string(('name', v24))
    if (v25 := r.publisher) is not None:
        string(('publisher', v25))
    if (v26 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v26))
    return None, date0 or date1
