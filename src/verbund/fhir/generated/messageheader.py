"""The resource type MessageHeader of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, attributes, chosen, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, Coding, ContactPoint, DomainResource, Element, Reference, Resource
from verbund.fhir.generated.primitives import CheckedId, CheckedUri, String, Uri

class MessageHeaderDestination(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    target: Reference | None = None
    endpoint: CheckedUri | None = None
    endpoint_element: Element | None = named(default=None, name="_endpoint")
    receiver: Reference | None = None
    def __post_init__(self) -> None:
        if self.endpoint is None and self.endpoint_element is None:
            raise ValueError("MessageHeaderDestination.endpoint is required")

class MessageHeaderSource(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    software: String | None = None
    software_element: Element | None = named(default=None, name="_software")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    contact: ContactPoint | None = None
    endpoint: CheckedUri | None = None
    endpoint_element: Element | None = named(default=None, name="_endpoint")
    def __post_init__(self) -> None:
        if self.endpoint is None and self.endpoint_element is None:
            raise ValueError("MessageHeaderSource.endpoint is required")

class MessageHeaderResponse(BackboneElement, kw_only=True):
    identifier: CheckedId | None = None
    identifier_element: Element | None = named(default=None, name="_identifier")
    code: Literal['ok', 'transient-error', 'fatal-error'] | None = None
    code_element: Element | None = named(default=None, name="_code")
    details: Reference | None = None
    def __post_init__(self) -> None:
        if self.identifier is None and self.identifier_element is None:
            raise ValueError("MessageHeaderResponse.identifier is required")
        if self.code is None and self.code_element is None:
            raise ValueError("MessageHeaderResponse.code is required")

_MESSAGEHEADER_EVENT = attributes('eventUri', 'eventCoding', 'eventUri_element')
class MessageHeader(DomainResource, kw_only=True, tag_field="resourceType", tag="MessageHeader"):
    eventUri: Uri | None = None
    eventUri_element: Element | None = named(default=None, name="_eventUri")
    eventCoding: Coding | None = None
    destination: tuple[MessageHeaderDestination, ...] = ()
    sender: Reference | None = None
    enterer: Reference | None = None
    author: Reference | None = None
    source: MessageHeaderSource
    responsible: Reference | None = None
    reason: CodeableConcept | None = None
    response: MessageHeaderResponse | None = None
    focus: tuple[Reference, ...] = ()
    definition: Uri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.eventUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MessageHeader.eventUri is malformed")
        given = 3 - _MESSAGEHEADER_EVENT(self).count(None)
        if given > 1:
            given = chosen(_MESSAGEHEADER_EVENT(self), 2)
        if given != 1:
            raise ValueError("MessageHeader.event[x] takes exactly one type")
        if (v := self.definition) is not None and v not in URIS and not is_uri(v):
            raise ValueError("MessageHeader.definition is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MessageHeader into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.response) is not None:
        if (v3 := v2.code) is not None:
            token(('code', 'http://hl7.org/fhir/response-code', v3))
        if (v4 := v2.identifier) is not None:
            token(('response-id', None, v4))
    for v5 in r.destination:
        if (v6 := v5.name) is not None:
            string(('destination', v6))
        if (v7 := v5.endpoint) is not None:
            uri(('destination-uri', v7))
        if (v8 := v5.receiver) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('receiver', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('receiver', v8i.system, v8i.value))
        if (v9 := v5.target) is not None:
            if (v9r := v9.reference) is not None and v9r[0] != '#':
                reference(('target', v9r))
            if (v9i := v9.identifier) is not None and v9i.value is not None:
                identifier(('target', v9i.system, v9i.value))
    if (v10 := r.enterer) is not None:
        if (v10r := v10.reference) is not None and v10r[0] != '#':
            reference(('enterer', v10r))
        if (v10i := v10.identifier) is not None and v10i.value is not None:
            identifier(('enterer', v10i.system, v10i.value))
    if (v11 := r.eventUri) is not None:
        token(('event', None, v11))
    if (v12 := r.eventCoding) is not None:
        if v12.code is not None:
            token(('event', v12.system, v12.code))
    for v13 in r.focus:
        if (v13r := v13.reference) is not None and v13r[0] != '#':
            reference(('focus', v13r))
        if (v13i := v13.identifier) is not None and v13i.value is not None:
            identifier(('focus', v13i.system, v13i.value))
    if (v14 := r.responsible) is not None:
        if (v14r := v14.reference) is not None and v14r[0] != '#':
            reference(('responsible', v14r))
        if (v14i := v14.identifier) is not None and v14i.value is not None:
            identifier(('responsible', v14i.system, v14i.value))
    if (v15 := r.sender) is not None:
        if (v15r := v15.reference) is not None and v15r[0] != '#':
            reference(('sender', v15r))
        if (v15i := v15.identifier) is not None and v15i.value is not None:
            identifier(('sender', v15i.system, v15i.value))
    if (v16 := r.source) is not None:
        if (v17 := v16.name) is not None:
            string(('source', v17))
        if (v18 := v16.endpoint) is not None:
            uri(('source-uri', v18))
    if (v19 := r.meta) is not None:
        for v20 in v19.profile:
            if v20 is not None:
                uri(('_profile', v20))
                if '|' in v20:
                    v20w = v20.partition('|')[0]
                    uri(('_profile', v20w))
        for v21 in v19.security:
            if v21.code is not None:
                token(('_security', v21.system, v21.code))
        if (v22 := v19.source) is not None:
            uri(('_source', v22))
        for v23 in v19.tag:
            if v23.code is not None:
                token(('_tag', v23.system, v23.code))
    return None, None
