"""Between sites: membership, sealed messages, delivery, record location."""

from pathlib import Path

from verbund.exchange.accesses import AccessesDesk, AccessProofDesk, RegionAccess, RegionAccesses, RegionAccessPage
from verbund.exchange.announcing import PatientAnnouncements
from verbund.exchange.broker import Broker, Limits
from verbund.exchange.colleagues import Colleagues, Taken
from verbund.exchange.consents import ConsentDelivery, ConsentDistribution
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.cosigning import COSIGN, Cosigners, CosigningDesk
from verbund.exchange.courier import Courier, CourierState
from verbund.exchange.directory import Directory
from verbund.exchange.erasures import ErasureNotices
from verbund.exchange.hub import ROUTES, Hub, Rule, hub_app, hub_routes
from verbund.exchange.invitation import Invitation
from verbund.exchange.linking import LinkageClient, Patients, trust_centre_handlers
from verbund.exchange.membership import HubMembers, Members, Membership, Place
from verbund.exchange.merging import RegionItem, merge
from verbund.exchange.model import Companion, Delivery, Handler, Member, Message, Parcel, Role
from verbund.exchange.moving import Moves, tell_arrivals, tell_moves
from verbund.exchange.outbox import LetterState, Outbox, Posting
from verbund.exchange.ports import Gate
from verbund.exchange.post import HttpPost, LocalPost, Post
from verbund.exchange.regional import HouseAnswer, RecordDesk, RegionAnswer, RegionRecords
from verbund.exchange.rosters import Colleague, Rosters

MIGRATIONS = ("exchange", Path(__file__).parent / "migrations")

__all__ = [
    "COSIGN",
    "MIGRATIONS",
    "ROUTES",
    "AccessProofDesk",
    "AccessesDesk",
    "Broker",
    "Colleague",
    "Colleagues",
    "Companion",
    "ConsentDelivery",
    "ConsentDistribution",
    "Correspondence",
    "Cosigners",
    "CosigningDesk",
    "Courier",
    "CourierState",
    "Delivery",
    "Directory",
    "ErasureNotices",
    "Gate",
    "Handler",
    "HouseAnswer",
    "HttpPost",
    "Hub",
    "HubMembers",
    "Invitation",
    "LetterState",
    "Limits",
    "LinkageClient",
    "LocalPost",
    "Member",
    "Members",
    "Membership",
    "Message",
    "Moves",
    "Outbox",
    "Parcel",
    "PatientAnnouncements",
    "Patients",
    "Place",
    "Post",
    "Posting",
    "RecordDesk",
    "RegionAccess",
    "RegionAccessPage",
    "RegionAccesses",
    "RegionAnswer",
    "RegionItem",
    "RegionRecords",
    "Role",
    "Rosters",
    "Rule",
    "Taken",
    "hub_app",
    "hub_routes",
    "merge",
    "tell_arrivals",
    "tell_moves",
    "trust_centre_handlers",
]
