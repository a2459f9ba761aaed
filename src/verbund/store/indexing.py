"""From a resource to what the index keeps of it: hashes, dates and numbers."""

import re
from collections.abc import Callable
from datetime import datetime
from math import isnan
from typing import Any

from msgspec import Struct, structs

from verbund.crypto import Hasher
from verbund.fhir import Entries, Resource, index
from verbund.fhir.decoding import collect
from verbund.fhir.extracting import NOTHING
from verbund.fhir.model import Collector, Text, Token, joined
from verbund.fhir.parameters import STANDARD
from verbund.fhir.search import indexed_of
from verbund.store.holding import HOLDERS, held_patient
from verbund.store.keys import COMBINED_NAMES, Keys, without_version
from verbund.store.packing import NO_DATE, microseconds
from verbund.store.traits import Traits

# So many values are remembered with their keys: most values of medicine occur again and again.
MOST_REMEMBERED = 10_000

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


UCUM = "http://unitsofmeasure.org"
# Units are kept in clear; what is too long for one, or has letters that none has, is not taken for one.
MOST_UNITS = 10_000
_UNIT = re.compile(r"[!-~]{1,24}")

# Parameter, value, unit with its system, unit alone.
Quantity = tuple[int, float, int | None, int | None]


class Indexed(Struct, frozen=True, gc=False):
    """What the index keeps of one version; dates in microseconds since 2000."""

    patient: int | None
    category: int
    date: int
    date_end: int
    present: int
    # The common codes among the keys, see `traits`.
    traits: int
    keys: tuple[int, ...]
    facts: tuple[int, ...]
    dates: tuple[tuple[int, int, int], ...]
    quantities: tuple[Quantity, ...]

    def __repr__(self) -> str:
        return f"Indexed({len(self.keys)} keys)"


NOTHING_INDEXED = Indexed(None, 0, NO_DATE, NO_DATE, 0, 0, (), (), (), ())


def middle(low: float, high: float) -> float | None:
    """The number that a range of precision was made around; infinite where only one bound is known, None without any.

    A number in a resource is compared by its value: its precision does not matter
    (http://hl7.org/fhir/R4/search.html#number).
    """
    value = (low + high) / 2
    return None if isnan(value) else float(f"{value:.12g}")


# The bit of a parameter, the traits of a value, its keys, and those of them that are facts.
_Coded = tuple[int, int, tuple[int, ...], tuple[int, ...]]


class _Bits(dict[str, int]):
    """The bit of each parameter of the standard; those that were added have none."""

    def __missing__(self, name: str) -> int:
        return 0


class _Known:
    """What is known of a type: the bit of each parameter, and the latest values with their bit, keys, and facts."""

    __slots__ = ("added", "bits", "quantities", "references", "strings", "tokens", "traits", "uris")

    def __init__(self, bits: dict[str, int], traits: Traits) -> None:
        self.bits = bits
        self.traits = traits
        # Of added parameters, all values of a resource together.
        self.added: dict[tuple[tuple[Any, ...], ...], tuple[int, ...]] = {}
        self.tokens: dict[Token, _Coded] = {}
        self.references: dict[Text, tuple[int, int]] = {}
        self.uris: dict[Text, tuple[int, tuple[int, ...]]] = {}
        self.strings: dict[Text, tuple[int, ...]] = {}
        self.quantities: dict[tuple[str, str | None, str | None], tuple[int, int | None, int | None]] = {}


def _make_room(values: dict[Any, Any]) -> None:
    """Forget the values of one kind when there are too many: what is different each time drives out only its like."""
    if len(values) >= MOST_REMEMBERED:
        values.clear()


