"""What a bulk load has done so far, and what is referred to that has not come yet."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from verbund.database import Database
from verbund.store.model import LoadReport, Refusal

MOST_REMEMBERED = 500_000
MOST_REPORTED = 1_000
_AT_ONCE = 10_000
_ARE_THERE = "select id from resource where id = any($1::uuid[]) and not deleted"


class Tally:
    """Counts, refusals, and targets of references that have not been seen; memory stays bounded whatever is loaded.

    Of more than half a million targets that have not come, only the first are followed up.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.statuses: Counter[str] = Counter()
        self.created: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        self.refused: list[Refusal] = []
        self._seen: set[bytes] = set()
        # The hash of a target, its type, and the source of one who refers to it.
        self._pending: dict[bytes, tuple[str | None, str]] = {}

    def saw(self, hashes: Iterable[bytes]) -> None:
        """These resources are there."""
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.clear()
        self._seen.update(hashes)

    async def refers(self, target: bytes, kind: str, source: str | None) -> None:
        """Somebody refers to this resource."""
        if target in self._seen or target in self._pending:
            return
        if len(self._pending) >= MOST_REMEMBERED:
            self._pending = await self._absent()
        if len(self._pending) < MOST_REMEMBERED:
            self._pending[target] = source, kind

    async def _absent(self) -> dict[bytes, tuple[str | None, str]]:
        left = {target: what for target, what in self._pending.items() if target not in self._seen}
        wanted = list(left)
        async with self._database.connection(None) as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                ids = [UUID(bytes=target) for target in wanted[start : start + _AT_ONCE]]
                for row in await connection.fetch(_ARE_THERE, ids):
                    left.pop(row["id"].bytes, None)
        return left

    async def report(self) -> LoadReport:
        """The report, once all is written."""
        dangling = list((await self._absent()).values())[:MOST_REPORTED]
        of = self.statuses
        return LoadReport(
            of["created"], of["updated"], of["unchanged"], of["found"], of["deleted"],
            dict(sorted(self.created.items())), tuple(sorted(self.refused, key=lambda one: one.unit)),
            tuple(dangling), dict(sorted(self.read.items())),
        )  # fmt: skip
