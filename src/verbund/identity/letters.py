"""Letters with a code: how a patient, a guardian or somebody new on the staff comes to an own login and password.

A code works once, for some days, and only together with what the letter does not say: the birth date, for staff the
login. A new letter for the same person ends the former. Only keyed hashes of codes are kept.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

import asyncpg
import msgspec

from verbund.audit import AuditLog
from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Fault, Incorrect, Unauthenticated
from verbund.identity.brake import Rule, begin_attempt
from verbund.identity.browsers import network_of
from verbund.identity.codes import canonical_code, new_code
from verbund.identity.confirming import require_recent_staff
from verbund.identity.model import House, Person, Principal, Role
from verbund.identity.people import People, canonical_login
from verbund.identity.proxies import Proxies
from verbund.identity.recording import Said, refused, told, told_of
from verbund.identity.seals import Seals

VALID_DAYS = 28
TICKET_MINUTES = 30
MOST_FAILURES = 5
"""A code that was met so often without the right birth date or login is locked."""

ADDRESS = Rule(free=10, longest_seconds=900)
CHOICES = Rule(free=10, longest_seconds=900)
LetterKind = Literal["patient", "guardian", "person"]

_INSERT = """
insert into identity_letter (id, code, subject, patient, record, about, issued, expires)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_END_FORMER = (
    "update identity_letter set state = 'revoked', ended = $2 where subject = $1 and state = 'open' returning id"
)
_OPEN = "select id, record, issued, expires from identity_letter where subject = $1 and state = 'open' and expires > $2"
_OPEN_ALL = """
select id, record, issued, expires from identity_letter
 where state = 'open' and expires > $1 and (issued, id) < ($2, $3) order by issued desc, id desc limit $4
"""
_FAILED = """
update identity_letter set failures = failures + 1,
       state = case when failures + 1 >= $2 and state = 'open' then 'locked' else state end,
       ended = case when failures + 1 >= $2 and state = 'open' then $3 else ended end
 where id = $1
"""
_USE = """
update identity_letter set state = 'used', ended = $2
 where id = $1 and state = 'open' and expires > $2 returning record
"""
_BY_CODE = "select id, record, state, expires from identity_letter where code = $1 for update"
_HAS_ACCOUNT = "select true from identity_person where patient = $1"
_UNSETTLED = "select id, record from identity_letter where about is null order by id limit 500 for update"
_SETTLE = "update identity_letter set about = $2 where id = $1"
_ABOUT_PATIENTS = "select id, record from identity_letter where about <> $1"
_NOBODY = UUID(int=0)
_FORGET = "delete from identity_letter where expires < $1"


class _Record(msgspec.Struct, frozen=True):
    """What is sealed of a letter: for whom it is, and what must be given with its code."""

    kind: LetterKind
    name: str
    second: str
    patient_id: str | None = None
    person: UUID | None = None
    proxy: UUID | None = None


