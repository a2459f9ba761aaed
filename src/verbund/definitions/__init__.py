"""What a node has been taught: profiles and the packages they came in."""

from pathlib import Path

from verbund.definitions.checking import Validator
from verbund.definitions.enforcing import Enforcement, Policy
from verbund.definitions.model import TYPES, Known, Package, Refused, Report
from verbund.definitions.service import Lesson, learn, teach, unteach
from verbund.definitions.taught import Taught

MIGRATIONS = ("definitions", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "TYPES",
    "Enforcement",
    "Known",
    "Lesson",
    "Package",
    "Policy",
    "Refused",
    "Report",
    "Taught",
    "Validator",
    "learn",
    "teach",
    "unteach",
]
