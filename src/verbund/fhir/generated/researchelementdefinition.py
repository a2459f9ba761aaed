"""The resource type ResearchElementDefinition of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATES, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, period_range, quantity_range, span
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, ContactDetail, DataRequirement, DomainResource, Duration, Element, Expression, Identifier, Period, Reference, RelatedArtifact, Resource, Timing, UsageContext
from verbund.fhir.generated.primitives import CheckedDateTime, CheckedUri, Date, DateTime, String, Uri

_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_DEFINITION = attributes('definitionCanonical', 'definitionCodeableConcept', 'definitionExpression', 'definitionDataRequirement', 'definitionCanonical_element')
_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_STUDYEFFECTIVE = attributes('studyEffectiveDateTime', 'studyEffectivePeriod', 'studyEffectiveDuration', 'studyEffectiveTiming', 'studyEffectiveDateTime_element')
_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_PARTICIPANTEFFECTIVE = attributes('participantEffectiveDateTime', 'participantEffectivePeriod', 'participantEffectiveDuration', 'participantEffectiveTiming', 'participantEffectiveDateTime_element')
class ResearchElementDefinitionCharacteristic(BackboneElement, kw_only=True):
    definitionCanonical: CheckedUri | None = None
    definitionCanonical_element: Element | None = named(default=None, name="_definitionCanonical")
    definitionCodeableConcept: CodeableConcept | None = None
    definitionExpression: Expression | None = None
    definitionDataRequirement: DataRequirement | None = None
    usageContext: tuple[UsageContext, ...] = ()
    exclude: bool | None = None
    exclude_element: Element | None = named(default=None, name="_exclude")
    unitOfMeasure: CodeableConcept | None = None
    studyEffectiveDescription: String | None = None
    studyEffectiveDescription_element: Element | None = named(default=None, name="_studyEffectiveDescription")
    studyEffectiveDateTime: CheckedDateTime | None = None
    studyEffectiveDateTime_element: Element | None = named(default=None, name="_studyEffectiveDateTime")
    studyEffectivePeriod: Period | None = None
    studyEffectiveDuration: Duration | None = None
    studyEffectiveTiming: Timing | None = None
    studyEffectiveTimeFromStart: Duration | None = None
    studyEffectiveGroupMeasure: Literal['mean', 'median', 'mean-of-mean', 'mean-of-median', 'median-of-mean', 'median-of-median'] | None = None
    studyEffectiveGroupMeasure_element: Element | None = named(default=None, name="_studyEffectiveGroupMeasure")
    participantEffectiveDescription: String | None = None
    participantEffectiveDescription_element: Element | None = named(default=None, name="_participantEffectiveDescription")
    participantEffectiveDateTime: CheckedDateTime | None = None
    participantEffectiveDateTime_element: Element | None = named(default=None, name="_participantEffectiveDateTime")
    participantEffectivePeriod: Period | None = None
    participantEffectiveDuration: Duration | None = None
    participantEffectiveTiming: Timing | None = None
    participantEffectiveTimeFromStart: Duration | None = None
    participantEffectiveGroupMeasure: Literal['mean', 'median', 'mean-of-mean', 'mean-of-median', 'median-of-mean', 'median-of-median'] | None = None
    participantEffectiveGroupMeasure_element: Element | None = named(default=None, name="_participantEffectiveGroupMeasure")
    def __post_init__(self) -> None:
        given = 5 - _RESEARCHELEMENTDEFINITIONCHARACTERISTIC_DEFINITION(self).count(None)
        if given > 1:
            given = chosen(_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_DEFINITION(self), 4)
        if given != 1:
            raise ValueError("ResearchElementDefinitionCharacteristic.definition[x] takes exactly one type")
        given = 5 - _RESEARCHELEMENTDEFINITIONCHARACTERISTIC_STUDYEFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_STUDYEFFECTIVE(self), 4)
        if given > 1:
            raise ValueError("ResearchElementDefinitionCharacteristic.studyEffective[x] takes at most one type")
        given = 5 - _RESEARCHELEMENTDEFINITIONCHARACTERISTIC_PARTICIPANTEFFECTIVE(self).count(None)
        if given > 1:
            given = chosen(_RESEARCHELEMENTDEFINITIONCHARACTERISTIC_PARTICIPANTEFFECTIVE(self), 4)
        if given > 1:
            raise ValueError("ResearchElementDefinitionCharacteristic.participantEffective[x] takes at most one type")

_RESEARCHELEMENTDEFINITION_SUBJECT = attributes('subjectCodeableConcept', 'subjectReference')
class ResearchElementDefinition(DomainResource, kw_only=True, tag_field="resourceType", tag="ResearchElementDefinition"):
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    identifier: tuple[Identifier, ...] = ()
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    shortTitle: String | None = None
    shortTitle_element: Element | None = named(default=None, name="_shortTitle")
    subtitle: String | None = None
    subtitle_element: Element | None = named(default=None, name="_subtitle")
    status: Literal['draft', 'active', 'retired', 'unknown'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    experimental: bool | None = None
    experimental_element: Element | None = named(default=None, name="_experimental")
    subjectCodeableConcept: CodeableConcept | None = None
    subjectReference: Reference | None = None
    date: DateTime | None = None
    date_element: Element | None = named(default=None, name="_date")
    publisher: String | None = None
    publisher_element: Element | None = named(default=None, name="_publisher")
    contact: tuple[ContactDetail, ...] = ()
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    comment: tuple[String | None, ...] = ()
    comment_element: tuple[Element | None, ...] = named(default=(), name="_comment")
    useContext: tuple[UsageContext, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    purpose: String | None = None
    purpose_element: Element | None = named(default=None, name="_purpose")
    usage: String | None = None
    usage_element: Element | None = named(default=None, name="_usage")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    approvalDate: Date | None = None
    approvalDate_element: Element | None = named(default=None, name="_approvalDate")
    lastReviewDate: Date | None = None
    lastReviewDate_element: Element | None = named(default=None, name="_lastReviewDate")
    effectivePeriod: Period | None = None
    topic: tuple[CodeableConcept, ...] = ()
    author: tuple[ContactDetail, ...] = ()
    editor: tuple[ContactDetail, ...] = ()
    reviewer: tuple[ContactDetail, ...] = ()
    endorser: tuple[ContactDetail, ...] = ()
    relatedArtifact: tuple[RelatedArtifact, ...] = ()
    library: tuple[Uri | None, ...] = ()
    library_element: tuple[Element | None, ...] = named(default=(), name="_library")
    type: Literal['population', 'exposure', 'outcome'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    variableType: Literal['dichotomous', 'continuous', 'descriptive'] | None = None
    variableType_element: Element | None = named(default=None, name="_variableType")
    characteristic: tuple[ResearchElementDefinitionCharacteristic, ...]
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("ResearchElementDefinition.url is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("ResearchElementDefinition.status is required")
        given = 2 - _RESEARCHELEMENTDEFINITION_SUBJECT(self).count(None)
        if given > 1:
            raise ValueError("ResearchElementDefinition.subject[x] takes at most one type")
        if (v := self.date) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("ResearchElementDefinition.date is malformed")
        if (self.comment_element or None in self.comment) and not aligned(self.comment, self.comment_element):
            raise ValueError("ResearchElementDefinition.comment holds a null without an extension")
        if (v := self.approvalDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("ResearchElementDefinition.approvalDate is malformed")
        if (v := self.lastReviewDate) is not None and v not in DATES and not is_date(v):
            raise ValueError("ResearchElementDefinition.lastReviewDate is malformed")
        for v in self.library:
            if v is not None and v not in URIS and not is_uri(v):
                raise ValueError("ResearchElementDefinition.library is malformed")
        if (self.library_element or None in self.library) and not aligned(self.library, self.library_element):
            raise ValueError("ResearchElementDefinition.library holds a null without an extension")
        if self.type is None and self.type_element is None:
            raise ValueError("ResearchElementDefinition.type is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a ResearchElementDefinition into `out`; its patient and its clinical date."""
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    quantity = out.quantities.append
    date0 = date1 = None
    for v1 in r.relatedArtifact:
        if v1.type == 'composed-of':
            if (v2 := v1.resource) is not None:
                reference(('composed-of', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    reference(('composed-of', v2w))
        if v1.type == 'depends-on':
            if (v3 := v1.resource) is not None:
                reference(('depends-on', v3))
                if '|' in v3:
                    v3w = v3.partition('|')[0]
                    reference(('depends-on', v3w))
        if v1.type == 'derived-from':
            if (v4 := v1.resource) is not None:
                reference(('derived-from', v4))
                if '|' in v4:
                    v4w = v4.partition('|')[0]
                    reference(('derived-from', v4w))
        if v1.type == 'predecessor':
            if (v5 := v1.resource) is not None:
                reference(('predecessor', v5))
                if '|' in v5:
                    v5w = v5.partition('|')[0]
                    reference(('predecessor', v5w))
        if v1.type == 'successor':
            if (v6 := v1.resource) is not None:
                reference(('successor', v6))
                if '|' in v6:
                    v6w = v6.partition('|')[0]
                    reference(('successor', v6w))
    for v7 in r.useContext:
        if (v8 := v7.valueCodeableConcept) is not None:
            for c in v8.coding:
                if c.code is not None:
                    token(('context', c.system, c.code))
        if (v9 := v7.valueQuantity) is not None:
            if v9.value is not None:
                v9l, v9h = quantity_range(v9)
                quantity(('context-quantity', v9l, v9h, v9.system, v9.code or v9.unit))
                if v9.unit != v9.code and v9.unit and v9.code:
                    quantity(('context-quantity', v9l, v9h, None, v9.unit))
        if (v10 := v7.valueRange) is not None:
            if (v10q := v10.low or v10.high) is not None:
                v10l, v10h = span(v10)
                quantity(('context-quantity', v10l, v10h, v10q.system, v10q.code or v10q.unit))
        if (v11 := v7.code) is not None:
            if v11.code is not None:
                token(('context-type', v11.system, v11.code))
    if (v12 := r.date) is not None:
        v12l, v12h = date_range(v12)
        date(('date', v12l, v12h))
        if date0 is None: date0 = known(v12l, v12h)
    for v13 in r.library:
        if v13 is not None:
            reference(('depends-on', v13))
            if '|' in v13:
                v13w = v13.partition('|')[0]
                reference(('depends-on', v13w))
    if (v14 := r.description) is not None:
        string(('description', v14))
    if (v15 := r.effectivePeriod) is not None:
        v15l, v15h = period_range(v15)
        date(('effective', v15l, v15h))
        if date1 is None: date1 = known(v15l, v15h)
    for v16 in r.identifier:
        if v16.value is not None:
            token(('identifier', v16.system, v16.value))
    for v17 in r.jurisdiction:
        for c in v17.coding:
            if c.code is not None:
                token(('jurisdiction', c.system, c.code))
    if (v18 := r.name) is not None:
        string(('name', v18))
    if (v19 := r.publisher) is not None:
        string(('publisher', v19))
    if (v20 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/publication-status', v20))
    if (v21 := r.title) is not None:
        string(('title', v21))
    for v22 in r.topic:
        for c in v22.coding:
            if c.code is not None:
                token(('topic', c.system, c.code))
    if (v23 := r.url) is not None:
        uri(('url', v23))
    if (v24 := r.version) is not None:
        token(('version', None, v24))
    if (v25 := r.meta) is not None:
        for v26 in v25.profile:
            if v26 is not None:
                uri(('_profile', v26))
                if '|' in v26:
                    v26w = v26.partition('|')[0]
                    uri(('_profile', v26w))
        for v27 in v25.security:
            if v27.code is not None:
                token(('_security', v27.system, v27.code))
        if (v28 := v25.source) is not None:
            uri(('_source', v28))
        for v29 in v25.tag:
            if v29.code is not None:
                token(('_tag', v29.system, v29.code))
    return None, date0 or date1
