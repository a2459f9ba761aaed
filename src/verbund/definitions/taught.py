"""What has been taught: a table that follows from the store, and the profiles in memory that follow from the table."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from verbund.database import Connection, Database
from verbund.definitions.model import TYPES, Known, Package
from verbund.errors import Incorrect
from verbund.fhir.profiles import Profiles
from verbund.fhir.profiles.registry import Packed, pack
from verbund.store import Written

LOOK_AGAIN_SECONDS: Final = 1.0
_TYPES = frozenset(TYPES)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_NEXT = "update taught_change set number = number + 1 returning number"
_LAST = "select number from taught_change"
_KEEP = """
insert into taught (type, id, url, version, base, packed, changed) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (type, id) do update set url = excluded.url, version = excluded.version, base = excluded.base,
    packed = excluded.packed, changed = excluded.changed
"""
_FROM = """
update taught set package = $1, package_version = $2 where type = $3 and id = $4
    and (package, package_version) is distinct from ($1, $2)
"""
_FORGET = "delete from taught where type = $1 and id = $2"
_ALL = "select type, id, url, version, package, package_version from taught order by type, url, id"
_URLS = "select url from taught where type = 'StructureDefinition'"
_CHANGED = """
select url, base, version, packed from taught
where type = 'StructureDefinition' and changed > $1 and packed is not null order by changed, id
"""


class Taught:
    """The definitions of a node; a `Projection` of the store, so that the table is right when a write is.

    `profiles` are kept current: what another process taught is known here within a second.
    """

    types = _TYPES

    def __init__(self, database: Database) -> None:
        self._database = database
        self._profiles = Profiles()
        self._number = -1
        self._looked = float("-inf")

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Note what was written of definitions, in the transaction of the writes."""
        ours = [one for one in written if one.type in _TYPES]
        if not ours:
            return
        number = await connection.fetchval(_NEXT)
        gone = [(one.type, one.id) for one in ours if one.status == "deleted"]
        there = [_row(one, number) for one in ours if one.status in {"created", "updated"}]
        await connection.executemany(_FORGET, gone)
        await connection.executemany(_KEEP, there)
        self._looked = float("-inf")

    async def known(self) -> tuple[Known, ...]:
        """All definitions, by type and url."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_ALL)
        return tuple(
            Known(row["type"], row["id"], row["url"], row["version"], Package(row["package"], row["package_version"]))
            for row in rows
        )

    async def note_packages(self, origins: Mapping[tuple[str, str], Package]) -> None:
        """Say of definitions, by type and id, which package they came in."""
        rows = [(one.name, one.version, *key) for key, one in sorted(origins.items())]
        async with self._database.connection() as connection:
            await connection.executemany(_FROM, rows)

    async def profiles(self) -> Profiles:
        """The profiles that are known, as they were at most a second ago; always the same object."""
        now = time.monotonic()
        if now - self._looked >= LOOK_AGAIN_SECONDS:
            async with self._database.connection() as connection:
                number = await connection.fetchval(_LAST)
                if number != self._number:
                    await self._learn(connection)
                    self._number = number
            self._looked = now
        return self._profiles

    async def _learn(self, connection: Connection) -> None:
        """Take over what has changed since, and forget what is no longer there."""
        urls = {row["url"] for row in await connection.fetch(_URLS)}
        for row in await connection.fetch(_CHANGED, self._number):
            self._profiles.put(Packed(row["url"], row["base"], row["version"], row["packed"]))
        for url in set(self._profiles) - urls:
            self._profiles.remove(url)


def _row(written: Written, number: int) -> tuple[str, str, str, str, str, bytes | None, int]:
    resource = written.resource
    url = getattr(resource, "url", None) or f"{written.type}/{written.id}"
    version = getattr(resource, "version", None) or ""
    packed = _packed(written)
    kind, data = ("", None) if packed is None else (packed.type, packed.data)
    return written.type, written.id, url, version, kind, data, number


def _packed(written: Written) -> Packed | None:
    """What checking needs of a profile; None of what is none, or cannot be used as one."""
    if written.type == "StructureDefinition":
        with suppress(Incorrect):
            return pack(written.body or _encode(written.resource))
    return None


def named(known: Iterable[Known]) -> dict[tuple[str, str], Known]:
    """Definitions by type and url."""
    return {(one.type, one.url): one for one in known}
