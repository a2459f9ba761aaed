"""Who is told what has changed: topics, subscriptions, notifications."""

from pathlib import Path

from verbund.subscriptions.book import Book
from verbund.subscriptions.capture import Capture
from verbund.subscriptions.model import Pace
from verbund.subscriptions.registering import Registrar
from verbund.subscriptions.rules import Places
from verbund.subscriptions.service import Binding, Subscriptions

MIGRATIONS = ("subscriptions", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "Binding",
    "Book",
    "Capture",
    "Pace",
    "Places",
    "Registrar",
    "Subscriptions",
]
