"""What patients may ask of a house about their data: a copy, correction, restriction, erasure."""

from pathlib import Path

from verbund.rights.archive import Looks, NoRegion, Paper, Readable, Region
from verbund.rights.copying import Copies
from verbund.rights.erasing import Erasures
from verbund.rights.forgetting import Elsewhere, Nowhere
from verbund.rights.ledger import Erased, Ledger, Traces
from verbund.rights.model import ANSWERS, Answer, Copy, Kind, Request, RequestPage, State, Step
from verbund.rights.retention import Entry, Kept, Outcome, Rule, Table, table
from verbund.rights.rules import ANSWERERS
from verbund.rights.service import Requests

MIGRATIONS = ("rights", Path(__file__).parent / "migrations")

__all__ = [
    "ANSWERERS",
    "ANSWERS",
    "MIGRATIONS",
    "Answer",
    "Copies",
    "Copy",
    "Elsewhere",
    "Entry",
    "Erased",
    "Erasures",
    "Kept",
    "Kind",
    "Ledger",
    "Looks",
    "NoRegion",
    "Nowhere",
    "Outcome",
    "Paper",
    "Readable",
    "Region",
    "Request",
    "RequestPage",
    "Requests",
    "Rule",
    "State",
    "Step",
    "Table",
    "Traces",
    "table",
]
