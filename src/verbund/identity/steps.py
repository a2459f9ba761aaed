"""Between the steps of a sign-in: who has proven what so far, for which waiting request, in which browser.

A step is known by a fresh secret that only the browser holds which proved the first factor; nothing else opens it.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import NotFound
from verbund.identity.seals import Seals, new_secret

MINUTES = 10
TRIES = 5

Want = Literal["code", "factor", "password"]
"""What is asked next: the second factor, a second factor to be set up, a password of one's own."""


class Step(msgspec.Struct, frozen=True):
    """Somebody on the way in. `amr` is how they have proven so far who they are (RFC 8176), `at` when they began.

    `epoch` is that of the person then (`Person.epoch`), `provider` the outside provider that let them in.
    """

    person: UUID
    request: str
    amr: tuple[str, ...]
    how: str
    at: datetime
    want: Want | None = None
    epoch: int = 0
    provider: str = ""


_STEP = msgspec.json.Decoder(Step)


class Steps:
    """Steps lie in the database, sealed, for ten minutes and five tries."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock

    async def open(self, step: Step) -> str:
        """Keep a step; returns the secret that it is known by. Sweeps away what has expired."""
        secret, now = new_secret(), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_step where expires < $1", now)
            await connection.execute(
                "insert into identity_step (token, record, expires) values ($1, $2, $3)",
                self._key(secret), self._sealed(step), now + timedelta(minutes=MINUTES),
            )  # fmt: skip
        return secret

    async def of(self, secret: str, request_id: str) -> Step:
        """The step of this secret. Raises NotFound when it is over or belongs to another request."""
        async with self._database.connection() as connection:
            sealed = await connection.fetchval(
                "select record from identity_step where token = $1 and expires > $2 and tries <= $3",
                self._key(secret), self._clock(), TRIES,
            )  # fmt: skip
        return self._opened(sealed, request_id)

    async def count_try(self, secret: str) -> None:
        """A code is about to be looked at. Raises NotFound, and ends the step, when it was tried often enough."""
        async with self._database.transaction() as connection:
            tries = await connection.fetchval(
                "update identity_step set tries = tries + 1 where token = $1 returning tries", self._key(secret)
            )
        if tries is None or tries > TRIES:
            raise over()

    async def change(self, secret: str, step: Step) -> None:
        """Go on: the tries begin again, the time does not."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "update identity_step set record = $2, tries = 0 where token = $1",
                self._key(secret),
                self._sealed(step),
            )

    async def close(self, secret: str) -> None:
        """The step is done; its secret opens nothing any more."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_step where token = $1", self._key(secret))

    def _key(self, secret: str) -> UUID:
        return self._seals.lookup("step", secret)

    def _sealed(self, step: Step) -> bytes:
        return self._seals.seal("step", msgspec.json.encode(step))

    def _opened(self, sealed: bytes | None, request_id: str) -> Step:
        step = None if sealed is None else _STEP.decode(self._seals.unseal("step", sealed))
        if step is None or step.request != request_id:
            raise over()
        return step


def over() -> NotFound:
    """What is said of a step that is no more."""
    return NotFound(
        "This sign-in has taken too long or too many tries; begin again.",
        german="Diese Anmeldung hat zu lange gedauert oder zu viele Versuche gebraucht; beginnen Sie von vorn.",
    )
