"""Records that the house knows to be of one person: what was refused under one of them holds for all.

FHIR R4 says by Patient.link, whatever its type, that another record is of the same person. A refusal counts in the
other records from when that became known: so nothing is seen that one of them closed, and what the person says later
decides. Permissions stay with the record under which they were given. Without the link nothing crosses any more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from verbund.consent.model import CareConsent
from verbund.consent.research import ResearchConsent
from verbund.database import Connection, Database
from verbund.fhir import decode, parse_search
from verbund.fhir.extraction import patient_id
from verbund.store import EVERYTHING, Written

if TYPE_CHECKING:
    from verbund.store import Store

Pair = tuple[int, int]

_UNLINK = """
delete from consent_link l
where l.patient = any($1::bigint[]) and not exists (
    select from unnest($2::bigint[], $3::bigint[]) n (patient, other)
    where n.patient = l.patient and n.other = l.other)
returning l.patient, l.other
"""
_LINK = """
insert into consent_link (patient, other, since)
select * from unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) on conflict do nothing
returning patient, other
"""
# Who is one person with whom: links lead both ways, and on. Since when is known what the last link on the way told.
_SAME = """
with recursive same (patient, other, since) as (
    select p, p, '-infinity'::timestamptz from unnest($1::bigint[]) p
    union
    select s.patient, l.other, greatest(s.since, l.since)
    from same s
    join (select patient, other, since from consent_link union all select other, patient, since from consent_link) l
      on l.patient = s.other
)
select patient, other, min(since) as since from same where other <> patient group by 1, 2
"""
_FORGET = "delete from consent_link where patient = any($1::bigint[]) or other = any($1::bigint[])"
_STANDING = "select complete from consent_links_standing for update"
_STANDS = "update consent_links_standing set complete = true"


def links_of(resource: Any) -> frozenset[str]:  # noqa: ANN401 - a generated Patient
    """The ids of the patients of this node to whom a Patient is linked."""
    named = (link.other.reference for link in resource.link if link.other is not None)
    found = (patient_id(reference) for reference in named if reference is not None)
    return frozenset(one for one in found if one is not None and one != resource.id)


def refused_elsewhere(consents: Iterable[CareConsent], since: datetime) -> list[CareConsent]:
    """What was said under another record of the person, as it counts in this one."""
    return [replace(one, stated=max(one.stated, since), elsewhere=True) for one in consents]


def research_refused_elsewhere(consents: Iterable[ResearchConsent], since: datetime) -> list[ResearchConsent]:
    """The same of consents to research: what they refuse alone."""
    return [
        replace(
            one,
            stated=max(one.stated, since),
            statements=tuple(said for said in one.statements if not said.permit),
        )
        for one in consents
    ]


@dataclass(frozen=True, slots=True)
class Links:
    """The table of links, kept in the transaction of the write; `key_of` hashes the id of a patient."""

    key_of: Callable[[str], int]

    async def note(self, connection: Connection, written: Sequence[Written]) -> set[int]:
        """Take down what Patients say now; those of whom consents must be weighed again.

        A deleted Patient stays linked: who was merged and then removed has not changed their mind.
        """
        said = {one.id: one for one in written if one.type == "Patient" and one.resource is not None}
        pairs = [
            (self.key_of(one.id), self.key_of(other), one.updated)
            for one in said.values()
            for other in sorted(links_of(one.resource))
        ]
        before = [self.key_of(one.id) for one in said.values() if one.status == "updated"]
        return await self._changed(connection, before, pairs)

    async def _changed(
        self, connection: Connection, before: Sequence[int], pairs: Sequence[tuple[int, int, datetime]]
    ) -> set[int]:
        changed: list[Any] = []
        if before:
            named = [one[0] for one in pairs], [one[1] for one in pairs]
            changed += await connection.fetch(_UNLINK, before, *named)
        if pairs:
            changed += await connection.fetch(_LINK, *map(list, zip(*pairs, strict=True)))
        return await self.joined(connection, {row[name] for row in changed for name in ("patient", "other")})

    async def joined(self, connection: Connection, patients: set[int]) -> set[int]:
        """These patients and all who are one person with one of them."""
        same = await self.same(connection, patients)
        return patients | {other for others in same.values() for other in others}

    async def same(self, connection: Connection, patients: Iterable[int]) -> Mapping[int, dict[int, datetime]]:
        """For each of these who is known under other records too: which, and since when that is known."""
        asked = sorted(patients)
        found: dict[int, dict[int, datetime]] = {}
        for row in await connection.fetch(_SAME, asked) if asked else ():
            found.setdefault(row["patient"], {})[row["other"]] = row["since"]
        return found

    async def forget(self, connection: Connection, patient: int) -> None:
        """Remove a patient (by hash) from the table."""
        await connection.execute(_FORGET, [patient])

    async def complete(self, database: Database, store: "Store") -> set[int]:
        """Take in what was written before there was the table, once for a database; of whom to weigh consents again."""
        async with database.transaction() as connection:
            if await connection.fetchval(_STANDING):
                return set()
            pairs: list[tuple[int, int, datetime]] = []
            query, cursor = parse_search("Patient", [("link:missing", "false"), ("_count", "1000")]), None
            while True:
                page = await store.search(query, within=EVERYTHING, cursor=cursor)
                pairs += [
                    (self.key_of(one.id), self.key_of(other), one.updated)
                    for one in page.matches
                    for other in sorted(links_of(decode(one.body)))
                ]
                cursor = page.next_cursor
                if cursor is None:
                    break
            touched = await self._changed(connection, (), pairs)
            await connection.execute(_STANDS)
            return touched
