"""Subscriptions end with the right of who asked for them: when an account is closed, or the token is revoked."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

import structlog

from verbund.subscriptions.delivering import Teller

Asked = tuple[str, UUID | None]

_log = structlog.get_logger("verbund.subscriptions")


class Rights(Protocol):
    """Who knows whose right to act has ended (`verbund.identity.Rights`)."""

    async def ended(self, asked: Collection[Asked], /) -> Mapping[Asked, str]:
        """Those, by subject and token, whose right has ended, each with a sentence that says why."""


class Ending:
    """Turns off subscriptions whose owner's right has ended."""

    def __init__(self, teller: Teller, rights: Rights) -> None:
        self._teller = teller
        self._rights = rights
        self._owners: dict[tuple[UUID, int], Asked] = {}

    async def step(self) -> int:
        """Look at all that are not off; how many were turned off."""
        book = self._teller.book
        on = await book.on()
        unknown = [key for key, generation in on if (key, generation) not in self._owners]
        found = await book.find(unknown) if unknown else []
        asked = {(one.key, one.generation): (one.kept.who.subject, one.kept.token) for one in found}
        self._owners = {one: owner for one, owner in (self._owners | asked).items() if one in on}
        ended = await self._rights.ended(set(self._owners.values())) if self._owners else {}
        over = {one: ended[owner] for one, owner in self._owners.items() if owner in ended}
        for one in await book.find([key for key, _ in over]) if over else []:
            reason = over.get((one.key, one.generation))
            if reason is not None:
                _log.info("subscription-ended", subscription=str(one.key), reason=reason)
                await self._teller.end(one, reason)
        return len(over)
