"""What a bulk load is given and what becomes of it on the way: plain data that goes from process to process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from verbund import errors
from verbund.errors import Incorrect, Issue, VerbundError
from verbund.fhir.parameters import Added

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Resources that are each written under their own id, on their own: some lines or entries of one document.

    A piece's place is its document with `unit` and number (`line 7`), or what `sources` says. `names` are the entries
    of the document by their full URL, for references (`urn:uuid:…` to `Type/id`). `addresses`, where given, are type
    and id under which each piece must be written; otherwise both are read from the piece. Pieces of white space are
    passed over.
    """

    raws: Sequence[bytes] = field(repr=False)
    document: str = ""
    unit: str = ""
    numbers: Sequence[int] = ()
    sources: Sequence[str | None] = ()
    full_urls: Sequence[str | None] = ()
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    addresses: Sequence[tuple[str, str]] = ()

    def source(self, index: int) -> str | None:
        """Where a piece came from, for whoever must mend it."""
        if self.sources:
            return self.sources[index]
        return f"{self.document} {self.unit} {self.numbers[index]}" if self.numbers else self.document or None

    def only(self, indexes: Sequence[int]) -> "Chunk":
        """The same with some of its pieces."""

        def some(values: Sequence[_T]) -> Sequence[_T]:
            return [values[index] for index in indexes] if values else values

        return replace(
            self,
            raws=some(self.raws),
            numbers=some(self.numbers),
            sources=some(self.sources),
            full_urls=some(self.full_urls),
            addresses=some(self.addresses),
        )


class Problem(msgspec.Struct, frozen=True):
    """An error as it travels between processes."""

    kind: str
    text: str
    issues: tuple[Issue, ...] = ()

    @classmethod
    def of(cls, error: VerbundError) -> "Problem":
        """What an error says."""
        return cls(type(error).__name__, error.text, error.issues)

    def error(self) -> VerbundError:
        """The error again."""
        kind = getattr(errors, self.kind, Incorrect)
        made: VerbundError = kind(self.text, issues=self.issues)
        return made


class Wanted(msgspec.Struct, frozen=True):
    """Conditional references of a chunk whose meaning must be found before it can be looked at."""

    texts: list[str]


class Followed(msgspec.Struct, frozen=True):
    """A resource that a projection follows, by its place among the drafts."""

    place: int
    type: str
    id: str
    patient: int | None
    category: int
    body: bytes


class Analysis(msgspec.Struct):
    """What a chunk holds: its valid resources in columns, and what is wrong with the others.

    `hashes` and `digests` are 16 bytes a resource; `indexes` their places in the chunk, `types` their type numbers,
    `patients` the hashes of their patients. `later` are pieces that write a resource of this chunk once more.
    `attached` are the places of those of which only what they are about tells the patient. `targets` are references met
    for the first time: hash of the target, its type, the place in the chunk. `read` counts what was read by type.
    """

    hashes: bytes = b""
    digests: bytes = b""
    indexes: list[int] = []
    types: list[int] = []
    patients: list[int | None] = []
    refused: list[tuple[int, Problem]] = []
    later: list[int] = []
    followed: list[Followed] = []
    attached: list[int] = []
    targets: list[tuple[bytes, str, int]] = []
    units: list[str] = []
    read: dict[str, int] = {}

    def ids(self) -> list[bytes]:
        """The hashes of type and id, one for each resource."""
        return [self.hashes[start : start + 16] for start in range(0, len(self.hashes), 16)]

    def digest(self, place: int) -> bytes:
        """The keyed hash of a resource's content."""
        return self.digests[place * 16 : place * 16 + 16]


class Order(msgspec.Struct, frozen=True):
    """What to pack of a chunk: drafts by place, each with its row number, sealed under these keys.

    `dictionaries` are the numbers of those to use, by type number, and `given` the bytes of those not given before; so
    are `known` the number of changes to the search parameters, and `added` those that are not of the standard.
    """

    places: list[int]
    rows: list[int]
    moment: int
    keys: dict[int, bytes]
    dictionaries: dict[int, int] = {}
    given: dict[int, bytes | None] = {}
    known: int = 0
    added: tuple[Added, ...] | None = None


class Packed(msgspec.Struct, frozen=True):
    """Rows in PostgreSQL's binary COPY format, table by table, complete with header and trailer; empty for none.

    `plain` and `sealed` are the bytes of the bodies before and after.
    """

    resource: bytes
    fact: bytes
    date_value: bytes
    quantity_value: bytes
    plain: int = 0
    sealed: int = 0
