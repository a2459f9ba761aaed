"""Which rows somebody may see: a frozen expression, compiled to SQL at one choke point.

Every statement of the store that reads resources takes a `RowFilter` and compiles it here, so that pages, totals,
includes, histories and counts all leave out the same rows. Semi-joins with the tables of `consent` are named here and
owned there.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TypeAlias
from uuid import UUID

from verbund.fhir import type_number
from verbund.store.sql import Statement


@dataclass(frozen=True, slots=True)
class Everything:
    """All rows."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No row."""


@dataclass(frozen=True, slots=True)
class OfPatient:
    """Rows of one patient's compartment, by the patient's hash; None for rows of no patient."""

    patient: int | None


@dataclass(frozen=True, slots=True)
class OfPatients:
    """Rows of any of these patients' compartments, by the patients' hashes."""

    patients: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfAnybody:
    """Rows of any patient's compartment."""


@dataclass(frozen=True, slots=True)
class OfTypes:
    """Rows of these resource types."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Categories:
    """Rows that have any bit of `any_of` (None: all rows) and no bit of `none_of`."""

    any_of: int | None
    none_of: int


@dataclass(frozen=True, slots=True)
class Released:
    """Rows that the patient's consent releases to an actor for a purpose at a moment (table `consent_release`).

    `items` where consents name resources by themselves: for these `consent_item_release` says what holds.
    """

    actor: int
    purpose: int
    at: datetime
    items: bool = False


@dataclass(frozen=True, slots=True)
class ForResearch:
    """Rows that the patient's consent releases for research (table `consent_window`) at a moment, or by a clock.

    A clock is asked for each statement: one that follows a withdrawal sees it.
    """

    at: datetime | Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Treated:
    """Rows of the patients whom somebody treats at a moment (table `access_relation`).

    `parties` are the hashes of who asks: table `access_member` has the wards and teams they belong to. A treatment
    counts on after its end if that came after `ended`, unless it is one that ends to the minute.
    """

    parties: tuple[int, ...]
    at: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class OfItems:
    """Rows of these resources, by the hashes of their types and ids, or of all others."""

    items: tuple[UUID, ...]
    others: bool = False


@dataclass(frozen=True, slots=True)
class Unrestricted:
    """Rows whose use the patient has not had restricted (GDPR, Article 18; table `consent_restriction`)."""


@dataclass(frozen=True, slots=True)
class KnownAt:
    """Rows as they were last written up to a moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OfKeys:
    """Rows whose present version has a key of each group; of older versions and of deletions none.

    They have no keys in the index, so nothing tells whether they pass.
    """

    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class All:
    """Rows that pass every part."""

    parts: tuple["RowFilter", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Rows that pass at least one part."""

    parts: tuple["RowFilter", ...]


OfRow: TypeAlias = OfPatient | OfPatients | OfAnybody | OfTypes | OfItems | Categories | KnownAt
RowFilter: TypeAlias = (
    Everything | Nothing | Unrestricted | Released | Treated | ForResearch | OfKeys | All | Any | OfRow
)

EVERYTHING: RowFilter = Everything()
NOTHING: RowFilter = Nothing()
WITHOUT_PATIENT: RowFilter = OfPatient(None)
WITH_PATIENT: RowFilter = OfAnybody()
UNRESTRICTED: RowFilter = Unrestricted()


def of_patient(patient: int) -> RowFilter:
    """Rows of one patient."""
    return OfPatient(patient)


def of_patients(patients: Iterable[int]) -> RowFilter:
    """Rows of any of these patients."""
    return OfPatients(tuple(sorted(patients)))


def of_types(*types: str) -> RowFilter:
    """Rows of these resource types."""
    return OfTypes(tuple(sorted(types)))


def categories(any_of: int | None, none_of: int = 0) -> RowFilter:
    """Rows by category."""
    return Categories(any_of, none_of)


def of_items(items: Iterable[UUID]) -> RowFilter:
    """Rows of these resources, in all their versions."""
    return OfItems(tuple(sorted(items)))


def apart_from(items: Iterable[UUID]) -> RowFilter:
    """Rows of all resources but these."""
    return OfItems(tuple(sorted(items)), others=True)


def released(to: int, purpose: int, at: datetime, *, items: bool = False) -> RowFilter:
    """Rows released to an actor, by the hash of its id; `items` where consents name resources by themselves."""
    return Released(to, purpose, at, items)


def treated(parties: Iterable[int], at: datetime, ended: datetime) -> RowFilter:
    """Rows of the patients whom one of these parties treats at a moment, or treated until after `ended`."""
    return Treated(tuple(sorted(parties)), at, ended)


def research(at: datetime | Callable[[], datetime]) -> RowFilter:
    """Rows released for research at a moment, or at the time of each statement."""
    return ForResearch(at)


def known_at(at: datetime) -> RowFilter:
    """Rows written up to a moment."""
    return KnownAt(at)


def and_(*parts: RowFilter) -> RowFilter:
    """Rows that pass all; everything when there is no part."""
    if NOTHING in parts:
        return NOTHING
    kept = tuple(part for part in parts if part != EVERYTHING)
    return All(kept) if len(kept) > 1 else (kept[0] if kept else EVERYTHING)


def or_(*parts: RowFilter) -> RowFilter:
    """Rows that pass any; nothing when there is no part."""
    if EVERYTHING in parts:
        return EVERYTHING
    kept = tuple(part for part in parts if part != NOTHING)
    return Any(kept) if len(kept) > 1 else (kept[0] if kept else NOTHING)


# Of a row it is looked up whether its patient permits it: one by one, or where very many are counted after all that
# hold now have been put together, which `offset 0` makes sure of. Then they are hashed, whatever the planner guesses.
_LOOKED_UP = "exists (select from {table} {{c}} where {{c}}.patient = {{r}}.patient and {holds} and {fits})"
_TOGETHER = """exists (select from (select * from {table} {{c}} where {holds} offset 0) {{c}}
 where {{c}}.patient = {{r}}.patient and {fits})"""
_NOW = "{c}.since <= {at}::timestamptz and {c}.until > {at}::timestamptz"
_RELEASED = {
    "table": "consent_release",
    "holds": f"{{c}}.actor = {{actor}}::bigint and {{c}}.purposes & {{purposes}}::integer <> 0 and {_NOW}",
    "fits": "({r}.category & {c}.category_any) <> 0 and ({r}.category & {c}.category_none) = 0",
}
_NAMED = "exists (select from consent_item {c} where {c}.item = {r}.id and {c}.patient = {r}.patient)"
_ITEM_RELEASED = """exists (select from consent_item_release {c} where {c}.item = {r}.id and {c}.patient = {r}.patient
 and {c}.actor = {actor}::bigint
 and {c}.purposes & {purposes}::integer <> 0 and {c}.since <= {at}::timestamptz and {c}.until > {at}::timestamptz
 and ({r}.category & {c}.category_any) <> 0 and ({r}.category & {c}.category_none) = 0)"""
# Relations of kinds from 100 on end to the minute.
_TREATED = """exists (select from access_relation {c} join access_member {m} on {m}.party = {c}.party
 where {c}.patient = {r}.patient and {m}.who = any ({parties}::bigint[])
 and {m}.since <= {at}::timestamptz and {m}.until > {at}::timestamptz
 and {c}.since <= {at}::timestamptz and {c}.until > {ended}::timestamptz
 and ({c}.kind < 100 or {c}.until > {at}::timestamptz))"""
# Few patients restrict anything: who does is looked up once a statement, what they restrict for their rows alone.
_UNRESTRICTED = """((({r}.patient = any(array(select {c}.patient from consent_restriction {c}))) is not true)
 or not exists (select from consent_restriction {c} where {c}.patient = {r}.patient
 and ({r}.category & {c}.categories) <> 0))"""
# What is known of the patient as such (type Patient) has no clinical date; it may be used while anything may.
_RESEARCH_FACT = {
    "table": "consent_window",
    "holds": _NOW,
    "fits": "{r}.date >= {c}.data_from and {r}.date < {c}.data_until",
}
_RESEARCH = {**_RESEARCH_FACT, "fits": f"({{r}}.type = {{person}}::smallint or ({_RESEARCH_FACT['fits']}))"}


def compiled(  # noqa: PLR0911 - one for each kind
    within: RowFilter, statement: Statement, alias: str = "r", *, together: bool = False
) -> str:
    """The SQL condition on a row of `resource` or `superseded` under this name, its values bound.

    With `together` what patients permit is put together before rows are looked at: best where very many are counted.
    What is but one of several ways to pass is looked up for each row all the same.
    """
    looked_up = _TOGETHER if together else _LOOKED_UP
    match within:
        case Everything():
            return "true"
        case Nothing():
            return "false"
        case Unrestricted():
            return _UNRESTRICTED.format(r=alias, c=statement.alias())
        case Released():
            bound = {name: statement.bind_of(attrgetter(name), within) for name in ("actor", "at")}
            bound["purposes"] = statement.bind_of(_purposes, within)
            usual = looked_up.format(**_RELEASED).format(r=alias, c=statement.alias(), **bound)
            if not within.items:
                return usual
            named = _NAMED.format(r=alias, c=statement.alias())
            single = _ITEM_RELEASED.format(r=alias, c=statement.alias(), **bound)
            return f"case when {named} then {single} else {usual} end"
        case Treated():
            bound = {name: statement.bind_of(attrgetter(name), within) for name in ("at", "ended")}
            parties = statement.bind_of(_parties, within)
            relation, member = statement.alias(), statement.alias()
            return _TREATED.format(r=alias, c=relation, m=member, parties=parties, **bound)
        case ForResearch():
            person, at = statement.fixed(type_number("Patient")), statement.bind_of(_moment, within)
            return looked_up.format(**_RESEARCH).format(r=alias, c=statement.alias(), at=at, person=person)
        case OfKeys(groups):
            return _keyed(groups, statement, alias)
        case All(parts):
            return "(" + " and ".join(compiled(part, statement, alias, together=together) for part in parts) + ")"
        case Any(parts):
            return "(" + " or ".join(compiled(part, statement, alias) for part in parts) + ")"
    return _of_row(within, statement, alias)


def for_type(within: RowFilter, kind: str) -> RowFilter:
    """The same filter for rows of one type, of which it no longer says that they must be."""
    match within:
        case OfTypes(types):
            return EVERYTHING if kind in types else NOTHING
        case All(parts):
            return and_(*(for_type(part, kind) for part in parts))
        case Any(parts):
            return or_(*(for_type(part, kind) for part in parts))
    return within


def tells_by_index(within: RowFilter) -> bool:
    """Whether a filter for one type needs of a row no more than its patient, its category and its date."""
    match within:
        case OfTypes() | OfItems() | KnownAt() | OfKeys() | Released(items=True):
            return False
        case All(parts) | Any(parts):
            return all(map(tells_by_index, parts))
    return True


def joins_consents(within: RowFilter) -> bool:
    """Whether a filter looks up what patients permit."""
    match within:
        case Released(items=False) | ForResearch():
            return True
        case All(parts) | Any(parts):
            return any(map(joins_consents, parts))
    return False


def asks_who_treats(within: RowFilter) -> bool:
    """Whether a filter looks up whom somebody treats: few, so best put together first where all is counted."""
    match within:
        case Treated():
            return True
        case All(parts) | Any(parts):
            return any(map(asks_who_treats, parts))
    return False


def follows_patients(within: RowFilter) -> bool:
    """Whether a filter asks what patients permit: another statement may then find other rows."""
    match within:
        case Released() | ForResearch():
            return True
        case All(parts) | Any(parts):
            return any(map(follows_patients, parts))
    return False


def compiled_for_fact(
    within: RowFilter, statement: Statement, alias: str, *, each: bool = False, together: bool = False
) -> str:
    """The same condition on a row of `fact`, for a filter that `tells_by_index`; no fact is of the type Patient.

    With `each` the consents are looked up for each fact, as is best for few facts, and never put together first.
    """
    match within:
        case ForResearch():
            at, looked_up = statement.bind_of(_moment, within), _TOGETHER if together else _LOOKED_UP
            found = looked_up.format(**_RESEARCH_FACT).format(r=alias, c=statement.alias(), at=at)
        case All(parts):
            seen = [compiled_for_fact(part, statement, alias, each=each, together=together) for part in parts]
            return "(" + " and ".join(seen) + ")"
        case Any(parts):
            return "(" + " or ".join(compiled_for_fact(part, statement, alias, each=each) for part in parts) + ")"
        case _:
            found = compiled(within, statement, alias, together=together)
    return (
        f"{found.removesuffix(')')} offset 0)"
        if each and (joins_consents(within) or asks_who_treats(within))
        else found
    )


def _keyed(groups: tuple[tuple[int, ...], ...], statement: Statement, alias: str) -> str:
    """The keys of a row's present version; "is not false" keeps the index of keys, which finds far too many, out."""
    inner = statement.alias()
    same = f"{inner}.id = {alias}.id and {inner}.version = {alias}.version and not {inner}.deleted"
    has = [f"({inner}.keys && {statement.fixed(list(keys))}::bigint[]) is not false" for keys in groups]
    return f"exists (select from resource {inner} where {' and '.join([same, *has])})"


def _of_row(within: OfRow, statement: Statement, alias: str) -> str:  # noqa: PLR0911 - one for each kind
    """The conditions on what stands in the row itself."""
    match within:
        case OfPatient(None):
            return f"{alias}.patient is null"
        case OfPatient():
            return f"{alias}.patient = {statement.bind_of(attrgetter('patient'), within)}::bigint"
        case OfAnybody():
            return f"{alias}.patient is not null"
        case OfPatients():
            return f"{alias}.patient = any({statement.bind_of(_patients, within)}::bigint[])"
        case OfTypes(types):
            return f"{alias}.type = any({statement.fixed([type_number(name) for name in types])}::smallint[])"
        case OfItems(_, others):
            chosen = f"{alias}.id = any({statement.bind_of(_items, within)}::uuid[])"
            return f"not {chosen}" if others else chosen
        case Categories(any_of):
            has = f"({alias}.category & {{}}::bigint)"
            wanted = "true" if any_of is None else f"{has} <> 0".format(statement.bind_of(attrgetter("any_of"), within))
            unwanted = has.format(statement.bind_of(attrgetter("none_of"), within))
            return f"({wanted} and {unwanted} = 0)"
        case KnownAt():
            return f"{alias}.updated <= {statement.bind_of(attrgetter('at'), within)}::timestamptz"


def _parties(within: Treated) -> list[int]:
    return list(within.parties)


def _items(within: OfItems) -> list[UUID]:
    return list(within.items)


def _purposes(within: Released) -> int:
    return 1 << within.purpose


def _moment(within: ForResearch) -> datetime:
    return within.at() if callable(within.at) else within.at


def _patients(within: OfPatients) -> list[int]:
    return list(within.patients)


def shape_of(within: RowFilter, parts: list[object]) -> Hashable:
    """What the conditions of a filter depend on beside the values in its parts, which are added to `parts`."""
    match within:
        case Everything() | Nothing() | OfAnybody() | OfPatient(None) | Unrestricted():
            return within
        case All(some) | Any(some):
            return type(within).__name__, tuple([shape_of(one, parts) for one in some])
    parts.append(within)
    match within:
        case OfTypes() | OfKeys():
            return within
        case Categories(any_of):
            return "Categories", any_of is None
        case OfItems(others=told) | Released(items=told):
            return type(within).__name__, told
    return type(within).__name__
