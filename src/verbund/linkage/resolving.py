"""What people decide about doubts of the linkage: one person, two, or one that was taken for two; each can be undone.

Who belongs together changes in one transaction, in which the houses concerned are told as well. Whoever is parted gets
pseudonyms that nobody had before, on both sides: a house that has not heard of it yet then asks for somebody whom
nobody knows, and is shown nothing, rather than somebody else's record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verbund.config import Clock, utc_now
from verbund.database import Connection, Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.linkage.model import Encoding
from verbund.linkage.rules import Member, decide
from verbund.linkage.trust_centre import LOCK, Review, TrustCentre, new_pseudonym

LONGEST_REASON = 1_000
SHORTEST_REASON = 10

_ENROLLED = """
select entry, site, handle, pseudonym, bits, insurance, given, enrolled_at,
       array(select key from linkage_block b where b.entry = e.entry) as keys
from linkage_enrolment e where pseudonym = any($1::text[]) order by entry
"""
_DECIDED = """
insert into linkage_resolution (decided_at, decided_by, kind, reason, undoes) values ($1, $2, $3, $4, $5)
returning resolution
"""
_NOTED = "insert into linkage_resolved (resolution, entry, former) select $1, * from unnest($2::bigint[], $3::text[])"
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
_RESOLUTION = "select * from linkage_resolution where resolution = $1 for update"
_ENTRIES = """
select r.entry, r.former, e.pseudonym from linkage_resolved r join linkage_enrolment e using (entry)
where r.resolution = $1 order by r.entry
"""
_UNDONE = "select resolution from linkage_resolution where undoes = $1"
_LOG = """
select r.*, u.resolution as undone_by from linkage_resolution r
left join linkage_resolution u on u.undoes = r.resolution
where $2::bigint is null or r.resolution < $2 order by r.resolution desc limit $1
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
class Case:
    """An open question, and the patients of houses that stand under each of its two pseudonyms (which may be one)."""

    review: Review
    one: tuple[Enrolled, ...]
    other: tuple[Enrolled, ...]


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
    """Who decides, and why."""

    by: str
    reason: str

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
class _Row:
    enrolled: Enrolled
    handle: str
    encoding: Encoding

    @property
    def site(self) -> str:
        return self.enrolled.site


