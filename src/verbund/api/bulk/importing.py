"""Imports: files of NDJSON that this node fetches from places that its operator has named, and loads in the background.

A repeated import changes nothing, so one that broke off is simply asked for again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec

from verbund.access import Chunk, LoadReport
from verbund.api.bulk.jobs import Jobs
from verbund.errors import Forbidden, Incorrect, TooLarge, VerbundError
from verbund.identity import Principal

LINES_AT_ONCE: Final = 20_000
BYTES_AT_ONCE: Final = 32 * 2**20
LONGEST_LINE: Final = 64 * 2**20
FETCH_SECONDS: Final = 60.0
SILENT_SECONDS: Final = 120.0
MOST_FAULTS: Final = 10_000


class Source(msgspec.Struct, frozen=True):
    """One file: the type of its resources, and where it is."""

    type: str
    url: str


class Fault(msgspec.Struct, frozen=True):
    """What could not be loaded, and why."""

    place: str
    text: str


class Import(msgspec.Struct, frozen=True):
    """A job: what was asked, how far it is, and how it went. `state` is `running`, `done` or `failed`."""

    address: str
    sources: tuple[Source, ...]
    state: str = "running"
    loaded: int = 0
    counts: dict[str, int] = {}
    faults: tuple[Fault, ...] = ()
    failure: str = ""


class Gate(Protocol):
    """The gate, as far as imports need it."""

    async def load(
        self, who: Principal, units: Iterable[Chunk], /, *, progress: Callable[[int], None] | None
    ) -> LoadReport: ...


class Imports:
    """The imports of a node. `allowed` are beginnings of addresses, such as `https://export.example.org/`."""

    def __init__(self, jobs: Jobs, gate: Gate, allowed: Sequence[str]) -> None:
        self._jobs = jobs
        self._gate = gate
        self._allowed = tuple(allowed)
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self, who: Principal, address: str, sources: Sequence[Source]) -> str:
        """The id of a new job, which goes on in the background.

        Forbidden for an address that the operator has not named; what is wrong shows before anything is fetched.
        """
        for source in sources:
            self._check(source)
        job = Import(address, tuple(sources))
        identity = await self._jobs.add("import", who, job)
        task = asyncio.create_task(self._run(identity, job, who))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return str(identity)

    def _check(self, source: Source) -> None:
        parts = urlsplit(source.url)
        clean = parts.scheme in {"https", "http"} and "@" not in parts.netloc and ".." not in parts.path
        if not clean or not any(source.url.startswith(beginning) for beginning in self._allowed):
            raise Forbidden(
                f"This node does not import from {parts.scheme}://{parts.hostname}. Its operator names the places: "
                "import_from in node.toml."
            )

    async def state(self, who: Principal, identity: str) -> tuple[Import, datetime]:
        """How a job goes, and when it is forgotten; NotFound for one that is not there, or somebody else's."""
        number, job, expires = await self._jobs.find("import", identity, who, Import)
        if job.state == "running" and not await self._jobs.is_worked_on(number, SILENT_SECONDS):
            failure = "The process that did this import was ended. Ask again: what is there already is not changed."
            job = msgspec.structs.replace(job, state="failed", failure=failure)
            await self._jobs.change(number, job)
        return job, expires

    async def cancel(self, who: Principal, identity: str) -> None:
        """Forget a job; one that runs ends at its next step."""
        number, _, _ = await self._jobs.find("import", identity, who, Import)
        await self._jobs.remove(number)

    async def _run(self, identity: UUID, job: Import, who: Principal) -> None:
        counts: Counter[str] = Counter()
        try:
            for source in job.sources:
                async for lines, first in fetched(source.url):
                    chunk = Chunk(lines, source.url, "line", range(first, first + len(lines)))
                    report = await self._gate.load(who, [chunk], progress=None)
                    job = _further(job, report, counts)
                    if not await self._jobs.change(identity, job):
                        return
            job = msgspec.structs.replace(job, state="done")
        except VerbundError as error:
            job = msgspec.structs.replace(job, state="failed", failure=error.text)
        except httpx.HTTPError as error:
            job = msgspec.structs.replace(job, state="failed", failure=f"A file was not given: {type(error).__name__}.")
        await self._jobs.change(identity, job)


def _further(job: Import, report: LoadReport, counts: Counter[str]) -> Import:
    counts.update(created=report.created, updated=report.updated, unchanged=report.unchanged)
    faults = [Fault(refused.source or "", str(refused.error)) for refused in report.refused]
    return msgspec.structs.replace(
        job, loaded=sum(counts.values()), counts=dict(counts), faults=(*job.faults, *faults)[:MOST_FAULTS]
    )


async def fetched(url: str) -> AsyncIterator[tuple[list[bytes], int]]:
    """The lines of a file, some at a time, each batch with the number of its first line; memory holds one batch."""
    async with (
        httpx.AsyncClient(timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", url, headers={"Accept": "application/fhir+ndjson"}) as answer,
    ):
        if answer.status_code != 200:
            raise Incorrect(f"The file {url} was answered with status {answer.status_code}.")
        lines: list[bytes] = []
        rest, size, number = b"", 0, 1
        async for piece in answer.aiter_bytes():
            *whole, rest = (rest + piece).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise TooLarge(f"A line of {url} is longer than {LONGEST_LINE} bytes; NDJSON has one resource a line.")
            lines += whole
            size += len(piece)
            if len(lines) >= LINES_AT_ONCE or size >= BYTES_AT_ONCE:
                yield lines, number
                number += len(lines)
                lines, size = [], 0
        if lines or rest:
            yield [*lines, rest], number


def told(job: Import) -> dict[str, Any]:
    """The answer of a finished job, with what was refused as OperationOutcomes."""
    outcomes = [
        {"severity": "error", "code": "processing", "diagnostics": f"{fault.place}: {fault.text}"}
        for fault in job.faults
    ]
    return {
        "request": job.address,
        "output": [{"type": source.type, "inputUrl": source.url} for source in job.sources],
        "counts": job.counts,
        "error": [{"resourceType": "OperationOutcome", "issue": outcomes}] if outcomes else [],
    }
