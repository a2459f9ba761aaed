"""What people decide about doubts of the linkage: one person, two, or one that was taken for two; each can be undone.

Who belongs together changes in one transaction, in which the houses concerned are told as well (see `regrouping`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from verbund.config import Clock, utc_now
from verbund.database import Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.linkage.regrouping import (
    Announce,
    Enrolled,
    Entry,
    Regrouping,
    Resolution,
    Verdict,
    by_pseudonym,
    entries_under,
    nobody,
)
from verbund.linkage.rules import decide
from verbund.linkage.trust_centre import LOCK, Review, TrustCentre

_RESOLUTION = "select * from linkage_resolution where resolution = $1 for update"
_ENTRIES = """
select r.entry, r.former, e.pseudonym from linkage_resolved r join linkage_enrolment e using (entry)
where r.resolution = $1 order by r.entry
"""
_UNDONE = "select resolution from linkage_resolution where undoes = $1"
_KEPT = "select bool_and(pseudonym = candidate) from linkage_review where resolution = $1"
_LOG = """
select r.*, u.resolution as undone_by from linkage_resolution r
left join linkage_resolution u on u.undoes = r.resolution
where $2::bigint is null or r.resolution < $2 order by r.resolution desc limit $1
"""


@dataclass(frozen=True, slots=True)
class Case:
    """An open question, and the patients of houses that stand under each of its two pseudonyms (which may be one)."""

    review: Review
    one: tuple[Enrolled, ...]
    other: tuple[Enrolled, ...]


class Resolutions:
    """The desk of the trust centre's steward. No name is known here: the houses are asked who is meant."""

    def __init__(self, database: Database, centre: TrustCentre, announce: Announce, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._centre = centre
        self._regrouping = Regrouping(announce, clock)

    async def cases(self, count: int = 50, before: int | None = None) -> tuple[Case, ...]:
        """Open questions, newest first; `before` is the number of the last one seen."""
        reviews = await self._centre.reviews(count, before)
        names = sorted({name for review in reviews for name in (review.pseudonym, review.candidate)})
        async with self._database.connection() as connection:
            known = by_pseudonym(await entries_under(connection, names))
        return tuple(Case(r, _told(known.get(r.pseudonym, ())), _told(known.get(r.candidate, ()))) for r in reviews)

    async def person(self, pseudonym: str) -> tuple[Enrolled, ...]:
        """The houses' patients under a pseudonym; NotFound when nobody has it."""
        async with self._database.connection() as connection:
            found = await entries_under(connection, [pseudonym])
        if not found:
            raise nobody()
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
        """Both are one person: everybody under `other` is under `one` from now on.

        Where both are one pseudonym, the question about it is closed, and its entries stay together.
        """
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            if one == other:
                return await self._regrouping.kept(connection, one, verdict)
            return await self._regrouping.joined(connection, (one, other), verdict)

    async def different(self, one: str, other: str, verdict: Verdict) -> Resolution:
        """Both are two people: the question is closed. Under one pseudonym they are parted with `split` instead."""
        if one == other:
            raise Incorrect(
                "They stand under one pseudonym: say which of the houses' patients is the other person.",
                german="Beide stehen unter einem Pseudonym: Sagen Sie, welche Einträge die andere Person sind.",
            )
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            return await self._regrouping.apart(connection, (one, other), verdict)

    async def split(self, pseudonym: str, entries: Iterable[int], verdict: Verdict) -> Resolution:
        """Under this pseudonym are two people; these entries are the one, all others the other."""
        chosen = set(entries)
        async with self._database.transaction() as connection:
            await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
            rows = await entries_under(connection, [pseudonym])
            if not rows:
                raise nobody()
            apart = [row for row in rows if row.enrolled.entry in chosen]
            if len(apart) != len(chosen) or not apart or len(apart) == len(rows):
                raise Incorrect(
                    "Name some, and not all, of the entries under this pseudonym.",
                    german="Nennen Sie einige, aber nicht alle Einträge dieses Pseudonyms.",
                )
            rest = [row for row in rows if row.enrolled.entry not in chosen]
            done, _ = await self._regrouping.parted(connection, (rest, apart), verdict)
            return done

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
            if row["kind"] == "different" or (row["kind"] == "same" and await connection.fetchval(_KEPT, number)):
                return await self._regrouping.reopened(connection, number, verdict)
            sides = {entry["former"] if row["kind"] == "same" else entry["pseudonym"] for entry in entries}
            now = {entry["pseudonym"] for entry in entries}
            if len(sides) != 2 or len(now) != (1 if row["kind"] == "same" else 2):
                raise Conflict(
                    "Since then other patients came or went, or were decided about: decide anew.",
                    german="Seither kamen oder gingen Patienten, oder es wurde neu entschieden: Entscheiden Sie neu.",
                )
            if row["kind"] == "split":
                one, other = sorted(now)
                return await self._regrouping.joined(connection, (one, other), verdict, number)
            former = {entry["entry"]: entry["former"] for entry in entries}
            groups = _as_before(await entries_under(connection, sorted(now)), former)
            done, _ = await self._regrouping.parted(connection, groups, verdict, number)
            return done


def _as_before(rows: Sequence[Entry], former: Mapping[int, str]) -> Sequence[Sequence[Entry]]:
    """Those who were merged as they were before; who came since goes to whom they fit, or stands alone."""
    groups: dict[str, list[Entry]] = {}
    for row in rows:
        if row.enrolled.entry in former:
            groups.setdefault(former[row.enrolled.entry], []).append(row)
    known = [row.member(name) for name, group in groups.items() for row in group]
    for row in rows:
        if row.enrolled.entry not in former:
            fits = decide(row.encoding, known).pseudonym
            groups.setdefault(fits or f"alone {row.enrolled.entry}", []).append(row)
    return list(groups.values())


def _told(rows: Iterable[Entry]) -> tuple[Enrolled, ...]:
    return tuple(row.enrolled for row in rows)
