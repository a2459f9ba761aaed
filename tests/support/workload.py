"""Clients who do all that a store offers, at random, on few resources, and note what they observed.

As a program it is one more process of the node: `workload.py URL KEYS SECONDS SEED` prints what its clients observed.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random

import msgspec
from observed import Act, End, Seen
from stores import create, delete, observation, opened, patient, query, update

from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Category, Unavailable, VerbundError
from verbund.store import EVERYTHING, Store, Stored, Unit, Write, Written

KEYS = [f"k{number}" for number in range(6)]
CONDITIONS_PER_SECOND = 5
_TAG = {"system": "urn:workload", "value": "all"}
_PAUSE_SECONDS = 0.02


def value_of(body: bytes) -> str | None:
    """The value that a version holds; None for a deletion."""
    return str(json.loads(body)["name"][0]["family"]) if body else None


def seen_of(stored: Stored) -> Seen:
    return Seen(stored.id, stored.version, value_of(stored.body))


class Client:
    """One client: does one thing after another, and notes each."""

    def __init__(self, store: Store, name: str, seed: int) -> None:
        self._store = store
        self._name = name
        self._random = Random(f"{name} {seed}")  # noqa: S311 - a plan that can be repeated
        self._number = 0
        self.acts: list[Act] = []

    async def run(self, until: Callable[[], bool]) -> None:
        """Act until told to stop."""
        deeds: list[Callable[[], Awaitable[None]]] = [
            self.write, self.write, self.write_on_sight, self.write_several, self.patch, self.remove,
            self.look, self.look, self.search, self.make,
        ]  # fmt: skip
        while not until():
            await self._random.choice(deeds)()

    def _value(self) -> str:
        self._number += 1
        return f"V{self._name}N{self._number}"

    def _key(self) -> str:
        return self._random.choice(KEYS)

    async def write(self) -> None:
        await self._commit((self._update(self._key()),))

    async def write_several(self) -> None:
        await self._commit(tuple(self._update(key) for key in self._random.sample(KEYS, 3)))

    async def write_on_sight(self) -> None:
        seen = await self._read(self._key())
        if seen is not None:
            await self._commit((self._update(seen.id, if_match=seen.version),), based_on=seen.version)

    async def patch(self) -> None:
        value = self._value()

        def apply(body: bytes) -> bytes:
            return json.dumps({**json.loads(body), "name": [{"family": value}]}).encode()

        await self._commit((Write("patch", "Patient", self._key(), patch=apply),), value=value)

    async def remove(self) -> None:
        """A deletion says which version it left; whether it made it or found it, it does not say."""
        start = time.monotonic()
        key = self._key()
        try:
            (written,) = await self._store.commit(Unit((delete("Patient", key),)))
        except VerbundError as error:
            await self._refused(start, (Seen(key, 0, None),), error)
        else:
            self._note(start, reads=(Seen(key, written.version, None),))

    async def look(self) -> None:
        await self._read(self._key())

    async def search(self) -> None:
        start = time.monotonic()
        try:
            page = await self._store.search(query("Patient?identifier=urn:workload|all&_count=50"), within=EVERYTHING)
        except VerbundError:
            return
        self._note(start, reads=tuple(seen_of(one) for one in page.matches))

    async def make(self) -> None:
        """A conditional create, the same that others try at this moment, with something that belongs to it."""
        name = f"c{int(time.monotonic() * CONDITIONS_PER_SECOND)}"
        urn = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"
        content = patient(self._value(), identifier=[{"system": "urn:made", "value": name}])
        condition = query(f"Patient?identifier=urn:made|{name}")
        seen = {**observation("x"), "subject": {"reference": urn}}
        start = time.monotonic()
        try:
            writes = (create(content, if_none_exist=condition, full_url=urn), create(seen))
            made, _ = await self._store.commit(Unit(writes))
        except VerbundError:
            await asyncio.sleep(_PAUSE_SECONDS)
        else:
            self.acts.append(Act(start, time.monotonic(), makes=name, identity=made.id))

    def _update(self, key: str, if_match: int | None = None) -> Write:
        return update(key, patient(self._value(), identifier=[_TAG]), if_match=if_match)

    async def _read(self, key: str) -> Stored | None:
        start = time.monotonic()
        try:
            stored = await self._store.read("Patient", key)
        except VerbundError:
            await asyncio.sleep(0)
            return None
        self._note(start, reads=(seen_of(stored),))
        return stored

    async def _commit(
        self, writes: tuple[Write, ...], *, based_on: int | None = None, value: str | None = None
    ) -> None:
        start = time.monotonic()
        meant = tuple(Seen(one.id or "", 0, value or value_of(one.raw or b"")) for one in writes)
        try:
            written = await self._store.commit(Unit(writes))
        except VerbundError as error:
            await self._refused(start, meant, error)
        else:
            self.acts.append(Act(start, time.monotonic(), _made(written), based_on=based_on))

    async def _refused(self, start: float, meant: tuple[Seen, ...], error: VerbundError) -> None:
        unknown = isinstance(error, Unavailable) and "not known" in error.text
        outcome = "unknown" if unknown else "refused"
        self.acts.append(Act(start, float("inf"), writes=meant, outcome=outcome))  # type: ignore[arg-type]
        if error.category in {Category.UNAVAILABLE, Category.INTERRUPTED}:
            await asyncio.sleep(_PAUSE_SECONDS)

    def _note(self, start: float, reads: tuple[Seen, ...]) -> None:
        self.acts.append(Act(start, time.monotonic(), reads=reads))


def _made(written: Sequence[Written]) -> tuple[Seen, ...]:
    return tuple(Seen(one.id, one.version, value_of(one.body)) for one in written)


async def run_clients(store: Store, names: Sequence[str], seed: int, until: Callable[[], bool]) -> list[Act]:
    """What some clients observed, each in its order."""
    clients = [Client(store, name, seed) for name in names]
    await asyncio.gather(*(client.run(until) for client in clients))
    return [act for client in clients for act in client.acts]


async def end_of(store: Store) -> End:
    """The versions of all resources that the clients wrote to."""
    end: dict[str, list[str | None]] = {}
    for key in KEYS:
        page = await store.history_of("Patient", key, count=1_000, within=EVERYTHING)
        versions = list(page.versions)
        while page.next_cursor is not None:
            page = await store.history_of("Patient", key, count=1_000, cursor=page.next_cursor, within=EVERYTHING)
            versions += page.versions
        end[key] = [value_of(one.body) for one in reversed(versions)]
    return end


async def _main(url: str, keys: str, seconds: float, seed: int) -> list[Act]:
    database = await Database.connect(url, patience_seconds=15)
    async with opened(database, keys=NodeKeys.load(Path(keys))) as store:
        stop = time.monotonic() + seconds
        acts = await run_clients(store, ["p", "q", "r", "s"], seed, lambda: time.monotonic() > stop)
    await database.close()
    return acts


if __name__ == "__main__":
    found = asyncio.run(_main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
    sys.stdout.buffer.write(msgspec.msgpack.encode(found))
