"""Who acts for whom: proxies whom a patient named, guardians whom the house recorded with a proof on paper.

A relation covers kinds of data, may let decide on releases, and has an end. It begins when the proxy accepts it, and is
asked for at every request, so that ending it works at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from verbund.audit import AuditLog, Event
from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity.confirming import require_recent_staff
from verbund.identity.model import Acting, House, Person, Principal, ProxyKind, Role
from verbund.identity.people import People
from verbund.identity.recording import Said, told, told_of
from verbund.identity.scopes import Scopes
from verbund.identity.seals import Seals

State = Literal["offered", "active", "declined", "ended"]
FAMILY = "FAMRQT"
OFFER_DAYS = 28
OF_AGE = 18
MOST_PROXIES = 20
"""How many open relations one patient can have."""

_BERLIN = ZoneInfo("Europe/Berlin")
_READS, _DECIDES = Scopes.parse("patient/*.rs"), Scopes.parse("patient/*.rs patient/Consent.cru")
_SESSION_HOURS = 24

_ROW = "select id, person, record, state, until, changed from identity_proxy"
_INSERT = """
insert into identity_proxy (id, patient, person, record, state, until, changed)
values ($1, $2, $3, $4, 'offered', $5, $6)
"""
_OPEN_OF_PATIENT = "select count(*) from identity_proxy where patient = $1 and state in ('offered', 'active')"
_ANSWER = """
update identity_proxy set state = $3, changed = $4
 where id = $1 and person = $2 and state = 'offered' and (until is null or until > $4) returning record
"""
_END = "update identity_proxy set state = 'ended', changed = $2 where id = $1 and state in ('offered', 'active')"
_OPEN = "update identity_proxy set state = 'active', person = $2, changed = $3 where id = $1 and state = 'offered'"
_ACTING = f"""{_ROW} p
  join identity_acting a on a.proxy = p.id
 where a.session = $1 and a.expires > $2 and p.person = $3 and p.state = 'active' and (p.until is null or p.until > $2)
""".replace("select id,", "select p.id,")
_CHOOSE = """
insert into identity_acting (session, proxy, expires) values ($1, $2, $3)
on conflict (session) do update set proxy = excluded.proxy, expires = excluded.expires
"""


class _Record(msgspec.Struct, frozen=True):
    """What is sealed of a relation."""

    patient_id: str
    patient_name: str
    kind: ProxyKind
    categories: int
    decides: bool
    named: str
    named_by: str
    since: datetime
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How far somebody may act: kinds of data (a mask of `consent.DataCategory`), whether they decide on releases too,
    until when (None: without an end)."""

    categories: int
    decides: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """One relation. `named` is what the proxy is called by who recorded it: the login, or a name on paper.

    `proof` says which paper the house has seen. `until` bounds it, in the state `offered` as well.
    """

    id: UUID
    patient_id: str
    patient_name: str = field(repr=False)
    kind: ProxyKind
    terms: Terms
    named: str = field(repr=False)
    named_by: str = field(repr=False)
    since: datetime
    state: State
    person: UUID | None
    changed: datetime
    proof: str | None = field(default=None, repr=False)

    def holds(self, at: datetime) -> bool:
        """Whether somebody may act by it."""
        return self.state == "active" and self.since <= at and (self.terms.until is None or at < self.terms.until)

    def state_at(self, at: datetime) -> State:
        """The state, with time: what has run out has ended."""
        over = self.terms.until is not None and self.terms.until <= at
        return "ended" if over and self.state in {"offered", "active"} else self.state


def end_of_minority(birth_date: date) -> datetime:
    """The beginning, in Germany, of the day on which somebody is of age (BGB sections 2 and 187: the 18th birthday).

    Born on the 29th of February, it is the 1st of March where there is no 29th.
    """
    try:
        day = birth_date.replace(year=birth_date.year + OF_AGE)
    except ValueError:
        day = date(birth_date.year + OF_AGE, 3, 1)
    return datetime.combine(day, time(), _BERLIN)


def last_moment(day: date) -> datetime:
    """When a relation that lasts through a day in Germany is over."""
    return datetime.combine(day + timedelta(days=1), time(), _BERLIN)


def acting_principal(who: Principal, proxy: Proxy) -> Principal:
    """Somebody asking for the patient whose proxy they are, with no more than the relation gives."""
    acting = Acting(
        id=proxy.id,
        patient_name=proxy.patient_name,
        kind=proxy.kind,
        categories=proxy.terms.categories,
        decides=proxy.terms.decides,
        since=proxy.since,
        until=proxy.terms.until,
    )
    scopes = _DECIDES if proxy.terms.decides else _READS
    return replace(who, patient_id=proxy.patient_id, scopes=scopes, purpose=FAMILY, proxy=acting)


