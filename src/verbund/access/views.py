"""From who asks and what for to the rows they may see: scope, table, then the filter that every statement gets."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from verbund.access.events import IN_HOUSE, SHARED, event
from verbund.access.ground import Ground
from verbund.access.narrowing import narrowed_by_scopes
from verbund.access.restricting import usable
from verbund.access.rules import (
    MAKERS_TYPES,
    NEVER_HANDED_ON,
    NOBODYS_TYPES,
    SCOPE_LETTER,
    SHARED_TYPES,
    SOMETIMES_NOBODYS_TYPES,
    Interaction,
    permits,
)
from verbund.access.subscribed import theirs
from verbund.access.treating import TREATING, WHOLE_HOUSE, TreatedBy, rows_treated
from verbund.audit import Kind
from verbund.consent import (
    ALL,
    ActorRef,
    DataCategory,
    Decision,
    ProxyRef,
    Purpose,
    Question,
    Relationship,
    Sentence,
    Span,
    decide,
)
from verbund.consent.index import for_research, to_filter
from verbund.errors import Forbidden
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Level, Principal, Role, Scopes
from verbund.store import EVERYTHING, NOTHING, WITHOUT_PATIENT, RowFilter, and_, of_patient, or_

CONSENTING = Sentence(
    "Die Einwilligung der Betroffenen in die Forschung erlaubt die Nutzung.",
    "The consent to research of those concerned permits the use.",
)
_KINDS: dict[Interaction, Kind] = {
    Interaction.READ: "read",
    Interaction.VREAD: "read",
    Interaction.HISTORY: "history",
    Interaction.HISTORY_TYPE: "history",
    Interaction.SEARCH: "search",
    Interaction.CREATE: "create",
    Interaction.UPDATE: "update",
    Interaction.PATCH: "update",
    Interaction.DELETE: "delete",
    Interaction.RECORD: "record",
    Interaction.ACCESSES: "access-log",
    Interaction.CONSENTS: "consent",
    Interaction.CHANGE_CONSENT: "consent",
    Interaction.EXPLAIN: "decision",
    Interaction.COUNT: "count",
    Interaction.COUNT_EVERYBODY: "count",
    Interaction.IMPORT: "import",
    Interaction.EXPORT: "export",
    Interaction.BREAK_GLASS: "break-glass",
    Interaction.OPENINGS: "access-log",
}


@dataclass(frozen=True, slots=True)
class View:
    """The rows somebody may see for one interaction, and why."""

    within: RowFilter
    reason: Sentence
    provision: str | None = None
    treating: bool = False


@dataclass(frozen=True, slots=True)
class Treating:
    """The rows of the patients whom somebody treats: which these are depends on the moment.

    With `nobodys`, rows of no patient as well; with `patients` False these alone.
    """

    patients: bool = True
    nobodys: bool = False


@dataclass(frozen=True, slots=True)
class Researching:
    """The rows that patients' consents to research permit: each statement asks for the present ones."""


def kind_of(interaction: Interaction) -> Kind:
    """What the log calls it."""
    return _KINDS[interaction]


async def view(
    ground: Ground,
    who: Principal,
    interaction: Interaction,
    resource_type: str,
    *,
    asked: str | None = None,
    query: str | None = None,
) -> View:
    """The rows that `who` may see or write; Forbidden, and logged as such, when the scopes or the table do not permit.

    A patient's own compartment is all that exists for a patient. What was asked for, a reference or a query, is told
    with a refusal as it would be with a permit.
    """
    try:
        return view_of(ground, who, interaction, resource_type)
    except Forbidden as refused:
        await log_refusal(ground, who, interaction, resource_type, refused, asked=asked, query=query)
        raise


def view_of(ground: Ground, who: Principal, interaction: Interaction, resource_type: str) -> View:
    """As `view`, without the log."""
    found = standing_view(ground.site, ground.treatment.asks(who), who, interaction, resource_type)
    if isinstance(found, Treating):
        seen = treating_view(ground, who, found, moment(ground))
    elif isinstance(found, Researching):
        seen = unrestricted(View(for_research(ground.clock), CONSENTING), who.purpose)
    else:
        seen = found or _own(ground, who)
    seen = replace(seen, within=and_(seen.within, theirs(ground, who, interaction, resource_type)))
    if not who.scopes.narrowed:
        return seen
    return replace(seen, within=and_(seen.within, narrowed_by_scopes(ground, who, SCOPE_LETTER[interaction])))


def unrestricted(seen: View, purpose: str) -> View:
    """The same without what patients have restricted, unless the purpose is one that the law still allows."""
    rows = usable(purpose)
    if rows == EVERYTHING or seen.within in {WITHOUT_PATIENT, NOTHING}:
        return seen
    return replace(seen, within=and_(seen.within, rows))


