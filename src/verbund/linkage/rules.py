"""When two enrolments are one person: pure decisions that err on the side of two.

A wrong merge shows one patient's record to another's doctor; a missed one leaves a record incomplete, and a review row.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from verbund.linkage.encoding import similarity
from verbund.linkage.model import Encoding

# Measured on invented German names with errors (tests/spec/linkage): one person with a slip in a name is above SAME;
# twins, and namesakes whose birth dates differ in the day, are below. An equal insurance number needs only that the
# rest is not a stranger's, as when a wrong card was read: AGREED.
SAME = 0.90
DOUBTFUL = 0.75
AGREED = 0.45
_TIE = 0.01


class Reason(StrEnum):
    """Why two pseudonyms should be looked at."""

    SIMILAR = "similar"
    CONTRADICTION = "insurance numbers contradict"
    WRONG_CARD = "insurance number fits, the person does not"
    AMBIGUOUS = "fits several"
    NAMESAKE = "given names differ"
    REPLACED = "details became another person's"
    DIVIDED = "fits, but it is in question who that is"


@dataclass(frozen=True, slots=True)
class Member:
    """One enrolment under a pseudonym.

    `questioned` while nobody has decided whose it is; those who are `settled` are one person as a steward said.
    """

    pseudonym: str
    encoding: Encoding
    questioned: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pseudonym that may be the same person."""

    pseudonym: str
    similarity: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """The pseudonym that the person has already, None for a new one, and what people should look at."""

    pseudonym: str | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class _Likeness:
    pseudonym: str
    similarity: float
    agreed: bool
    contradicted: bool
    namesake: bool
    questioned: bool = False

    @property
    def same(self) -> bool:
        if self.contradicted or (self.namesake and not self.agreed):
            return False
        return self.similarity >= (AGREED if self.agreed else SAME)

    def ties(self, other: "_Likeness") -> bool:
        """Whether neither fits better."""
        return self.agreed == other.agreed and abs(self.similarity - other.similarity) < _TIE

    def beside(self) -> Doubt:
        """It fits, and is not chosen."""
        return Doubt(self.pseudonym, self.similarity, Reason.DIVIDED if self.questioned else Reason.AMBIGUOUS)

    def doubt(self) -> Doubt | None:
        if self.agreed:
            return Doubt(self.pseudonym, self.similarity, Reason.WRONG_CARD)
        if self.contradicted:
            reason, least = Reason.CONTRADICTION, SAME
        else:
            alike = self.similarity >= SAME
            reason, least = Reason.NAMESAKE if self.namesake and alike else Reason.SIMILAR, DOUBTFUL
        return Doubt(self.pseudonym, self.similarity, reason) if self.similarity >= least else None


def decide(person: Encoding, members: Iterable[Member]) -> Decision:
    """Whether the person is one of those enrolled already.

    Insurance numbers that contradict never merge, whatever else fits. Without an insurance number that agrees, other
    given names never merge either: Anna and Anja Müller, born on one day, may be sisters. When several pseudonyms fit
    alike, none is chosen; nor is one that is in question itself, or whose own members would not be taken for one
    person, nor a worse one than that. All others that fit or nearly fit become doubts.
    """
    likely = _likenesses(person, members)
    same = sorted((one for one in likely if one.same), key=lambda one: (one.agreed, one.similarity), reverse=True)
    doubts = [doubt for one in likely if not one.same and (doubt := one.doubt())]
    chosen = _chosen(same)
    fits = [one.beside() for one in same if one is not chosen]
    return Decision(chosen.pseudonym if chosen else None, (*fits, *doubts))


def _chosen(fitting: Sequence[_Likeness]) -> _Likeness | None:
    """The best of these, best first; none where another fits alike, or one in question fits better."""
    sound = [one for one in fitting if not one.questioned]
    if not sound or any(one.ties(sound[0]) for one in sound[1:]):
        return None
    better = fitting[: fitting.index(sound[0])]
    return sound[0] if all(one.ties(sound[0]) for one in better) else None


def stays(person: Encoding, former: Encoding, others: Sequence[Encoding]) -> bool:
    """Whether an entry of a pseudonym that has others, too, is still the same person with its new encoding.

    It is while the rules would take it for one of the others. One that never was like them, since people joined it,
    stays as long as it is like itself.
    """
    if any(_are_one(person, other) for other in others):
        return True
    return _are_one(person, former) and not any(_are_one(former, other) for other in others)


