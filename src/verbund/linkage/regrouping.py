"""Who belongs together changes: entries of houses are joined under one pseudonym, or parted under new ones.

All of it happens in the caller's transaction, in which the houses concerned are told as well. Whoever is parted gets
pseudonyms that nobody had before, on both sides: a house that has not heard of it yet then asks for somebody whom
nobody knows, and is shown nothing, rather than somebody else's record.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verbund.config import Clock, utc_now
from verbund.database import Connection
from verbund.errors import Incorrect, NotFound
from verbund.linkage.model import Encoding
from verbund.linkage.rules import Member, Reason

LONGEST_REASON = 1_000
SHORTEST_REASON = 10

_ENROLLED = """
select entry, site, handle, pseudonym, bits, insurance, given, enrolled_at, questioned, settled, before,
       array(select key from linkage_block b where b.entry = e.entry) as keys
from linkage_enrolment e where pseudonym = any($1::text[]) order by entry
"""
_DECIDED = """
insert into linkage_resolution (decided_at, decided_by, kind, reason, undoes) values ($1, $2, $3, $4, $5)
returning resolution
"""
_NOTED = "insert into linkage_resolved (resolution, entry, former) select $1, * from unnest($2::bigint[], $3::text[])"
_SETTLED = """
update linkage_enrolment set questioned = false, before = null, settled = settled or $2 where entry = any($1::bigint[])
"""
_RENAME = """
update linkage_enrolment as e set pseudonym = n.pseudonym
from unnest($1::bigint[], $2::text[]) as n (entry, pseudonym) where e.entry = n.entry
"""
_PAIR = "select review from linkage_review where (pseudonym, candidate) in (($1, $2), ($2, $1)) for update"
_CLOSE = "update linkage_review set resolution = $2 where review = any($1::bigint[])"
_CLOSED_PAIR = """
insert into linkage_review (pseudonym, candidate, similarity, reason, resolution) values ($1, $2, 0, 'decided', $3)
on conflict (pseudonym, candidate) do update set resolution = excluded.resolution
"""
# Open questions about a pseudonym that is no more become questions about the one that took its place.
_INHERITED = """
insert into linkage_review (noted_at, pseudonym, candidate, similarity, reason)
select noted_at, case when pseudonym = $1 then $2 else pseudonym end,
       case when candidate = $1 then $2 else candidate end, similarity, reason
from linkage_review where resolution is null and $1 in (pseudonym, candidate)
on conflict do nothing
"""
_GONE = "delete from linkage_review where resolution is null and $1 in (pseudonym, candidate)"
_REOPEN = "update linkage_review set resolution = null where resolution = $1"
_UNSETTLED = """
update linkage_enrolment set settled = false where entry in
    (select entry from linkage_resolved join linkage_resolution using (resolution)
     where resolution = $1 and kind = 'same')
"""
# Whose record it is was the question that this decision closed.
_QUESTIONED = """
update linkage_enrolment set questioned = $3 where pseudonym in
    (select pseudonym from linkage_review where resolution = $1 and reason = $2)
"""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One house's patient under a pseudonym; `entry` names it, `has_number` whether an insurance number is known."""

    entry: int
    site: str
    pseudonym: str
    enrolled_at: datetime
    has_number: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was decided: `kind` is `same`, `different`, `split` or `reopened`; `undoes` what it took back."""

    number: int
    decided_at: datetime
    decided_by: str
    kind: str
    reason: str
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who decides, and why. What a rule decides by itself settles nothing: people may see it differently."""

    by: str
    reason: str
    by_rule: bool = False

    def __post_init__(self) -> None:
        """Incorrect without a reason that says something."""
        if not SHORTEST_REASON <= len(self.reason.strip()) <= LONGEST_REASON or "\0" in self.reason:
            raise Incorrect(
                f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters, and without anybody's name.",
                german=f"Begründen Sie das mit {SHORTEST_REASON} bis {LONGEST_REASON} Zeichen und ohne Namen.",
            )


