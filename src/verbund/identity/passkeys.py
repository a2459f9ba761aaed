"""Passkeys: who has which, new ones, and who signs in with one (Web Authentication, levels 2 and 3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity.ceremonies import (
    Known,
    NotAccepted,
    Party,
    creation_options,
    encoded,
    read_assertion,
    read_attestation,
    request_options,
    verify_assertion,
    verify_attestation,
)
from verbund.identity.challenges import Challenges
from verbund.identity.model import House, Person
from verbund.identity.seals import Seals

LONGEST_NAME = 60
MOST = 20
_ADD = "add a passkey"

Also = Callable[[Connection], Awaitable[None]]
"""What belongs to a deed and is done in its transaction, such as the log."""


async def nothing_else(_connection: Connection) -> None:
    """A deed without company."""


class _Record(msgspec.Struct, frozen=True):
    """What is sealed of a passkey."""

    credential: bytes
    public_key: bytes
    eligible: bool
    name: str
    aaguid: str
    transports: list[str]


_RECORD = msgspec.json.Decoder(_Record)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it. `synced` tells that a provider keeps copies of it, so that it survives the loss
    of one device; `signs` is the authenticator's counter, 0 where it keeps none."""

    id: UUID
    name: str = field(repr=False)
    added: datetime
    used: datetime | None
    signs: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Asserted:
    """Who proved to hold a passkey, and which: `bound` tells that it cannot leave its device."""

    person: UUID
    passkey: UUID
    bound: bool


