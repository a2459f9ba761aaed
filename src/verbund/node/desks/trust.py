"""The portal's `TrustCentre`: the steward's decisions at the hub, with the houses by the names people know."""

from collections.abc import Callable, Iterable, Sequence

from verbund.identity import Principal
from verbund.linkage import Enrolled
from verbund.node.trust import TrustDesk
from verbund.portal import House
from verbund.portal.doubts import Choice, Doubt, DoubtEntry, Ruling


class TrustCentreDesk:
    """Decides through the trust centre of this hub."""

    def __init__(self, trust: TrustDesk, title: Callable[[str], str]) -> None:
        self._trust = trust
        self._title = title

    async def doubts(self, who: Principal, count: int, before: int | None) -> Sequence[Doubt]:
        """Open questions, newest first."""
        return [
            Doubt(
                one.review.number, one.review.pseudonym, one.review.candidate, one.review.similarity, one.review.reason,
                self._entries(one.one), self._entries(one.other),
            )
            for one in await self._trust.of(who).cases(count, before)
        ]  # fmt: skip

    async def person(self, who: Principal, pseudonym: str) -> tuple[DoubtEntry, ...]:
        """The houses' patients under a pseudonym."""
        return self._entries(await self._trust.of(who).person(pseudonym))

    async def rulings(self, who: Principal, count: int, before: int | None) -> Sequence[Ruling]:
        """What was decided, newest first."""
        return [
            Ruling(
                one.number, one.decided_at, one.decided_by, one.kind, one.reason,
                one.undone_by is None and one.kind != "reopened",
            )
            for one in await self._trust.of(who).decided(count, before)
        ]  # fmt: skip

    async def decide(self, who: Principal, pair: tuple[str, str], choice: Choice, reason: str) -> None:
        """Both are one person, or two."""
        desk = self._trust.of(who)
        deed = desk.same if choice == "same" else desk.different
        await deed(*pair, self._trust.verdict(who, reason))

    async def split(self, who: Principal, pseudonym: str, entries: Sequence[int], reason: str) -> None:
        """These entries are another person than the rest."""
        await self._trust.of(who).split(pseudonym, entries, self._trust.verdict(who, reason))

    async def undo(self, who: Principal, number: int, reason: str) -> None:
        """Take a decision back."""
        await self._trust.of(who).undo(number, self._trust.verdict(who, reason))

    def _entries(self, people: Iterable[Enrolled]) -> tuple[DoubtEntry, ...]:
        return tuple(
            DoubtEntry(one.entry, House(one.site, self._title(one.site)), one.enrolled_at, one.has_number)
            for one in people
        )
