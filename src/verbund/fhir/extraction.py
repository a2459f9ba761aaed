"""What the generated search extraction calls: the values of an element in the form that the index keeps."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from math import inf

from verbund.fhir.dates import date_range, known, period_range, timing_ranges
from verbund.fhir.generated.datatypes import Address, HumanName, Quantity, Reference
from verbund.fhir.generated.datatypes import Range as Interval
from verbund.fhir.model import Collector
from verbund.fhir.numbers import number_range
from verbund.fhir.sounds import sound

__all__ = [
    "Collector",
    "address_texts",
    "date_range",
    "known",
    "name_texts",
    "number_range",
    "patient_id",
    "period_range",
    "quantity_range",
    "refers",
    "sound",
    "span",
    "timing_ranges",
]

PATIENT = "Patient/"


def name_texts(name: HumanName) -> Iterator[str]:
    """All parts of a HumanName, and its text."""
    for text in (name.family, *name.given, *name.prefix, *name.suffix, name.text):
        if text is not None:
            yield text


def address_texts(address: Address) -> Iterator[str]:
    """All parts of an Address, and its text."""
    parts = (address.city, address.district, address.state, address.postalCode, address.country, address.text)
    for text in (*address.line, *parts):
        if text is not None:
            yield text


def refers(reference: Reference, kind: str) -> bool:
    """Whether a Reference leads to a resource of this type; one without an address may, unless it says otherwise."""
    text = reference.reference
    if text is None:
        return reference.type in {None, kind}
    return text.startswith(kind + "/") or f"/{kind}/" in text or reference.type == kind


def patient_id(reference: str) -> str | None:
    """The id of the patient of this node that a literal reference leads to, or None."""
    return reference[8:].partition("/")[0] if reference.startswith(PATIENT) else None


def named_patient(whose: Reference | None) -> str | None:
    """The patient whom an element names that says whose something is, such as a Binary's `securityContext`."""
    return patient_id(whose.reference) if whose is not None and whose.reference is not None else None


def sole_member(references: Iterable[Reference | None]) -> str | None:
    """The patient whom all of these name; None for several, and where one may be anybody: each would read of all."""
    found = {None if one is None or one.reference is None else patient_id(one.reference) for one in references}
    return found.pop() if len(found) == 1 else None


def quantity_range(quantity: Quantity) -> tuple[float, float]:
    """The range that a quantity stands for by its precision and its comparator (`<5` reaches down without end)."""
    assert quantity.value is not None  # noqa: S101 - the generated code asks before
    low, high = number_range(quantity.value)
    comparator = quantity.comparator
    if comparator is None:
        return low, high
    value = float(quantity.value)
    return (-inf, value) if comparator in {"<", "<="} else (value, inf)


def span(interval: Interval) -> tuple[float, float]:
    """The range of a Range, open where a bound is missing."""
    low = _value(interval.low)
    high = _value(interval.high)
    return (-inf if low is None else number_range(low)[0], inf if high is None else number_range(high)[1])


def _value(quantity: Quantity | None) -> Decimal | None:
    """The number of a quantity, where both are given."""
    return None if quantity is None else quantity.value
