"""Why a site believes that a key is a member's, though the hub, which hands out the directory, is not to be trusted.

Three signed statements (JWS, RFC 7515, Ed25519) make a directory entry:

- the *grant*: a member allows whoever holds a one-time key to join under a name, signed with the member's key;
- the *admission*: the one-time key, which travels in the invitation and never to the hub, signs the new member's keys;
- the *statement*: the new member signs its own name, keys, and whose invitation it followed.

A site starts from what its own invitation told it: the key of the member that invited it. From there trust follows the
invitations in both directions: whom a trusted member invited, and who invited a trusted member. The hub can withhold
entries, but neither invent a member nor change a key. Kind and title of a member are believed once, with its key
(`membership`). That an invitation had not expired is looked at when somebody joins: a membership outlasts it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from verbund.crypto import NodeKeys, PublicKeys
from verbund.errors import Forbidden, Incorrect
from verbund.exchange.model import Member

_ALGORITHM = "Ed25519"
Jwks = dict[str, dict[str, str]]
Shape = TypeVar("Shape")


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may join: signed by the member that invites (or by the hub for the first site)."""

    id: str
    site: str
    title: str
    kind: str
    inviter: str
    key: dict[str, str]
    expires_at: datetime


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who has joined: signed by the member itself, and again by the one-time key."""

    site: str
    title: str
    kind: str
    keys: Jwks
    grant: str
    inviter: str
    inviter_key_id: str


class Entry(msgspec.Struct, frozen=True):
    """A directory entry as the hub hands it out: the three signed texts, and when the member was last seen."""

    grant: str
    admission: str
    statement: str
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that proves itself (own key, one-time key); whether its grant is to be believed is still open."""

    entry: Entry
    statement: Statement
    grant: Grant
    keys: PublicKeys

    def member(self) -> Member:
        """The member it describes."""
        said = self.statement
        return Member(said.site, said.title, said.kind, self.keys, self.entry.last_seen)


def sign(content: msgspec.Struct, key: OKPKey) -> str:
    """A compact JWS over the content's JSON."""
    return jws.serialize_compact({"alg": _ALGORITHM}, msgspec.json.encode(content), key, algorithms=[_ALGORITHM])


def opened(text: str, key: OKPKey) -> bytes:
    """The payload of a compact JWS that this key signed; Forbidden otherwise."""
    try:
        return jws.deserialize_compact(text, key, algorithms=[_ALGORITHM]).payload
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden("A statement of the directory is not signed by whom it says.") from None


def unproven(text: str) -> bytes:
    """The payload of a compact JWS, not verified: to learn which key it must be verified with."""
    try:
        return jws.extract_compact(text.encode()).payload
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden("A statement of the directory is not readable.") from None


def _decoded(raw: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Forbidden("A statement of the directory does not have the form it must have.") from None


def grant_id(grant: str) -> str:
    """The id of a grant, read from its text without verifying it."""
    return _decoded(unproven(grant), Grant).id


def admit(grant: str, one_time: OKPKey, statement: Statement, keys: NodeKeys) -> Entry:
    """The entry of a new member: signed by itself and by the one-time key of its invitation."""
    return Entry(grant, sign(statement, one_time), sign(statement, keys.signing))


def candidate(entry: Entry) -> Candidate:
    """Check all of an entry that needs no other's key; Forbidden when a signature or a name does not fit."""
    statement = _decoded(unproven(entry.statement), Statement)
    grant = _decoded(unproven(entry.grant), Grant)
    try:
        keys = PublicKeys.from_dict(statement.keys)
        one_time = PublicKeys(signing=grant.key, sealing={}).signing_key
    except Incorrect as error:
        raise Forbidden(error.text) from None
    if opened(entry.statement, keys.signing_key) != opened(entry.admission, one_time):
        raise Forbidden(f"The entry of {statement.site} was not admitted by its invitation.")
    said = (statement.site, statement.title, statement.kind, statement.grant, statement.inviter)
    if said != (grant.site, grant.title, grant.kind, grant.id, grant.inviter):
        raise Forbidden(f"The entry of {statement.site} says something else than its invitation.")
    return Candidate(entry, statement, grant, keys)


def granted_by(found: Candidate, inviter: PublicKeys) -> bool:
    """Whether this key signed the grant that the candidate followed."""
    try:
        opened(found.entry.grant, inviter.signing_key)
    except Forbidden:
        return False
    return found.statement.inviter_key_id == inviter.key_id


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The members that may be believed, and why each other entry is not (`site: reason`, for the operator)."""

    members: dict[str, Member]
    refused: dict[str, str]


def believed(entries: Iterable[Entry], roots: Mapping[str, str]) -> Verdicts:
    """Follow the invitations from `roots` (site → key id, pinned) to all entries that can be reached.

    An entry with another key than the pinned one of the same name is refused, as are two entries under one name or from
    one grant: the pinned or first one stays.
    """
    refused: dict[str, str] = {}
    open_ones: dict[str, Candidate] = {}
    for entry in entries:
        try:
            found = candidate(entry)
        except Forbidden as error:
            refused[f"entry {len(refused) + 1}"] = error.text
            continue
        if roots.get(found.statement.site, found.keys.key_id) != found.keys.key_id:
            refused[found.statement.site] = "The directory names another key than the one known for this member."
        else:
            open_ones.setdefault(found.statement.site, found)
    trusted = _closure(open_ones, roots)
    for site in open_ones.keys() - trusted.keys():
        refused[site] = "No member that is trusted here invited this one."
    return Verdicts({site: found.member() for site, found in trusted.items()}, refused)


def _closure(open_ones: Mapping[str, Candidate], roots: Mapping[str, str]) -> dict[str, Candidate]:
    trusted = {site: found for site, found in open_ones.items() if site in roots}
    grants = {found.grant.id for found in trusted.values()}
    grown = True
    while grown:
        grown = False
        for site, found in open_ones.items():
            if site not in trusted and found.grant.id not in grants and _linked(found, trusted):
                trusted[site] = found
                grants.add(found.grant.id)
                grown = True
    return trusted


def _linked(found: Candidate, trusted: Mapping[str, Candidate]) -> bool:
    inviter = trusted.get(found.statement.inviter)
    if inviter is not None and granted_by(found, inviter.keys):
        return True
    name, key_id = found.statement.site, found.keys.key_id
    return any(
        other.statement.inviter == name and other.statement.inviter_key_id == key_id and granted_by(other, found.keys)
        for other in trusted.values()
    )
