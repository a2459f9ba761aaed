"""Why somebody would see what: the same decision, told instead of applied."""

from dataclasses import replace
from datetime import datetime

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.treating import TREATING_ROLES, WHOLE_HOUSE
from verbund.access.views import view
from verbund.consent import ActorRef, Decision, Purpose, Question, Relationship, decide
from verbund.consent.research import ResearchPermission, evaluate
from verbund.errors import NotFound
from verbund.identity import Principal, Role
from verbund.store import and_, of_patient


async def explain(
    ground: Ground,
    who: Principal,
    actor: ActorRef,
    patient_id: str,
    purpose: Purpose,
    *,
    at: datetime | None = None,
    stated_reason: str | None = None,
) -> Decision:
    """What `decide` says to that question at that time (default now); NotFound for a patient who is not here."""
    await _known(ground, who, patient_id)
    house = ground.consents.house
    question = Question(actor, house.site, purpose, patient_id, at or ground.clock(), house.kind, stated_reason)
    question = replace(question, relationship=await _relationship(ground, question))
    decision = decide(question, await ground.care(patient_id), emergency_allowed=ground.emergency_allowed)
    await ground.audit.record(
        event(
            ground,
            who,
            "decision",
            "E",
            decision.reason,
            patient_id=patient_id,
            provision=decision.provision,
            detail={"actor": actor.organisation, "asked": str(purpose), "permitted": str(decision.permitted)},
        )
    )
    return decision


async def _relationship(ground: Ground, question: Question) -> Relationship | None:
    """How an actor of this house, known by the id of the account or of the Practitioner, treats the patient."""
    actor, rule = question.actor, ground.treatment
    if actor.organisation != ground.site or actor.role not in TREATING_ROLES:
        return None
    if rule.rule == "house":
        return WHOLE_HOUSE
    if ground.relations is None:
        return None
    patient, ended = ground.store.patient_key(question.patient_id), rule.ended(question.at)
    found = await ground.relations.of_person(actor.person_id, actor.person_id, patient, question.at, ended)
    return None if found is None else found.relationship


async def explain_research(
    ground: Ground, who: Principal, patient_id: str, at: datetime | None = None
) -> ResearchPermission:
    """What research may use of a patient at that time, and why."""
    await _known(ground, who, patient_id)
    permission = evaluate((await ground.statements(patient_id)).research, at or ground.clock())
    await ground.audit.record(event(ground, who, "decision", "E", permission.reason, patient_id=patient_id))
    return permission


async def _known(ground: Ground, who: Principal, patient_id: str) -> None:
    seen = await view(ground, who, Interaction.EXPLAIN, "Patient")
    if who.role is Role.PATIENT and who.patient_id != patient_id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
    await ground.store.read(
        "Patient", patient_id, within=and_(of_patient(ground.store.patient_key(patient_id)), seen.within)
    )
