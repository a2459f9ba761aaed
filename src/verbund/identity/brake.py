"""The brake on guessing: after some failures each further attempt must wait, longer each time.

Attempts are counted before the password is looked at, in one statement, so that a thousand at once are a thousand
attempts. What is counted is a login tried *from one network*, and a network over all logins: nobody can brake another
person's login but from where that person sits. A device on which somebody signed in before is counted for itself, so
that strangers in the same network brake nobody who comes as always; and a passkey is not braked at all, since it cannot
be guessed.
"""

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Busy
from verbund.identity.browsers import Browser
from verbund.identity.people import canonical_login
from verbund.identity.seals import Seals, new_secret


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
NETWORK = Rule(free=50, longest_seconds=300)
_FORGET = timedelta(seconds=max(LOGIN.forget_seconds, NETWORK.forget_seconds))

_COUNT = (
    "update identity_attempt set failures = case when last < $3 then 1 else failures + 1 end, last = $2 where key = $1"
)


async def begin_attempt(connection: Connection, key: UUID, rule: Rule, now: datetime) -> None:
    """Count an attempt under `key`; raises TooManyAttempts, counting nothing, while the wait of the last is not over.

    Where the clock was put back since the last, this one passes and is counted from now on: a wait never grows by that.
    Must run in a transaction: the row stays locked until its end, so attempts on one key come one after another.
    """
    await connection.execute("insert into identity_attempt values ($1, 0, $2) on conflict do nothing", key, now)
    row = await connection.fetchrow("select failures, last from identity_attempt where key = $1 for update", key)
    forget_before = now - timedelta(seconds=rule.forget_seconds)
    if row is not None and forget_before <= row["last"] <= now:
        left = rule.wait_seconds(row["failures"]) - (now - row["last"]).total_seconds()
        if left > 0:
            raise TooManyAttempts(max(1, math.ceil(left)))
    await connection.execute(_COUNT, key, now, forget_before)


KNOWN_DAYS = 180
_MOST_KNOWN = 8
_BETWEEN = "~"


class KnownDevices:
    """Recognises a device by a cookie that a former sign-in left: an id, the day, and a keyed hash over both and the
    login, so that one made up is worth nothing. A device that several people use knows each of them."""

    def __init__(self, seals: Seals, clock: Clock) -> None:
        self._seals = seals
        self._clock = clock

    def known(self, devices: str, login: str) -> str | None:
        """The id under which this device is known to belong to this login; None for a stranger's."""
        for entry in devices.split(_BETWEEN)[:_MOST_KNOWN]:
            device, _, rest = entry.partition(".")
            day, _, given = rest.partition(".")
            if hmac.compare_digest(given.encode(), self._mac(device, day, login).encode()) and self._fresh(day):
                return device
        return None

    def remembering(self, devices: str, login: str) -> str:
        """The cookie's value from now on: this login first, and who else the device knows."""
        kept = [entry for entry in devices.split(_BETWEEN) if entry and self.known(entry, login) is None]
        device, day = new_secret()[:22], str(self._today())
        entry = f"{device}.{day}.{self._mac(device, day, login)}"
        return _BETWEEN.join([entry, *kept][:_MOST_KNOWN])

    def _today(self) -> int:
        return int(self._clock().timestamp()) // 86_400

    def _fresh(self, day: str) -> bool:
        return day.isdecimal() and 0 <= self._today() - int(day[:9]) <= KNOWN_DAYS

    def _mac(self, device: str, day: str, login: str) -> str:
        return self._seals.lookup("known device", f"{day} {device} {canonical_login(login)}").hex


class Brake:
    """Counts attempts per login and network, or per login and known device, as keyed hashes."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock
        self.devices = KnownDevices(self._seals, clock)

    async def begin(self, login: str, browser: Browser, what: str = "password") -> None:
        """Count an attempt at `what`. Raises TooManyAttempts while it is braked.

        The same for a login that nobody has.
        """
        async with self._database.transaction() as connection:
            for key, rule in self._keys(login, browser, what):
                await begin_attempt(connection, key, rule, self._clock())

    async def succeeded(self, login: str, browser: Browser, what: str = "password") -> None:
        """Forget the failures of this login here; take this attempt off the network's count, which others share.

        Sweeps away what is long forgotten, so that invented logins do not fill the table.
        """
        keys = [key for key, _ in self._keys(login, browser, what)]
        async with self._database.transaction() as connection:
            for shared in keys[:-1]:  # first, as in begin: one order of locks, no deadlock
                await connection.execute(
                    "update identity_attempt set failures = greatest(failures - 1, 0) where key = $1", shared
                )
            await connection.execute(
                "delete from identity_attempt where key = $1 or last < $2", keys[-1], self._clock() - _FORGET
            )

    def _keys(self, login: str, browser: Browser, what: str) -> list[tuple[UUID, Rule]]:
        """What is counted, in the order in which it is locked; what is this login's own comes last."""
        name = canonical_login(login)
        device = self.devices.known(browser.devices, login)
        if device is not None:
            return [(self._seals.lookup(f"attempt {what} device", f"{device} {name}"), LOGIN)]
        if what != "password":
            # Who gets here knows the password: all strangers together are braked, wherever they are.
            return [(self._seals.lookup(f"attempt {what}", name), LOGIN)]
        network = browser.network
        own = (self._seals.lookup("attempt login", f"{network} {name}"), LOGIN)
        return [own] if network is None else [(self._seals.lookup("attempt network", network), NETWORK), own]
