"""A site's place in its region: joining, inviting, and the members it believes in."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog

from verbund.config import utc_now
from verbund.crypto import NodeKeys, PublicKeys, seal, unseal
from verbund.database import Database
from verbund.errors import Conflict, Fault, NotFound
from verbund.exchange import wire
from verbund.exchange.directory import INVITATION_LIFE, issue, private_jwk
from verbund.exchange.hub import Hub
from verbund.exchange.invitation import Invitation
from verbund.exchange.line import Line
from verbund.exchange.model import HUB_KIND, Member
from verbund.exchange.post import HttpPost
from verbund.exchange.requests import Request
from verbund.exchange.trust import Entry, Jwks, Statement, admit, believed, candidate, grant_id

_log = structlog.get_logger(__name__)
_LINKAGE_KEY_CONTEXT = b"exchange: linkage key"

_SAVE = """
insert into exchange_membership (site, title, kind, hub_url, hub, hub_keys, linkage_key, joined)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_PIN = """
insert into exchange_pin (site, key_id, title, kind, keys, pinned) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
_FILL = "update exchange_pin set title = $2, kind = $3 where site = $1 and kind = ''"


class Members(Protocol):
    """Who is who in the region, as far as this node believes it."""

    async def member(self, site: str) -> Member:
        """A member by name; asks the hub when it is new. NotFound when there is none that can be believed."""

    def known(self, site: str) -> Member | None:
        """A member that is known already."""

    def all(self) -> tuple[Member, ...]:
        """All known members, the hub first."""

    async def refresh(self) -> None:
        """Look for new members, and when each was last seen; Unavailable when the hub is not there."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a site knows of its place in the region once it has joined."""

    site: str
    title: str
    kind: str
    hub_url: str
    hub: str
    hub_keys: PublicKeys
    linkage_key: bytes = field(repr=False)


