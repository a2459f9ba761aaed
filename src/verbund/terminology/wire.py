"""CodeSystem, ValueSet and ConceptMap as they are written in JSON, as far as terminology reads them."""

from typing import Any

import msgspec
from msgspec import Struct


class Element(Struct, rename="camel"):
    """What all parts have in common; elements that are not named here are passed over."""


class CodingJson(Element):
    """http://hl7.org/fhir/R4/datatypes.html#Coding."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    version: str | None = None


class DesignationJson(Element):
    """CodeSystem.concept.designation, ValueSet.compose.include.concept.designation."""

    value: str
    language: str | None = None
    use: CodingJson | None = None


class PropertyJson(Element):
    """CodeSystem.concept.property."""

    code: str
    value_code: str | None = None
    value_coding: CodingJson | None = None
    value_string: str | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_date_time: str | None = None
    value_decimal: msgspec.Raw | None = None


class ConceptJson(Element):
    """CodeSystem.concept."""

    code: str
    display: str | None = None
    definition: str | None = None
    designation: tuple[DesignationJson, ...] = ()
    property: tuple[PropertyJson, ...] = ()
    concept: tuple["ConceptJson", ...] = ()


class DeclaredJson(Element):
    """CodeSystem.property."""

    code: str
    type: str = "string"


class CodeSystemJson(Element):
    """http://hl7.org/fhir/R4/codesystem.html."""

    url: str | None = None
    version: str | None = None
    name: str | None = None
    title: str | None = None
    status: str = "unknown"
    content: str = "complete"
    language: str | None = None
    case_sensitive: bool | None = None
    value_set: str | None = None
    property: tuple[DeclaredJson, ...] = ()
    concept: tuple[ConceptJson, ...] = ()


class ListedJson(Element):
    """ValueSet.compose.include.concept."""

    code: str
    display: str | None = None
    designation: tuple[DesignationJson, ...] = ()


class FilterJson(Element):
    """ValueSet.compose.include.filter."""

    property: str
    op: str
    value: str


class IncludeJson(Element):
    """ValueSet.compose.include and exclude."""

    system: str | None = None
    version: str | None = None
    concept: tuple[ListedJson, ...] = ()
    filter: tuple[FilterJson, ...] = ()
    value_set: tuple[str, ...] = ()


class ComposeJson(Element):
    """ValueSet.compose."""

    include: tuple[IncludeJson, ...] = ()
    exclude: tuple[IncludeJson, ...] = ()
    inactive: bool = True


class ContainsJson(Element):
    """ValueSet.expansion.contains."""

    system: str | None = None
    version: str | None = None
    code: str | None = None
    display: str | None = None
    abstract: bool = False
    designation: tuple[DesignationJson, ...] = ()
    contains: tuple["ContainsJson", ...] = ()


class ExpansionJson(Element):
    """ValueSet.expansion."""

    contains: tuple[ContainsJson, ...] = ()


class ValueSetJson(Element):
    """http://hl7.org/fhir/R4/valueset.html."""

    url: str | None = None
    version: str | None = None
    name: str | None = None
    title: str | None = None
    status: str = "unknown"
    compose: ComposeJson | None = None
    expansion: ExpansionJson | None = None


class TargetJson(Element):
    """ConceptMap.group.element.target."""

    code: str | None = None
    display: str | None = None
    equivalence: str = "relatedto"
    comment: str | None = None


class SourceJson(Element):
    """ConceptMap.group.element."""

    code: str | None = None
    target: tuple[TargetJson, ...] = ()


class UnmappedJson(Element):
    """ConceptMap.group.unmapped."""

    mode: str
    code: str | None = None
    display: str | None = None
    url: str | None = None


class GroupJson(Element):
    """ConceptMap.group."""

    source: str | None = None
    target: str | None = None
    element: tuple[SourceJson, ...] = ()
    unmapped: UnmappedJson | None = None


class ConceptMapJson(Element):
    """http://hl7.org/fhir/R4/conceptmap.html."""

    url: str | None = None
    version: str | None = None
    status: str = "unknown"
    source_uri: str | None = None
    source_canonical: str | None = None
    target_uri: str | None = None
    target_canonical: str | None = None
    group: tuple[GroupJson, ...] = ()


class HeadJson(Element):
    """What any resource says of itself."""

    resource_type: str | None = None
    id: str | None = None
    url: str | None = None
    version: str | None = None


READERS: dict[str, msgspec.json.Decoder[Any]] = {
    "CodeSystem": msgspec.json.Decoder(CodeSystemJson),
    "ValueSet": msgspec.json.Decoder(ValueSetJson),
    "ConceptMap": msgspec.json.Decoder(ConceptMapJson),
}
HEAD = msgspec.json.Decoder(HeadJson)
