"""The resource type OperationOutcome of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import aligned
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element
from verbund.fhir.generated.primitives import String

class OperationOutcomeIssue(BackboneElement, kw_only=True):
    severity: Literal['fatal', 'error', 'warning', 'information'] | None = None
    severity_element: Element | None = named(default=None, name="_severity")
    code: Literal['invalid', 'structure', 'required', 'value', 'invariant', 'security', 'login', 'unknown', 'expired', 'forbidden', 'suppressed', 'processing', 'not-supported', 'duplicate', 'multiple-matches', 'not-found', 'deleted', 'too-long', 'code-invalid', 'extension', 'too-costly', 'business-rule', 'conflict', 'transient', 'lock-error', 'no-store', 'exception', 'timeout', 'incomplete', 'throttled', 'informational'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    details: CodeableConcept | None = None
    diagnostics: String | None = None
    diagnostics_element: Element | None = named(default=None, name="_diagnostics")
    location: tuple[String | None, ...] = ()
    location_element: tuple[Element | None, ...] = named(default=(), name="_location")
    expression: tuple[String | None, ...] = ()
    expression_element: tuple[Element | None, ...] = named(default=(), name="_expression")
    def __post_init__(self) -> None:
        if self.severity is None and self.severity_element is None:
            raise ValueError("OperationOutcomeIssue.severity is required")
        if self.code is None and self.code_element is None:
            raise ValueError("OperationOutcomeIssue.code is required")
        if (self.location_element or None in self.location) and not aligned(self.location, self.location_element):
            raise ValueError("OperationOutcomeIssue.location holds a null without an extension")
        if (self.expression_element or None in self.expression) and not aligned(self.expression, self.expression_element):
            raise ValueError("OperationOutcomeIssue.expression holds a null without an extension")

class OperationOutcome(DomainResource, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    issue: tuple[OperationOutcomeIssue, ...]


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a OperationOutcome into `out`; its patient and its clinical date."""
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
