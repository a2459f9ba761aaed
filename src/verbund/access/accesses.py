"""Who looked at a patient's record: for the patient."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.homes import check_home, check_kind
from verbund.access.rules import Interaction
from verbund.access.views import check_whole, view
from verbund.audit import Event, LoggedEvent, Page
from verbund.consent import Purpose, Sentence
from verbund.errors import Forbidden, Gone, NotFound
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Principal, Role
from verbund.store import Stored

_OWN = Sentence("Einsicht in das eigene Zugriffsprotokoll.", "The patient looked at the log of accesses.")

MOST_LOOKED_AT = 5_000
"""So many events are looked at for one page; where fewer fit, the page is short and the next one goes on."""
_AT_ONCE = 200
# Events are written a little later than they happen, and clocks are set back: so far the order of time may differ.
_DISORDER = timedelta(days=1)
_EMERGENCIES = frozenset({"ETREAT", "BTG"})


class Looks(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which accesses are wanted; all that is said must hold, what is empty says nothing.

    `since` is included, `until` is not. `by` is a part of the name of the person or of the house who looked, in
    whatever case. `roles` are those of who looked, `not_roles` those that are left out.
    """

    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    not_roles: tuple[str, ...] = ()
    by: str = ""
    emergency: bool = False
    refused: bool = False

    def holds(self, event: Event) -> bool:
        """Whether an event is wanted."""
        return (
            (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and (not self.kinds or event.kind in self.kinds)
            and (not self.purposes or event.purpose in self.purposes)
            and (not self.roles or event.agent.role in self.roles)
            and event.agent.role not in self.not_roles
            and (not self.emergency or is_emergency(event))
            and (not self.refused or not event.permitted)
            and _named(event, self.by.casefold())
        )


EVERY_LOOK = Looks()


def is_emergency(event: Event) -> bool:
    """Whether somebody opened the record in an emergency, or by breaking the glass."""
    return event.kind in {"emergency", "break-glass"} or event.purpose in _EMERGENCIES


def _named(event: Event, part: str) -> bool:
    agent = event.agent
    return not part or any(part in name.casefold() for name in (agent.name, agent.organisation_name))


async def accesses(
    ground: Ground,
    who: Principal,
    patient_id: str,
    count: int,
    before: int | None,
    *,
    kind: str | None = None,
    wanted: Looks = EVERY_LOOK,
) -> Page:
    """The accesses to a patient's record in this house, newest first; a look at the log is logged as well.

    A patient of another house is shown them too, when it is the house where the patient signs in;
    the first house that says so is, and that it said so is in the log. `kind` is the kind of the other house.
    Of a page that `wanted` leaves short, `before` says where to go on.
    """
    await check_asker(ground, who, patient_id, kind)
    page = await _page(ground, patient_id, count, before, wanted)
    await ground.audit.record(event(ground, who, "access-log", "R", _OWN, patient_id=patient_id))
    return page


async def check_asker(ground: Ground, who: Principal, patient_id: str, kind: str | None) -> None:
    """Refuse (Forbidden, NotFound) who may not look at the log of this patient; see `accesses`."""
    if who.organisation == ground.site:
        await view(ground, who, Interaction.ACCESSES, "Patient")
    else:
        _check_own(who)
        check_kind(kind)
    if who.role is Role.PATIENT and who.patient_id != patient_id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
    check_whole(who)
    if who.organisation != ground.site:
        async with ground.consents.transaction() as connection:
            await check_home(ground, connection, patient_id, who.organisation, title=who.organisation_name)


async def _page(ground: Ground, patient_id: str, count: int, before: int | None, wanted: Looks) -> Page:
    if wanted == EVERY_LOOK:
        return await ground.audit.of_patient(patient_id, count=count, before=before)
    found: list[LoggedEvent] = []
    looked_at = 0
    while looked_at < MOST_LOOKED_AT:
        try:
            page = await ground.audit.of_patient(patient_id, count=_AT_ONCE, before=before)
        except Gone:
            return Page(tuple(found))
        for one in page.items:
            looked_at, before = looked_at + 1, one.sequence
            if wanted.since is not None and one.event.at < wanted.since - _DISORDER:
                return Page(tuple(found))
            if wanted.holds(one.event):
                found.append(one)
            if len(found) == count:
                return Page(tuple(found), before)
        if page.before is None:
            return Page(tuple(found), None, page.archived)
    return Page(tuple(found), before)


async def entries(ground: Ground, who: Principal, references: Iterable[str]) -> dict[str, Stored]:
    """What of the own record these literal references name, as it is now, for a list of accesses that names it.

    What is not there, or not the patient's, is left out. Not logged by itself: the look at the list is.
    """
    if who.role is not Role.PATIENT or who.patient_id is None:
        return {}
    seen = await view(ground, who, Interaction.ACCESSES, "Patient")
    named = [(kind, identity) for kind, _, identity in (one.partition("/") for one in dict.fromkeys(references))]
    wanted = [(kind, identity) for kind, identity in named if kind in RESOURCE_TYPES and identity]
    found = await ground.store.read_together(wanted, within=seen.within)
    return {f"{one.type}/{one.id}": one for one in found if one is not None and who.scopes.allows(one.type, "r")}


def _check_own(who: Principal) -> None:
    if who.role is not Role.PATIENT or who.purpose != Purpose.PATRQT:
        raise Forbidden(
            "Only the patient is shown the log of accesses of another house.",
            german="Das Protokoll eines anderen Hauses wird nur der Patientin oder dem Patienten gezeigt.",
        )
