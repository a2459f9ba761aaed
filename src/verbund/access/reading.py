"""Reading resources of this node: by id, by version, by history, by search, and a whole record."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from msgspec import structs

from verbund.access import attached, discreet, logged
from verbund.access.events import by_patient, event, marked, reference, touching
from verbund.access.ground import Ground
from verbund.access.model import Record
from verbund.access.rules import MAKERS_TYPES, Interaction
from verbund.access.spanning import as_asked, combined, permitted, search_view
from verbund.access.views import (
    Researching,
    Treating,
    View,
    decided,
    decision_on,
    kind_of,
    moment,
    standing_view,
    treating_view,
    view,
    whose,
)
from verbund.audit import Event
from verbund.consent import Decision, Permit, Sentence
from verbund.consent.index import to_filter
from verbund.errors import Forbidden, NotFound
from verbund.fhir import RESOURCE_TYPES, SearchQuery
from verbund.identity import Principal
from verbund.store import HistoryPage, RowFilter, SearchPage, Stored, and_, of_patient

T = TypeVar("T")

_NOT_SEEN = Sentence("Nicht vorhanden oder nicht sichtbar.", "Not there, or not to be seen.")
_NOT_PERMITTED = Sentence(
    "Der Zugriff war nicht erlaubt; gezeigt wurde nichts.", "The access was not permitted; nothing was shown."
)


async def read(ground: Ground, who: Principal, resource_type: str, resource_id: str) -> Stored:
    """The present version; NotFound also when it must not be seen, Gone after a deletion that may be known."""
    if resource_type == logged.TYPE:
        return await logged.read(ground, who, resource_id)
    seen = await view(ground, who, Interaction.READ, resource_type, asked=f"{resource_type}/{resource_id}")
    if resource_type == attached.TYPE and attached.applies(who, seen):
        return await attached.read(ground, who, resource_id)
    found = await _looked(
        ground,
        who,
        Interaction.READ,
        (resource_type, resource_id),
        ground.store.read(resource_type, resource_id, within=seen.within),
    )
    await ground.audit.record(await _seen(ground, who, Interaction.READ, seen, found))
    return found


async def read_together(ground: Ground, asked: Sequence[tuple[Principal, str, str]]) -> list[Stored | None]:
    """For each who asks for a type and an id what `read` gives, looked up and logged together; None: ask `read`.

    That is where nothing may be seen, or where it depends on the moment what may: these are not logged here.
    """
    at = moment(ground)
    views = {one: _standing(ground, *one, at) for one in {(who, resource_type) for who, resource_type, _ in asked}}
    places: dict[RowFilter, list[int]] = {}
    for place, (who, resource_type, _) in enumerate(asked):
        if (seen := views[who, resource_type]) is not None:
            places.setdefault(seen.within, []).append(place)
    found: list[Stored | None] = [None] * len(asked)
    for within, some in places.items():
        wanted = [asked[place][1:] for place in some]
        for place, stored in zip(some, await ground.store.read_together(wanted, within=within), strict=True):
            found[place] = stored
    events = []
    for place, stored in enumerate(found):
        who, resource_type, _ = asked[place]
        if stored is not None and (seen := views[who, resource_type]) is not None:
            try:
                events.append(await _seen(ground, who, Interaction.READ, seen, stored))
            except NotFound:
                found[place] = None
    await ground.audit.record(*events)
    return found


def _standing(ground: Ground, who: Principal, resource_type: str, at: datetime) -> View | None:
    if who.scopes.narrowed or resource_type in MAKERS_TYPES:
        return None
    try:
        asks = ground.treatment.asks(who)
        found = standing_view(ground.site, asks, who, Interaction.READ, resource_type)
    except Forbidden:
        return None
    if isinstance(found, Researching):
        return None
    return treating_view(ground, who, found, at) if isinstance(found, Treating) else found


async def vread(ground: Ground, who: Principal, resource_type: str, resource_id: str, version: int) -> Stored:
    """One version, as `read`."""
    seen = await view(ground, who, Interaction.VREAD, resource_type, asked=f"{resource_type}/{resource_id}")
    asked = ground.store.vread(resource_type, resource_id, version, within=seen.within)
    found = await _looked(ground, who, Interaction.VREAD, (resource_type, resource_id), asked)
    await ground.audit.record(await _seen(ground, who, Interaction.VREAD, seen, found))
    return found


async def history(
    ground: Ground, who: Principal, resource_type: str, resource_id: str, *, count: int, before_version: int | None
) -> HistoryPage:
    """A page of versions, newest first."""
    seen = await view(ground, who, Interaction.HISTORY, resource_type, asked=f"{resource_type}/{resource_id}")
    asked = ground.store.history(
        resource_type, resource_id, count=count, before_version=before_version, within=seen.within
    )
    page = await _looked(ground, who, Interaction.HISTORY, (resource_type, resource_id), asked)
    patients = by_patient(ground, page.versions)
    patient_id = next((name for name in patients if name is not None), None)
    await ground.audit.record(
        event(
            ground,
            who,
            "history",
            "R",
            seen.reason,
            patient_id=patient_id,
            entities=(f"{resource_type}/{resource_id}",),
        )
    )
    return page


async def history_of(
    ground: Ground,
    who: Principal,
    resource_type: str | None,
    resource_id: str | None,
    *,
    since: datetime | None,
    at: tuple[datetime, datetime] | None,
    count: int,
    cursor: str | None,
) -> HistoryPage:
    """A page of the versions of a resource, of a type, or of all types that may be searched, newest first."""
    seen = await _history_view(ground, who, resource_type, resource_id)
    asked = ground.store.history_of(
        resource_type, resource_id, since=since, at=at, count=count, cursor=cursor, within=seen.within
    )
    what = (resource_type or "", resource_id or "")
    page = await _looked(ground, who, Interaction.HISTORY, what, asked) if resource_id else await asked
    place = "/".join(part for part in what if part)
    extent = "type" if resource_type else "system"
    detail = {} if resource_id else {"interaction": f"history-{extent}"}
    common = event(ground, who, "history", "R", seen.reason, detail=detail)
    await ground.audit.record(_told(ground, common, page.versions, place))
    return page


async def _history_view(ground: Ground, who: Principal, resource_type: str | None, resource_id: str | None) -> View:
    """The rows of a history; of a type it is a search of what was ever there."""
    if resource_id is not None and resource_type is not None:
        return await view(ground, who, Interaction.HISTORY, resource_type, asked=f"{resource_type}/{resource_id}")
    if resource_type is not None:
        return await view(ground, who, Interaction.HISTORY_TYPE, resource_type)
    views = permitted(ground, who, Interaction.HISTORY_TYPE, sorted(RESOURCE_TYPES))
    if not views:
        await view(ground, who, Interaction.HISTORY_TYPE, "Patient")
    return combined(views, views[next(iter(views))], every=len(RESOURCE_TYPES))


def _told(ground: Ground, common: Event, found: Sequence[Stored], place: str) -> Event:
    """The one act, with each patient whose versions were told; where none were, what was asked for."""
    patients = {name: list(dict.fromkeys(entities)) for name, entities in by_patient(ground, found).items()}
    return touching(common, patients or {None: [place] if place else []})


async def _looked(
    ground: Ground, who: Principal, interaction: Interaction, what: tuple[str, str], asked: Awaitable[T]
) -> T:
    try:
        return await asked
    except NotFound:
        entity = "/".join(what)
        patient_id = await whose(ground, who, entity)
        told = event(
            ground,
            who,
            kind_of(interaction),
            "R",
            _NOT_SEEN if patient_id is None else _NOT_PERMITTED,
            patient_id=patient_id,
            entities=(entity,),
            permitted=False,
            detail=_interaction(interaction),
        )
        await ground.audit.record(told)
        raise


async def _seen(ground: Ground, who: Principal, interaction: Interaction, seen: View, found: Stored) -> Event:
    """What the log is told of one that was read; NotFound where it may not be seen any more."""
    patient_id = ground.names.of(found)
    decision: Decision = Permit(seen.reason, seen.provision)
    stated: str | None = None
    if seen.treating and found.patient is not None:
        decision, stated = await decision_on(ground, who, found.patient, patient_id)
        if not decision.permitted:
            raise NotFound("There is no such resource here.", german="Das gibt es hier nicht.")
    told = event(
        ground,
        who,
        kind_of(interaction),
        "R",
        decision.reason,
        patient_id=patient_id,
        entities=(reference(found),),
        provision=decision.provision,
        detail=_interaction(interaction),
    )
    return marked(told, decision, stated)


def _interaction(interaction: Interaction) -> Mapping[str, str]:
    """FHIR's word for what was done, where the kind of the event does not say it."""
    return {"interaction": "vread"} if interaction is Interaction.VREAD else {}


