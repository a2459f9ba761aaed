"""When the region learns that two patients are one person, or one is two: what was said goes with who said it.

A merge lets nothing be seen that one of the two had refused: all that both said counts as said at one time, where a
denial stands before a permission, until the patient decides anew. After a split nothing that another person said
governs any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from verbund.access.consenting import AHEAD, OF_ANOTHER, consent_id, is_tagged, kept_consents
from verbund.access.ground import Ground
from verbund.audit import Agent, Event
from verbund.consent import Purpose, Sentence, is_care
from verbund.consent.resources import SITE_SYSTEM
from verbund.consent.times import moment
from verbund.database import Connection
from verbund.errors import Invalid, NotFound, Outdated, Unavailable
from verbund.store import EVERYTHING, Companion, Unit, Write, Written

_NAMES = UUID("5d1f3c62-7a55-5b0e-8a1d-6c8e3f1b9d27")
COPIED = {"system": "https://verbund.example/fhir/tags", "code": "said-at-another-record"}
"""Marks what the same person said where this house keeps another record of them."""

_JOINED = Sentence(
    "Die Vertrauensstelle der Region hat festgestellt, dass zwei Akten dieselbe Person betreffen. Wo sich Freigaben "
    "widersprechen, gilt das Nein, bis Sie neu entscheiden.",
    "The region's trust centre has found that two records are of one person. Where releases contradict each other, the "
    "no holds until you decide anew.",
)
_PARTED = Sentence(
    "Die Vertrauensstelle der Region hat festgestellt, dass diese Akte und eine andere verschiedene Personen "
    "betreffen. Freigaben der anderen Person gelten hier nicht mehr.",
    "The region's trust centre has found that this record and another are of different people. Releases of the other "
    "person no longer hold here.",
)
_SAID_ELSEWHERE = Sentence(
    "Was Sie zu einer anderen Akte in diesem Haus entschieden haben, gilt auch für diese.",
    "What you decided about another record in this house holds for this one too.",
)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What has changed about one patient of this house.

    `same` are the other patients of this house who are the same person now, `sites` the other houses that hold that
    person. `joined` are the houses that came in by a merge, `shared` those that hold both of two who were parted.
    """

    patient_id: str
    same: tuple[str, ...]
    sites: tuple[str, ...]
    joined: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    parted: bool = False


async def follow(
    ground: Ground, changes: Sequence[PersonChange], at: datetime, companions: Sequence[Companion] = ()
) -> None:
    """Bring consents and homes in line with a decision of the trust centre made `at`; all in one transaction.

    Repeating it changes nothing. Unavailable when somebody wrote a consent meanwhile: then it is to come again.
    """
    writes: list[Write] = []
    for change in changes:
        writes += await (_parting(ground, change) if change.parted else _joining(ground, change, at))
    events = [_event(ground, one.patient_id, _PARTED if one.parted else _JOINED) for one in changes]
    homes = [_Homes(ground, change) for change in changes]
    unit = Unit(tuple(writes), (*companions, *homes, ground.audit.companion(*events)), False)
    try:
        await ground.store.commit(unit)
    except Outdated:
        raise Unavailable("A consent of the same patient was written meanwhile; deliver again.") from None


async def _joining(ground: Ground, change: PersonChange, at: datetime) -> list[Write]:
    """All that was said before counts as said at one time; what was said at another record here counts here too."""
    settled = at - AHEAD
    writes = [
        _rewritten(version, _said_at(value, settled))
        for version, value in await _care(ground, change.patient_id)
        if _before(value, at) and value.get("dateTime") != settled.isoformat(timespec="milliseconds")
    ]
    for other in change.same:
        for _, value in await _care(ground, other):
            if _before(value, at) and not is_tagged(value, COPIED):
                writes.append(_copied(_said_at(value, settled), change.patient_id))
    return writes


async def _parting(ground: Ground, change: PersonChange) -> list[Write]:
    """What came from a house that holds the other person, or only perhaps this one, holds no longer.

    Who stays sends it again.
    """
    staying = set(change.sites) - set(change.shared) | {ground.site}
    return [
        _rewritten(version, _taken_out(value))
        for version, value in await _care(ground, change.patient_id)
        if is_tagged(value, COPIED) or _brought_by(value, change.patient_id) not in {None, *staying}
    ]


