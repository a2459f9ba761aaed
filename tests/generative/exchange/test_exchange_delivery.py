"""The delivery of letters in a deterministic simulation: whatever network and machines do, each is applied once.

Three nodes, a hub between them that loses, doubles, reorders and withholds, partitions that come and go, crashes of
sender and receiver at every point between their durable steps, and a sender whose database goes back in time.
Hypothesis chooses the schedule; when it has ended, everything is well again and the simulation runs on until nothing
waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verbund.exchange.protocol import (
    Arrival,
    Lane,
    Letter,
    Outcome,
    Pace,
    Receipt,
    Settle,
    Transmit,
    Verdict,
    advance,
    judge,
    next_held,
    receipted,
    wake_at,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
PACE = Pace(first_pause=timedelta(seconds=2), longest_pause=timedelta(seconds=30), window=4)
LONG = timedelta(days=30)


@dataclass
class Durable:
    """What survives a crash of a node."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    settled: dict[str, Outcome] = field(default_factory=dict)
    inbox: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    effects: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Parcel:
    sender: str
    receiver: str
    content: Arrival | Receipt


class Node:
    """A naive node: the pure protocol, a durable part, and a volatile one that a crash empties."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.durable = Durable()
        self.held: dict[str, dict[str, Arrival]] = {}
        self.failures: dict[str, int] = {}
        self.refused: set[str] = set()

    def write(self, receiver: str, letter: str, expires_at: datetime) -> None:
        lane = self.durable.lanes.get(receiver, Lane())
        self.durable.lanes[receiver] = replace(lane, waiting=(*lane.waiting, Letter(letter, expires_at)))

    def crash(self) -> None:
        self.held.clear()

    def tick(self, now: datetime, *, crash: bool = False) -> Iterator[Parcel]:
        """Advance all lanes; with `crash`, end after the durable step and before anything is sent."""
        for receiver, lane in self.durable.lanes.items():
            after, effects = advance(lane, now, PACE)
            self.durable.lanes[receiver] = after
            for effect in effects:
                match effect:
                    case Settle():
                        self.durable.settled[effect.letter] = effect.outcome
                    case Transmit() if not crash:
                        letter = effect.letter
                        assert letter.number is not None
                        arrival = Arrival(letter.id, letter.number, effect.floor, letter.expires_at)
                        yield Parcel(self.name, receiver, arrival)
        if crash:
            self.crash()

    def receive(self, parcel: Parcel, now: datetime, *, crash: bool = False) -> Iterator[Parcel]:
        if isinstance(parcel.content, Receipt):
            self._receipted(parcel.sender, parcel.content)
            return
        arrival: Arrival | None = parcel.content
        held = self.held.setdefault(parcel.sender, {})
        while arrival is not None:
            held.pop(arrival.id, None)
            receipt = self._step(parcel.sender, arrival, now)
            if crash:
                self.crash()
                return
            if receipt is not None:
                yield Parcel(self.name, parcel.sender, receipt)
            applied = self.durable.applied.get(parcel.sender, 0) if receipt is not None else 0
            arrival = next_held(list(held.values()), applied)

    def _receipted(self, sender: str, receipt: Receipt) -> None:
        lane, effects = receipted(self.durable.lanes.get(sender, Lane()), receipt)
        self.durable.lanes[sender] = lane
        for effect in effects:
            assert isinstance(effect, Settle)
            self.durable.settled[effect.letter] = effect.outcome

    def _step(self, sender: str, arrival: Arrival, now: datetime) -> Receipt | None:
        durable = self.durable
        known = durable.inbox.get((sender, arrival.id))
        judgement = judge(arrival, durable.applied.get(sender, 0), known, now)
        if judgement.verdict is Verdict.HOLD:
            self.held[sender][arrival.id] = arrival
            return None
        if judgement.receipt is not None:
            return judgement.receipt
        if self.failures.get(arrival.id, 0) > 0:
            self.failures[arrival.id] -= 1
            return None
        outcome = Outcome.REFUSED if arrival.id in self.refused else Outcome.APPLIED
        # One transaction: the note, the number, the effect.
        durable.inbox[sender, arrival.id] = outcome
        durable.applied[sender] = max(durable.applied.get(sender, 0), arrival.number)
        if outcome is Outcome.APPLIED:
            durable.effects.append((sender, arrival.id))
        return Receipt(arrival.id, outcome, durable.applied[sender])


class Simulation:
    """Nodes, what is on its way between them, and the time."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.nodes = {name: Node(name) for name in names}
        self.on_the_way: list[Parcel] = []
        self.cut: set[frozenset[str]] = set()
        self.now = START
        self.written: dict[tuple[str, str], list[str]] = {}
        self.mortal: set[str] = set()

    def write(self, sender: str, receiver: str, life: timedelta) -> str:
        letters = self.written.setdefault((sender, receiver), [])
        letter = f"{sender}-{receiver}-{len(letters)}"
        letters.append(letter)
        if life < LONG:
            self.mortal.add(letter)
        self.nodes[sender].write(receiver, letter, self.now + life)
        return letter

    def send(self, parcels: Iterator[Parcel]) -> None:
        for parcel in parcels:
            if frozenset((parcel.sender, parcel.receiver)) not in self.cut:
                self.on_the_way.append(parcel)

    def deliver(self, place: int, *, keep: bool = False, crash: bool = False) -> None:
        if self.on_the_way:
            place %= len(self.on_the_way)
            parcel = self.on_the_way[place] if keep else self.on_the_way.pop(place)
            self.send(self.nodes[parcel.receiver].receive(parcel, self.now, crash=crash))

    def settle(self) -> None:
        """All is well from now on: nothing is lost, and time passes until nothing waits any more."""
        self.cut.clear()
        for _ in range(1_000):
            for node in self.nodes.values():
                self.send(node.tick(self.now))
            while self.on_the_way:
                self.deliver(0)
            wakes = [wake_at(lane, PACE) for node in self.nodes.values() for lane in node.durable.lanes.values()]
            pending = [wake for wake in wakes if wake is not None]
            if not pending:
                return
            self.now = max(self.now, min(pending))
        raise AssertionError("Letters wait for ever.")


