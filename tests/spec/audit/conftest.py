"""A log on a real database, and events to put into it."""

from fixtures.audit import event, log, place

__all__ = ["event", "log", "place"]
