"""Counting patients: for research over those who consent, for the node's own quality checks over everybody."""

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.restricting import usable
from verbund.access.rules import Interaction, permits
from verbund.access.views import check_scope
from verbund.consent import Purpose, Sentence
from verbund.consent.index import for_research
from verbund.errors import Forbidden
from verbund.fhir import PatientSet, SearchQuery
from verbund.identity import Principal
from verbund.store import EVERYTHING, WITHOUT_PATIENT, RowFilter, Stored, and_

_CONSENTING = Sentence(
    "Gezählt wurden Personen, die in die Forschung eingewilligt haben.",
    "Counted were people who have consented to research.",
)
_EVERYBODY = Sentence(
    "Gezählt wurden alle Personen dieses Hauses, zur eigenen Qualitätsprüfung.",
    "Counted was everybody in this house, for its own quality checks.",
)


async def count_patients(
    ground: Ground, who: Principal, patients: PatientSet, *, all_patients: bool, query: str
) -> int:
    """How many patients of this node are in the set; logged with the query before the number is given.

    Research needs the purpose HRESCH and sees only what each patient's consent to research permits; counting everybody
    needs the operator of this node. The number is exact: what may leave the node is decided by `research`.
    """
    reason = _EVERYBODY if all_patients else _CONSENTING
    within = await _within(ground, who, all_patients=all_patients)
    number = await ground.store.count_patients(patients, within=within)
    await ground.audit.record(event(ground, who, "count", "E", reason, query=query, detail={"all": str(all_patients)}))
    return number


async def _within(ground: Ground, who: Principal, *, all_patients: bool) -> RowFilter:
    interaction = Interaction.COUNT_EVERYBODY if all_patients else Interaction.COUNT
    if not permits(who.role, who.purpose, interaction, None):
        refused = Forbidden(
            f"The role {who.role} may not count {'everybody' if all_patients else 'for research'} "
            f"for the purpose {who.purpose}.",
            german=f"Die Rolle {who.role} darf zum Zweck {who.purpose} so nicht zählen.",
        )
        said = Sentence(refused.german, refused.text)
        await ground.audit.record(event(ground, who, "count", "E", said, permitted=False))
        raise refused
    if not all_patients:
        return and_(for_research(ground.clock()), usable(Purpose.HRESCH))
    check_scope(who, Interaction.COUNT_EVERYBODY, "Patient")
    if who.scopes.narrowed:
        raise Forbidden(
            "Counting everybody needs scopes without search parameters.",
            german="Für das Zählen aller Personen darf keine Berechtigung auf einen Teil beschränkt sein.",
        )
    return EVERYTHING


async def medication_ids(ground: Ground, who: Principal, query: SearchQuery, most: int) -> tuple[str, ...]:
    """The ids of shared Medications that fit, at most `most`: prescriptions refer to them instead of naming a code."""
    if not permits(who.role, who.purpose or Purpose.HRESCH, Interaction.SEARCH, "Medication"):
        raise Forbidden("The directory of medications may not be searched.")
    found: list[Stored] = []
    cursor: str | None = None
    while len(found) < most:
        page = await ground.store.search(query, within=WITHOUT_PATIENT, cursor=cursor)
        found += page.matches
        cursor = page.next_cursor
        if cursor is None:
            break
    return tuple(stored.id for stored in found[:most])
