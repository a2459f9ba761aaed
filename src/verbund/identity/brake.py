"""The brake on guessing: after some failures each further attempt must wait, longer each time.

Attempts are counted before the password is looked at, in one statement, so that a thousand at once are a thousand
attempts. Counts are kept per login and per network address, as keyed hashes.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from verbund.database import Connection
from verbund.errors import Busy


class TooManyAttempts(Busy):
    """Guessing is braked; `wait_seconds` says how long."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            f"Too many failed sign-ins. Wait {wait_seconds} seconds and try again.",
            german=f"Zu viele fehlgeschlagene Anmeldungen. Versuchen Sie es in {wait_seconds} Sekunden wieder.",
        )
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Rule:
    """`free` failures cost nothing; each one more doubles the wait, from one second up to `longest_seconds`.

    What is older than `forget_seconds` is forgotten.
    """

    free: int
    longest_seconds: int = 900
    forget_seconds: int = 3600

    def wait_seconds(self, failures: int) -> int:
        """How long after the last failure the next attempt may come."""
        over = failures - self.free
        return 0 if over < 0 else min(self.longest_seconds, 2 ** min(over, 30))


LOGIN = Rule(free=5)
ADDRESS = Rule(free=50, longest_seconds=300)

_COUNT = (
    "update identity_attempt set failures = case when last < $3 then 1 else failures + 1 end, last = $2 where key = $1"
)


async def begin_attempt(connection: Connection, key: UUID, rule: Rule, now: datetime) -> None:
    """Count an attempt under `key`; raises TooManyAttempts, counting nothing, while the wait of the last is not over.

    Must run in a transaction: the row stays locked until its end, so attempts on one key come one after another.
    """
    await connection.execute("insert into identity_attempt values ($1, 0, $2) on conflict do nothing", key, now)
    row = await connection.fetchrow("select failures, last from identity_attempt where key = $1 for update", key)
    forget_before = now - timedelta(seconds=rule.forget_seconds)
    if row is not None and row["last"] >= forget_before:
        left = rule.wait_seconds(row["failures"]) - (now - row["last"]).total_seconds()
        if left > 0:
            raise TooManyAttempts(max(1, math.ceil(left)))
    await connection.execute(_COUNT, key, now, forget_before)


async def attempt_succeeded(connection: Connection, login: UUID, address: UUID | None, now: datetime) -> None:
    """Forget the login's failures; take this attempt off the address's count, which others may share.

    Sweeps away what is long forgotten, so that invented logins do not fill the table.
    """
    if address is not None:  # first, as in begin_attempt: one order of locks, no deadlock
        await connection.execute(
            "update identity_attempt set failures = greatest(failures - 1, 0) where key = $1", address
        )
    forgotten = now - timedelta(seconds=max(LOGIN.forget_seconds, ADDRESS.forget_seconds))
    await connection.execute("delete from identity_attempt where key = $1 or last < $2", login, forgotten)
