"""Functions that go through a collection with an expression of their own.

http://hl7.org/fhirpath/N1/#filtering-and-projection, #existence, #aggregates, and sort() of the coming edition.
"""

from functools import cmp_to_key

from verbund.fhir.fhirpath.comparing import key, order
from verbund.fhir.fhirpath.environment import Collection, Environment, Function, one, truth
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import function
from verbund.fhir.fhirpath.node import Item


@function("where", 1, lazy=True)
def where(env: Environment, items: Collection, criteria: Function) -> Collection:
    """The items that fit."""
    return [item for item, found in env.each(items, criteria) if truth(found, "where()")]


@function("exists", 0, 1, lazy=True)
def exists(env: Environment, items: Collection, criteria: Function | None = None) -> Collection:
    """Whether there is an item, or one that fits."""
    if criteria is None:
        return [bool(items)]
    return [any(truth(found, "exists()") for _, found in env.each(items, criteria))]


@function("all", 1, lazy=True)
def for_all(env: Environment, items: Collection, criteria: Function) -> Collection:
    """Whether all items fit; so do none."""
    return [all(truth(found, "all()") for _, found in env.each(items, criteria))]


@function("select", 1, lazy=True)
def select(env: Environment, items: Collection, projection: Function) -> Collection:
    """What an expression finds in each item, one after the other."""
    return [value for _, found in env.each(items, projection) for value in found]


@function("repeat", 1, lazy=True)
def repeat(env: Environment, items: Collection, projection: Function) -> Collection:
    """What an expression finds in each item, and in what it finds, until nothing new comes."""
    seen: set[object] = set()
    result: Collection = []
    waiting = items
    while waiting:
        fresh: Collection = []
        for _, found in env.each(waiting, projection):
            for item in found:
                if (mark := key(item)) not in seen:
                    seen.add(mark)
                    fresh.append(item)
        result += fresh
        waiting = fresh
    return result


@function("aggregate", 1, 2, lazy=True)
def aggregate(env: Environment, items: Collection, step: Function, start: Function | None = None) -> Collection:
    """The last `$total` of an expression that is evaluated on one item after the other."""
    outer = env.total
    env.total = start(env) if start is not None else []
    try:
        for _, found in env.each(items, step):
            env.total = found
        return env.total
    finally:
        env.total = outer


@function("iif", 2, 3, lazy=True)
def iif(
    env: Environment, items: Collection, criterion: Function, yes: Function, no: Function | None = None
) -> Collection:
    """One expression or the other; the one that is not needed is not evaluated."""
    one(items, "iif()")
    outer = env.this
    env.this = items or outer
    try:
        found = criterion(env)
        if found and not isinstance(getattr(found[0], "value", found[0]), bool):
            raise Failed("iif() takes a truth value.")
        if truth(found, "iif()"):
            return yes(env)
        return no(env) if no is not None else []
    finally:
        env.this = outer


@function("sort", 0, 8, lazy=True)
def sort(env: Environment, items: Collection, *keys: Function) -> Collection:
    """The items in order; a key that begins with a minus sorts downwards."""
    env.spend(len(items) * max(1, len(items).bit_length()))
    plain = [getattr(by, "plain", by) for by in keys]
    columns = [[found for _, found in env.each(items, by)] for by in plain] or [[[item] for item in items]]
    rows = list(range(len(items)))
    for column, by in reversed(list(zip(columns, keys or (None,), strict=True))):
        sign = -1 if getattr(by, "downwards", False) else 1
        rows.sort(key=cmp_to_key(lambda a, b, c=column, s=sign: _order(c[a], c[b], s)))  # type: ignore[misc]
    return [items[row] for row in rows]


def _order(left: Collection, right: Collection, sign: int) -> int:
    """Where two keys are in order; what has none comes first, upwards and downwards."""
    a: Item | None = one(left, "sort()")
    b: Item | None = one(right, "sort()")
    if a is None or b is None:
        return (a is not None) - (b is not None)
    return sign * (order(a, b, "sort()") or 0)
