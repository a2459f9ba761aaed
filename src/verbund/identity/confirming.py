"""Deeds of weight want somebody who proved lately who they are: not whoever found an open browser."""

from datetime import datetime, timedelta

from verbund.errors import Forbidden
from verbund.identity.model import Principal, Role

RECENTLY_MINUTES = 10
_AHEAD = timedelta(minutes=1)  # further than that clocks are not read differently: one was put back


class ConfirmationNeeded(Forbidden):
    """Who asks has to prove once more who they are; the portal leads there and back."""

    def __init__(self) -> None:
        super().__init__(
            "Prove once more who you are, then repeat this step.",
            german="Weisen Sie sich noch einmal aus, und wiederholen Sie dann den Schritt.",
        )


def require_recent(who: Principal, now: datetime, *, minutes: int = RECENTLY_MINUTES) -> None:
    """Raise ConfirmationNeeded unless `who` signed in, or confirmed, within the last `minutes`.

    Who asks with a token has not: tokens say nothing of how long ago somebody sat there. Nor has who did it at a time
    that is yet to come, where the clock was put back.
    """
    if who.authenticated is None or not -_AHEAD <= now - who.authenticated <= timedelta(minutes=minutes):
        raise ConfirmationNeeded


def require_recent_staff(who: Principal, now: datetime) -> None:
    """The same of who opens doors for others; whoever runs the node's commands has no session, and needs none."""
    if who.role is not Role.SYSTEM:
        require_recent(who, now)