@lru_cache(maxsize=8192)
def standing_view(
    site: str, asks: bool, who: Principal, interaction: Interaction, resource_type: str
) -> View | Treating | Researching | None:
    """The rows that somebody of this house may see whatever patients say and whenever it is asked.

    `asks` is whether they see whom they treat only: then it is said which rows these are, not yet whose. None for who
    may see one patient's own only: that depends on the moment. Forbidden as `view_of`.
    """
    level = check_scope(who, interaction, resource_type)
    if who.organisation != site:
        raise Forbidden(
            "This sign-in belongs to another house.", german="Diese Anmeldung gehört zu einem anderen Haus."
        )
    _check_table(who, interaction, resource_type)
    if resource_type in SHARED_TYPES:
        return View(WITHOUT_PATIENT, SHARED)
    if who.role is Role.PATIENT or level is Level.PATIENT:
        return None
    if who.purpose == Purpose.HRESCH:
        return View(NOTHING, CONSENTING) if resource_type in NEVER_HANDED_ON else Researching()
    if asks and resource_type not in MAKERS_TYPES:
        return Treating(resource_type not in NOBODYS_TYPES, resource_type in NOBODYS_TYPES | SOMETIMES_NOBODYS_TYPES)
    return unrestricted(View(EVERYTHING, IN_HOUSE), who.purpose)


def moment(ground: Ground) -> datetime:
    """Now, to the second, so that all parts of one request ask for the same; treatments begin and end by the second."""
    return ground.clock().replace(microsecond=0)


def treating_view(ground: Ground, who: Principal, rows: Treating, at: datetime) -> View:
    """The rows at a moment."""
    theirs = rows_treated(ground.relations, ground.treatment, who, at) if rows.patients else NOTHING
    return _of_whom(rows, theirs, who.purpose)


@lru_cache(maxsize=1024)
def _of_whom(rows: Treating, theirs: RowFilter, purpose: str) -> View:
    nobodys = WITHOUT_PATIENT if rows.nobodys else NOTHING
    seen = View(or_(theirs, nobodys), TREATING if rows.patients else SHARED, treating=rows.patients)
    return unrestricted(seen, purpose)


async def check_role(ground: Ground, who: Principal, interaction: Interaction, resource_type: str) -> None:
    """Refuse (Forbidden), and log, what the table does not permit to this role and purpose, whatever the scopes."""
    try:
        _check_table(who, interaction, resource_type)
    except Forbidden as refused:
        await log_refusal(ground, who, interaction, resource_type, refused)
        raise


async def log_refusal(
    ground: Ground,
    who: Principal,
    interaction: Interaction,
    resource_type: str,
    refused: Forbidden,
    *,
    asked: str | None = None,
    query: str | None = None,
) -> None:
    """Tell the log of what was refused, and whose it was that was asked for."""
    said = Sentence(refused.german, refused.text)
    told = event(
        ground,
        who,
        kind_of(interaction),
        "E",
        said,
        patient_id=await whose(ground, who, asked),
        entities=(asked or resource_type,),
        query=query,
        permitted=False,
    )
    await ground.audit.record(told)


async def whose(ground: Ground, who: Principal, asked: str | None) -> str | None:
    """Whose it is that somebody asked for (`Observation/7`) and may not see: so that the patient reads of the attempt.

    For the log alone, and looked up alike whether it is there or not. None where it is nobody's, or where a patient
    asked: no patient is told of another.
    """
    kind, _, identity = (asked or "").partition("/")
    if not identity or kind not in RESOURCE_TYPES or who.role is Role.PATIENT:
        return None
    found = await ground.store.owned(kind, identity)
    return None if found is None else ground.names.of(found)


def _check_table(who: Principal, interaction: Interaction, resource_type: str) -> None:
    if not permits(who.role, who.purpose, interaction, resource_type):
        raise Forbidden(
            f"The role {who.role} may not {interaction} {resource_type} for the purpose {who.purpose}.",
            german=f"Die Rolle {who.role} erlaubt '{interaction}' für {resource_type} zum Zweck {who.purpose} nicht.",
        )


@lru_cache(maxsize=8192)
def _level(scopes: Scopes, resource_type: str, letter: str) -> Level | None:
    return scopes.level_for(resource_type, letter)


