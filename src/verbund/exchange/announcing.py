"""Patients that were written, in whatever process of the node, told to the process that enrols them.

The announcement is part of the write's transaction: it is made when and only when that is committed. One that is
missed, because nobody listened, is made good by the catching up at every start and after every loss of the connection.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from verbund.crypto import NodeKeys, seal, unseal
from verbund.database import Connection

CHANNEL = "exchange_patients"
_CONTEXT = b"exchange: patients written"
# PostgreSQL takes 8,000 bytes for one notification; ids have at most 64 characters.
_AT_ONCE = 64
_CHANGED = frozenset({"created", "updated", "deleted"})


class ResourceWritten(Protocol):
    """What the store says of a write (its `Written`)."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def status(self) -> str: ...


class PatientAnnouncements:
    """A projection of the store that announces patients; ids travel sealed, as the database keeps nothing in clear."""

    # The resource types that the store must tell of.
    types = frozenset({"Patient"})

    def __init__(self, keys: NodeKeys) -> None:
        self._key = keys.master

    async def project(self, connection: Connection, written: Sequence[ResourceWritten]) -> None:
        """Announce the patients among what was written, with the commit."""
        ids = [one.id for one in written if one.type == "Patient" and one.status in _CHANGED]
        payloads = [self._sealed(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE)]
        if payloads:
            await connection.execute("select pg_notify($1, p) from unnest($2::text[]) p", CHANNEL, payloads)

    def _sealed(self, ids: Sequence[str]) -> str:
        return b64encode(seal(self._key, msgspec.json.encode(ids), _CONTEXT)).decode()


def announced(payload: str, keys: NodeKeys) -> Iterator[str]:
    """The ids in an announcement; Fault when it was not made with this node's key."""
    yield from msgspec.json.decode(unseal(keys.master, b64decode(payload), _CONTEXT), type=list[str])
