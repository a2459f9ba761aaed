"""Who treats whom in this house: tables kept in the transaction of each write, and what is asked of them.

Staff see the patients whom they treat, others not. What establishes a treatment stands in `relations`; the row filter
`treated` joins the tables in the statement itself, so a change governs the next statement of every process.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

import msgspec

from verbund.access.relations import TYPES, Kind, Step, parts_of, relations_of
from verbund.config import NodeConfig
from verbund.consent import Relationship, Sentence, Span
from verbund.crypto import Hasher, NodeKeys
from verbund.database import Connection, Database
from verbund.fhir import decode
from verbund.fhir.dates import LATEST
from verbund.identity import Principal, Role
from verbund.store import EVERYTHING, NOTHING, RowFilter, Vault, Written, treated

if TYPE_CHECKING:
    from verbund.store import Store

MIGRATIONS = ("access", Path(__file__).parent / "migrations")

# Those of whom a treatment is asked: they see a record because they treat, not because of their office.
TREATING_ROLES = frozenset({Role.PHYSICIAN, Role.NURSE, Role.PARAMEDIC})

_CONTEXT = b"verbund access opening"
_CHANGED = frozenset({"created", "updated", "deleted"})
_LOCK = 0x76657262_74726561

_FORGET = "delete from access_relation where resource = any($1::uuid[])"
_PART_FROM = "delete from access_part where resource = any($1::uuid[]) returning part, whole, kind"
_ITSELF = """
insert into access_member (who, party, since, until)
select distinct p, p, '-infinity'::timestamptz, 'infinity'::timestamptz from unnest($1::bigint[]) p
on conflict do nothing
"""
_REJOIN = "select access_rejoin($1::bigint[])"
_RELATE = """
insert into access_relation (resource, patient, party, kind, since, until)
select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::timestamptz[])
"""
_PART = """
insert into access_part (resource, part, whole, kind, since, until)
select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::timestamptz[])
"""
_BETWEEN = """
select t.kind, t.since, t.until, o.sealed
from access_relation t join access_member m on m.party = t.party left join access_opening o on o.resource = t.resource
where t.patient = $1 and m.who = any ($2::bigint[]) and m.since <= $3 and m.until > $3
 and t.since <= $3 and t.until > $4 and (t.kind < 100 or t.until > $3)
order by t.kind limit 1
"""
_ALL_TREATED = """
select t.patient, min(t.kind) as kind from access_relation t join access_member m on m.party = t.party
where m.who = any ($1::bigint[]) and m.since <= $2 and m.until > $2 and t.since <= $2 and t.until > $3 and t.kind < 100
group by t.patient limit $4
"""
# Relations that rest on nothing that is written right now, and with whom.
_BEFORE = """
select distinct t.patient from access_relation t join access_member m on m.party = t.party
where t.patient = any($1::bigint[]) and m.who = any ($2::bigint[]) and m.since <= $3 and m.until > $3
 and t.since <= $3 and t.until > $4 and (t.kind < 100 or t.until > $3) and t.resource <> all ($5::uuid[])
