"""From a resource to what the index keeps of it: hashes, dates and numbers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan

from verbund.crypto import Hasher
from verbund.fhir import Entries, Resource, index
from verbund.fhir.search import parameters_of
from verbund.store.keys import COMBINED_NAMES, Keys, without_version
from verbund.store.packing import NO_DATE, microseconds

# Tokens of these parameters also go to the covering table, in order of date.
FACT_PARAMETERS = frozenset({"code", "vaccine-code"})

# The date parameter that tells the primary clinical date, where it is one value; it lies in the row itself.
PRIMARY_DATES = {
    "Observation": "date",
    "Encounter": "date",
    "Procedure": "date",
    "DiagnosticReport": "date",
    "Condition": "onset-date",
    "MedicationRequest": "authoredon",
    "MedicationStatement": "effective",
    "MedicationAdministration": "effective-time",
    "Immunization": "date",
    "AllergyIntolerance": "date",
    "DocumentReference": "date",
    "ServiceRequest": "authored",
    "CarePlan": "date",
    "ImagingStudy": "started",
    "Composition": "date",
    "Consent": "date",
}

# Types in which `patient` means the one patient of the compartment.
ONE_PATIENT = frozenset(PRIMARY_DATES) | {
    "Claim",
    "ExplanationOfBenefit",
    "Coverage",
    "Goal",
    "CareTeam",
    "Specimen",
    "Flag",
}


# Parameter, value, unit with its system, unit alone.
Quantity = tuple[int, float, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index keeps of one version; dates in microseconds since 2000."""

    patient: int | None
    category: int
    date: int
    date_end: int
    present: int
    keys: tuple[int, ...] = field(repr=False)
    facts: tuple[int, ...] = field(repr=False)
    dates: tuple[tuple[int, int, int], ...] = field(repr=False)
    quantities: tuple[Quantity, ...] = field(repr=False)


NOTHING_INDEXED = Indexed(None, 0, NO_DATE, NO_DATE, 0, (), (), (), ())


def middle(low: float, high: float) -> float | None:
    """The number that a range of precision was made around; infinite where only one bound is known, None without any.

    A number in a resource is compared by its value: its precision does not matter
    (http://hl7.org/fhir/R4/search.html#number).
    """
    value = (low + high) / 2
    return None if isnan(value) else float(f"{value:.12g}")


class Indexer:
    """Indexes resources under one node's key. `classify` gives the categories of a resource as a bit mask."""

    def __init__(self, hasher: Hasher, classify: Callable[[Resource], int]) -> None:
        self.hasher = hasher
        self.keys = Keys(hasher)
        self._classify = classify
        self._present: dict[str, dict[str, int]] = {}
        self._patients: dict[str, int] = {}

    def patient(self, patient_id: str) -> int:
        """The hash by which a patient's rows and data key are known."""
        found = self._patients.get(patient_id)
        if found is None:
            if len(self._patients) > 100_000:
                self._patients.clear()
            found = self._patients[patient_id] = self.hasher.key64("Patient", patient_id)
        return found

    def present_bit(self, kind: str, parameter: str) -> int:
        """The bit in `present` that says whether a parameter has a value."""
        return self._bits(kind)[parameter]

    def _bits(self, kind: str) -> dict[str, int]:
        bits = self._present.get(kind)
        if bits is None:
            bits = self._present[kind] = {name: 1 << place for place, name in enumerate(parameters_of(kind))}
        return bits

    def index(self, resource: Resource) -> Indexed:
        """All that the index keeps of a resource."""
        kind = type(resource).__name__
        entries = index(resource)
        date, date_end, dates = self._dates(kind, entries)
        keys, facts = self._keyed(kind, entries)
        return Indexed(
            None if entries.patient is None else self.patient(entries.patient),
            self._classify(resource),
            date,
            date_end,
            self._presence(kind, entries),
            tuple(keys),
            tuple(facts),
            dates,
            self._quantities(kind, entries),
        )

    def _keyed(self, kind: str, entries: Entries) -> tuple[dict[int, None], dict[int, None]]:
        """The keys of tokens, references, URIs and strings, and those of coded facts; each once, in order."""
        keys: dict[int, None] = {}
        facts: dict[int, None] = {}
        of = self.keys
        for name, system, code in entries.tokens:
            if name not in COMBINED_NAMES:
                found = of.of_token(kind, name, system, code)
                keys.update(dict.fromkeys(found))
                if name in FACT_PARAMETERS:
                    facts[found[0]] = None
        for name, reference in entries.references:
            keys[of.reference(kind, name, without_version(reference))] = None
        for name, uri in entries.uris:
            keys[of.uri(kind, name, uri)] = None
        for name, text in entries.strings:
            keys.update(dict.fromkeys(of.of_text(kind, name, text)))
        return keys, facts

    def _dates(self, kind: str, entries: Entries) -> tuple[int, int, tuple[tuple[int, int, int], ...]]:
        """The primary clinical date as the hull of all its values (of a Timing only the outer limits matter,
        http://hl7.org/fhir/R4/search.html#date), and all other dates."""
        primary = PRIMARY_DATES.get(kind)
        low: datetime | None = None
        high: datetime | None = None
        others = []
        for name, begin, end in entries.dates:
            if name == primary:
                low = begin if low is None else min(low, begin)
                high = end if high is None else max(high, end)
            else:
                others.append((self.keys.parameter(kind, name), microseconds(begin), microseconds(end)))
        if low is not None and high is not None:
            return microseconds(low), microseconds(high), tuple(others)
        return NO_DATE if entries.date is None else microseconds(entries.date), NO_DATE, tuple(others)

    def _quantities(self, kind: str, entries: Entries) -> tuple[Quantity, ...]:
        of = self.keys
        found: list[Quantity] = []
        for name, low, high in entries.numbers:
            value = middle(low, high)
            if value is not None:
                found.append((of.parameter(kind, name), value, None, None))
        for name, low, high, system, code in entries.quantities:
            value = middle(low, high)
            if value is not None and name not in COMBINED_NAMES:
                units = (None, None) if code is None else (of.unit(system or "", code), of.unit(None, code))
                found.append((of.parameter(kind, name), value, *units))
        return tuple(found)

    def _presence(self, kind: str, entries: Entries) -> int:
        bits = self._bits(kind)
        present = 0
        for name in {
            entry[0]
            for rows in (
                entries.tokens, entries.references, entries.uris, entries.strings,
                entries.dates, entries.numbers, entries.quantities,
            )
            for entry in rows
        }:  # fmt: skip
            present |= bits.get(name, 0)
        return present
