"""Everything of a patient, or of one encounter: the record with what it refers to, page by page."""

from dataclasses import replace

from verbund.access.events import event, marked
from verbund.access.ground import Ground
from verbund.access.narrowing import narrowed_by_scopes
from verbund.access.reading import read, readable
from verbund.access.rules import NOBODYS_TYPES, SHARED_TYPES, SOMETIMES_NOBODYS_TYPES, Interaction
from verbund.access.views import check_scope, decided, view, whose
from verbund.consent.index import to_filter
from verbund.errors import NotFound
from verbund.identity import Level, Principal, Role
from verbund.store import NOTHING, WITHOUT_PATIENT, Extent, RowFilter, SearchPage, and_, of_patient, of_types

_NOBODYS = SHARED_TYPES | NOBODYS_TYPES | SOMETIMES_NOBODYS_TYPES
_NOT_HERE = NotFound(
    "There is no such patient here.", german="Diese Patientin oder diesen Patienten gibt es hier nicht."
)


async def everything(
    ground: Ground, who: Principal, patient_id: str, extent: Extent, *, count: int, cursor: str | None
) -> SearchPage:
    """A page of a patient's record; NotFound when there is no such patient here, or not for who asks.

    Types that the token's scopes do not let be read are left out, as is all that the consent withholds.
    """
    asked = f"Patient/{patient_id}"
    seen = await view(ground, who, Interaction.RECORD, "Patient", asked=asked)
    decision, stated = await decided(ground, who, patient_id)
    within = and_(of_patient(ground.store.patient_key(patient_id)), seen.within, to_filter(decision))
    page = await ground.store.everything(
        patient_id, extent, within=within, shared=beside(ground, who), count=count, cursor=cursor
    )
    there = (
        bool(page.matches) or (cursor is not None and decision.permitted) or await _is_there(ground, patient_id, within)
    )
    page = replace(
        page,
        matches=readable(who, page.matches),
        included=readable(who, page.included),
    )
    told = event(
        ground,
        who,
        "record",
        "R",
        decision.reason,
        patient_id=patient_id if there else await whose(ground, who, asked),
        entities=(asked,),
        permitted=there,
        detail={"items": str(len(page.matches))},
    )
    await ground.audit.record(marked(told, decision, stated))
    if not there:
        raise _NOT_HERE
    return page


def beside(ground: Ground, who: Principal) -> RowFilter:
    """What may come along of all that a record refers to outside of itself: what tells of nobody.

    A Group of several patients, or a List of which cannot be told whose it is, is not opened by being referred to.
    """
    own = who.role is Role.PATIENT or check_scope(who, Interaction.RECORD, "Patient") is Level.PATIENT
    types = SHARED_TYPES if own else _NOBODYS
    return and_(WITHOUT_PATIENT, of_types(*types), narrowed_by_scopes(ground, who, "r"))


async def _is_there(ground: Ground, patient_id: str, within: RowFilter) -> bool:
    """Whether the patient may be seen at all, where nothing fits what was asked for."""
    return bool(
        (
            await ground.store.everything(patient_id, Extent(("Patient",)), within=within, shared=NOTHING, count=1)
        ).matches
    )


async def of_encounter(
    ground: Ground, who: Principal, encounter_id: str, extent: Extent, *, count: int, cursor: str | None
) -> SearchPage:
    """A page of what belongs to an encounter; NotFound when it is not there, or not for who asks."""
    found = await read(ground, who, "Encounter", encounter_id)
    patient_id = ground.names.of(found)
    if patient_id is None:
        return SearchPage((found,))
    return await everything(
        ground, who, patient_id, replace(extent, encounter=encounter_id), count=count, cursor=cursor
    )
