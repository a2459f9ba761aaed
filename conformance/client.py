"""A running node on an empty database, and a client that may do everything there."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from verbund.config import NodeConfig, load
from verbund.identity import House, operator_token
from verbund.node import create, keys_of, serving
from verbund.ops import configure_logs

Json = dict[str, Any]
Pairs = list[tuple[str, str]]

PORT = 31_400
FHIR = "application/fhir+json"
AT_ONCE = 6
UNSUPPORTED = 501


@dataclass
class Client:
    """Requests to one node; at most so many at once, so that times mean something."""

    http: httpx.AsyncClient
    base: str
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    asked: int = 0
    slowest: float = 0.0

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401 - any JSON, or bytes as they are
        *,
        params: Pairs | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request; `path` is below the base, or a whole address."""
        sent = dict(headers or {})
        content = body if isinstance(body, bytes) else None
        if body is not None:
            sent.setdefault("Content-Type", FHIR)
        url = path if path.startswith("http") else f"{self.base}/{path}".rstrip("/")
        async with self.turns:
            answer = await self.http.request(
                method,
                url,
                content=content,
                json=None if content is not None else body,
                params=params or None,
                headers=sent,
            )
        self.asked += 1
        self.slowest = max(self.slowest, answer.elapsed.total_seconds())
        return answer

    async def get(self, path: str, params: Pairs | None = None, **headers: str) -> httpx.Response:
        """A GET; headers are named with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.send("GET", path, params=params, headers=named)

    async def put_all(self, resources: Iterable[Json], *, size: int = 100) -> dict[str, str]:
        """Write resources by batches; reference to what the node said of those that it refused.

        What is refused is tried again for as long as more is taken: it may refer to what comes later.
        """
        listed = list(resources)
        while refused := await self._put(listed, size):
            if len(refused) == len(listed):
                return refused
            listed = [one for one in listed if f"{one['resourceType']}/{one['id']}" in refused]
        return {}

    async def _put(self, listed: list[Json], size: int) -> dict[str, str]:
        refused: dict[str, str] = {}
        for start in range(0, len(listed), size):
            part = listed[start : start + size]
            places = [f"{one['resourceType']}/{one['id']}" for one in part]
            entries = [
                {"resource": one, "request": {"method": "PUT", "url": place}}
                for one, place in zip(part, places, strict=True)
            ]
            answer = await self.send("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": entries})
            answer.raise_for_status()
            for place, entry in zip(places, answer.json()["entry"], strict=True):
                if entry["response"]["status"][0] != "2":
                    refused[place] = said(entry["response"].get("outcome", {})) or entry["response"]["status"]
        return refused


def said(outcome: Json) -> str:
    """The first sentence of an OperationOutcome."""
    issue = (outcome.get("issue") or [{}])[0]
    return str(issue.get("diagnostics") or issue.get("details", {}).get("text", ""))


def sentence(answer: httpx.Response) -> str:
    """Status and sentence of an answer that is none of the expected."""
    try:
        return f"{answer.status_code} {said(answer.json())}".strip()
    except (ValueError, AttributeError):
        return f"{answer.status_code} {answer.text[:120]}"


@asynccontextmanager
async def running(folder: Path, *, database: str = "embedded:postgres/node", port: int = PORT) -> AsyncIterator[Client]:
    """A whole node in a folder, answering on a socket of this machine within the block."""
    create(
        NodeConfig(
            name="conformance",
            title="Conformance",
            directory=folder,
            database=database,
            port=port,
            subscription_endpoints=("http://127.0.0.1:",),
        )
    )
    config = load(folder, {})
    configure_logs("error", "json")
    token = operator_token(keys_of(config), House.of(config), "system/*.cruds", purpose="TREAT")
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(config),
        httpx.AsyncClient(headers=headers, timeout=60, limits=httpx.Limits(max_connections=AT_ONCE)) as http,
    ):
        yield Client(http, f"{config.base_url}/fhir")
