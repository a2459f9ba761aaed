"""What every part of the gate stands on: store, log, consents, and who this house is."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verbund.access.model import AsWritten, NotSubscribing, Rewriting, Subscribing
from verbund.access.treating import Relations, Treatment
from verbund.audit import AuditLog
from verbund.config import Clock
from verbund.consent import CareConsent
from verbund.consent.index import ConsentIndex, Statements
from verbund.fhir import decode, index
from verbund.store import Stored

if TYPE_CHECKING:
    from verbund.store import Store

_MOST_NAMES = 200_000
_PATIENT = re.compile(rb'"reference"\s*:\s*"Patient/([A-Za-z0-9.-]{1,64})')


class Names:
    """The ids of patients behind their hashes, as far as they have been met: the log tells of patients by id."""

    def __init__(self, key_of: Callable[[str], int]) -> None:
        self._key_of = key_of
        self._ids: dict[int | None, str] = {}

    @property
    def met(self) -> Mapping[int | None, str]:
        """The ids that were met, by hash."""
        return self._ids

    def of(self, stored: Stored) -> str | None:
        """The id of the patient whose resource this is; None for a resource of no patient or a deleted one unmet."""
        if stored.patient is None:
            return None
        known = self._ids.get(stored.patient)
        if known is None and stored.body:
            known = stored.id if stored.type == "Patient" else self._named(stored)
            self.learn(stored.patient, known)
        return known

    def _named(self, stored: Stored) -> str | None:
        """The patient to whom a resource refers: the one whose hash its row has."""
        for name in map(bytes.decode, _PATIENT.findall(stored.body)):
            if self._key_of(name) == stored.patient:
                return name
        return index(decode(stored.body)).patient

    def learn(self, patient: int | None, identity: str | None) -> None:
        """Remember an id that was met."""
        if patient is None or identity is None:
            return
        if len(self._ids) >= _MOST_NAMES:
            self._ids.clear()
        self._ids[patient] = identity

    def known(self, patient: int | None) -> str | None:
        """The id behind a hash, if it was met."""
        return None if patient is None else self._ids.get(patient)


@dataclass(frozen=True, slots=True)
class Ground:
    """The services behind the gate and the rules of this node."""

    store: "Store"
    audit: AuditLog
    consents: ConsentIndex
    clock: Clock
    emergency_allowed: bool
    title: str = ""
    terms: Rewriting = field(default_factory=AsWritten)
    treatment: Treatment = field(default_factory=Treatment)
    relations: Relations | None = None
    subscribing: Subscribing = field(default_factory=NotSubscribing)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", Names(self.store.patient_key))

    @property
    def site(self) -> str:
        """The id of this house."""
        return self.consents.house.site

    async def statements(self, patient_id: str) -> Statements:
        """All consents of a patient."""
        return await self.consents.of_patient(self.store.patient_key(patient_id))

    async def care(self, patient_id: str) -> tuple[CareConsent, ...]:
        """The consents on care of a patient."""
        return (await self.statements(patient_id)).care
