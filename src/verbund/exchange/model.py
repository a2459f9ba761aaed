"""What travels between nodes, and who the members are: frozen values shared by hub and site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from verbund.crypto import PublicKeys
from verbund.database import Connection

HUB_KIND = "hub"
LARGEST_BODY_BYTES = 48 * 2**20
"""A parcel's sealed body at most; a record of 1,000 resources has some 300,000."""
LONGEST_LIFE = timedelta(days=60)
"""How long a message may matter at most: whoever demands more would fill memories and mailboxes for good."""


class Role(StrEnum):
    """What a message is in the conversation of two nodes; it stands in the signed claims."""

    ASK = "ask"
    REPLY = "reply"
    FAILURE = "failure"
    LETTER = "letter"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class Member:
    """A node of the region, as a site has verified and pinned it: `site` is its name and organisation id."""

    site: str
    title: str
    kind: str
    keys: PublicKeys
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the hub sees of a message: who it is for, until when it matters, and a sealed body.

    A `transient` parcel (an ask, a reply, a receipt) is refused when its receiver is not listening and may be lost when
    the hub's machine loses power; any other is on the hub's disk when the hub has accepted it.
    """

    id: str
    receiver: str
    expires_at: datetime
    body: str
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """A parcel as its receiver gets it; `sequence` grows as the hub accepts parcels for a receiver."""

    sequence: int
    id: str
    sender: str
    body: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message whose sender is proven, as a handler gets it.

    `once` belongs to a letter: a companion that a handler passes into its own transaction, so that the handler's
    effects and the note that this letter has been applied are committed together. A handler whose effects may be
    repeated without harm need not use it.
    """

    id: str
    sender: str
    kind: str
    payload: bytes
    sent_at: datetime
    once: "Companion"


class Companion(Protocol):
    """What is written in the same transaction as somebody else's writes (the shape of the store's companions)."""

    async def write(self, connection: Connection, written: Sequence[object]) -> None:
        """Write through `connection`; what it raises undoes the whole transaction."""


class Handler(Protocol):
    """What a node does with one kind of message."""

    async def __call__(self, message: Message) -> bytes | None:
        """Answer an ask with bytes; the result of a letter is ignored.

        A VerbundError travels back to who asked. For a letter, an error that is worth repeating (unavailable,
        interrupted, busy) or a fault leaves the letter to be delivered again; any other refuses it for good.
        """
