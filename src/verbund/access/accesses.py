"""Who looked at a patient's record: for the patient."""

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.homes import check_home, check_kind
from verbund.access.rules import Interaction
from verbund.access.views import check_whole, view
from verbund.audit import Page
from verbund.consent import Purpose, Sentence
from verbund.errors import Forbidden, NotFound
from verbund.identity import Principal, Role

_OWN = Sentence("Einsicht in das eigene Zugriffsprotokoll.", "The patient looked at the log of accesses.")


async def accesses(
    ground: Ground, who: Principal, patient_id: str, count: int, before: int | None, *, kind: str | None = None
) -> Page:
    """The accesses to a patient's record in this house, newest first; a look at the log is logged as well.

    A patient of another house is shown them too, when it is the house where the patient signs in;
    the first house that says so is, and that it said so is in the log. `kind` is the kind of the other house.
    """
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
            await check_home(ground, connection, patient_id, who.organisation)
    page = await ground.audit.of_patient(patient_id, count=count, before=before)
    await ground.audit.record(event(ground, who, "access-log", "R", _OWN, patient_id=patient_id))
    return page


def _check_own(who: Principal) -> None:
    if who.role is not Role.PATIENT or who.purpose != Purpose.PATRQT:
        raise Forbidden(
            "Only the patient is shown the log of accesses of another house.",
            german="Das Protokoll eines anderen Hauses wird nur der Patientin oder dem Patienten gezeigt.",
        )
