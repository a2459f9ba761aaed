"""The one gate: who + consent + purpose → a patient's record, opened and audited."""

from verbund.access.gate import Gate
from verbund.access.ground import Ground
from verbund.access.model import Asker, Record, Release, RemoteAsker, Rewriting
from verbund.access.rules import SHARED_TYPES, TABLE, Interaction, permits
from verbund.store import (
    URN,
    Chunk,
    Companion,
    Extent,
    HistoryPage,
    LoadReport,
    Refusal,
    SearchPage,
    Stored,
    Write,
    Written,
    head_of,
    lasting_id,
)

__all__ = [
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
    "Record",
    "Refusal",
    "Release",
    "RemoteAsker",
    "Rewriting",
    "SearchPage",
    "Stored",
    "Write",
    "Written",
    "head_of",
    "lasting_id",
    "permits",
]
