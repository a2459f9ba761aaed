"""The one clock; services take it as an argument, so that tests can set the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, with time zone UTC."""
    return datetime.now(UTC)
