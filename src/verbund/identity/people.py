"""The people of a house who can sign in."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack
from uuid import UUID, uuid4

import asyncpg
import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Incorrect, NotFound, Unauthenticated
from verbund.identity.model import Person, Role
from verbund.identity.passwords import Passwords, check_strength
from verbund.identity.seals import Seals

if TYPE_CHECKING:
    from collections.abc import Sequence

_INSERT = """
insert into identity_person (id, login, record, password, changed, staff, patient) values ($1, $2, $3, $4, $5, $6, $7)
"""
_UNSETTLED = "select id, record from identity_person where staff is null limit 500 for update skip locked"
_SETTLE = "update identity_person set staff = $2, patient = $3 where id = $1"
_OF_PATIENT = """
select id, record, active, epoch from identity_person where patient = $1 order by active desc, id limit 1
"""
_PATIENTS = "select id, record from identity_person where patient is not null"
_STAFF = "select id, record, active, epoch from identity_person where staff"


class _Changes(TypedDict, total=False):
    """What of somebody can be changed."""

    name: str
    role: Role
    practitioner_id: str | None
    specialty: str | None
    role_id: str | None


class _Record(msgspec.Struct, frozen=True):
    """What is sealed of a person."""

    login: str
    name: str
    role: Role
    created: datetime
    patient_id: str | None = None
    practitioner_id: str | None = None
    specialty: str | None = None
    role_id: str | None = None


_RECORD = msgspec.json.Decoder(_Record)


def canonical_login(login: str) -> str:
    """A login as it is compared: without differences of case, width or surrounding space."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def person_of(person_id: UUID, sealed: bytes, seals: Seals, *, active: bool = True, epoch: int = 0) -> Person:
    """The person whose sealed record a row holds; `active` says whether they may sign in."""
    record = _RECORD.decode(seals.unseal(f"person {person_id}", sealed))
    return Person(
        id=person_id,
        login=record.login,
        name=record.name,
        role=record.role,
        patient_id=record.patient_id,
        practitioner_id=record.practitioner_id,
        created=record.created,
        specialty=record.specialty,
        role_id=record.role_id,
        active=active,
        epoch=epoch,
    )


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who has been checked and is about to be added: the row that `People.insert` writes."""

    id: UUID
    login: UUID
    sealed: bytes = field(repr=False)
    password: bytes = field(repr=False)
    staff: bool
    patient: UUID | None
    created: datetime


class People:
    """Who can sign in at this node. Logins are stored as keyed hashes only, everything else sealed."""

    def __init__(
        self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now, passwords: Passwords | None = None
    ) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock
        self._passwords = passwords or Passwords()

    async def add(
        self,
        login: str,
        name: str,
        role: Role,
        password: str,
        *,
        patient_id: str | None = None,
        practitioner_id: str | None = None,
        specialty: str | None = None,
        role_id: str | None = None,
    ) -> Person:
        """Somebody new. Raises Conflict when the login is taken, Incorrect for a weak password or an unusable login."""
        if role is Role.PATIENT and patient_id is None:
            raise Incorrect("A patient's sign-in names the patient's record (patient_id).")
        newcomer = await self.prepare(
            login,
            name,
            role,
            password,
            patient_id=patient_id,
            practitioner_id=practitioner_id,
            specialty=specialty,
            role_id=role_id,
        )
        async with self._database.transaction() as connection:
            return await self.insert(connection, newcomer)

    async def prepare(
        self,
        login: str,
        name: str,
        role: Role,
        password: str,
        *,
        patient_id: str | None = None,
        practitioner_id: str | None = None,
        specialty: str | None = None,
        role_id: str | None = None,
    ) -> Newcomer:
        """What `insert` adds, checked and hashed outside any transaction; Incorrect as `add`.

        A patient without `patient_id` has no record here and acts for others only.
        """
        login = canonical_login(login)
        if not login or len(login) > 200:
            raise Incorrect("A login has 1 to 200 characters.", german="Ein Anmeldename hat 1 bis 200 Zeichen.")
        if not name.strip() or len(name) > 200:
            raise Incorrect("A name has 1 to 200 characters.", german="Ein Name hat 1 bis 200 Zeichen.")
        check_strength(password, login)
        record = _Record(login, name, role, self._clock(), patient_id, practitioner_id, specialty, role_id)
        person_id = uuid4()
        return Newcomer(
            id=person_id,
            login=self._seals.lookup("login", login),
            sealed=self._seals.seal(f"person {person_id}", msgspec.json.encode(record)),
            password=self._seal_password(person_id, await self._passwords.hash(password)),
            staff=role is not Role.PATIENT,
            patient=None if patient_id is None else self.patient_key(patient_id),
            created=record.created,
        )

    async def insert(self, connection: Connection, newcomer: Newcomer) -> Person:
        """Add somebody within the caller's transaction. Raises Conflict, which must end it, when the login is taken."""
        try:
            await connection.execute(
                _INSERT, newcomer.id, newcomer.login, newcomer.sealed, newcomer.password, newcomer.created,
                newcomer.staff, newcomer.patient,
            )  # fmt: skip
        except asyncpg.UniqueViolationError:
            raise Conflict(
                "This login is taken; choose another.",
                german="Dieser Anmeldename ist vergeben; wählen Sie einen anderen.",
            ) from None
        return person_of(newcomer.id, newcomer.sealed, self._seals)

    def patient_key(self, patient_id: str) -> UUID:
        """Under what somebody is found by the patient who they are."""
        return self._seals.lookup("patient", patient_id)

    async def settle(self) -> None:
        """Say of the people of a former version who is staff and who which patient is. Safe to run at any time."""
        while True:
            async with self._database.transaction() as connection:
                rows = await connection.fetch(_UNSETTLED)
                for row in rows:
                    person = person_of(row["id"], row["record"], self._seals)
                    patient = None if person.patient_id is None else self.patient_key(person.patient_id)
                    await connection.execute(_SETTLE, person.id, person.role is not Role.PATIENT, patient)
            if not rows:
                return

    async def of_patient(self, patient_id: str) -> Person | None:
        """The account of a patient; None when there is none. One that was closed counts."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_OF_PATIENT, self.patient_key(patient_id))
        return None if row is None else self._of_row(row)

    async def patients(self) -> set[str]:
        """The ids of all patients who have an account."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_PATIENTS)
        people = (person_of(row["id"], row["record"], self._seals) for row in rows)
        return {person.patient_id for person in people if person.patient_id is not None}

    async def by_login(self, login: str) -> Person | None:
        """Who has this login, also somebody who may no longer sign in; for the house's own use, never an answer."""
        row = await self._row(login)
        return None if row is None else self._of_row(row)

    async def staff(self) -> tuple[Person, ...]:
        """Everybody who is no patient, by name; also who may no longer sign in."""
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(_STAFF)
        return tuple(sorted(map(self._of_row, rows), key=lambda person: (person.name, person.login)))

    async def change(self, person_id: UUID, **changes: Unpack[_Changes]) -> Person:
        """Change what is kept of somebody; NotFound for nobody. A new role ends sessions and tokens."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select record, active, epoch from identity_person where id = $1 for update", person_id
            )
            if row is None:
                raise NotFound("There is nobody of this id.", german="Diese Person gibt es hier nicht.")
            former = _RECORD.decode(self._seals.unseal(f"person {person_id}", row["record"]))
            record = msgspec.structs.replace(former, **changes)
            if (former.role is Role.PATIENT) is not (record.role is Role.PATIENT):
                raise Incorrect(
                    "A patient's account stays a patient's; staff get one of their own.",
                    german="Das Konto einer Patientin oder eines Patienten bleibt eines; Personal erhält ein eigenes.",
                )
            sealed = self._seals.seal(f"person {person_id}", msgspec.json.encode(record))
            await connection.execute(
                "update identity_person set record = $2, changed = $3 where id = $1", person_id, sealed, self._clock()
            )
            if record.role is not former.role:
                await self._put_out(connection, person_id)
        epoch = row["epoch"] + (record.role is not former.role)
        return person_of(person_id, sealed, self._seals, active=row["active"], epoch=epoch)

    async def activate(self, person_id: UUID) -> None:
        """Let somebody sign in again who could no longer; with the same password and factors."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "update identity_person set active = true, changed = $2 where id = $1", person_id, self._clock()
            )

    async def hashed(self, person_id: UUID, password: str, login: str) -> bytes:
        """A new password as `replace_password` takes it; Incorrect for a weak one."""
        check_strength(password, canonical_login(login))
        return self._seal_password(person_id, await self._passwords.hash(password))

    async def replace_password(self, connection: Connection, person_id: UUID, secret: bytes) -> None:
        """Within the caller's transaction: a new password, made by `hashed`; sessions end, tokens are revoked."""
        await self._replace_password(connection, person_id, secret)
        await self._put_out(connection, person_id)

    async def authenticate(self, login: str, password: str) -> Person:
        """The person whose login and password these are; guessing is braked by `verbund.identity.brake`, not here.

        Raises Unauthenticated, with the same words and after the same work, for an unknown login, a wrong password and
        somebody who may no longer sign in.
        """
        row = await self._row(login)
        encoded = None if row is None else self._open_password(row["id"], row["password"])
        if not await self._passwords.fits(encoded, password) or row is None or not row["active"]:
            raise Unauthenticated("Login or password is wrong.", german="Anmeldename oder Passwort ist falsch.")
        if encoded is not None and self._passwords.outdated(encoded):
            await self._hash_anew(row["id"], password, row["password"])
        return self._of_row(row)

    def trace(self, login: str) -> str:
        """What the log calls a login that was tried: a short keyed hash, the same for each attempt on one account."""
        return self._seals.lookup("logged login", canonical_login(login)).hex[:12]

    async def of(self, person_id: UUID) -> Person:
        """Somebody who may sign in, by id. Raises NotFound, also for somebody who may no longer."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "select id, record, active, epoch from identity_person where id = $1 and active", person_id
            )
        if row is None:
            raise NotFound("There is nobody of this id who may sign in.")
        return self._of_row(row)

    async def all(self) -> tuple[Person, ...]:
        """Everybody who may sign in, by name."""
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(
                "select id, record, active, epoch from identity_person where active"
            )
        return tuple(sorted(map(self._of_row, rows), key=lambda person: (person.name, person.login)))

    async def change_password(self, person_id: UUID, password: str) -> None:
        """Replace the password, end all sessions and revoke all tokens, as one act.

        Other processes refuse the tokens within two seconds. Raises NotFound, and Incorrect for a weak password.
        """
        person = await self.of(person_id)
        check_strength(password, person.login)
        secret = self._seal_password(person_id, await self._passwords.hash(password))
        async with self._database.transaction() as connection:
            await self._replace_password(connection, person_id, secret)
            await self._put_out(connection, person_id)

    async def deactivate(self, person_id: UUID) -> None:
        """From now on this person cannot sign in; sessions end and tokens are revoked with it."""
        now = self._clock()
        async with self._database.transaction() as connection:
            await connection.execute(
                "update identity_person set active = false, changed = $2 where id = $1", person_id, now
            )
            await self._put_out(connection, person_id)

    async def _put_out(self, connection: Connection, person_id: UUID) -> None:
        """End sessions, revoke tokens, and let nothing count that was proven before: whoever it is has to sign in."""
        await connection.execute("update identity_person set epoch = epoch + 1 where id = $1", person_id)
        await connection.execute("delete from identity_session where person = $1", person_id)
        await connection.execute(
            "insert into identity_revocation (jti, revoked, expires) "
            "select jti, $2, expires from identity_grant where person = $1 on conflict do nothing",
            person_id, self._clock(),
        )  # fmt: skip
        await connection.execute(
            "update identity_permit set ended = $2 where person = $1 and ended is null", person_id, self._clock()
        )

    def _of_row(self, row: asyncpg.Record) -> Person:
        return person_of(row["id"], row["record"], self._seals, active=row["active"], epoch=row["epoch"])

    async def _row(self, login: str) -> asyncpg.Record | None:
        async with self._database.connection() as connection:
            return await connection.fetchrow(
                "select id, record, password, active, epoch from identity_person where login = $1",
                self._seals.lookup("login", canonical_login(login)),
            )

    async def _hash_anew(self, person_id: UUID, password: str, former: bytes) -> None:
        """Keep the same password with today's parameters, unless another one was set meanwhile."""
        secret = self._seal_password(person_id, await self._passwords.hash(password))
        async with self._database.transaction() as connection:
            await connection.execute(
                "update identity_person set password = $2, changed = $3 where id = $1 and password = $4",
                person_id, secret, self._clock(), former,
            )  # fmt: skip

    async def _replace_password(self, connection: Connection, person_id: UUID, secret: bytes) -> None:
        await connection.execute(
            "update identity_person set password = $2, changed = $3 where id = $1",
            person_id, secret, self._clock(),
        )  # fmt: skip

    def _seal_password(self, person_id: UUID, encoded: str) -> bytes:
        return self._seals.seal(f"password {person_id}", encoded.encode())

    def _open_password(self, person_id: UUID, sealed: bytes) -> str:
        return self._seals.unseal(f"password {person_id}", sealed).decode()
