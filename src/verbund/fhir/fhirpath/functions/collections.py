"""Functions on whole collections.

http://hl7.org/fhirpath/N1/#existence, #subsetting, #combining, #tree-navigation.
"""

from verbund.fhir.fhirpath.comparing import distinct, key
from verbund.fhir.fhirpath.environment import Collection, Environment, truth, whole
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import function
from verbund.fhir.fhirpath.node import Item, Node, descendants, system
from verbund.fhir.fhirpath.node import children as children_of


@function("empty")
def empty(_: Environment, items: Collection) -> Collection:
    """Whether there is no item."""
    return [not items]


@function("not")
def negation(_: Environment, items: Collection) -> Collection:
    """The opposite of a truth value."""
    value = truth(items, "not()")
    return [] if value is None else [not value]


@function("count")
def count(_: Environment, items: Collection) -> Collection:
    """How many items there are."""
    return [len(items)]


def _boolean(item: Item) -> bool:
    value = system(item)
    if not isinstance(value, bool):
        raise Failed("allTrue(), anyTrue(), allFalse() and anyFalse() take truth values only.")
    return value


@function("allTrue")
def all_true(_: Environment, items: Collection) -> Collection:
    """Whether all items are true."""
    return [all(_boolean(item) for item in items)]


@function("anyTrue")
def any_true(_: Environment, items: Collection) -> Collection:
    """Whether an item is true."""
    return [any(_boolean(item) for item in items)]


@function("allFalse")
def all_false(_: Environment, items: Collection) -> Collection:
    """Whether all items are false."""
    return [all(not _boolean(item) for item in items)]


@function("anyFalse")
def any_false(_: Environment, items: Collection) -> Collection:
    """Whether an item is false."""
    return [any(not _boolean(item) for item in items)]


@function("subsetOf", 1)
def subset_of(env: Environment, items: Collection, other: Collection) -> Collection:
    """Whether all items are among the others."""
    env.spend(len(items) + len(other))
    marks = {key(item) for item in other}
    return [all(key(item) in marks for item in items)]


@function("supersetOf", 1)
def superset_of(env: Environment, items: Collection, other: Collection) -> Collection:
    """Whether all others are among the items."""
    return subset_of(env, other, items)


@function("distinct")
def without_doubles(env: Environment, items: Collection) -> Collection:
    """The items, each once."""
    env.spend(len(items))
    return list(distinct(items))


@function("isDistinct")
def is_distinct(env: Environment, items: Collection) -> Collection:
    """Whether no item equals another."""
    env.spend(len(items))
    return [len(distinct(items)) == len(items)]


@function("first")
def first(_: Environment, items: Collection) -> Collection:
    """The first item."""
    return items[:1]


@function("last")
def last(_: Environment, items: Collection) -> Collection:
    """The last item."""
    return items[-1:]


@function("tail")
def tail(_: Environment, items: Collection) -> Collection:
    """All but the first item."""
    return items[1:]


@function("single")
def single(_: Environment, items: Collection) -> Collection:
    """The only item; Failed if there are more."""
    if len(items) > 1:
        raise Failed(f"single() is given {len(items)} items.")
    return items


@function("skip", 1)
def skip(_: Environment, items: Collection, number: Collection) -> Collection:
    """All but the first so many items."""
    places = whole(number, "skip()")
    return items if places is None else items[max(places, 0) :]


@function("take", 1)
def take(_: Environment, items: Collection, number: Collection) -> Collection:
    """The first so many items."""
    places = whole(number, "take()")
    return [] if places is None else items[: max(places, 0)]


@function("intersect", 1)
def intersect(env: Environment, items: Collection, other: Collection) -> Collection:
    """The items that are among the others as well, each once."""
    env.spend(len(items) + len(other))
    marks = {key(item) for item in other}
    return [item for item in distinct(items) if key(item) in marks]


@function("exclude", 1)
def exclude(env: Environment, items: Collection, other: Collection) -> Collection:
    """The items that are not among the others, doubles kept."""
    env.spend(len(items) + len(other))
    marks = {key(item) for item in other}
    return [item for item in items if key(item) not in marks]


@function("union", 1)
def union(env: Environment, items: Collection, other: Collection) -> Collection:
    """The items of both, each once."""
    env.spend(len(items) + len(other))
    return list(distinct([*items, *other]))


@function("combine", 1)
def combine(env: Environment, items: Collection, other: Collection) -> Collection:
    """The items of both, doubles kept."""
    env.spend(len(items) + len(other))
    return [*items, *other]


@function("children")
def children(env: Environment, items: Collection) -> Collection:
    """What stands directly below the items."""
    found: Collection = []
    for item in items:
        if type(item) is Node:
            children_of(item, found)
    env.spend(len(found))
    return found


@function("descendants")
def all_below(env: Environment, items: Collection) -> Collection:
    """All that stands below the items."""
    found: Collection = []
    for item in items:
        if type(item) is Node:
            for node in descendants(item):
                found.append(node)
                env.spend(1)
    return found
