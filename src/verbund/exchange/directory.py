"""The hub's list of members: who belongs to the region, each entry proven by signatures that the hub cannot make."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from joserfc.jwk import OKPKey

from verbund.config import utc_now
from verbund.crypto import NodeKeys, PublicKeys
from verbund.database import Database
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound
from verbund.exchange.invitation import Invitation
from verbund.exchange.model import HUB_KIND
from verbund.exchange.trust import Candidate, Entry, Grant, candidate, granted_by, sign

_SITE = re.compile(r"[a-z][a-z0-9-]{0,62}")
INVITATION_LIFE = timedelta(days=7)

_ENTRIES = """
select "grant", admission, statement, last_seen
from exchange_member join exchange_mailbox on receiver = site order by joined
"""
_ADD = """
insert into exchange_member (site, "grant", admission, statement, key_id, grant_id, joined)
values ($1, $2, $3, $4, $5, $6, $7)
"""


def checked_site(name: str) -> str:
    """A name that may stand for a site in addresses and messages; Incorrect otherwise."""
    if not _SITE.fullmatch(name):
        raise Incorrect(
            f"A site's name has lower-case letters, digits and hyphens and begins with a letter; not {name!r}."
        )
    return name


def public_jwk(key: OKPKey) -> dict[str, str]:
    """The public half of a key as a JWK."""
    return {name: str(value) for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x"}}


def private_jwk(key: OKPKey) -> dict[str, str]:
    """The whole key as a JWK."""
    return {name: str(value) for name, value in key.as_dict(private=True).items()}


def issue(
    *, site: str, title: str, kind: str, inviter: str, keys: NodeKeys, now: datetime, life: timedelta
) -> tuple[str, OKPKey, datetime]:
    """A signed grant for one new member, the one-time key that goes with it, and when both expire."""
    one_time = OKPKey.generate_key("Ed25519")
    grant = Grant(uuid4().hex, checked_site(site), title, kind, inviter, public_jwk(one_time), now + life)
    return sign(grant, keys.signing), one_time, grant.expires_at


class Directory:
    """Members by name; adding one is refused unless its invitation holds, and each invitation works once."""

    def __init__(
        self, database: Database, *, hub: str, keys: NodeKeys, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._hub = hub
        self._keys = keys
        self._clock = clock
        self._known: dict[str, PublicKeys] = {}

    async def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order of joining."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_ENTRIES)
        return tuple(Entry(row["grant"], row["admission"], row["statement"], row["last_seen"]) for row in rows)

    async def keys_of(self, site: str) -> PublicKeys:
        """The member's keys; NotFound when it is none."""
        if site not in self._known:
            for entry in await self.entries():
                found = candidate(entry)
                self._known[found.statement.site] = found.keys
        if site not in self._known:
            raise NotFound(f"{site} is not a member of this region.")
        return self._known[site]

    def found(self, *, site: str, title: str, kind: str, hub_url: str, life: timedelta = INVITATION_LIFE) -> str:
        """The founding invitation: for the first site, which makes the region's linkage key."""
        grant, one_time, expires_at = issue(
            site=site, title=title, kind=kind, inviter=self._hub, keys=self._keys, now=self._clock(), life=life
        )
        public = self._keys.public().to_dict()
        return Invitation(
            hub_url=hub_url, hub=self._hub, hub_keys=public, site=site, title=title, kind=kind, inviter=self._hub,
            inviter_keys=public, grant=grant, one_time=private_jwk(one_time), expires_at=expires_at,
        ).to_line()  # fmt: skip

    async def join(self, entry: Entry) -> None:
        """Add a member; the same entry again changes nothing.

        Raises Forbidden when the invitation does not hold, Conflict when it was used or the name is taken.
        """
        found = candidate(entry)
        site = checked_site(found.statement.site)
        if site == self._hub or found.statement.kind == HUB_KIND:
            raise Incorrect("A site is not a hub; choose another name and kind.")
        async with self._database.transaction() as connection:
            await connection.execute("lock table exchange_member in share row exclusive mode")
            rows = await connection.fetch("select site, key_id, grant_id from exchange_member")
            members = {row["site"]: row["key_id"] for row in rows}
            if members.get(site) == found.keys.key_id:
                return
            await self._check(found, members, {row["grant_id"] for row in rows})
            await connection.execute("insert into exchange_mailbox (receiver) values ($1) on conflict do nothing", site)
            await connection.execute(
                _ADD, site, entry.grant, entry.admission, entry.statement, found.keys.key_id, found.grant.id,
                self._clock(),
            )  # fmt: skip

    async def _check(self, found: Candidate, members: dict[str, str], used: set[str]) -> None:
        if found.statement.site in members:
            raise Conflict(f"There is a member {found.statement.site} already, with another key.")
        if found.grant.id in used:
            raise Conflict("This invitation has been used. Ask for a new one.")
        if found.grant.expires_at <= self._clock():
            raise Forbidden("This invitation has expired. Ask for a new one.")
        if found.grant.inviter == self._hub:
            inviter = self._keys.public()
            if members:
                raise Forbidden("The region has been founded; ask one of its members for an invitation.")
        elif found.grant.inviter in members:
            inviter = await self.keys_of(found.grant.inviter)
        else:
            raise Forbidden(f"{found.grant.inviter}, which invites, is not a member of this region.")
        if not granted_by(found, inviter):
            raise Forbidden(f"The invitation was not signed by {found.grant.inviter}.")
