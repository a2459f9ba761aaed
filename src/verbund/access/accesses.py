"""Who looked at a patient's record: for the patient."""

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.audit import Page
from verbund.consent import Purpose, Sentence
from verbund.errors import Forbidden, NotFound
from verbund.identity import Principal, Role

_OWN = Sentence("Einsicht in das eigene Zugriffsprotokoll.", "The patient looked at the log of accesses.")


async def accesses(ground: Ground, who: Principal, patient_id: str, count: int, before: int | None) -> Page:
    """The accesses to a patient's record in this house, newest first; a look at the log is logged as well.

    A patient of another house is shown them too, when it is the house where the patient signs in.
    """
    if who.organisation == ground.site:
        await view(ground, who, Interaction.ACCESSES, "Patient")
    else:
        await _check_home(ground, who, patient_id)
    if who.role is Role.PATIENT and who.patient_id != patient_id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")
    page = await ground.audit.of_patient(patient_id, count=count, before=before)
    await ground.audit.record(event(ground, who, "access-log", "R", _OWN, patient_id=patient_id))
    return page


async def _check_home(ground: Ground, who: Principal, patient_id: str) -> None:
    own = who.role is Role.PATIENT and who.purpose == Purpose.PATRQT
    if not own or not await ground.consents.is_home(ground.store.patient_key(patient_id), who.organisation):
        raise Forbidden(
            "Only the house where the patient signs in may show the log of accesses.",
            german="Nur das Haus, in dem die Patientin oder der Patient sich anmeldet, darf das Protokoll zeigen.",
        )