def check_scope(who: Principal, interaction: Interaction, resource_type: str) -> Level:
    """The widest level at which the token allows it; Forbidden where it does not at all."""
    letter = SCOPE_LETTER[interaction]
    level = _level(who.scopes, resource_type, letter)
    if level is None:
        raise Forbidden(
            f"The token does not allow this; it needs the scope user/{resource_type}.{letter}.",
            german=f"Der Zugang erlaubt das nicht; nötig ist die Berechtigung user/{resource_type}.{letter}.",
        )
    return level


def _own(ground: Ground, who: Principal) -> View:
    if who.patient_id is None:
        return View(NOTHING, IN_HOUSE)
    if ground.treatment.asks(who):
        own = of_patient(ground.store.patient_key(who.patient_id))
        seen = treating_view(ground, who, Treating(), moment(ground))
        return replace(seen, within=and_(own, seen.within))
    decision = decide_for(ground, who, who.patient_id, ground.clock())
    within = and_(of_patient(ground.store.patient_key(who.patient_id)), to_filter(decision))
    return unrestricted(View(within, decision.reason, decision.provision), who.purpose)


def decide_for(
    ground: Ground, who: Principal, patient_id: str, at: datetime, treated_by: TreatedBy | None = None
) -> Decision:
    """The decision about one patient's record for somebody of this house; consents do not speak of the own house.

    `treated_by` is how they treat the patient; a record that they opened is decided as it was when they did.
    """
    if not ground.treatment.asks(who):
        question = question_of(ground, who, patient_id, at, WHOLE_HOUSE)
    elif treated_by is not None and treated_by.stated_reason is not None:
        opened = question_of(ground, who, patient_id, at)
        question = replace(opened, purpose=Purpose.BTG, stated_reason=treated_by.stated_reason)
    else:
        question = question_of(ground, who, patient_id, at, None if treated_by is None else treated_by.relationship)
    return decide(question, (), emergency_allowed=ground.emergency_allowed)


async def treated_by(ground: Ground, who: Principal, patient: int, at: datetime) -> TreatedBy | None:
    """How somebody treats a patient (by hash) at a moment; None where they do not, or where it is not asked."""
    if ground.relations is None or not ground.treatment.asks(who):
        return None
    return await ground.relations.between(who, patient, at, ground.treatment.ended(at))


async def decided(ground: Ground, who: Principal, patient_id: str) -> tuple[Decision, str | None]:
    """The decision about one patient's record now, with the reason that was stated for it.

    How who asks treats the patient is looked up.
    """
    if not ground.treatment.asks(who):
        return decide_for(ground, who, patient_id, ground.clock()), who.emergency_reason
    return await decision_on(ground, who, ground.store.patient_key(patient_id), patient_id)


async def decision_on(
    ground: Ground, who: Principal, patient: int, patient_id: str | None
) -> tuple[Decision, str | None]:
    """Why somebody of whom a treatment is asked may see this patient's data, with the reason stated for an opening."""
    at = moment(ground)
    known = await treated_by(ground, who, patient, at)
    return decide_for(ground, who, patient_id or "", at, known), None if known is None else known.stated_reason


def question_of(
    ground: Ground, who: Principal, patient_id: str, at: datetime, relationship: Relationship | None = None
) -> Question:
    """The question that a principal's request comes down to."""
    house = ground.consents.house
    actor = _actor(who, house.kind if who.organisation == house.site else "")
    purpose = Purpose(who.purpose)
    return Question(
        actor, house.site, purpose, patient_id, at, house.kind, who.emergency_reason, relationship=relationship
    )


@lru_cache(maxsize=4096)
def _actor(who: Principal, kind: str) -> ActorRef:
    return ActorRef(
        person_id=who.subject,
        role=str(who.role),
        organisation=who.organisation,
        organisation_kind=kind,
        organisation_name=who.organisation_name,
        patient_id=who.patient_id,
        proxy=_proxy(who),
    )


def _proxy(who: Principal) -> ProxyRef | None:
    """For whom somebody acts, as the decision needs it."""
    acting = who.proxy
    if acting is None or who.patient_id is None:
        return None
    span = Span(acting.since, acting.until)
    return ProxyRef(str(acting.id), who.patient_id, acting.kind, DataCategory(acting.categories) & ALL, span)


def whole(who: Principal) -> bool:
    """Whether somebody may be told what tells of all kinds of data: not who acts for a patient as to some only."""
    return who.proxy is None or who.proxy.categories & int(ALL) == ALL


def check_whole(who: Principal) -> None:
    """Refuse (Forbidden) what tells of all kinds of data to who acts for the patient as to some only."""
    if not whole(who):
        raise Forbidden(
            "You act for this person as to some kinds of data only; this would tell of all.",
            german="Ihre Vertretung umfasst nur einige Arten von Daten; dies würde von allen erzählen.",
        )
