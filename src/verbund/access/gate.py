"""The gate: every way to a patient's data is a method here."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from verbund.access import (
    accesses,
    consenting,
    counting,
    explaining,
    exporting,
    loading,
    opening,
    persons,
    proofs,
    reading,
    releasing,
    snapshots,
    spanning,
    watching,
    writing,
)
from verbund.access.accesses import EVERY_LOOK, Looks
from verbund.access.everything import everything, of_encounter
from verbund.access.ground import Ground
from verbund.access.model import Asker, AsWritten, NotSubscribing, Record, Release, Rewriting, Subscribing
from verbund.access.opening import Opened, Openings, Sought
from verbund.access.persons import PersonChange
from verbund.access.snapshots import Selection
from verbund.access.treating import Relations, Treatment
from verbund.audit import AuditLog, Page
from verbund.config import Clock, NodeConfig, utc_now
from verbund.consent import ActorRef, Decision, Purpose
from verbund.consent.index import ConsentIndex
from verbund.consent.research import ResearchPermission
from verbund.fhir import Parameters, PatientSet, SearchQuery
from verbund.identity import Principal
from verbund.store import Chunk, Companion, Extent, HistoryPage, LoadReport, SearchPage, Slice, Stored, Write, Written

if TYPE_CHECKING:
    from verbund.store import Store


@dataclass(frozen=True, slots=True)
class Gate:
    """Who + consent + purpose → a patient's record, opened and audited.

    Every method checks the token's scopes and the table of `access.rules`, lets the consent decide where it speaks,
    gives the decision to the store as a filter on every row it touches, and has the log entry on disk before it answers
    (writes: in the same transaction). What must not be seen is NotFound, as if it were not there. Errors are those of
    `verbund.errors`.
    """

    ground: Ground

    @classmethod
    def open(
        cls,
        store: "Store",
        audit: AuditLog,
        consents: ConsentIndex,
        config: NodeConfig,
        *,
        clock: Clock = utc_now,
        terms: Rewriting | None = None,
        subscribing: Subscribing | None = None,
        relations: Relations | None = None,
    ) -> "Gate":
        """The gate of a node with these settings; `terms` knows what searches by value set and hierarchy mean.

        `subscribing` is told of the Subscriptions that are written, `relations` knows who treats whom: without it,
        where staff see whom they treat only, they see nobody.
        """
        ground = Ground(
            store,
            audit,
            consents,
            clock,
            config.emergency_access,
            config.title,
            terms=terms or AsWritten(),
            subscribing=subscribing or NotSubscribing(),
            treatment=Treatment.of(config),
            relations=relations,
        )
        return cls(ground)

    @property
    def asks_for_treatment(self) -> bool:
        """Whether staff of this house see only whom they treat."""
        return self.ground.treatment.rule == "relation"

    @property
    def known(self) -> Parameters:
        """The search parameters of the node, as they were when `parameters` was last called."""
        return self.ground.store.known

    async def parameters(self) -> Parameters:
        """The search parameters of the node, those that were added among them, as of at most a second ago."""
        return await self.ground.store.parameters()

    async def read(self, who: Principal, resource_type: str, resource_id: str, /) -> Stored:
        """The present version of a resource."""
        return await reading.read(self.ground, who, resource_type, resource_id)

    async def read_together(self, asked: Sequence[tuple[Principal, str, str]], /) -> Sequence[Stored | None]:
        """The present version of the resource of a type and an id for each who asks; None where `read` must be asked.

        What is given is as `read` gives it; what is None has neither been given nor refused, nor is it in the log.
        """
        return await reading.read_together(self.ground, asked)

    async def vread(self, who: Principal, resource_type: str, resource_id: str, version: int, /) -> Stored:
        """One version of a resource."""
        return await reading.vread(self.ground, who, resource_type, resource_id, version)

    async def history(
        self,
        who: Principal,
        resource_type: str,
        resource_id: str,
        /,
        *,
        count: int = 50,
        before_version: int | None = None,
    ) -> HistoryPage:
        """Versions of a resource, newest first."""
        return await reading.history(
            self.ground, who, resource_type, resource_id, count=count, before_version=before_version
        )

    async def history_of(
        self,
        who: Principal,
        resource_type: str | None,
        resource_id: str | None,
        /,
        *,
        since: datetime | None = None,
        at: tuple[datetime, datetime] | None = None,
        count: int = 50,
        cursor: str | None = None,
    ) -> HistoryPage:
        """Versions of a resource, of a type, or of all types that may be searched, newest first.

        Those made at or after `since`, and those that were current at some time of `at`, from the first moment and
        before the second.
        """
        return await reading.history_of(
            self.ground, who, resource_type, resource_id, since=since, at=at, count=count, cursor=cursor
        )

    def searchable(self, who: Principal, types: Sequence[str] | None = None, /) -> tuple[str, ...]:
        """Those of these types, or of all, that may be searched."""
        return spanning.searchable(self.ground, who, types)

    async def search(self, who: Principal, query: SearchQuery, /, *, cursor: str | None = None) -> SearchPage:
        """A page of what matches and may be seen; totals and pages count nothing else."""
        return await reading.search(self.ground, who, query, cursor)

    async def commit(
        self,
        who: Principal,
        writes: Sequence[Write],
        /,
        *,
        check_references: bool = True,
        companions: Sequence[Companion] = (),
    ) -> tuple[Written, ...]:
        """Carry out all writes, or none, with the companions in the same transaction; durable when it returns."""
        return await writing.commit(self.ground, who, writes, check_references=check_references, companions=companions)

    async def load(
        self,
        who: Principal,
        units: Iterable[tuple[Write, ...] | Chunk],
        /,
        *,
        progress: Callable[[int], None] | None = None,
    ) -> LoadReport:
        """Load units of writes in bulk, each all or nothing; what is refused is reported."""
        return await loading.load(self.ground, who, units, progress)

    def export(self, who: Principal, *types: str) -> AsyncIterator[Mapping[str, list[bytes]]]:
        """The JSON of all present resources of these types, or of all, page by page, by type."""
        return exporting.export(self.ground, who, *types)

    async def record(self, who: Principal, patient_id: str) -> Record:
        """A patient's whole record in this house, newest first."""
        return await reading.record(self.ground, who, patient_id)

    async def begin_export(self, who: Principal, types: Sequence[str], request: str, /) -> datetime:
        """The moment that an export begun now shows."""
        return await snapshots.begin(self.ground, who, types, request)

    async def export_slices(self, who: Principal, types: Collection[str], at: datetime, /, *, size: int) -> list[Slice]:
        """Slices of about `size` resources that together hold the types as they were at the moment."""
        return await snapshots.slices(self.ground, who, types, at, size)

    def export_slice(self, who: Principal, part: Slice, selection: Selection, /) -> AsyncIterator[list[bytes]]:
        """The JSON of what of a slice may be seen now, in batches."""
        return snapshots.read(self.ground, who, part, selection)

    def export_deleted(
        self, who: Principal, types: Sequence[str], selection: Selection, /
    ) -> AsyncIterator[list[Stored]]:
        """What was deleted, in batches."""
        return snapshots.deleted(self.ground, who, types, selection)

    async def everything(
        self, who: Principal, patient_id: str, extent: Extent, /, *, count: int, cursor: str | None
    ) -> SearchPage:
        """A page of a patient's record, with what it refers to."""
        return await everything(self.ground, who, patient_id, extent, count=count, cursor=cursor)

    async def everything_of_encounter(
        self, who: Principal, encounter_id: str, extent: Extent, /, *, count: int, cursor: str | None
    ) -> SearchPage:
        """A page of what belongs to an encounter, with what it refers to."""
        return await of_encounter(self.ground, who, encounter_id, extent, count=count, cursor=cursor)

    async def open_record(self, who: Principal, patient: str | Sought, reason: str, /) -> Opened:
        """Open the record of a patient whom somebody of the house does not treat, with a reason, for some time."""
        return await opening.open_record(self.ground, who, patient, reason)

    async def openings(self, who: Principal, /, *, count: int = 50, before: int | None = None) -> Openings:
        """Records that staff have opened without treating the patient, the latest first, for the house's steward."""
        return await opening.openings(self.ground, who, count, before)

    async def release(
        self, remote: Asker, purpose: str, patient_ids: Sequence[str], stated_reason: str | None = None
    ) -> Release:
        """What another house gets of a person's record."""
        return await releasing.release(self.ground, remote, purpose, patient_ids, stated_reason)

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
        """Who looked at a patient's record here, newest first; `kind` is that of the other house that asks."""
        return await accesses.accesses(self.ground, who, patient_id, count, before, kind=kind, wanted=wanted)

    async def proof_of(self, who: Principal, patient_id: str, sequence: int, /, *, kind: str | None = None) -> bytes:
        """The file that proves one access to a patient's record; `kind` is that of the other house that asks."""
        return await proofs.proof_of(self.ground, who, patient_id, sequence, kind=kind)

    async def entries(self, who: Principal, references: Iterable[str], /) -> dict[str, Stored]:
        """The entries of the own record that a list of accesses names, as far as the patient may see them."""
        return await accesses.entries(self.ground, who, references)

    async def consents_of(self, who: Principal, patient_id: str) -> tuple[Stored, ...]:
        """The consents of a patient that are kept here, the latest written first."""
        return await consenting.consents_of(self.ground, who, patient_id)

    async def change_consent(
        self,
        who: Principal,
        patient_id: str,
        resource: Mapping[str, Any] | bytes,
        *,
        if_version: int | None = None,
        companions: Sequence[Companion] = (),
        beside: Sequence[Write] = (),
    ) -> Written:
        """Put a patient's decision on care in place of the one before, with what is written beside it."""
        return await consenting.change_consent(
            self.ground, who, patient_id, resource, if_version=if_version, companions=companions, beside=beside
        )

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
        """Take over what the home house, of that kind and title, has sent; an older decision changes nothing."""
        await consenting.apply_remote_consent(
            self.ground, site, patient_ids, consent, companions, kind=kind, title=title
        )

    async def follow_persons(
        self, changes: Sequence[PersonChange], at: datetime, companions: Sequence[Companion] = ()
    ) -> None:
        """Bring consents in line with what the trust centre decided: one person, or two; for the node itself."""
        await persons.follow(self.ground, changes, at, companions)

    async def share_consent(self, stated: Mapping[str, Any], patient_ids: Sequence[str]) -> None:
        """Let what a patient said hold for the other records that this house keeps of the same person."""
        await persons.share(self.ground, stated, patient_ids)

    async def count_patients(
        self, who: Principal, patients: PatientSet, *, all_patients: bool = False, query: str = ""
    ) -> int:
        """How many patients are in a set, over those who consent to research or over everybody."""
        return await counting.count_patients(self.ground, who, patients, all_patients=all_patients, query=query)

    async def medication_ids(self, who: Principal, query: SearchQuery, most: int) -> tuple[str, ...]:
        """The ids of shared Medications that fit a search."""
        return await counting.medication_ids(self.ground, who, query, most)

    async def explain(
        self,
        who: Principal,
        actor: ActorRef,
        patient_id: str,
        purpose: Purpose,
        *,
        at: datetime | None = None,
        stated_reason: str | None = None,
    ) -> Decision:
        """Why an actor would or would not be given a patient's record of this house."""
        return await explaining.explain(
            self.ground, who, actor, patient_id, purpose, at=at, stated_reason=stated_reason
        )

    async def explain_research(
        self, who: Principal, patient_id: str, *, at: datetime | None = None
    ) -> ResearchPermission:
        """What research may use of a patient, and why."""
        return await explaining.explain_research(self.ground, who, patient_id, at)

    async def versions(self, who: Principal, resource_type: str, resource_id: str, version: int, /) -> Sequence[Stored]:
        """A version and the one before it, as far as `who` may see them now; for the node itself, and not logged."""
        return await watching.versions(self.ground, who, resource_type, resource_id, version)

    async def fits(self, who: Principal, query: SearchQuery, stored: Stored, /) -> bool:
        """Whether a version fits a search; for the node itself, and not logged."""
        return await watching.fits(self.ground, who, query, stored)

    async def restate(self, who: Principal, subscription_id: str, write: Write, /) -> None:
        """Write the state of a Subscription, which nobody but the node changes to active. NotFound where it is gone."""
        await watching.restate(self.ground, who, subscription_id, write)
