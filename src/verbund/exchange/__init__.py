"""Between sites: membership, sealed messages, delivery, record location."""

from pathlib import Path

from verbund.exchange.broker import Broker, Limits
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.courier import Courier, CourierState
from verbund.exchange.directory import Directory
from verbund.exchange.hub import ROUTES, Hub, Rule, hub_app, hub_routes
from verbund.exchange.invitation import Invitation
from verbund.exchange.membership import HubMembers, Members, Membership, Place
from verbund.exchange.model import Companion, Delivery, Handler, Member, Message, Parcel, Role
from verbund.exchange.outbox import LetterState, Posting
from verbund.exchange.post import HttpPost, LocalPost, Post

MIGRATIONS = ("exchange", Path(__file__).parent / "migrations")

__all__ = [
    "MIGRATIONS",
    "ROUTES",
    "Broker",
    "Companion",
    "Correspondence",
    "Courier",
    "CourierState",
    "Delivery",
    "Directory",
    "Handler",
    "HttpPost",
    "Hub",
    "HubMembers",
    "Invitation",
    "LetterState",
    "Limits",
    "LocalPost",
    "Member",
    "Members",
    "Membership",
    "Message",
    "Parcel",
    "Place",
    "Post",
    "Posting",
    "Role",
    "Rule",
    "hub_app",
    "hub_routes",
]
