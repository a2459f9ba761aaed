"""What may be used once only, across all processes of a node: the `jti` of assertions and of DPoP proofs."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.seals import Seals

LAST_SECOND = 1 << 37
"""No time that a token says, in seconds since 1970, lies so far ahead: dates are reckoned to the year 9999."""


class Once:
    """Remembers keyed hashes of what was seen until it would have expired anyway.

    Nothing is forgotten before that time has really passed since this process began (`steady`, in seconds): a clock
    that jumps ahead and back again brings nothing back to life.
    """

    def __init__(
        self,
        database: Database,
        keys: NodeKeys,
        *,
        clock: Clock = utc_now,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock
        self._steady = steady
        self._began = clock(), steady()

    async def first(self, kind: str, text: str, *, until: datetime) -> bool:
        """Whether this was never seen before; from now on, until `until`, it was. Of two at a time one is first."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_once where expires < $1", self._forgotten())
            taken = await connection.fetchval(
                "insert into identity_once (key, expires) values ($1, $2) on conflict do nothing returning true",
                self._seals.lookup(f"once {kind}", text), until,
            )  # fmt: skip
        return bool(taken)

    def _forgotten(self) -> datetime:
        """What has expired before this is over by the clock, and by the time that has passed."""
        began, then = self._began
        return min(self._clock(), began + timedelta(seconds=self._steady() - then))
