"""Restriction of processing (GDPR, Article 18): restricted data is stored, and used for the named purposes alone.

It stands above all consents and above the treatment in the own house. What the law still allows (Article 18(2)):
the patient's own purposes, saving life, legal duties, important public interest; and storage itself (running the node).
"""

from verbund.consent import Purpose
from verbund.store import EVERYTHING, UNRESTRICTED, RowFilter

STILL_ALLOWED = frozenset(
    {Purpose.PATRQT, Purpose.FAMRQT, Purpose.ETREAT, Purpose.BTG, Purpose.PUBHLTH, Purpose.HOPERAT}
)


def usable(purpose: str) -> RowFilter:
    """The rows that may be used for a purpose, as far as restrictions go; a purpose that is not known is restricted."""
    return EVERYTHING if purpose in STILL_ALLOWED else UNRESTRICTED
