"""Which index leads to the rows of a search.

The planner of PostgreSQL cannot know how often a hashed key occurs when it makes a generic plan, and takes the wrong
index for rare or for common ones. So the way in is chosen here, by the frequencies that ANALYZE has found, and fixed by
the shape of the statement.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from verbund.fhir.search import Chain, Criterion, Either, Every, Filter, Has, ReferenceValue
from verbund.store.criteria import Criteria
from verbund.store.frequencies import Frequencies
from verbund.store.indexing import FACT_PARAMETERS, ONE_PATIENT, Indexer
from verbund.store.keys import COMBINED
from verbund.store.rowfilter import All, OfPatient, RowFilter

# Up to so many rows are fetched through the index of keys and sorted; above it, rows are read in order and checked.
FEW_ROWS = 4_000
ROWS_OF_A_PATIENT = 300
# Up to so many resources are followed to those that refer to them, and so many to those that they refer to.
FEW_TARGETS = 1_000
FEW_SOURCES = 500
REFERRING_TO_ONE = 20
UNKNOWN = float("inf")

Name: TypeAlias = Literal["id", "patient", "keys", "fact", "chain", "has", "scan"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What all parts of a search share. `units` are the UCUM units that quantities here have."""

    indexer: Indexer
    frequencies: Frequencies
    within: RowFilter
    units: frozenset[str] = frozenset()

    def criteria(self, kind: str) -> Criteria:
        """What compiles the filters of a type."""
        return Criteria(kind, self.indexer, self.units)


@dataclass(frozen=True, slots=True)
class Way:
    """The index that leads: by id, patient, keys, coded facts, a reference, or reading the type in order.

    What it looks for comes from a criterion, or from the filter of who asks, where that tells of one patient only.
    """

    name: Name
    criterion: Criterion | None = None
    within: OfPatient | None = None


SCAN = Way("scan")


def parts_of(wanted: Iterable[Criterion]) -> Iterator[Criterion]:
    """What must hold, each by itself."""
    for one in wanted:
        if isinstance(one, Every):
            yield from parts_of(one.parts)
        else:
            yield one


def way_of(kind: str, wanted: tuple[Criterion, ...], scope: Scope, *, counting: bool) -> Way:
    """The cheapest way in, to all rows when counting, else to the first in order."""
    criteria = scope.criteria(kind)
    best, fewest = SCAN, UNKNOWN
    for one in parts_of(wanted):
        way, rows = _lead(one, criteria, scope)
        if way != SCAN and rows < fewest:
            best, fewest = way, rows
    patient = _only_patient(scope.within)
    if patient is not None and fewest > ROWS_OF_A_PATIENT:
        return Way("patient", None, patient)
    if best.name == "keys" and isinstance(best.criterion, Filter):
        # Of few facts each row has to be looked at, in whatever way they are found, unless nothing else is asked.
        visited = fewest <= FEW_ROWS // 10 and scope.frequencies.known and len([*parts_of(wanted)]) > 1
        if not visited and _are_facts(kind, best.criterion, criteria):
            return Way("fact", best.criterion)
    # What follows references costs so much a row that it is better done for the first rows only.
    dear = not counting and any(isinstance(one, Chain | Has) and one is not best.criterion for one in parts_of(wanted))
    few = FEW_SOURCES if dear else FEW_ROWS
    return SCAN if best.name in {"keys", "chain", "has"} and fewest > few else best


def expected(kind: str, wanted: tuple[Criterion, ...], scope: Scope) -> float:
    """About how many rows fit, at most; infinite where nothing tells."""
    criteria = scope.criteria(kind)
    return min((_lead(one, criteria, scope)[1] for one in parts_of(wanted)), default=UNKNOWN)


def _lead(wanted: Criterion, criteria: Criteria, scope: Scope) -> tuple[Way, float]:
    """The way in that one criterion offers, and about how many rows it leads to."""
    match wanted:
        case Filter():
            return _lead_of_filter(wanted, criteria, scope)
        case Either(parts) if parts:
            ways = [_lead(part, criteria, scope) for part in parts]
            if all(way.name in {"keys", "id"} or _keyed(way, criteria) for way, _ in ways):
                return Way("keys", wanted), sum(rows for _, rows in ways)
        case Chain(_, target, parts):
            targets = expected(target, parts, scope)
            if targets <= FEW_TARGETS:
                return Way("chain", wanted), targets * REFERRING_TO_ONE
        case Has(source, _, parts):
            sources = expected(source, parts, scope)
            return (Way("has", wanted) if sources <= FEW_SOURCES else SCAN), sources
    return SCAN, UNKNOWN


def _keyed(way: Way, criteria: Criteria) -> bool:
    return isinstance(way.criterion, Filter) and criteria.key_sets(way.criterion) is not None


def _lead_of_filter(wanted: Filter, criteria: Criteria, scope: Scope) -> tuple[Way, float]:
    if wanted.modifier in {"not", "missing"}:
        return SCAN, UNKNOWN
    if wanted.kind == "id":
        return Way("id", wanted), len(wanted.values) / 1_000
    patients = patients_of(wanted, criteria)
    if patients:
        return Way("patient", wanted), ROWS_OF_A_PATIENT * len(patients)
    sets = criteria.key_sets(wanted)
    if sets is None:
        return SCAN, UNKNOWN
    return Way("keys", wanted), sum(map(scope.frequencies.expected, sets.alternatives))


def by_patient(kind: str, param: str, target: str) -> bool:
    """Whether a reference leads to the one patient whose rows these are."""
    return target == "Patient" and kind in ONE_PATIENT and param in {"patient", "subject"}


def patients_of(wanted: Filter, criteria: Criteria) -> tuple[int, ...]:
    """The patients' hashes where a filter asks for the patient of the compartment."""
    if wanted.kind != "reference" or not by_patient(criteria.kind, wanted.param, "Patient"):
        return ()
    found = [
        criteria.patient(value.id)
        for value in wanted.values
        if isinstance(value, ReferenceValue) and value.id and (value.type == "Patient" or wanted.param == "patient")
    ]
    return tuple(found) if len(found) == len(wanted.values) else ()


def _only_patient(within: RowFilter) -> OfPatient | None:
    match within:
        case OfPatient(patient):
            return None if patient is None else within
        case All(parts):
            return next((part for part in parts if isinstance(part, OfPatient) and part.patient is not None), None)
    return None


def _are_facts(kind: str, wanted: Filter, criteria: Criteria) -> bool:
    """Whether a filter asks for codes with their system, which the table of coded facts holds."""
    if wanted.param not in FACT_PARAMETERS or (kind, wanted.param) in COMBINED or wanted.modifier is not None:
        return False
    return bool(criteria.full_codes(wanted))
