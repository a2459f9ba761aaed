"""Measurements grouped by what was measured, read from FHIR R4 Observations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from verbund.portal.model import HouseItem
from verbund.portal.record.model import Analyte, Concept, Flag, Value
from verbund.portal.record.reading import chosen_when, codes, concept, number, part, parts, text
from verbund.portal.when import When

_WRONG = {"entered-in-error", "cancelled"}
_LABORATORY = {"laboratory", "lab", "26436-6"}
_VITALS = {"vital-signs", "vital signs"}
_OTHER = {"social-history", "survey", "exam", "imaging", "procedure", "therapy", "activity"}
_FLAGS = {
    "l": Flag.LOW,
    "h": Flag.HIGH,
    "ll": Flag.VERY_LOW,
    "hh": Flag.VERY_HIGH,
    "lu": Flag.VERY_LOW,
    "hu": Flag.VERY_HIGH,
    "a": Flag.ABNORMAL,
    "aa": Flag.ABNORMAL,
    "pos": Flag.ABNORMAL,
}


def analytes(observations: Iterable[HouseItem]) -> tuple[tuple[Analyte, ...], tuple[Analyte, ...]]:
    """(laboratory, vital signs), each sorted by name, values newest first."""
    laboratory: dict[tuple[str, str], list[tuple[Concept, Value]]] = defaultdict(list)
    vitals: dict[tuple[str, str], list[tuple[Concept, Value]]] = defaultdict(list)
    for item in observations:
        kind = _kind(item.resource)
        if kind is None:
            continue
        target = laboratory if kind == "laboratory" else vitals
        for named, value in _values(item):
            target[(named.code or named.text.casefold(), value.unit)].append((named, value))
    return _grouped(laboratory), _grouped(vitals)


def _grouped(groups: Mapping[tuple[str, str], list[tuple[Concept, Value]]]) -> tuple[Analyte, ...]:
    made = []
    for (_, unit), found in groups.items():
        found.sort(key=lambda entry: entry[1].at, reverse=True)
        made.append(Analyte(found[0][0], unit, tuple(value for _, value in found)))
    return tuple(sorted(made, key=lambda analyte: (analyte.concept.text.casefold(), analyte.unit)))


def _kind(source: Mapping[str, Any]) -> str | None:
    """`laboratory`, `vitals`, or None for what is neither (or was entered in error)."""
    if text(source, "status") in _WRONG:
        return None
    found = frozenset().union(*(codes(category) for category in parts(source, "category")))
    if found & _LABORATORY:
        return "laboratory"
    if found & _VITALS:
        return "vitals"
    return "laboratory" if not found & _OTHER and "valueQuantity" in source else None


def _values(item: HouseItem) -> Iterator[tuple[Concept, Value]]:
    """The observation's own value and those of its components."""
    source = item.resource
    at = chosen_when(source, "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
    own = _value(source, at, item)
    if own is not None:
        yield _name(source), own
    for component in parts(source, "component"):
        value = _value(component, at, item)
        if value is not None:
            yield _name(component), value


def _name(source: Mapping[str, Any]) -> Concept:
    named = concept(source.get("code"))
    return named if named.text else Concept("–")


def _value(source: Mapping[str, Any], at: When | None, item: HouseItem) -> Value | None:
    quantity = part(source, "valueQuantity")
    amount = number(quantity, "value")
    if amount is None:
        amount = number(source, "valueInteger")
    words = text(quantity, "comparator") if amount is not None else _words(source)
    if amount is None and not words:
        return None
    low, high = _reference_range(source)
    unit = text(quantity, "unit") or text(quantity, "code")
    return Value(at, amount, words, unit, low, high, _flag(source, amount, low, high), item.house)


def _words(source: Mapping[str, Any]) -> str:
    """A value that is not a quantity."""
    plain = concept(source.get("valueCodeableConcept")).text or text(source, "valueString")
    if plain:
        return plain
    if isinstance(source.get("valueBoolean"), bool):
        return "+" if source["valueBoolean"] else "–"
    ratio = part(source, "valueRatio")
    over, under = number(part(ratio, "numerator"), "value"), number(part(ratio, "denominator"), "value")
    if over is not None and under is not None:
        return f"{over:g}:{under:g}"
    low, high = number(part(source, "valueRange", "low"), "value"), number(part(source, "valueRange", "high"), "value")
    return f"{low if low is not None else ''}–{high if high is not None else ''}" if (low, high) != (None, None) else ""


def _reference_range(source: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """The normal range: of several the first without a type, or of type normal."""
    for entry in parts(source, "referenceRange"):
        kind = codes(entry.get("type"))
        if not kind or "normal" in kind:
            return number(part(entry, "low"), "value"), number(part(entry, "high"), "value")
    return None, None


def _flag(source: Mapping[str, Any], amount: float | None, low: float | None, high: float | None) -> Flag:
    """As the laboratory says; when it says nothing, from the reference range."""
    for entry in parts(source, "interpretation"):
        for code in codes(entry):
            if code in {"n", "neg"}:
                return Flag.NONE
            if code in _FLAGS:
                return _FLAGS[code]
    if amount is None:
        return Flag.NONE
    if low is not None and amount < low:
        return Flag.LOW
    return Flag.HIGH if high is not None and amount > high else Flag.NONE
