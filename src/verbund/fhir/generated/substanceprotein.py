"""The resource type SubstanceProtein of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Resource
from verbund.fhir.generated.primitives import Integer, String

class SubstanceProteinSubunit(BackboneElement, kw_only=True):
    subunit: Integer | None = None
    subunit_element: Element | None = named(default=None, name="_subunit")
    sequence: String | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    length: Integer | None = None
    length_element: Element | None = named(default=None, name="_length")
    sequenceAttachment: Attachment | None = None
    nTerminalModificationId: Identifier | None = None
    nTerminalModification: String | None = None
    nTerminalModification_element: Element | None = named(default=None, name="_nTerminalModification")
    cTerminalModificationId: Identifier | None = None
    cTerminalModification: String | None = None
    cTerminalModification_element: Element | None = named(default=None, name="_cTerminalModification")

class SubstanceProtein(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstanceProtein"):
    sequenceType: CodeableConcept | None = None
    numberOfSubunits: Integer | None = None
    numberOfSubunits_element: Element | None = named(default=None, name="_numberOfSubunits")
    disulfideLinkage: tuple[String | None, ...] = ()
    disulfideLinkage_element: tuple[Element | None, ...] = named(default=(), name="_disulfideLinkage")
    subunit: tuple[SubstanceProteinSubunit, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (self.disulfideLinkage_element or None in self.disulfideLinkage) and not aligned(self.disulfideLinkage, self.disulfideLinkage_element):
            raise ValueError("SubstanceProtein.disulfideLinkage holds a null without an extension")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstanceProtein into `out`; its patient and its clinical date."""
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