"""
_OPENING = "insert into access_opening (resource, patient, party, since, until, sealed) values ($1, $2, $3, $4, $5, $6)"

_OPENINGS = """
select number, patient, since, until, sealed from access_opening
where $1::bigint is null or number < $1 order by number desc limit $2
"""

_SENTENCES: Mapping[Kind, Sentence] = {
    Kind.ENCOUNTER: Sentence(
        "Behandlung: Aufenthalt oder Besuch, an dem die Person oder ihre Station beteiligt ist.",
        "Treatment: a stay or visit in which the person or their ward takes part.",
    ),
    Kind.CARE_TEAM: Sentence("Behandlung: Mitglied des Behandlungsteams.", "Treatment: a member of the care team."),
    Kind.REFERRAL: Sentence("Behandlung: Überweisung oder Auftrag.", "Treatment: a referral or request."),
    Kind.APPOINTMENT: Sentence("Behandlung: vereinbarter Termin.", "Treatment: an appointment."),
    Kind.FAMILY_DOCTOR: Sentence("Behandlung: ständige Betreuung.", "Treatment: the patient's regular doctor."),
    Kind.EPISODE: Sentence("Behandlung: laufender Behandlungsfall.", "Treatment: an episode of care."),
    Kind.REGISTERED: Sentence("Behandlung: die Person hat soeben aufgenommen.", "Treatment: just registered here."),
    Kind.OPENED: Sentence(
        "Im Notfall geöffnet, ohne dass eine Behandlung bekannt ist.",
        "Opened in an emergency, without a known treatment.",
    ),
}
TREATING = Sentence(
    "Behandlung: gezeigt werden nur Akten von Personen, die hier behandelt werden.",
    "Treatment: only records of people are shown whom the person asking treats.",
)
WHOLE_HOUSE = Relationship(
    "treatment",
    Sentence(
        "Behandlung: dieses Haus betreut alle seine Patientinnen und Patienten gemeinsam.",
        "Treatment: this house looks after all of its patients together.",
    ),
)
_REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000
# From the so manieth patient within these seconds on, all whom somebody treats are listed at once, at most so many.
_MANY = 8
_MOST_LISTED = 20_000
_MOST_LISTS = 200


@dataclass(frozen=True, slots=True)
class TreatedBy:
    """How somebody treats a patient; of a record that was opened without a treatment, the reason that was given."""

    kind: Kind
    relationship: Relationship
    stated_reason: str | None = None


_ORDINARY = {
    kind: TreatedBy(kind, Relationship("treatment", sentence))
    for kind, sentence in _SENTENCES.items()
    if kind < Kind.REGISTERED
}


@dataclass(frozen=True, slots=True)
class Treatment:
    """The rule of a house. `house`: all staff treat all of its patients, as in a practice; `relation`: each their own.

    A relation counts on for `days` after it ended (letters are written, results come late); an opened record stays open
    for `glass_minutes`.
    """

    rule: Literal["house", "relation"] = "relation"
    days: int = 30
    glass_minutes: int = 240

    @classmethod
    def of(cls, config: NodeConfig) -> "Treatment":
        """What the settings say; where they do not, all is one practice's, and of other houses each their own."""
        usual: Literal["house", "relation"] = "house" if config.kind == "practice" else "relation"
        return cls(config.treatment or usual, config.treatment_days, config.break_glass_minutes)

    def asks(self, who: Principal) -> bool:
        """Whether a relation is asked of somebody."""
        return self.rule == "relation" and who.role in TREATING_ROLES

    def ended(self, at: datetime) -> datetime:
        """After which moment a relation must have ended that still counts."""
        return at - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Opening:
    """A record that somebody who does not treat the patient has opened, and why."""

    patient_id: str = field(repr=False)
    person: str = field(repr=False)
    role: str
    reason: str = field(repr=False)
    since: datetime
    until: datetime


@dataclass(slots=True)
class _List:
    """Whom somebody treats in the ordinary way, once it was asked for often enough."""

    until: float
    asked: int = 0
    kinds: dict[int, int] = field(default_factory=dict)


class _Opening(msgspec.Struct, frozen=True):
    """What is sealed of it."""

    patient_id: str
    subject: str
    person: str
    role: str
    reason: str


_opening = msgspec.json.Decoder(_Opening).decode


