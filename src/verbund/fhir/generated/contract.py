"""The resource type Contract of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, aligned, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, refers, sole_member
from verbund.fhir.generated.datatypes import Annotation, Attachment, BackboneElement, CodeableConcept, Coding, DomainResource, Element, Identifier, Money, Period, Quantity, Reference, Resource, Signature, Timing
from verbund.fhir.generated.primitives import CheckedDate, CheckedDateTime, CheckedTime, CheckedUri, DateTime, Decimal, Integer, String, UnsignedInt, Uri

class ContractContentDefinition(BackboneElement, kw_only=True):
    type: CodeableConcept
    subType: CodeableConcept | None = None
    publisher: Reference | None = None
    publicationDate: CheckedDateTime | None = None
    publicationDate_element: Element | None = named(default=None, name="_publicationDate")
    publicationStatus: Literal['amended', 'appended', 'cancelled', 'disputed', 'entered-in-error', 'executable', 'executed', 'negotiable', 'offered', 'policy', 'rejected', 'renewed', 'revoked', 'resolved', 'terminated'] | None = None
    publicationStatus_element: Element | None = named(default=None, name="_publicationStatus")
    copyright: String | None = None
    copyright_element: Element | None = named(default=None, name="_copyright")
    def __post_init__(self) -> None:
        if self.publicationStatus is None and self.publicationStatus_element is None:
            raise ValueError("ContractContentDefinition.publicationStatus is required")

class ContractTermSecurityLabel(BackboneElement, kw_only=True):
    number: tuple[UnsignedInt | None, ...] = ()
    number_element: tuple[Element | None, ...] = named(default=(), name="_number")
    classification: Coding
    category: tuple[Coding, ...] = ()
    control: tuple[Coding, ...] = ()
    def __post_init__(self) -> None:
        if (self.number_element or None in self.number) and not aligned(self.number, self.number_element):
            raise ValueError("ContractTermSecurityLabel.number holds a null without an extension")

class ContractTermOfferParty(BackboneElement, kw_only=True):
    reference: tuple[Reference, ...]
    role: CodeableConcept

_CONTRACTTERMOFFERANSWER_VALUE = attributes('valueBoolean', 'valueDecimal', 'valueInteger', 'valueDate', 'valueDateTime', 'valueTime', 'valueString', 'valueUri', 'valueAttachment', 'valueCoding', 'valueQuantity', 'valueReference', 'valueBoolean_element', 'valueDecimal_element', 'valueInteger_element', 'valueDate_element', 'valueDateTime_element', 'valueTime_element', 'valueString_element', 'valueUri_element')
class ContractTermOfferAnswer(BackboneElement, kw_only=True):
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
    def __post_init__(self) -> None:
        given = 20 - _CONTRACTTERMOFFERANSWER_VALUE(self).count(None)
        if given > 1:
            given = chosen(_CONTRACTTERMOFFERANSWER_VALUE(self), 12)
        if given != 1:
            raise ValueError("ContractTermOfferAnswer.value[x] takes exactly one type")

class ContractTermOffer(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    party: tuple[ContractTermOfferParty, ...] = ()
    topic: Reference | None = None
    type: CodeableConcept | None = None
    decision: CodeableConcept | None = None
    decisionMode: tuple[CodeableConcept, ...] = ()
    answer: tuple[ContractTermOfferAnswer, ...] = ()
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    linkId: tuple[String | None, ...] = ()
    linkId_element: tuple[Element | None, ...] = named(default=(), name="_linkId")
    securityLabelNumber: tuple[UnsignedInt | None, ...] = ()
    securityLabelNumber_element: tuple[Element | None, ...] = named(default=(), name="_securityLabelNumber")
    def __post_init__(self) -> None:
        if (self.linkId_element or None in self.linkId) and not aligned(self.linkId, self.linkId_element):
            raise ValueError("ContractTermOffer.linkId holds a null without an extension")
        if (self.securityLabelNumber_element or None in self.securityLabelNumber) and not aligned(self.securityLabelNumber, self.securityLabelNumber_element):
            raise ValueError("ContractTermOffer.securityLabelNumber holds a null without an extension")

class ContractTermAssetContext(BackboneElement, kw_only=True):
    reference: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")

_CONTRACTTERMASSETVALUEDITEM_ENTITY = attributes('entityCodeableConcept', 'entityReference')
class ContractTermAssetValuedItem(BackboneElement, kw_only=True):
    entityCodeableConcept: CodeableConcept | None = None
    entityReference: Reference | None = None
    identifier: Identifier | None = None
    effectiveTime: CheckedDateTime | None = None
    effectiveTime_element: Element | None = named(default=None, name="_effectiveTime")
    quantity: Quantity | None = None
    unitPrice: Money | None = None
    factor: Decimal | None = None
    factor_element: Element | None = named(default=None, name="_factor")
    points: Decimal | None = None
    points_element: Element | None = named(default=None, name="_points")
    net: Money | None = None
    payment: String | None = None
    payment_element: Element | None = named(default=None, name="_payment")
    paymentDate: CheckedDateTime | None = None
    paymentDate_element: Element | None = named(default=None, name="_paymentDate")
    responsible: Reference | None = None
    recipient: Reference | None = None
    linkId: tuple[String | None, ...] = ()
    linkId_element: tuple[Element | None, ...] = named(default=(), name="_linkId")
    securityLabelNumber: tuple[UnsignedInt | None, ...] = ()
    securityLabelNumber_element: tuple[Element | None, ...] = named(default=(), name="_securityLabelNumber")
    def __post_init__(self) -> None:
        given = 2 - _CONTRACTTERMASSETVALUEDITEM_ENTITY(self).count(None)
        if given > 1:
            raise ValueError("ContractTermAssetValuedItem.entity[x] takes at most one type")
        if (self.linkId_element or None in self.linkId) and not aligned(self.linkId, self.linkId_element):
            raise ValueError("ContractTermAssetValuedItem.linkId holds a null without an extension")
        if (self.securityLabelNumber_element or None in self.securityLabelNumber) and not aligned(self.securityLabelNumber, self.securityLabelNumber_element):
            raise ValueError("ContractTermAssetValuedItem.securityLabelNumber holds a null without an extension")

class ContractTermAsset(BackboneElement, kw_only=True):
    scope: CodeableConcept | None = None
    type: tuple[CodeableConcept, ...] = ()
    typeReference: tuple[Reference, ...] = ()
    subtype: tuple[CodeableConcept, ...] = ()
    relationship: Coding | None = None
    context: tuple[ContractTermAssetContext, ...] = ()
    condition: String | None = None
    condition_element: Element | None = named(default=None, name="_condition")
    periodType: tuple[CodeableConcept, ...] = ()
    period: tuple[Period, ...] = ()
    usePeriod: tuple[Period, ...] = ()
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    linkId: tuple[String | None, ...] = ()
    linkId_element: tuple[Element | None, ...] = named(default=(), name="_linkId")
    answer: tuple[ContractTermOfferAnswer, ...] = ()
    securityLabelNumber: tuple[UnsignedInt | None, ...] = ()
    securityLabelNumber_element: tuple[Element | None, ...] = named(default=(), name="_securityLabelNumber")
    valuedItem: tuple[ContractTermAssetValuedItem, ...] = ()
    def __post_init__(self) -> None:
        if (self.linkId_element or None in self.linkId) and not aligned(self.linkId, self.linkId_element):
            raise ValueError("ContractTermAsset.linkId holds a null without an extension")
        if (self.securityLabelNumber_element or None in self.securityLabelNumber) and not aligned(self.securityLabelNumber, self.securityLabelNumber_element):
            raise ValueError("ContractTermAsset.securityLabelNumber holds a null without an extension")

class ContractTermActionSubject(BackboneElement, kw_only=True):
    reference: tuple[Reference, ...]
    role: CodeableConcept | None = None

_CONTRACTTERMACTION_OCCURRENCE = attributes('occurrenceDateTime', 'occurrencePeriod', 'occurrenceTiming', 'occurrenceDateTime_element')
class ContractTermAction(BackboneElement, kw_only=True):
    doNotPerform: bool | None = None
    doNotPerform_element: Element | None = named(default=None, name="_doNotPerform")
    type: CodeableConcept
    subject: tuple[ContractTermActionSubject, ...] = ()
    intent: CodeableConcept
    linkId: tuple[String | None, ...] = ()
    linkId_element: tuple[Element | None, ...] = named(default=(), name="_linkId")
    status: CodeableConcept
    context: Reference | None = None
    contextLinkId: tuple[String | None, ...] = ()
    contextLinkId_element: tuple[Element | None, ...] = named(default=(), name="_contextLinkId")
    occurrenceDateTime: CheckedDateTime | None = None
    occurrenceDateTime_element: Element | None = named(default=None, name="_occurrenceDateTime")
    occurrencePeriod: Period | None = None
    occurrenceTiming: Timing | None = None
    requester: tuple[Reference, ...] = ()
    requesterLinkId: tuple[String | None, ...] = ()
    requesterLinkId_element: tuple[Element | None, ...] = named(default=(), name="_requesterLinkId")
    performerType: tuple[CodeableConcept, ...] = ()
    performerRole: CodeableConcept | None = None
    performer: Reference | None = None
    performerLinkId: tuple[String | None, ...] = ()
    performerLinkId_element: tuple[Element | None, ...] = named(default=(), name="_performerLinkId")
    reasonCode: tuple[CodeableConcept, ...] = ()
    reasonReference: tuple[Reference, ...] = ()
    reason: tuple[String | None, ...] = ()
    reason_element: tuple[Element | None, ...] = named(default=(), name="_reason")
    reasonLinkId: tuple[String | None, ...] = ()
    reasonLinkId_element: tuple[Element | None, ...] = named(default=(), name="_reasonLinkId")
    note: tuple[Annotation, ...] = ()
    securityLabelNumber: tuple[UnsignedInt | None, ...] = ()
    securityLabelNumber_element: tuple[Element | None, ...] = named(default=(), name="_securityLabelNumber")
    def __post_init__(self) -> None:
        if (self.linkId_element or None in self.linkId) and not aligned(self.linkId, self.linkId_element):
            raise ValueError("ContractTermAction.linkId holds a null without an extension")
        if (self.contextLinkId_element or None in self.contextLinkId) and not aligned(self.contextLinkId, self.contextLinkId_element):
            raise ValueError("ContractTermAction.contextLinkId holds a null without an extension")
        given = 4 - _CONTRACTTERMACTION_OCCURRENCE(self).count(None)
        if given > 1:
            given = chosen(_CONTRACTTERMACTION_OCCURRENCE(self), 3)
        if given > 1:
            raise ValueError("ContractTermAction.occurrence[x] takes at most one type")
        if (self.requesterLinkId_element or None in self.requesterLinkId) and not aligned(self.requesterLinkId, self.requesterLinkId_element):
            raise ValueError("ContractTermAction.requesterLinkId holds a null without an extension")
        if (self.performerLinkId_element or None in self.performerLinkId) and not aligned(self.performerLinkId, self.performerLinkId_element):
            raise ValueError("ContractTermAction.performerLinkId holds a null without an extension")
        if (self.reason_element or None in self.reason) and not aligned(self.reason, self.reason_element):
            raise ValueError("ContractTermAction.reason holds a null without an extension")
        if (self.reasonLinkId_element or None in self.reasonLinkId) and not aligned(self.reasonLinkId, self.reasonLinkId_element):
            raise ValueError("ContractTermAction.reasonLinkId holds a null without an extension")
        if (self.securityLabelNumber_element or None in self.securityLabelNumber) and not aligned(self.securityLabelNumber, self.securityLabelNumber_element):
            raise ValueError("ContractTermAction.securityLabelNumber holds a null without an extension")

_CONTRACTTERM_TOPIC = attributes('topicCodeableConcept', 'topicReference')
class ContractTerm(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    issued: CheckedDateTime | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    applies: Period | None = None
    topicCodeableConcept: CodeableConcept | None = None
    topicReference: Reference | None = None
    type: CodeableConcept | None = None
    subType: CodeableConcept | None = None
    text: String | None = None
    text_element: Element | None = named(default=None, name="_text")
    securityLabel: tuple[ContractTermSecurityLabel, ...] = ()
    offer: ContractTermOffer
    asset: tuple[ContractTermAsset, ...] = ()
    action: tuple[ContractTermAction, ...] = ()
    group: "tuple[ContractTerm, ...]" = ()
    def __post_init__(self) -> None:
        given = 2 - _CONTRACTTERM_TOPIC(self).count(None)
        if given > 1:
            raise ValueError("ContractTerm.topic[x] takes at most one type")

class ContractSigner(BackboneElement, kw_only=True):
    type: Coding
    party: Reference
    signature: tuple[Signature, ...]

_CONTRACTFRIENDLY_CONTENT = attributes('contentAttachment', 'contentReference')
class ContractFriendly(BackboneElement, kw_only=True):
    contentAttachment: Attachment | None = None
    contentReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _CONTRACTFRIENDLY_CONTENT(self).count(None)
        if given != 1:
            raise ValueError("ContractFriendly.content[x] takes exactly one type")

_CONTRACTLEGAL_CONTENT = attributes('contentAttachment', 'contentReference')
class ContractLegal(BackboneElement, kw_only=True):
    contentAttachment: Attachment | None = None
    contentReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _CONTRACTLEGAL_CONTENT(self).count(None)
        if given != 1:
            raise ValueError("ContractLegal.content[x] takes exactly one type")

_CONTRACTRULE_CONTENT = attributes('contentAttachment', 'contentReference')
class ContractRule(BackboneElement, kw_only=True):
    contentAttachment: Attachment | None = None
    contentReference: Reference | None = None
    def __post_init__(self) -> None:
        given = 2 - _CONTRACTRULE_CONTENT(self).count(None)
        if given != 1:
            raise ValueError("ContractRule.content[x] takes exactly one type")

_CONTRACT_TOPIC = attributes('topicCodeableConcept', 'topicReference')
_CONTRACT_LEGALLYBINDING = attributes('legallyBindingAttachment', 'legallyBindingReference')
class Contract(DomainResource, kw_only=True, tag_field="resourceType", tag="Contract"):
    identifier: tuple[Identifier, ...] = ()
    url: Uri | None = None
    url_element: Element | None = named(default=None, name="_url")
    version: String | None = None
    version_element: Element | None = named(default=None, name="_version")
    status: Literal['amended', 'appended', 'cancelled', 'disputed', 'entered-in-error', 'executable', 'executed', 'negotiable', 'offered', 'policy', 'rejected', 'renewed', 'revoked', 'resolved', 'terminated'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    legalState: CodeableConcept | None = None
    instantiatesCanonical: Reference | None = None
    instantiatesUri: Uri | None = None
    instantiatesUri_element: Element | None = named(default=None, name="_instantiatesUri")
    contentDerivative: CodeableConcept | None = None
    issued: DateTime | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    applies: Period | None = None
    expirationType: CodeableConcept | None = None
    subject: tuple[Reference, ...] = ()
    authority: tuple[Reference, ...] = ()
    domain: tuple[Reference, ...] = ()
    site: tuple[Reference, ...] = ()
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    title: String | None = None
    title_element: Element | None = named(default=None, name="_title")
    subtitle: String | None = None
    subtitle_element: Element | None = named(default=None, name="_subtitle")
    alias: tuple[String | None, ...] = ()
    alias_element: tuple[Element | None, ...] = named(default=(), name="_alias")
    author: Reference | None = None
    scope: CodeableConcept | None = None
    topicCodeableConcept: CodeableConcept | None = None
    topicReference: Reference | None = None
    type: CodeableConcept | None = None
    subType: tuple[CodeableConcept, ...] = ()
    contentDefinition: ContractContentDefinition | None = None
    term: tuple[ContractTerm, ...] = ()
    supportingInfo: tuple[Reference, ...] = ()
    relevantHistory: tuple[Reference, ...] = ()
    signer: tuple[ContractSigner, ...] = ()
    friendly: tuple[ContractFriendly, ...] = ()
    legal: tuple[ContractLegal, ...] = ()
    rule: tuple[ContractRule, ...] = ()
    legallyBindingAttachment: Attachment | None = None
    legallyBindingReference: Reference | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.url) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Contract.url is malformed")
        if (v := self.instantiatesUri) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Contract.instantiatesUri is malformed")
        if (v := self.issued) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("Contract.issued is malformed")
        if (self.alias_element or None in self.alias) and not aligned(self.alias, self.alias_element):
            raise ValueError("Contract.alias holds a null without an extension")
        given = 2 - _CONTRACT_TOPIC(self).count(None)
        if given > 1:
            raise ValueError("Contract.topic[x] takes at most one type")
        given = 2 - _CONTRACT_LEGALLYBINDING(self).count(None)
        if given > 1:
            raise ValueError("Contract.legallyBinding[x] takes at most one type")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Contract into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    for v1 in r.authority:
        if (v1r := v1.reference) is not None and v1r[0] != '#':
            reference(('authority', v1r))
        if (v1i := v1.identifier) is not None and v1i.value is not None:
            identifier(('authority', v1i.system, v1i.value))
    for v2 in r.domain:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('domain', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('domain', v2i.system, v2i.value))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.instantiatesUri) is not None:
        uri(('instantiates', v4))
    if (v5 := r.issued) is not None:
        v5l, v5h = date_range(v5)
        date(('issued', v5l, v5h))
        if date0 is None: date0 = known(v5l, v5h)
    for v6 in r.subject:
        if (v6r := v6.reference) is not None and v6r[0] != '#':
            reference(('subject', v6r))
        if (v6i := v6.identifier) is not None and v6i.value is not None:
            identifier(('subject', v6i.system, v6i.value))
        if refers(v6, 'Patient'):
            if (v6r := v6.reference) is not None and v6r[0] != '#':
                reference(('patient', v6r))
            if (v6i := v6.identifier) is not None and v6i.value is not None:
                identifier(('patient', v6i.system, v6i.value))
    for v7 in r.signer:
        if (v8 := v7.party) is not None:
            if (v8r := v8.reference) is not None and v8r[0] != '#':
                reference(('signer', v8r))
            if (v8i := v8.identifier) is not None and v8i.value is not None:
                identifier(('signer', v8i.system, v8i.value))
    if (v9 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/contract-status', v9))
    if (v10 := r.url) is not None:
        uri(('url', v10))
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
    return sole_member(r.subject), date0