class _Ticket(msgspec.Struct, frozen=True):
    letter: UUID
    until: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom a letter is.

    `second` is what must be given with the code: the birth date (ISO 8601) for patients and guardians, the login for
    somebody who has an account already. `patient_id` is whose record it is about; a guardian's letter opens the
    relation `proxy`.
    """

    kind: LetterKind
    name: str = field(repr=False)
    second: str = field(repr=False)
    patient_id: str | None = None
    person: UUID | None = None
    proxy: UUID | None = None

    @property
    def subject(self) -> str:
        """Who has one open letter at most."""
        return f"{self.kind} {self.patient_id if self.kind == 'patient' else self.proxy or self.person}"


@dataclass(frozen=True, slots=True)
class Letter:
    """An open letter, as the house sees it; the code is known to the paper only."""

    id: UUID
    recipient: Recipient
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter and its code, which is shown once."""

    letter: Letter
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A code that was accepted: `ticket` lets who gave it choose a login and a password within half an hour."""

    ticket: str = field(repr=False)
    recipient: Recipient


class Letters:
    """Issues, checks, ends and redeems letters. What is done is in the log with the act."""

    def __init__(
        self,
        house: House,
        database: Database,
        keys: NodeKeys,
        *,
        people: People,
        proxies: Proxies,
        audit: AuditLog,
        clock: Clock = utc_now,
        days: int = VALID_DAYS,
    ) -> None:
        self._house = house
        self._database = database
        self._seals = Seals(keys)
        self._people = people
        self._proxies = proxies
        self._audit = audit
        self._clock = clock
        self._days = days

    async def issue(self, who: Principal, recipient: Recipient) -> Issued:
        """A new letter; one that was open for the same person ends with it.

        ConfirmationNeeded unless who issues it has just proved who they are: whoever holds it is let in.
        """
        require_recent_staff(who, self._clock())
        code, now, letter_id = new_code(), self._clock(), uuid4()
        subject = self._seals.lookup("letter subject", recipient.subject)
        expires = now + timedelta(days=self._days)
        record = _Record(
            recipient.kind, recipient.name, _second(recipient.second), recipient.patient_id, recipient.person,
            recipient.proxy,
        )  # fmt: skip
        sealed = self._seals.seal(f"letter {letter_id}", msgspec.json.encode(record))
        async with self._database.transaction() as connection:
            # Those that nobody can use any more are kept for a while, so that who comes late is told why.
            await connection.execute(_FORGET, now - timedelta(days=90))
            await connection.execute("select pg_advisory_xact_lock($1)", subject.int >> 65)
            ended = await connection.fetchval(_END_FORMER, subject, now)
            row = (letter_id, self._code_key(canonical_code(code)), subject, recipient.kind == "patient", sealed)
            await connection.execute(_INSERT, *row, self._about(recipient.patient_id), now, expires)
            german = "Brief mit Zugangscode ausgestellt" + ("; ein früherer gilt nicht mehr." if ended else ".")
            english = "A letter with a code was issued" + ("; a former one has ended." if ended else ".")
            await self._audit.append(
                connection,
                (told(who, "enrolment", "C", Said(german, english), now, patient_id=recipient.patient_id),),
            )
        return Issued(Letter(letter_id, recipient, now, expires), code)

    async def settle(self) -> None:
        """Say of the letters of a former version whose record they are about. Safe to run at any time."""
        while True:
            async with self._database.transaction() as connection:
                rows = await connection.fetch(_UNSETTLED)
                for row in rows:
                    await connection.execute(_SETTLE, row["id"], self._about(self._record(row).patient_id))
            if not rows:
                return

    async def patients(self) -> set[str]:
        """The ids of all patients whose record a letter is about."""
        await self.settle()
        async with self._database.connection() as connection:
            rows = await connection.fetch(_ABOUT_PATIENTS, _NOBODY)
        return {found for row in rows if (found := self._record(row).patient_id) is not None}

    def _about(self, patient_id: str | None) -> UUID:
        return _NOBODY if patient_id is None else self._people.patient_key(patient_id)

    async def open_for(self, recipient: Recipient) -> Letter | None:
        """The open letter of somebody."""
        subject = self._seals.lookup("letter subject", recipient.subject)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(_OPEN, subject, self._clock())
        return None if row is None else self._letter(row)

    async def open_letters(self, *, count: int, cursor: str | None = None) -> tuple[tuple[Letter, ...], str | None]:
        """Open letters, newest first, and the cursor of the next page. Incorrect for a cursor that is none."""
        before, last = _place(cursor)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OPEN_ALL, self._clock(), before, last, count + 1)
        found = tuple(map(self._letter, rows[:count]))
        more = len(rows) > count
        return found, f"{found[-1].issued.isoformat()} {found[-1].id}" if more else None

    async def revoke(self, who: Principal, recipient: Recipient) -> None:
        """End the open letter of somebody; nothing happens where there is none."""
        subject, now = self._seals.lookup("letter subject", recipient.subject), self._clock()
        async with self._database.transaction() as connection:
            if await connection.fetchval(_END_FORMER, subject, now) is None:
                return
            said = Said("Brief mit Zugangscode widerrufen.", "A letter with a code was revoked.")
            event = told(who, "enrolment", "D", said, now, patient_id=recipient.patient_id)
            await self._audit.append(connection, (event,))

    async def open(self, code: str, second: str, *, address: str | None) -> Opened:
        """Check a code with what must be given with it.

        Raises Unauthenticated, with the same words, for an unknown code and for one with the wrong birth date or login;
        Conflict, with the reason, for a right one that does not hold any more, and for one that is locked, whatever is
        given with it; TooManyAttempts while guessing from the network of `address` is braked.
        """
        brake = None if address is None else self._seals.lookup("letter address", network_of(address))
        if brake is not None:
            await self._count(brake, ADDRESS)
        async with self._database.transaction() as connection:
            met = await self._met(connection, code, second)
        if met is None:
            raise Unauthenticated(
                "These do not belong together. Check both against the letter; after several failures it is locked.",
                german="Diese Angaben gehören nicht zusammen. Vergleichen Sie beide mit dem Brief; nach mehreren "
                "Fehlversuchen wird er gesperrt.",
            )
        row, record = met
        now = self._clock()
        _check_open(row, now)
        if brake is not None:
            async with self._database.transaction() as connection:
                await connection.execute(
                    "update identity_attempt set failures = greatest(failures - 1, 0) where key = $1", brake
                )
        return Opened(self._ticket(row["id"], now), _recipient(record))

    async def _met(self, connection: Connection, code: str, second: str) -> tuple[asyncpg.Record, _Record] | None:
        """The letter of a code with what must be given with it; None, and counted, where they do not belong together.

        Its row is locked until the failure is counted, and nothing is compared with one that is locked for good: of
        however many that are tried at once no more are compared than of those that come one after another.
        """
        written = canonical_code(code)
        row = await connection.fetchrow(_BY_CODE, self._code_key(written)) if written else None
        record = None if row is None else self._record(row)
        if row is not None and record is not None and (row["state"] == "locked" or record.second == _second(second)):
            return row, record
        await self._failed(connection, row, record)
        return None

    async def recipient(self, ticket: str) -> Recipient:
        """For whom a ticket is; Unauthenticated when it is too old or none, Conflict when the letter has ended."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "select id, record, state, expires from identity_letter where id = $1", self._letter_of(ticket)
            )
        if row is None:
            raise _stale()
        _check_open(row, self._clock())
        return _recipient(self._record(row))

    async def redeem(self, ticket: str, login: str, password: str) -> Person:
        """Use the letter up: a new account with this login and password, or a new password for the one that is there.

        Raises as `recipient`, Conflict for a login that is taken, Incorrect for a weak password: the letter can be used
        again then. TooManyAttempts for who tries one login after another: that one is taken tells who has an account.
        """
        letter_id, recipient = self._letter_of(ticket), await self.recipient(ticket)
        if recipient.person is not None:
            return await self._renewed(letter_id, recipient, recipient.person, password)
        await self._count(self._seals.lookup("letter choices", str(letter_id)), CHOICES)
        newcomer = await self._people.prepare(
            login,
            recipient.name,
            Role.PATIENT,
            password,
            patient_id=recipient.patient_id if recipient.kind == "patient" else None,
        )
        async with self._database.transaction() as connection:
            await self._use(connection, letter_id)
            if recipient.kind == "patient" and await connection.fetchval(_HAS_ACCOUNT, newcomer.patient):
                raise Conflict(
                    "This patient has an account already; ask for a letter that sets a new password.",
                    german="Für diese Akte gibt es schon ein Konto; lassen Sie sich einen Brief für ein neues Passwort "
                    "geben.",
                )
            person = await self._people.insert(connection, newcomer)
            if recipient.proxy is not None:
                await self._proxies.open(connection, recipient.proxy, person)
            await self._done(connection, person, recipient)
        return person

    async def _count(self, key: UUID, rule: Rule) -> None:
        async with self._database.transaction() as connection:
            await begin_attempt(connection, key, rule, self._clock())

    async def _renewed(self, letter_id: UUID, recipient: Recipient, person_id: UUID, password: str) -> Person:
        person = await self._people.of(person_id)
        secret = await self._people.hashed(person.id, password, person.login)
        async with self._database.transaction() as connection:
            await self._use(connection, letter_id)
            await self._people.replace_password(connection, person.id, secret)
            await self._done(connection, person, recipient)
        return person

    async def _use(self, connection: Connection, letter_id: UUID) -> None:
        used = await connection.fetchval(_USE, letter_id, self._clock())
        if used is None:
            raise _ended(
                "This letter was used or revoked meanwhile.", "Dieser Brief wurde inzwischen benutzt oder widerrufen."
            )

    async def _done(self, connection: Connection, person: Person, recipient: Recipient) -> None:
        german, english = "Anmeldung mit dem Brief eingerichtet.", "The account was set up with the letter."
        if recipient.person is not None:
            german, english = "Neues Passwort mit dem Brief gesetzt.", "A new password was set with the letter."
        now = self._clock()
        event = told_of((person, self._house), "enrolment", Said(german, english), now, patient_id=recipient.patient_id)
        await self._audit.append(connection, (event,))

    async def _failed(self, connection: Connection, row: asyncpg.Record | None, record: _Record | None) -> None:
        now = self._clock()
        if row is not None:
            await connection.execute(_FAILED, row["id"], MOST_FAILURES, now)
        said = Said("Ein Zugangscode passte nicht.", "A letter's code did not fit.")
        patient_id = None if record is None else record.patient_id
        await self._audit.append(connection, (refused(self._house, "enrolment", said, now, patient_id=patient_id),))

    def _code_key(self, code: str) -> UUID:
        return self._seals.lookup("letter code", code)

    def _letter(self, row: asyncpg.Record) -> Letter:
        return Letter(row["id"], _recipient(self._record(row)), row["issued"], row["expires"])

    def _record(self, row: asyncpg.Record) -> _Record:
        return msgspec.json.decode(self._seals.unseal(f"letter {row['id']}", row["record"]), type=_Record)

    def _ticket(self, letter_id: UUID, now: datetime) -> str:
        said = msgspec.json.encode(_Ticket(letter_id, now + timedelta(minutes=TICKET_MINUTES)))
        return urlsafe_b64encode(self._seals.seal("letter ticket", said)).decode()

    def _letter_of(self, ticket: str) -> UUID:
        try:
            sealed = urlsafe_b64decode(ticket.encode())
            said = msgspec.json.decode(self._seals.unseal("letter ticket", sealed), type=_Ticket)
        except (NotBase64, ValueError, Fault):
            raise _stale() from None
        if said.until <= self._clock():
            raise _stale()
        return said.letter


