"""What another house gets of this house's record: the consent decides, the filter applies, the log keeps it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import msgspec

from verbund.access.events import reference
from verbund.access.ground import Ground
from verbund.access.model import Asker, Release
from verbund.access.restricting import usable
from verbund.access.rules import NEVER_HANDED_ON
from verbund.audit import Agent, Event
from verbund.consent import ActorRef, Decision, Deny, Purpose, Question, Sentence, decide
from verbund.errors import Forbidden, Incorrect
from verbund.store import RowFilter, Stored, and_, of_patient

_UNKNOWN = Sentence("Hier ist keine Akte vorhanden.", "There is no record here.")
_NOT_ELSEWHERE = Sentence(
    "Die eigene Akte wird nur in dem Haus gezeigt, das sie führt; für eigene Einsicht wird sie nicht weitergegeben.",
    "The own record is shown in the house that keeps it only; it is not passed on for the patient's own request.",
)
_ENTITIES_LOGGED = 500


async def release(
    ground: Ground,
    remote: Asker,
    purpose: str,
    patient_ids: Sequence[str],
    stated_reason: str | None = None,
) -> Release:
    """The record of one person, who may be known here under several ids, as far as it is released; logged first.

    Every id is decided on its own; the answer's decision is the narrowest of them. Incorrect for an unknown purpose.
    """
    if not patient_ids:
        return Release(Deny(_UNKNOWN), known=False)
    asked = [question_of(ground, remote, _purpose(purpose), patient_id, stated_reason) for patient_id in patient_ids]
    decisions = [await _decided(ground, question) for question in asked]
    rows = usable(_purpose(purpose))
    found = [await _released(ground, q.patient_id, d, rows) for q, d in zip(asked, decisions, strict=True)]
    told = zip(asked, decisions, found, strict=True)
    await ground.audit.record(*(_event(question, remote, decision, items) for question, decision, items in told))
    narrowest = min(decisions, key=lambda decision: decision.categories.bit_count())
    return Release(narrowest, tuple(chain.from_iterable(found)))


def _purpose(code: str) -> Purpose:
    try:
        return Purpose(code)
    except ValueError as error:
        raise Incorrect(f"The purpose of an access must be one of {', '.join(Purpose)}.") from error


async def _decided(ground: Ground, question: Question) -> Decision:
    if question.purpose is Purpose.PATRQT:
        return Deny(_NOT_ELSEWHERE)
    consents = await ground.care(question.patient_id)
    # What is known was said before now, whatever a clock that was set back says.
    now = max((question.at, *(consent.stated for consent in consents)))
    return decide(replace(question, at=now), consents, emergency_allowed=ground.emergency_allowed)


def question_of(
    ground: Ground, remote: Asker, purpose: Purpose, patient_id: str, stated_reason: str | None
) -> Question:
    """The question of a house. It asks for itself: nobody becomes staff of this house by saying so."""
    if remote.site == ground.site:
        raise Forbidden("A house does not ask itself for a release.")
    actor = ActorRef(
        person_id=remote.person.id,
        role=remote.role,
        organisation=remote.site,
        organisation_kind=remote.organisation_kind,
        organisation_name=remote.person.organisation_name,
    )
    house = ground.consents.house
    return Question(actor, house.site, purpose, patient_id, ground.clock(), house.kind, stated_reason)


async def _released(ground: Ground, patient_id: str, decision: Decision, rows: RowFilter) -> list[Stored]:
    if not decision.permitted:
        return []
    within = and_(of_patient(ground.store.patient_key(patient_id)), ground.consents.filter_of(decision), rows)
    found = await ground.store.compartment(patient_id, within=within)
    return [stored for stored in found if stored.type not in NEVER_HANDED_ON]


def _event(asked: Question, remote: Asker, decision: Decision, found: Sequence[Stored]) -> Event:
    return Event(
        kind="emergency" if decision.emergency else "release",
        action="R",
        at=asked.at,
        agent=_agent(remote),
        purpose=str(asked.purpose),
        patient_id=asked.patient_id,
        entities=tuple(reference(stored) for stored in found[:_ENTITIES_LOGGED]),
        permitted=decision.permitted,
        reason_de=decision.reason.de,
        reason_en=decision.reason.en,
        provision=decision.provision,
        stated_reason=asked.stated_reason,
        detail={"items": str(len(found)), "withheld": ",".join(c.code for c in decision.withheld)},
    )


def _agent(remote: Asker) -> Agent:
    """The person as named by the asking house; the house itself is the one whose signature was checked."""
    return msgspec.structs.replace(remote.person, organisation=remote.site)
