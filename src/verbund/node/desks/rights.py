"""Behind the pages of patients' rights: requests, copies and erasures of the house."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from verbund.access import Gate
from verbund.consent import ALL, DataCategory
from verbund.errors import Forbidden, NotFound
from verbund.identity import Principal
from verbund.rights import Answer, Copies, Copy, Erasures, Kind, Outcome, Request, RequestPage, Requests, State

_A_PAGE = 50


class RightsDesk:
    """The portal's `PatientRights`."""

    def __init__(self, gate: Gate, requests: Requests, copies: Copies, erasures: Erasures) -> None:
        self._gate = gate
        self._requests = requests
        self._copies = copies
        self._erasures = erasures

    async def requests(self, who: Principal) -> Sequence[Request]:
        """Those of who asks, newest first."""
        return await self._requests.mine(who)

    async def ask(
        self, who: Principal, kind: Kind, text: str, *, about: str | None = None, categories: DataCategory = ALL
    ) -> Request:
        """A new one."""
        if kind is Kind.ERASURE:
            return await self._erasures.ask(who, text)
        return await self._requests.ask(who, kind, text, about=about, categories=categories)

    async def withdraw(self, who: Principal, identity: UUID) -> Request:
        """Take one back."""
        return await self._requests.withdraw(who, identity)

    async def copies(self, who: Principal) -> Sequence[Copy]:
        """The copies of who asks, newest first."""
        return await self._copies.mine(who)

    async def ask_copy(self, who: Principal, language: Literal["de", "en"]) -> Copy:
        """Begin one."""
        return await self._copies.ask(who, language)

    async def fetch_copy(self, who: Principal, identity: UUID) -> tuple[Copy, AsyncIterator[bytes]]:
        """Its bytes."""
        return await self._copies.fetch(who, identity)

    async def drop_copy(self, who: Principal, identity: UUID) -> None:
        """Remove it."""
        await self._copies.drop(who, identity)

    async def preview(self, who: Principal) -> Outcome:
        """What an erasure would take and leave."""
        return await self._erasures.preview(who)

    async def waiting(self, who: Principal, *, cursor: str | None) -> RequestPage:
        """What waits for the house."""
        return await self._requests.waiting(who, count=_A_PAGE, cursor=cursor)

    async def one(self, who: Principal, identity: UUID) -> tuple[Request, Mapping[str, Any] | None, Outcome | None]:
        """A request, the entry that it is about as far as who asks may read it, and what an erasure would take."""
        request = await self._requests.one(who, identity)
        outcome = None
        if request.kind is Kind.ERASURE and request.state is State.OPEN:
            outcome = await self._erasures.preview_of(who, identity)
        return request, await self._entry(who, request.about), outcome

    async def _entry(self, who: Principal, about: str | None) -> Mapping[str, Any] | None:
        kind, _, identity = (about or "").partition("/")
        if not identity:
            return None
        try:
            stored = await self._gate.read(who, kind, identity)
        except (NotFound, Forbidden):
            return None
        return msgspec.json.decode(stored.body, type=dict[str, Any])

    async def answer(self, who: Principal, identity: UUID, answer: Answer, text: str) -> None:
        """What the house says; an erasure that is accepted is carried out."""
        request = await self._requests.one(who, identity)
        if request.kind is Kind.ERASURE and answer == "accepted":
            await self._erasures.carry_out(who, identity, text)
        else:
            await self._requests.answer(who, identity, answer, text)
