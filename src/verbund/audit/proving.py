"""Making the proof of one access from the rows, the tree and the signed heads."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from verbund.audit.archiving import Archive
from verbund.audit.evidence import Place
from verbund.audit.heads import Cosignature, SignedHead
from verbund.audit.proof import FORM, Row, commitments, row_rest
from verbund.audit.sealing import Found
from verbund.audit.tree import forget, tree_of
from verbund.crypto import PublicKeys, inclusion_proof, root_by_path
from verbund.database import Connection
from verbund.errors import Fault, NotFound, Unsupported, VerbundError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROW = """
select sequence, (extract(epoch from at) * 1000000)::bigint, patient, patients::text, sealed, form, leaf, chain
from audit_event where sequence = $1
"""
_COSIGNED = """
select h.size, h.root, h.at, h.signature
from audit_head h where h.size >= $1 and exists (select from audit_cosignature c where c.size = h.size)
order by h.size limit 1
"""
_COSIGNATURES = "select site, size, root, at, keys, signature from audit_cosignature where size = $1 order by site"
_KEEP = """
insert into audit_cosignature (site, size, root, at, keys, signature) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
_LAST = "select size from audit_cosignature where site = $1 order by size desc limit 1"
_ALL = "select site, size, root, at, keys, signature from audit_cosignature"


class Proven(NamedTuple):
    """A row that tells of a patient, and where the patient's statements stand in it."""

    row: Found
    at: Place
    leaf: bytes


def found_in(row: Row, patient: int) -> Found | None:
    """A row as the patient with this hash finds it; None where it tells of others."""
    at = _EPOCH + timedelta(microseconds=row.micros or 0)
    if row.patients is None:
        return Found(at, None, row.sealed, row.form) if row.patient == patient else None
    among = [int(one) for one in row.patients.strip("{}").split(",")]
    return Found(at, among.index(patient), row.sealed, row.form) if patient in among else None


async def row_of(connection: Connection, archive: Archive, patient: int, sequence: int) -> Proven:
    """The row of an event that tells of a patient; NotFound where it tells of others or is not here.

    Unsupported for one that a former version wrote: it has no commitments, and could be shown only with a data key.
    """
    record = await connection.fetchrow(_ROW, sequence)
    row = Row(*record) if record is not None else (await archive.rows(connection, [sequence])).get(sequence)
    found = None if row is None else found_in(row, patient)
    if row is None or found is None:
        raise NotFound("There is no such event about this patient.", german="Diesen Eintrag gibt es hier nicht.")
    if found.form != FORM:
        raise Unsupported(
            "This event was logged by an earlier version, which made no proofs of single events.",
            german="Dieser Eintrag stammt aus einer früheren Version, die noch keine Einzelnachweise anlegte.",
        )
    rest = row_rest(row.patient, row.patients, row.sealed)
    parts = commitments(row.sealed)[1] if found.place is not None else []
    path = inclusion_proof(parts, found.place) if found.place is not None else ()
    return Proven(found, Place(sequence, row.micros or 0, rest, found.place, len(parts), path), row.leaf)


async def path_of(connection: Connection, sequence: int, leaf: bytes, head: SignedHead) -> Sequence[bytes]:
    """The way from an event's leaf to a signed root; Fault where there is none: then the log was changed."""
    for again in (True, False):
        path = (await tree_of(connection, head.size, (sequence - 1,))).inclusion(sequence - 1)
        if root_by_path(leaf, sequence - 1, head.size, path) == head.root:
            return path
        if again:
            await forget(connection)
    raise Fault("The log does not lead to the head that was signed over it. Run `verbund audit verify`.")


async def consistency_of(connection: Connection, first: int, head: SignedHead) -> Sequence[bytes]:
    """That the log of `first` events is the beginning of that of a head (RFC 9162, section 2.1.4.1)."""
    tree = await tree_of(connection, head.size, (first - 1, first))
    if tree.root(0, head.size) != head.root:
        await forget(connection)
        tree = await tree_of(connection, head.size, (first - 1, first))
    return tree.consistency(first)


async def cosigned_head(connection: Connection, sequence: int) -> SignedHead | None:
    """The first head over an event that another site has signed too."""
    row = await connection.fetchrow(_COSIGNED, sequence)
    return None if row is None else SignedHead(*row)


async def cosignatures_of(connection: Connection, log: str, head: SignedHead) -> list[Cosignature]:
    """Who signed a head too; what does not hold is left out, and `verbund audit verify` names it."""
    found = [_cosignature(log, *row) for row in await connection.fetch(_COSIGNATURES, head.size)]
    return [one for one in found if one is not None and one.root == head.root]


async def all_cosignatures(connection: Connection, log: str) -> list[tuple[str, int, Cosignature | None]]:
    """All that were kept, with site and size; None in the place of one that does not hold."""
    return [(row[0], row[1], _cosignature(log, *row)) for row in await connection.fetch(_ALL)]


async def keep_cosignature(connection: Connection, one: Cosignature) -> None:
    """Keep another site's signature."""
    keys = msgspec.json.encode(one.keys.to_dict()).decode()
    await connection.execute(_KEEP, one.site, one.size, one.root, one.at, keys, one.signature)


async def last_cosigned(connection: Connection, site: str) -> int:
    """The size of the last head that a site signed; 0 where it signed none."""
    return await connection.fetchval(_LAST, site) or 0


def _cosignature(log: str, *row: Any) -> Cosignature | None:  # noqa: ANN401 - the columns, as they were kept
    """The signature as it was kept; None for one that does not hold, whatever was done to it."""
    site, size, root, at, keys, signature = row
    try:
        public = PublicKeys.from_dict(msgspec.json.decode(keys, type=dict[str, dict[str, str]]))
    except (msgspec.DecodeError, VerbundError, ValueError, KeyError):
        return None
    one = Cosignature(site, log, size, root, at, public, signature)
    return one if one.holds() else None