def is_another(person: Encoding, former: Encoding) -> bool:
    """Whether an entry that stands alone is a stranger to what it was: with little in common, as when overwritten."""
    return similarity(person.bits, former.bits) < AGREED


def _are_one(one: Encoding, other: Encoding) -> bool:
    """Whether two encodings alone are taken for one person; another family name is a marriage.

    A given name that both have is one of the same birth date, and is that of a full one where they share a block.
    """
    alike = similarity(one.bits, other.bits)
    if one.insurance is not None and other.insurance is not None:
        return one.insurance == other.insurance and alike >= AGREED
    if set(one.given) & set(other.given) and set(one.blocks) & set(other.blocks):
        return alike >= AGREED
    return alike >= SAME and not _namesake(one, [other])


def _are_whole(members: Sequence[Member]) -> bool:
    """Whether each member of a pseudonym is tied to each other one, if only through further ones."""
    reached, left = list(members[:1]), list(members[1:])
    while reached and left:
        one = reached.pop()
        tied = [other for other in left if (one.settled and other.settled) or _are_one(one.encoding, other.encoding)]
        left = [other for other in left if other not in tied]
        reached += tied
    return not left


def _likenesses(person: Encoding, members: Iterable[Member]) -> list[_Likeness]:
    by_pseudonym: dict[str, list[Member]] = {}
    for member in members:
        by_pseudonym.setdefault(member.pseudonym, []).append(member)
    return [_judged(person, pseudonym, known) for pseudonym, known in sorted(by_pseudonym.items())]


def _judged(person: Encoding, pseudonym: str, members: Sequence[Member]) -> _Likeness:
    found = _likeness(person, pseudonym, [member.encoding for member in members])
    if found.same and (any(member.questioned for member in members) or not _are_whole(members)):
        return replace(found, questioned=True)
    return found


def _likeness(person: Encoding, pseudonym: str, known: Sequence[Encoding]) -> _Likeness:
    numbers = {one.insurance for one in known if one.insurance is not None} if person.insurance is not None else set()
    return _Likeness(
        pseudonym=pseudonym,
        similarity=max(similarity(person.bits, one.bits) for one in known),
        agreed=person.insurance in numbers,
        contradicted=bool(numbers - {person.insurance}),
        namesake=_namesake(person, known),
    )


def _namesake(person: Encoding, known: Sequence[Encoding]) -> bool:
    """Whether somebody of another given name is meant: no name is shared, and neither looks like a slip of the other.

    One that people have against one that nobody has is a slip. Where a house sends no hashes of names, nothing is said.
    """
    others = [set(one.given) for one in known if one.given]
    own = set(person.given)
    if not own or any(own & other for other in others):
        return False
    return any(_are_names(own) == _are_names(other) for other in others)


def _are_names(given: Iterable[int]) -> bool:
    return any(one & 1 for one in given)


class Population:
    """Those enrolled who may be compared with somebody: found by a shared block or the same insurance number."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._by_block: dict[int, list[Member]] = {}
        self._by_insurance: dict[bytes, list[Member]] = {}
        self._by_pseudonym: dict[str, list[Member]] = {}
        for member in members:
            self.add(member)

    def add(self, member: Member) -> None:
        """Enrol one more."""
        self._by_pseudonym.setdefault(member.pseudonym, []).append(member)
        for block in member.encoding.blocks:
            self._by_block.setdefault(block, []).append(member)
        if member.encoding.insurance is not None:
            self._by_insurance.setdefault(member.encoding.insurance, []).append(member)

    def near(self, person: Encoding) -> list[Member]:
        """All enrolments of every pseudonym that one of them makes a candidate."""
        found = [member for block in person.blocks for member in self._by_block.get(block, ())]
        if person.insurance is not None:
            found.extend(self._by_insurance.get(person.insurance, ()))
        return [member for name in {one.pseudonym for one in found} for member in self._by_pseudonym[name]]

    def enrol(self, person: Encoding, new_pseudonym: Callable[[], str]) -> tuple[str, tuple[Doubt, ...]]:
        """Decide about one more person and add it, so that the next is compared with it too."""
        decision = decide(person, self.near(person))
        pseudonym = decision.pseudonym or new_pseudonym()
        self.add(Member(pseudonym, person))
        return pseudonym, decision.doubts
