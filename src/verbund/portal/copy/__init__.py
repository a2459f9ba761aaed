"""The readable copy of a record: any entry in words, set as PDF."""

from verbund.portal.copy.paper import ReadableCopies

__all__ = ["ReadableCopies"]
