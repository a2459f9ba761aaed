"""What may be used once only, across all processes of a node: the `jti` of assertions and of DPoP proofs."""

from datetime import datetime

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.seals import Seals


class Once:
    """Remembers keyed hashes of what was seen until it would have expired anyway."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock

    async def first(self, kind: str, text: str, *, until: datetime) -> bool:
        """Whether this was never seen before; from now on, until `until`, it was. Of two at a time one is first."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_once where expires < $1", self._clock())
            taken = await connection.fetchval(
                "insert into identity_once (key, expires) values ($1, $2) on conflict do nothing returning true",
                self._seals.lookup(f"once {kind}", text), until,
            )  # fmt: skip
        return bool(taken)
