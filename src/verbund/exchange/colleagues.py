"""A site's part in the region's directory of staff: publishes its own list and takes over those of other houses."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from verbund.config import utc_now
from verbund.crypto import NodeKeys, seal, unseal
from verbund.database import Connection, Database
from verbund.errors import Busy, Conflict, Interrupted, TooLarge, Unavailable, VerbundError
from verbund.exchange.membership import Membership
from verbund.exchange.model import HUB_KIND, Companion, Member
from verbund.exchange.rosters import MOST_ENTRIES, Colleague, Roster, proven, signed

_log = structlog.get_logger(__name__)
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 60.0
MOST_EVER = 10_000
"""Entries that are kept of one house, withdrawn ones too: whoever publishes new ids again and again ends here."""
_AT_ONCE = 200

_SAVE = """
insert into exchange_colleagues (site, number, settled, entries) values ($1, $2, $3, $4)
on conflict (site) do update set number = excluded.number, settled = excluded.settled, entries = excluded.entries
"""


class Taken(msgspec.Struct, frozen=True):
    """An entry of another house as this node keeps it; one that was withdrawn is not active."""

    colleague: Colleague
    active: bool = True


class Register(Protocol):
    """The node's own directory."""

    async def published(self) -> Sequence[Colleague]:
        """Whom of the own staff others may find, as it is now."""

    async def take_over(self, house: Member, entries: Sequence[Taken], note: Companion) -> None:
        """Write these entries of another house, with the note in the same transaction."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is in the directory of one house's list; `settled` when it is just what the list of this number says."""

    number: int = 0
    settled: bool = False


