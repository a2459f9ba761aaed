"""The proof of one access, for the patient to keep and to check without this house."""

from verbund.access.accesses import check_asker
from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.audit import rendered
from verbund.consent import Sentence
from verbund.identity import Principal

_PROVEN = Sentence("Nachweis eines Zugriffs ausgestellt.", "The proof of an access was issued.")


async def proof_of(ground: Ground, who: Principal, patient_id: str, sequence: int, *, kind: str | None = None) -> bytes:
    """The file that proves one event about a patient; that it was asked for is logged as well.

    For whoever may look at the log of the patient (see `accesses.accesses`). NotFound for an event about others, Gone
    after the patient was erased, Unsupported for an event that a former version logged.
    """
    await check_asker(ground, who, patient_id, kind)
    proof = await ground.audit.prove(patient_id, sequence, site=ground.site)
    entities = (f"AuditEvent/{sequence}.{patient_id}",)
    await ground.audit.record(event(ground, who, "access-log", "R", _PROVEN, patient_id=patient_id, entities=entities))
    return rendered(proof)
