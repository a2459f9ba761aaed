"""The FHIR API of a whole node, gate, log and database included, on a real socket."""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from serving import free_socket
from signing_in import quick_passwords

from verbund import audit, definitions, identity, store, terminology
from verbund.access import Gate
from verbund.api import bulk, fhir_app
from verbund.api.bulk import Exports, Imports, Jobs
from verbund.audit import AuditLog
from verbund.config import NodeConfig, utc_now
from verbund.consent import classify
from verbund.consent.index import MIGRATIONS as CONSENT_MIGRATIONS
from verbund.consent.index import ConsentIndex
from verbund.consent.projecting import House as ConsentHouse
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.definitions import Taught, Validator
from verbund.identity import House, People, Role, Scopes, Tokens, operator_token
from verbund.node.listening import answering
from verbund.node.protocol import Caller, Door, Headers, Taker
from verbund.ops import Metrics, Observed
from verbund.store import Store, Vault
from verbund.terminology import Terminology, TerminologyProjection

FHIR = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
IDS = "https://example.org/ids"
MOST = 4 * 2**20


class Watched:
    """Takes what another takes, and tells what that was."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self.taken: list[bool] = []

    def take(self, target: bytes, headers: Headers, caller: Caller) -> bool:
        self.taken.append(self._taker.take(target, headers, caller))
        return self.taken[-1]


@dataclass
class FhirNode:
    """A node and a client that may do everything."""

    house: House
    keys: NodeKeys
    database: Database
    tokens: Tokens
    gate: Gate
    http: httpx.AsyncClient
    headers: dict[str, str]
    clock: Callable[[], datetime] = utc_now
    max_body_bytes: int = MOST
    # For each request that came to the door, whether it was taken there.
    taken: list[bool] = field(default_factory=list)

    @property
    def base(self) -> str:
        return self.house.audience

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.house.issuer)
        return str(parts.hostname), int(parts.port or 0)

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.http.get(self._path(path), headers=self.headers | (headers or {}))

    async def delete(self, path: str) -> httpx.Response:
        return await self.http.delete(self._path(path), headers=self.headers)

    async def post(
        self, path: str, body: dict[str, Any] | bytes | AsyncIterable[bytes], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self._send("POST", path, body, headers)

    async def put(
        self, path: str, body: dict[str, Any] | bytes, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self._send("PUT", path, body, headers)

    async def patch(
        self, path: str, patch: list[dict[str, Any]] | dict[str, Any], headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """A JSON Patch (a list) or a FHIRPath Patch (Parameters)."""
        kind = JSON_PATCH if isinstance(patch, list) else FHIR
        return await self._send("PATCH", path, msgspec.json.encode(patch), {"Content-Type": kind} | (headers or {}))

    async def post_form(self, path: str, form: dict[str, str]) -> httpx.Response:
        return await self.http.post(self._path(path), data=form, headers=self.headers)

    async def new(self, resource: dict[str, Any]) -> str:
        """The relative address of a resource that is created, beginning with a slash."""
        answer = await self.post(f"/{resource['resourceType']}", resource)
        assert answer.status_code == 201, answer.text
        return f"/{resource['resourceType']}/{answer.json()['id']}"

    def transaction(
        self, *entries: tuple[str, str, dict[str, Any] | None], kind: str = "transaction"
    ) -> dict[str, Any]:
        """A bundle of (method, address, resource); addresses may begin with a slash."""
        listed = []
        for method, url, resource in entries:
            entry: dict[str, Any] = {"request": {"method": method, "url": url.lstrip("/")}}
            listed.append(entry if resource is None else {"resource": resource} | entry)
        return {"resourceType": "Bundle", "type": kind, "entry": listed}

    async def token_of_a_physician(self) -> str:
        people = People(self.database, self.keys, passwords=quick_passwords())
        person = await people.add("weber", "Dr. Anna Weber", Role.PHYSICIAN, "blaue Birnen im Mai", practitioner_id="w")
        return await self.tokens.issue(person, Scopes.parse("user/*.cruds"), client="app")

    async def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | bytes | AsyncIterable[bytes],
        headers: dict[str, str] | None,
    ) -> httpx.Response:
        content = msgspec.json.encode(body) if isinstance(body, dict) else body
        sent = self.headers | {"Content-Type": FHIR} | (headers or {})
        return await self.http.request(method, self._path(path), content=content, headers=sent)

    def _path(self, path: str) -> str:
        return path if path.startswith("http") else path.lstrip("/")


@asynccontextmanager
async def fhir_node(
    database: Database, also: Callable[[Gate, NodeKeys], tuple[object, ...]] = lambda _, __: ()
) -> AsyncIterator[FhirNode]:
    """A running node on an empty database, with what else its API is to offer."""
    keys = NodeKeys.generate()
    async with AsyncExitStack() as stack:
        bound, url = free_socket()
        stack.enter_context(bound)
        house = House("praxis", "Praxis am Markt", url)
        taught = Taught(database)
        gate = await open_gate(database, keys, house, stack, taught)
        terms = Terminology(database)
        tokens = Tokens(house, keys, database)
        jobs = Jobs(database, keys)
        imports = Imports(jobs, gate, ("http://127.0.0.1:",))
        parts = (terms, Validator(taught, terms.settled), Exports(jobs, gate), imports, *also(gate, keys))
        app = fhir_app(gate, tokens, keys, house, max_body_bytes=MOST, parts=parts)
        headers = {"Authorization": f"Bearer {operator_token(keys, house, 'system/*.cruds', purpose='TREAT')}"}
        observed = Observed(app, Metrics(house.organisation), house.organisation)
        taker = Watched(app.together())
        await stack.enter_async_context(answering(observed, bound, Door(taker, observed, "fhir")))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{house.audience}/"))
        yield FhirNode(house, keys, database, tokens, gate, http, headers, taken=taker.taken)


async def open_gate(
    database: Database, keys: NodeKeys, house: House, stack: AsyncExitStack, taught: Taught | None = None
) -> Gate:
    """The real gate on the real store and log."""
    packages = [store.MIGRATIONS, audit.MIGRATIONS, CONSENT_MIGRATIONS, identity.MIGRATIONS, terminology.MIGRATIONS]
    await migrate(database, [*packages, definitions.MIGRATIONS, bulk.MIGRATIONS])
    vault = Vault(database, keys)
    stack.push_async_callback(vault.close)
    index = ConsentIndex(database, vault, keys, ConsentHouse(house.organisation, "practice"))
    projections = (index, TerminologyProjection(), taught or Taught(database))
    opened = await Store.open(database, keys, classify=classify, projections=projections)
    stack.push_async_callback(opened.close)
    log = await AuditLog.open(database, vault, keys)
    stack.push_async_callback(log.close)
    config = NodeConfig(name=house.organisation, title=house.organisation_name)
    return Gate.open(opened, log, index, config, terms=Terminology(database))


def patient(family: str = "Muster", identifier: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Patient", "name": [{"family": family, "given": ["Erika"]}]}
    return made if identifier is None else made | {"identifier": [{"system": IDS, "value": identifier}]}


def observation(subject: str, day: str = "2024-03-01") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
        "subject": {"reference": subject.lstrip("/")},
        "effectiveDateTime": day,
        "valueQuantity": {"value": 13.5, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
    }
