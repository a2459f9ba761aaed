"""Every version of every resource: transactions, search, bulk."""

from pathlib import Path

from verbund.store.alone import alone_fits, stands_alone
from verbund.store.bulk import URN, head_of, lasting_id
from verbund.store.chunks import Chunk
from verbund.store.compartments import Extent
from verbund.store.model import (
    Book,
    Companion,
    HistoryPage,
    LoadReport,
    Projection,
    Refusal,
    SearchPage,
    Stored,
    Unit,
    Write,
    Written,
)
from verbund.store.preparing import refuse_named_twice
from verbund.store.registry import Condition
from verbund.store.rotation import generations, rewrap
from verbund.store.rowfilter import (
    EVERYTHING,
    NOTHING,
    UNRESTRICTED,
    WITH_PATIENT,
    WITHOUT_PATIENT,
    RowFilter,
    and_,
    apart_from,
    categories,
    known_at,
    of_items,
    of_patient,
    of_patients,
    of_types,
    or_,
    released,
    research,
    treated,
)
from verbund.store.service import Store
from verbund.store.snapshots import Slice
from verbund.store.stays import Stay, under_way
from verbund.store.vault import Vault

MIGRATIONS = ("store", Path(__file__).parent / "migrations")

__all__ = [
    "EVERYTHING",
    "MIGRATIONS",
    "NOTHING",
    "UNRESTRICTED",
    "URN",
    "WITHOUT_PATIENT",
    "WITH_PATIENT",
    "Book",
    "Chunk",
    "Companion",
    "Condition",
    "Extent",
    "HistoryPage",
    "LoadReport",
    "Projection",
    "Refusal",
    "RowFilter",
    "SearchPage",
    "Slice",
    "Stay",
    "Store",
    "Stored",
    "Unit",
    "Vault",
    "Write",
    "Written",
    "alone_fits",
    "and_",
    "apart_from",
    "categories",
    "generations",
    "head_of",
    "known_at",
    "lasting_id",
    "of_items",
    "of_patient",
    "of_patients",
    "of_types",
    "or_",
    "refuse_named_twice",
    "released",
    "research",
    "rewrap",
    "stands_alone",
    "treated",
    "under_way",
]