async def search(ground: Ground, who: Principal, query: SearchQuery, cursor: str | None) -> SearchPage:
    """A page of what matches and may be seen; what comes along by _include is left out where it may not be read."""
    if query.type == logged.TYPE:
        return await logged.search(ground, who, query, cursor)
    logged.refuse_among(query)
    seen = await search_view(ground, who, query)
    page = await ground.store.search(await ground.terms.rewritten(query), within=seen.within, cursor=cursor)
    included = page.included and readable(who, page.included)
    page = replace(page, included=included)
    await ground.audit.record(_searched(ground, who, query, seen, (*page.matches, *included)))
    return page


def readable(who: Principal, found: Sequence[Stored]) -> tuple[Stored, ...]:
    """Those of the types that the token's scopes let be read, if only in part: which part the view has seen to."""
    types = {one.type for one in found}
    allowed = {name for name in types if who.scopes.may(name, "r")}
    return tuple(found) if allowed == types else tuple([one for one in found if one.type in allowed])


def _searched(ground: Ground, who: Principal, query: SearchQuery, seen: View, found: Sequence[Stored]) -> Event:
    """The one act, with each patient whom it touched."""
    detail = {"interaction": "search-system"} if query.union else None
    done = event(ground, who, "search", "E", seen.reason, query=as_asked(query), detail=detail)
    patients = by_patient(ground, found)
    touched = [name for name in patients if name is not None]
    if touched and (told := discreet.told(query, touched, ground.store.known)) is not None:
        done = structs.replace(done, query_told=told)
    return touching(done, patients)


async def record(ground: Ground, who: Principal, patient_id: str) -> Record:
    """A whole record of this house; NotFound when there is no such patient here, or not for who asks."""
    asked = f"Patient/{patient_id}"
    seen = await view(ground, who, Interaction.RECORD, "Patient", asked=asked)
    decision, stated = await decided(ground, who, patient_id)
    within = and_(of_patient(ground.store.patient_key(patient_id)), seen.within, to_filter(decision))
    resources = tuple(await ground.store.compartment(patient_id, within=within))
    seen_of = readable(who, resources)
    told = event(
        ground,
        who,
        "record",
        "R",
        decision.reason,
        patient_id=patient_id if resources else await whose(ground, who, asked),
        entities=(asked,),
        permitted=bool(resources),
        detail={"items": str(len(seen_of))},
    )
    await ground.audit.record(marked(told, decision, stated))
    if not resources:
        raise NotFound(
            "There is no such patient here.", german="Diese Patientin oder diesen Patienten gibt es hier nicht."
        )
    return Record(seen_of, decision)
