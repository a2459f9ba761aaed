"""The one gate: who + consent + purpose → a patient's record, opened and audited."""

from verbund.access.accesses import EVERY_LOOK, Looks, is_emergency
from verbund.access.gate import Gate
from verbund.access.ground import Ground
from verbund.access.model import Asker, Record, Release, RemoteAsker, Rewriting, Subscribing
from verbund.access.opening import Opened, Openings, Sought
from verbund.access.persons import PersonChange
from verbund.access.rules import OWN_TYPES, SHARED_TYPES, TABLE, Interaction, is_operator, permits
from verbund.access.snapshots import Selection
from verbund.access.treating import MIGRATIONS, Opening, Relations, Treatment
from verbund.store import (
    URN,
    Chunk,
    Companion,
    Extent,
    HistoryPage,
    LoadReport,
    Projection,
    Refusal,
    SearchPage,
    Slice,
    Stored,
    Write,
    Written,
    head_of,
    lasting_id,
    stands_alone,
)

__all__ = [
    "EVERY_LOOK",
    "MIGRATIONS",
    "OWN_TYPES",
    "SHARED_TYPES",
    "TABLE",
    "URN",
    "Asker",
    "Chunk",
    "Companion",
    "Extent",
    "Gate",
    "Ground",
    "HistoryPage",
    "Interaction",
    "LoadReport",
    "Looks",
    "Opened",
    "Opening",
    "Openings",
    "PersonChange",
    "Projection",
    "Record",
    "Refusal",
    "Relations",
    "Release",
    "RemoteAsker",
    "Rewriting",
    "SearchPage",
    "Selection",
    "Slice",
    "Sought",
    "Stored",
    "Subscribing",
    "Treatment",
    "Write",
    "Written",
    "head_of",
    "is_emergency",
    "is_operator",
    "lasting_id",
    "permits",
    "stands_alone",
]
