"""The resource type Linkage of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, DomainResource, Element, Reference

class LinkageItem(BackboneElement, kw_only=True):
    type: Literal['source', 'alternate', 'historical'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    resource: Reference
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("LinkageItem.type is required")

class Linkage(DomainResource, kw_only=True, tag_field="resourceType", tag="Linkage"):
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    author: Reference | None = None
    item: tuple[LinkageItem, ...]


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Linkage into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    for v2 in r.item:
        if (v3 := v2.resource) is not None:
            if (v3r := v3.reference) is not None and v3r[0] != '#':
                reference(('item', v3r))
                reference(('source', v3r))
            if (v3i := v3.identifier) is not None and v3i.value is not None:
                identifier(('item', v3i.system, v3i.value))
                identifier(('source', v3i.system, v3i.value))
    if (v4 := r.meta) is not None:
        for v5 in v4.profile:
            if v5 is not None:
                uri(('_profile', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    uri(('_profile', v5w))
        for v6 in v4.security:
            if v6.code is not None:
                token(('_security', v6.system, v6.code))
        if (v7 := v4.source) is not None:
            uri(('_source', v7))
        for v8 in v4.tag:
            if v8.code is not None:
                token(('_tag', v8.system, v8.code))
    return None, None
