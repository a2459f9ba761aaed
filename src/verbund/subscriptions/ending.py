"""Subscriptions end with the right of who asked for them.

That is when an account is closed, its role or password changes, the app is switched off, or the token is revoked.
"""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

import msgspec
import structlog

from verbund.errors import VerbundError
from verbund.identity import Asked
from verbund.subscriptions.delivering import Rights, Teller
from verbund.subscriptions.model import Standing
from verbund.subscriptions.registering import Registrar

_log = structlog.get_logger("verbund.subscriptions")


class Ending:
    """Turns off subscriptions whose owner's right has ended, and has each say in its resource who made it."""

    def __init__(self, teller: Teller, registrar: Registrar, rights: Rights) -> None:
        self._teller = teller
        self._registrar = registrar
        self._rights = rights
        self._owners: dict[tuple[UUID, int], Asked] = {}

    async def step(self) -> int:
        """Look at all; how many were turned off."""
        book = self._teller.book
        there = await book.there()
        unknown = [key for key, generation in there if (key, generation) not in self._owners]
        found = await book.find(unknown) if unknown else []
        asked = {(one.key, one.generation): one.kept.asked for one in found}
        self._owners = {one: owner for one, owner in (self._owners | asked).items() if one in there}
        over = await self._end({one: owner for one, owner in self._owners.items() if there[one] != "off"})
        for one in found:
            await self._settle(one)
        return over

    async def _end(self, owners: Mapping[tuple[UUID, int], Asked]) -> int:
        ended = await self._rights.ended(set(owners.values())) if owners else {}
        over = {one: ended[owner] for one, owner in owners.items() if owner in ended}
        for one in await self._teller.book.find([key for key, _ in over]) if over else []:
            reason = over.get((one.key, one.generation))
            if reason is not None:
                _log.info("subscription-ended", subscription=str(one.key), reason=reason)
                await self._teller.end(one, reason)
        return len(over)

    async def _settle(self, one: Standing) -> None:
        """Bring up to date what a former version kept, and the resource that the operator wrote in the maker's place.

        A person of whom it was not kept when they had proven who they are goes on as the one they are now, if the role
        is the same. The resource says who made it: by that it is found.
        """
        kept = one.kept
        try:
            if kept.who.epoch is None:
                epoch = await self._rights.epoch(kept.asked)
                kept = msgspec.structs.replace(kept, who=msgspec.structs.replace(kept.who, epoch=epoch))
            if not kept.marked:
                await self._teller.rewrite(one, partial(self._registrar.made_by, kept.who.principal))
                kept = msgspec.structs.replace(kept, marked=True)
            if kept != one.kept:
                await self._teller.book.keep(one, kept)
                self._owners[one.key, one.generation] = kept.asked
        except VerbundError as error:
            _log.warning("subscription-not-settled", subscription=str(one.key), reason=error.text)
            if error.category.retriable:
                del self._owners[one.key, one.generation]
