"""Bulk in, for the operator of the node: logged as one act."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.database import Connection
from verbund.identity import Principal
from verbund.store import Chunk, LoadReport, Write

_LOADED = Sentence("Daten wurden in großer Menge eingelesen.", "Data was loaded in bulk.")


@dataclass(frozen=True, slots=True)
class _Logged:
    """Logs each transaction of a load in that transaction: what is there was logged, however the load ends."""

    ground: Ground
    who: Principal

    async def write(self, connection: Connection, done: Mapping[str, int], types: Mapping[str, int]) -> None:
        """One event with how many resources it created, changed and deleted, and of which types."""
        detail = {name: str(number) for name, number in (*sorted(done.items()), *sorted(types.items()))}
        await self.ground.audit.append(
            connection, [event(self.ground, self.who, "import", "C", _LOADED, detail=detail)]
        )


async def load(
    ground: Ground,
    who: Principal,
    units: Iterable[tuple[Write, ...] | Chunk],
    progress: Callable[[int], None] | None,
) -> LoadReport:
    """Load units of writes, each all or nothing; a refused one is reported and the others load.

    A repeated load changes nothing. A consent that this node cannot honour loads as well, and denies until mended.
    Every transaction holds its own event; one more sums up, with what was refused.
    """
    await view(ground, who, Interaction.IMPORT, "Patient")
    report = await ground.store.load(units, progress=progress, companion=_Logged(ground, who))
    detail = {"created": str(report.created), "updated": str(report.updated), "refused": str(len(report.refused))}
    await ground.audit.record(event(ground, who, "import", "C", _LOADED, detail=detail))
    return report
