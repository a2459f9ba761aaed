"""What enrolling and correcting share: reading who may be meant, and keeping blocks and questions."""

from collections.abc import Sequence

from verbund.database import Connection
from verbund.linkage.model import Encoding
from verbund.linkage.rules import Doubt, Member

# Arrays, not joins: each step is an index scan whatever the statistics say, also right after a million enrolments.
_NEAR = """
select e.entry, e.pseudonym, e.bits, e.insurance, e.given, e.questioned, e.settled,
       array(select key from linkage_block b where b.entry = e.entry) as keys
from linkage_enrolment e where e.pseudonym = any(array(
    select pseudonym from linkage_enrolment
    where entry = any(array(select entry from linkage_block where key = any($1::bigint[])))
    union
    select pseudonym from linkage_enrolment where insurance = any($2::bytea[])
))
"""
_BLOCKS = "insert into linkage_block (entry, key) select * from unnest($1::bigint[], $2::bigint[])"
_REVIEW = """
insert into linkage_review (pseudonym, candidate, similarity, reason)
select * from unnest($1::text[], $2::text[], $3::real[], $4::text[]) on conflict do nothing
"""
_REVIEW_ANEW = """
insert into linkage_review (pseudonym, candidate, similarity, reason)
select * from unnest($1::text[], $2::text[], $3::real[], $4::text[])
on conflict (pseudonym, candidate) do update set
    noted_at = now(), similarity = excluded.similarity, reason = excluded.reason, resolution = null
where linkage_review.resolution is not null
"""


async def near(connection: Connection, people: Sequence[Encoding], without: int | None = None) -> list[Member]:
    """All entries, but the one, of every pseudonym that may be one of these people's."""
    keys = sorted({key for person in people for key in person.blocks})
    numbers = sorted({person.insurance for person in people if person.insurance is not None})
    rows = await connection.fetch(_NEAR, keys, numbers)
    return [
        Member(
            row["pseudonym"],
            Encoding(row["bits"], tuple(row["keys"]), row["insurance"], tuple(row["given"])),
            row["questioned"],
            row["settled"],
        )
        for row in rows
        if row["entry"] != without
    ]


async def keep_blocks(connection: Connection, people: Sequence[tuple[int, Encoding]]) -> None:
    """Let these entries be found by what they share with others."""
    pairs = [(entry, key) for entry, encoding in people for key in set(encoding.blocks)]
    await connection.execute(_BLOCKS, [entry for entry, _ in pairs], [key for _, key in pairs])


async def keep_doubts(connection: Connection, doubts: Sequence[tuple[str, Doubt]], *, anew: bool = False) -> None:
    """Ask about these pseudonyms; what was decided before is not asked again, unless `anew`."""
    if doubts:
        await connection.execute(
            _REVIEW_ANEW if anew else _REVIEW,
            [pseudonym for pseudonym, _ in doubts],
            [doubt.pseudonym for _, doubt in doubts],
            [doubt.similarity for _, doubt in doubts],
            [doubt.reason for _, doubt in doubts],
        )