@dataclass(frozen=True, slots=True)
class Move:
    """What one house must know of one of its patients, whom it calls `handle`.

    The patient was known under `former` and is under `pseudonym` now; `sites` are the other houses that hold the same
    person. `joined` are the houses that came in by a merge; `shared` those that hold both of two who were parted.
    """

    site: str
    handle: str
    former: str
    pseudonym: str
    sites: tuple[str, ...]
    joined: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    parted: bool = False


class Announce(Protocol):
    """Tells the houses, and the log, in the transaction of the decision."""

    async def __call__(self, connection: Connection, done: Resolution, moves: Sequence[Move]) -> None:
        """What it raises undoes the decision."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One house's patient as the trust centre keeps it."""

    enrolled: Enrolled
    handle: str
    encoding: Encoding
    questioned: bool
    settled: bool
    before: Encoding | None

    @property
    def site(self) -> str:
        """The house that enrolled the patient."""
        return self.enrolled.site

    def member(self, pseudonym: str | None = None) -> Member:
        """This entry as the rules compare it, under its pseudonym or another."""
        return Member(pseudonym or self.enrolled.pseudonym, self.encoding, self.questioned, self.settled)


class Regrouping:
    """Joins and parts; the caller holds the lock of the linkage."""

    def __init__(self, announce: Announce | None, clock: Clock = utc_now) -> None:
        self._announce = announce
        self._clock = clock

    async def joined(
        self, connection: Connection, pair: tuple[str, str], verdict: Verdict, undoes: int | None = None
    ) -> Resolution:
        """Everybody under the second pseudonym is under the first from now on; NotFound when nobody has one of them."""
        one, other = pair
        rows = await both_under(connection, one, other)
        done = await self._noted(connection, "same", verdict, rows, undoes=undoes)
        await connection.execute(_RENAME, [r.enrolled.entry for r in rows], [one] * len(rows))
        await self._closed(connection, one, other, done)
        for name in pair:
            await self._closed(connection, name, name, done)
        await connection.execute(_INHERITED, other, one)
        await connection.execute(_GONE, other)
        sides = by_pseudonym(rows)
        moves = [
            _move(row, one, rows, joined=_sites(sides[other if row.enrolled.pseudonym == one else one])) for row in rows
        ]
        await self._tell(connection, done, moves)
        return done

    async def parted(
        self, connection: Connection, groups: Sequence[Sequence[Entry]], verdict: Verdict, undoes: int | None = None
    ) -> tuple[Resolution, list[str]]:
        """Give each group a pseudonym that nobody had. What people decided is not asked again; what a rule did, is."""
        everybody = [row for group in groups for row in group]
        done = await self._noted(connection, "split", verdict, everybody, undoes=undoes)
        names = [new_pseudonym() for _ in groups]
        given = [(row, name) for group, name in zip(groups, names, strict=True) for row in group]
        await connection.execute(_RENAME, [r.enrolled.entry for r, _ in given], [name for _, name in given])
        for former in {row.enrolled.pseudonym for row in everybody}:
            await self._closed(connection, former, former, done)
            await connection.execute(_INHERITED, former, names[0])
            await connection.execute(_GONE, former)
        for name in names[1:] if not verdict.by_rule else ():
            await self._closed(connection, names[0], name, done)
        await self._tell(connection, done, _moves_apart(groups, names))
        return done, names

    async def apart(self, connection: Connection, pair: tuple[str, str], verdict: Verdict) -> Resolution:
        """Both are two people, as they stand: the question is closed."""
        rows = await both_under(connection, *pair)
        done = await self._noted(connection, "different", verdict, rows)
        await self._closed(connection, *pair, done)
        await connection.execute(_QUESTIONED, done.number, Reason.REPLACED, False)
        await self._tell(connection, done, ())
        return done

    async def kept(self, connection: Connection, pseudonym: str, verdict: Verdict) -> Resolution:
        """All under this pseudonym are one person, as they stand: the question is closed."""
        rows = await entries_under(connection, [pseudonym])
        if not rows:
            raise nobody()
        done = await self._noted(connection, "same", verdict, rows)
        await self._closed(connection, pseudonym, pseudonym, done)
        await self._tell(connection, done, ())
        return done

    async def reopened(self, connection: Connection, number: int, verdict: Verdict) -> Resolution:
        """What this decision closed, and moved nobody by, is asked again."""
        done = await self._noted(connection, "reopened", verdict, (), undoes=number)
        await connection.execute(_UNSETTLED, number)
        await connection.execute(_QUESTIONED, number, Reason.REPLACED, True)
        await connection.execute(_REOPEN, number)
        await self._tell(connection, done, ())
        return done

    async def _tell(self, connection: Connection, done: Resolution, moves: Sequence[Move]) -> None:
        if self._announce is not None:
            await self._announce(connection, done, moves)

    async def _closed(self, connection: Connection, one: str, other: str, done: Resolution) -> None:
        """Close the question about these two, in whichever order it was asked, and let it not be asked again."""
        found = [row["review"] for row in await connection.fetch(_PAIR, one, other)]
        await connection.execute(_CLOSE, found, done.number)
        if not found:
            await connection.execute(_CLOSED_PAIR, one, other, done.number)

    async def _noted(
        self,
        connection: Connection,
        kind: str,
        verdict: Verdict,
        rows: Sequence[Entry],
        *,
        undoes: int | None = None,
    ) -> Resolution:
        now, reason = self._clock(), verdict.reason.strip()
        entries = [row.enrolled.entry for row in rows]
        number = await connection.fetchval(_DECIDED, now, verdict.by, kind, reason, undoes)
        await connection.execute(_NOTED, number, entries, [row.enrolled.pseudonym for row in rows])
        if kind != "different":
            await connection.execute(_SETTLED, entries, not verdict.by_rule)
        return Resolution(number, now, verdict.by, kind, reason, undoes, None)


