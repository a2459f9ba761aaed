"""The consents of all patients as tables that every query is joined with, kept in the transaction of the write."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from verbund.consent import linked, resources
from verbund.consent.model import ALL, CareConsent, Decision, ItemRelease, Provision, Question, Span
from verbund.consent.projecting import Cases, House, care_cases, governing, research_cases
from verbund.consent.research import ResearchConsent, beginnings, is_research
from verbund.consent.research import from_fhir as research_from_fhir
from verbund.consent.rules import RECEIVING_ROLES, kind_refused
from verbund.consent.times import moment
from verbund.crypto import Hasher, NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Invalid
from verbund.store import (
    EVERYTHING,
    NOTHING,
    RowFilter,
    Vault,
    Written,
    and_,
    apart_from,
    categories,
    of_items,
    or_,
    released,
    under_way,
)
from verbund.store import research as research_rows

if TYPE_CHECKING:
    from verbund.store import Store

MIGRATIONS = ("consent", Path(__file__).parent / "migrations")

_CONTEXT = b"verbund consent statement"
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(minutes=5)

_LOCK = "select pg_advisory_xact_lock(p) from unnest($1::bigint[]) p order by p"
_FORGET = "delete from consent_statement where consent = any($1::uuid[]) returning patient"
_KEEP = """
insert into consent_statement (consent, patient, sealed, reading)
select *, $4::smallint from unnest($1::uuid[], $2::bigint[], $3::bytea[])
"""
# Raised when the same consents come to be read in another way: then those that are there are weighed again.
_READING = 1
_READ_OTHERWISE = "select distinct patient from consent_statement where reading < $1 limit $2"
_READ_NOW = "update consent_statement set reading = $2 where patient = any($1::bigint[])"
_AT_ONCE = 500
_OF_PATIENTS = "select patient, sealed from consent_statement where patient = any($1::bigint[])"
_CLEAR = (
    "delete from consent_release r using consent_house h where r.actor = h.actor and r.patient = any($1::bigint[])",
    "delete from consent_begin where patient = any($1::bigint[])",
    "delete from consent_stay where patient = any($1::bigint[])",
    "delete from consent_rule where patient = any($1::bigint[])",
    "delete from consent_window where patient = any($1::bigint[])",
    "delete from consent_item where patient = any($1::bigint[])",
    "delete from consent_item_rule where patient = any($1::bigint[])",
)
_ITEM = "insert into consent_item (item, patient) values ($1, $2)"
_ITEM_RULE = """
insert into consent_item_rule
 (item, patient, site, other_than, kind, other_kinds_than, purposes, since, until, category_any, category_none)
values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, 'infinity'::timestamptz), $10, $11)
"""
_ANY_ITEM = "select exists (select from consent_item)"
_RULE = """
insert into consent_rule
 (patient, site, other_than, kind, other_kinds_than, purposes, since, until, category_any, category_none)
values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, 'infinity'::timestamptz), $9, $10)
"""
_WINDOW = """
insert into consent_window (patient, data_from, data_until, since, until)
values ($1, coalesce($2, '-infinity'::timestamptz), coalesce($3, 'infinity'::timestamptz),
 coalesce($4, '-infinity'::timestamptz), coalesce($5, 'infinity'::timestamptz))
"""
_BEGIN = "insert into consent_begin (patient, begins) values ($1, $2)"
_STAY = "insert into consent_stay (encounter, patient) values ($1, $2) on conflict do nothing"
_BEGINS = "select patient, begins from consent_begin where patient = any($1::bigint[])"
_SHIFTED = "select distinct patient from consent_stay where encounter = any($1::uuid[])"

# What follows from rules and houses together is made by whoever changes one of them. Changes of rules share this lock,
# so that none of them and a new house pass each other unseen.
_RULES_CHANGE = "select pg_advisory_xact_lock_shared(0x636f6e73, 1)"
_HOUSES_CHANGE = "select pg_advisory_xact_lock(0x636f6e73, 1)"
_RELEASE = """
insert into consent_release (actor, patient, purposes, since, until, category_any, category_none)
select h.actor, r.patient, r.purposes, r.since, r.until, r.category_any, r.category_none
from consent_rule r
join consent_house h
  on (case when r.site is null then h.actor <> all (r.other_than) else h.actor = r.site end)
 and (case when r.kind is null then h.kind <> all (r.other_kinds_than) else h.kind = r.kind end)
