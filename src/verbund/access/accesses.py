"""Who looked at a patient's record: for the patient."""

from collections.abc import Sequence

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.model import RemoteAsker
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.audit import Event, LoggedEvent, Page
from verbund.consent import Purpose, Sentence
from verbund.errors import Forbidden, NotFound
from verbund.identity import Principal, Role

_OWN = Sentence("Einsicht in das eigene Zugriffsprotokoll.", "The patient looked at the log of accesses.")


async def accesses(ground: Ground, who: Principal, patient_id: str, count: int, before: int | None) -> Page:
    """The accesses to a patient's record in this house, newest first; a look at the log is logged as well."""
    await view(ground, who, Interaction.ACCESSES, "Patient")
    if who.role is Role.PATIENT and who.patient_id != patient_id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
    page = await ground.audit.of_patient(patient_id, count=count, before=before)
    await ground.audit.record(event(ground, who, "access-log", "R", _OWN, patient_id=patient_id))
    return page


async def remote_accesses(
    ground: Ground, remote: RemoteAsker, patient_ids: Sequence[str], count: int, before: int | None
) -> Page:
    """The same for the house where the patient signs in; Forbidden for any other."""
    if not remote.own_record:
        raise Forbidden("The log of accesses is shown to the patient only.")
    found: list[LoggedEvent] = []
    following: list[int] = []
    for patient_id in patient_ids:
        if not await ground.consents.is_home(ground.store.patient_key(patient_id), remote.site):
            raise Forbidden("Only the house where the patient signs in may show the log of accesses.")
        page = await ground.audit.of_patient(patient_id, count=count, before=before)
        found += page.items
        following += [] if page.before is None else [page.before]
        await ground.audit.record(_looked(ground, remote, patient_id))
    newest = sorted(found, key=lambda logged: logged.sequence, reverse=True)[:count]
    more = bool(following) or len(newest) < len(found)
    return Page(tuple(newest), newest[-1].sequence if more and newest else None)


def _looked(ground: Ground, remote: RemoteAsker, patient_id: str) -> Event:
    return Event(
        kind="access-log",
        action="R",
        at=ground.clock(),
        agent=remote.person,
        purpose=Purpose.PATRQT,
        patient_id=patient_id,
        reason_de=_OWN.de,
        reason_en=_OWN.en,
    )
