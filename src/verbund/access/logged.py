"""The log over FHIR: AuditEvents, which lie in the log and not among the resources, found and read by the patient.

Whoever may look at the log sees of an act on several patients what concerns this one alone. Each look is logged.
"""

from dataclasses import replace

import msgspec

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import view, whole
from verbund.audit import LoggedEvent, to_fhir
from verbund.consent import Sentence
from verbund.errors import Gone, Incorrect, Issue, NotFound, Unsupported
from verbund.fhir import SearchQuery
from verbund.fhir.search import Criterion, Either, Every, Filter, ReferenceValue
from verbund.identity import Level, Principal, Role
from verbund.store import SearchPage, Stored, alone_fits, stands_alone

TYPE = "AuditEvent"
COUNT_BY_DEFAULT = 50
MOST_LOOKED_AT = 2_000
"""So many events are looked at for one page; where fewer fit, the page is short and the next one goes on."""

_AT_ONCE = 200
_LONGEST_ID = 64
_LOOKED = Sentence("Einsicht in das Protokoll der Zugriffe.", "A look at the log of accesses.")
_NOT_THERE = "There is no such event here, or it is not to be seen."


async def search(ground: Ground, who: Principal, query: SearchQuery, cursor: str | None) -> SearchPage:
    """A page of the events about one patient that fit, newest first.

    Incorrect without a patient; Unsupported for what the log does not answer: another order, a total, what comes along,
    criteria that look at resources. Of somebody else's record a patient finds nothing.
    """
    seen = await view(ground, who, Interaction.SEARCH, TYPE)
    _check(query)
    patient_id = _patient(query)
    page = SearchPage((), (), None, None)
    if patient_id is not None and _may_see(who, patient_id, "s"):
        page = await _page(ground, who, await ground.terms.rewritten(query), patient_id, _before(cursor))
    text = f"{TYPE}?" + "&".join(f"{name}={value}" for name, value in query.params)
    about = patient_id if page.matches else None
    await ground.audit.record(event(ground, who, "access-log", "R", seen.reason, patient_id=about, query=text))
    return page


def refuse_among(query: SearchQuery) -> None:
    """Incorrect where the log is asked for by name together with resources; a search of all types is one without it."""
    if any(name == "_type" and TYPE in value.split(",") for name, value in query.params if query.union):
        raise Incorrect("The log is searched by itself: AuditEvent?patient=…, not together with other types.")


async def read(ground: Ground, who: Principal, identity: str) -> Stored:
    """One event as the patient in its id is shown it; NotFound also where it must not be seen."""
    await view(ground, who, Interaction.READ, TYPE)
    number, _, patient_id = identity.partition(".")
    found = None
    if number.isdecimal() and len(number) < 19 and patient_id and _may_see(who, patient_id, "r"):
        try:
            page = await ground.audit.of_patient(
                patient_id, count=1, before=int(number) + 1, for_house=who.role is not Role.PATIENT
            )
        except Gone:
            raise NotFound(_NOT_THERE) from None
        found = next((one for one in page.items if one.sequence == int(number)), None)
    about = patient_id if found is not None else None
    entities = (f"{TYPE}/{identity}",)
    told = event(
        ground, who, "access-log", "R", _LOOKED, patient_id=about, entities=entities, permitted=found is not None
    )
    await ground.audit.record(told)
    if found is None:
        raise NotFound(_NOT_THERE)
    return _stored(ground, found, patient_id)


def _may_see(who: Principal, patient_id: str, letter: str) -> bool:
    """Whether this may be told at all: to a patient, and by a token that is for one, nothing but the own record."""
    bounded = who.role is Role.PATIENT or who.scopes.level_for(TYPE, letter) is Level.PATIENT
    return whole(who) and (not bounded or who.patient_id == patient_id)


async def _page(ground: Ground, who: Principal, query: SearchQuery, patient_id: str, before: int | None) -> SearchPage:
    most = COUNT_BY_DEFAULT if query.count is None else query.count
    found: list[Stored] = []
    looked_at = 0
    while most and looked_at < MOST_LOOKED_AT:
        try:
            page = await ground.audit.of_patient(
                patient_id, count=_AT_ONCE, before=before, for_house=who.role is not Role.PATIENT
            )
        except Gone:
            break
        for one in page.items:
            looked_at, before = looked_at + 1, one.sequence
            stored = _stored(ground, one, patient_id)
            if alone_fits(query, stored, ground.store.known):
                found.append(stored)
            if len(found) == most:
                break
        if len(found) == most or page.before is None:
            more = page.before is not None or bool(page.items and page.items[-1].sequence != before)
            return SearchPage(tuple(found), (), None, str(before) if more else None)
    return SearchPage(tuple(found), (), None, None if before is None or not most else str(before))


def _stored(ground: Ground, one: LoggedEvent, patient_id: str) -> Stored:
    """An event as a resource; the number alone is its id where that of the patient is too long to be in it."""
    identity = f"{one.sequence}.{patient_id}"
    identity = identity if len(identity) <= _LONGEST_ID else str(one.sequence)
    body = msgspec.json.encode(to_fhir(one.event, site=ground.site, id=identity))
    return Stored(TYPE, identity, 1, one.event.at, False, body, None, 0, one.event.at)


def _before(cursor: str | None) -> int | None:
    return int(cursor) if cursor is not None and cursor.isdecimal() else None


def _patient(query: SearchQuery) -> str | None:
    """The one patient whose events are asked for; None where two are named, whom no event is about together."""
    named = {value for part in query.filters for value in _named(part)}
    if not named:
        text = "The log is searched for one patient at a time: patient=… is needed."
        raise Incorrect(text, issues=(Issue("required", text, ("http.patient",)),))
    return next(iter(named)) if len(named) == 1 else None


def _named(wanted: Criterion) -> tuple[str, ...]:
    match wanted:
        case Filter("patient", "reference", None, (ReferenceValue(kind, str(identity), None),)):
            return (identity,) if kind in {None, "Patient"} else ()
        case Every((part,)) | Either((part,)):
            return _named(part)
    return ()


def _check(query: SearchQuery) -> None:
    """Refuse what the log does not answer."""
    newest_first = [(one.param, one.descending) for one in query.sort] in ([], [("date", True)])
    if not newest_first:
        raise Unsupported("Events come newest first; another order is not offered.")
    if query.total != "none" or query.summary == "count":
        raise Unsupported("Events are not counted; leave out _total and _summary=count.")
    if query.include or query.revinclude or not stands_alone(replace(query, union=())):
        raise Unsupported("Events are found by what they say themselves: no chains, _has, _list, _include.")