def new_pseudonym() -> str:
    """128 random bits as 32 hexadecimal digits; nobody guesses one."""
    return secrets.token_hex(16)


async def entries_under(connection: Connection, pseudonyms: Sequence[str]) -> list[Entry]:
    """The entries of all houses under these pseudonyms, oldest first."""
    return [
        Entry(
            Enrolled(row["entry"], row["site"], row["pseudonym"], row["enrolled_at"], row["insurance"] is not None),
            row["handle"],
            Encoding(row["bits"], tuple(row["keys"]), row["insurance"], tuple(row["given"])),
            row["questioned"],
            row["settled"],
            Encoding.from_bytes(row["before"]) if row["before"] else None,
        )
        for row in await connection.fetch(_ENROLLED, list(pseudonyms))
    ]


async def both_under(connection: Connection, one: str, other: str) -> list[Entry]:
    """The entries under two pseudonyms; NotFound when nobody has one of them."""
    rows = await entries_under(connection, [one, other])
    if {row.enrolled.pseudonym for row in rows} != {one, other}:
        raise nobody()
    return rows


def by_pseudonym(rows: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each pseudonym."""
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.enrolled.pseudonym, []).append(row)
    return found


def nobody() -> NotFound:
    """What to say of a pseudonym that nobody has."""
    return NotFound(
        "No house holds anybody under such a pseudonym (any more).",
        german="Unter diesem Pseudonym führt kein Haus (mehr) jemanden.",
    )


def _moves_apart(groups: Sequence[Sequence[Entry]], names: Sequence[str]) -> list[Move]:
    moves = []
    for group, name in zip(groups, names, strict=True):
        elsewhere = {row.site for one in groups if one is not group for row in one}
        shared = elsewhere & {row.site for row in group}
        moves += [_move(row, name, group, shared=shared, parted=True) for row in group]
    return moves


def _move(
    row: Entry,
    pseudonym: str,
    group: Iterable[Entry],
    *,
    joined: Iterable[str] = (),
    shared: Iterable[str] = (),
    parted: bool = False,
) -> Move:
    sites = tuple(site for site in _sites(group) if site != row.site)
    return Move(
        row.site, row.handle, row.enrolled.pseudonym, pseudonym, sites, tuple(sorted(joined)), tuple(sorted(shared)),
        parted,
    )  # fmt: skip


def _sites(rows: Iterable[Entry]) -> list[str]:
    return sorted({row.site for row in rows})
