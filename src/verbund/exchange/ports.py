"""What the exchange needs of its node: a gate to patient data (`verbund.access.Gate` is one) and a log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from verbund.access import EVERY_LOOK, Companion, Looks, PersonChange, Record, Release, RemoteAsker
from verbund.audit import Event, Page
from verbund.identity import Principal


class Gate(Protocol):
    """The one way to patient data; decides and audits whatever is asked through it."""

    async def record(self, who: Principal, patient_id: str) -> Record:
        """The record of the own house, for one of its own people."""

    async def release(
        self, remote: RemoteAsker, purpose: str, patient_ids: Sequence[str], stated_reason: str | None = None
    ) -> Release:
        """What another house gets of a person's record."""

    async def accesses(
        self,
        who: Principal,
        patient_id: str,
        count: int = 50,
        before: int | None = None,
        *,
        kind: str | None = None,
        wanted: Looks = EVERY_LOOK,
    ) -> Page:
        """Who looked at a patient's record here, newest first; also for the patient signed in at the home house, which
        is of that kind."""

    async def proof_of(self, who: Principal, patient_id: str, sequence: int, /, *, kind: str | None = None) -> bytes:
        """The file that proves one of those accesses."""

    async def apply_remote_consent(
        self,
        site: str,
        patient_ids: Sequence[str],
        consent: bytes,
        companions: Sequence[Companion] = (),
        *,
        kind: str | None = None,
        title: str | None = None,
    ) -> None:
        """Take over what the patient stated at the home house, of that kind, with the companions in the same
        transaction."""

    async def follow_persons(
        self, changes: Sequence[PersonChange], at: datetime, companions: Sequence[Companion] = ()
    ) -> None:
        """Bring consents in line with what the trust centre decided, with the companions in the same transaction."""

    async def share_consent(self, stated: Mapping[str, Any], patient_ids: Sequence[str]) -> None:
        """Let a statement hold for the other records that this house keeps of the same person."""


class Audit(Protocol):
    """The node's log."""

    async def record(self, *events: Event) -> None:
        """Log, durable when it returns."""
