"""What resources say of who treats whom, and of who belongs where: pure, from a resource to relations and parts.

A relation holds between a patient and a party: a person, a role, a ward (Location) or an organisation, each by its
reference (`Practitioner/7`) or by an identifier (`system|value`), as it is written. A part leads from what somebody is
to what they belong to, so that a physician sees the patients of the own ward and the rooms in it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from verbund.fhir.dates import EARLIEST, LATEST, date_range, period_range
from verbund.fhir.extraction import patient_id

# A referral or a task that nobody closed ends after a quarter, as a referral slip does (§ 24 BMV-Ä).
OPEN_REFERRAL = timedelta(days=92)


class Kind(IntEnum):
    """How somebody treats a patient. Stored: never change a number. From 100 on a relation ends to the minute."""

    ENCOUNTER = 1
    CARE_TEAM = 2
    REFERRAL = 3
    APPOINTMENT = 4
    FAMILY_DOCTOR = 5
    EPISODE = 6
    REGISTERED = 100
    OPENED = 101


class Step(IntEnum):
    """How a part belongs to its whole. Stored: never change a number."""

    NAME = 1
    PART = 2
    MEMBER = 3
    EMPLOYED = 4


@dataclass(frozen=True, slots=True)
class Relation:
    """A patient (by id) and a party who treats them, from `since` and before `until`."""

    patient: str
    party: str
    kind: Kind
    since: datetime = EARLIEST
    until: datetime = LATEST


@dataclass(frozen=True, slots=True)
class Part:
    """One party that belongs to another."""

    part: str
    whole: str
    step: Step
    since: datetime = EARLIEST
    until: datetime = LATEST


def relations_of(resource: Any, known: datetime) -> tuple[Relation, ...]:  # noqa: ANN401 - any generated type
    """The relations that a resource establishes, as it was written at `known`; none for one that does not count."""
    find = _RELATIONS.get(type(resource).__name__)
    return () if find is None else tuple(dict.fromkeys(find(resource, known)))


def parts_of(resource: Any) -> tuple[Part, ...]:  # noqa: ANN401 - any generated type
    """What a resource of the directory says of who and what belongs where; nothing for one that is not active."""
    find = _PARTS.get(type(resource).__name__)
    if find is None or getattr(resource, "active", None) is False or getattr(resource, "status", None) == "inactive":
        return ()
    own = f"{type(resource).__name__}/{resource.id}"
    return tuple(dict.fromkeys([*_names(own, resource), *find(own, resource)]))


def _named(reference: Any) -> Iterator[str]:  # noqa: ANN401 - a Reference or None
    """What a reference calls its target: by address, by identifier, or both."""
    if reference is None:
        return
    text = reference.reference
    if text is not None and text[:1] != "#" and "/" in text:
        yield text.partition("/_history/")[0]
    found = reference.identifier
    if found is not None and found.system and found.value:
        yield f"{found.system}|{found.value}"


def _patient(reference: Any) -> str | None:  # noqa: ANN401 - a Reference or None
    return None if reference is None or reference.reference is None else patient_id(reference.reference)


def _until(period: Any) -> datetime:  # noqa: ANN401 - a Period or None
    return LATEST if period is None else period_range(period)[1]


def _each(
    patient: str | None, kind: Kind, parties: Iterable[tuple[Any, datetime]], whole: datetime = LATEST
) -> Iterator[Relation]:
    """Relations to each of these references, none beyond the end of the whole."""
    if patient is None:
        return
    for reference, until in parties:
        for party in _named(reference):
            yield Relation(patient, party, kind, until=min(until, whole))


def _encounter(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401
    """A stay or visit, from when it is known (it is prepared) until it ends."""
    if one.status in {"cancelled", "entered-in-error", None}:
        return
    end = _until(one.period)
    if end == LATEST and one.status == "finished":
        end = known
    parties = [(p.individual, _until(p.period)) for p in one.participant]
    parties += [(place.location, _until(place.period)) for place in one.location]
    yield from _each(_patient(one.subject), Kind.ENCOUNTER, [*parties, (one.serviceProvider, LATEST)], end)


def _care_team(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401, ARG001 - one of several
    if one.status not in {"active", None}:
        return
    parties = [(p.member, _until(p.period)) for p in one.participant]
    yield from _each(_patient(one.subject), Kind.CARE_TEAM, parties, _until(one.period))


def _episode(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401
    if one.status in {"cancelled", "entered-in-error", None}:
        return
    end = _until(one.period)
    if end == LATEST and one.status == "finished":
        end = known
    parties = [(one.managingOrganization, LATEST), (one.careManager, LATEST)]
    yield from _each(_patient(one.patient), Kind.EPISODE, parties, end)


def _service_request(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401
    if one.status not in {"active", "on-hold", "completed"} or one.intent in {"proposal", "plan", "option"}:
        return
    planned = _until(one.occurrencePeriod) if one.occurrenceDateTime is None else date_range(one.occurrenceDateTime)[1]
    end = _asked_until(one, known, planned)
    parties = [(performer, LATEST) for performer in (*one.performer, one.requester, *one.locationReference)]
    yield from _each(_patient(one.subject), Kind.REFERRAL, parties, end)


def _task(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401
    if one.status not in {"requested", "received", "accepted", "ready", "in-progress", "on-hold", "completed"}:
        return
    planned = LATEST if one.restriction is None else _until(one.restriction.period)
    end = _asked_until(one, known, planned)
    yield from _each(_patient(one.for_), Kind.REFERRAL, [(one.owner, LATEST), (one.requester, LATEST)], end)


def _asked_until(one: Any, known: datetime, planned: datetime) -> datetime:  # noqa: ANN401
    """When what was asked for ends: what was done long ago does not begin anew because it is written down today."""
    still_open = _open_until(one.authoredOn, known, planned)
    return min(known, still_open) if one.status == "completed" else still_open


def _open_until(authored: str | None, known: datetime, planned: datetime) -> datetime:
    """When what was asked for counts as done though nobody said so; a plan without an end is none."""
    begun = known if authored is None else date_range(authored)[0]
    last = begun + min(OPEN_REFERRAL, LATEST - begun)
    return last if planned == LATEST else max(last, planned)


def _appointment(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401
    if one.status in {"cancelled", "noshow", "entered-in-error", None}:
        return
    coming = [p for p in one.participant if p.status != "declined"]
    if one.end is not None:
        end = date_range(one.end)[1]
    elif one.start is not None:
        end = date_range(one.start)[1]
    else:
        end = known + OPEN_REFERRAL
    for patient in dict.fromkeys(_patient(p.actor) for p in coming):
        others = [(p.actor, _until(p.period)) for p in coming if _patient(p.actor) is None]
        yield from _each(patient, Kind.APPOINTMENT, others, end)


def _person(one: Any, known: datetime) -> Iterator[Relation]:  # noqa: ANN401, ARG001 - one of several
    """The family doctors, and the part of the house that keeps the record."""
    parties = [(doctor, LATEST) for doctor in (*one.generalPractitioner, one.managingOrganization)]
    yield from _each(one.id, Kind.FAMILY_DOCTOR, parties)


def _names(own: str, resource: Any) -> Iterator[Part]:  # noqa: ANN401
    """Identifiers are other names of the same thing, whichever way it is asked."""
    for one in resource.identifier:
        if one.system and one.value:
            name = f"{one.system}|{one.value}"
            yield Part(name, own, Step.NAME)
            yield Part(own, name, Step.NAME)


def _practitioner(own: str, one: Any) -> Iterator[Part]:  # noqa: ANN401, ARG001 - one of several
    """Nothing beside the names."""
    return iter(())


def _role(own: str, one: Any) -> Iterator[Part]:  # noqa: ANN401
    since, until = (EARLIEST, LATEST) if one.period is None else period_range(one.period)
    for person in _named(one.practitioner):
        yield Part(own, person, Step.MEMBER, since, until)
    for house in _named(one.organization):
        yield Part(house, own, Step.EMPLOYED, since, until)
    for place in (*one.location, *one.healthcareService):
        for name in _named(place):
            yield Part(name, own, Step.MEMBER, since, until)


def _location(own: str, one: Any) -> Iterator[Part]:  # noqa: ANN401
    for name in _named(one.partOf):
        yield Part(own, name, Step.PART)
    for name in _named(one.managingOrganization):
        yield Part(own, name, Step.MEMBER)


def _organization(own: str, one: Any) -> Iterator[Part]:  # noqa: ANN401
    for name in _named(one.partOf):
        yield Part(own, name, Step.PART)


def _service(own: str, one: Any) -> Iterator[Part]:  # noqa: ANN401
    for name in _named(one.providedBy):
        yield Part(own, name, Step.MEMBER)


_RELATIONS: Mapping[str, Callable[[Any, datetime], Iterator[Relation]]] = {
    "Encounter": _encounter,
    "CareTeam": _care_team,
    "EpisodeOfCare": _episode,
    "ServiceRequest": _service_request,
    "Task": _task,
    "Appointment": _appointment,
    "Patient": _person,
}
_PARTS: Mapping[str, Callable[[str, Any], Iterator[Part]]] = {
    "Practitioner": _practitioner,
    "PractitionerRole": _role,
    "Location": _location,
    "Organization": _organization,
    "HealthcareService": _service,
}

TYPES = frozenset({*_RELATIONS, *_PARTS})
