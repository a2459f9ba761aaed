"""People, organisations, devices and their credentials."""

from pathlib import Path

from verbund.identity.account import Account, Security
from verbund.identity.apps import App, Apps, Metadata
from verbund.identity.brake import Brake, TooManyAttempts
from verbund.identity.browsers import Browser, Device, caller_of, networks
from verbund.identity.ceremonies import NotAccepted
from verbund.identity.clients import PORTAL, Client, portal_client
from verbund.identity.confirming import ConfirmationNeeded, require_recent
from verbund.identity.documents import (
    authorization_server,
    key_set,
    openid_configuration,
    protected_resource,
    smart_configuration,
    style,
)
from verbund.identity.dpop import ALGORITHMS as DPOP_ALGORITHMS
from verbund.identity.dpop import BadProof
from verbund.identity.factors import Factors, Having, Policy
from verbund.identity.flow import Refusal
from verbund.identity.forgetting import Forgetting
from verbund.identity.front_door import Choice, Desk, FrontDoor, Outcome, Vouched
from verbund.identity.journal import Journal, Notice, SignInSeen
from verbund.identity.launches import Launch
from verbund.identity.letters import Issued, Letter, Letters, Opened, Recipient
from verbund.identity.model import Acting, House, Person, Principal, Role
from verbund.identity.outside import Arrival, Link, Outside, assertion_of
from verbund.identity.outside_provider import Credentials, OutsideProvider, keep_fresh, secret_of
from verbund.identity.outside_tokens import NotBelieved
from verbund.identity.passkeys import Passkey
from verbund.identity.passwords import Passwords
from verbund.identity.people import People
from verbund.identity.permits import Permit
from verbund.identity.provider import Pending, Provider, Question
from verbund.identity.proxies import Proxies, Proxy, Terms, acting_principal, end_of_minority, last_moment
from verbund.identity.resetting import Resetting
from verbund.identity.rights import Asked, Rights
from verbund.identity.scopes import Level, Narrowed, Scopes
from verbund.identity.sessions import OpenSession, Session, Sessions
from verbund.identity.steps import Steps, Want
from verbund.identity.tokens import OPERATOR, Claims, Listed, Tokens, operator_minted, operator_token
from verbund.identity.told import Told
from verbund.identity.totp import Offer, WrongCode

MIGRATIONS = ("identity", Path(__file__).parent / "migrations")
"""The tables of this package, for `verbund.database.migrate`."""

__all__ = [
    "DPOP_ALGORITHMS",
    "MIGRATIONS",
    "OPERATOR",
    "PORTAL",
    "Account",
    "Acting",
    "App",
    "Apps",
    "Arrival",
    "Asked",
    "BadProof",
    "Brake",
    "Browser",
    "Choice",
    "Claims",
    "Client",
    "ConfirmationNeeded",
    "Credentials",
    "Desk",
    "Device",
    "Factors",
    "Forgetting",
    "FrontDoor",
    "Having",
    "House",
    "Issued",
    "Journal",
    "Launch",
    "Letter",
    "Letters",
    "Level",
    "Link",
    "Listed",
    "Metadata",
    "Narrowed",
    "NotAccepted",
    "NotBelieved",
    "Notice",
    "Offer",
    "OpenSession",
    "Opened",
    "Outcome",
    "Outside",
    "OutsideProvider",
    "Passkey",
    "Passwords",
    "Pending",
    "People",
    "Permit",
    "Person",
    "Policy",
    "Principal",
    "Provider",
    "Proxies",
    "Proxy",
    "Question",
    "Recipient",
    "Refusal",
    "Resetting",
    "Rights",
    "Role",
    "Scopes",
    "Security",
    "Session",
    "Sessions",
    "SignInSeen",
    "Steps",
    "Terms",
    "Tokens",
    "Told",
    "TooManyAttempts",
    "Vouched",
    "Want",
    "WrongCode",
    "acting_principal",
    "assertion_of",
    "authorization_server",
    "caller_of",
    "end_of_minority",
    "keep_fresh",
    "key_set",
    "last_moment",
    "networks",
    "openid_configuration",
    "operator_minted",
    "operator_token",
    "portal_client",
    "protected_resource",
    "require_recent",
    "secret_of",
    "smart_configuration",
    "style",
]