class Indexer:
    """Indexes resources under one node's key. `classify` gives the categories of a resource as a bit mask."""

    def __init__(self, hasher: Hasher, classify: Callable[[Resource], int]) -> None:
        self.hasher = hasher
        self.keys = Keys(hasher)
        # All search parameters of the node, as this process knows them.
        self.parameters = STANDARD
        self._classify = classify
        self._known: dict[str, _Known] = {}
        self._patients: dict[str, int] = {}
        self._spans: dict[tuple[datetime, datetime], tuple[int, int]] = {}
        # The units of UCUM that were met.
        self.units: set[str] = set()

    def patient(self, patient_id: str) -> int:
        """The hash by which a patient's rows and data key are known."""
        found = self._patients.get(patient_id)
        if found is None:
            _make_room(self._patients)
            found = self._patients[patient_id] = self.hasher.key64("Patient", patient_id)
        return found

    def present_bit(self, kind: str, parameter: str) -> int:
        """The bit in `present` that says whether a parameter has a value."""
        return self._of(kind).bits[parameter]

    def traits(self, kind: str) -> Traits:
        """The common codes of a type."""
        return self._of(kind).traits

    def _of(self, kind: str) -> _Known:
        known = self._known.get(kind)
        if known is None:
            bits = _Bits({name: 1 << place for place, name in enumerate(indexed_of(kind))})
            known = self._known[kind] = _Known(bits, Traits(kind, self.keys))
        return known

    def entries(self, resource: Resource, raw: bytes) -> Entries:
        """The values of all search parameters of a resource, given in both forms, those that were added among them."""
        entries, extractor = index(resource), self.parameters.extractor(type(resource).__name__)
        if extractor is None or (added := extractor.entries(raw)) is NOTHING:
            return entries
        return joined(entries, added)

    def index(self, resource: Resource, raw: bytes) -> Indexed:
        """All that the index keeps of a resource, given in both forms."""
        kind = type(resource).__name__
        found, extractor = self._of_standard(resource), self.parameters.extractor(kind)
        if extractor is None or (entries := extractor.entries(raw)) is NOTHING:
            return found
        added = self.added(kind, entries)
        return structs.replace(
            found,
            keys=tuple(dict.fromkeys((*found.keys, *added.keys))),
            dates=(*found.dates, *added.dates),
            quantities=(*found.quantities, *added.quantities),
        )

    def added(self, kind: str, entries: Entries) -> Indexed:
        """What the index keeps of the values of added parameters; nothing else of the resource is told.

        For each parameter that has keys, one of them says so; of dates and numbers their own tables tell.
        """
        known = self._of(kind)
        return structs.replace(
            NOTHING_INDEXED,
            keys=self._keys_of_added(kind, known, entries),
            dates=self._dates(kind, entries, None)[2] if entries.dates else (),
            quantities=self._quantities(kind, known, entries),
        )

    def _keys_of_added(self, kind: str, known: _Known, entries: Entries) -> tuple[int, ...]:
        keyed = (entries.tokens, entries.strings, entries.uris, entries.references, entries.identifiers)
        if not any(keyed):
            return ()
        found = known.added.get(keyed)
        if found is None:
            _, _, keys, _ = self._coded(kind, known, entries)
            names = sorted({row[0] for rows in keyed for row in rows})
            _make_room(known.added)
            found = tuple(dict.fromkeys((*(self.keys.present(kind, name) for name in names), *keys)))
            known.added[keyed] = found
        return found

    def facts(self, resource: Resource) -> tuple[int, ...]:
        """The coded facts of a resource, all of them of parameters of the standard."""
        return self._of_standard(resource).facts

    def _of_standard(self, resource: Resource) -> Indexed:
        """What the index keeps of the parameters of the standard."""
        kind = type(resource).__name__
        entries = Collector()
        patient, moment = collect(resource, entries)
        if kind in HOLDERS:
            patient = held_patient(resource)
        known = self._known.get(kind) or self._of(kind)
        date, date_end, dates = self._dates(kind, entries, moment)
        present, traits, keys, facts = self._coded(kind, known, entries)
        bits = known.bits
        for row in entries.dates:
            present |= bits[row[0]]
        for number in entries.numbers:
            present |= bits[number[0]]
        for quantity in entries.quantities:
            present |= bits[quantity[0]]
        return Indexed(
            None if patient is None else self.patient(patient),
            self._classify(resource),
            date,
            date_end,
            present,
            traits,
            tuple(dict.fromkeys(keys)),
            facts,
            dates,
            self._quantities(kind, known, entries) if entries.numbers or entries.quantities else (),
        )

    def _coded(
        self, kind: str, known: _Known, entries: Entries | Collector
    ) -> tuple[int, int, list[int], tuple[int, ...]]:
        """Tokens, references, URIs and strings: bits of those there are, of common codes, their keys, coded facts."""
        present = traits = 0
        keys: list[int] = []
        facts: tuple[int, ...] = ()
        for token in entries.tokens:
            bit, trait, found, coded = known.tokens.get(token) or self._token(kind, known, token)
            present |= bit
            traits |= trait
            keys += found
            facts += coded
        for reference in entries.references:
            bit, key = known.references.get(reference) or self._reference(kind, known, reference)
            present |= bit
            keys.append(key)
        for uri in entries.uris:
            bit, found = known.uris.get(uri) or self._uri(kind, known, uri)
            present |= bit
            keys += found
        for text in entries.strings:
            present |= known.bits[text[0]]
            keys += known.strings.get(text) or self._string(kind, known, text)
        for name, system, value in entries.identifiers:
            present |= known.bits[name]
            keys += self.keys.of_token(kind, f"{name}:identifier", system, value)
        return present, traits, keys, tuple(dict.fromkeys(facts)) if len(facts) > 1 else facts

    def _token(self, kind: str, known: _Known, token: Token) -> _Coded:
        name, system, code = token
        bit = known.bits[name]
        if name in COMBINED_NAMES:
            found: _Coded = (bit, 0, (), ())
        else:
            keys = self.keys.of_token(kind, name, system, code)
            found = bit, known.traits.of(keys), keys, keys[:1] if name in FACT_PARAMETERS else ()
        _make_room(known.tokens)
        known.tokens[token] = found
        return found

    def _reference(self, kind: str, known: _Known, reference: Text) -> tuple[int, int]:
        name, text = reference
        found = known.bits[name], self.keys.reference(kind, name, without_version(text))
        _make_room(known.references)
        known.references[reference] = found
        return found

    def _uri(self, kind: str, known: _Known, uri: Text) -> tuple[int, tuple[int, ...]]:
        name, text = uri
        below = self.keys.of_ancestors(kind, name, text) if name == "url" else ()
        found = known.bits[name], (self.keys.uri(kind, name, text), *below)
        _make_room(known.uris)
        known.uris[uri] = found
        return found

    def _string(self, kind: str, known: _Known, text: Text) -> tuple[int, ...]:
        found = tuple(self.keys.of_text(kind, *text))
        _make_room(known.strings)
        known.strings[text] = found
        return found

    def _dates(
        self, kind: str, entries: Entries | Collector, moment: datetime | None
    ) -> tuple[int, int, tuple[tuple[int, int, int], ...]]:
        """The primary clinical date as the hull of all its values (of a Timing only the outer limits matter,
        http://hl7.org/fhir/R4/search.html#date), else that `moment`; and all other dates."""
        primary = PRIMARY_DATES.get(kind)
        low: datetime | None = None
        high: datetime | None = None
        others = []
        for name, begin, end in entries.dates:
            if name == primary:
                low = begin if low is None else min(low, begin)
                high = end if high is None else max(high, end)
            else:
                others.append((self.keys.parameter(kind, name), *self._span(begin, end)))
        if low is not None and high is not None:
            return *self._span(low, high), tuple(others)
        return NO_DATE if moment is None else microseconds(moment), NO_DATE, tuple(others)

    def _span(self, begin: datetime, end: datetime) -> tuple[int, int]:
        """A range of time as PostgreSQL counts it; what was done together has the same."""
        found = self._spans.get((begin, end))
        if found is None:
            _make_room(self._spans)
            found = self._spans[begin, end] = microseconds(begin), microseconds(end)
        return found

    def _quantities(self, kind: str, known: _Known, entries: Entries | Collector) -> tuple[Quantity, ...]:
        found: list[Quantity] = []
        for name, low, high in entries.numbers:
            value = middle(low, high)
            if value is not None:
                found.append((self.keys.parameter(kind, name), value, None, None))
        for name, low, high, system, code in entries.quantities:
            if name not in COMBINED_NAMES and (value := middle(low, high)) is not None:
                measured = known.quantities.get((name, system, code)) or self._measured(kind, known, name, system, code)
                found.append((measured[0], value, measured[1], measured[2]))
        return tuple(found)

    def _measured(
        self, kind: str, known: _Known, name: str, system: str | None, code: str | None
    ) -> tuple[int, int | None, int | None]:
        """The keys of a parameter and its unit, with the system and without."""
        of = self.keys
        if system == UCUM and code is not None and len(self.units) < MOST_UNITS and _UNIT.fullmatch(code):
            self.units.add(code)
        units = (None, None) if code is None else (of.unit(system or "", code), of.unit(None, code))
        _make_room(known.quantities)
        found = known.quantities[name, system, code] = of.parameter(kind, name), *units
        return found
