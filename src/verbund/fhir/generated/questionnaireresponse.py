"""The resource type QuestionnaireResponse of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id, refers
from verbund.fhir.generated.datatypes import Attachment, BackboneElement, Coding, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, CheckedTime, CheckedUri, DateTime, Decimal, Integer, String, Uri

_QUESTIONNAIRERESPONSEITEMANSWER_VALUE = attributes('valueBoolean', 'valueDecimal', 'valueInteger', 'valueDate', 'valueDateTime', 'valueTime', 'valueString', 'valueUri', 'valueAttachment', 'valueCoding', 'valueQuantity', 'valueReference', 'valueBoolean_element', 'valueDecimal_element', 'valueInteger_element', 'valueDate_element', 'valueDateTime_element', 'valueTime_element', 'valueString_element', 'valueUri_element')
class QuestionnaireResponseItemAnswer(BackboneElement, kw_only=True):
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueDecimal: Decimal | None = None
    valueDecimal_element: Element | None = named(default=None, name="_valueDecimal")
    valueInteger: Integer | None = None
    valueInteger_element: Element | None = named(default=None, name="_valueInteger")
    valueDate: CheckedDate | None = None
    valueDate_element: Element | None = named(default=None, name="_valueDate")
    valueDateTime: CheckedDateTime | None = None
    valueDateTime_element: Element | None = named(default=None, name="_valueDateTime")
    valueTime: CheckedTime | None = None
    valueTime_element: Element | None = named(default=None, name="_valueTime")
    valueString: String | None = None
    valueString_element: Element | None = named(default=None, name="_valueString")
    valueUri: CheckedUri | None = None
    valueUri_element: Element | None = named(default=None, name="_valueUri")
    valueAttachment: Attachment | None = None
    valueCoding: Coding | None = None
    valueQuantity: Quantity | None = None
    valueReference: Reference | None = None
    item: "tuple[QuestionnaireResponseItem, ...]" = ()
    def __post_init__(self) -> None:
        given = 20 - _QUESTIONNAIRERESPONSEITEMANSWER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_QUESTIONNAIRERESPONSEITEMANSWER_VALUE(self), 12)
        if given > 1:
            raise ValueError("QuestionnaireResponseItemAnswer.value[x] takes at most one type")

class QuestionnaireResponseItem(BackboneElement, kw_only=True):
    linkId: String | None = None
    linkId_element: Element | None = named(default=None, name="_linkId")
    definition: CheckedUri | None = None
    definition_element: Element | None = named(default=None, name="_definition")
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    answer: tuple[QuestionnaireResponseItemAnswer, ...] = ()
    item: "tuple[QuestionnaireResponseItem, ...]" = ()
    def __post_init__(self) -> None:
        if self.linkId is None and self.linkId_element is None:
            raise ValueError("QuestionnaireResponseItem.linkId is required")

class QuestionnaireResponse(DomainResource, kw_only=True, tag_field="resourceType", tag="QuestionnaireResponse"):
    identifier: Identifier | None = None
    basedOn: tuple[Reference, ...] = ()
    partOf: tuple[Reference, ...] = ()
    questionnaire: Uri | None = None
    questionnaire_element: Element | None = named(default=None, name="_questionnaire")
    status: Literal['in-progress', 'completed', 'amended', 'entered-in-error', 'stopped'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    subject: Reference | None = None
    encounter: Reference | None = None
    authored: DateTime | None = None
    authored_element: Element | None = named(default=None, name="_authored")
    author: Reference | None = None
    source: Reference | None = None
    item: tuple[QuestionnaireResponseItem, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.questionnaire) is not None and v not in URIS and not is_uri(v):
            raise ValueError("QuestionnaireResponse.questionnaire is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("QuestionnaireResponse.status is required")
        if (v := self.authored) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("QuestionnaireResponse.authored is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a QuestionnaireResponse into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = patient1 = date0 = None
    if (v1 := r.author) is not None:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('author', v1r))
            if patient1 is None: patient1 = patient_id(v1r)
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('author', v1i.system, v1i.value))
    if (v2 := r.authored) is not None:
        v2l, v2h = date_range(v2)
        date(('authored', v2l, v2h))
        if date0 is None: date0 = known(v2l, v2h)
    for v3 in r.basedOn:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('based-on', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('based-on', v3i.system, v3i.value))
    if (v4 := r.encounter) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('encounter', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('encounter', v4i.system, v4i.value))
    if (v5 := r.identifier) is not None:
        if v5.value is not None:
            token(('identifier', v5.system, v5.value))
    for v6 in r.partOf:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('part-of', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('part-of', v6i.system, v6i.value))
    if (v7 := r.subject) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('subject', v7r))
            if patient0 is None: patient0 = patient_id(v7r)
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('subject', v7i.system, v7i.value))
        if refers(v7, 'Patient'):
            if (v7r := v7.reference) is not None and v7r[0] != '#':
                reference(('patient', v7r))
            if (v7i := v7.identifier) is not None and v7i.value is not None:
                identifier(('patient', v7i.system, v7i.value))
    if (v8 := r.questionnaire) is not None:
        reference(('questionnaire', v8))
        if '|' in v8:
            v8w = v8.partition('|')[0]
            reference(('questionnaire', v8w))
    if (v9 := r.source) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('source', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('source', v9i.system, v9i.value))
    if (v10 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/questionnaire-answers-status', v10))
    if (v11 := r.meta) is not None:
        for v12 in v11.profile:
            if v12 is not None:
                uri(('_profile', v12))
                if '|' in v12:
                    v12w = v12.partition('|')[0]
                    uri(('_profile', v12w))
        for v13 in v11.security:
            if v13.code is not None:
                token(('_security', v13.system, v13.code))
        if (v14 := v11.source) is not None:
            uri(('_source', v14))
        for v15 in v11.tag:
            if v15.code is not None:
                token(('_tag', v15.system, v15.code))
    for v16 in r.item:
        if any(e.url == 'http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject' for e in v16.extension):
            for v17 in v16.answer:
                if (v18 := v17.valueReference) is not None:
                    if (v18r := v18.reference) is not None and v18r[0] != '#':
                        reference(('item-subject', v18r))
                    if (v18i := v18.identifier) is not None and v18i.value is not None:
                        identifier(('item-subject', v18i.system, v18i.value))
    return patient0 or patient1, date0
