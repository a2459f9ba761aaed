"""From a resource to what the index keeps of it: hashes, dates and numbers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan

from verbund.crypto import Hasher
from verbund.fhir import Entries, Resource, index
from verbund.fhir.model import Text, Token
from verbund.fhir.search import indexed_of
from verbund.store.keys import COMBINED_NAMES, Keys, without_version
from verbund.store.packing import NO_DATE, microseconds

# So many values are remembered with their keys: most values of medicine occur again and again.
MOST_REMEMBERED = 50_000

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


@dataclass(slots=True)
class _Known:
    """What is known of a type: the bit of each parameter, and the latest values with their bit, keys, and fact."""

    bits: dict[str, int]
    tokens: dict[Token, tuple[int, tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    references: dict[Text, tuple[int, int]] = field(default_factory=dict)
    uris: dict[Text, tuple[int, int]] = field(default_factory=dict)


class Indexer:
    """Indexes resources under one node's key. `classify` gives the categories of a resource as a bit mask."""

    def __init__(self, hasher: Hasher, classify: Callable[[Resource], int]) -> None:
        self.hasher = hasher
        self.keys = Keys(hasher)
        self._classify = classify
        self._known: dict[str, _Known] = {}
        self._remembered = 0
        self._patients: dict[str, int] = {}

    def patient(self, patient_id: str) -> int:
        """The hash by which a patient's rows and data key are known."""
        found = self._patients.get(patient_id)
        if found is None:
            if len(self._patients) > MOST_REMEMBERED:
                self._patients.clear()
            found = self._patients[patient_id] = self.hasher.key64("Patient", patient_id)
        return found

    def present_bit(self, kind: str, parameter: str) -> int:
        """The bit in `present` that says whether a parameter has a value."""
        return self._of(kind).bits[parameter]

    def _of(self, kind: str) -> _Known:
        known = self._known.get(kind)
        if known is None:
            bits = {name: 1 << place for place, name in enumerate(indexed_of(kind))}
            known = self._known[kind] = _Known(bits)
        return known

    def index(self, resource: Resource) -> Indexed:
        """All that the index keeps of a resource."""
        kind = type(resource).__name__
        entries = index(resource)
        known = self._of(kind)
        date, date_end, dates = self._dates(kind, entries)
        present, keys, facts = self._coded(kind, known, entries)
        for rows in (entries.strings, entries.dates, entries.numbers, entries.quantities):
            for row in rows:
                present |= known.bits[row[0]]
        return Indexed(
            None if entries.patient is None else self.patient(entries.patient),
            self._classify(resource),
            date,
            date_end,
            present,
            tuple(dict.fromkeys(keys)),
            facts,
            dates,
            self._quantities(kind, entries),
        )

    def _coded(self, kind: str, known: _Known, entries: Entries) -> tuple[int, list[int], tuple[int, ...]]:
        """Tokens, references, URIs and strings: bits of those there are, their keys, and the keys of coded facts."""
        present = 0
        keys: list[int] = []
        facts: tuple[int, ...] = ()
        for token in entries.tokens:
            bit, found, coded = known.tokens.get(token) or self._token(kind, known, token)
            present |= bit
            keys += found
            facts += coded
        for reference in entries.references:
            bit, key = known.references.get(reference) or self._reference(kind, known, reference)
            present |= bit
            keys.append(key)
        for uri in entries.uris:
            bit, key = known.uris.get(uri) or self._uri(kind, known, uri)
            present |= bit
            keys.append(key)
        for name, text in entries.strings:
            keys += self.keys.of_text(kind, name, text)
        return present, keys, tuple(dict.fromkeys(facts)) if len(facts) > 1 else facts

    def _token(self, kind: str, known: _Known, token: Token) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
        name, system, code = token
        bit = known.bits[name]
        if name in COMBINED_NAMES:
            found: tuple[int, tuple[int, ...], tuple[int, ...]] = (bit, (), ())
        else:
            keys = self.keys.of_token(kind, name, system, code)
            found = bit, keys, keys[:1] if name in FACT_PARAMETERS else ()
        self._make_room()
        known.tokens[token] = found
        return found

    def _reference(self, kind: str, known: _Known, reference: Text) -> tuple[int, int]:
        name, text = reference
        found = known.bits[name], self.keys.reference(kind, name, without_version(text))
        self._make_room()
        known.references[reference] = found
        return found

    def _uri(self, kind: str, known: _Known, uri: Text) -> tuple[int, int]:
        name, text = uri
        found = known.bits[name], self.keys.uri(kind, name, text)
        self._make_room()
        known.uris[uri] = found
        return found

    def _make_room(self) -> None:
        """Forget the values of all types when too many are remembered."""
        self._remembered += 1
        if self._remembered > MOST_REMEMBERED:
            self._remembered = 0
            for known in self._known.values():
                known.tokens.clear()
                known.references.clear()
                known.uris.clear()

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
            if name not in COMBINED_NAMES and (value := middle(low, high)) is not None:
                units = (None, None) if code is None else (of.unit(system or "", code), of.unit(None, code))
                found.append((of.parameter(kind, name), value, *units))
        return tuple(found)