class Passkeys:
    """Keys, names and credential ids lie sealed in the database; a credential is found by the keyed hash of its id."""

    def __init__(self, database: Database, keys: NodeKeys, house: House, *, clock: Clock = utc_now) -> None:
        self.party = Party.of(house.issuer, house.organisation_name)
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock
        self._challenges = Challenges(database, self._seals, clock)

    async def of(self, person_id: UUID) -> tuple[Passkey, ...]:
        """The passkeys of somebody, the first added first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select * from identity_passkey where person = $1 order by added, id", person_id
            )
        return tuple(
            Passkey(row["id"], self._record(row).name, row["added"], row["used"], row["signs"], row["backed_up"])
            for row in rows
        )

    async def creation(self, person: Person, bound: str) -> dict[str, Any]:
        """Options for a new passkey of `person` in the browser that holds `bound`."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("select * from identity_passkey where person = $1", person.id)
        records = [self._record(row) for row in rows]
        return creation_options(
            self.party,
            challenge=await self._challenges.give(f"{_ADD} {person.id}", bound),
            handle=self._handle(person.id),
            login=person.login,
            name=person.name,
            excluded=[(record.credential, record.transports) for record in records],
        )

    async def add(self, person: Person, bound: str, answer: str, name: str, also: Also = nothing_else) -> UUID:
        """Keep a new passkey; returns its id.

        Raises NotAccepted for an answer that is not right or not to our question, Conflict for a credential that is
        known already or one too many, Incorrect for a name that is too long.
        """
        named = _checked_name(name)
        sent = read_attestation(answer, self.party)
        async with self._database.connection() as connection:
            await self._challenges.take(connection, sent.challenge, f"{_ADD} {person.id}", bound)
        new = verify_attestation(sent, self.party)
        record = _Record(
            new.credential_id, new.known.public_key, new.known.eligible, named, new.aaguid, list(new.transports)
        )
        passkey_id = uuid4()
        async with self._database.transaction() as connection:
            await connection.execute("select from identity_person where id = $1 for update", person.id)
            if await connection.fetchval("select count(*) from identity_passkey where person = $1", person.id) >= MOST:
                raise _too_many()
            try:
                await connection.execute(
                    "insert into identity_passkey (id, person, credential, record, signs, backed_up, added) "
                    "values ($1, $2, $3, $4, $5, $6, $7)",
                    passkey_id, person.id, self._credential(new.credential_id), self._sealed(passkey_id, record),
                    new.known.signs, new.backed_up, self._clock(),
                )  # fmt: skip
            except asyncpg.UniqueViolationError:
                raise Conflict("This passkey is known already.", german="Dieser Passkey ist schon bekannt.") from None
            await also(connection)
        return passkey_id

    async def request(self, purpose: str, bound: str) -> dict[str, Any]:
        """Options for proving oneself with any passkey of this node in the browser that holds `bound`."""
        return request_options(self.party, challenge=await self._challenges.give(purpose, bound))

    async def proven(self, purpose: str, bound: str, answer: str) -> Asserted:
        """Who answered the challenge of `request`. Raises NotAccepted, always in the same words."""
        sent = read_assertion(answer, self.party)
        async with self._database.connection() as connection:
            await self._challenges.take(connection, sent.challenge, purpose, bound)
        async with self._database.transaction() as connection:
            # Held until the counter is written, so that a copy cannot sign at the same time.
            row = await connection.fetchrow(
                "select k.* from identity_passkey k join identity_person p on p.id = k.person "
                "where k.credential = $1 and p.active for update of k",
                self._credential(sent.credential_id),
            )
            if row is None or sent.user_handle != self._handle(row["person"]):
                raise NotAccepted("a credential that is unknown or another person's")
            record = self._record(row)
            seen = verify_assertion(sent, Known(record.public_key, row["signs"], record.eligible), self.party)
            await connection.execute(
                "update identity_passkey set signs = $2, backed_up = $3, used = $4 where id = $1",
                row["id"], seen.signs, seen.backed_up, self._clock(),
            )  # fmt: skip
        return Asserted(row["person"], row["id"], bound=not record.eligible)

    async def rename(self, person_id: UUID, passkey_id: UUID, name: str) -> None:
        """Another name. Raises NotFound for a passkey that is not this person's, Incorrect for one too long."""
        named = _checked_name(name)
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select * from identity_passkey where id = $1 and person = $2 for update", passkey_id, person_id
            )
            if row is None:
                raise _unknown()
            sealed = self._sealed(passkey_id, msgspec.structs.replace(self._record(row), name=named))
            await connection.execute("update identity_passkey set record = $2 where id = $1", passkey_id, sealed)

    async def remove(self, person_id: UUID, passkey_id: UUID, also: Also = nothing_else) -> None:
        """From now on this passkey opens nothing. Raises NotFound for one that is not this person's."""
        async with self._database.transaction() as connection:
            done = await connection.execute(
                "delete from identity_passkey where id = $1 and person = $2", passkey_id, person_id
            )
            if done == "DELETE 0":
                raise _unknown()
            await also(connection)

    def _handle(self, person_id: UUID) -> bytes:
        """The user handle: random to everybody but this node (section 14.6.1: it must tell nothing of the person)."""
        return self._seals.lookup("user handle", str(person_id)).bytes

    def _credential(self, credential_id: bytes) -> UUID:
        return self._seals.lookup("credential", encoded(credential_id))

    def _sealed(self, passkey_id: UUID, record: _Record) -> bytes:
        return self._seals.seal(f"passkey {passkey_id}", msgspec.json.encode(record))

    def _record(self, row: asyncpg.Record) -> _Record:
        return _RECORD.decode(self._seals.unseal(f"passkey {row['id']}", row["record"]))


def _checked_name(name: str) -> str:
    named = " ".join(name.split())
    if not 0 < len(named) <= LONGEST_NAME or not named.isprintable():
        raise Incorrect(
            f"Give the passkey a name of 1 to {LONGEST_NAME} characters.",
            german=f"Geben Sie dem Passkey einen Namen von 1 bis {LONGEST_NAME} Zeichen.",
        )
    return named


def _unknown() -> NotFound:
    return NotFound("There is no such passkey.", german="Diesen Passkey gibt es nicht.")


def _too_many() -> Conflict:
    return Conflict(
        f"More than {MOST} passkeys are not kept; remove one first.",
        german=f"Mehr als {MOST} Passkeys werden nicht geführt; entfernen Sie erst einen.",
    )
