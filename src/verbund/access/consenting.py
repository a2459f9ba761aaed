"""What the patient allows: seen, changed here, brought from the house where the patient signs in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from verbund.access.events import event, reference
from verbund.access.ground import Ground
from verbund.access.homes import check_home, check_kind
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.audit import Agent, Event
from verbund.consent import Purpose, Sentence, from_fhir, is_care
from verbund.consent.checking import check_decision
from verbund.consent.research import from_fhir as research_from_fhir
from verbund.consent.research import is_research
from verbund.consent.resources import SITE_SYSTEM
from verbund.consent.times import unreadable
from verbund.database import Connection
from verbund.errors import Invalid, NotFound, Unavailable
from verbund.fhir import parse_search
from verbund.identity import Principal, Role
from verbund.store import EVERYTHING, Companion, RowFilter, Stored, Unit, Write, Written, and_, of_patient

_NAMES = UUID("9c3b2f5e-0d2c-5c53-8f55-1d9a3f3f6a51")
_PAGE = 200
AHEAD = timedelta(minutes=5)
"""How far clocks may differ."""
OF_ANOTHER = {"system": "https://verbund.example/fhir/tags", "code": "of-another-person"}
"""Marks a consent that another person gave, brought here while both were taken for one."""
_CHANGED = Sentence("Die Freigabe wurde geändert.", "The release was changed.")
_BROUGHT = Sentence(
    "Die Freigabe wurde von dem Haus überbracht, in dem die Patientin oder der Patient sich anmeldet.",
    "The release was brought by the house where the patient signs in.",
)


def check_statement(raw: bytes, now: datetime) -> None:
    """Refuse a consent that this node could not honour; Invalid with the path. What is no JSON is left to the store.

    One that is stated ahead of time would outrank whatever the patient says until then, so it is refused.
    """
    value = _decoded(raw)
    try:
        if is_care(value):
            _check_stated(from_fhir(value).stated, now)
        elif is_research(value):
            _check_stated(research_from_fhir(value).stated, now)
    except (AttributeError, TypeError, KeyError):
        # The shape is wrong: the store's validation says where.
        return


def says_care(raw: bytes | None) -> bool:
    """Whether these bytes are a consent on the use of the record in care; what is no JSON is none."""
    try:
        return bool(raw) and is_care(_decoded(raw or b""))
    except (AttributeError, TypeError):
        return False


def _decoded(raw: bytes) -> Mapping[str, Any]:
    """The JSON object, an empty one for what is none."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, Mapping) else {}


def _check_stated(stated: datetime, now: datetime) -> None:
    if stated > now + AHEAD:
        raise unreadable(
            "Consent.dateTime",
            "Consent.dateTime lies ahead; give the time at which the patient said it, not a later one",
        )


async def consents_of(ground: Ground, who: Principal, patient_id: str) -> tuple[Stored, ...]:
    """The consents of a patient that are kept here, the latest written first; NotFound when not to be seen."""
    seen = await view(ground, who, Interaction.CONSENTS, "Consent")
    within = and_(of_patient(ground.store.patient_key(patient_id)), seen.within)
    found = await kept_consents(ground, patient_id, within)
    await ground.audit.record(
        event(ground, who, "consent", "R", seen.reason, patient_id=patient_id, entities=map(reference, found))
    )
    return found


def is_tagged(value: Mapping[str, Any], tag: Mapping[str, str]) -> bool:
    """Whether a resource bears that tag."""
    return tag in (value.get("meta") or {}).get("tag", ())


async def kept_consents(ground: Ground, patient_id: str, within: RowFilter) -> tuple[Stored, ...]:
    """All consents of a patient among those rows, the latest written first."""
    query = parse_search("Consent", [("patient", f"Patient/{patient_id}"), ("_count", str(_PAGE))])
    found: list[Stored] = []
    cursor: str | None = None
    while True:
        page = await ground.store.search(query, within=within, cursor=cursor)
        found.extend(page.matches)
        cursor = page.next_cursor
        if cursor is None:
            return tuple(sorted(found, key=lambda stored: stored.updated, reverse=True))


def consent_id(patient_id: str, site: str) -> str:
    """The id of the one consent on care that a house keeps of what a patient decides at `site`."""
    return str(uuid5(_NAMES, f"{site}\x1f{patient_id}"))


async def change_consent(
    ground: Ground,
    who: Principal,
    patient_id: str,
    resource: Mapping[str, Any] | bytes,
    *,
    if_version: int | None = None,
    companions: Sequence[Companion] = (),
    beside: Sequence[Write] = (),
) -> Written:
    """Put a patient's decision on care in place of the one before (a new version of one Consent).

    Its time is now, its house this one. `companions` go into the same transaction, such as the letters that tell other
    houses, and so do the writes `beside`, such as the scan of a decision on paper. Forbidden unless it is the patient
    or who may record the patient's word; Outdated when `if_version` is not the present version; Invalid when the
    consent says what cannot be honoured, contradicts itself or is over already.
    """
    seen = await view(ground, who, Interaction.CHANGE_CONSENT, "Consent")
    if who.role is Role.PATIENT and who.patient_id != patient_id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
    key = ground.store.patient_key(patient_id)
    await ground.store.read("Patient", patient_id, within=and_(of_patient(key), seen.within))
    raw = _stamped(resource, consent_id(patient_id, ground.site), patient_id, ground.clock(), ground)
    write = Write("update", "Consent", consent_id(patient_id, ground.site), raw, if_match=if_version)
    for one in beside:
        await view(ground, who, Interaction.CREATE, one.type)
    entities = (f"Consent/{write.id}", *(f"{one.type}/{one.id}" for one in beside))
    done = event(ground, who, "consent", "U", _CHANGED, patient_id=patient_id, entities=entities)
    unit = Unit((write, *beside), (_SignsInHere(ground, key), *companions, ground.audit.companion(done)), False)
    return (await ground.store.commit(unit))[0]


