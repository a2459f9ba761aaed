"""Who may see one item, said once more as simply as the region's rules are written: one item, one consent at a time.

Nothing here is taken from the rules that it judges but the words of the model; it is slow, and has no cases of its own
for speed. Rules of the region: a patient sees the own record; who acts for a patient sees what that covers, while it
lasts; research opens no record; whoever treats a patient in the own house sees that record, others of the house break
the glass with a reason, and nobody else does; the hub and unknown kinds of houses get nothing; in an emergency, where
the region allows it, physicians and paramedics of houses that treat see everything, with a reason; else the patient's
consents decide, and silence is a no.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from invented_consents import naive

from verbund.consent import CareConsent, DataCategory, Purpose, Question

CARING = {"physician", "nurse", "paramedic"}
TREATING = {"practice", "hospital", "university-hospital", "rehabilitation", "nursing-home", "rescue-service"}
ASKING = TREATING | {"laboratory", "pharmacy", "insurer", "research-institute"}
CARE = {Purpose.TREAT, Purpose.ETREAT, Purpose.BTG}
NEVER_BY_MACHINE = {Purpose.HRESCH, Purpose.PATRQT, Purpose.FAMRQT}
SHORTEST = 10


@dataclass(frozen=True)
class Item:
    """One entry of a record: its reference, and the kinds of data it belongs to."""

    reference: str
    kinds: DataCategory


def may_see(asked: Question, stated: Sequence[CareConsent], item: Item, *, emergencies: bool) -> bool:
    """Whether the item goes out."""
    if asked.purpose == Purpose.FAMRQT:
        return _acts_for(asked, item)
    if asked.purpose == Purpose.PATRQT or asked.actor.role == "patient":
        own = asked.actor.role == "patient" and asked.purpose == Purpose.PATRQT
        return own and asked.actor.patient_id == asked.patient_id
    if asked.purpose == Purpose.HRESCH:
        return False
    if asked.actor.organisation == asked.holder:
        return _of_the_house(asked, item)
    return _of_another_house(asked, stated, item, emergencies=emergencies)


def _covers(covered: DataCategory, item: Item) -> bool:
    return all(kind in covered for kind in DataCategory if kind in item.kinds)


def _acts_for(asked: Question, item: Item) -> bool:
    proxy = asked.actor.proxy
    if asked.actor.role != "patient" or proxy is None or asked.actor.organisation != asked.holder:
        return False
    return proxy.patient_id == asked.patient_id and proxy.span.holds(asked.at) and _covers(proxy.categories, item)


def _of_the_house(asked: Question, item: Item) -> bool:
    role, purpose = asked.actor.role, asked.purpose
    if role == "system":
        return purpose not in NEVER_BY_MACHINE
    if role not in CARING:
        return False
    treating = asked.relationship
    if purpose in CARE and treating is not None and treating.kind == "treatment" and treating.span.holds(asked.at):
        return _covers(treating.categories, item)
    return purpose == Purpose.BTG and _has_reason(asked)


def _has_reason(asked: Question) -> bool:
    return len((asked.stated_reason or "").strip()) >= SHORTEST


def _of_another_house(asked: Question, stated: Sequence[CareConsent], item: Item, *, emergencies: bool) -> bool:
    role, kind, purpose = asked.actor.role, asked.actor.organisation_kind, asked.purpose
    if kind not in ASKING or (purpose == Purpose.ETREAT and kind not in TREATING):
        return False
    if purpose == Purpose.ETREAT and emergencies and role in {"physician", "paramedic"}:
        return _has_reason(asked)
    if role not in CARING:
        return False
    every = [naive(asked, stated, one, item.reference) for one in DataCategory if one in item.kinds]
    return bool(every) and all(said is True for said in every)
