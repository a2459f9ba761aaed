"""The same patient elsewhere, without telling who: encoded linkage, pseudonyms."""

from pathlib import Path

from verbund.linkage.book import PseudonymBook
from verbund.linkage.encoding import encode, similarity
from verbund.linkage.model import Demographics, Encoding
from verbund.linkage.regrouping import Enrolled, Move, Resolution, Verdict
from verbund.linkage.resolving import Case, Resolutions
from verbund.linkage.resources import demographics
from verbund.linkage.rules import AGREED, DOUBTFUL, SAME, Decision, Doubt, Reason
from verbund.linkage.trust_centre import Found, Review, TrustCentre

MIGRATIONS = ("linkage", Path(__file__).parent / "migrations")

__all__ = [
    "AGREED",
    "DOUBTFUL",
    "MIGRATIONS",
    "SAME",
    "Case",
    "Decision",
    "Demographics",
    "Doubt",
    "Encoding",
    "Enrolled",
    "Found",
    "Move",
    "PseudonymBook",
    "Reason",
    "Resolution",
    "Resolutions",
    "Review",
    "TrustCentre",
    "Verdict",
    "demographics",
    "encode",
    "similarity",
]
