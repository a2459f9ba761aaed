"""What the API needs of a node: the gate to data and the check of tokens, as protocols of few methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from verbund.access import Extent, Opened, Sought, Write
from verbund.fhir import Parameters, SearchQuery
from verbund.identity import Principal


class Version(Protocol):
    """One version of a resource; `body` is its JSON as stored, empty when this version is a deletion."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def updated(self) -> datetime: ...
    @property
    def deleted(self) -> bool: ...
    @property
    def body(self) -> bytes: ...


class Found(Protocol):
    """One page of a search."""

    @property
    def matches(self) -> Sequence[Version]: ...
    @property
    def included(self) -> Sequence[Version]: ...
    @property
    def total(self) -> int | None: ...
    @property
    def next_cursor(self) -> str | None: ...


class Versions(Protocol):
    """One page of a history, newest first; `next_cursor` continues it."""

    @property
    def versions(self) -> Sequence[Version]: ...
    @property
    def total(self) -> int | None: ...
    @property
    def next_cursor(self) -> str | None: ...


class Outcome(Protocol):
    """What became of one write: created, updated, unchanged, deleted, found or absent; `body` as in `Version`.

    Of a conditional deletion that took several this is the first; `others` are the rest.
    """

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def updated(self) -> datetime: ...
    @property
    def status(self) -> str: ...
    @property
    def body(self) -> bytes: ...
    @property
    def others(self) -> Sequence["Outcome"]: ...


class Gate(Protocol):
    """The only way to patients' data (`verbund.access.Gate`).

    Decides for `who`, audits before it answers, and raises only errors of `verbund.errors`; what must not be seen is
    NotFound, as if it were not there. A write is durable when `commit` returns, and all of it or nothing has happened.
    """

    @property
    def known(self) -> Parameters:
        """The search parameters of the node, as they were when `parameters` was last called."""

    async def parameters(self) -> Parameters:
        """The search parameters of the node, as of at most a second ago."""

    async def read(self, who: Principal, resource_type: str, resource_id: str, /) -> Version:
        """The present version. NotFound, Gone."""

    async def read_together(self, asked: Sequence[tuple[Principal, str, str]], /) -> Sequence[Version | None]:
        """What `read` gives for each who asks for a type and an id, together; None where `read` must be asked."""

    async def vread(self, who: Principal, resource_type: str, resource_id: str, version: int, /) -> Version:
        """A version. NotFound, Gone when it is a deletion."""

    async def history_of(
        self,
        who: Principal,
        resource_type: str | None,
        resource_id: str | None,
        /,
        *,
        since: datetime | None,
        at: tuple[datetime, datetime] | None,
        count: int,
        cursor: str | None,
    ) -> Versions:
        """At most `count` versions of a resource, a type or the system from `cursor` on, newest first. NotFound."""

    def searchable(self, who: Principal, types: Sequence[str] | None = None, /) -> Sequence[str]:
        """Those of the types that may be searched."""

    async def search(self, who: Principal, query: SearchQuery, /, *, cursor: str | None) -> Found:
        """What matches and may be seen, from `cursor` on."""

    async def everything(
        self, who: Principal, patient_id: str, extent: Extent, /, *, count: int, cursor: str | None
    ) -> Found:
        """A page of a patient's record, with what it refers to. NotFound."""

    async def everything_of_encounter(
        self, who: Principal, encounter_id: str, extent: Extent, /, *, count: int, cursor: str | None
    ) -> Found:
        """A page of what belongs to an encounter. NotFound."""

    async def open_record(self, who: Principal, patient: str | Sought, reason: str, /) -> Opened:
        """Open a record to staff who do not treat the patient. Forbidden without a reason, NotFound, Incorrect."""

    async def proof_of(self, who: Principal, patient_id: str, sequence: int, /) -> bytes:
        """The file that proves one access to a patient's record. NotFound, Gone, Unsupported."""

    async def commit(self, who: Principal, writes: Sequence[Write], /) -> Sequence[Outcome]:
        """Carry out all writes, or none; outcomes in the order of the writes. References must lead somewhere."""


class Verifier(Protocol):
    """Who asks (`verbund.identity.Tokens`)."""

    async def verify(self, bearer: str) -> Principal:
        """The principal of an access token. Unauthenticated with the reason."""

    async def presented(self, scheme: str, token: str, proof: str | None, method: str, address: str) -> Principal:
        """The same for a token as it was sent, with its DPoP proof for this request. Unauthenticated."""

    def known(self, bearer: bytes) -> Principal | None:
        """The same where it can be said at once, else None."""