class Relations:
    """The tables of treatments of one node; a `Projection` of the store."""

    # The resource types that the store must tell of.
    types = TYPES

    def __init__(self, database: Database, vault: Vault, keys: NodeKeys) -> None:
        self._database = database
        self._vault = vault
        self._hasher = Hasher(keys.index)
        self._lists: dict[tuple[int, ...], _List] = {}
        self._remembered: dict[tuple[str, str | None, int], tuple[float, TreatedBy]] = {}
        self._parties = lru_cache(_MOST_REMEMBERED)(self._known_as)

    def parties(self, who: Principal) -> tuple[int, ...]:
        """What somebody is known by: as a person who signs in, and as a practitioner where they are one."""
        return self._parties(who.subject, who.practitioner_id)

    def _known_as(self, subject: str, practitioner_id: str | None) -> tuple[int, ...]:
        names = [f"person|{subject}"]
        if practitioner_id is not None:
            names.append(f"Practitioner/{practitioner_id}")
        return tuple(map(self._party, names))

    def _party(self, name: str) -> int:
        return self._hasher.key64("party", name)

    def _patient(self, patient_id: str) -> int:
        return self._hasher.key64("Patient", patient_id)

    def resource(self, kind: str, identity: str) -> UUID:
        """What the tables call a resource."""
        return self._hasher.key128(kind, identity)

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Bring the tables to what the resources say now (the store's `Projection`)."""
        changed = [one for one in written if one.type in TYPES and one.status in _CHANGED]
        there = [self.resource(one.type, one.id) for one in changed if one.status != "created"]
        resources = [(one.resource, one.updated) for one in changed if one.resource is not None]
        await self._replace(connection, there, resources)

    async def _replace(
        self, connection: Connection, there: Sequence[UUID], resources: Iterable[tuple[object, datetime]]
    ) -> None:
        """Put what resources say now in place of what those that were there said."""
        relations: list[tuple[Any, ...]] = []
        parts: list[tuple[Any, ...]] = []
        for resource, known in resources:
            name = self.resource(type(resource).__name__, str(getattr(resource, "id", None)))
            for one in relations_of(resource, known):
                pair = (self._patient(one.patient), self._party(one.party))
                relations.append((name, *pair, one.kind.value, one.since, one.until))
            for part in parts_of(resource):
                pair = (self._party(part.part), self._party(part.whole))
                parts.append((name, *pair, part.step.value, part.since, part.until))
        if there:
            await connection.execute(_FORGET, there)
        if relations:
            await connection.execute(_RELATE, *map(list, zip(*relations, strict=True)))
            await connection.execute(_ITSELF, [one[2] for one in relations])
        if parts or there:
            await self._rejoin(connection, there, parts)

    async def _rejoin(self, connection: Connection, there: Sequence[UUID], parts: Sequence[tuple[Any, ...]]) -> None:
        """Put together again who belongs where, for those whom a change of parts reaches; one such change at a time."""
        gone: Sequence[Any] = ()
        if parts:
            await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
        if there:
            gone = await connection.fetch(_PART_FROM, there)
        if parts:
            await connection.execute(_PART, *map(list, zip(*parts, strict=True)))
        edges = [(one["part"], one["whole"], one["kind"]) for one in gone] + [(one[1], one[2], one[3]) for one in parts]
        touched = {whole for _, whole, _ in edges} | {part for part, _, kind in edges if kind == Step.PART}
        if touched:
            await connection.execute(_REJOIN, sorted(touched))

    async def between(self, who: Principal, patient: int, at: datetime, ended: datetime) -> TreatedBy | None:
        """How somebody treats a patient (by hash), the ordinary way before an opening; None when they do not.

        It is for telling why: what was found is remembered for some seconds. Whether a row may be seen is asked of the
        tables in the statement that reads it.
        """
        return await self.of_person(who.subject, who.practitioner_id, patient, at, ended)

    async def of_person(
        self, subject: str, practitioner_id: str | None, patient: int, at: datetime, ended: datetime
    ) -> TreatedBy | None:
        """The same for a person by name."""
        name, now = (subject, practitioner_id, patient), monotonic()
        known = self._remembered.get(name)
        if known is not None and known[0] > now and (known[1].relationship.span.until or LATEST) > at:
            return known[1]
        parties = self._parties(subject, practitioner_id)
        found = await self._listed(parties, patient, at, ended) or await self._between(parties, patient, at, ended)
        if found is not None:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[name] = now + _REMEMBERED_SECONDS, found
        return found

    async def present(self, who: Principal, patient: int, at: datetime, ended: datetime) -> TreatedBy | None:
        """The same, asked of the tables whatever is remembered: for acts that rest on it."""
        return await self._between(self._parties(who.subject, who.practitioner_id), patient, at, ended)

    async def _listed(self, parties: tuple[int, ...], patient: int, at: datetime, ended: datetime) -> TreatedBy | None:
        """The same from a list of all whom somebody treats, for who asks for many; None where it does not say."""
        now = monotonic()
        listed = self._lists.get(parties)
        if listed is None or listed.until < now:
            if len(self._lists) >= _MOST_LISTS:
                self._lists.clear()
            listed = self._lists[parties] = _List(now + _REMEMBERED_SECONDS)
        listed.asked += 1
        if listed.asked == _MANY:
            async with self._database.connection() as connection:
                rows = await connection.fetch(_ALL_TREATED, list(parties), at, ended, _MOST_LISTED)
            listed.kinds = {row["patient"]: row["kind"] for row in rows}
        kind = listed.kinds.get(patient)
        return None if kind is None else _ORDINARY[Kind(kind)]

    async def _between(self, parties: Sequence[int], patient: int, at: datetime, ended: datetime) -> TreatedBy | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_BETWEEN, patient, list(parties), at, ended)
            if row is None:
                return None
            kind, reason = Kind(row["kind"]), None
            if row["sealed"] is not None:
                await self._vault.prepare(connection, {patient}, make=False)
                reason = _opening(self._vault.unseal(patient, row["sealed"], _CONTEXT)).reason
        # Of an ordinary relation the end is the house's to stretch: whoever asks has looked whether it still counts.
        until = row["until"] if kind >= Kind.REGISTERED else None
        return TreatedBy(kind, Relationship("treatment", _SENTENCES[kind], span=Span(None, until)), reason)

    async def before(
        self, connection: Connection, who: Principal, patients: Iterable[int], written: Iterable[tuple[str, str]], *,
        at: datetime, ended: datetime,
    ) -> frozenset[int]:  # fmt: skip
        """Which of these patients (by hash) somebody treats for another reason than what is being written."""
        names = [self.resource(*one) for one in written]
        rows = await connection.fetch(_BEFORE, sorted(patients), list(self.parties(who)), at, ended, names)
        return frozenset(row["patient"] for row in rows)

    async def established(self, connection: Connection, written: Iterable[tuple[str, str]]) -> frozenset[int]:
        """The patients (by hash) to whom these resources relate somebody."""
        names = [self.resource(*one) for one in written]
        rows = await connection.fetch("select patient from access_relation where resource = any($1::uuid[])", names)
        return frozenset(row["patient"] for row in rows)

    async def register(self, connection: Connection, who: Principal, patients: Iterable[int], at: datetime) -> None:
        """Let who has entered new patients finish their admission within a day."""
        person, until = self._party(f"person|{who.subject}"), at + timedelta(days=1)
        rows = [(uuid4(), patient, person, Kind.REGISTERED.value, at, until) for patient in patients]
        await connection.execute(_RELATE, *map(list, zip(*rows, strict=True)))
        await connection.execute(_ITSELF, [person])

    async def open(self, connection: Connection, who: Principal, patient_id: str, reason: str, span: Span) -> None:
        """Take down that somebody opened a record for a time, in the transaction of its entry in the log."""
        name, person, patient = uuid4(), self._party(f"person|{who.subject}"), self._patient(patient_id)
        await self._vault.prepare(connection, {patient}, make=True)
        said = _Opening(patient_id, who.subject, who.name, who.capacity, reason)
        sealed = self._vault.seal(patient, msgspec.json.encode(said), _CONTEXT)
        await connection.execute(_OPENING, name, patient, person, span.since, span.until, sealed)
        await connection.execute(_RELATE, [name], [patient], [person], [Kind.OPENED.value], [span.since], [span.until])
        await connection.execute(_ITSELF, [person])

    async def openings(self, count: int, before: int | None) -> tuple[list[Opening], int | None]:
        """Records that were opened, the latest first, and from where on there are more; without those of the erased."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OPENINGS, before, count + 1)
            await self._vault.prepare(connection, {row["patient"] for row in rows}, make=False)
        found = []
        for row in rows[:count]:
            if self._vault.can_open(row["patient"]):
                said = _opening(self._vault.unseal(row["patient"], row["sealed"], _CONTEXT))
                found.append(Opening(said.patient_id, said.person, said.role, said.reason, row["since"], row["until"]))
        return found, rows[count - 1]["number"] if len(rows) > count else None

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which an opening and its entry in the log are one."""
        return self._database.transaction()

    async def complete(self, store: "Store") -> None:
        """Take in what was written before there were these tables; at most once for a database."""
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
            if await connection.fetchval("select complete from access_standing"):
                return
            async for page in store.stream(TYPES, within=EVERYTHING):
                found = [_read(body) for bodies in page.values() for body in bodies]
                names = [self.resource(type(one).__name__, str(getattr(one, "id", None))) for one, _ in found]
                await self._replace(connection, names, found)
            await connection.execute("update access_standing set complete = true")


class _Meta(msgspec.Struct):
    last_updated: datetime = msgspec.field(name="lastUpdated")


class _Head(msgspec.Struct):
    meta: _Meta


_head = msgspec.json.Decoder(_Head)


def _read(body: bytes) -> tuple[object, datetime]:
    return decode(body), _head.decode(body).meta.last_updated


def rows_treated(relations: Relations | None, treatment: Treatment, who: Principal, at: datetime) -> RowFilter:
    """The rows of the patients whom somebody treats at a moment; none where nothing is known of treatments."""
    if relations is None:
        return NOTHING
    return treated(relations.parties(who), at, treatment.ended(at))
