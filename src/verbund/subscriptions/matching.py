"""From changes to events: which subscription does a change concern, and may its owner see it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import msgspec
import structlog

from verbund.access import Stored
from verbund.errors import Interrupted, VerbundError
from verbund.fhir import Parameters, SearchQuery, parse_search
from verbund.fhir.fhirpath import of_resource, truth
from verbund.identity import Principal
from verbund.subscriptions.book import Book
from verbund.subscriptions.model import Change, Pairs, Standing, Trigger, Who
from verbund.subscriptions.rules import concerns, triggered

BATCH = 200

_log = structlog.get_logger("verbund.subscriptions")

_json = msgspec.json.Decoder(float_hook=Decimal).decode
_parsed = lru_cache(maxsize=4096)(parse_search)

Versions = tuple[Stored | None, Stored | None]


class Seeing(Protocol):
    """The gate, as far as it is asked before anybody is told."""

    @property
    def known(self) -> Parameters: ...
    async def parameters(self) -> Parameters: ...
    async def versions(
        self, who: Principal, resource_type: str, resource_id: str, version: int, /
    ) -> Sequence[Stored]: ...
    async def fits(self, who: Principal, query: SearchQuery, stored: Stored, /) -> bool: ...


class Matcher:
    """Turns the changes that were noted into events of subscriptions, each exactly once, in order for each resource."""

    def __init__(self, book: Book, gate: Seeing) -> None:
        self._book = book
        self._gate = gate

    async def step(self) -> int:
        """Settle the first changes; how many there were."""
        changes = await self._book.changes(BATCH)
        if not changes:
            return 0
        listening = await self._book.listening()
        await self._gate.parameters()
        found: dict[tuple[UUID, int], list[tuple[datetime, Change]]] = {}
        for _, xid, at, change in changes:
            seen: dict[Who, Versions | None] = {}
            for one in listening:
                if one.since is not None and xid >= one.since and await self._matters(one, change, seen):
                    found.setdefault((one.key, one.generation), []).append((at, change))
            await asyncio.sleep(0)
        with suppress(Interrupted):
            await self._book.settle([number for number, *_ in changes], found)
        return len(changes)

    async def _matters(self, one: Standing, change: Change, seen: dict[Who, Versions | None]) -> bool:
        """Whether a change is an event of a subscription; `seen` are the versions that owners may see."""
        triggers = [trigger for trigger in one.kept.triggers if concerns(trigger, change)]
        if not triggers:
            return False
        who = one.kept.who
        if who not in seen:
            seen[who] = await self._seen(who.principal, change)
        versions = seen[who]
        if versions is None:
            return False
        try:
            return await self._filtered(one, versions) and await self._any(triggers, who.principal, versions)
        except VerbundError as error:
            if error.category.retriable:
                raise
            _log.info("subscription-condition-fails", subscription=str(one.key), reason=error.text)
            return False

    async def _seen(self, who: Principal, change: Change) -> Versions | None:
        """The versions after and before a change; None where who asks may not see the change."""
        found = await self._gate.versions(who, change.type, change.id, change.version)
        if not found or found[0].version != change.version:
            return None
        before = found[1] if len(found) > 1 and not found[1].deleted else None
        return (None if found[0].deleted else found[0], before)

    async def _filtered(self, one: Standing, versions: Versions) -> bool:
        """Whether all conditions of the subscriber hold, of a deletion for what was deleted."""
        stored = versions[0] or versions[1]
        if stored is None:
            return False
        for condition in one.kept.filters:
            if condition.type == stored.type and not await self._fits(one.kept.who.principal, condition.pairs, stored):
                return False
        return not one.kept.filters or any(condition.type == stored.type for condition in one.kept.filters)

    async def _any(self, triggers: Sequence[Trigger], who: Principal, versions: Versions) -> bool:
        after, before = versions
        for trigger in triggers:
            if trigger.path is not None:
                if _path_holds(trigger.path, after, before):
                    return True
                continue
            current = await self._test(who, trigger.current, after)
            if triggered(trigger, current, await self._test(who, trigger.previous, before)):
                return True
        return False

    async def _test(self, who: Principal, pairs: Pairs | None, stored: Stored | None) -> bool | None:
        return None if pairs is None or stored is None else await self._fits(who, pairs, stored)

    async def _fits(self, who: Principal, pairs: Pairs, stored: Stored) -> bool:
        return not pairs or await self._gate.fits(
            who, _parsed(stored.type, pairs, known=self._gate.known.by_value), stored
        )


def _path_holds(path: str, after: Stored | None, before: Stored | None) -> bool:
    """Whether a FHIRPath condition holds, %current and %previous being the versions after and before."""
    versions = {"current": after, "previous": before}
    given = {name: [] if one is None else [of_resource(_json(one.body))] for name, one in versions.items()}
    (node,) = given["current"] or given["previous"]
    return truth(path, node, variables=given)
