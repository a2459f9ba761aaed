"""What the store takes and gives: writes in units, stored versions, pages. All frozen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from verbund.database import Connection
from verbund.fhir import Resource, SearchQuery
from verbund.store.rowfilter import EVERYTHING, RowFilter

Verb = Literal["create", "update", "patch", "delete"]
Status = Literal["created", "updated", "unchanged", "deleted", "found", "absent"]


class Stored(msgspec.Struct, frozen=True, gc=False):
    """One version of a resource as it lies in the store.

    `body` is its JSON, empty when this version is a deletion. `patient` is the hash of the patient whose compartment it
    belongs to (None for none), `category` the bit mask that the node's classifier gave it, `date` its primary clinical
    date.
    """

    type: str
    id: str
    version: int
    updated: datetime
    deleted: bool
    body: bytes
    patient: int | None
    category: int
    date: datetime | None

    def __repr__(self) -> str:
        return f"Stored({self.type}/{self.id}, version {self.version}, {len(self.body)} bytes)"


class Write(msgspec.Struct, frozen=True, gc=False):
    """One change that a unit asks for.

    `create` gives a new id, unless `if_none_exist` finds a resource already. `update` needs `id` and makes the resource
    when it is not there; `if_match` is the version it must have, and with `if_none_match` "*" it must not be there.
    `patch` makes the new content from the present one: a pure function of its bytes, called again when another write
    came between. `full_url` is what other writes of the same unit call this one by (`urn:uuid:…`). `source` says where
    it came from (file and entry), for error messages.

    With a `condition` in place of the id (http://hl7.org/fhir/R4/http.html#cond-update, #cond-patch, #cond-delete) the
    write is about the one resource that fits. None: an update makes it, under the id of its content if that has one; a
    deletion does nothing ("absent"). Several: Outdated, unless a deletion is of `multiple`, which deletes all.
    """

    verb: Verb
    type: str
    id: str | None = None
    raw: bytes | None = None
    if_match: int | None = None
    if_none_exist: SearchQuery | None = None
    if_none_match: Literal["*"] | None = None
    condition: SearchQuery | None = None
    multiple: bool = False
    patch: Callable[[bytes], bytes] | None = None
    full_url: str | None = None
    source: str | None = None

    def __repr__(self) -> str:
        return f"Write({self.verb} {self.type}/{self.id})"


class Written(msgspec.Struct, frozen=True, gc=False):
    """What became of one write. `resource` is decoded, None after a deletion and for what was found or unchanged.

    A conditional deletion that fits nothing is "absent", with no id and version 0; of one that deletes several, this is
    the first, and `others` are the rest.
    """

    type: str
    id: str
    version: int
    updated: datetime
    status: Status
    patient: int | None = None
    category: int = 0
    resource: Resource | None = None
    body: bytes = b""
    others: tuple["Written", ...] = ()

    def __repr__(self) -> str:
        return f"Written({self.type}/{self.id}, version {self.version}, {self.status})"


class Companion(Protocol):
    """What belongs to the same act: an audit event, a message to send.

    One with an attribute `book` is written by that, together with those of other units in the same transaction. It is
    told of each resource by itself, also of those that one conditional deletion took, and of none that is absent.
    """

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """Write it in the transaction of the unit; what it raises undoes the unit."""


class BatchCompanion(Protocol):
    """What belongs to each transaction of a bulk load: its audit event."""

    async def write(self, connection: Connection, done: Mapping[str, int], types: Mapping[str, int]) -> None:
        """Write it in the transaction; `done` counts resources by status, `types` what was created by type."""


class Book(Protocol):
    """Writes companions of several units of one transaction at once: those whose attribute `book` it is."""

    async def write_all(self, connection: Connection, told: Sequence[tuple[Companion, Sequence[Written]]]) -> None:
        """Write all, each with the results of its own unit; what it raises undoes their units."""


class Projection(Protocol):
    """A table that follows from resources, such as the releases that follow from consents.

    A bulk load tells it of resources of its `types` alone (their names; None: of all, which makes loading twice as
    slow). Where these change, it has an awaitable `refresh(connection)`, which such a load calls in each of its
    transactions.
    """

    @property
    def types(self) -> frozenset[str] | None:
        """The resource types that it follows."""

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Bring the table up to date in the transaction of the writes; what it raises undoes them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Writes that take effect together or not at all, with what belongs to the same act.

    With `check_references` a reference to a resource of this node that is not there is refused. Conditions and
    conditional references find nothing but rows of `within`, references by id nothing but rows of `nameable` (None: of
    `within`); with one of these, a condition that nothing fits makes nothing under an id that a client chose, since
    whether the id is free would tell of the others.
    """

    writes: tuple[Write, ...]
    companions: tuple[Companion, ...] = ()
    check_references: bool = True
    within: RowFilter = EVERYTHING
    nameable: RowFilter | None = None

    @property
    def named_within(self) -> RowFilter:
        """The rows that may be named by id."""
        return self.within if self.nameable is None else self.nameable


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search: what matched, what was asked to come along, and how to go on."""

    matches: tuple[Stored, ...]
    included: tuple[Stored, ...] = ()
    total: int | None = None
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Versions, newest first, and how to go on: with `before_version` of one resource, or with a cursor.

    `total` is how many there are in all, where that is known: of one resource, without bounds of time.
    """

    versions: tuple[Stored, ...]
    total: int | None
    next_before: int | None = None
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A unit that a bulk load refused: its place in the input, what is wrong, and where it came from."""

    unit: int
    source: str | None
    error: Exception


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a bulk load did: how many writes ended in each status, by type what was created, and what was refused.

    `dangling` are references to resources that are not here, each with the source of one who refers and the type it
    refers to, at most a thousand. `read` counts what came in chunks by type, refused or not.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    found: int = 0
    deleted: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    dangling: tuple[tuple[str | None, str], ...] = ()
    read: dict[str, int] = field(default_factory=dict)
