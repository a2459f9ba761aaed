"""A whole node whose subscribers are told, and a receiver that they are told at; both on real sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import uvicorn
from fhir_node import MOST, FhirNode
from serving import free_socket, serving

from verbund import audit, definitions, identity, store, subscriptions, terminology
from verbund.access import Gate
from verbund.api import bulk, fhir_app
from verbund.audit import AuditLog
from verbund.config import NodeConfig, utc_now
from verbund.consent import classify
from verbund.consent.index import MIGRATIONS as CONSENT_MIGRATIONS
from verbund.consent.index import ConsentIndex
from verbund.consent.projecting import House as ConsentHouse
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate
from verbund.errors import Conflict
from verbund.identity import Apps, House, Metadata, Principal, Rights, Role, Scopes, Tokens, operator_token
from verbund.identity.tokens import _sign, claims_for
from verbund.store import Store, Vault
from verbund.subscriptions import Book, Capture, Pace, Places, Registrar, Subscriptions
from verbund.terminology import Terminology

IG = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic."
FINAL = "https://example.org/SubscriptionTopic/final"
SHAPED = "https://example.org/SubscriptionTopic/shaped"
QUICK = Pace(settling=0.05, idle=0.2, first_pause=0.05, longest_pause=0.2, error_after=2, give_up=60.0, taken=5.0)
PATIENCE_SECONDS = 15.0
Json = dict[str, Any]


@dataclass
class Sent:
    """A request that reached the receiver."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found

    @property
    def state(self) -> Json:
        """The parameters of the first entry by name, of those that repeat the last."""
        entry = self.json["entry"][0]["resource"]
        return {one["name"]: next((v for k, v in one.items() if k != "name"), None) for one in entry["parameter"]}

    @property
    def kind(self) -> str:
        return str(self.state["type"])

    @property
    def events(self) -> list[Json]:
        """The events of a notification: each part by its name."""
        rows = [one for one in self.json["entry"][0]["resource"]["parameter"] if one["name"] == "notification-event"]
        return [{part["name"]: next(v for k, v in part.items() if k != "name") for part in r["part"]} for r in rows]

    @property
    def numbers(self) -> list[int]:
        return [int(one["event-number"]) for one in self.events]


