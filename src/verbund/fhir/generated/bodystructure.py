"""The resource type BodyStructure of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector, patient_id
from verbund.fhir.generated.datatypes import Attachment, CodeableConcept, DomainResource, Element, Identifier, Reference
from verbund.fhir.generated.primitives import String

class BodyStructure(DomainResource, kw_only=True, tag_field="resourceType", tag="BodyStructure"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    morphology: CodeableConcept | None = None
    location: CodeableConcept | None = None
    locationQualifier: tuple[CodeableConcept, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    image: tuple[Attachment, ...] = ()
    patient: Reference


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a BodyStructure into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    patient0 = None
    for v1 in r.identifier:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.location) is not None:
        for c in v2.coding:
            if c.code is not None:
                token(('location', c.system, c.code))
    if (v3 := r.morphology) is not None:
        for c in v3.coding:
            if c.code is not None:
                token(('morphology', c.system, c.code))
    if (v4 := r.patient) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('patient', v4r))
            if patient0 is None: patient0 = patient_id(v4r)
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('patient', v4i.system, v4i.value))
    if (v5 := r.meta) is not None:
        for v6 in v5.profile:
            if v6 is not None:
                uri(('_profile', v6))
                if '|' in v6:
                    v6w = v6.partition('|')[0]
                    uri(('_profile', v6w))
        for v7 in v5.security:
            if v7.code is not None:
                token(('_security', v7.system, v7.code))
        if (v8 := v5.source) is not None:
            uri(('_source', v8))
        for v9 in v5.tag:
            if v9.code is not None:
                token(('_tag', v9.system, v9.code))
    return patient0, None