def _stamped(
    resource: Mapping[str, Any] | bytes, identity: str, patient_id: str, now: datetime, ground: Ground
) -> bytes:
    value = dict(msgspec.json.decode(resource) if isinstance(resource, bytes) else resource)
    house = {"identifier": {"system": SITE_SYSTEM, "value": ground.site}}
    if ground.title:
        house["display"] = ground.title  # type: ignore[assignment]
    value |= {
        "resourceType": "Consent",
        "id": identity,
        "patient": {"reference": f"Patient/{patient_id}"},
        "dateTime": now.isoformat(timespec="milliseconds"),
        "organization": [house],
    }
    if not is_care(value):
        raise Invalid("This is not a consent on the use of the record in care (scope patient-privacy).")
    check_decision(from_fhir(value), now)
    return msgspec.json.encode(value)


@dataclass(frozen=True, slots=True)
class _SignsInHere:
    """Takes this house down as the patient's, unless another is; it speaks for its own copy either way.

    A house that claimed a patient falsely cannot lock the patient out of the own decision.
    """

    ground: Ground
    patient: int

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        await self.ground.consents.claim_home(connection, self.patient, self.ground.site)


@dataclass(frozen=True, slots=True)
class _Speaks:
    """Undoes a consent that comes from a house where the patient does not sign in."""

    ground: Ground
    site: str
    title: str | None
    patient_id: str

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        await check_home(self.ground, connection, self.patient_id, self.site, title=self.title)


async def apply_remote_consent(
    ground: Ground,
    site: str,
    patient_ids: Iterable[str],
    resource: bytes,
    companions: Sequence[Companion] = (),
    *,
    kind: str | None = None,
    title: str | None = None,
) -> tuple[str, ...]:
    """Take over a decision that the patient's home house has sent; the patients of this house it now governs.

    An older decision that arrives late changes nothing. Forbidden when the sender does not speak for the patient, or
    is of a kind of house that decides nothing.
    """
    check_kind(kind)
    incoming = from_fhir(msgspec.json.decode(resource))
    writes: list[Write] = []
    guards: list[Companion] = []
    events: list[Event] = []
    for patient_id in patient_ids:
        identity = consent_id(patient_id, site)
        version, stated = await _kept(ground, identity)
        if stated is not None and stated >= incoming.stated:
            continue
        writes.append(_copy(resource, identity, patient_id, version))
        guards += [_First({identity: version}), _Speaks(ground, site, title, patient_id)]
        events.append(_brought(ground, site, title or site, patient_id, identity))
    if writes or companions:
        unit = Unit(tuple(writes), (*companions, *guards, ground.audit.companion(*events)), False)
        await ground.store.commit(unit)
    return tuple(event.patient_id or "" for event in events)


async def _kept(ground: Ground, identity: str) -> tuple[int, datetime | None]:
    """The version and the time of the decision that is kept under an id; 0 and None where there is none.

    One stated far ahead counts from when it came: it must not keep a later withdrawal out. One that was taken out as
    somebody else's keeps nothing out.
    """
    try:
        stored = await ground.store.read("Consent", identity, within=EVERYTHING)
    except NotFound:
        return 0, None
    if is_tagged(msgspec.json.decode(stored.body), OF_ANOTHER):
        return stored.version, None
    stated = from_fhir(msgspec.json.decode(stored.body)).stated
    return stored.version, stated if stated <= stored.updated + AHEAD else stored.updated


def _copy(resource: bytes, identity: str, patient_id: str, version: int) -> Write:
    value = msgspec.json.decode(resource)
    value |= {"id": identity, "patient": {"reference": f"Patient/{patient_id}"}}
    value.pop("meta", None)
    return Write("update", "Consent", identity, msgspec.json.encode(value), if_match=version or None)


@dataclass(frozen=True, slots=True)
class _First:
    """Undoes a decision that another delivery has overtaken: it is weighed again when it is delivered again."""

    versions: Mapping[str, int]

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        for one in written:
            if one.id in self.versions and one.status != "unchanged" and one.version != self.versions[one.id] + 1:
                raise Unavailable("Another decision of the same patient was written meanwhile; deliver again.")


def _brought(ground: Ground, site: str, title: str, patient_id: str, identity: str) -> Event:
    return Event(
        kind="consent",
        action="U",
        at=ground.clock(),
        agent=Agent(site, title, "system", site, title),
        purpose=Purpose.PATRQT,
        patient_id=patient_id,
        entities=(f"Consent/{identity}",),
        reason_de=_BROUGHT.de,
        reason_en=_BROUGHT.en,
    )
