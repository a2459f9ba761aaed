"""A node's gate on a fresh database, with people to ask through it and a little record to ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from verbund import access, audit, consent, store
from verbund.access import Gate, Relations, RemoteAsker, Treatment, Write, Written
from verbund.access.ground import Ground
from verbund.audit import Agent, AuditLog, LoggedEvent
from verbund.consent import CareConsent, Party, Provision, Purpose, to_fhir
from verbund.consent.index import MIGRATIONS, ConsentIndex
from verbund.consent.projecting import House
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.identity import Principal, Role, Scopes
from verbund.store import Store, Vault

HERE, KIND, TITLE = "uniklinikum", "university-hospital", "Universitätsklinikum"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
Json = dict[str, Any]


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Node:
    """What a test asks through, and what it looks behind with."""

    database: Database
    store: Store
    log: AuditLog
    consents: ConsentIndex
    gate: Gate
    clock: Clock
    vault: Vault

    async def put(self, *resources: Json) -> tuple[Written, ...]:
        """Write resources as the operator."""
        writes = [Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in resources]
        return await self.gate.commit(OPERATOR, writes, check_references=False)

    async def events(self, patient_id: str) -> Sequence[LoggedEvent]:
        """What the log says of a patient, oldest first."""
        return list(reversed((await self.log.of_patient(patient_id, count=1000)).items))

    async def close(self) -> None:
        await self.log.close()
        await self.store.close()


# All staff treat all patients, as in a practice: for tests of what does not hang on who treats whom.
EVERYBODY = Treatment("house")


async def opened(
    database: Database,
    *,
    emergency_allowed: bool = True,
    treatment: Treatment = EVERYBODY,
    keys: NodeKeys | None = None,
) -> Node:
    """A node whose database is migrated and empty."""
    await migrate(database, [store.MIGRATIONS, audit.MIGRATIONS, MIGRATIONS, access.MIGRATIONS])
    keys, clock = keys or NodeKeys.generate(), Clock()
    vault = Vault(database, keys)
    index = ConsentIndex(database, vault, keys, House(HERE, KIND))
    relations = Relations(database, vault, keys)
    resources = await Store.open(
        database, keys, classify=consent.classify, projections=(index, relations), clock=clock, vault=vault
    )
    log = await AuditLog.open(database, vault, keys, clock=clock)
    gate = Gate(
        Ground(resources, log, index, clock, emergency_allowed, TITLE, treatment=treatment, relations=relations)
    )
    return Node(database, resources, log, index, gate, clock, vault)


def principal(role: Role, purpose: str | None = None, patient_id: str | None = None, **changes: Any) -> Principal:
    """Somebody of this house with all that the role may have."""
    asked = purpose or role.purpose
    return replace(
        Principal(f"{role}-1", f"Name of {role}", role, HERE, TITLE, patient_id, role.scopes, asked), **changes
    )


OPERATOR = principal(Role.SYSTEM)
DOCTOR = principal(Role.PHYSICIAN)
NURSE = principal(Role.NURSE)
PATIENT = principal(Role.PATIENT, patient_id="7")
OTHER_PATIENT = principal(Role.PATIENT, patient_id="8")
RESEARCHER = principal(Role.RESEARCHER)
STEWARD = principal(Role.STEWARD)
ADMINISTRATOR = principal(Role.ADMINISTRATOR)
NOBODY = principal(Role.PHYSICIAN, scopes=Scopes())


def asker(
    site: str = "praxis", role: str = "physician", kind: str = "practice", title: str = "Praxis Dr. Weber"
) -> RemoteAsker:
    """Somebody of another house."""
    return RemoteAsker(site, Agent("weber", "Dr. Weber", role, site, title), role, kind)


def patient(identity: str = "7", **more: object) -> Json:
    return {
        "resourceType": "Patient",
        "id": identity,
        "name": [{"family": "Kessler", "given": ["Ruth"]}],
        "gender": "female",
        "birthDate": "1951-02-03",
        **more,
    }


def observation(identity: str, patient_id: str = "7", category: str = "laboratory", **more: object) -> Json:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "category": [{"coding": [{"system": OBSERVATION, "code": category}]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": "2026-04-01",
        **more,
    }


def condition(identity: str, patient_id: str = "7", code: str = "I10.90") -> Json:
    return {
        "resourceType": "Condition",
        "id": identity,
        "code": {"coding": [{"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": code}]},
        "subject": {"reference": f"Patient/{patient_id}"},
        "recordedDate": "2026-04-01",
    }


def organization(identity: str) -> Json:
    return {"resourceType": "Organization", "id": identity, "name": "Praxis"}


def care_consent(
    *exceptions: Provision, patient_id: str = "7", identity: str = "c", stated: datetime | None = None
) -> Json:
    """A consent that permits the practice to see everything for treatment, less the exceptions."""
    permit = Provision(
        permit=True, recipients=(Party("praxis"),), purposes=frozenset({Purpose.TREAT}), exceptions=exceptions
    )
    root = Provision(permit=False, exceptions=(permit,))
    return to_fhir(CareConsent(identity, patient_id, stated or NOW - timedelta(days=1), root))


def withdrawal(*, patient_id: str = "7", identity: str = "c", stated: datetime | None = None) -> Json:
    """A consent that refuses everything."""
    return to_fhir(CareConsent(identity, patient_id, stated or NOW, Provision(permit=False)))
