"""Whether one resource fits a search, without looking at any other."""

from functools import lru_cache

from verbund.fhir import SearchQuery, decode, index
from verbund.fhir.hierarchies import is_placed
from verbund.fhir.model import joined
from verbund.fhir.parameters import STANDARD, Parameters, added_names
from verbund.fhir.search import Chain, Criterion, Either, Every, Has, InList, Not
from verbund.store.matching import Candidate, holds
from verbund.store.model import Stored
from verbund.store.registry import changed


def stands_alone(query: SearchQuery) -> bool:
    """Whether a search can be decided on each resource by itself: without chains, reverse ones, lists, hierarchies."""
    return not query.union and all(map(_alone, query.filters))


def _alone(wanted: Criterion) -> bool:
    match wanted:
        case Chain() | Has() | InList():
            return False
        case Every(parts) | Either(parts):
            return all(map(_alone, parts))
        case Not(part):
            return _alone(part)
    return not is_placed(wanted)


def alone_fits(query: SearchQuery, stored: Stored, known: Parameters = STANDARD) -> bool:
    """Whether a resource fits a search that stands alone, by the node's parameters.

    Unavailable where the search asks for one that is not among them any more.
    """
    for kind, name in added_names(query):
        if known.find(kind, name) is None:
            raise changed(kind, name)
    candidate = _candidate(stored, known)
    return all(holds(wanted, candidate, {}) for wanted in query.filters)


@lru_cache(maxsize=16)  # the same version is held against many searches
def _candidate(stored: Stored, known: Parameters) -> Candidate:
    resource = decode(stored.body)
    entries, extractor = index(resource), known.extractor(stored.type)
    if extractor is not None:
        entries = joined(entries, extractor.entries(stored.body))
    return Candidate(stored.type, stored.id, stored.updated, entries, resource, stored.body, known)