@dataclass
class Receiver:
    """Takes notifications; answers as it is told to."""

    url: str
    got: list[Sent] = field(default_factory=list)
    answer: int = 200
    delay_seconds: float = 0.0
    location: str | None = None

    async def __call__(self, scope: Json, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if self.answer < 300:
            self.got.append(Sent(scope["method"], scope["path"], headers, body))
        extra = [] if self.location is None else [(b"location", self.location.encode())]
        await send({"type": "http.response.start", "status": self.answer, "headers": extra})
        await send({"type": "http.response.body", "body": b""})

    def of(self, kind: str) -> list[Sent]:
        return [one for one in self.got if one.body and one.json["resourceType"] == "Bundle" and one.kind == kind]

    @property
    def told(self) -> list[int]:
        """The numbers of all events, in the order in which they came."""
        return [number for one in self.of("event-notification") for number in one.numbers]

    async def until_told(self, count: int) -> list[int]:
        await until(lambda: len(self.told) >= count)
        return self.told


async def until(holds: Any, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait for a condition; an assertion fails where it does not come true."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    bound, url = free_socket()
    with bound:
        taking = Receiver(url)
        async with serving(taking, bound):
            yield taking


@dataclass
class SubscribedNode(FhirNode):
    """A node whose subscribers are told."""

    subscriptions: Subscriptions | None = None
    capture: Capture | None = None
    pace: Pace = QUICK

    async def subscribe(self, resource: Json, headers: dict[str, str] | None = None) -> str:
        """The id of a new subscription, as soon as it is active."""
        answer = await self.post("/Subscription", resource, headers)
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == "requested", answer.text
        return await self.active(answer.json()["id"])

    async def active(self, identity: str, state: str = "active") -> str:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := (await self.get(f"/Subscription/{identity}")).json()).get("status") != state:
                await asyncio.sleep(0.02)
        assert found["status"] == state
        return identity

    async def counted(self) -> int:
        """How many events all subscriptions have had, delivered or not."""
        async with self.database.connection() as connection:
            return int(await connection.fetchval("select coalesce(sum(events), 0) from subscription"))

    def topic(self, resource_type: str) -> str:
        return f"{self.base}/SubscriptionTopic/{resource_type}"


def acting(
    node: FhirNode,
    role: Role,
    subject: str,
    *,
    scopes: str | None = None,
    patient: str | None = None,
    client: str = "app",
    **of: Any,
) -> Json:
    """The headers of somebody with an app."""
    asked = role.scopes if scopes is None else Scopes.parse(scopes)
    house = node.house
    who = Principal(subject, subject, role, house.organisation, "Praxis", patient, asked, role.purpose, client, **of)
    claims = claims_for(who, house, now=utc_now(), ttl=timedelta(minutes=5))
    return {"Authorization": f"Bearer {_sign(claims, node.keys)}"}


def subscription(criteria: str, endpoint: str, *filters: str, content: str = "id-only", **channel: Any) -> Json:
    """A subscription of the backport; `channel` are more extensions of the channel or its elements."""
    numbers = {"heartbeat_period": "UnsignedInt", "timeout": "UnsignedInt", "max_count": "PositiveInt"}
    extensions = [
        {"url": f"{IG}backport-{name.replace('_', '-')}", f"value{kind}": channel.pop(name)}
        for name, kind in numbers.items()
        if name in channel
    ]
    made: Json = {
        "resourceType": "Subscription",
        "meta": {"profile": [f"{IG}backport-subscription"]},
        "status": "requested",
        "reason": "to be told",
        "criteria": criteria,
        "channel": {
            "type": "rest-hook",
            "endpoint": endpoint,
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": f"{IG}backport-payload-content", "valueCode": content}]},
            **channel,
        },
    }
    if extensions:
        made["channel"]["extension"] = extensions
    if not endpoint:
        del made["channel"]["endpoint"]
    if filters:
        made["_criteria"] = {
            "extension": [{"url": f"{IG}backport-filter-criteria", "valueString": one} for one in filters]
        }
    return made


def topic(canonical: str = FINAL) -> dict[str, Any]:
    """Observations that become final, narrowed by patient only."""
    query = [
        {"url": "previous", "valueString": "status:not=final"},
        {"url": "resultForCreate", "valueCode": "test-passes"},
        {"url": "current", "valueString": "status=final"},
        {"url": "requireBoth", "valueBoolean": True},
    ]
    trigger = [
        {"url": "resource", "valueUri": "http://hl7.org/fhir/StructureDefinition/Observation"},
        {"url": "supportedInteraction", "valueCode": "create"},
        {"url": "supportedInteraction", "valueCode": "update"},
        {"url": "queryCriteria", "extension": query},
    ]
    narrowed = [{"url": "resource", "valueUri": "Observation"}, {"url": "filterParameter", "valueString": "patient"}]
    return {
        "resourceType": "Basic",
        "code": {"coding": [{"system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic"}]},
        "extension": [
            {"url": f"{R5}url", "valueUri": canonical},
            {"url": f"{R5}resourceTrigger", "extension": trigger},
            {"url": f"{R5}canFilterBy", "extension": narrowed},
        ],
    }


def shaped(*along: dict[str, str]) -> dict[str, Any]:
    """The same topic, with what comes along with its resources."""
    made = topic(SHAPED)
    shape = [{"url": "resource", "valueUri": "Observation"}, *along]
    made["extension"].append({"url": f"{R5}notificationShape", "extension": shape})
    return made


@asynccontextmanager
async def websockets_served(app: Any, bound: Any) -> AsyncIterator[None]:
    """As `serving`, with websockets as a node serves them."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await task


async def registered_apps(database: Database) -> None:
    """The apps that tests ask with."""
    metadata = Metadata(client_name="App", redirect_uris=("https://app.example/back",))
    for one in ("app", "other-app", "wide-app", "growth", "laboratory", "archive"):
        with suppress(Conflict):
            await Apps(database).add(metadata, app_id=one)


@asynccontextmanager
async def subscribed_node(
    database: Database,
    *,
    keys: NodeKeys | None = None,
    places: tuple[str, ...] = ("http://127.0.0.1:",),
    pace: Pace = QUICK,
    works: bool = True,
    house: House | None = None,
) -> AsyncIterator[SubscribedNode]:
    """A running node on a database; `works` False for one that only takes requests."""
    keys = keys or NodeKeys.generate()
    async with AsyncExitStack() as stack:
        bound, url = free_socket()
        stack.enter_context(bound)
        house = house or House("praxis", "Praxis am Markt", url)
        await migrate(
            database,
            [
                store.MIGRATIONS,
                audit.MIGRATIONS,
                CONSENT_MIGRATIONS,
                identity.MIGRATIONS,
                terminology.MIGRATIONS,
                definitions.MIGRATIONS,
                bulk.MIGRATIONS,
                subscriptions.MIGRATIONS,
            ],
        )
        await registered_apps(database)
        vault = Vault(database, keys)
        stack.push_async_callback(vault.close)
        index = ConsentIndex(database, vault, keys, ConsentHouse(house.organisation, "practice"))
        allowed = Places(places)
        registrar = Registrar(Book(database, keys), allowed, house.audience, lambda: opened.known)
        capture = Capture(registrar.book, lambda: opened.known, pace)
        opened = await Store.open(database, keys, classify=classify, projections=(index, capture))
        stack.push_async_callback(opened.close)
        log = await AuditLog.open(database, vault, keys)
        stack.push_async_callback(log.close)
        config = NodeConfig(name=house.organisation, title=house.organisation_name)
        terms = Terminology(database)
        gate = Gate.open(opened, log, index, config, terms=terms, subscribing=registrar)
        socket = f"ws{url.removeprefix('http')}/fhir-ws"
        rights = Rights(database, keys)
        serves = Subscriptions(registrar, gate, allowed, base=house.audience, socket=socket, rights=rights, pace=pace)
        tokens = Tokens(house, keys, database)
        api = fhir_app(gate, tokens, keys, house, max_body_bytes=MOST, parts=(terms, serves))

        async def app(scope: Json, receive: Any, send: Any) -> None:
            chosen = serves.sockets if scope["path"].startswith("/fhir-ws") else api
            await chosen(scope, receive, send)

        if works:
            working = asyncio.create_task(serves.run())
            stack.push_async_callback(ended, working)
        await stack.enter_async_context(websockets_served(app, bound))
        headers = {"Authorization": f"Bearer {operator_token(keys, house, 'system/*.cruds', purpose='TREAT')}"}
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{url}/fhir/"))
        yield SubscribedNode(
            house, keys, database, tokens, gate, http, headers, subscriptions=serves, capture=capture, pace=pace
        )


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def with_id(resource: Json, identity: str) -> bytes:
    return msgspec.json.encode(resource | {"id": identity})
