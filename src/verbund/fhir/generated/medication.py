"""The resource type Medication of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes
from verbund.fhir.extraction import Collector, date_range
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Ratio, Reference
from verbund.fhir.generated.primitives import CheckedDateTime, String

_MEDICATIONINGREDIENT_ITEM = attributes('itemCodeableConcept', 'itemReference')
class MedicationIngredient(BackboneElement, kw_only=True):
    itemCodeableConcept: CodeableConcept | None = None
    itemReference: Reference | None = None
    isActive: bool | None = None
    isActive_element: Element | None = named(default=None, name="_isActive")
    strength: Ratio | None = None
    def __post_init__(self) -> None:
        given = 2 - _MEDICATIONINGREDIENT_ITEM(self).count(None)
        if given != 1:
            raise ValueError("MedicationIngredient.item[x] takes exactly one type")

class MedicationBatch(BackboneElement, kw_only=True):
    lotNumber: String | None = None
    lotNumber_element: Element | None = named(default=None, name="_lotNumber")
    expirationDate: CheckedDateTime | None = None
    expirationDate_element: Element | None = named(default=None, name="_expirationDate")

class Medication(DomainResource, kw_only=True, tag_field="resourceType", tag="Medication"):
    identifier: tuple[Identifier, ...] = ()
    code: CodeableConcept | None = None
    status: Literal['active', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    manufacturer: Reference | None = None
    form: CodeableConcept | None = None
    amount: Ratio | None = None
    ingredient: tuple[MedicationIngredient, ...] = ()
    batch: MedicationBatch | None = None


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Medication into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    if (v1 := r.batch) is not None:
        if (v2 := v1.expirationDate) is not None:
            v2l, v2h = date_range(v2)
            date(('expiration-date', v2l, v2h))
        if (v3 := v1.lotNumber) is not None:
            token(('lot-number', None, v3))
    if (v4 := r.form) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('form', c.system, c.code))
    for v5 in r.identifier:
        if v5.value is not None:
            token(('identifier', v5.system, v5.value))
    for v6 in r.ingredient:
        if (v7 := v6.itemReference) is not None:
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('ingredient', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('ingredient', v7i.system, v7i.value))
        if (v8 := v6.itemCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('ingredient-code', c.system, c.code))
    if (v9 := r.manufacturer) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('manufacturer', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('manufacturer', v9i.system, v9i.value))
    if (v10 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/CodeSystem/medication-status', v10))
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
    if (v16 := r.code) is not None:
        for c in v16.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    return None, None
