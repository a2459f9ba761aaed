"""From a cohort query to a set of patients that the store can count.

A criterion becomes a search on one resource type; groups become unions and intersections as the language says.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from verbund.errors import Incorrect, Unsupported
from verbund.fhir import AllOf, AnyOf, Having, PatientSet, Without, parse_search
from verbund.research.ages import birth_dates
from verbund.research.ccdl import wrong
from verbund.research.contexts import (
    AGE,
    CONSENT,
    CONTEXTS,
    GENDER,
    GENDERS,
    PATIENT,
    Place,
    names_of,
    with_descendants,
)
from verbund.research.model import Code, CohortQuery, Comparison, Concepts, Criterion, Range, ValueFilter

Parameters = list[tuple[str, str]]
Medications = Callable[[Criterion], Sequence[str]]

_UCUM = "http://unitsofmeasure.org"
_MOST_VALUES = 900


def compiled(query: CohortQuery, today: date, medications: Medications = lambda _: ()) -> PatientSet:
    """The set of patients; ages are as of `today`, and only patients who are still in the data are in any set.

    `medications` gives the ids of Medication resources that a criterion on a prescription may refer to. Incorrect or
    Unsupported, with the path, for a context, property or value that is not offered.
    """
    included = AllOf(tuple(AnyOf(tuple(_set(c, today, medications) for c in group)) for group in query.inclusion))
    if not query.exclusion:
        return included
    excluded = AnyOf(tuple(AllOf(tuple(_set(c, today, medications) for c in group)) for group in query.exclusion))
    return Without(included, excluded)


def medication_criteria(query: CohortQuery) -> tuple[Criterion, ...]:
    """The criteria whose codes may stand in a Medication that is only referred to."""
    criteria = [c for group in query.inclusion + query.exclusion for c in group]
    return tuple(c for c in criteria if c.context in CONTEXTS and CONTEXTS[c.context].medication)


def token_values(codes: Sequence[Code]) -> list[str]:
    """Codes as values of a token parameter, with what lies below them, by all names of their systems."""
    values = [
        f"{_escaped(system)}|{_escaped(text)}" if system else _escaped(text)
        for code in codes
        for system in names_of(code.system)
        for text in with_descendants(code)
    ]
    return list(dict.fromkeys(values))


def _escaped(text: str) -> str:
    for sign in "\\,|$":
        text = text.replace(sign, f"\\{sign}")
    return text


def _set(criterion: Criterion, today: date, medications: Medications) -> PatientSet:
    if criterion.context in PATIENT:
        return _characteristic(criterion, today)
    if criterion.context in CONSENT:
        text = "consent is not asked for as a criterion: only those who consent to research are counted anyway"
        raise Unsupported(f"{criterion.path}.context: {text}")
    place = CONTEXTS.get(criterion.context)
    if place is None:
        known = ", ".join(sorted((*CONTEXTS, "Patient")))
        raise wrong(f"{criterion.path}.context.code", f"'{criterion.context[:60]}' is not known; known are {known}")
    limits = _value(criterion, place) + _attributes(criterion, place) + _time(criterion, place)
    coded = tuple(
        _having(place.type, [(place.code, value), *limits], criterion) for value in _in_parts(criterion.codes)
    )
    ids = medications(criterion) if place.medication else ()
    referring = tuple(
        _having(
            place.type, [(place.medication or "", ",".join(f"Medication/{one}" for one in part)), *limits], criterion
        )
        for part in _parts(list(ids), _MOST_VALUES)
    )
    sets = coded + referring
    return sets[0] if len(sets) == 1 else AnyOf(sets)


def _parts(values: list[str], size: int) -> list[list[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _in_parts(codes: Sequence[Code]) -> list[str]:
    """Values of a token parameter, none longer than a search takes at once."""
    return [",".join(part) for part in _parts(token_values(codes), _MOST_VALUES)]


def _having(resource_type: str, parameters: Parameters, criterion: Criterion) -> Having:
    try:
        return Having(resource_type, parse_search(resource_type, parameters).filters)
    except Incorrect as error:
        raise wrong(criterion.path, error.text) from error


def _characteristic(criterion: Criterion, today: date) -> PatientSet:
    """Age and gender are properties of the person, not events in a record."""
    if criterion.time is not None:
        raise wrong(f"{criterion.path}.timeRestriction", "age and gender have no time; leave it out")
    if criterion.attributes:
        raise wrong(f"{criterion.path}.attributeFilters", "age and gender have no further properties; leave them out")
    value, where = criterion.value, f"{criterion.path}.valueFilter"
    codes = set(criterion.codes)
    if codes <= AGE:
        if not isinstance(value, Comparison | Range):
            raise wrong(where, "an age is compared with a number or lies in a range")
        return _having("Patient", list(birth_dates(value, today, where)), criterion)
    if codes <= GENDER:
        if not isinstance(value, Concepts):
            raise wrong(where, "a gender is chosen from concepts")
        return _having("Patient", [("gender", ",".join(_gender(code, where) for code in value.concepts))], criterion)
    raise wrong(
        f"{criterion.path}.termCodes", "of a person, age (SNOMED CT 424144002) and gender (263495000) are known"
    )


def _gender(code: Code, path: str) -> str:
    gender = GENDERS.get(code.code)
    if gender is None:
        raise wrong(path, f"'{code.code[:40]}' is not a gender; known are {', '.join(sorted(set(GENDERS.values())))}")
    return gender


def _value(criterion: Criterion, place: Place) -> Parameters:
    if criterion.value is None:
        return []
    if not place.values:
        raise wrong(f"{criterion.path}.valueFilter", f"{criterion.context} has no value to compare; leave it out")
    return _compared(criterion.value, "value-concept", "value-quantity")


def _compared(value: ValueFilter, concept: str, quantity: str) -> Parameters:
    if isinstance(value, Concepts):
        return [(concept, ",".join(_in_parts(value.concepts)))]
    if isinstance(value, Comparison):
        return [(quantity, _quantity(value.comparator, value.value, value.unit))]
    return [(quantity, _quantity("ge", value.low, value.unit)), (quantity, _quantity("le", value.high, value.unit))]


def _quantity(comparator: str, number: Decimal, unit: str | None) -> str:
    text = f"{comparator}{number:f}"
    return text if unit is None else f"{text}|{_UCUM}|{_escaped(unit)}"


def _attributes(criterion: Criterion, place: Place) -> Parameters:
    result: Parameters = []
    for attribute in criterion.attributes:
        parameter = (place.attributes or {}).get(attribute.attribute.code)
        if parameter is None or not isinstance(attribute.value, Concepts):
            name = attribute.attribute.code[:60]
            raise Unsupported(f"{attribute.path}: '{name}' of {criterion.context} cannot be asked for here")
        result.append((parameter, ",".join(_in_parts(attribute.value.concepts))))
    return result


def _time(criterion: Criterion, place: Place) -> Parameters:
    """The time of what is looked for and the time asked for have to meet, ends included (CCDL, timeRestriction)."""
    if criterion.time is None:
        return []
    if place.time is None:
        raise wrong(f"{criterion.path}.timeRestriction", f"{criterion.context} has no time; leave it out")
    result: Parameters = []
    if criterion.time.after is not None:
        result.append((place.time, f"ge{criterion.time.after}"))
    if criterion.time.before is not None:
        result.append((place.time, f"le{criterion.time.before}"))
    return result
