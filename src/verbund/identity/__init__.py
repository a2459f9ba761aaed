"""People, organisations, devices and their credentials."""

from pathlib import Path

from verbund.identity.brake import TooManyAttempts
from verbund.identity.clients import PORTAL, Client, portal_client
from verbund.identity.confirming import ConfirmationNeeded, require_recent
from verbund.identity.documents import key_set, openid_configuration, smart_configuration
from verbund.identity.flow import Refusal
from verbund.identity.front_door import FrontDoor
from verbund.identity.letters import Issued, Letter, Letters, Opened, Recipient
from verbund.identity.model import Acting, House, Person, Principal, Role
from verbund.identity.passwords import Passwords
from verbund.identity.people import People
from verbund.identity.provider import Pending, Provider
from verbund.identity.proxies import Proxies, Proxy, Terms, acting_principal, end_of_minority, last_moment
from verbund.identity.rights import Rights
from verbund.identity.scopes import Level, Narrowed, Scopes
from verbund.identity.sessions import Session, Sessions
from verbund.identity.tokens import Claims, Tokens, operator_token

MIGRATIONS = ("identity", Path(__file__).parent / "migrations")
"""The tables of this package, for `verbund.database.migrate`."""

__all__ = [
    "ConfirmationNeeded",
    "MIGRATIONS",
    "PORTAL",
    "Acting",
    "Claims",
    "Client",
    "FrontDoor",
    "House",
    "Issued",
    "Letter",
    "Letters",
    "Level",
    "Narrowed",
    "Opened",
    "Passwords",
    "Pending",
    "People",
    "Person",
    "Principal",
    "Provider",
    "Proxies",
    "Proxy",
    "Recipient",
    "Refusal",
    "Rights",
    "Role",
    "Scopes",
    "Session",
    "Sessions",
    "Terms",
    "Tokens",
    "TooManyAttempts",
    "acting_principal",
    "end_of_minority",
    "key_set",
    "last_moment",
    "openid_configuration",
    "operator_token",
    "portal_client",
    "smart_configuration",
    "require_recent",
]