class Colleagues:
    """Keeps both directions up to date; a list that is refused is reported, and what was taken over before stays.

    Believed is only what a house signed with the key that this node knows of it, in a list that is newer than the last.
    Entries that the newest list no longer has, and all of a house that has none any more, become inactive.
    """

    def __init__(
        self,
        membership: Membership,
        database: Database,
        keys: NodeKeys,
        register: Register,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._membership = membership
        self._site = membership.place.site
        self._database = database
        self._keys = keys
        self._register = register
        self._clock = clock
        self.refused: dict[str, str] = {}

    async def run(self) -> None:
        """Publish and take over what has changed, until cancelled: often at first, then every minute, outage or not."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self.refresh()
            except VerbundError as error:
                _log.info("rosters-interrupted", reason=error.text)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def refresh(self) -> None:
        """Once; Unavailable or Interrupted without the hub. Lists that have not changed are not fetched."""
        numbers = await self._membership.post.roster_numbers()
        kept = await self._all_kept()
        with self._reporting(self._site):
            await self._publish(numbers.get(self._site, 0), kept.pop(self._site, _Kept()))
        if any(self._membership.known(site) is None for site in numbers):
            await self._membership.refresh()
        for site in sorted(numbers.keys() | kept.keys()):
            house = self._membership.known(site)
            if house is not None and house.kind != HUB_KIND and site != self._site:
                with self._reporting(site):
                    await self._follow(house, numbers.get(site), kept.get(site, _Kept()))

    @contextmanager
    def _reporting(self, site: str) -> Iterator[None]:
        """Keep what is wrong with the list of one house from the others, and tell of it once."""
        try:
            yield
            self.refused.pop(site, None)
        except (Unavailable, Interrupted, Busy):
            raise
        except VerbundError as error:
            if self.refused.get(site) != error.text:
                _log.warning("roster-refused", site=site, reason=error.text)
            self.refused[site] = error.text

    # --- out -----------------------------------------------------------------------------------------------------

    async def _publish(self, at_hub: int, kept: _Kept) -> None:
        """Send the own list when it has changed, or when the hub has another one."""
        staff = sorted(await self._register.published(), key=lambda one: one.id)
        entries = tuple(staff[:MOST_ENTRIES])
        former = await self._entries(self._site)
        same = entries == tuple(one.colleague for one in former.values())
        if same and at_hub == kept.number:
            return
        if len(staff) > MOST_ENTRIES:
            _log.warning("roster-cut", entries=len(staff), published=MOST_ENTRIES)
        number = kept.number if at_hub <= kept.number else max(kept.number, await self._own_number())
        if not (same and at_hub < kept.number):
            number = max(number + 1, int(self._clock().timestamp() * 1_000))
        await self._membership.post.publish(signed(Roster(self._site, number, entries), self._keys))
        note = self._note(self._site, _Kept(number, settled=True), {one.id: Taken(one) for one in entries})
        async with self._database.transaction() as connection:
            await note.write(connection, ())

    async def _own_number(self) -> int:
        """The number of the own list at the hub, as after a restored backup; 0 for what this house did not sign."""
        text = await self._membership.post.roster(self._site)
        try:
            return proven(text, self._site, self._keys.public()).number
        except VerbundError as error:
            _log.warning("roster-refused", site=self._site, reason=error.text)
            return 0

    # --- in ------------------------------------------------------------------------------------------------------

    async def _follow(self, house: Member, number: int | None, kept: _Kept) -> None:
        """Bring the directory in line with the list of one house, unless that is to be refused."""
        if number is None:
            await self._withdraw(house, kept)
        elif number < kept.number:
            raise Conflict("The hub has an older list of staff than the one known.")
        elif number > kept.number or not kept.settled:
            await self._take(house, kept)

    async def _take(self, house: Member, kept: _Kept) -> None:
        roster = proven(await self._membership.post.roster(house.site), house.site, house.keys)
        if roster.number < kept.number or (kept.settled and roster.number == kept.number):
            raise Conflict("The hub hands out an older list of staff than it says.")
        there = await self._entries(house.site)
        wanted = {one.id: Taken(one) for one in roster.entries}
        if len(there.keys() | wanted.keys()) > MOST_EVER:
            raise TooLarge(f"A house may have had {MOST_EVER} entries of staff at most.")
        await self._change(house, kept, there, wanted | _withdrawn(there, wanted), roster.number)

    async def _withdraw(self, house: Member, kept: _Kept) -> None:
        """A house has no list any more: it has left. Its number stays known, so that no former list comes back."""
        there = await self._entries(house.site)
        await self._change(house, kept, there, _withdrawn(there, {}), None)

    async def _change(
        self, house: Member, kept: _Kept, there: dict[str, Taken], wanted: Mapping[str, Taken], number: int | None
    ) -> None:
        """Write what differs, in parts; after each, what is noted is just what is in the directory."""
        changed = [one for name, one in wanted.items() if there.get(name) != one]
        for start in range(0, len(changed), _AT_ONCE):
            part = changed[start : start + _AT_ONCE]
            there |= {one.colleague.id: one for one in part}
            note = self._note(house.site, _Kept(kept.number), there)
            await self._register.take_over(house, part, note)
        if number is not None:
            async with self._database.transaction() as connection:
                await self._note(house.site, _Kept(number, settled=True), there).write(connection, ())

    # --- what is kept --------------------------------------------------------------------------------------------

    async def _all_kept(self) -> dict[str, _Kept]:
        async with self._database.connection() as connection:
            rows = await connection.fetch("select site, number, settled from exchange_colleagues")
        return {row["site"]: _Kept(row["number"], row["settled"]) for row in rows}

    async def _entries(self, site: str) -> dict[str, Taken]:
        async with self._database.connection() as connection:
            sealed = await connection.fetchval("select entries from exchange_colleagues where site = $1", site)
        if sealed is None:
            return {}
        raw = unseal(self._keys.master, sealed, _context(site))
        return {one.colleague.id: one for one in msgspec.json.decode(raw, type=list[Taken])}

    def _note(self, site: str, kept: _Kept, entries: Mapping[str, Taken]) -> "_Note":
        raw = msgspec.json.encode(list(entries.values()))
        return _Note(site, kept, seal(self._keys.master, raw, _context(site)))


@dataclass(frozen=True, slots=True)
class _Note:
    """What is in the directory of a house, written down with the writes that brought it there."""

    site: str
    kept: _Kept
    entries: bytes

    async def write(self, connection: Connection, written: Sequence[object]) -> None:  # noqa: ARG002 - a Companion
        """The store's `Companion`."""
        await connection.execute(_SAVE, self.site, self.kept.number, self.kept.settled, self.entries)


def _withdrawn(there: Mapping[str, Taken], wanted: Mapping[str, Taken]) -> dict[str, Taken]:
    return {
        name: Taken(one.colleague, active=False) for name, one in there.items() if one.active and name not in wanted
    }


def _context(site: str) -> bytes:
    return f"exchange: staff of {site}".encode()
