"""Quantities in all units that measure the same, as UCUM says: `5.5 mmol/L` is found as `0.0055 mol/L` too."""

from collections.abc import Iterator
from dataclasses import replace

from verbund.database import Connection
from verbund.fhir import SearchQuery
from verbund.fhir.search import Chain, CompositeValue, Criterion, Either, Every, Filter, Has, InList, Not, QuantityValue
from verbund.fhir.ucum import SYSTEM as UCUM
from verbund.fhir.ucum import converted

MOST_UNITS = 10_000


def alternatives(value: QuantityValue, units: frozenset[str]) -> Iterator[QuantityValue]:
    """The value itself, and, if it is in a unit of UCUM, the same in every other unit that measures the same."""
    yield value
    if value.system != UCUM or value.code is None:
        return
    for unit in sorted(units - {value.code}):
        low, high = converted(value.low, value.code, unit), converted(value.high, value.code, unit)
        if low is not None and high is not None:
            yield replace(value, low=low, high=high, code=unit)


def any_in_units(query: SearchQuery) -> bool:
    """Whether a search asks anywhere for a quantity in a unit of UCUM."""
    return any(map(_in_units, query.filters)) or any(map(any_in_units, query.union))


def _in_units(wanted: Criterion) -> bool:
    match wanted:
        case Filter(_, _, _, values):
            return any(
                isinstance(part, QuantityValue) and part.system == UCUM and part.code is not None
                for value in values
                for part in (value.parts if isinstance(value, CompositeValue) else (value,))
            )
        case Every(parts) | Either(parts) | Chain(criteria=parts) | Has(criteria=parts):
            return any(map(_in_units, parts))
        case Not(part):
            return _in_units(part)
        case InList():
            return False


async def units_met(connection: Connection) -> frozenset[str]:
    """The codes of the UCUM units that quantities here have."""
    rows = await connection.fetch("select code from unit limit $1", MOST_UNITS)
    return frozenset(row["code"] for row in rows)
