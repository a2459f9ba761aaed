"""The store of one node: what others call."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Self

from verbund.config import Clock, utc_now
from verbund.crypto import Hasher, NodeKeys
from verbund.database import Database
from verbund.fhir import Parameters, PatientSet, Resource, SearchQuery, type_name
from verbund.store.ahead import Loadable
from verbund.store.bodies import Bodies
from verbund.store.bulk import Plan
from verbund.store.cohorts import Cohorts
from verbund.store.committing import Committer
from verbund.store.compartments import Compartments, Extent
from verbund.store.conditions import Conditions
from verbund.store.cursor import Cursors
from verbund.store.frequencies import Frequencies
from verbund.store.growing import SHARE as GROW_SHARE
from verbund.store.growing import Grower
from verbund.store.histories import Asked, Histories
from verbund.store.indexing import Indexer
from verbund.store.keyed import of_keys
from verbund.store.lines import Lines
from verbund.store.loading import Loader
from verbund.store.loading import Progress as LoadProgress
from verbund.store.maintenance import Maintenance
from verbund.store.model import (
    BatchCompanion,
    HistoryPage,
    LoadReport,
    Projection,
    SearchPage,
    Stored,
    Unit,
    Written,
)
from verbund.store.pouring import Tools, followed_types
from verbund.store.preparing import Check, Preparer
from verbund.store.reading import Reader
from verbund.store.records import Records
from verbund.store.registry import Condition, Registry, SearchParameters
from verbund.store.rehoming import Rehoming
from verbund.store.reindexing import SHARE, Progress, Reindexer
from verbund.store.rowfilter import EVERYTHING, RowFilter, and_, known_at
from verbund.store.searching import Searcher
from verbund.store.snapshots import Snapshots
from verbund.store.streaming import stream
from verbund.store.units import units_met
from verbund.store.vault import Vault
from verbund.store.ways import Scope
from verbund.store.writing import Writer

HISTORY_BY_DEFAULT = 50


class Store:
    """Every version of every resource of a node, sealed.

    Reads see every write that was acknowledged before; a unit takes effect whole or not at all; what is acknowledged is
    on disk. Several stores, also in other processes, may share one database. Every read takes a `RowFilter` that says
    what the asker may see; what is filtered out is as if it were not there.

    Errors are those of `verbund.errors`: Unavailable when the database is gone, Interrupted when it went away and
    nothing took effect.
    """

    def __init__(
        self,
        database: Database,
        keys: NodeKeys,
        *,
        classify: Callable[[Resource], int],
        projections: Sequence[Projection],
        clock: Clock,
        vault: Vault,
        check: Check | None = None,
        invariants: bool = False,
    ) -> None:
        self._database = database
        self.hasher = Hasher(keys.index)
        self.vault = vault
        self._frequencies = Frequencies()
        self._indexer = Indexer(self.hasher, classify)
        self._bodies = Bodies(self.vault)
        self._records = Records(self.vault, self._bodies)
        self._registry = Registry(database, self._indexer)
        projections = (SearchParameters(), *projections)
        self._searcher = Searcher(
            database,
            self._indexer,
            self._records,
            Cursors(keys.index),
            self._frequencies,
            registry=self._registry,
        )
        self._histories = Histories(database, self._indexer, self._records, Cursors(keys.index))
        self._reader = Reader(database, self._indexer, self._records)
        self._lines = Lines(database, self.vault, self._bodies)
        self.snapshots = Snapshots(database, self._records, self._lines)
        self._compartments = Compartments(database, self._indexer, self._records, Cursors(keys.index))
        content_key = blake2b(keys.index, digest_size=32, person=b"verbund content").digest()
        preparer = Preparer(self._indexer, content_key, self._searcher.find, check, invariants=invariants)
        writer = Writer(
            indexer=self._indexer,
            vault=self.vault,
            bodies=self._bodies,
            records=self._records,
            projections=projections,
            find=self._searcher.find,
        )
        self._maintenance = Maintenance(database, self._records, self._bodies, self._frequencies)
        conditions = Conditions(self._searcher.find, self._reader.current)
        self._committer = Committer(
            database, conditions, preparer, writer, clock, registry=self._registry, vault=self.vault
        )
        tools = Tools(
            database, preparer, writer, self._committer, self.vault, self._bodies, projections, self._registry
        )
        plan = Plan(keys.index, content_key, classify, followed_types(projections), invariants)
        rehoming = Rehoming(self._indexer, self.vault, self._bodies)
        self._reindexer = Reindexer(database, self._registry, self._indexer, self._records, writer, rehoming=rehoming)
        self._grower = Grower(database, self._registry, self._indexer, self._lines, writer, plan)
        self._loader = Loader(tools, plan, self._maintenance)

    @classmethod
    async def open(
        cls,
        database: Database,
        keys: NodeKeys,
        *,
        classify: Callable[[Resource], int],
        projections: Sequence[Projection] = (),
        clock: Clock = utc_now,
        vault: Vault | None = None,
        check: Check | None = None,
        invariants: bool = False,
    ) -> Self:
        """Open the store of a migrated database. `classify` gives each resource its categories as a bit mask.

        `vault` is the one that others of this process use too, so that they share what it keeps in memory.
        What `check` refuses (Invalid) is not written, by whatever way it comes; nor, with `invariants`, what breaks one
        of R4's.
        """
        vault = vault or Vault(database, keys)
        store = cls(
            database,
            keys,
            classify=classify,
            projections=projections,
            clock=clock,
            vault=vault,
            check=check,
            invariants=invariants,
        )
        async with database.connection() as connection:
            await store.vault.prepare(connection, [None], make=True)
            await store._bodies.refresh(connection)
            await store._frequencies.refresh(connection)
        await store._registry.current()
        await store._reindexer.ask()
        return store

    async def close(self) -> None:
        """Wait for what is being written, then forget the keys; the database stays open."""
        await self._committer.drained()
        await self.vault.close()

    def patient_key(self, patient_id: str) -> int:
        """The hash by which a patient is known in every table of this node."""
        return self._indexer.patient(patient_id)

    async def read(self, kind: str, identity: str, *, within: RowFilter = EVERYTHING) -> Stored:
        """The current version; NotFound when there is none that may be seen, Gone when it was deleted."""
        return await self._reader.read(kind, identity, within)

    async def owned(self, kind: str, identity: str) -> Stored | None:
        """The current version, whoever asks; None when there is none. For the log: the same statement in any case."""
        return await self._reader.owned(kind, identity)

    async def read_together(
        self, wanted: Sequence[tuple[str, str]], *, within: RowFilter = EVERYTHING
    ) -> list[Stored | None]:
        """The current versions of these types and ids; None where there is none that may be seen, or it was deleted."""
        return await self._reader.read_together(wanted, within)

    async def vread(self, kind: str, identity: str, version: int, *, within: RowFilter = EVERYTHING) -> Stored:
        """One version; NotFound when there is none that may be seen, Gone when it is a deletion."""
        return await self._reader.vread(kind, identity, version, within)

    async def history(
        self,
        kind: str,
        identity: str,
        *,
        count: int = HISTORY_BY_DEFAULT,
        before_version: int | None = None,
        within: RowFilter = EVERYTHING,
    ) -> HistoryPage:
        """Versions that may be seen, newest first, deletions among them; NotFound when there are none."""
        return await self._reader.history(kind, identity, within, count, before_version)

    async def history_of(
        self,
        kind: str | None,
        identity: str | None = None,
        *,
        since: datetime | None = None,
        at: tuple[datetime, datetime] | None = None,
        count: int = HISTORY_BY_DEFAULT,
        cursor: str | None = None,
        within: RowFilter,
    ) -> HistoryPage:
        """A page of the versions of a resource, of a type, or (None) of all, newest first, deletions among them.

        Only those made at or after `since`, and those that were current at some time of `at`, from the first moment and
        before the second (http://hl7.org/fhir/R4/http.html#history). Pages are stable while others write: what was
        there all the while is told exactly once. NotFound for a resource of which nothing may be seen; a forged cursor
        is Incorrect.
        """
        return await self._histories.page(Asked(kind, identity, since, at), within, count=count, cursor=cursor)

    async def search(self, query: SearchQuery, *, within: RowFilter, cursor: str | None = None) -> SearchPage:
        """One page of a search, in the order asked for, newest clinical date first when none is.

        Pages are stable while others write: going through them by their cursors, one meets every resource that fits all
        the while exactly once. A forged cursor is Incorrect; a sort order without an index is Unsupported.
        """
        return await self._searcher.search(query, within, cursor)

    def narrowed_to(self, query: SearchQuery) -> RowFilter:
        """The rows of the type of a search whose present version fits it, as a filter for other statements.

        Unsupported unless the index tells it by keys alone: codes, references and addresses without a modifier.
        """
        return of_keys(query, self._indexer)

    async def count(self, query: SearchQuery, *, within: RowFilter) -> int:
        """How many resources fit that may be seen."""
        return await self._searcher.count(query, within)

    async def compartment(self, patient_id: str, *, within: RowFilter) -> list[Stored]:
        """All current resources of a patient that may be seen, but for Binaries; newest clinical date first."""
        return await self._reader.compartment(patient_id, within)

    async def everything(
        self,
        patient_id: str,
        extent: Extent,
        *,
        within: RowFilter,
        shared: RowFilter,
        count: int,
        cursor: str | None = None,
    ) -> SearchPage:
        """A page of a patient's record, the patient first; `included` is what it refers to, seen through `shared`.

        A forged cursor is Incorrect.
        """
        return await self._compartments.page(
            patient_id, extent, within=within, shared=shared, count=count, cursor=cursor
        )

    async def size_of(self, patient_id: str, *, within: RowFilter) -> int:
        """How many resources of a patient's record may be seen."""
        return await self._compartments.size(patient_id, within=within)

    async def count_patients(self, patients: PatientSet, *, within: RowFilter, at: datetime | None = None) -> int:
        """How many patients are in a set, by the rows that may be seen; with `at`, without what was written later."""
        async with self._database.connection() as connection:
            await self._frequencies.refresh(connection)
            seen = within if at is None else and_(within, known_at(at))
            scope = Scope(self._indexer, self._frequencies, seen, await units_met(connection))
            sql, statement = Cohorts(scope).count(patients)
            return int(await connection.fetchval(sql, *statement.values))

    async def commit(self, unit: Unit) -> tuple[Written, ...]:
        """Carry out a unit, all of it or nothing; on disk when it returns, one result for each write, in their order.

        Outdated when a version or a condition does not hold, Invalid with the path of what breaks a rule or refers to
        nothing, NotFound for the deletion of what is not there, Conflict for what stands against it. Of any number of
        concurrent conditional writes on one criterion exactly one creates; the others find what it made. Content
        that is there already makes no new version. Busy when others keep changing what the unit rests on.
        """
        return await self._committer.commit(unit)

    async def load(
        self,
        units: Iterable[Loadable],
        *,
        progress: LoadProgress | None = None,
        batch_writes: int = 1_000,
        companion: BatchCompanion | None = None,
    ) -> LoadReport:
        """Load much at once, each unit whole or not at all; what is refused is reported, the others load.

        Each piece of a `Chunk` is a unit of its own; so much of it as needs no database is done by other processes.
        `companion` writes in every transaction that changes something.

        A repeated load changes nothing: a create keeps the id of its resource or `urn:uuid:`. References are looked at
        when all is loaded, and those that lead nowhere reported.
        """
        return await self._loader.load(units, progress=progress, batch_writes=batch_writes, companion=companion)

    def stream(
        self, types: Collection[str] | None = None, *, within: RowFilter
    ) -> AsyncIterator[dict[str, list[bytes]]]:
        """The JSON of all current resources of these types (None: all) that may be seen, by type, batch by batch.

        They come in the order of their rows. What was there before the first batch is met; what is written meanwhile
        may or may not be. Memory holds two batches.
        """
        return stream(self._lines, types, within)

    async def reindex(self, types: Collection[str] | None = None, *, share: float = SHARE) -> Progress:
        """Make the index again from the resources, while others read and write; it goes on where it was stopped.

        Of these types, because a search parameter was added; without types, what a new version lays out otherwise, once
        for each database. At most `share` of the time of one process; any number of processes may call this.
        """
        await self._reindexer.ask(types)
        return await self._reindexer.run(share=share)

    @property
    def known(self) -> Parameters:
        """The search parameters that were known here when `parameters` was last called."""
        return self._registry.parameters

    async def parameters(self) -> Parameters:
        """The search parameters that are offered, those that were added among them, as of at most a second ago."""
        return await self._registry.current()

    async def added_parameters(self) -> tuple[Condition, ...]:
        """What became of every SearchParameter that was written, for each resource type that it is for."""
        return await self._registry.states()

    async def grow(self, *, share: float = GROW_SHARE) -> None:
        """Index what was there before search parameters were added, while others read and write.

        It goes on where it was stopped. At most `share` of the time of one process; any number of processes may call
        it, one of them works. Returns when no parameter waits for it, or another process is at it.
        """
        await self._grower.run(share=share)

    async def counts(self) -> dict[str, int]:
        """How many current resources there are, by type."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("select type, count(*) from resource where not deleted group by type")
        return dict(sorted((type_name(row["type"]), row["count"]) for row in rows))

    async def maintain(self) -> None:
        """After much was loaded: train a dictionary if there is none for as many resources, and analyse the tables."""
        await self._maintenance.run()

    async def erase(self, patient_id: str) -> None:
        """Destroy a patient's key and all rows: nothing of the patient can be read again, here or in any copy.

        What is being written of the patient meanwhile, by whatever process, is waited for and goes as well, or is
        refused (Gone). Busy where a writer does not end: the key is destroyed then, and repeating this goes on.
        """
        await self.erase_known(self.patient_key(patient_id))

    async def erase_known(self, patient: int) -> None:
        """The same for a patient by hash, as `patient_key` gives it; repeating it changes nothing."""
        await self.vault.destroy(patient)
        self._records.forget()
        await self._maintenance.erase(patient)

    async def purge(self, resources: Sequence[tuple[str, str]]) -> None:
        """Remove every version of resources of these types and ids that were deleted; their ids are free again."""
        await self._maintenance.purge([self.hasher.key128(kind, identity) for kind, identity in resources])
        self._records.forget()
