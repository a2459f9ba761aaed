"""What this site remembers of other sites' logs, and they of this one's: nobody rewrites what others have seen.

A site signs another's head only when it continues the last one of that site that it signed: shown by a consistency
proof (RFC 9162, section 2.1.4). Whoever cuts a log short or rewrites it, and has its database and its keys, is not
signed again, and both sites sound the alarm. The first head of a site is taken as it comes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from verbund.audit.heads import Cosignature, SignedHead, cosigned
from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys, PublicKeys, verify_consistency
from verbund.database import Connection, Database
from verbund.errors import Conflict, Forbidden

_HOLD = "select pg_advisory_xact_lock(hashtextextended('audit witness ' || $1, 0))"
_LAST = "select size, root, at, signature from audit_witnessed where site = $1 order by size desc limit 1"
_SAME = "select root from audit_witnessed where site = $1 and size = $2"
_ALL = "select site, size, root, at, signature from audit_witnessed where site = $1 order by size"
_REMEMBER = """
insert into audit_witnessed (site, size, root, at, signature) values ($1, $2, $3, $4, $5) on conflict do nothing
"""
_ALARM = "insert into audit_alarm (site, witness, size, seen) values ($1, $2, $3, $4) on conflict do nothing"
_ALARMS = "select site, witness, size, seen from audit_alarm order by seen, site, witness"


class Alarm(NamedTuple):
    """The log of `site` does not continue what `witness` saw of it, up to event `size`; noticed first at `seen`."""

    site: str
    witness: str
    size: int
    seen: datetime

    @property
    def text(self) -> str:
        """A sentence for operators."""
        return (
            f"the log of {self.site} was rewritten or cut short: it does not continue its first {self.size} events, "
            f"which {self.witness} saw and signed (noticed {self.seen:%Y-%m-%d %H:%M} UTC)"
        )


class Witness:
    """One site's memory of others' heads. Safe to use by any number of processes."""

    def __init__(self, database: Database, keys: NodeKeys, site: str, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._keys = keys
        self.site = site
        self._clock = clock

    async def cosign(
        self, site: str, keys: PublicKeys, head: SignedHead, since: int, path: Sequence[bytes]
    ) -> Cosignature | int:
        """This site's signature under another's head, or the size that the proof must begin at.

        Forbidden for a head that is not that site's; Conflict, and an alarm, for a log that does not continue what was
        signed here before. What is signed is remembered first.
        """
        if not head.holds(keys) or head.size < 1:
            raise Forbidden(f"This head is not signed by {site}.")
        async with self._database.transaction() as connection:
            await connection.execute(_HOLD, site)
            row = await connection.fetchrow(_LAST, site)
            last = None if row is None else SignedHead(*row)
            fits = await _fits(connection, site, last, head, (since, path))
            if fits:
                await connection.execute(_REMEMBER, site, head.size, head.root, head.at, head.signature)
        if last is not None and fits is None:
            return last.size
        if last is not None and not fits:
            await self.alarm(site, self.site, last.size)
            raise Conflict(f"The log of {site} does not continue the {last.size} events that {self.site} has signed.")
        return cosigned(self._keys, self.site, site, head, self._clock())

    async def heads_of(self, site: str) -> list[SignedHead]:
        """All heads of another site that were signed here, the smallest first."""
        async with self._database.connection() as connection:
            return [SignedHead(*row[1:]) for row in await connection.fetch(_ALL, site)]

    async def alarm(self, site: str, witness: str, size: int) -> None:
        """Keep that a log was found to be another one than it was."""
        async with self._database.connection() as connection:
            await connection.execute(_ALARM, site, witness, size, self._clock())

    async def alarms(self) -> list[Alarm]:
        """All alarms that nobody settled, the oldest first."""
        async with self._database.connection() as connection:
            return [Alarm(*row) for row in await connection.fetch(_ALARMS)]

    async def settle(self, site: str) -> int:
        """Take back the alarms about a site and forget its heads, after people have found out why; how many there were.

        From then on the next head of that site is taken as it comes.
        """
        async with self._database.transaction() as connection:
            await connection.execute("delete from audit_witnessed where site = $1", site)
            gone = await connection.fetch("delete from audit_alarm where site = $1 returning witness", site)
            return len(gone)


async def _fits(
    connection: Connection,
    site: str,
    last: SignedHead | None,
    head: SignedHead,
    proof: tuple[int, Sequence[bytes]],
) -> bool | None:
    """Whether a head continues the last one; None where that cannot be told from what was sent."""
    if last is None:
        return True
    since, path = proof
    if head.size > last.size:
        if since != last.size:
            return None
        return verify_consistency(last.size, head.size, last.root, head.root, path)
    if head.size == last.size:
        return head.root == last.root
    same = await connection.fetchval(_SAME, site, head.size)
    if same is not None:
        return bool(same == head.root)
    # A smaller head that was signed before the last one comes late; one that was signed after it contradicts it.
    return False if head.at > last.at else None
