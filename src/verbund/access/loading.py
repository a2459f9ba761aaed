"""Bulk in, for the operator of the node: logged as one act."""

from collections.abc import Callable, Iterable

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view
from verbund.consent import Sentence
from verbund.identity import Principal
from verbund.store import LoadReport, Write

_LOADED = Sentence("Daten wurden in großer Menge eingelesen.", "Data was loaded in bulk.")


async def load(
    ground: Ground, who: Principal, units: Iterable[tuple[Write, ...]], progress: Callable[[int], None] | None
) -> LoadReport:
    """Load units of writes, each all or nothing; a refused one is reported and the others load.

    A repeated load changes nothing. A consent that this node cannot honour loads as well, and denies until mended.
    """
    await view(ground, who, Interaction.IMPORT, "Patient")
    report = await ground.store.load(units, progress=progress)
    detail = {"created": str(report.created), "updated": str(report.updated), "refused": str(len(report.refused))}
    await ground.audit.record(event(ground, who, "import", "C", _LOADED, detail=detail))
    return report
