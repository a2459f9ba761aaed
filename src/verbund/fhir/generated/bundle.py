"""The resource type Bundle of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, INSTANTS, is_code, is_uri, is_id, is_instant
from verbund.fhir.extraction import Collector, date_range
from verbund.fhir.generated.datatypes import BackboneElement, Element, Identifier, Resource, Signature
from verbund.fhir.generated.primitives import CheckedInstant, CheckedUri, Decimal, Instant, String, UnsignedInt

class BundleLink(BackboneElement, kw_only=True):
    relation: String | None = None
    relation_element: Element | None = named(default=None, name="_relation")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    def __post_init__(self) -> None:
        if self.relation is None and self.relation_element is None:
            raise ValueError("BundleLink.relation is required")
        if self.url is None and self.url_element is None:
            raise ValueError("BundleLink.url is required")

class BundleEntrySearch(BackboneElement, kw_only=True):
    mode: Literal['match', 'include', 'outcome'] | None = None
    mode_element: Element | None = named(default=None, name="_mode")
    score: Decimal | None = None
    score_element: Element | None = named(default=None, name="_score")

class BundleEntryRequest(BackboneElement, kw_only=True):
    method: Literal['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] | None = None
    method_element: Element | None = named(default=None, name="_method")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    ifNoneMatch: String | None = None
    ifNoneMatch_element: Element | None = named(default=None, name="_ifNoneMatch")
    ifModifiedSince: CheckedInstant | None = None
    ifModifiedSince_element: Element | None = named(default=None, name="_ifModifiedSince")
    ifMatch: String | None = None
    ifMatch_element: Element | None = named(default=None, name="_ifMatch")
    ifNoneExist: String | None = None
    ifNoneExist_element: Element | None = named(default=None, name="_ifNoneExist")
    def __post_init__(self) -> None:
        if self.method is None and self.method_element is None:
            raise ValueError("BundleEntryRequest.method is required")
        if self.url is None and self.url_element is None:
            raise ValueError("BundleEntryRequest.url is required")

class BundleEntryResponse(BackboneElement, kw_only=True):
    status: String | None = None
    status_element: Element | None = named(default=None, name="_status")
    location: CheckedUri | None = None
    location_element: Element | None = named(default=None, name="_location")
    etag: String | None = None
    etag_element: Element | None = named(default=None, name="_etag")
    lastModified: CheckedInstant | None = None
    lastModified_element: Element | None = named(default=None, name="_lastModified")
    outcome: Raw = None
    def __post_init__(self) -> None:
        if self.status is None and self.status_element is None:
            raise ValueError("BundleEntryResponse.status is required")

class BundleEntry(BackboneElement, kw_only=True):
    link: tuple[BundleLink, ...] = ()
    fullUrl: CheckedUri | None = None
    fullUrl_element: Element | None = named(default=None, name="_fullUrl")
    resource: Raw = None
    search: BundleEntrySearch | None = None
    request: BundleEntryRequest | None = None
    response: BundleEntryResponse | None = None

class Bundle(Resource, kw_only=True, tag_field="resourceType", tag="Bundle"):
    identifier: Identifier | None = None
    type: Literal['document', 'message', 'transaction', 'transaction-response', 'batch', 'batch-response', 'history', 'searchset', 'collection'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    timestamp: Instant | None = None
    timestamp_element: Element | None = named(default=None, name="_timestamp")
    total: UnsignedInt | None = None
    total_element: Element | None = named(default=None, name="_total")
    link: tuple[BundleLink, ...] = ()
    entry: tuple[BundleEntry, ...] = ()
    signature: Signature | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.type is None and self.type_element is None:
            raise ValueError("Bundle.type is required")
        if (v := self.timestamp) is not None and v not in INSTANTS and not is_instant(v):
            raise ValueError("Bundle.timestamp is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Bundle into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
    date = out.dates.append
    if (v1 := r.identifier) is not None:
        if v1.value is not None:
            token(('identifier', v1.system, v1.value))
    if (v2 := r.timestamp) is not None:
        v2l, v2h = date_range(v2)
        date(('timestamp', v2l, v2h))
    if (v3 := r.type) is not None:
        token(('type', 'http://hl7.org/fhir/bundle-type', v3))
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