class Resolutions:
    """The desk of the trust centre's steward. No name is known here: the houses are asked who is meant."""

    def __init__(self, database: Database, centre: TrustCentre, announce: Announce, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._centre = centre
        self._announce = announce
        self._clock = clock

    async def cases(self, count: int = 50, before: int | None = None) -> tuple[Case, ...]:
        """Open questions, newest first; `before` is the number of the last one seen."""
        reviews = await self._centre.reviews(count, before)
        names = sorted({name for review in reviews for name in (review.pseudonym, review.candidate)})
        async with self._database.connection() as connection:
            known = _grouped(await _rows(connection, names))
        return tuple(Case(r, _told(known.get(r.pseudonym, ())), _told(known.get(r.candidate, ()))) for r in reviews)

    async def person(self, pseudonym: str) -> tuple[Enrolled, ...]:
        """The houses' patients under a pseudonym; NotFound when nobody has it."""
        async with self._database.connection() as connection:
            found = await _rows(connection, [pseudonym])
        if not found:
            raise _nobody()
        return _told(found)

    async def decided(self, count: int = 50, before: int | None = None) -> tuple[Resolution, ...]:
        """What was decided, newest first."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(_LOG, count, before)
        return tuple(
            Resolution(
                row["resolution"], row["decided_at"], row["decided_by"], row["kind"], row["reason"], row["undoes"],
                row["undone_by"],
            )
            for row in rows
        )  # fmt: skip

    async def same(self, one: str, other: str, verdict: Verdict) -> Resolution:
        """Both are one person: everybody under `other` is under `one` from now on."""
        if one == other:
            raise Incorrect("These are one pseudonym already.", german="Das ist bereits ein Pseudonym.")
        async with self._database.transaction() as connection:
            return await self._joined(connection, (one, other), verdict, None)

    async def different(self, one: str, other: str, verdict: Verdict) -> Resolution:
        """Both are two people: the question is closed. Under one pseudonym they are parted with `split` instead."""
        if one == other:
            raise Incorrect(
                "They stand under one pseudonym: say which of the houses' patients is the other person.",
                german="Beide stehen unter einem Pseudonym: Sagen Sie, welche Einträge die andere Person sind.",
            )
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            rows = await _both(connection, one, other)
            done = await self._noted(connection, "different", verdict, rows)
            await self._closed(connection, one, other, done)
            await self._announce(connection, done, ())
            return done

    async def split(self, pseudonym: str, entries: Iterable[int], verdict: Verdict) -> Resolution:
        """Under this pseudonym are two people; these entries are the one, all others the other."""
        chosen = set(entries)
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            rows = await _rows(connection, [pseudonym])
            if not rows:
                raise _nobody()
            apart = [row for row in rows if row.enrolled.entry in chosen]
            if len(apart) != len(chosen) or not apart or len(apart) == len(rows):
                raise Incorrect(
                    "Name some, and not all, of the entries under this pseudonym.",
                    german="Nennen Sie einige, aber nicht alle Einträge dieses Pseudonyms.",
                )
            rest = [row for row in rows if row.enrolled.entry not in chosen]
            return await self._parted(connection, (rest, apart), verdict, None)

    async def undo(self, number: int, verdict: Verdict) -> Resolution:
        """Take a decision back. Conflict when it was taken back before, or somebody was decided about anew since."""
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            row = await connection.fetchrow(_RESOLUTION, number)
            if row is None:
                raise NotFound("There is no such decision.", german="Diese Entscheidung gibt es nicht.")
            if await connection.fetchval(_UNDONE, number) is not None or row["kind"] == "reopened":
                raise Conflict("This was taken back before.", german="Das ist bereits zurückgenommen.")
            entries = await connection.fetch(_ENTRIES, number)
            if row["kind"] == "different":
                return await self._reopened(connection, number, verdict)
            sides = {entry["former"] if row["kind"] == "same" else entry["pseudonym"] for entry in entries}
            now = {entry["pseudonym"] for entry in entries}
            if len(sides) != 2 or len(now) != (1 if row["kind"] == "same" else 2):
                raise Conflict(
                    "Since then other patients came or went, or were decided about: decide anew.",
                    german="Seither kamen oder gingen Patienten, oder es wurde neu entschieden: Entscheiden Sie neu.",
                )
            if row["kind"] == "split":
                one, other = sorted(now)
                return await self._joined(connection, (one, other), verdict, number)
            former = {entry["entry"]: entry["former"] for entry in entries}
            groups = _as_before(await _rows(connection, sorted(now)), former)
            return await self._parted(connection, groups, verdict, number)

    async def _reopened(self, connection: Connection, number: int, verdict: Verdict) -> Resolution:
        done = await self._noted(connection, "reopened", verdict, (), undoes=number)
        await connection.execute(_REOPEN, number)
        await self._announce(connection, done, ())
        return done

    async def _joined(
        self, connection: Connection, pair: tuple[str, str], verdict: Verdict, undoes: int | None
    ) -> Resolution:
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        one, other = pair
        rows = await _both(connection, one, other)
        done = await self._noted(connection, "same", verdict, rows, undoes=undoes)
        await connection.execute(_RENAME, [r.enrolled.entry for r in rows], [one] * len(rows))
        await self._closed(connection, one, other, done)
        await self._closed(connection, one, one, done)
        await connection.execute(_INHERITED, other, one)
        await connection.execute(_GONE, other)
        sides = _grouped(rows)
        moves = [
            _move(row, one, rows, joined=_sites(sides[other if row.enrolled.pseudonym == one else one])) for row in rows
        ]
        await self._announce(connection, done, moves)
        return done

    async def _parted(
        self,
        connection: Connection,
        groups: Sequence[Sequence[_Row]],
        verdict: Verdict,
        undoes: int | None,
    ) -> Resolution:
        """Give each group a pseudonym that nobody had."""
        everybody = [row for group in groups for row in group]
        done = await self._noted(connection, "split", verdict, everybody, undoes=undoes)
        names = [new_pseudonym() for _ in groups]
        given = [(row, name) for group, name in zip(groups, names, strict=True) for row in group]
        await connection.execute(_RENAME, [r.enrolled.entry for r, _ in given], [name for _, name in given])
        for former in {row.enrolled.pseudonym for row in everybody}:
            await self._closed(connection, former, former, done)
            await connection.execute(_INHERITED, former, names[0])
            await connection.execute(_GONE, former)
        for name in names[1:]:
            await self._closed(connection, names[0], name, done)
        moves = []
        for group, name in zip(groups, names, strict=True):
            elsewhere = {row.site for row in everybody} & {
                row.site for one in groups if one is not group for row in one
            }
            moves += [_move(row, name, group, shared=elsewhere & {r.site for r in group}, parted=True) for row in group]
        await self._announce(connection, done, moves)
        return done

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
        rows: Sequence[_Row],
        *,
        undoes: int | None = None,
    ) -> Resolution:
        now, reason = self._clock(), verdict.reason.strip()
        number = await connection.fetchval(_DECIDED, now, verdict.by, kind, reason, undoes)
        await connection.execute(
            _NOTED, number, [row.enrolled.entry for row in rows], [row.enrolled.pseudonym for row in rows]
        )
        return Resolution(number, now, verdict.by, kind, reason, undoes, None)


def _as_before(rows: Sequence[_Row], former: Mapping[int, str]) -> Sequence[Sequence[_Row]]:
    """Those who were merged as they were before; who came since goes to whom they fit, or stands alone."""
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        if row.enrolled.entry in former:
            groups.setdefault(former[row.enrolled.entry], []).append(row)
    known = [Member(name, row.encoding) for name, group in groups.items() for row in group]
    for row in rows:
        if row.enrolled.entry not in former:
            fits = decide(row.encoding, known).pseudonym
            groups.setdefault(fits or f"alone {row.enrolled.entry}", []).append(row)
    return list(groups.values())


def _move(
    row: _Row,
    pseudonym: str,
    group: Iterable[_Row],
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


def _sites(rows: Iterable[_Row]) -> list[str]:
    return sorted({row.site for row in rows})


async def _rows(connection: Connection, pseudonyms: Sequence[str]) -> list[_Row]:
    return [
        _Row(
            Enrolled(row["entry"], row["site"], row["pseudonym"], row["enrolled_at"], row["insurance"] is not None),
            row["handle"],
            Encoding(row["bits"], tuple(row["keys"]), row["insurance"], tuple(row["given"])),
        )
        for row in await connection.fetch(_ENROLLED, list(pseudonyms))
    ]


async def _both(connection: Connection, one: str, other: str) -> list[_Row]:
    rows = await _rows(connection, [one, other])
    if {row.enrolled.pseudonym for row in rows} != {one, other}:
        raise _nobody()
    return rows


def _grouped(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.enrolled.pseudonym, []).append(row)
    return found


def _told(rows: Iterable[_Row]) -> tuple[Enrolled, ...]:
    return tuple(row.enrolled for row in rows)


def _nobody() -> NotFound:
    return NotFound(
        "No house holds anybody under such a pseudonym (any more).",
        german="Unter diesem Pseudonym führt kein Haus (mehr) jemanden.",
    )
