"""Becoming a member of a region, and inviting others."""

from verbund.config import NodeConfig
from verbund.errors import Incorrect, Unavailable
from verbund.exchange import Hub, Member, Membership
from verbund.node.assembly import Node, opened


async def founding_invitation(config: NodeConfig, *, name: str, title: str, kind: str) -> str:
    """The hub's invitation to the region's first site, one line; Forbidden once the region has a member."""
    async with opened(config) as node:
        hub = await Hub.open(node.database, name=config.name, title=config.title, url=config.base_url, keys=node.keys)
        return hub.found(site=name, title=title, kind=kind)


async def invitation(config: NodeConfig, *, name: str, title: str, kind: str) -> str:
    """A member's invitation to one more site, one line, secret, for use once."""
    async with opened(config) as node:
        membership = await Membership.open(node.database, node.keys, hub_url=config.hub_url)
        if membership is None:
            raise Incorrect(
                f"{config.name} belongs to no region, so it cannot invite. Join one: verbund init --invitation"
            )
        try:
            return membership.invite(name, title, kind)
        finally:
            await membership.close()


async def join(config: NodeConfig, line: str) -> None:
    """Join the region that the invitation is of; the hub must be running. Nothing happens when this node is a member.

    Raises Incorrect for a line that is none or is for another house, Forbidden or Conflict when it does not hold any
    more, Unavailable when the hub is not there.
    """
    async with opened(config) as node:
        membership = await Membership.open(node.database, node.keys, hub_url=config.hub_url)
        if membership is None:
            membership = await Membership.join(node.database, node.keys, line)
        try:
            if membership.place.site != config.name:
                raise Unavailable(f"The invitation is for {membership.place.site}, this node is {config.name}.")
        finally:
            await membership.close()


async def is_member(config: NodeConfig) -> bool:
    """Whether this node belongs to a region."""
    async with opened(config) as node:
        membership = await Membership.open(node.database, node.keys, hub_url=config.hub_url)
        if membership is None:
            return False
        await membership.close()
        return True


async def known_member(node: Node, site: str) -> Member | None:
    """A member of the region as this node knows it already; None for nobody known, and where no region was joined."""
    membership = await Membership.open(node.database, node.keys, hub_url=node.config.hub_url)
    if membership is None:
        return None
    try:
        return membership.known(site)
    finally:
        await membership.close()