"""
_RELEASE_PATIENTS = f"{_RELEASE} where r.patient = any($1::bigint[])"
_RELEASE_HOUSE = f"{_RELEASE} where h.actor = $1"
_UNRELEASE_HOUSE = "delete from consent_release where actor = $1"
_KNOWN = "select exists (select from consent_house where actor = $1 and kind = $2)"
_KNOW = """
insert into consent_house (actor, kind) values ($1, $2)
on conflict (actor) do update set kind = excluded.kind where consent_house.kind <> excluded.kind
returning actor
"""

_FORGET_PATIENT = (
    "delete from consent_statement where patient = any($1::bigint[])",
    "delete from consent_home where patient = any($1::bigint[])",
    "delete from consent_second_home where patient = any($1::bigint[])",
)
_CLAIM = "insert into consent_home (patient, house) values ($1, $2) on conflict (patient) do nothing returning house"
_CLAIM_SECOND = """
update consent_second_home set house = $2 where patient = $1 and house is null and $2 = any(sites)
    and not exists (select from consent_home where patient = $1 and house = $2)
returning house
"""
_HOMES = """
select house from consent_home where patient = $1 union all
select house from consent_second_home where patient = $1 and house is not null
"""
_ADMIT = """
insert into consent_second_home (patient, sites) values ($1, $2)
on conflict (patient) do update set sites = consent_second_home.sites || excluded.sites
"""
_KEEP_HOMES = (
    "delete from consent_home where patient = $1 and house <> all ($2::bigint[])",
    """
    insert into consent_home (patient, house)
    select patient, house from consent_second_home where patient = $1 and house = any ($2::bigint[])
    on conflict (patient) do nothing
    """,
    "delete from consent_second_home where patient = $1 and $2::bigint[] is not null",
)


@dataclass(frozen=True, slots=True)
class Statements:
    """All consents of one patient, on care and on research, withdrawn ones among them; when the latest came here."""

    care: tuple[CareConsent, ...] = ()
    research: tuple[ResearchConsent, ...] = ()
    came: datetime | None = None


class ConsentIndex:
    """Keeps what follows from consents; a `Projection` of the store.

    After each write of a Consent the tables say what all consents of that patient say together. A consent that cannot
    be read denies everything from its time on: it may be a withdrawal.
    """

    # The resource types that the store must tell of: permits are shifted to the start of an encounter under way.
    # What is said under one of several records of a person counts in all.
    types = frozenset({"Consent", "Encounter", "Patient"})

    def __init__(self, database: Database, vault: Vault, keys: NodeKeys, house: House) -> None:
        self._database = database
        self._vault = vault
        self._hasher = Hasher(keys.index)
        self._house = house
        self._links = linked.Links(lambda identity: self._hasher.key64("Patient", identity))
        self._known: dict[str, str] = {}

    @property
    def house(self) -> House:
        """The house whose record this is."""
        return self._house

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Weigh again all consents of the patients whose consents were written, or encounters that consents begin in.

        This is the store's `Projection`.
        """
        changed = [w for w in written if w.type in self.types and w.status in {"created", "updated", "deleted"}]
        if not changed:
            return
        touched = await self._links.note(connection, changed)
        changed = [w for w in changed if w.type != "Patient"]
        if changed:
            await connection.execute(_LOCK, sorted({w.patient for w in changed if w.patient is not None}))
        touched |= await self._during({w.id: w for w in changed if w.type == "Encounter"}, connection)
        said = await self._kept({w.id: w for w in changed if w.type == "Consent"}, connection)
        await self._weigh(connection, touched | await self._links.joined(connection, said))

    async def _kept(self, consents: Mapping[str, Written], connection: Connection) -> set[int]:
        """Keep consents as they were last written; the patients whose consents have changed."""
        if not consents:
            return set()
        names = [self._name(identity) for identity in consents]
        touched = {row["patient"] for row in await connection.fetch(_FORGET, names)}
        kept = [
            w for w in consents.values() if w.patient is not None and w.resource is not None and _concerns(w.resource)
        ]
        await self._vault.prepare(connection, {w.patient for w in kept}, make=True)
        sealed = [self._vault.seal(w.patient, _encoded(w), _CONTEXT) for w in kept]
        of = [w.patient for w in kept]
        await connection.execute(_KEEP, [self._name(w.id) for w in kept], of, sealed, _READING)
        return touched | {w.patient for w in kept if w.patient is not None}

    async def _during(self, encounters: Mapping[str, Written], connection: Connection) -> set[int]:
        """The patients whose permits begin in one of these encounters, or did before it was changed."""
        if not encounters:
            return set()
        names = [self._hasher.key128("Encounter", identity) for identity in encounters]
        patients = sorted({w.patient for w in encounters.values() if w.patient is not None})
        begins = await connection.fetch(_BEGINS, patients)
        shifted = {row["patient"] for row in await connection.fetch(_SHIFTED, names)}
        stays = await under_way(connection, self._hasher, ((row["patient"], row["begins"]) for row in begins))
        return shifted | {stay.patient for stay in stays}

    async def renew(self) -> int:
        """Weigh again what was weighed by former rules of reading, as a node does when it starts; how many patients."""
        renewed = 0
        while True:
            async with self._database.transaction() as connection:
                rows = await connection.fetch(_READ_OTHERWISE, _READING, _AT_ONCE)
                patients = {row["patient"] for row in rows}
                await self._weigh(connection, patients)
                await connection.execute(_READ_NOW, sorted(patients), _READING)
            renewed += len(patients)
            if len(patients) < _AT_ONCE:
                return renewed

    async def complete(self, store: "Store") -> None:
        """Take in the links between patients that were written before they counted; at most once for a database."""
        touched = await self._links.complete(self._database, store)
        async with self._database.transaction() as connection:
            await self._weigh(connection, touched)

    async def forget(self, connection: Connection, patient: int) -> None:
        """Remove all that is known here of what a patient (by hash) said, as part of an erasure.

        Afterwards nothing of the patient is released to anybody, whatever the tables of the store still hold.
        """
        await connection.execute(_LOCK, [patient])
        touched = await self._links.joined(connection, {patient}) - {patient}
        for statement in (*_CLEAR, *_FORGET_PATIENT):
            await connection.execute(statement, [patient])
        await self._links.forget(connection, patient)
        await self._weigh(connection, touched)

    def _name(self, identity: str) -> UUID:
        return self._hasher.key128("Consent", identity)

    async def _weigh(self, connection: Connection, patients: set[int]) -> None:
        if not patients:
            return
        await connection.execute(_LOCK, sorted(patients))
        await connection.execute(_RULES_CHANGE)
        for statement in _CLEAR:
            await connection.execute(statement, sorted(patients))
        rules: list[tuple[Any, ...]] = []
        items: list[tuple[Any, ...]] = []
        of_items: list[tuple[Any, ...]] = []
        windows: list[tuple[Any, ...]] = []
        said_by = await self._statements(connection, patients)
        stays = await self._stays(connection, said_by)
        for patient, statements in said_by.items():
            said = care_cases(statements.care, self._house)
            rules.extend(self._rules(patient, said))
            items.extend((self.item_key(item), patient) for item in said.items)
            for item in said.items:
                of_items.extend((self.item_key(item), *one) for one in self._rules(patient, said, item))
            cases = governing(research_cases(statements.research, stays.get(patient, ())), statements.came)
            windows.extend((patient, c.window.since, c.window.until, c.span.since, c.span.until) for c in cases)
        await connection.executemany(_RULE, rules)
        await connection.executemany(_ITEM, items)
        await connection.executemany(_ITEM_RULE, of_items)
        await connection.executemany(_WINDOW, windows)
        await connection.execute(_RELEASE_PATIENTS, sorted(patients))

    async def _stays(self, connection: Connection, said_by: Mapping[int, Statements]) -> dict[int, list[Span]]:
        """The encounters in which permits to collect begin, as far as that tells; kept, to be seen when they change."""
        begins = [(patient, at) for patient, said in said_by.items() for at in beginnings(said.research)]
        stays = await under_way(connection, self._hasher, begins)
        await connection.executemany(_BEGIN, begins)
        await connection.executemany(_STAY, {(stay.encounter, stay.patient) for stay in stays})
        found: dict[int, list[Span]] = {}
        for stay in stays:
            found.setdefault(stay.patient, []).append(Span(stay.since, stay.moment + datetime.resolution))
        return found

    def item_key(self, reference: str) -> UUID:
        """The hash by which the store knows the resource of a reference like `Observation/7`."""
        return self._hasher.key128(*reference.split("/", 1))

    def filter_of(self, decision: Decision) -> RowFilter:
        """A decision about one patient as rows: of that patient's, those whose categories are all released.

        A resource of which the patient spoke by itself passes if what holds for it releases its categories.
        """
        if not decision.permitted or not decision.items:
            return to_filter(decision)
        usual = and_(apart_from(map(self.item_key, (one.item for one in decision.items))), to_filter(decision))
        return or_(usual, *(self._of_item(one) for one in decision.items if one.categories))

    def _of_item(self, release: ItemRelease) -> RowFilter:
        alone = of_items([self.item_key(release.item)])
        return and_(alone, categories(int(release.categories), int(ALL & ~release.categories)))

    def _rules(self, patient: int, cases: Cases, item: str | None = None) -> Iterable[tuple[Any, ...]]:
        sites = [self._site(site) for site in cases.sites]
        kinds = [self._kind(kind) for kind in cases.kinds]
        for case in (case for case in cases.cases if case.item == item):
            site = None if case.site is None else self._site(case.site)
            kind = None if case.kind is None else self._kind(case.kind)
            purposes = sum(1 << purpose.number for purpose in case.purposes)
            withheld = int(ALL & ~case.released)
            named = (patient, site, sites, kind, kinds, purposes)
            yield (*named, case.span.since, case.span.until, int(case.released), withheld)

    def _site(self, site: str) -> int:
        return self._hasher.key64("house", site)

    def _kind(self, kind: str) -> int:
        return self._hasher.key64("kind", kind)

    async def _statements(self, connection: Connection, patients: Iterable[int]) -> dict[int, Statements]:
        """What each of these patients said, with what was refused under other records of the same person."""
        asked = set(patients)
        same = await self._links.same(connection, asked)
        said: dict[int, list[Any]] = {}
        everybody = asked.union(*same.values())
        rows = await connection.fetch(_OF_PATIENTS, sorted(everybody))
        await self._vault.prepare(connection, {row["patient"] for row in rows}, make=False)
        for row in rows:
            plain = self._vault.unseal(row["patient"], row["sealed"], _CONTEXT)
            said.setdefault(row["patient"], []).append(msgspec.json.decode(plain))
        read = {patient: _read(values) for patient, values in said.items()}
        found = {patient: read[patient] for patient in asked if patient in read}
        for patient, others in same.items():
            for other, since in others.items() if patient in asked else ():
                if other in read:
                    found[patient] = _with_refusals(found.get(patient, Statements()), read[other], since)
        return found

    async def of_patient(self, patient: int) -> Statements:
        """All consents of a patient, by the patient's hash."""
        async with self._database.connection() as connection:
            return (await self._statements(connection, [patient])).get(patient, Statements())

    async def know(self, site: str, kind: str) -> None:
        """Have a house at hand as one that may ask, with its present kind; needed before `across_patients` for it."""
        if self._known.get(site) == kind:
            return
        actor = self._site(site), self._kind(kind)
        async with self._database.connection() as connection:
            known = await connection.fetchval(_KNOWN, *actor)
        if not known:
            async with self._database.transaction() as connection:
                await connection.execute(_HOUSES_CHANGE)
                if await connection.fetchval(_KNOW, *actor) is not None:
                    await connection.execute(_UNRELEASE_HOUSE, actor[0])
                    await connection.execute(_RELEASE_HOUSE, actor[0])
        self._known[site] = kind

    async def claim_home(self, connection: Connection, patient: int, site: str) -> bool:
        """Take down that house as the one where the patient (by hash) signs in; False where one is known already.

        Whoever calls this logs it in the same transaction, for the patient to see.
        """
        house = self._site(site)
        if await connection.fetchval(_CLAIM, patient, house) is not None:
            return True
        return await connection.fetchval(_CLAIM_SECOND, patient, house) is not None

    async def is_home(self, connection: Connection, patient: int, site: str) -> bool:
        """Whether that house is known as the one where the patient (by hash) signs in; asking changes nothing."""
        return any(row["house"] == self._site(site) for row in await connection.fetch(_HOMES, patient))

    async def admit_second(self, connection: Connection, patient: int, sites: Iterable[str]) -> None:
        """Let one of these houses speak as well, whichever does first: what it holds of the patient was joined."""
        await connection.execute(_ADMIT, patient, [self._site(site) for site in sites])

    async def keep_homes(self, connection: Connection, patient: int, sites: Iterable[str]) -> None:
        """Let only these houses go on speaking, where they did: the others hold somebody else."""
        houses = [self._site(site) for site in sites]
        for statement in _KEEP_HOMES:
            await connection.execute(statement, patient, houses)

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which a claim and its entry in the log are one."""
        return self._database.transaction()

    async def across_patients(self, question: Question) -> RowFilter:
        """The rows of all patients that are released to who asks (the question's patient is not looked at)."""
        actor = question.actor
        if actor.role not in RECEIVING_ROLES or actor.organisation == self._house.site:
            return NOTHING
        if kind_refused(actor.organisation_kind, question.purpose) is not None:
            return NOTHING
        await self.know(actor.organisation, actor.organisation_kind)
        async with self._database.connection() as connection:
            items = bool(await connection.fetchval(_ANY_ITEM))
        return released(self._site(actor.organisation), question.purpose.number, question.at, items=items)


def for_research(at: datetime | Callable[[], datetime]) -> RowFilter:
    """The rows of all patients that may be used for research at that time.

    With a clock instead, each statement asks it anew: what takes long sees a withdrawal from its next statement on.
    """
    return research_rows(at)


def to_filter(decision: Decision) -> RowFilter:
    """A decision about one patient as rows: of that patient's, those whose categories are all released."""
    if not decision.permitted:
        return NOTHING
    if decision.categories == ALL:
        return EVERYTHING
    if not decision.categories:
        return NOTHING
    return categories(int(decision.categories), int(decision.withheld))


def _with_refusals(own: Statements, other: Statements, since: datetime) -> Statements:
    """What somebody said, with what was refused under another record of theirs that is known since then."""
    return Statements(
        (*own.care, *linked.refused_elsewhere(other.care, since)),
        (*own.research, *linked.research_refused_elsewhere(other.research, since)),
        max(one for one in (own.came, other.came, since) if one is not None),
    )


def _encoded(written: Written) -> bytes:
    return written.body or msgspec.json.encode(written.resource)


def _concerns(resource: object) -> bool:
    return resources.is_care(resource) or is_research(resource)


def _read(values: Sequence[Any]) -> Statements:
    care: list[CareConsent] = []
    studies: list[ResearchConsent] = []
    for value in values:
        if resources.is_care(value):
            care.append(_careful(value))
        else:
            studies.append(_studied(value))
    came = [at for at in map(_came, values) if at is not None]
    return Statements(tuple(care), tuple(studies), max(came, default=None))


def _careful(value: Any) -> CareConsent:  # noqa: ANN401 - decoded JSON
    try:
        read = resources.from_fhir(value)
        return replace(read, stated=_not_ahead(read.stated, value))
    except Invalid:
        refused = Provision(permit=False)
        return CareConsent(str(value.get("id")), _patient(value), _stated(value), refused, _active(value))


def _studied(value: Any) -> ResearchConsent:  # noqa: ANN401 - decoded JSON
    try:
        read = research_from_fhir(value)
        if (came := _came(value)) is not None and read.stated > came + _CLOCKS_DIFFER:
            # It would outrank all that the patient says until then: what it refuses counts at once, the rest never.
            read = replace(read, statements=tuple(one for one in read.statements if not one.permit))
        return replace(read, stated=_not_ahead(read.stated, value))
    except Invalid:
        return ResearchConsent(str(value.get("id")), _stated(value), (), _active(value), ends_all=True)


def _patient(value: Any) -> str:  # noqa: ANN401 - decoded JSON
    reference = str(value.get("patient", {}).get("reference", ""))
    return reference.rpartition("Patient/")[2].partition("/")[0]


def _active(value: Any) -> bool:  # noqa: ANN401 - decoded JSON
    return bool(value.get("status") == "active")


def _stated(value: Any) -> datetime:  # noqa: ANN401 - decoded JSON
    """When it was said or, where that cannot be read, when it came here."""
    with suppress(Invalid):
        return _not_ahead(moment(str(value.get("dateTime")), "Consent.dateTime"), value)
    return _came(value) or _BEGINNING


def _not_ahead(stated: datetime, value: Any) -> datetime:  # noqa: ANN401 - decoded JSON
    """The time stated, or when it came here where that is earlier: nothing said later may be outranked by it."""
    came = _came(value)
    return stated if came is None else min(stated, came)


def _came(value: Any) -> datetime | None:  # noqa: ANN401 - decoded JSON
    """When the store took it, as it stamped it."""
    with suppress(Invalid):
        return moment(str(value.get("meta", {}).get("lastUpdated")), "Consent.meta.lastUpdated")
    return None
