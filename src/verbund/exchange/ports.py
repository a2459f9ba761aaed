"""What the exchange needs of a node's gate to patient data (`verbund.access` has it)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verbund.audit import Agent, Event, Page
from verbund.consent import Decision
from verbund.identity import Principal


@dataclass(frozen=True, slots=True)
class RemoteAsker:
    """A person of another house, whose word for it is that house's signature."""

    site: str
    person: Agent
    role: str
    organisation_kind: str


class ReleasedItem(Protocol):
    """One resource that goes out (the store's `Stored`)."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def updated(self) -> datetime: ...
    @property
    def date(self) -> datetime | None: ...
    @property
    def body(self) -> bytes: ...


class Release(Protocol):
    """What the gate releases to another house."""

    @property
    def decision(self) -> Decision: ...
    @property
    def items(self) -> Sequence[ReleasedItem]: ...


class Record(Protocol):
    """A record of the own house."""

    @property
    def decision(self) -> Decision: ...
    @property
    def resources(self) -> Sequence[ReleasedItem]: ...


class Gate(Protocol):
    """The one way to patient data; decides and audits whatever is asked through it."""

    async def record(self, who: Principal, patient_id: str) -> Record:
        """The record of the own house, for one of its own people."""

    async def release(
        self, remote: RemoteAsker, purpose: str, patient_ids: Sequence[str], stated_reason: str | None
    ) -> Release:
        """What of these patients' data goes to another house."""

    async def accesses(self, who: Principal, patient_id: str, count: int, before: int | None) -> Page:
        """Who looked at a patient's record in this house."""

    async def apply_remote_consent(self, site: str, patient_ids: Sequence[str], consent: bytes) -> None:
        """Take over what the patient stated at another house."""


class Audit(Protocol):
    """The node's log."""

    async def record(self, *events: Event) -> None:
        """Log, durable when it returns."""
