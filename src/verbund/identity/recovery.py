"""Recovery codes: ten for the drawer, each good once in place of a lost second factor; kept as keyed hashes only."""

import secrets
from uuid import UUID

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.passkeys import Also, nothing_else
from verbund.identity.seals import Seals

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
_LENGTH = 10  # 49 bits, checked behind the brake


def new_code() -> str:
    """A code as it is shown: two groups of five."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def canonical(code: str) -> str:
    """A code as it is compared: without case, spaces and hyphens."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def looks_like_one(code: str) -> bool:
    """Whether somebody typed a recovery code, and not one of an app."""
    return len(canonical(code)) == _LENGTH


class Recovery:
    """The recovery codes of people; what was shown once cannot be shown again."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock

    async def left(self, person_id: UUID) -> int:
        """How many codes somebody has that were not used."""
        async with self._database.connection() as connection:
            found: int = await connection.fetchval(
                "select count(*) from identity_recovery where person = $1 and used is null", person_id
            )
        return found

    async def renew(self, person_id: UUID, also: Also = nothing_else) -> tuple[str, ...]:
        """Ten new codes in place of all others, to be shown now and never again."""
        codes = tuple(new_code() for _ in range(CODES))
        now = self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_recovery where person = $1", person_id)
            await connection.executemany(
                "insert into identity_recovery (person, code, made) values ($1, $2, $3)",
                [(person_id, self._hashed(person_id, code), now) for code in codes],
            )
            await also(connection)
        return codes

    async def use(self, person_id: UUID, code: str, also: Also = nothing_else) -> bool:
        """Whether this is one of the codes and was not used before; it is used then, whoever comes at the same time."""
        async with self._database.transaction() as connection:
            done = await connection.execute(
                "update identity_recovery set used = $3 where person = $1 and code = $2 and used is null",
                person_id, self._hashed(person_id, code), self._clock(),
            )  # fmt: skip
            fits = bool(done == "UPDATE 1")
            if fits:
                await also(connection)
        return fits

    def _hashed(self, person_id: UUID, code: str) -> UUID:
        return self._seals.lookup(f"recovery code of {person_id}", canonical(code))