class Membership:
    """A site's membership: kept in its database, the linkage key sealed under the master key.

    Keys, kinds and titles of members are pinned when first believed (see `trust`); an entry with another key, kind or
    title is reported, and what is pinned stays in force: no member makes itself something else than what it was invited
    as. Only of who invited this site the kind is not known at first; it is filled in once.
    """

    def __init__(
        self, database: Database, keys: NodeKeys, place: Place, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self.place = place
        self._members: dict[str, Member] = {}
        self._refreshing = asyncio.Lock()
        self.refused: Mapping[str, str] = {}
        self.post = HttpPost(url=place.hub_url, hub=place.hub, site=place.site, keys=keys, clock=clock)

    @classmethod
    async def open(
        cls,
        database: Database,
        keys: NodeKeys,
        *,
        hub_url: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> "Membership | None":
        """The membership of this node, or None when it has not joined a region. Works while the hub is down.

        `hub_url` is where the hub is now, when it has moved; without it the address of the invitation holds.
        """
        async with database.connection() as connection:
            row = await connection.fetchrow("select * from exchange_membership")
            pins = await connection.fetch("select * from exchange_pin")
        if row is None:
            return None
        linkage_key = unseal(keys.master, row["linkage_key"], _LINKAGE_KEY_CONTEXT)
        hub_keys = _public(row["hub_keys"])
        place = Place(
            row["site"], row["title"], row["kind"], hub_url or row["hub_url"], row["hub"], hub_keys, linkage_key
        )
        membership = cls(database, keys, place, clock=clock)
        for pin in pins:
            membership._members[pin["site"]] = Member(pin["site"], pin["title"], pin["kind"], _public(pin["keys"]))
        return membership

    @classmethod
    async def join(
        cls, database: Database, keys: NodeKeys, line: str, *, clock: Callable[[], datetime] = utc_now
    ) -> "Membership":
        """Join by an invitation; the first site makes the linkage key.

        Raises Incorrect for a line that is none, Forbidden or Conflict when the invitation does not hold any more,
        Conflict when this node belongs to a region, Unavailable when the hub is not there. Cut off half-way, it may be
        repeated with the same keys and the same line.
        """
        invitation = Invitation.from_line(line)
        if await cls.open(database, keys, clock=clock) is not None:
            raise Conflict("This node belongs to a region already.")
        await _announce(invitation, _entry(invitation, keys))
        linkage_key = invitation.linkage_key or os.urandom(32)
        now = clock()
        async with database.transaction() as connection:
            await connection.execute(
                _SAVE, invitation.site, invitation.title, invitation.kind, invitation.hub_url, invitation.hub,
                _json(invitation.hub_public()), seal(keys.master, linkage_key, _LINKAGE_KEY_CONTEXT), now,
            )  # fmt: skip
            roots = {invitation.site: (keys.public(), invitation.title, invitation.kind)}
            if invitation.inviter != invitation.hub:
                roots[invitation.inviter] = (invitation.inviter_public(), invitation.inviter, "")
            for site, (public, title, kind) in roots.items():
                await connection.execute(_PIN, site, public.key_id, title, kind, _json(public), now)
        membership = await cls.open(database, keys, clock=clock)
        if membership is None:
            raise Fault("The membership was saved and is not there.")
        await membership.refresh()
        return membership

    async def close(self) -> None:
        """Close the connections to the hub."""
        await self.post.close()

    def invite(self, site: str, title: str, kind: str, *, life: timedelta = INVITATION_LIFE) -> str:
        """An invitation for one more site: one line, secret, for use once. Made here, without the hub."""
        place = self.place
        grant, one_time, expires_at = issue(
            site=site, title=title, kind=kind, inviter=place.site, keys=self._keys, now=self._clock(), life=life
        )
        return Invitation(
            hub_url=place.hub_url, hub=place.hub, hub_keys=place.hub_keys.to_dict(), site=site, title=title, kind=kind,
            inviter=place.site, inviter_keys=self._keys.public().to_dict(), grant=grant,
            one_time=private_jwk(one_time), expires_at=expires_at, linkage_key=place.linkage_key,
        ).to_line()  # fmt: skip

    def known(self, site: str) -> Member | None:
        """A member that is believed already; the hub is one of them."""
        if site == self.place.hub:
            return Member(site, site, HUB_KIND, self.place.hub_keys)
        return self._members.get(site)

    def all(self) -> tuple[Member, ...]:
        """All believed members, the hub first, this site among them."""
        hub = Member(self.place.hub, self.place.hub, HUB_KIND, self.place.hub_keys)
        return (hub, *sorted(self._members.values(), key=lambda member: member.site))

    async def member(self, site: str) -> Member:
        """A member by name; one that is not known yet is looked for at the hub first."""
        found = self.known(site)
        if found is None:
            await self.refresh()
            found = self.known(site)
        if found is None:
            raise NotFound(
                f"{site} is not a member of this region, or nobody trusted invited it.",
                german=f"{site} gehört nicht zu dieser Region.",
            )
        return found

    async def refresh(self) -> None:
        """Fetch the directory, verify it, pin who is new; what cannot be believed is kept in `refused` and logged."""
        async with self._refreshing:
            entries = await self.post.entries()
            roots = {site: member.keys.key_id for site, member in self._members.items()}
            verdicts = believed(entries, roots)
            now = self._clock()
            async with self._database.transaction() as connection:
                for site, member in verdicts.members.items():
                    await connection.execute(
                        _PIN, site, member.keys.key_id, member.title, member.kind, _json(member.keys), now
                    )
                    await connection.execute(_FILL, site, member.title, member.kind)
            changed = {
                site: "The directory names another kind or title than the one known for this member."
                for site, member in verdicts.members.items()
                if _renamed(self._members.get(site), member)
            }
            for site, member in verdicts.members.items():
                self._members[site] = _kept(self._members.get(site), member)
            self._report({**verdicts.refused, **changed})

    def _report(self, refused: Mapping[str, str]) -> None:
        for site, reason in refused.items():
            if self.refused.get(site) != reason:
                _log.warning("directory-entry-refused", site=site, reason=reason)
        self.refused = refused


class HubMembers:
    """The members as the hub itself knows them: it has checked each when it joined."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._members: dict[str, Member] = {}

    def known(self, site: str) -> Member | None:
        """A member seen before."""
        return self._members.get(site)

    def all(self) -> tuple[Member, ...]:
        """The hub and all members seen before."""
        own = Member(self._hub.name, self._hub.title, HUB_KIND, self._hub.keys.public())
        return (own, *sorted(self._members.values(), key=lambda member: member.site))

    async def member(self, site: str) -> Member:
        """A member by name."""
        if site not in self._members:
            await self.refresh()
        if site not in self._members:
            raise NotFound(f"{site} is not a member of this region.")
        return self._members[site]

    async def refresh(self) -> None:
        """Read the directory anew."""
        self._members = {
            found.statement.site: found.member()
            for found in (candidate(entry) for entry in await self._hub.directory.entries())
        }


def _kept(pinned: Member | None, said: Member) -> Member:
    """A member as it is known from now on: as it was pinned, seen when the directory says."""
    if pinned is None or not pinned.kind:
        return said if pinned is None else replace(said, keys=pinned.keys)
    return replace(pinned, last_seen=said.last_seen)


def _renamed(pinned: Member | None, said: Member) -> bool:
    return pinned is not None and bool(pinned.kind) and (pinned.kind, pinned.title) != (said.kind, said.title)


def _entry(invitation: Invitation, keys: NodeKeys) -> Entry:
    statement = Statement(
        site=invitation.site,
        title=invitation.title,
        kind=invitation.kind,
        keys=keys.public().to_dict(),
        grant=grant_id(invitation.grant),
        inviter=invitation.inviter,
        inviter_key_id=invitation.inviter_public().key_id,
    )
    return admit(invitation.grant, invitation.one_time_key(), statement, keys)


async def _announce(invitation: Invitation, entry: Entry) -> None:
    body = msgspec.json.encode(wire.JoinRequest(entry.grant, entry.admission, entry.statement))
    async with Line(invitation.hub_url) as line:
        await line.exchanged(Request("POST", "/exchange/join", body), {"content-type": "application/json"})


def _json(keys: PublicKeys) -> str:
    return msgspec.json.encode(keys.to_dict()).decode()


def _public(text: str) -> PublicKeys:
    return PublicKeys.from_dict(msgspec.json.decode(text, type=Jwks))
