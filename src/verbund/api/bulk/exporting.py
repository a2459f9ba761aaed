"""Exports: nothing is copied. A job is a moment and slices of the store as it was then; a file is read when fetched.

So an export takes no room, can be fetched again from where it broke off, and what a patient withdraws in the middle of
it does not go out any more.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from verbund.access import Selection, Slice, Stored
from verbund.api.bulk.jobs import Jobs
from verbund.errors import NotFound
from verbund.fhir import Parameters, parse_search
from verbund.fhir.stamping import instant
from verbund.identity import Principal

RESOURCES_A_FILE = 100_000


class Request(msgspec.Struct, frozen=True):
    """What is exported: resource types, since when, of which patients, by which searches, and which elements.

    `address` is the request as it was made, for the manifest.
    """

    address: str
    types: tuple[str, ...]
    at: datetime
    since: datetime | None = None
    patients: tuple[str, ...] | None = None
    any_patient: bool = False
    filters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    elements: tuple[str, ...] = ()

    def selection(self, known: Parameters) -> Selection:
        """The same for the gate, read with the search parameters of the node."""
        queries = tuple(parse_search(kind, pairs, known=known.by_value) for kind, pairs in self.filters)
        return Selection(self.at, self.since, self.patients, any_patient=self.any_patient, queries=queries)


class Export(msgspec.Struct, frozen=True):
    """A job: what was asked, and its files once they are known.

    A file is a slice of a type.
    """

    request: Request
    files: tuple[Slice, ...] | None = None


class Gate(Protocol):
    """The gate, as far as exports need it."""

    @property
    def known(self) -> Parameters: ...
    async def begin_export(self, who: Principal, types: Sequence[str], request: str, /) -> datetime: ...
    async def export_slices(
        self, who: Principal, types: Sequence[str], at: datetime, /, *, size: int
    ) -> list[Slice]: ...
    def export_slice(self, who: Principal, part: Slice, selection: Selection, /) -> AsyncIterator[list[bytes]]: ...
    def export_deleted(
        self, who: Principal, types: Sequence[str], selection: Selection, /
    ) -> AsyncIterator[list[Stored]]: ...


class Exports:
    """The exports of a node."""

    def __init__(self, jobs: Jobs, gate: Gate) -> None:
        self._jobs = jobs
        self._gate = gate

    async def moment(self, who: Principal, types: Sequence[str], address: str) -> datetime:
        """The moment that an export begun now shows; Forbidden for who may not."""
        return await self._gate.begin_export(who, types, address)

    async def begin(self, who: Principal, request: Request) -> str:
        """The id of a new job."""
        return str(await self._jobs.add("export", who, Export(request)))

    async def manifest(self, who: Principal, identity: str, base: str) -> tuple[dict[str, Any], datetime]:
        """The manifest of a job, and when it ends. NotFound for a job that is not there, or somebody else's."""
        number, job, expires = await self._jobs.find("export", identity, who, Export)
        request = job.request
        if job.files is None:
            files = await self._gate.export_slices(who, request.types, request.at, size=RESOURCES_A_FILE)
            job = Export(request, tuple(files))
            await self._jobs.change(number, job)
        files = list(job.files or ())
        output = [{"type": part.type, "url": f"{base}/{identity}/{place}"} for place, part in enumerate(files, 1)]
        gone = [{"type": "Bundle", "url": f"{base}/{identity}/{len(files) + 1}"}] if request.since else []
        return {
            "transactionTime": instant(request.at),
            "request": request.address,
            "requiresAccessToken": True,
            "output": output,
            "deleted": gone,
            "error": [],
        }, expires

    async def file(
        self, who: Principal, identity: str, place: int
    ) -> tuple[AsyncIterator[list[bytes]], tuple[str, ...]]:
        """The batches of lines of one file of a job, beginning with 1, and the elements to show of them, all if none.

        NotFound for a file that the manifest does not name.
        """
        _, job, _ = await self._jobs.find("export", identity, who, Export)
        files, request = job.files or (), job.request
        if place == len(files) + 1 and request.since is not None:
            return _gone(self._gate.export_deleted(who, request.types, request.selection(self._gate.known))), ()
        if not 0 < place <= len(files):
            raise NotFound("The manifest of this export names no such file.")
        return self._gate.export_slice(who, files[place - 1], request.selection(self._gate.known)), request.elements

    async def cancel(self, who: Principal, identity: str) -> None:
        """Forget a job; NotFound for one that is not there, or somebody else's."""
        number, _, _ = await self._jobs.find("export", identity, who, Export)
        await self._jobs.remove(number)


async def _gone(batches: AsyncIterator[list[Stored]]) -> AsyncIterator[list[bytes]]:
    """Deletions, each as a transaction that would repeat it."""
    async for batch in batches:
        yield [_deletion(one.type, one.id) for one in batch]


def _deletion(kind: str, identity: str) -> bytes:
    entry = {"request": {"method": "DELETE", "url": f"{kind}/{identity}"}}
    return msgspec.json.encode({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
