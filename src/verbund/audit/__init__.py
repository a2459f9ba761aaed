"""Who did what to whose data, why, on which permission; append-only and provable."""

from pathlib import Path

from verbund.audit.heads import SignedHead
from verbund.audit.log import AuditLog, Companion
from verbund.audit.model import Action, Agent, Event, Kind, LoggedEvent, Page
from verbund.audit.proof import Verdict
from verbund.audit.resources import to_fhir

MIGRATIONS = ("audit", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "Action",
    "Agent",
    "AuditLog",
    "Companion",
    "Event",
    "Kind",
    "LoggedEvent",
    "Page",
    "SignedHead",
    "Verdict",
    "to_fhir",
]
