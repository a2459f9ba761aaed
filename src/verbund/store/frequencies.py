"""How often the most common keys occur, as PostgreSQL's ANALYZE found it."""

import time

from verbund.database import Connection

REFRESH_SECONDS = 60.0
MANY_ROWS = 500_000

_COMMON = """
select s.most_common_elems::text::bigint[] as keys, s.most_common_elem_freqs as shares
from pg_stats s where s.schemaname = current_schema() and s.tablename = 'resource' and s.attname = 'keys'
"""
_ROWS = """
select greatest(r.reltuples, 0) as rows, greatest(k.reltuples, 0) as patients from pg_class r, pg_class k
where r.oid = 'resource'::regclass and k.oid = 'data_key'::regclass
"""
# Steps in which it is told how many rows make it worth to put together what all patients permit. So long takes the
# looking up of one row in each eight patients.
_JOINED_FROM = (200, 500, 1_000, 2_000, 4_000, 10_000, 20_000)
_PATIENTS_A_ROW = 8


class Frequencies:
    """Expected numbers of rows; nothing is common before the first ANALYZE."""

    def __init__(self) -> None:
        self._of_key: dict[int, float] = {}
        self._rows = 0.0
        self._patients = 0.0
        self._until = 0.0

    @property
    def are_many(self) -> bool:
        """Whether there are so many resources that an index of all is better read by several processes."""
        return self._rows > MANY_ROWS

    @property
    def joined_from(self) -> int:
        """From how many rows on what all patients permit is put together first; with fewer, each is looked up."""
        return max((step for step in _JOINED_FROM if step <= self._patients / _PATIENTS_A_ROW), default=_JOINED_FROM[0])

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
        sizes = await connection.fetchrow(_ROWS)
        self._rows, self._patients = (0.0, 0.0) if sizes is None else (sizes["rows"], sizes["patients"])
        row = await connection.fetchrow(_COMMON)
        if row is not None and row["keys"] is not None:
            # Behind the shares of the keys stand those of the rarest, the commonest and of null.
            self._of_key = dict(zip(row["keys"], row["shares"], strict=False))
