"""One-time codes of an authenticator app: RFC 6238 with SHA-1, six digits, steps of 30 seconds, as every app has it."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pyotp

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Incorrect
from verbund.identity.model import House, Person
from verbund.identity.passkeys import Also, nothing_else
from verbund.identity.seals import Seals

DIGITS = 6
STEP_SECONDS = 30
DRIFT_STEPS = 1  # RFC 6238, section 5.2: one step for clocks that differ and codes on their way
_CODE = re.compile(rf"\d{{{DIGITS}}}", re.ASCII)
_OFFER = """
insert into identity_totp (person, offered, offered_to) values ($1, $2, $3)
on conflict (person) do update set offered_to = excluded.offered_to, offered = case
 when identity_totp.offered_to = excluded.offered_to then coalesce(identity_totp.offered, excluded.offered)
 else excluded.offered end
returning offered
"""


class WrongCode(Incorrect):
    """A code that does not fit, or not any more."""

    def __init__(self) -> None:
        super().__init__(
            "This code does not fit. Each code counts once and for half a minute; wait for the next and type that.",
            german="Dieser Code passt nicht. Jeder Code gilt einmal und eine halbe Minute; "
            "warten Sie den nächsten ab, und geben Sie ihn ein.",
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A new key for an authenticator app: in letters, and as the address that a QR code carries."""

    secret: str = field(repr=False)
    address: str = field(repr=False)

    @property
    def spaced(self) -> str:
        """The key as it is read aloud and typed: in groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def plain_code(text: str) -> str:
    """A code as typed, without the spaces in which apps show it."""
    return re.sub(r"[\s-]", "", text)


def fitting_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step whose code this is, of the present one and one beside it; None without one after `after`.

    Compared in constant time; a step is given once only when the caller keeps it as the next `after` (section 5.2).
    """
    if not _CODE.fullmatch(code):
        return None
    app, present, found = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS), int(now.timestamp()), None
    for step in range(present // STEP_SECONDS - DRIFT_STEPS, present // STEP_SECONDS + DRIFT_STEPS + 1):
        if hmac.compare_digest(app.generate_otp(step), code) and step > after:
            found = step
    return found


class Totp:
    """The keys of authenticator apps, one a person, sealed."""

    def __init__(self, database: Database, keys: NodeKeys, house: House, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._house = house
        self._clock = clock

    async def since(self, person_id: UUID) -> datetime | None:
        """Since when somebody uses an app; None without."""
        async with self._database.connection() as connection:
            found: datetime | None = await connection.fetchval(
                "select added from identity_totp where person = $1 and secret is not null", person_id
            )
        return found

    async def offer(self, person: Person, bound: str) -> Offer:
        """A key to put into an app, the same until it is confirmed; what is in use stays in use till then.

        It is for who holds `bound` (a session, a step) and nobody else: a key that was shown to another before, as to
        whoever had found a password, is never taken into use.
        """
        fresh = self._sealed(person.id, pyotp.random_base32())
        async with self._database.transaction() as connection:
            sealed = await connection.fetchval(
                _OFFER, person.id, fresh, self._to(bound),
            )  # fmt: skip
        secret = self._opened(person.id, sealed)
        app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
        return Offer(secret, app.provisioning_uri(name=person.login, issuer_name=self._house.organisation_name))

    async def confirm(self, person_id: UUID, bound: str, code: str, also: Also = nothing_else) -> None:
        """Take the key into use that was offered to `bound`, when the app shows the right code. Raises WrongCode."""
        async with self._database.transaction() as connection:
            sealed = await connection.fetchval(
                "select offered from identity_totp where person = $1 and offered_to = $2 for update",
                person_id,
                self._to(bound),
            )
            if sealed is None:
                raise WrongCode
            step = fitting_step(self._opened(person_id, sealed), plain_code(code), self._clock(), after=0)
            if step is None:
                raise WrongCode
            await connection.execute(
                "update identity_totp set secret = offered, offered = null, offered_to = null, added = $2, step = $3 "
                "where person = $1",
                person_id, self._clock(), step,
            )  # fmt: skip
            await also(connection)

    async def use(self, person_id: UUID, code: str) -> bool:
        """Whether the code fits now and was not used before; it is used then."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select secret, step from identity_totp where person = $1 and secret is not null for update", person_id
            )
            if row is None:
                return False
            secret = self._opened(person_id, row["secret"])
            step = fitting_step(secret, plain_code(code), self._clock(), after=row["step"])
            if step is None:
                return False
            await connection.execute("update identity_totp set step = $2 where person = $1", person_id, step)
        return True

    async def remove(self, person_id: UUID, also: Also = nothing_else) -> None:
        """From now on no code of the app fits."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_totp where person = $1", person_id)
            await also(connection)

    def _to(self, bound: str) -> UUID:
        return self._seals.lookup("totp offer", bound)

    def _sealed(self, person_id: UUID, secret: str) -> bytes:
        return self._seals.seal(f"totp {person_id}", secret.encode())

    def _opened(self, person_id: UUID, sealed: bytes) -> str:
        return self._seals.unseal(f"totp {person_id}", sealed).decode()