def _brought_by(value: Mapping[str, Any], patient_id: str) -> str | None:
    """The house whose letter brought this consent; None for one that was written here."""
    for organisation in value.get("organization", ()):
        identifier = organisation.get("identifier", {})
        site = identifier.get("value")
        if identifier.get("system") == SITE_SYSTEM and value.get("id") == consent_id(patient_id, str(site)):
            return str(site)
    return None


async def share(ground: Ground, stated: Mapping[str, Any], patient_ids: Iterable[str]) -> None:
    """Let what a patient said here hold for the other records that this house keeps of the same person."""
    for patient_id in patient_ids:
        write = _copied(dict(stated), patient_id)
        if not await _is_newer(ground, write, stated):
            continue
        done = _event(ground, patient_id, _SAID_ELSEWHERE, (f"Consent/{write.id}",))
        await ground.store.commit(Unit((write,), (ground.audit.companion(done),), False))


async def _is_newer(ground: Ground, write: Write, stated: Mapping[str, Any]) -> bool:
    """Whether nothing that was said later is kept under this id; a repeated or late letter changes nothing."""
    try:
        kept = msgspec.json.decode((await ground.store.read("Consent", write.id or "", within=EVERYTHING)).body)
    except NotFound:
        return True
    return is_tagged(kept, OF_ANOTHER) or _before(kept, moment(str(stated.get("dateTime")), "Consent.dateTime"))


def _copied(value: dict[str, Any], patient_id: str) -> Write:
    identity = str(uuid5(_NAMES, f"{value['id']}\x1f{patient_id}"))
    copy = value | {"id": identity, "patient": {"reference": f"Patient/{patient_id}"}, "meta": {"tag": [COPIED]}}
    return Write("update", "Consent", identity, msgspec.json.encode(copy))


async def _care(ground: Ground, patient_id: str) -> list[tuple[int, dict[str, Any]]]:
    """The active consents on care of a patient here, with their versions."""
    found = []
    for stored in await kept_consents(ground, patient_id, EVERYTHING):
        value = msgspec.json.decode(stored.body)
        if is_care(value) and value.get("status") == "active":
            found.append((stored.version, value))
    return found


def _before(value: Mapping[str, Any], at: datetime) -> bool:
    """Whether it was said before that moment; what cannot be read denies everything, and stays as it is."""
    try:
        return moment(str(value.get("dateTime")), "Consent.dateTime") < at
    except Invalid:
        return False


def _said_at(value: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {**value, "dateTime": at.isoformat(timespec="milliseconds")}


def _taken_out(value: Mapping[str, Any]) -> dict[str, Any]:
    tags = [*(value.get("meta") or {}).get("tag", ()), OF_ANOTHER]
    return {**value, "status": "entered-in-error", "meta": {"tag": tags}}


def _rewritten(version: int, value: dict[str, Any]) -> Write:
    tags = (value.get("meta") or {}).get("tag")
    kept = {name: part for name, part in value.items() if name != "meta"}
    body = kept | ({"meta": {"tag": tags}} if tags else {})
    return Write("update", "Consent", value["id"], msgspec.json.encode(body), if_match=version)


@dataclass(frozen=True, slots=True)
class _Homes:
    """Which houses speak for the patient from now on."""

    ground: Ground
    change: PersonChange

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        ground, change = self.ground, self.change
        key = ground.store.patient_key(change.patient_id)
        if change.parted:
            await ground.consents.keep_homes(connection, key, (*change.sites, ground.site))
        else:
            await ground.consents.admit_second(connection, key, change.joined)


def _event(ground: Ground, patient_id: str, said: Sentence, entities: tuple[str, ...] = ()) -> Event:
    return Event(
        kind="consent",
        action="U",
        at=ground.clock(),
        agent=Agent("trust-centre", "Vertrauensstelle", "system", ground.site, ground.title or ground.site),
        purpose=Purpose.HOPERAT,
        patient_id=patient_id,
        entities=entities or (f"Patient/{patient_id}",),
        reason_de=said.de,
        reason_en=said.en,
    )
