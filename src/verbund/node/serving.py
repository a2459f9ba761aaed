"""Running nodes: everything that `opened` gives, its part in the region, and its addresses on a socket."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog

from verbund.api import OpenId, oauth_app
from verbund.config import NodeConfig
from verbund.errors import Busy, Interrupted, Unavailable
from verbund.exchange import hub_app
from verbund.identity import Account, FrontDoor, Outside, Provider, Sessions, keep_fresh, portal_client
from verbund.node.application import CALLBACK, Addresses, behind_proxies, fhir_of, nothing_here
from verbund.node.assembly import Node, opened
from verbund.node.counters import portal_services, sign_in_desk
from verbund.node.houses import keep_known
from verbund.node.listening import answering, bound, settle
from verbund.node.patients import StoredPatients
from verbund.node.protocol import Door
from verbund.node.region import HubPart, Part, SitePart, in_region
from verbund.node.rights import erasures_of
from verbund.node.wellbeing import authorise_with, health_of, metrics_of
from verbund.node.workers import with_workers
from verbund.ops import Metrics, Observed, configure_logs
from verbund.ops import create_app as ops_app
from verbund.ops.middleware import AsgiApp
from verbund.portal import create_app as portal_app
from verbund.store import Store

INDEX_EVERY_SECONDS = 1.0

_log = structlog.get_logger("verbund.node")


@dataclass(frozen=True, slots=True)
class RunningNode:
    """A node that answers at its address."""

    node: Node
    part: Part


@asynccontextmanager
async def serving(config: NodeConfig) -> AsyncIterator[RunningNode]:
    """One node, answering within the block. Raises Unavailable for a taken port before anything is started."""
    listener = bound(config.host, config.port)
    async with AsyncExitStack() as stack:
        stack.callback(listener.close)
        node = await stack.enter_async_context(opened(config))
        part = await stack.enter_async_context(in_region(node))
        await erasures_of(node, part).resume()
        metrics = metrics_of(node)
        app, door = application(node, part, metrics)
        await stack.enter_async_context(working(_background(node, part)))
        await stack.enter_async_context(with_workers(config, app, listener, metrics))
        await stack.enter_async_context(answering(app, listener, door))
        yield RunningNode(node, part)


def application(node: Node, part: Part, metrics: Metrics) -> tuple[AsgiApp, Door]:
    """All addresses of a node, observed, and the door where plain reads are taken."""
    config, house = node.config, node.house
    health = health_of(node, part)
    client = portal_client(house, CALLBACK)
    sessions = Sessions(node.database, node.keys, idle_minutes=config.session_minutes, hours=config.session_hours)
    provider = Provider(
        house, node.keys, node.database, people=node.people, tokens=node.tokens, clients=[client], log=node.audit
    )
    openid = oauth_app(OpenId(provider, sessions, node.keys.public(), house.session_cookie))
    operations = ops_app(health, metrics, authorise_with(node.tokens))
    desk = sign_in_desk(node, provider, sessions)
    door = FrontDoor(desk, client)
    services = portal_services(
        node,
        part,
        outside=_outside(node, door),
        door=door,
        account=Account(house, desk),
        provider=provider,
        sessions=sessions,
        health=health,
    )
    fhir = fhir_of(node)
    parts: dict[str, AsgiApp] = {
        "fhir": fhir,
        "oauth": openid,
        ".well-known": openid,
        "health": operations,
        "metrics": operations,
        "exchange": hub_app(part.hub) if isinstance(part, HubPart) else nothing_here,
    }
    addresses = Addresses(parts, portal_app(services, config), node.subscriptions.sockets)
    observed = Observed(behind_proxies(addresses, config.trusted_proxies), metrics, config.name)
    return observed, Door(fhir.together(), observed, "fhir")


def _outside(node: Node, door: FrontDoor) -> Outside | None:
    """Signing in with outside providers, where the settings name any."""
    if not node.outside:
        return None
    return Outside(
        node.house,
        node.database,
        node.keys,
        providers=node.outside,
        people=node.people,
        door=door,
        patients=StoredPatients(node.store),
        audit=node.audit,
    )


def _background(node: Node, part: Part) -> tuple[Coroutine[Any, Any, None], ...]:
    signing = node.audit.keep_signing(node.config.audit_head_minutes * 60)
    always = (
        signing,
        node.audit.keep_noting(),
        _indexing(node.store),
        node.subscriptions.run(),
        node.tokens.follow(),
        node.copies.run(),
        keep_fresh(node.outside),
        erasures_of(node, part).run(),
    )
    if isinstance(part, SitePart):
        houses = keep_known(node.gate, node.operator(), node.house, node.config.kind, part.correspondence)
        return *always, part.linkage.run(), part.colleagues.run(), houses
    if isinstance(part, HubPart):
        return *always, part.hub.run()
    return always


async def _indexing(store: Store) -> None:
    """Index what was there before for what a new version, or a search parameter that was added, looks for."""
    laid_out = False
    while True:
        with suppress(Unavailable, Interrupted, Busy):
            laid_out = laid_out or (await store.reindex()).done
            await store.grow()
        await asyncio.sleep(INDEX_EVERY_SECONDS)


@asynccontextmanager
async def working(jobs: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Jobs that run beside the requests within the block; one that fails is logged, and the node goes on."""
    tasks = [asyncio.create_task(_watched(job)) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watched(job: Coroutine[Any, Any, None]) -> None:
    try:
        await job
    except Exception:  # noqa: BLE001 - whatever it is, requests must go on being answered
        _log.exception("background job failed")


async def serve_nodes(configs: Sequence[NodeConfig], *, announce: Callable[[str], None]) -> None:
    """Run nodes until SIGINT or SIGTERM, hubs first; `announce` gets a line for each as soon as it answers."""
    configure_logs(configs[0].log_level, configs[0].log_format)
    ended = ending()
    async with AsyncExitStack() as stack:
        for config in sorted(configs, key=lambda one: not one.is_hub):
            await stack.enter_async_context(serving(config))
            announce(f"Node ready: {config.base_url}")
        settle()
        await ended.wait()


def ending() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    return ended
