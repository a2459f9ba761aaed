"""Conversion of UCUM units, by ucumvert, which is loaded when first used."""

import logging
from functools import cache, lru_cache
from typing import Any

Registry = Any
"""The library's registry of units, which has no types."""


@cache
def _registry() -> Registry:
    from ucumvert import PintUcumRegistry  # noqa: PLC0415 - half a second, and most have no unit

    logging.getLogger("ucumvert").setLevel(logging.ERROR)
    logging.getLogger("pint").setLevel(logging.ERROR)
    return PintUcumRegistry()


@lru_cache(maxsize=4096)
def converted(value: float, unit: str, target: str) -> float | None:
    """The value in the target unit, None where a unit is unknown or they do not compare."""
    if len(unit) > 100 or len(target) > 100:
        return None
    try:
        registry = _registry()

        return float(registry.Quantity(value, registry.from_ucum(unit).units).to(registry.from_ucum(target).units).m)
    except Exception:  # noqa: BLE001 - the parser and the registry raise a dozen kinds of errors for unknown units
        return None
