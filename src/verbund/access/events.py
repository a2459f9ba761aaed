"""What the log is told: one event for every act, permitted or refused."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal
from uuid import UUID

from msgspec import structs

from verbund.access.ground import Ground
from verbund.audit import Agent, Event, Kind
from verbund.consent import Decision, Purpose, Sentence
from verbund.identity import Principal
from verbund.store import Stored

Action = Literal["C", "R", "U", "D", "E"]

IN_HOUSE = Sentence("Zugriff im eigenen Haus nach Rolle und Zweck.", "Access within the own house by role and purpose.")
SHARED = Sentence("Keine Daten von Patientinnen und Patienten.", "No data of patients.")


@lru_cache(maxsize=4096)
def agent_of(who: Principal) -> Agent:
    """Who asks, as the log keeps it."""
    return Agent(who.subject, who.name, who.capacity, who.organisation, who.organisation_name)


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
        detail={**_asked_with(who.client, who.token), **detail} if detail else _asked_with(who.client, who.token),
    )


@lru_cache(maxsize=4096)
def _asked_with(client: str | None, token: UUID | None) -> Mapping[str, str]:
    """The application and the id of the access token by which somebody asked."""
    found = {} if client is None else {"client": client}
    return found if token is None else found | {"token": str(token)}


def marked(told: Event, decision: Decision, stated_reason: str | None) -> Event:
    """The act as it is told where the record is open without a treatment: as breaking the glass, with its reason."""
    if not decision.emergency:
        return told
    return structs.replace(told, kind="break-glass", purpose=str(Purpose.BTG), stated_reason=stated_reason)


def touching(common: Event, patients: Mapping[str | None, Sequence[str]]) -> Event:
    """The one act, with the patients whom it touched and what was touched of theirs.

    What belongs to nobody is told of where no patient was touched.
    """
    touched = [one for one in patients.items() if one[0] is not None] if None in patients else patients.items()
    if len(touched) > 1:
        return structs.replace(common, patients=tuple(touched))
    patient_id, entities = next(iter(touched or patients.items()), (None, ()))
    return structs.replace(common, patient_id=patient_id, entities=tuple(entities))


def reference(stored: Stored) -> str:
    """`Observation/7`."""
    return f"{stored.type}/{stored.id}"


def by_patient(ground: Ground, found: Iterable[Stored]) -> dict[str | None, list[str]]:
    """References of what was found under the patients they tell of; None for what tells of nobody."""
    groups: dict[str | None, list[str]] = {}
    met, name_of = ground.names.met, ground.names.of
    for stored in found:
        name = met.get(stored.patient) or name_of(stored)
        entity = f"{stored.type}/{stored.id}"
        if name in groups:
            groups[name].append(entity)
        else:
            groups[name] = [entity]
    return groups
