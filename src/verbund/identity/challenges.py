"""Challenges: random values that an authenticator must sign, each answered once, where it was given, in time."""

import secrets
from datetime import timedelta

from verbund.config import Clock
from verbund.database import Connection, Database
from verbund.identity.ceremonies import NotAccepted, encoded
from verbund.identity.seals import Seals

BYTES = 32
MINUTES = 15  # as long as an authorization request waits


class Challenges:
    """Challenges lie in the database, as keyed hashes, so that any process of the node can take the answer."""

    def __init__(self, database: Database, seals: Seals, clock: Clock) -> None:
        self._database = database
        self._seals = seals
        self._clock = clock

    async def give(self, purpose: str, bound: str) -> bytes:
        """A new challenge, for one purpose, bound to what the asking browser holds. Sweeps away what has expired."""
        challenge, now = secrets.token_bytes(BYTES), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_challenge where expires < $1", now)
            await connection.execute(
                "insert into identity_challenge (token, bound, expires) values ($1, $2, $3)",
                self._seals.lookup("challenge", encoded(challenge)),
                self._seals.lookup(f"challenge for {purpose}", bound),
                now + timedelta(minutes=MINUTES),
            )
        return challenge

    async def take(self, connection: Connection, challenge: bytes, purpose: str, bound: str) -> None:
        """Use a challenge up. Raises NotAccepted when it was not given for this, is used up or too old.

        It is used up by the first who presents it, whatever becomes of their answer: `connection` must not be in a
        transaction that a refused answer rolls back.
        """
        found = await connection.fetchval(
            "delete from identity_challenge where token = $1 returning bound = $2 and expires > $3",
            self._seals.lookup("challenge", encoded(challenge)),
            self._seals.lookup(f"challenge for {purpose}", bound),
            self._clock(),
        )
        if not found:
            raise NotAccepted("a challenge that is unknown, used, too old or another's")
