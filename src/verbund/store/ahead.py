"""What is about to be loaded, read some way ahead, so that there is a dictionary for a type before it is packed.

Files are sorted by type more often than not: of a type that was never met, the first thousands would be packed with a
dictionary that does not know its like, three times as large.
"""

import random
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from verbund.errors import VerbundError
from verbund.fhir import RESOURCE_TYPES, type_number
from verbund.store.bodies import Bodies
from verbund.store.bulk import head_of
from verbund.store.chunks import Chunk
from verbund.store.model import Write
from verbund.store.rewriting import compact, unstamped

Loadable: TypeAlias = Sequence[Write] | Chunk
Learn: TypeAlias = Callable[[int | None, Sequence[tuple[str, bytes]], int], Awaitable[None]]

# So far it is read ahead, where a type comes that has no dictionary.
RESOURCES_AHEAD = 16_000
BYTES_AHEAD = 32 * 2**20
SAMPLES = 600
FEWEST_SAMPLES = 300
# Of fewer owners hardly anything is shared by as many as it must be.
FEWEST_OWNERS = 10
# After so many times as many a dictionary is trained anew.
GROWTH = 4
# Of longer ones each is its own best dictionary.
LONGEST = 16 * 1024

_HEAD = re.compile(rb'\{"resourceType":"([A-Za-z]+)","id":"([A-Za-z0-9.-]{1,64})"')
_PATIENT = re.compile(rb'"reference":"[^"]*?(Patient/[A-Za-z0-9.-]{1,64})')
# What a reference of a condition or with escapes leads to is not known before it is resolved.
_UNRESOLVED = re.compile(rb'"urn:uuid:|Patient\?|Patient\\|\\u')


@dataclass(slots=True)
class _Met:
    """What was met of a type: how many, some of them with their owners, and at how many to train next."""

    number: int = 0
    sample: list[tuple[str, bytes]] = field(default_factory=list)
    due: int = FEWEST_SAMPLES


class Ahead:
    """Looks at the chunks of one load before they are taken; `learn` makes a dictionary of what was found."""

    def __init__(self, bodies: Bodies, learn: Learn) -> None:
        self._bodies = bodies
        self._learn = learn
        self._met: dict[str, _Met] = {}
        self._waiting: deque[Loadable] = deque()
        self._chance = random.Random(1)  # noqa: S311 - a sample

    async def of(self, units: Iterable[Loadable]) -> AsyncIterator[Loadable]:
        """The same in the same order; memory holds what is read ahead."""
        source = iter(units)
        while self._waiting or self._read(source):
            unit = self._waiting.popleft()
            if isinstance(unit, Chunk) and any(self._is_due(kind) for kind in _kinds(unit)):
                self._fill(source, unit)
                await self._train()
            yield unit

    def _read(self, source: Iterator[Loadable]) -> int:
        """Read one more; its bytes, nought at the end."""
        unit = next(source, None)
        if unit is None:
            return 0
        self._waiting.append(unit)
        if not isinstance(unit, Chunk):
            return 1
        for raw in unit.raws:
            self._meet(raw, unit)
        return 1 + sum(map(len, unit.raws))

    def _meet(self, raw: bytes, chunk: Chunk) -> None:
        kind, identity = _address(raw)
        if kind not in RESOURCE_TYPES or not identity:
            return
        met = self._met.setdefault(kind, _Met())
        met.number += 1
        place = len(met.sample) if len(met.sample) < SAMPLES else self._chance.randrange(met.number)
        if place >= SAMPLES or len(raw) > LONGEST:
            return
        try:
            body = compact(raw.strip())
            owner = _owner(body, f"{kind}/{identity}", chunk)
            if owner is not None:
                met.sample[place : place + 1] = [(owner, unstamped(body, kind, identity))]
        except (UnicodeDecodeError, RecursionError, VerbundError):
            # Whoever takes it tells what is wrong with it.
            return

    def _is_due(self, kind: str) -> bool:
        met = self._met.get(kind)
        if met is None:
            return False
        return met.number >= met.due or (met.due == FEWEST_SAMPLES and not self._bodies.current(type_number(kind)))

    def _fill(self, source: Iterator[Loadable], unit: Chunk) -> None:
        resources, size = len(unit.raws), sum(map(len, unit.raws))
        for one in self._waiting:
            resources += len(one.raws) if isinstance(one, Chunk) else len(one)
        while resources < RESOURCES_AHEAD and size < BYTES_AHEAD and (read := self._read(source)):
            last = self._waiting[-1]
            resources += len(last.raws) if isinstance(last, Chunk) else len(last)
            size += read

    async def _train(self) -> None:
        """Make the dictionaries that are due, one of all else among them."""
        total = sum(met.number for met in self._met.values())
        others: list[tuple[str, bytes]] = []
        for kind, met in self._met.items():
            if met.number < met.due:
                others += [] if type_number(kind) in self._bodies.own() else met.sample
                continue
            met.due = GROWTH * met.number
            if len(met.sample) >= FEWEST_SAMPLES and len({owner for owner, _ in met.sample}) >= FEWEST_OWNERS:
                await self._learn(type_number(kind), met.sample, met.number)
        enough = len(others) >= FEWEST_SAMPLES and len({owner for owner, _ in others}) >= FEWEST_OWNERS
        if enough and not self._bodies.has_common:
            await self._learn(None, others[: 4 * SAMPLES], total)


def _kinds(chunk: Chunk) -> set[str]:
    """The types in a chunk."""
    return {_address(raw)[0] for raw in chunk.raws}


def _address(raw: bytes) -> tuple[str, str]:
    """Type and id, empty where there are none."""
    if found := _HEAD.match(raw):
        return found[1].decode(), found[2].decode()
    try:
        head = head_of(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", ""
    return head.resource_type, head.id or ""


def _owner(body: bytes, address: str, chunk: Chunk) -> str | None:
    """Who a piece belongs to: its patient, or its document; None where that is not known before references are."""
    if chunk.names:
        return chunk.document
    if found := _PATIENT.search(body):
        return found[1].decode()
    return None if _UNRESOLVED.search(body) else address
