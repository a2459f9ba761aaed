"""The resource type Binary of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id, is_base64
from verbund.fhir.extraction import Collector, named_patient
from verbund.fhir.generated.datatypes import Element, Reference, Resource
from verbund.fhir.generated.primitives import Base64, Code

class Binary(Resource, kw_only=True, tag_field="resourceType", tag="Binary"):
    contentType: Code | None = None
    contentType_element: Element | None = named(default=None, name="_contentType")
    securityContext: Reference | None = None
    data: Base64 | None = None
    data_element: Element | None = named(default=None, name="_data")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.contentType) is not None and v not in CODES and not is_code(v):
            raise ValueError("Binary.contentType is malformed")
        if self.contentType is None and self.contentType_element is None:
            raise ValueError("Binary.contentType is required")
        if (v := self.data) is not None and not is_base64(v):
            raise ValueError("Binary.data is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Binary into `out`; its patient and its clinical date."""
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
    return named_patient(r.securityContext), None
