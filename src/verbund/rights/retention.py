"""What must be kept although its patient wants it erased: a table of rules, purely evaluated (GDPR, Art. 17(3)(b))."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from verbund.consent import Sentence
from verbund.errors import Incorrect

Json = Mapping[str, Any]
_SYSTEMS = {"OPS": "http://fhir.de/CodeSystem/bfarm/ops"}
_NEVER = date.max
_DAY = len("2026-05-04")
_HOLDS = frozenset({"active", "recurrence", "relapse", "on-hold", "in-progress", "planned"})
_LASTING = frozenset(
    {"MedicationRequest", "MedicationStatement", "CarePlan", "CareTeam", "EpisodeOfCare", "ServiceRequest", "Encounter"}
)
# Days are those of the law that the periods come from.
_ZONE = ZoneInfo("Europe/Berlin")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the table, as its head in `retention.toml` says."""

    name: str
    de: str
    en: str
    years: int
    after: Literal["treatment", "entry", "year"]
    types: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    written_by: Literal["", "patient", "house"] = ""
    until_age: int = 0

    @property
    def reason(self) -> Sentence:
        """Why it is kept, for the patient."""
        return Sentence(self.de, self.en)


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules in their order: the first that fits decides."""

    rule: tuple[Rule, ...]
    treatment_pause_days: int = 730


@dataclass(frozen=True, slots=True)
class Entry:
    """What of a resource the rules look at.

    `date` is the later of its clinical date and of the day when it was written down: what was noted of former times
    belongs to the treatment in which it was noted. What is `ongoing` belongs to the last treatment of all.
    """

    type: str
    id: str
    date: date
    codes: frozenset[tuple[str, str]]
    by_patient: bool
    ongoing: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that stays: until (and without) that day, by that rule."""

    entry: Entry
    rule: Rule
    until: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure on a day takes, and what it leaves. Whole: nothing stays."""

    erased: tuple[Entry, ...]
    kept: tuple[Kept, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing stays, so that the patient's key can be destroyed."""
        return not self.kept

    @property
    def next(self) -> date | None:
        """When something of what stays may be erased; None when nothing stays."""
        return min((one.until for one in self.kept), default=None)


def table(path: Path | None = None) -> Table:
    """The node's own table, or the one that ships. Incorrect for a file that is none, with what is wrong."""
    raw = files("verbund.rights").joinpath("retention.toml").read_bytes() if path is None else path.read_bytes()
    try:
        return msgspec.toml.decode(raw, type=Table)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Incorrect(f"The retention table {path or 'retention.toml'} does not hold: {error}") from None


def entry_of(resource: Json, clinical: datetime | None, updated: datetime) -> Entry:
    """What the rules look at in a resource."""
    kind = str(resource.get("resourceType"))
    return Entry(
        kind,
        str(resource.get("id")),
        max([(clinical or updated).astimezone(_ZONE).date(), *_written(resource)]),
        frozenset(_codes(resource)),
        _by_patient(resource, kind),
        _ongoing(resource),
    )


def _written(resource: Json) -> Iterable[date]:
    """The days on which it says that it was written down."""
    for name in ("recordedDate", "dateAsserted", "issued", "authoredOn", "recorded"):
        value = resource.get(name)
        if isinstance(value, str) and len(value) >= _DAY:
            with suppress(ValueError):
                yield date.fromisoformat(value[:_DAY])


def _ongoing(resource: Json) -> bool:
    """Whether it is said to hold still: a diagnosis, an allergy, a medicine, a plan."""
    clinical = resource.get("clinicalStatus")
    found = {code for _, code in _codes(clinical)} if isinstance(clinical, dict) else set()
    return bool(found & _HOLDS) or (resource.get("resourceType") in _LASTING and resource.get("status") in _HOLDS)


def _codes(value: object) -> Iterable[tuple[str, str]]:
    """All codings anywhere in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("code"), str):
            yield str(value.get("system", "")), value["code"]
        for part in value.values():
            yield from _codes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _codes(part)


_AUTHORS = ("author", "source", "performer", "sender", "expressedBy", "recorder", "asserter", "informationSource")


def _by_patient(resource: Json, kind: str) -> bool:
    """Whether everybody who is named as its author is the patient; a consent is always the patient's word."""
    named = [text for name in _AUTHORS for text in _references(resource.get(name))]
    if kind in {"Consent", "Subscription"}:
        return True
    return bool(named) and all(text.startswith("Patient/") for text in named)


def _references(value: object) -> Iterable[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and isinstance(one.get("reference"), str):
            yield one["reference"]


def outcome(entries: Sequence[Entry], rules: Table, house: str, birth: date | None, today: date) -> Outcome:
    """What of a patient's entries an erasure today takes in a house of that kind, and what stays until when."""
    ends = _Treatments([one.date for one in entries if one.type != "Patient" and not one.by_patient], rules)
    erased: list[Entry] = []
    kept: list[Kept] = []
    for one in entries:
        rule = next((r for r in rules.rule if _fits(r, one, house)), None)
        until = None if rule is None else _until(rule, one, ends, birth)
        if one.type != "Patient" and rule is not None and until is not None and until > today:
            kept.append(Kept(one, rule, until))
        elif one.type != "Patient":
            erased.append(one)
    persons = [one for one in entries if one.type == "Patient"]
    if kept:
        last = max(kept, key=lambda entry: entry.until)
        kept += [Kept(person, last.rule, last.until) for person in persons]
    else:
        erased += persons
    return Outcome(tuple(erased), tuple(kept))


class _Treatments:
    """When treatments ended: dates with less than the pause between them belong to one."""

    def __init__(self, dates: Iterable[date], rules: Table) -> None:
        pause = timedelta(days=rules.treatment_pause_days)
        self._ends: list[date] = []
        for day in sorted(set(dates)):
            if self._ends and day - self._ends[-1] < pause:
                self._ends[-1] = day
            else:
                self._ends.append(day)

    @property
    def last(self) -> date:
        """The end of the last one."""
        return self._ends[-1] if self._ends else date.min

    def end_of(self, day: date) -> date:
        """The end of the treatment to which a day belongs; of a day that belongs to none itself."""
        place = bisect_left(self._ends, day)
        return self._ends[place] if place < len(self._ends) else day


def _fits(rule: Rule, one: Entry, house: str) -> bool:
    by = "patient" if one.by_patient else "house"
    return (
        (not rule.types or one.type in rule.types)
        and (not rule.houses or house in rule.houses)
        and (not rule.written_by or rule.written_by == by)
        and (not rule.codes or any(_has(one, wanted) for wanted in rule.codes))
    )


def _has(one: Entry, wanted: str) -> bool:
    system, _, begin = wanted.partition("|")
    system = _SYSTEMS.get(system, system)
    return any((not system or system == of) and code.startswith(begin) for of, code in one.codes)


def _until(rule: Rule, one: Entry, ends: _Treatments, birth: date | None) -> date:
    start = (ends.last if one.ongoing else ends.end_of(one.date)) if rule.after == "treatment" else one.date
    start = max(start, one.date)
    if rule.after == "year":
        start = date(start.year, 12, 31)
    until = _years(start, rule.years)
    if rule.until_age and birth is not None and one.date < _years(birth, 18):
        until = max(until, _years(birth, rule.until_age))
    return until


def _years(start: date, years: int) -> date:
    """So many years later; on 29 February the day after, as the whole time has to be over."""
    if start.year + years > _NEVER.year:
        return _NEVER
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)
