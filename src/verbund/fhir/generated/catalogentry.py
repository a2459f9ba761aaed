"""The resource type CatalogEntry of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import DateTime

class CatalogEntryRelatedEntry(BackboneElement, kw_only=True):
    relationtype: Literal['triggers', 'is-replaced-by'] | None = None
    relationtype_element: Element | None = named(default=None, name="_relationtype")
    item: Reference
    def __post_init__(self) -> None:
        if self.relationtype is None and self.relationtype_element is None:
            raise ValueError("CatalogEntryRelatedEntry.relationtype is required")

class CatalogEntry(DomainResource, kw_only=True, tag_field="resourceType", tag="CatalogEntry"):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept | None = None
    orderable: bool | None = None
    orderable_element: Element | None = named(default=None, name="_orderable")
    referencedItem: Reference
    additionalIdentifier: tuple[Identifier, ...] = ()
    classification: tuple[CodeableConcept, ...] = ()
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    validityPeriod: Period | None = None
    validTo: DateTime | None = None
    validTo_element: Element | None = named(default=None, name="_validTo")
    lastUpdated: DateTime | None = None
    lastUpdated_element: Element | None = named(default=None, name="_lastUpdated")
    additionalCharacteristic: tuple[CodeableConcept, ...] = ()
    additionalClassification: tuple[CodeableConcept, ...] = ()
    relatedEntry: tuple[CatalogEntryRelatedEntry, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.orderable is None and self.orderable_element is None:
            raise ValueError("CatalogEntry.orderable is required")
        if (v := self.validTo) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CatalogEntry.validTo is malformed")
        if (v := self.lastUpdated) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("CatalogEntry.lastUpdated is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a CatalogEntry into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
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
    return None, None
