"""The resource type Subscription of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, aligned, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, ContactPoint, DomainResource, Element, Resource
from verbund.fhir.generated.primitives import CheckedCode, CheckedUri, Instant, String

class SubscriptionChannel(BackboneElement, kw_only=True):
    type: Literal['rest-hook', 'websocket', 'email', 'sms', 'message'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    endpoint: CheckedUri | None = None
    endpoint_element: Element | None = named(default=None, name="_endpoint")
    payload: CheckedCode | None = None
    payload_element: Element | None = named(default=None, name="_payload")
    header: tuple[String | None, ...] = ()
    header_element: tuple[Element | None, ...] = named(default=(), name="_header")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("SubscriptionChannel.type is required")
        if (self.header_element or None in self.header) and not aligned(self.header, self.header_element):
            raise ValueError("SubscriptionChannel.header holds a null without an extension")

class Subscription(DomainResource, kw_only=True, tag_field="resourceType", tag="Subscription"):
    status: Literal['requested', 'active', 'error', 'off'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    contact: tuple[ContactPoint, ...] = ()
    end: Instant | None = None
    end_element: Element | None = named(default=None, name="_end")
    reason: String | None = None
    reason_element: Element | None = named(default=None, name="_reason")
    criteria: String | None = None
    criteria_element: Element | None = named(default=None, name="_criteria")
    error: String | None = None
    error_element: Element | None = named(default=None, name="_error")
    channel: SubscriptionChannel
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("Subscription.status is required")
        if (v := self.end) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Subscription.end is malformed")
        if self.reason is None and self.reason_element is None:
            raise ValueError("Subscription.reason is required")
        if self.criteria is None and self.criteria_element is None:
            raise ValueError("Subscription.criteria is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Subscription into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
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
    for v6 in r.contact:
        if v6.value is not None:
            token(('contact', None, v6.value))
    if (v7 := r.criteria) is not None:
        string(('criteria', v7))
    if (v8 := r.channel) is not None:
        if (v9 := v8.payload) is not None:
            token(('payload', None, v9))
        if (v10 := v8.type) is not None:
            token(('type', 'http://hl7.org/fhir/subscription-channel-type', v10))
        if (v11 := v8.endpoint) is not None:
            uri(('url', v11))
    if (v12 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/subscription-status', v12))
    return None, None
