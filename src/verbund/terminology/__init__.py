"""Code systems, value sets, hierarchies."""

from pathlib import Path

from verbund.terminology.answers import Closure, Coding, Expansion, Found, Match, Member, Verdict
from verbund.terminology.catalogue import Loaded
from verbund.terminology.checking import Check
from verbund.terminology.expanding import Wish
from verbund.terminology.memory import MemorySystem
from verbund.terminology.model import Concept, ConceptMap, Designation, Head, Property, System, ValueSet
from verbund.terminology.projecting import TerminologyProjection
from verbund.terminology.service import Terminology
from verbund.terminology.translating import Question

MIGRATIONS = ("terminology", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "Check",
    "Closure",
    "Coding",
    "Concept",
    "ConceptMap",
    "Designation",
    "Expansion",
    "Found",
    "Head",
    "Loaded",
    "Match",
    "Member",
    "MemorySystem",
    "Property",
    "Question",
    "System",
    "Terminology",
    "TerminologyProjection",
    "ValueSet",
    "Verdict",
    "Wish",
]
