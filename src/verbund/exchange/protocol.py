"""The delivery of letters between two nodes, without any I/O: states and events in, states and effects out.

A *letter* is a durable message. Its sender keeps it in an outbox until the receiver's *receipt* comes; the receiver
keeps a note of it in an inbox, written in the transaction that applies it. The way between them (hub, network) may
lose, double, reorder and delay anything. Promised for each ordered pair of nodes:

- a letter is applied at most once, and exactly once unless it expires first;
- letters are applied in the order in which their sender's transactions numbered them (`number` = 1, 2, 3 …);
- a letter that expired or was refused for good does not hold up those behind it: every transmission carries the
  sender's `floor`, below which nothing will come any more;
- urgent letters are a pair of their own: they overtake the others, and keep their order among themselves;
- a sender whose numbers went back (a restored backup) is told so by a receipt and numbers what waits anew; the letter's
  id, not its number, is the key under which it is applied once. Until then letters it wrote may overtake each other.

Nothing is promised between different senders, nor for asks and replies, which have no number: an ask is answered within
its time or fails.

    waiting ── transmit, again after a growing pause ──▶ waiting
       ├── receipt: applied ──▶ APPLIED
       ├── receipt: refused ──▶ REFUSED
       └── time is up ────────▶ EXPIRED
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_AT_ONCE = datetime.min.replace(tzinfo=UTC)


class Outcome(StrEnum):
    """What became of a letter at its receiver, as the receipt says it."""

    APPLIED = "applied"
    REFUSED = "refused"
    EXPIRED = "expired"
    BEHIND = "behind"
    """The number was used before, for another letter: the sender must number anew, above `applied`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a sender repeats itself: the first pause, its doubling up to the longest, letters on their way at once."""

    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=5)
    window: int = 32

    def pause(self, attempts: int) -> timedelta:
        """The pause after so many transmissions."""
        return min(self.longest_pause, self.first_pause * (1 << min(attempts - 1, 20)))


@dataclass(frozen=True, slots=True)
class Letter:
    """A waiting letter as its sender sees it; without a number until it is first transmitted."""

    id: str
    expires_at: datetime
    number: int | None = None
    attempts: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """The sender's side of one pair: the last number given, and the waiting letters in their order."""

    last_number: int = 0
    waiting: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiver's word on a letter; `applied` is the number up to which it has settled everything of this sender."""

    letter: str
    outcome: Outcome
    applied: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Transmit:
    """Effect: hand this letter to the hub, saying that nothing below `floor` will come any more."""

    letter: Letter
    floor: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Effect: this letter has found its end."""

    letter: str
    outcome: Outcome
    text: str = ""


Effect = Transmit | Settle


def advance(lane: Lane, now: datetime, pace: Pace) -> tuple[Lane, tuple[Effect, ...]]:
    """Time has passed or a letter was added: settle what expired, number and transmit what is due, in order."""
    expired = tuple(Settle(letter.id, Outcome.EXPIRED) for letter in lane.waiting if letter.expires_at <= now)
    alive = [letter for letter in lane.waiting if letter.expires_at > now]
    last = lane.last_number
    for place, letter in enumerate(alive):
        if letter.number is None:
            last += 1
            alive[place] = replace(letter, number=last)
    floor = alive[0].number if alive else last + 1
    transmitted = []
    for place, letter in enumerate(alive[: pace.window]):
        # Further ahead than any pause lies only what was written before the clock was put back.
        if letter.next_at is None or not now < letter.next_at <= now + pace.longest_pause:
            attempts = letter.attempts + 1
            alive[place] = replace(letter, attempts=attempts, next_at=now + pace.pause(attempts))
            transmitted.append(Transmit(alive[place], floor or 1))
    return Lane(last, tuple(alive)), (*expired, *transmitted)


def wake_at(lane: Lane, pace: Pace) -> datetime | None:
    """When `advance` has something to do next, if nothing else happens; None when nothing waits.

    A moment in the past when a letter has not been transmitted yet and could be.
    """
    times = [letter.expires_at for letter in lane.waiting]
    times += [letter.next_at or _AT_ONCE for letter in lane.waiting[: pace.window]]
    return min(times, default=None)


def receipted(lane: Lane, receipt: Receipt) -> tuple[Lane, tuple[Effect, ...]]:
    """A receipt has come, maybe twice or late: settle its letter, or number the waiting ones anew."""
    if all(letter.id != receipt.letter for letter in lane.waiting):
        return lane, ()
    if receipt.outcome is Outcome.BEHIND:
        return _renumbered(lane, receipt.applied), ()
    rest = tuple(letter for letter in lane.waiting if letter.id != receipt.letter)
    return replace(lane, waiting=rest), (Settle(receipt.letter, receipt.outcome, receipt.text),)


def _renumbered(lane: Lane, applied: int) -> Lane:
    start = max(applied, lane.last_number)
    waiting = tuple(
        replace(letter, number=start + place, next_at=None) for place, letter in enumerate(lane.waiting, start=1)
    )
    return Lane(start + len(waiting), waiting)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter as it reaches its receiver."""

    id: str
    number: int
    floor: int
    expires_at: datetime
    urgent: bool = False


class Verdict(StrEnum):
    """What a receiver does with an arrival."""

    APPLY = "apply"
    HOLD = "hold"
    """An earlier one is still on its way; keep this one in memory and look again once that has been settled."""
    ANSWER = "answer"
    """Settled before, or never to be: only send the receipt."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict; with ANSWER the receipt to send, with APPLY the number to note as settled when it has been applied."""

    verdict: Verdict
    receipt: Receipt | None = None


def judge(arrival: Arrival, applied: int, known: Outcome | None, now: datetime) -> Judgement:
    """What to do with an arrival, given the number settled so far and what the inbox says of its id (None: nothing)."""
    if known is not None:
        return Judgement(Verdict.ANSWER, Receipt(arrival.id, known, applied))
    if arrival.expires_at <= now:
        return Judgement(Verdict.ANSWER, Receipt(arrival.id, Outcome.EXPIRED, applied))
    if arrival.number <= applied:
        return Judgement(Verdict.ANSWER, Receipt(arrival.id, Outcome.BEHIND, applied))
    if arrival.number > max(applied + 1, arrival.floor):
        return Judgement(Verdict.HOLD)
    return Judgement(Verdict.APPLY)


def next_held(held: Sequence[Arrival], applied: int) -> Arrival | None:
    """Of the arrivals kept back, the one whose turn has come, if any."""
    ready = [arrival for arrival in held if arrival.number <= max(applied + 1, arrival.floor)]
    return min(ready, key=lambda arrival: arrival.number, default=None)
