"""Which house speaks for a patient who signs in elsewhere (ADR 4): a claim is an act, and the patient's log has it."""

from verbund.access.ground import Ground
from verbund.audit import Agent, Event
from verbund.consent import Purpose
from verbund.consent.rules import ASKING_KINDS
from verbund.database import Connection
from verbund.errors import Forbidden


async def check_home(
    ground: Ground, connection: Connection, patient_id: str, site: str, *, title: str | None = None
) -> None:
    """Let the house where the patient signs in pass; Forbidden for every other.

    Where no house is known yet this one is taken down, and the log says so in the same transaction, by its title where
    that is known.
    """
    key = ground.store.patient_key(patient_id)
    if await ground.consents.claim_home(connection, key, site):
        await ground.audit.append(connection, (_claimed(ground, patient_id, site, title or site),))
    elif not await ground.consents.is_home(connection, key, site):
        raise Forbidden(
            "Only the house where the patient signs in may speak for the patient here.",
            german="Nur das Haus, in dem die Patientin oder der Patient sich anmeldet, darf das hier tun.",
        )


def check_kind(kind: str | None) -> None:
    """Refuse (Forbidden) the hub and houses of unknown kinds; None where who calls has checked that already."""
    if kind is not None and kind not in ASKING_KINDS:
        raise Forbidden(
            "Houses of this kind ask for nothing and decide nothing.",
            german="Häuser dieser Art fragen nichts ab und entscheiden nichts.",
        )


def _claimed(ground: Ground, patient_id: str, site: str, title: str) -> Event:
    return Event(
        kind="consent",
        action="C",
        at=ground.clock(),
        agent=Agent(site, title, "system", site, title),
        purpose=Purpose.PATRQT,
        patient_id=patient_id,
        entities=(f"Patient/{patient_id}",),
        reason_de=f"Das Haus {title} sagt, dass die Patientin oder der Patient sich dort anmeldet; "
        "von jetzt an spricht nur dieses Haus für sie oder ihn.",
        reason_en=f"The house {title} says that the patient signs in there; from now on no other speaks for them.",
    )
