"""What clients observed of a store, and whether one store that does one thing after the other could have shown it.

Each resource is a register with versions, and the store says which version a write made and a read saw. So the check
needs no search over orders: it looks whether the versions fit the order of time, what is there at the end, and one
another. Pure; times are of one clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# By key, the values of its versions from 1 on; None for a deletion.
End = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a resource with its value; version 0 where it is not known."""

    key: str
    version: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """What one client did, from when to when, and what it was told.

    `writes` are what it made, or would have made where it was `refused` or the outcome is `unknown`; `reads` what it
    saw, all at one moment. `based_on` is the version that the one write required. `makes` names the condition of a
    conditional create, `identity` the resource that it made or found.
    """

    start: float
    end: float
    writes: tuple[Seen, ...] = ()
    reads: tuple[Seen, ...] = ()
    outcome: Literal["done", "refused", "unknown"] = "done"
    based_on: int | None = None
    makes: str | None = None
    identity: str | None = None


def violations(acts: Sequence[Act], end: End) -> list[str]:
    """Everything that contradicts: per-resource linearizable, transactions whole, nothing acknowledged lost."""
    return [
        *_lost(acts, end),
        *_unexplained(acts, end),
        *_half(acts, end),
        *_out_of_order(acts),
        *_torn(acts),
        *_not_based(acts),
        *_made_twice(acts),
    ]


def _at(end: End, seen: Seen) -> str | None:
    versions = end.get(seen.key, ())
    return versions[seen.version - 1] if 0 < seen.version <= len(versions) else "(no such version)"


def _lost(acts: Iterable[Act], end: End) -> Iterator[str]:
    """What was acknowledged or seen is what the history tells of that version."""
    for act in acts:
        if act.outcome == "done":
            for seen in (*act.writes, *act.reads):
                if _at(end, seen) != seen.value:
                    yield f"{seen} was told, the history has {_at(end, seen)}"


def _unexplained(acts: Sequence[Act], end: End) -> Iterator[str]:
    """Every version comes from exactly one write that was not refused."""
    possible: dict[tuple[str, str | None], int] = {}
    deleted = {seen.key for act in acts for seen in (*act.writes, *act.reads) if seen.value is None}
    for act in acts:
        if act.outcome != "refused":
            for seen in act.writes:
                possible[seen.key, seen.value] = possible.get((seen.key, seen.value), 0) + 1
    for key, versions in end.items():
        for number, value in enumerate(versions, 1):
            if value is None and key in deleted:
                continue
            if possible.get((key, value), 0) < 1:
                yield f"version {number} of {key} has {value}, which nobody wrote, or was refused, or is there twice"
            else:
                possible[key, value] -= 1


def _half(acts: Iterable[Act], end: End) -> Iterator[str]:
    """A transaction whose end is not known took effect whole or not at all."""
    for act in acts:
        if act.outcome == "unknown":
            there = {seen.value in end.get(seen.key, ()) for seen in act.writes if seen.value is not None}
            if len(there) > 1:
                yield f"{act.writes} took effect in part"


def _out_of_order(acts: Iterable[Act]) -> Iterator[str]:
    """What begins after another has ended sees no older version, and writes a newer one."""
    by_key: dict[str, list[tuple[float, float, int, bool]]] = {}
    for act in acts:
        if act.outcome == "done":
            for seen, is_write in (*((one, True) for one in act.writes), *((one, False) for one in act.reads)):
                by_key.setdefault(seen.key, []).append((act.start, act.end, seen.version, is_write))
    for key, told in by_key.items():
        ended = sorted(told, key=lambda one: one[1])
        place = newest = 0
        for start, _, version, is_write in sorted(told):
            while ended[place][1] < start:
                newest = max(newest, ended[place][2])
                place += 1
            if version < newest + is_write:
                yield f"{key}: version {version} was told after version {newest}"


def _torn(acts: Sequence[Act]) -> Iterator[str]:
    """Who sees one part of a transaction sees the others, or something newer."""
    parts = [act.writes for act in acts if act.outcome == "done" and len(act.writes) > 1]
    for act in acts:
        seen = {one.key: one.version for one in act.reads}
        for writes in parts if len(seen) > 1 else ():
            has = {seen[one.key] >= one.version for one in writes if one.key in seen}
            if len(has) > 1:
                yield f"{act.reads} shows {writes} in part"


def _not_based(acts: Iterable[Act]) -> Iterator[str]:
    """A write that required a version made the next one."""
    for act in acts:
        if act.outcome == "done" and act.based_on is not None:
            for seen in act.writes:
                if seen.version != act.based_on + 1:
                    yield f"{seen} was to follow version {act.based_on}"


def _made_twice(acts: Iterable[Act]) -> Iterator[str]:
    """All conditional creates of one condition are told of the same resource."""
    identities: dict[str, set[str]] = {}
    for act in acts:
        if act.makes is not None and act.identity is not None:
            identities.setdefault(act.makes, set()).add(act.identity)
    for name, found in identities.items():
        if len(found) > 1:
            yield f"{name} was made {len(found)} times"