def _recipient(record: _Record) -> Recipient:
    return Recipient(record.kind, record.name, record.second, record.patient_id, record.person, record.proxy)


def _second(written: str) -> str:
    """A birth date or a login as it is compared."""
    return canonical_login(written)


def _check_open(row: asyncpg.Record, now: datetime) -> None:
    match row["state"]:
        case "used":
            raise _ended("This letter has been used; sign in.", "Dieser Brief wurde schon benutzt; melden Sie sich an.")
        case "locked":
            raise _ended(
                "This letter is locked after several wrong entries; ask for a new one.",
                "Dieser Brief ist nach mehreren falschen Angaben gesperrt; lassen Sie sich einen neuen geben.",
            )
        case "revoked":
            raise _ended(
                "This letter was revoked or replaced by a newer one.",
                "Dieser Brief wurde widerrufen oder durch einen neueren ersetzt.",
            )
    if row["expires"] <= now:
        raise _ended(
            "This letter has expired; ask for a new one.",
            "Dieser Brief ist abgelaufen; lassen Sie sich einen neuen geben.",
        )


def _ended(english: str, german: str) -> Conflict:
    return Conflict(english, german=german)


def _stale() -> Unauthenticated:
    return Unauthenticated(
        "This took too long; enter the code again.",
        german="Das hat zu lange gedauert; geben Sie den Code noch einmal ein.",
    )


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    if cursor is None:
        return datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1)
    moment, _, last = cursor.partition(" ")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(last)
    except ValueError:
        raise Incorrect("This page is not there; begin with the first.", german="Diese Seite gibt es nicht.") from None
