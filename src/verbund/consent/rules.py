"""What may be: who asks, for what, of whom, at which time, and what the patient said → Permit or Deny with a reason.

Everything here is a pure and total function of its arguments; what no rule permits is denied.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, groupby

from verbund.consent import sentences
from verbund.consent.model import (
    ALL,
    NONE,
    CareConsent,
    DataCategory,
    Decision,
    Deny,
    ItemRelease,
    Party,
    Permit,
    Provision,
    Purpose,
    Question,
    Sentence,
)

# The values of identity's Role, which lies on the same floor.
PHYSICIAN, NURSE, PARAMEDIC, PATIENT, RESEARCHER = "physician", "nurse", "paramedic", "patient", "researcher"
STEWARD, ADMINISTRATOR, SYSTEM = "steward", "administrator", "system"

# What the people of a house may do with the record of that house: the treatment contract, not a consent, permits it,
# and to who treats the patient only; others break the glass, with a reason. What is not listed is denied.
_TREATING = (Purpose.TREAT, Purpose.ETREAT, Purpose.BTG)
IN_HOUSE: frozenset[tuple[str, Purpose]] = frozenset(
    [(role, purpose) for role in (PHYSICIAN, NURSE, PARAMEDIC) for purpose in _TREATING]
    + [(SYSTEM, purpose) for purpose in Purpose if purpose not in {Purpose.HRESCH, Purpose.PATRQT, Purpose.FAMRQT}]
)

# Who may open another house's record in an emergency, where the region allows it at all.
EMERGENCY_ROLES: frozenset[str] = frozenset({PHYSICIAN, PARAMEDIC})

# Who may be given another house's record on the strength of a consent.
RECEIVING_ROLES: frozenset[str] = frozenset({PHYSICIAN, NURSE, PARAMEDIC})

# Kinds of house that treat people: only they may open a record in an emergency.
TREATING_KINDS: frozenset[str] = frozenset(
    {"practice", "hospital", "university-hospital", "rehabilitation", "nursing-home", "rescue-service"}
)

# Kinds of house that may ask for another house's record at all. The hub passes on what it cannot read, and never asks.
ASKING_KINDS: frozenset[str] = TREATING_KINDS | {"laboratory", "pharmacy", "insurer", "research-institute"}

SHORTEST_REASON = 10  # characters that say why the glass is broken


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one provision of one consent says about some categories."""

    categories: DataCategory
    permit: bool
    consent: CareConsent
    provision: Provision

    @property
    def name(self) -> str:
        """`Consent/7#Consent.provision.provision[0]`."""
        return f"Consent/{self.consent.id}#{self.provision.path}"


def decide(question: Question, consents: Sequence[CareConsent], *, emergency_allowed: bool) -> Decision:
    """Permit or Deny; total, denies by default.

    The patient sees the own record, who acts for the patient what that covers. In a house, IN_HOUSE decides: staff
    see whom they treat, or break the glass with a reason. Research never opens a record. A house of a kind that is not
    in the table gets nothing. An emergency opens another house's record where the region allows it, for a house that
    treats and states a reason, whatever the consents say. All else is decided by the patient's active consents,
    category by category and for single items by themselves: the latest that speaks of it, deny before permit where two
    are of the same time, an exception before what it is nested in.
    """
    if question.purpose is Purpose.FAMRQT:
        return _by_proxy(question)
    if question.purpose is Purpose.PATRQT or question.actor.role == PATIENT:
        return _own(question)
    if question.purpose is Purpose.HRESCH:
        return Deny(sentences.RESEARCH)
    if question.actor.organisation == question.holder:
        return _in_house(question)
    return _elsewhere(question, consents, emergency_allowed=emergency_allowed)