NAMES = ("praxis", "klinik", "reha")
pair = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda two: two[0] != two[1])
step = st.one_of(
    st.tuples(st.just("write"), pair, st.sampled_from([LONG, LONG, LONG, timedelta(seconds=9)])),
    st.tuples(st.just("write-failing"), pair, st.integers(1, 3)),
    st.tuples(st.just("write-refused"), pair),
    st.tuples(st.just("tick"), st.sampled_from(NAMES), st.booleans()),
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(st.just("deliver"), st.integers(0, 50)),
    st.tuples(st.just("deliver-all"), st.just(0)),
    st.tuples(st.just("double"), st.integers(0, 50)),
    st.tuples(st.just("lose"), st.integers(0, 50)),
    st.tuples(st.just("crash-after-applying"), st.integers(0, 50)),
    st.tuples(st.just("crash"), st.sampled_from(NAMES)),
    st.tuples(st.just("cut"), pair),
    st.tuples(st.just("mend"), pair),
)


def play(simulation: Simulation, action: tuple[Any, ...]) -> None:
    match action:
        case ("write", (sender, receiver), life):
            simulation.write(sender, receiver, life)
        case ("write-failing", (sender, receiver), times):
            simulation.nodes[receiver].failures[simulation.write(sender, receiver, LONG)] = times
        case ("write-refused", (sender, receiver)):
            simulation.nodes[receiver].refused.add(simulation.write(sender, receiver, LONG))
        case ("tick", name, crash):
            simulation.send(simulation.nodes[name].tick(simulation.now, crash=crash))
        case ("wait", seconds):
            simulation.now += timedelta(seconds=seconds)
        case ("crash", name):
            simulation.nodes[name].crash()
        case (("cut" | "mend") as deed, (one, other)):
            (simulation.cut.add if deed == "cut" else simulation.cut.discard)(frozenset((one, other)))
        case (deed, place):
            travel(simulation, deed, place)


def travel(simulation: Simulation, deed: str, place: int) -> None:
    match deed:
        case "deliver" | "double" | "crash-after-applying":
            simulation.deliver(place, keep=deed == "double", crash=deed == "crash-after-applying")
        case "deliver-all":
            for _ in range(len(simulation.on_the_way)):
                simulation.deliver(0)
        case "lose" if simulation.on_the_way:
            simulation.on_the_way.pop(place % len(simulation.on_the_way))


def check(simulation: Simulation, *, ordered: bool = True) -> None:
    for (sender, receiver), letters in simulation.written.items():
        node = simulation.nodes[receiver]
        applied = [letter for origin, letter in node.durable.effects if origin == sender]
        settled = simulation.nodes[sender].durable.settled
        assert len(applied) == len(set(applied)), "a letter was applied twice"
        if ordered:
            assert applied == [letter for letter in letters if letter in applied], "letters overtook one another"
        for letter in letters:
            if letter in node.refused:
                assert settled[letter] is Outcome.REFUSED
                assert letter not in applied
            elif letter not in simulation.mortal:
                assert letter in applied, "a letter was lost"
                assert settled[letter] is Outcome.APPLIED
            elif settled[letter] is Outcome.APPLIED:
                assert letter in applied


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, min_size=8, max_size=70))
def test_every_letter_is_applied_exactly_once_and_in_order(schedule: list[tuple[Any, ...]]) -> None:
    simulation = Simulation(NAMES)
    for action in schedule:
        play(simulation, action)
    simulation.settle()
    check(simulation)


busy = st.one_of(
    st.tuples(st.just("write"), st.just(("praxis", "klinik")), st.just(LONG)),
    st.tuples(st.just("tick"), st.just("praxis"), st.just(False)),
    st.tuples(st.just("deliver"), st.integers(0, 50)),
    st.tuples(st.just("deliver"), st.integers(0, 50)),
    st.tuples(st.just("lose"), st.integers(0, 50)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(busy, max_size=25), st.integers(0, 3), st.lists(busy, min_size=10, max_size=60))
def test_a_sender_whose_database_went_back_still_delivers_what_it_writes_from_then_on(
    before: list[tuple[Any, ...]], back_to: int, after: list[tuple[Any, ...]]
) -> None:
    """A restored backup: numbers are used again, for other letters. What was written since is delivered once
    (in which order is not promised until the sender has learned it)."""
    simulation = Simulation(NAMES)
    for action in before:
        play(simulation, action)
    simulation.settle()
    lanes = {
        receiver: Lane(min(lane.last_number, back_to))
        for receiver, lane in simulation.nodes["praxis"].durable.lanes.items()
    }
    simulation.nodes["praxis"].durable.lanes = lanes
    for action in after:
        play(simulation, action)
    simulation.settle()
    check(simulation, ordered=False)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 6))
def test_pauses_grow_and_the_window_bounds_what_is_on_its_way(waits: list[int], window: int) -> None:
    pace = replace(PACE, window=window)
    lane = Lane(waiting=tuple(Letter(str(number), START + LONG) for number in range(12)))
    now = START
    for wait in waits:
        lane, effects = advance(lane, now, pace)
        assert len([effect for effect in effects if isinstance(effect, Transmit)]) <= window
        assert all(letter.attempts == 0 for letter in lane.waiting[window:])
        now += timedelta(seconds=wait)
    pauses = [pace.pause(attempt) for attempt in range(1, 20)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == pace.longest_pause
