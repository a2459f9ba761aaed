"""A node's part in its region: as a site that dials out, or as the hub with broker, directory and trust centre."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from verbund.access import Gate
from verbund.exchange import (
    COSIGN,
    AccessesDesk,
    AccessProofDesk,
    Colleagues,
    ConsentDistribution,
    Correspondence,
    Cosigners,
    CosigningDesk,
    CourierState,
    ErasureNotices,
    Hub,
    HubMembers,
    LinkageClient,
    LocalPost,
    Membership,
    Message,
    Moves,
    RecordDesk,
    RegionAccesses,
    RegionRecords,
    trust_centre_handlers,
)
from verbund.exchange.questions import ACCESS_PROOF, ACCESSES, RECORD
from verbund.node.assembly import Node
from verbund.node.colleagues import StaffRegister
from verbund.node.looks import OtherHouses
from verbund.node.patients import StoredPatients
from verbund.node.trust import TrustDesk, trust_centre
from verbund.research import COUNT_KIND, Site, SiteCounting, Studies


@dataclass(frozen=True, slots=True)
class SitePart:
    """What a member site has of the exchange."""

    correspondence: Correspondence
    linkage: LinkageClient
    records: RegionRecords
    accesses: RegionAccesses
    distribution: ConsentDistribution
    erasures: ErasureNotices
    colleagues: Colleagues


@dataclass(frozen=True, slots=True)
class HubPart:
    """What the hub has of it."""

    hub: Hub
    correspondence: Correspondence
    studies: Studies
    trust: TrustDesk


Part = SitePart | HubPart | None


def contact(part: Part) -> CourierState | None:
    """How the connection to the hub is; None for a node that stands alone."""
    return None if part is None else part.correspondence.state


@asynccontextmanager
async def in_region(node: Node) -> AsyncIterator[Part]:
    """The node's part in the region, working until the block is left; None when it has joined none."""
    if node.config.is_hub:
        async with _hub(node) as hub:
            yield hub
        return
    membership = await Membership.open(node.database, node.keys, hub_url=node.config.hub_url)
    if membership is None:
        yield None
        return
    async with _site(node, membership) as site:
        yield site


@asynccontextmanager
async def _hub(node: Node) -> AsyncIterator[HubPart]:
    config = node.config
    hub = await Hub.open(node.database, name=config.name, title=config.title, url=config.base_url, keys=node.keys)
    members = HubMembers(hub)
    correspondence = Correspondence(
        name=config.name, keys=node.keys, database=node.database, post=LocalPost(hub), members=members
    )
    centre = await trust_centre(node)
    for kind, handler in trust_centre_handlers(centre).items():
        correspondence.handle(kind, handler)

    async def sites() -> Sequence[Site]:
        await members.refresh()
        return [Site(m.site, m.title) for m in members.all() if m.kind not in {"hub", "rescue-service"}]

    studies = Studies(node.database, node.keys, ask=correspondence.ask, sites=sites, audit=node.audit)
    async with correspondence.running():
        yield HubPart(hub, correspondence, studies, TrustDesk(node, centre))


@asynccontextmanager
async def _site(node: Node, membership: Membership) -> AsyncIterator[SitePart]:
    config, gate = node.config, node.gate
    async with AsyncExitStack() as stack:
        stack.push_async_callback(membership.close)
        place = membership.place
        correspondence = Correspondence(
            name=config.name, keys=node.keys, database=node.database, post=membership.post, members=membership
        )
        linkage = LinkageClient(
            correspondence,
            node.database,
            node.keys,
            node.book,
            StoredPatients(node.store),
            hub=place.hub,
            linkage_key=place.linkage_key,
        )
        _count_for_hub(correspondence, gate, config.research_minimum_count, place.hub)
        distribution = ConsentDistribution(
            correspondence, node.database, linkage, node.book, gate, master=node.keys.master
        )
        distribution.register()
        Moves(correspondence, linkage, node.book, gate, distribution, hub=place.hub).register()
        erasures = ErasureNotices(correspondence, node.database, linkage=linkage, book=node.book, audit=node.audit)
        erasures.register()
        correspondence.handle(RECORD, RecordDesk(correspondence, node.book, gate))
        correspondence.handle(ACCESSES, AccessesDesk(correspondence, node.book, gate))
        correspondence.handle(ACCESS_PROOF, AccessProofDesk(correspondence, node.book, gate))
        correspondence.handle(COSIGN, CosigningDesk(correspondence, node.witness))
        node.audit.cosigning = Cosigners(correspondence, node.audit, node.witness)
        seconds = config.house_timeout_seconds
        part = SitePart(
            correspondence=correspondence,
            linkage=linkage,
            records=RegionRecords(correspondence, linkage, gate, node.audit, house_seconds=seconds),
            accesses=RegionAccesses(correspondence, linkage, gate, house_seconds=seconds),
            distribution=distribution,
            erasures=erasures,
            colleagues=Colleagues(membership, node.database, node.keys, StaffRegister(node)),
        )
        node.copies.region = OtherHouses(part.accesses, config.name)
        await stack.enter_async_context(correspondence.running())
        checking = asyncio.create_task(distribution.run())
        stack.callback(checking.cancel)
        yield part


def _count_for_hub(correspondence: Correspondence, gate: Gate, minimum: int, hub: str) -> None:
    counting = SiteCounting(gate, minimum, hub)

    async def answer(message: Message) -> bytes:
        return await counting.answer(message.sender, message.payload)

    correspondence.handle(COUNT_KIND, answer)
