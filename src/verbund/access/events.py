"""What the log is told: one event for every act, permitted or refused."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import structs

from verbund.access.ground import Ground
from verbund.audit import Agent, Event, Kind
from verbund.consent import Sentence
from verbund.identity import Principal
from verbund.store import Stored

Action = Literal["C", "R", "U", "D", "E"]

IN_HOUSE = Sentence("Zugriff im eigenen Haus nach Rolle und Zweck.", "Access within the own house by role and purpose.")
SHARED = Sentence("Keine Daten von Patientinnen und Patienten.", "No data of patients.")


def agent_of(who: Principal) -> Agent:
    """Who asks, as the log keeps it."""
    return Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)


def event(
    ground: Ground,
    who: Principal,
    kind: Kind,
    action: Action,
    reason: Sentence,
    *,
    patient_id: str | None = None,
    entities: Iterable[str] = (),
    query: str | None = None,
    permitted: bool = True,
    provision: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> Event:
    """An act of a principal of this house, now."""
    return Event(
        kind=kind,
        action=action,
        at=ground.clock(),
        agent=agent_of(who),
        purpose=who.purpose,
        patient_id=patient_id,
        entities=tuple(entities),
        query=query,
        permitted=permitted,
        reason_de=reason.de,
        reason_en=reason.en,
        provision=provision,
        stated_reason=who.emergency_reason,
        detail=detail or {},
    )


def for_each(common: Event, patients: Mapping[str | None, Iterable[str]]) -> list[Event]:
    """The same act told of each of these patients, with what was touched of theirs."""
    return [
        structs.replace(common, patient_id=patient_id, entities=tuple(entities))
        for patient_id, entities in patients.items()
    ]


def reference(stored: Stored) -> str:
    """`Observation/7`."""
    return f"{stored.type}/{stored.id}"


def by_patient(ground: Ground, found: Iterable[Stored]) -> dict[str | None, list[str]]:
    """References of what was found under the patients they tell of; None for what tells of nobody."""
    groups: dict[str | None, list[str]] = {}
    name_of = ground.names.of
    for stored in found:
        groups.setdefault(name_of(stored), []).append(f"{stored.type}/{stored.id}")
    return groups
