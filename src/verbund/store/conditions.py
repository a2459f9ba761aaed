"""Conditional writes and patches, brought down to plain ones: what each is about is looked up before the transaction.

What was looked up is expected to hold still when the transaction has its locks; where it does not, all is done again.
http://hl7.org/fhir/R4/http.html#cond-update, #cond-patch, #cond-delete
"""

from asyncio import Lock
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from weakref import WeakValueDictionary

import msgspec
from msgspec import structs

from verbund.errors import Conflict, Incorrect, NotFound, Outdated
from verbund.fhir import SearchQuery
from verbund.store.model import Stored, Unit, Write, Written
from verbund.store.preparing import AtVersion, Expected, Fitting, Prepared
from verbund.store.rowfilter import EVERYTHING, RowFilter

# One conditional deletion deletes no more than this.
MOST_DELETED = 10_000

Read = Callable[[str, str], Awaitable[Stored | None]]


class Find(Protocol):
    """Looks up what fits a search."""

    def __call__(
        self, query: SearchQuery, *, most: int = 2, within: RowFilter = EVERYTHING
    ) -> Awaitable[Sequence[Stored]]:
        """At most `most` resources of these rows that fit, compared in clear."""


class _Head(msgspec.Struct):
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """A unit of plain writes, what it rests on, and for each write the place of the one that it comes from."""

    unit: Unit
    expected: tuple[Expected, ...] = ()
    places: tuple[int, ...] | None = None

    def told(self, asked: Unit, written: tuple[Written, ...], now: datetime) -> tuple[Written, ...]:
        """One result for each write that was asked for."""
        results: list[list[Written]] = [[] for _ in asked.writes]
        for place, one in zip(self.places or (), written, strict=True):
            results[place].append(one)
        return tuple(
            structs.replace(ones[0], others=tuple(ones[1:])) if ones else Written(write.type, "", 0, now, "absent")
            for write, ones in zip(asked.writes, results, strict=True)
        )


class Conditions:
    """Settles what conditional writes and patches are about. `read` gives what is there now, None for nothing."""

    def __init__(self, find: Find, read: Read) -> None:
        self._find = find
        self._read = read
        self._turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, unit: Unit) -> AsyncIterator[None]:
        """Hold back other patches of the same resources in this process: each would have to be made again."""
        async with AsyncExitStack() as held:
            for name in sorted({_target(write) for write in unit.writes if write.patch is not None}):
                lock = self._turns.get(name) or self._turns.setdefault(name, Lock())
                await held.enter_async_context(lock)
            yield

    async def settle(self, unit: Unit) -> Settled:
        """The unit in plain writes; Outdated, Incorrect, NotFound or Conflict when a condition is not met."""
        if not any(write.condition is not None or write.verb == "patch" for write in unit.writes):
            return Settled(unit)
        writes: list[Write] = []
        places: list[int] = []
        expected: list[Expected] = []
        for place, write in enumerate(unit.writes):
            plain = await self._plain(write, expected, unit)
            writes += plain
            places += [place] * len(plain)
        return Settled(replace(unit, writes=tuple(writes)), tuple(expected), tuple(places))

    async def _plain(self, write: Write, expected: list[Expected], unit: Unit) -> list[Write]:
        """The plain writes that one comes down to, after noting what they rest on."""
        if write.condition is None:
            return [await self._patched(write, expected)]
        found = await self._fitting(write, write.condition, unit.within)
        bare = structs.replace(write, condition=None, multiple=False)
        if write.multiple:
            expected += [AtVersion(stored.type, stored.id, stored.version) for stored in found]
            return [structs.replace(bare, id=stored.id) for stored in found]
        expected.append(Fitting(write.condition, frozenset(stored.id for stored in found), unit.within))
        if found:
            _check_id(write, found[0].id)
            return [await self._patched(structs.replace(bare, id=found[0].id), expected)]
        return [] if write.verb == "delete" else [await self._made(bare, expected, unit.named_within)]

    async def _fitting(self, write: Write, condition: SearchQuery, within: RowFilter) -> Sequence[Stored]:
        if not (condition.filters or condition.union):
            raise Incorrect("A condition needs at least one search criterion; without any it would fit everything.")
        if write.verb == "create":
            raise Incorrect("A conditional create says its condition in If-None-Exist.")
        if not write.multiple:
            found = await self._find(condition, within=within)
            if len(found) > 1:
                raise Outdated(f"More than one {write.type} fits the condition. Make it more exact.")
            return found
        if write.verb != "delete":
            raise Incorrect("Only a deletion can be of several resources at once.")
        found = await self._find(condition, most=MOST_DELETED + 1, within=within)
        if len(found) > MOST_DELETED:
            raise Incorrect(f"More than {MOST_DELETED} resources fit the condition. Delete fewer at a time.")
        return found

    async def _made(self, write: Write, expected: list[Expected], nameable: RowFilter) -> Write:
        """What becomes of an update or a patch whose condition nothing fits."""
        if write.verb == "patch":
            raise NotFound(f"No {write.type} fits the condition, so there is nothing to patch.")
        identity = write.id or _id_in(write)
        if write.if_match is not None:
            raise Outdated(f"No {write.type} fits the condition, so none is at version {write.if_match}.")
        if identity is None:
            return structs.replace(write, verb="create")
        if nameable != EVERYTHING:
            raise NotFound(f"There is no {write.type} that fits; leave out the id to make one.")
        if await self._read(write.type, identity) is not None:
            raise Conflict(f"The {write.type} with the id in the resource is there, but does not fit the condition.")
        expected.append(AtVersion(write.type, identity, None))
        return structs.replace(write, id=identity)

    async def _patched(self, write: Write, expected: list[Expected]) -> Write:
        """A patch as the update that it comes down to."""
        if write.verb != "patch":
            return write
        if write.patch is None or write.id is None:
            raise Incorrect("A patch needs the id of a resource, or a condition, and what to change in it.")
        stored = await self._read(write.type, write.id)
        if stored is None:
            raise NotFound(f"There is no {write.type} of this id, so there is nothing to patch.")
        if write.if_match not in {None, stored.version}:
            raise Outdated(
                f"This {write.type} should have been at version {write.if_match}; it is at version {stored.version} "
                "now. Read it and try again."
            )
        expected.append(AtVersion(write.type, write.id, stored.version))
        return structs.replace(write, verb="update", patch=None, raw=write.patch(stored.body))


def refuse_twins(prepared: Prepared) -> None:
    """Two entries of one unit must not each make what fits the same condition."""
    made = [one.query for one in prepared.expected if isinstance(one, Fitting) and not one.ids]
    if len(made) > 1 and len({(query.type, query.filters) for query in made}) < len(made):
        raise Incorrect("Two entries make a resource under the same condition; say it in one of them only.")


def _target(write: Write) -> str:
    return f"{write.type}/{write.id}" if write.condition is None else f"{write.type}?{write.condition.filters!r}"


def _id_in(write: Write) -> str | None:
    """The id that the content gives; of what is no JSON none, for the decoder to complain of."""
    try:
        return msgspec.json.decode(write.raw or b"{}", type=_Head).id
    except msgspec.DecodeError:
        return None


def _check_id(write: Write, identity: str) -> None:
    if write.verb == "update" and (write.id or _id_in(write) or identity) != identity:
        raise Incorrect(f"The id in the resource is not the id of the {write.type} that fits the condition.")