class Proxies:
    """The relations of one node. What is done is in the patient's log with the act."""

    def __init__(
        self,
        house: House,
        database: Database,
        keys: NodeKeys,
        *,
        people: People,
        audit: AuditLog,
        clock: Clock = utc_now,
    ) -> None:
        self._house = house
        self._database = database
        self._seals = Seals(keys)
        self._people = people
        self._audit = audit
        self._clock = clock

    async def name(self, who: Principal, patient_name: str, login: str, terms: Terms) -> Proxy:
        """A patient names somebody who signs in here; it begins when they accept.

        Whether there is somebody of this login is not said: the relation then stays an offer that nobody can accept.
        Raises Incorrect for an end that is past or for naming oneself, Conflict for too many at once.
        """
        patient_id = who.patient_id
        if who.role is not Role.PATIENT or who.proxy is not None or patient_id is None:
            raise NotFound(
                "Only a patient names a proxy.", german="Nur Patientinnen und Patienten benennen Vertretungen."
            )
        found = await self._proxy_of(login)
        if found is not None and str(found.id) == who.subject:
            raise Incorrect("You cannot name yourself.", german="Sie können nicht sich selbst benennen.")
        record = self._record(who, (patient_id, patient_name), "proxy", login, terms=terms, proof=None)
        return await self._offer(who, record, found, terms.until)

    async def record(
        self,
        who: Principal,
        patient_id: str,
        patient_name: str,
        terms: Terms,
        *,
        named: str,
        proof: str,
        login: str | None = None,
        kind: ProxyKind = "guardian",
    ) -> Proxy:
        """The house records a relation after a proof on paper. With a `login` that person must accept it; without, a
        letter of its own opens it. NotFound for a login that nobody has who could act for others, ConfirmationNeeded
        unless who records it has just proved who they are."""
        require_recent_staff(who, self._clock())
        found = None
        if login is not None:
            found = await self._proxy_of(login)
            if found is None:
                raise NotFound(
                    "No patient or relative signs in with this login.",
                    german="Mit diesem Anmeldenamen meldet sich niemand an, der andere vertreten kann.",
                )
        if not proof.strip():
            raise Incorrect(
                "Say which paper you have seen.", german="Geben Sie an, welchen Nachweis Sie gesehen haben."
            )
        record = self._record(who, (patient_id, patient_name), kind, named, terms=terms, proof=proof.strip())
        return await self._offer(who, record, found, terms.until)

    async def of_patient(self, patient_id: str) -> tuple[Proxy, ...]:
        """All relations of a patient, the latest changed first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                f"{_ROW} where patient = $1 order by changed desc, id", self._patient(patient_id)
            )
        return tuple(map(self._proxy, rows))

    async def patients(self) -> set[str]:
        """The ids of all patients of whom a relation is kept."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("select id, record from identity_proxy")
        return {self._read(row["id"], row["record"]).patient_id for row in rows}

    async def of_person(self, person_id: UUID) -> tuple[Proxy, ...]:
        """The relations in which somebody is, or is asked to be, the proxy, the latest changed first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(f"{_ROW} where person = $1 order by changed desc, id", person_id)
        return tuple(map(self._proxy, rows))

    async def answer(self, person: Person, proxy_id: UUID, *, accepted: bool) -> None:
        """Accept or decline what is offered to oneself; NotFound for anything else."""
        now = self._clock()
        async with self._database.transaction() as connection:
            state = "active" if accepted else "declined"
            sealed = await connection.fetchval(_ANSWER, proxy_id, person.id, state, now)
            if sealed is None:
                raise _gone()
            german = "Vertretung angenommen." if accepted else "Vertretung abgelehnt."
            english = "Accepted to act for the patient." if accepted else "Declined to act for the patient."
            patient_id = self._read(proxy_id, sealed).patient_id
            event = told_of((person, self._house), "proxy", Said(german, english), now, patient_id=patient_id)
            await self._audit.append(connection, (event,))

    async def open(self, connection: Connection, proxy_id: UUID, person: Person) -> None:
        """Within the caller's transaction: who used the relation's own letter is its proxy from now on."""
        now = self._clock()
        done = await connection.execute(_OPEN, proxy_id, person.id, now)
        if not done.endswith(" 1"):
            raise Conflict(
                "This relation has ended meanwhile; ask the house.",
                german="Diese Vertretung ist inzwischen beendet; fragen Sie das Haus.",
            )

    async def end(self, who: Principal, proxy_id: UUID) -> None:
        """End a relation, at once: the patient of one's own, the proxy of one's own, the house of any.

        NotFound for one that is not of `who`, or not there.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(f"{_ROW} where id = $1 for update", proxy_id)
            proxy = None if row is None else self._proxy(row)
            if proxy is None or not _may_end(who, proxy):
                raise _gone()
            await connection.execute(_END, proxy_id, now)
            event = told(
                who, "proxy", "D", Said("Vertretung beendet.", "The relation to a proxy was ended."), now,
                patient_id=proxy.patient_id, detail={"proxy": str(proxy_id)},
            )  # fmt: skip
            await self._audit.append(connection, (event,))

    async def choose(self, session: str, person: Person, proxy_id: UUID | None) -> None:
        """From now on this session acts by a relation, or for oneself (None). NotFound for one that does not hold."""
        key, now = self._seals.lookup("acting", session), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_acting where expires < $1", now)
            if proxy_id is None:
                await connection.execute("delete from identity_acting where session = $1", key)
                return
            row = await connection.fetchrow(f"{_ROW} where id = $1 and person = $2", proxy_id, person.id)
            if row is None or not self._proxy(row).holds(now):
                raise _gone()
            await connection.execute(_CHOOSE, key, proxy_id, now + timedelta(hours=_SESSION_HOURS))

    async def acting(self, session: str, person: Person) -> Proxy | None:
        """By which relation a session acts now; None for oneself, and as soon as the relation has ended."""
        now = self._clock()
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_ACTING, self._seals.lookup("acting", session), now, person.id)
        proxy = None if row is None else self._proxy(row)
        return proxy if proxy is not None and proxy.holds(now) else None

    async def _proxy_of(self, login: str) -> Person | None:
        found = await self._people.by_login(login)
        return found if found is not None and found.active and found.role is Role.PATIENT else None

    async def _offer(self, who: Principal, record: _Record, person: Person | None, until: datetime | None) -> Proxy:
        now, proxy_id, patient = self._clock(), uuid4(), self._patient(record.patient_id)
        if until is not None and until <= now:
            raise Incorrect("The end lies in the past.", german="Das Ende liegt in der Vergangenheit.")
        if not record.categories or not 1 <= len(record.named) <= 200:
            raise Incorrect(
                "Say who it is and for which data.", german="Geben Sie an, wer es ist und für welche Daten."
            )
        if person is not None and person.patient_id == record.patient_id:
            raise Incorrect("Nobody is the own proxy.", german="Niemand vertritt sich selbst.")
        sealed = self._seals.seal(f"proxy {proxy_id}", msgspec.json.encode(record))
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", patient.int >> 65)
            if await connection.fetchval(_OPEN_OF_PATIENT, patient) >= MOST_PROXIES:
                raise Conflict(
                    "There are too many proxies already; end one first.",
                    german="Es gibt schon zu viele Vertretungen; beenden Sie zuerst eine.",
                )
            person_id = None if person is None else person.id
            await connection.execute(_INSERT, proxy_id, patient, person_id, sealed, until, now)
            await self._audit.append(connection, (_named(who, proxy_id, record, now),))
            row = await connection.fetchrow(f"{_ROW} where id = $1", proxy_id)
        return self._proxy(row)

    def _record(
        self, who: Principal, patient: tuple[str, str], kind: ProxyKind, named: str, *, terms: Terms, proof: str | None
    ) -> _Record:
        patient_id, name = patient
        return _Record(
            patient_id=patient_id,
            patient_name=name,
            kind=kind,
            categories=terms.categories,
            decides=terms.decides,
            named=named.strip(),
            named_by=who.name,
            since=self._clock(),
            proof=proof,
        )

    def _patient(self, patient_id: str) -> UUID:
        return self._people.patient_key(patient_id)

    def _read(self, proxy_id: UUID, sealed: bytes) -> _Record:
        return msgspec.json.decode(self._seals.unseal(f"proxy {proxy_id}", sealed), type=_Record)

    def _proxy(self, row: asyncpg.Record | None) -> Proxy:
        if row is None:
            raise _gone()
        record = self._read(row["id"], row["record"])
        return Proxy(
            id=row["id"],
            patient_id=record.patient_id,
            patient_name=record.patient_name,
            kind=record.kind,
            terms=Terms(record.categories, record.decides, row["until"]),
            named=record.named,
            named_by=record.named_by,
            since=record.since,
            state=row["state"],
            person=row["person"],
            changed=row["changed"],
            proof=record.proof,
        )


def _named(who: Principal, proxy_id: UUID, record: _Record, at: datetime) -> Event:
    word = "Gesetzliche Vertretung" if record.kind == "guardian" else "Vertretung"
    said = Said(f"{word} benannt; sie beginnt mit der Annahme.", f"A {record.kind} was named; it begins when accepted.")
    detail = {"proxy": str(proxy_id)} | ({"proof": record.proof} if record.proof else {})
    return told(who, "proxy", "C", said, at, patient_id=record.patient_id, detail=detail)


def open_now(found: Sequence[Proxy], at: datetime) -> tuple[Proxy, ...]:
    """Those that are offered or hold."""
    return tuple(one for one in found if one.state_at(at) in {"offered", "active"})


def _may_end(who: Principal, proxy: Proxy) -> bool:
    if who.role is Role.PATIENT:
        own = who.proxy is None and who.patient_id == proxy.patient_id
        return own or (proxy.person is not None and str(proxy.person) == who.subject)
    return True


def _gone() -> NotFound:
    return NotFound("There is no such relation any more.", german="Diese Vertretung gibt es nicht mehr.")
