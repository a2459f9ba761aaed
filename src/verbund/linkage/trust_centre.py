"""The trust centre on the hub: encodings in, pseudonyms out. It knows no name and cannot find one out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Protocol, Self

from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.errors import Incorrect, NotFound
from verbund.linkage.correcting import Corrections
from verbund.linkage.keeping import keep_blocks, keep_doubts, near
from verbund.linkage.model import Encoding
from verbund.linkage.regrouping import Announce, Regrouping, new_pseudonym
from verbund.linkage.rules import Doubt, Population, Reason, decide

# One transaction at a time decides and enrols ("linkage" in ASCII), so that two houses that enrol one patient at the
# same moment get one pseudonym.
LOCK = 0x6C696E6B616765
_AT_ONCE = 1_000
_OWN = """
select entry, handle, pseudonym, bits, insurance, given from linkage_enrolment where site = $1 and handle = any($2)
"""
_ENROL = """
insert into linkage_enrolment (site, handle, pseudonym, bits, insurance, given)
select $1, handle, pseudonym, bits, insurance, string_to_array(given, ' ')::bigint[]
from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[])
    as n (handle, pseudonym, bits, insurance, given)
returning entry, handle
"""
_REVIEWS = """
select noted_at, pseudonym, candidate, similarity, reason, review from linkage_review
where resolution is null and ($2::bigint is null or review < $2) order by review desc limit $1
"""
_SITES_OF_MANY = """
select e.pseudonym, array_agg(distinct e.site order by e.site) as sites from linkage_enrolment e
where e.pseudonym = any($1::text[]) group by e.pseudonym
"""
_SITES = "select distinct site from linkage_enrolment where pseudonym = $1 order by site"
_WITHDRAW = "delete from linkage_enrolment where site = $1 and handle = $2 returning pseudonym"
# Whose record an entry is, is not in question any more when nobody else is left whose it may be.
_ASKED_ABOUT_NOBODY = """
with gone as (
    delete from linkage_review where resolution is null and $1 in (pseudonym, candidate)
    and not exists (select from linkage_enrolment where pseudonym = $1) returning pseudonym, reason
)
update linkage_enrolment set questioned = false
where questioned and pseudonym in (select pseudonym from gone where reason = $2)
"""


@dataclass(frozen=True, slots=True)
class Review:
    """Two pseudonyms that may be one person, or one that may be two, and why that was not decided by itself."""

    noted_at: datetime
    pseudonym: str
    candidate: str
    similarity: float
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Found:
    """A person the region knows, and the other sites that hold something about them."""

    pseudonym: str
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Enrolment:
    handle: str
    encoding: Encoding
    pseudonym: str
    doubts: tuple[Doubt, ...]


class Arrived(Protocol):
    """Tells houses that another one holds patients of theirs from now on."""

    async def __call__(self, connection: Connection, site: str, known_at: Mapping[str, Sequence[str]]) -> None:
        """`site` has enrolled people whom others hold: `known_at` are their pseudonyms by those other houses."""


class TrustCentre:
    """Enrols patients of the sites, tells which houses know a pseudonym, forgets on request."""

    def __init__(
        self, database: Database, keys: NodeKeys, arrived: Arrived | None = None, announce: Announce | None = None
    ) -> None:
        self._database = database
        self._arrived = arrived
        self._corrections = Corrections(Regrouping(announce))
        self._domain_key = blake2b(b"pseudonym domains", key=keys.index, digest_size=32).digest()

    @classmethod
    async def open(
        cls,
        database: Database,
        keys: NodeKeys,
        *,
        arrived: Arrived | None = None,
        announce: Announce | None = None,
    ) -> Self:
        """Open on a migrated database.

        In the same transaction `arrived` is told whom one more house holds now, and `announce` who was parted from
        others, or is with them again, since a house corrected what identifies a patient.
        """
        return cls(database, keys, arrived, announce)

    async def enrol(self, site: str, handle: str, encoding: Encoding) -> str:
        """The regional pseudonym of a patient whom the site calls `handle`; the same one however often it is asked."""
        (pseudonym,) = await self.enrol_many(site, [(handle, encoding)])
        return pseudonym

    async def enrol_many(self, site: str, people: Sequence[tuple[str, Encoding]]) -> list[str]:
        """The pseudonyms of many, in order; each thousand in one transaction, so a repetition after a failure is safe.

        A handle keeps its pseudonym when its encoding changes, unless it shares it with others and has become another
        person's (see `correcting`); what contradicts, or is in question, becomes a review.
        """
        if any(not handle or "\x00" in handle for handle, _ in people):
            raise Incorrect("Each patient needs a handle, of any characters but the null character.")
        found: dict[str, str] = {}
        for start in range(0, len(people), _AT_ONCE):
            async with self._database.transaction() as connection:
                await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
                found |= await self._enrol(connection, site, dict(people[start : start + _AT_ONCE]))
        return [found[handle] for handle, _ in people]

    async def _enrol(self, connection: Connection, site: str, people: dict[str, Encoding]) -> dict[str, str]:
        own = {row["handle"]: row for row in await connection.fetch(_OWN, site, list(people))}
        for handle, row in own.items():
            former = (row["bits"], row["insurance"], tuple(row["given"]))
            encoding = people[handle]
            if former != (encoding.bits, encoding.insurance, encoding.given):
                await self._corrections.take(connection, row["entry"], encoding)
        if own:
            own = {row["handle"]: row for row in await connection.fetch(_OWN, site, list(people))}
        new = {handle: encoding for handle, encoding in people.items() if handle not in own}
        population = Population(await near(connection, list(new.values())))
        fresh = [
            _Enrolment(handle, encoding, *population.enrol(encoding, new_pseudonym)) for handle, encoding in new.items()
        ]
        await self._insert(connection, site, fresh)
        return {handle: row["pseudonym"] for handle, row in own.items()} | {one.handle: one.pseudonym for one in fresh}

    async def _insert(self, connection: Connection, site: str, fresh: Sequence[_Enrolment]) -> None:
        if not fresh:
            return
        rows = await connection.fetch(
            _ENROL,
            site,
            [one.handle for one in fresh],
            [one.pseudonym for one in fresh],
            [one.encoding.bits for one in fresh],
            [one.encoding.insurance for one in fresh],
            [" ".join(map(str, one.encoding.given)) for one in fresh],
        )
        entries = {row["handle"]: row["entry"] for row in rows}
        await keep_blocks(connection, [(entries[one.handle], one.encoding) for one in fresh])
        await self._tell(connection, site, [one.pseudonym for one in fresh])
        await keep_doubts(connection, [(one.pseudonym, doubt) for one in fresh for doubt in one.doubts])

    async def _tell(self, connection: Connection, site: str, pseudonyms: Sequence[str]) -> None:
        if self._arrived is None:
            return
        known_at: dict[str, list[str]] = {}
        for row in await connection.fetch(_SITES_OF_MANY, list(pseudonyms)):
            for other in row["sites"]:
                if other != site:
                    known_at.setdefault(other, []).append(row["pseudonym"])
        if known_at:
            await self._arrived(connection, site, known_at)

    async def find(self, encoding: Encoding, asking_site: str) -> Found | None:
        """The person, without enrolling: for a house that holds nothing and must find the record; None for nobody."""
        async with self._database.connection() as connection:
            pseudonym = decide(encoding, await near(connection, [encoding])).pseudonym
            if pseudonym is None:
                return None
            sites = await self._sites(connection, pseudonym)
        return Found(pseudonym, tuple(site for site in sites if site != asking_site))

    async def locate(self, pseudonym: str, asking_site: str) -> tuple[str, ...]:
        """The other sites that hold something under this pseudonym.

        NotFound for a site that holds nothing under it itself: where somebody is treated is nobody else's business.
        """
        async with self._database.connection() as connection:
            sites = await self._sites(connection, pseudonym)
        if asking_site not in sites:
            raise NotFound("This house holds nothing under such a pseudonym.")
        return tuple(site for site in sites if site != asking_site)

    async def locate_many(self, pseudonyms: Sequence[str], asking_site: str) -> dict[str, tuple[str, ...]]:
        """The same for many; pseudonyms under which the asking site holds nothing are missing."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_SITES_OF_MANY, list(pseudonyms))
        return {
            row["pseudonym"]: tuple(site for site in row["sites"] if site != asking_site)
            for row in rows
            if asking_site in row["sites"]
        }

    async def _sites(self, connection: Connection, pseudonym: str) -> list[str]:
        return [row["site"] for row in await connection.fetch(_SITES, pseudonym)]

    async def withdraw(self, site: str, handle: str) -> bool:
        """Forget a patient of a site; whether there was one. The others keep the pseudonym."""
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            pseudonym = await connection.fetchval(_WITHDRAW, site, handle)
            if pseudonym is not None:
                await connection.execute(_ASKED_ABOUT_NOBODY, pseudonym, Reason.REPLACED)
            return pseudonym is not None

    async def reviews(self, count: int = 100, before: int | None = None) -> tuple[Review, ...]:
        """What people should look at, newest first; of those with a number below `before`, where that is given."""
        async with self._database.connection() as connection:
            return tuple(Review(*row) for row in await connection.fetch(_REVIEWS, count, before))

    def in_domain(self, pseudonym: str, domain: str) -> str:
        """The pseudonym of the same person in another domain (a research project); only the hub can compute it."""
        text = f"{domain}\x1f{pseudonym}".encode()
        return blake2b(text, key=self._domain_key, digest_size=16).hexdigest()
