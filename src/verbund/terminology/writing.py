"""Writing a code system into the database, whole: what was there under its name gives way in the same transaction."""

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Protocol

import asyncpg
import msgspec

from verbund.database import Connection
from verbund.errors import Invalid
from verbund.terminology.conditions import search_text
from verbund.terminology.hierarchy import Numbering, numbered
from verbund.terminology.model import Concept, Head

COLUMNS = (
    *("system", "number", "code", "key", "display", "definition", "parents", "below", "inactive", "abstract"),
    *("properties", "designations", "search"),
)
AT_ONCE = 5_000
# Until so many concepts they wait in memory, beyond that in a file.
SPOOL_BYTES = 8 * 2**20
# Of longer texts only the beginning is looked at by filters.
LONGEST_SEARCH = 20_000
_NEW = """
insert into terminology_system (url, version, source, head, concepts) values ($1, $2, 'new', $3, 0) returning id
"""
_OLD_FILE = "select id from terminology_system where source = 'file' and url = $1 and version = $2 for update"
_OLD_RESOURCE = "select id from terminology_system where resource = $1 for update"
_FORGET = """
update terminology_system set source = 'gone', resource = null, gone_at = now() where id = any($1::int[])
"""
_WORDS = """
insert into terminology_word
select $1, w.word, array_agg(c.number order by c.number)
from terminology_concept c cross join lateral (select distinct unnest(string_to_array(c.search, ' '))) w (word)
where c.system = $1 and w.word <> ''
group by w.word
"""
# Whoever has begun to ask an old version may go on for so long; then its room is given back.
_PURGE = """
with old as (
 delete from terminology_system where source = 'gone' and gone_at < now() - interval '5 minutes' returning id
), words as (
 delete from terminology_word where system in (select id from old)
)
delete from terminology_concept where system in (select id from old)
"""
_CHANGED = "update terminology_generation set number = number + 1"
_DONE = "update terminology_system set source = $2, resource = $3, concepts = $4 where id = $1"


class Progress(Protocol):
    """Somebody who is told how many more concepts were taken."""

    def __call__(self, number: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """How a code system came: from a file, or as the resource of this id."""

    resource: str | None = None

    @property
    def source(self) -> str:
        """As the table has it."""
        return "file" if self.resource is None else "resource"


class _Spool:
    """Concepts that wait until their numbers are known, in memory or in a file; their hierarchy is kept."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed by `close`
        self._encoder, self._decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[Concept])
        self.places: dict[str, int] = {}
        self._parents: list[Sequence[str]] = []

    def take(self, concepts: Sequence[Concept]) -> None:
        """Take some more; Invalid for a code that was there before."""
        for concept in concepts:
            key = self._head.key(concept.code)
            if self.places.setdefault(key, len(self._parents)) != len(self._parents):
                raise Invalid(f"The code {concept.code} is there twice in {self._head.called}. Leave one out.")
            self._parents.append(concept.parents)
        packed = self._encoder.encode(concepts)
        self._file.write(len(packed).to_bytes(4, "big") + packed)

    def numbering(self) -> Numbering:
        """Numbers for all; a parent that is not there counts as none."""
        known = self.places
        parents = []
        for names in self._parents:
            found = (known.get(self._head.key(name)) for name in names)
            parents.append(array("i", dict.fromkeys(place for place in found if place is not None)))
        self._parents = []
        return numbered(list(known), parents)

    def __iter__(self) -> Iterator[Concept]:
        self._file.seek(0)
        while size := self._file.read(4):
            yield from self._decoder.decode(self._file.read(int.from_bytes(size, "big")))

    def close(self) -> None:
        """Give its room back."""
        self._file.close()


async def replace_system(
    connection: Connection, head: Head, concepts: Iterable[Concept], origin: Origin, progress: Progress | None = None
) -> int:
    """Write a version of a code system in place of what its origin gave before; how many concepts it has.

    Within the caller's transaction: until it ends, everybody sees the old one. Concepts are read once and as a stream.
    Invalid where a code is there twice or the hierarchy goes in circles.
    """
    spool = _Spool(head)
    try:
        for some in _batched(concepts):
            spool.take(some)
            if progress is not None:
                progress(len(some))
        numbering = spool.numbering()
        number = await connection.fetchval(_NEW, head.url, head.version or "", msgspec.json.encode(head).decode())
        rows = _rows(number, head, spool, numbering)
        while some_rows := list(_first(rows, AT_ONCE)):
            await connection.copy_records_to_table("terminology_concept", records=some_rows, columns=COLUMNS)
        await connection.execute(_WORDS, number)
        # What others wait for is changed at the end, so that they wait for a moment, not for the whole load.
        await forget_system(connection, head, origin)
        await connection.execute(_DONE, number, origin.source, origin.resource, len(spool.places))
        await changed(connection)
        return len(spool.places)
    finally:
        spool.close()


async def forget_system(connection: Connection, head: Head, origin: Origin) -> None:
    """Remove what its origin gave before."""
    if origin.resource is None:
        rows = await connection.fetch(_OLD_FILE, head.url, head.version or "")
    else:
        rows = await connection.fetch(_OLD_RESOURCE, origin.resource)
    if rows:
        await connection.execute(_FORGET, [row["id"] for row in rows])
        await connection.execute(_PURGE)
        await changed(connection)


async def changed(connection: Connection) -> None:
    """Tell every process, when the transaction ends, that what it has in memory is out of date."""
    await connection.execute(_CHANGED)


def _batched(concepts: Iterable[Concept]) -> Iterator[list[Concept]]:
    source = iter(concepts)
    while some := list(_first(source, AT_ONCE)):
        yield some


def _first(source: Iterator[Any], most: int) -> Iterator[Any]:
    for _, one in zip(range(most), source, strict=False):
        yield one


def _rows(system: int, head: Head, spool: _Spool, numbering: Numbering) -> Iterator[tuple[Any, ...]]:
    for place, concept in enumerate(spool):
        ranges = numbering.below.get(place)
        found = (spool.places.get(head.key(parent)) for parent in concept.parents)
        yield (
            system,
            numbering.numbers[place],
            concept.code,
            head.key(concept.code),
            concept.display,
            concept.definition,
            list(dict.fromkeys(numbering.numbers[place] for place in found if place is not None)),
            None if ranges is None else [asyncpg.Range(*one) for one in ranges],
            concept.inactive,
            concept.abstract,
            _properties(concept),
            msgspec.json.encode(concept.designations).decode() if concept.designations else None,
            search_text(concept)[:LONGEST_SEARCH],
        )


def _properties(concept: Concept) -> str | None:
    if not concept.properties:
        return None
    found: dict[str, list[str]] = {}
    for one in concept.properties:
        found.setdefault(one.code, []).append(one.value)
    return msgspec.json.encode(found).decode()


def declared(head: Head, concepts: Iterable[Concept]) -> Head:
    """The head with the kinds of all properties that its concepts have."""
    kinds = dict(head.properties)
    for concept in concepts:
        for one in concept.properties:
            kinds.setdefault(one.code, one.kind)
    return replace(head, properties=kinds)
