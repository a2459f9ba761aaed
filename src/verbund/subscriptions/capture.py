"""Changes are noted in the transaction that makes them: none is lost, and none is told that was undone."""

import time
from collections.abc import Callable, Sequence
from typing import cast

import msgspec

from verbund.access import Written
from verbund.database import Connection
from verbund.errors import VerbundError
from verbund.fhir import Parameters
from verbund.subscriptions.book import Book
from verbund.subscriptions.model import Change, Interaction, Pace
from verbund.subscriptions.topics import is_topic, read_topic

_WHAT = {"created": "create", "updated": "update", "deleted": "delete"}
_TOPIC = b"SubscriptionTopic"

WAKE_SECONDS = 0.05
"""How often who settles changes is woken at most: a notification of PostgreSQL holds up other commits."""


class Capture:
    """A projection of the store: what may matter to a subscriber, and topics that are brought.

    Which types matter is asked of the database at most every half `pace.settling`; where nobody subscribes, a write
    costs no more than a look at the clock. A subscription is active only when every process has asked again since.
    `known` tells the search parameters of the node.
    """

    def __init__(
        self,
        book: Book,
        known: Callable[[], Parameters],
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._book = book
        self._known = known
        self._lasts = (pace or Pace()).settling / 2
        self._clock = clock
        self._interesting: frozenset[str] = frozenset()
        self._until = float("-inf")
        self._wakes_at = float("-inf")

    @property
    def types(self) -> frozenset[str]:
        """The types that a bulk load must tell of: those that matter to somebody."""
        return self._interesting | {"Basic"}

    async def refresh(self, connection: Connection) -> None:
        """Ask which types matter, unless that was asked lately."""
        if self._clock() >= self._until:
            asked = self._clock()
            self._interesting = await self._book.interesting(connection)
            self._until = asked + self._lasts

    async def project(self, connection: Connection, written: Sequence[Written]) -> None:
        """Note what matters of what was written."""
        await self.refresh(connection)
        interesting = self._interesting
        found = [one for one in written if one.type in interesting and one.status in _WHAT]
        if found:
            wakes = self._clock() >= self._wakes_at
            await self._book.add_changes(connection, [(one.updated, _change(one)) for one in found], wakes=wakes)
            if wakes:
                self._wakes_at = self._clock() + WAKE_SECONDS
        basics = [one for one in written if one.type == "Basic"]
        if basics:
            await self._topics(connection, basics)

    async def _topics(self, connection: Connection, written: Sequence[Written]) -> None:
        basics = [one for one in written if one.status in _WHAT]
        bringing = [one for one in basics if one.status != "deleted" and _TOPIC in one.body]
        others = [one.id for one in basics if one not in bringing and one.status != "created"]
        if others:
            await self._book.remove_topics(connection, others)
        for one in bringing:
            await self._bring(connection, one)

    async def _bring(self, connection: Connection, written: Written) -> None:
        """Keep a topic; one that cannot be carried out here stays a resource, and nobody can subscribe to it."""
        resource = msgspec.json.decode(written.body)
        if not is_topic(resource):
            return
        try:
            topic = read_topic(resource, self._known())
        except VerbundError:
            await self._book.remove_topics(connection, [written.id])
            return
        await self._book.put_topic(connection, written.id, topic)


def _change(written: Written) -> Change:
    return Change(written.type, written.id, written.version, cast("Interaction", _WHAT[written.status]))
