"""The resource type Substance of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes
from verbund.fhir.extraction import Collector, date_range, quantity_range
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Ratio, Reference
from verbund.fhir.generated.primitives import CheckedDateTime, String

class SubstanceInstance(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    expiry: CheckedDateTime | None = None
    expiry_element: Element | None = named(default=None, name="_expiry")
    quantity: Quantity | None = None

_SUBSTANCEINGREDIENT_SUBSTANCE = attributes('substanceCodeableConcept', 'substanceReference')
class SubstanceIngredient(BackboneElement, kw_only=True):
    quantity: Ratio | None = None
    substanceCodeableConcept: CodeableConcept | None = None
    substanceReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _SUBSTANCEINGREDIENT_SUBSTANCE(self).count(None)
        if given != 1:
            raise ValueError("SubstanceIngredient.substance[x] takes exactly one type")

class Substance(DomainResource, kw_only=True, tag_field="resourceType", tag="Substance"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'inactive', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    instance: tuple[SubstanceInstance, ...] = ()
    ingredient: tuple[SubstanceIngredient, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Substance into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
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
    for v6 in r.category:
        for c in v6.coding:
            if c.code is not None:
                token(('category', c.system, c.code))
    if (v7 := r.code) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v8 in r.ingredient:
        if (v9 := v8.substanceCodeableConcept) is not None:
            for c in v9.coding:
                if c.code is not None:
                    token(('code', c.system, c.code))
        if (v10 := v8.substanceReference) is not None:
            if (v10r := v10.reference) is not None and v10r[0] != '#':
                reference(('substance-reference', v10r))
            if (v10i := v10.identifier) is not None and v10i.value is not None:
                identifier(('substance-reference', v10i.system, v10i.value))
    for v11 in r.instance:
        if (v12 := v11.identifier) is not None:
            if v12.value is not None:
                token(('container-identifier', v12.system, v12.value))
        if (v13 := v11.expiry) is not None:
            v13l, v13h = date_range(v13)
            date(('expiry', v13l, v13h))
        if (v14 := v11.quantity) is not None:
            if v14.value is not None:
                v14l, v14h = quantity_range(v14)
                quantity(('quantity', v14l, v14h, v14.system, v14.code or v14.unit))
                if v14.unit != v14.code and v14.unit and v14.code:
                    quantity(('quantity', v14l, v14h, None, v14.unit))
    for v15 in r.identifier:
        if v15.value is not None:
            token(('identifier', v15.system, v15.value))
    if (v16 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/substance-status', v16))
    return None, None