def _elsewhere(question: Question, consents: Sequence[CareConsent], *, emergency_allowed: bool) -> Decision:
    actor = question.actor
    if (refusal := kind_refused(actor.organisation_kind, question.purpose)) is not None:
        return Deny(refusal)
    if question.purpose is Purpose.ETREAT and emergency_allowed and actor.role in EMERGENCY_ROLES:
        return _emergency(question, consents)
    if actor.role not in RECEIVING_ROLES:
        return Deny(sentences.role_may_not(question))
    return _by_consent(question, consents)


def kind_refused(kind: str, purpose: Purpose) -> Sentence | None:
    """Why a house of that kind is given nothing for that purpose, whatever is consented to; None where it may ask."""
    if kind not in ASKING_KINDS:
        return sentences.KIND_MAY_NOT
    if purpose is Purpose.ETREAT and kind not in TREATING_KINDS:
        return sentences.KIND_DOES_NOT_TREAT
    return None


def _own(question: Question) -> Decision:
    own = question.actor.role == PATIENT and question.purpose is Purpose.PATRQT
    if own and question.actor.patient_id == question.patient_id:
        return Permit(sentences.OWN)
    return Deny(sentences.NOT_OWN)


def _by_proxy(question: Question) -> Decision:
    """Who acts for the patient sees what the relation covers, while it holds, in the house that keeps the record."""
    actor, proxy = question.actor, question.actor.proxy
    if actor.role != PATIENT or proxy is None:
        return Deny(sentences.NO_PROXY)
    if proxy.patient_id != question.patient_id or actor.organisation != question.holder:
        return Deny(sentences.NO_PROXY)
    if not proxy.span.holds(question.at) or not proxy.categories:
        return Deny(sentences.NO_PROXY)
    return Permit(sentences.by_proxy(proxy), f"Proxy/{proxy.id}", proxy.categories)


def _in_house(question: Question) -> Decision:
    if (question.actor.role, question.purpose) not in IN_HOUSE:
        return Deny(sentences.role_may_not(question))
    if question.actor.role not in RECEIVING_ROLES:
        return Permit(sentences.in_house(question))
    treating = question.relationship
    if treating is not None and treating.kind == "treatment" and treating.span.holds(question.at):
        return Permit(sentences.treating(question, treating), treating.source, treating.categories)
    if question.purpose is Purpose.BTG:
        return _breaking_the_glass(question)
    return Deny(sentences.NOT_TREATING)


def _breaking_the_glass(question: Question) -> Decision:
    reason = _reason(question)
    if reason is None:
        return Deny(sentences.EMERGENCY_WITHOUT_REASON)
    return Permit(sentences.breaking_the_glass(question, reason), emergency=True)


def _emergency(question: Question, consents: Sequence[CareConsent]) -> Decision:
    reason = _reason(question)
    if reason is None:
        return Deny(sentences.EMERGENCY_WITHOUT_REASON)
    wished = _by_consent(question, consents)
    whole = wished.categories == ALL and all(one.categories == ALL for one in wished.items)
    return Permit(sentences.emergency(question, reason, covered=whole), emergency=True)


def _reason(question: Question) -> str | None:
    """What was stated, where it is long enough to be a reason."""
    stated = question.stated_reason
    return None if stated is None or len(stated.strip()) < SHORTEST_REASON else stated.strip()


def _by_consent(question: Question, consents: Sequence[CareConsent]) -> Decision:
    rulings = tuple(rule(question, consents, question.item))
    items = () if question.item is not None else _items(question, consents)
    released = _released(rulings)
    denied = [ruling for ruling in rulings if not ruling.permit]
    if released:
        widest = max((r for r in rulings if r.permit), key=lambda ruling: ruling.categories.bit_count())
        # Withheld items are not spoken of: who is given the rest must not learn that there is something else.
        said = sentences.permitted(question, widest.consent, released, denied)
        return Permit(said, widest.name, released, items=items)
    if items:
        # What differs from nothing is something.
        return Permit(sentences.only_items(question), items[0].provision, NONE, items=items)
    if denied:
        return Deny(sentences.denied(question, denied[0].consent), denied[0].name)
    return Deny(sentences.nothing_permits(question))


