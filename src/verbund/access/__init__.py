"""The one gate: who + consent + purpose → a patient's record, opened and audited."""

from verbund.access.gate import Gate
from verbund.access.ground import Ground
from verbund.access.model import Asker, Record, Release, RemoteAsker, Rewriting, Subscribing
from verbund.access.rules import OWN_TYPES, SHARED_TYPES, TABLE, Interaction, permits
from verbund.access.snapshots import Selection
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
    "Projection",
    "Record",
    "Refusal",
    "Release",
    "RemoteAsker",
    "Rewriting",
    "SearchPage",
    "Selection",
    "Slice",
    "Stored",
    "Subscribing",
    "Write",
    "Written",
    "head_of",
    "lasting_id",
    "permits",
    "stands_alone",
]
