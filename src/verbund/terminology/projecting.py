"""CodeSystem, ValueSet and ConceptMap resources become usable in the transaction that writes them."""

from collections.abc import Sequence

import msgspec

from verbund.database import Connection
from verbund.store import Written
from verbund.terminology import resources
from verbund.terminology.model import ConceptMap, Head
from verbund.terminology.structure import canonical
from verbund.terminology.wire import HEAD
from verbund.terminology.writing import Origin, changed, declared, forget_system, replace_system

KINDS = frozenset({"CodeSystem", "ValueSet", "ConceptMap"})
# What says nothing of its concepts itself is no code system to be asked.
_WITH_CONCEPTS = frozenset({"complete", "fragment", "example"})
_FORGET = "delete from terminology_definition where kind = $1 and resource = $2"
_FORGET_FILE = "delete from terminology_definition where kind = $1 and url = $2 and version = $3 and source = 'file'"
_KEEP = """
insert into terminology_definition (kind, url, version, source, resource, status, body)
values ($1, $2, $3, $4, $5, $6, $7) returning id
"""
_LINES = (
    *("map", "position", "source_system", "source_code", "target_system", "target_code"),
    *("equivalence", "target_display", "comment"),
)


class TerminologyProjection:
    """Keeps the tables of terminologies in step with the resources; a `Projection` of the store.

    Invalid, and nothing is written, for a code system that names a code twice or whose hierarchy goes in circles.
    """

    # The resource types that the store must tell of.
    types = KINDS

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Take over what was written of the three types."""
        for one in {(w.type, w.id): w for w in written if w.type in KINDS}.values():
            if one.status == "deleted":
                await forget(connection, one.type, one.id)
            elif one.status in {"created", "updated"}:
                raw = one.body or msgspec.json.encode(one.resource)
                await take(connection, one.type, raw, Origin(one.id))


async def forget(connection: Connection, kind: str, identity: str) -> None:
    """Remove what a resource gave."""
    if kind == "CodeSystem":
        await forget_system(connection, Head(""), Origin(identity))
    else:
        await connection.execute(_FORGET, kind, identity)
        await changed(connection)


async def take(connection: Connection, kind: str, raw: bytes, origin: Origin) -> int:
    """Take over a resource in place of what its origin gave before; how many concepts or lines it has."""
    if kind == "CodeSystem":
        return await _code_system(connection, raw, origin)
    if kind == "ConceptMap":
        return await _concept_map(connection, raw, origin)
    found = resources.value_set(raw)
    await _keep(connection, kind, (found.url, found.version, found.status), raw, origin)
    return 0


async def _code_system(connection: Connection, raw: bytes, origin: Origin) -> int:
    url = HEAD.decode(raw).url
    if url is None:
        await forget_system(connection, Head(""), origin)
        return 0
    head, concepts = resources.code_system(raw)
    if head.content not in _WITH_CONCEPTS:
        await forget_system(connection, head, origin)
        return 0
    return await replace_system(connection, declared(head, concepts), concepts, origin)


async def _concept_map(connection: Connection, raw: bytes, origin: Origin) -> int:
    if HEAD.decode(raw).url is None:
        await connection.execute(_FORGET, "ConceptMap", origin.resource)
        return 0
    found = resources.concept_map(raw)
    number = await _keep(connection, "ConceptMap", (found.url, found.version, found.status), raw, origin)
    await connection.copy_records_to_table("terminology_mapping", records=_rows(number, found), columns=_LINES)
    return len(found.lines)


def _rows(number: int, found: ConceptMap) -> list[tuple[object, ...]]:
    return [
        (
            number,
            position,
            line.source_system,
            line.source_code,
            line.target_system,
            line.target_code,
            line.equivalence,
            line.target_display,
            line.comment,
        )
        for position, line in enumerate(found.lines)
    ]


async def _keep(
    connection: Connection, kind: str, named: tuple[str, str | None, str], raw: bytes, origin: Origin
) -> int:
    url, version, status = named
    if origin.resource is None:
        await connection.execute(_FORGET_FILE, kind, url, version or "")
    else:
        await connection.execute(_FORGET, kind, origin.resource)
    await changed(connection)
    values = (kind, canonical(url), version or "", origin.source, origin.resource, status, raw)
    return int(await connection.fetchval(_KEEP, *values))
