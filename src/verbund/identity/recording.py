"""What the log is told of accounts and of who acts for whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from verbund.audit import Agent, Event, Kind
from verbund.audit.model import Action
from verbund.identity.model import House, Person, Principal


class Said(NamedTuple):
    """What was done, in a sentence, in both languages."""

    german: str
    english: str


def told(
    who: Principal,
    kind: Kind,
    action: Action,
    said: Said,
    at: datetime,
    *,
    patient_id: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> Event:
    """That somebody who is signed in did something to an account or a relation, permitted."""
    return Event(
        kind=kind,
        action=action,
        at=at,
        agent=Agent(who.subject, who.name, who.capacity, who.organisation, who.organisation_name),
        purpose=who.purpose,
        patient_id=patient_id,
        reason_de=said.german,
        reason_en=said.english,
        detail=detail or {},
    )


def told_of(who: tuple[Person, House], kind: Kind, said: Said, at: datetime, *, patient_id: str | None = None) -> Event:
    """That somebody did something before signing in, such as using a letter."""
    person, house = who
    return told(person.principal(house), kind, "U", said, at, patient_id=patient_id)


def refused(house: House, kind: Kind, said: Said, at: datetime, *, patient_id: str | None) -> Event:
    """That somebody unknown tried in vain."""
    return Event(
        kind=kind,
        action="E",
        at=at,
        agent=Agent("unknown", "unknown", "unknown", house.organisation, house.organisation_name),
        purpose="HOPERAT",
        patient_id=patient_id,
        permitted=False,
        reason_de=said.german,
        reason_en=said.english,
    )
