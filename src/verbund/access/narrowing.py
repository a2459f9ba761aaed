"""Tokens whose scopes grant part of a type only (`patient/Observation.rs?category=…`): the rows that these leave.

SMART App Launch 2.2, finer-grained resource constraints using search parameters. Older versions than the present one
are not told of a type that is granted in part: the index does not know what they fit.
"""

from functools import lru_cache

from verbund.access.ground import Ground
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Narrowed, Principal, Scopes
from verbund.store import EVERYTHING, RowFilter, of_types, or_


def narrowed_by_scopes(ground: Ground, who: Principal, letter: str) -> RowFilter:
    """What the scopes leave of the rows of all types for reading (`r`) or searching (`s`).

    Everything where no scope is narrowed, which costs nothing; types that are not granted at all are not the matter.
    """
    scopes = who.scopes
    if not scopes.narrowed or letter not in {"r", "s"}:
        return EVERYTHING
    parts = _parts(scopes, letter)
    whole = of_types(*(RESOURCE_TYPES - parts.keys()))
    return or_(whole, *(or_(*(ground.store.narrowed_to(one.query) for one in some)) for some in parts.values()))


@lru_cache(maxsize=1024)
def _parts(scopes: Scopes, letter: str) -> dict[str, tuple[Narrowed, ...]]:
    types = {one.type for one in scopes.narrowed}
    return {name: found for name in types if (found := scopes.parts(name, letter))}
