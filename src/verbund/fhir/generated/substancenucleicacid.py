"""The resource type SubstanceNucleicAcid of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, CodeableConcept, DomainResource, Element, Identifier
from verbund.fhir.generated.primitives import Integer, String

class SubstanceNucleicAcidSubunitLinkage(BackboneElement, kw_only=True):
    connectivity: String | None = None
    connectivity_element: Element | None = named(default=None, name="_connectivity")
    identifier: Identifier | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    residueSite: String | None = None
    residueSite_element: Element | None = named(default=None, name="_residueSite")

class SubstanceNucleicAcidSubunitSugar(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    residueSite: String | None = None
    residueSite_element: Element | None = named(default=None, name="_residueSite")

class SubstanceNucleicAcidSubunit(BackboneElement, kw_only=True):
    subunit: Integer | None = None
    subunit_element: Element | None = named(default=None, name="_subunit")
    sequence: String | None = None
    sequence_element: Element | None = named(default=None, name="_sequence")
    length: Integer | None = None
    length_element: Element | None = named(default=None, name="_length")
    sequenceAttachment: Attachment | None = None
    fivePrime: CodeableConcept | None = None
    threePrime: CodeableConcept | None = None
    linkage: tuple[SubstanceNucleicAcidSubunitLinkage, ...] = ()
    sugar: tuple[SubstanceNucleicAcidSubunitSugar, ...] = ()

class SubstanceNucleicAcid(DomainResource, kw_only=True, tag_field="resourceType", tag="SubstanceNucleicAcid"):
    sequenceType: CodeableConcept | None = None
    numberOfSubunits: Integer | None = None
    numberOfSubunits_element: Element | None = named(default=None, name="_numberOfSubunits")
    areaOfHybridisation: String | None = None
    areaOfHybridisation_element: Element | None = named(default=None, name="_areaOfHybridisation")
    oligoNucleotideType: CodeableConcept | None = None
    subunit: tuple[SubstanceNucleicAcidSubunit, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a SubstanceNucleicAcid into `out`; its patient and its clinical date."""
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
