"""A search as a filter of rows, where the index of keys alone tells what fits it."""

from verbund.errors import Unsupported
from verbund.fhir import SearchQuery
from verbund.fhir.search import Filter
from verbund.store.criteria import Criteria
from verbund.store.indexing import Indexer
from verbund.store.rowfilter import NOTHING, OfKeys, RowFilter, and_, of_types


def of_keys(query: SearchQuery, indexer: Indexer) -> RowFilter:
    """The rows of a search's type whose present version fits it. Unsupported unless keys alone tell which."""
    criteria = Criteria(query.type, indexer)
    groups = [_group(criteria, one) for one in query.filters]
    if not groups or not all(groups):
        return NOTHING
    return and_(of_types(query.type), OfKeys(tuple(groups)))


def _group(criteria: Criteria, wanted: object) -> tuple[int, ...]:
    """The keys of which a row must have one."""
    sets = None
    if isinstance(wanted, Filter) and wanted.modifier is None and not criteria.needs_comparing(wanted):
        sets = criteria.key_sets(wanted)
    single = None if sets is None else sets.single
    if single is None:
        raise Unsupported("Only codes, references and addresses, without a modifier, can narrow what may be seen.")
    return tuple(sorted(set(single)))
