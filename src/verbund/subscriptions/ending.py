"""Subscriptions end with the right of who asked for them: when an account is closed, or the token is revoked."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

import msgspec
import structlog

from verbund.errors import VerbundError
from verbund.subscriptions.delivering import Teller
from verbund.subscriptions.model import Standing
from verbund.subscriptions.registering import Registrar

Asked = tuple[str, UUID | None]

_log = structlog.get_logger("verbund.subscriptions")


class Rights(Protocol):
    """Who knows whose right to act has ended (`verbund.identity.Rights`)."""

    async def ended(self, asked: Collection[Asked], /) -> Mapping[Asked, str]:
        """Those, by subject and token, whose right has ended, each with a sentence that says why."""


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
        asked = {(one.key, one.generation): (one.kept.who.subject, one.kept.token) for one in found}
        self._owners = {one: owner for one, owner in (self._owners | asked).items() if one in there}
        over = await self._end({one: owner for one, owner in self._owners.items() if there[one] != "off"})
        for one in found:
            if not one.kept.marked:
                await self._mark(one)
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

    async def _mark(self, one: Standing) -> None:
        """Note in the resource of a former version, or that the operator wrote, whose it is: by that it is found."""
        maker = one.kept.who.principal
        try:
            await self._teller.rewrite(one, lambda resource: self._registrar.made_by(maker, resource))
            await self._teller.book.keep(one, msgspec.structs.replace(one.kept, marked=True))
        except VerbundError as error:
            _log.warning("subscription-not-marked", subscription=str(one.key), reason=error.text)
            if error.category.retriable:
                del self._owners[one.key, one.generation]
