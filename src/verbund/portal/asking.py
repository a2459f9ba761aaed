"""What the pages about patients' rights need of a node: requests, copies, erasure, and what the house answers."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, Protocol
from uuid import UUID

from verbund.consent import ALL, DataCategory
from verbund.identity import Principal
from verbund.portal.model import Resource
from verbund.rights import Answer, Copy, Kind, Outcome, Request, RequestPage

Language = Literal["de", "en"]


class PatientRights(Protocol):
    """What patients may ask of the house, and what the house answers (`verbund.rights` behind it)."""

    async def requests(self, who: Principal) -> Sequence[Request]:
        """Those of who asks, newest first."""

    async def ask(
        self, who: Principal, kind: Kind, text: str, *, about: str | None = None, categories: DataCategory = ALL
    ) -> Request:
        """A new one."""

    async def withdraw(self, who: Principal, identity: UUID) -> Request:
        """Take one back."""

    async def copies(self, who: Principal) -> Sequence[Copy]:
        """The copies of who asks, newest first."""

    async def ask_copy(self, who: Principal, language: Language) -> Copy:
        """Begin one."""

    async def fetch_copy(self, who: Principal, identity: UUID) -> tuple[Copy, AsyncIterator[bytes]]:
        """Its bytes."""

    async def drop_copy(self, who: Principal, identity: UUID) -> None:
        """Remove it."""

    async def preview(self, who: Principal) -> Outcome:
        """What an erasure would take and leave."""

    async def waiting(self, who: Principal, *, cursor: str | None) -> RequestPage:
        """What waits for the house."""

    async def one(self, who: Principal, identity: UUID) -> tuple[Request, Resource | None, Outcome | None]:
        """A request, the entry that it is about as it is now, and what an erasure would take."""

    async def answer(self, who: Principal, identity: UUID, answer: Answer, text: str) -> None:
        """What the house says; an erasure that is accepted is carried out."""
