"""Who did what to whose data, why, on which permission; append-only and provable."""

from pathlib import Path

from verbund.audit.archiving import Range
from verbund.audit.evidence import Examined, Proof, examine, rendered
from verbund.audit.heads import Cosignature, SignedHead, append_head, cosigned, read_heads
from verbund.audit.log import AuditLog, Companion
from verbund.audit.model import Action, Agent, Event, Kind, LoggedEvent, Page
from verbund.audit.proof import Verdict
from verbund.audit.resources import to_fhir
from verbund.audit.witnessing import Alarm, Witness

MIGRATIONS = ("audit", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "Action",
    "Agent",
    "Alarm",
    "AuditLog",
    "Companion",
    "Cosignature",
    "Event",
    "Examined",
    "Kind",
    "LoggedEvent",
    "Page",
    "Proof",
    "Range",
    "SignedHead",
    "Verdict",
    "Witness",
    "append_head",
    "cosigned",
    "examine",
    "read_heads",
    "rendered",
    "to_fhir",
]
