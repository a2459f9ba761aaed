"""How often the most common keys occur, as PostgreSQL's ANALYZE found it."""

import time

from verbund.database import Connection

REFRESH_SECONDS = 60.0
MANY_ROWS = 500_000

_COMMON = """
select s.most_common_elems::text::bigint[] as keys, s.most_common_elem_freqs as shares
from pg_stats s where s.schemaname = current_schema() and s.tablename = 'resource' and s.attname = 'keys'
"""
_ROWS = "select greatest(reltuples, 0) from pg_class where oid = 'resource'::regclass"


class Frequencies:
    """Expected numbers of rows; nothing is common before the first ANALYZE."""

    def __init__(self) -> None:
        self._of_key: dict[int, float] = {}
        self._rows = 0.0
        self._until = 0.0

    @property
    def are_many(self) -> bool:
        """Whether there are so many resources that an index of all is better read by several processes."""
        return self._rows > MANY_ROWS

    @property
    def known(self) -> bool:
        """Whether there are figures at all."""
        return bool(self._of_key)

    def expected(self, keys: tuple[int, ...]) -> float:
        """About how many rows have all these keys; nought when one of them is not among the most common."""
        return self._rows * min((self._of_key.get(key, 0.0) for key in keys), default=0.0)

    async def refresh(self, connection: Connection, *, now: bool = False) -> None:
        """Read the figures again when they are older than a minute, or `now`."""
        if not now and time.monotonic() < self._until:
            return
        self._until = time.monotonic() + REFRESH_SECONDS
        self._rows = float(await connection.fetchval(_ROWS))
        row = await connection.fetchrow(_COMMON)
        if row is not None and row["keys"] is not None:
            # Behind the shares of the keys stand those of the rarest, the commonest and of null.
            self._of_key = dict(zip(row["keys"], row["shares"], strict=False))