def _items(question: Question, consents: Sequence[CareConsent]) -> tuple[ItemRelease, ...]:
    """What holds for each resource that these consents name by itself at the house asked, in the order of references.

    Only what differs from what holds for all others is told.
    """
    found = []
    of_all = tuple(rule(question, consents))
    usual, said = _released(of_all), {ruling.name for ruling in of_all}
    for item in sorted(items_named(consents, question.holder, question.holder_kind)):
        rulings = tuple(rule(question, consents, item))
        if (released := _released(rulings)) != usual:
            found.append(ItemRelease(item, released, next((r.name for r in rulings if r.name not in said), None)))
    return tuple(found)


def _released(rulings: Iterable[Ruling]) -> DataCategory:
    return united(ruling.categories for ruling in rulings if ruling.permit)


def items_named(consents: Iterable[CareConsent], holder: str, holder_kind: str) -> frozenset[str]:
    """The single resources that active consents name at a house."""
    provisions = chain.from_iterable(each(consent.provision) for consent in consents if consent.active)
    return frozenset(
        chain.from_iterable(
            provision.items for provision in provisions if _any_fits(provision.custodians, holder, holder_kind)
        )
    )


def each(provision: Provision) -> Iterator[Provision]:
    """A provision and all that are nested in it."""
    yield provision
    for exception in provision.exceptions:
        yield from each(exception)


def rule(question: Question, consents: Sequence[CareConsent], item: str | None = None) -> Iterator[Ruling]:
    """Who decides what: rulings whose categories do not overlap; categories that nobody speaks of are missing.

    They are about one item or, without, about all that no consent names by itself. A consent counts when it is active,
    about this patient and not stated after the time asked about; one said under another record only where it refuses.
    """
    counting = [
        consent
        for consent in consents
        if consent.active
        and (consent.elsewhere or (consent.patient_id == question.patient_id and consent.stated <= question.at))
    ]
    counting.sort(key=_stated, reverse=True)
    asked, unspoken = replace(question, item=item), ALL
    for _, together in groupby(counting, key=_stated):
        said = [ruling for consent in together for ruling in _said(consent, consent.provision, asked, unspoken)]
        for ruling in _deny_first(said):
            if ruling.permit and ruling.consent.elsewhere:
                continue
            if taken := ruling.categories & unspoken:
                yield replace(ruling, categories=taken)
                unspoken &= ~taken


def _stated(consent: CareConsent) -> datetime:
    return consent.stated


def _deny_first(rulings: Iterable[Ruling]) -> list[Ruling]:
    return sorted(rulings, key=lambda ruling: ruling.permit)


def _said(consent: CareConsent, provision: Provision, question: Question, scope: DataCategory) -> Iterator[Ruling]:
    """What a provision and its exceptions say of the categories in scope, without overlaps; some perhaps of none."""
    if not _applies(provision, question):
        return
    own = provision.categories & scope
    nested = [r for exception in provision.exceptions for r in _said(consent, exception, question, own)]
    for ruling in _deny_first(nested):
        yield replace(ruling, categories=ruling.categories & own)
        own &= ~ruling.categories
    if provision.permit is not None:
        yield Ruling(own, provision.permit, consent, provision)


def _applies(provision: Provision, question: Question) -> bool:
    actor = question.actor
    return (
        provision.span.holds(question.at)
        and (not provision.items or question.item in provision.items)
        and (not provision.purposes or not provision.purposes.isdisjoint(question.purpose.within))
        and _any_fits(provision.recipients, actor.organisation, actor.organisation_kind)
        and _any_fits(provision.custodians, question.holder, question.holder_kind)
    )


def _any_fits(parties: Sequence[Party], organisation: str, kind: str) -> bool:
    return not parties or any(party.fits(organisation, kind) for party in parties)


def united(categories: Iterable[DataCategory]) -> DataCategory:
    """All of them together."""
    result = NONE
    for category in categories:
        result |= category
    return result
