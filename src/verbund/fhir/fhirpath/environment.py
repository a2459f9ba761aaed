"""What an expression sees while it is evaluated, and what it may spend."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.node import Item, Node, system
from verbund.fhir.terms import Terms

MOST_STEPS: Final = 250_000
"""Items that one evaluation may look at in its functions, and pieces of 64 characters that it may read or write; that
takes less than a second."""

LONGEST_TEXT: Final = 1_000_000
"""Characters of the longest string that an expression may make."""

Collection = list[Item]
Resolve = Callable[[str, Node | None], Any]
"""From a reference's text, and the resource in which it stands, to the JSON of a resource, or None."""

Conforms = Callable[[Any, str], bool | None]
"""Whether the JSON of a resource fits a profile, None if the profile is not known."""


@dataclass(frozen=True, slots=True)
class Seams:
    """What an expression may ask of the world; what is absent leaves results empty, or fails where it must not.

    `now` is the clock; `terms` answers `memberOf` and `subsumes`; `resolve` and `conforms` the functions of that name;
    `trace` hears of `trace()`.
    """

    now: datetime | None = None
    terms: Terms | None = None
    resolve: Resolve | None = None
    conforms: Conforms | None = None
    trace: Callable[[str, Sequence[Item]], None] | None = None


class Environment:
    """The state of one evaluation: what is looked at, its place, the total, variables, and steps left."""

    __slots__ = ("index", "resource", "root", "seams", "steps", "strict", "this", "total", "variables")

    def __init__(
        self,
        this: Collection,
        resource: Node | None,
        root: Node | None,
        variables: Mapping[str, Collection],
        seams: Seams,
        *,
        strict: bool,
    ) -> None:
        self.this = this
        self.index = 0
        self.total: Collection = []
        self.resource = resource
        self.root = root
        self.variables = variables
        self.seams = seams
        self.strict = strict
        self.steps = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Take steps from what is left; Failed when there are none."""
        self.steps -= steps
        if self.steps < 0:
            raise Failed(f"The FHIRPath expression takes more than {MOST_STEPS} steps on this data.")

    def spend_text(self, items: Collection) -> Collection:
        """The same items; a long string among the first takes steps by its length."""
        if items and type(items[0]) is str and len(items[0]) > 64:
            self.spend(len(items[0]) >> 6)
        return items

    def each(self, items: Collection, function: "Function") -> Iterator[tuple[Item, Collection]]:
        """Each item with what the function finds in it, as `$this` and `$index`."""
        this, index = self.this, self.index
        self.spend(len(items))
        try:
            for place, item in enumerate(items):
                self.this, self.index = [item], place
                found = function(self)
                self.steps -= len(found)
                yield item, found
        finally:
            self.this, self.index = this, index


Function = Callable[[Environment], Collection]


def one(items: Collection, what: str) -> Item | None:
    """The only item, None if there is none; Failed if there are more."""
    if len(items) > 1:
        raise Failed(f"{what} takes a single item, and there are {len(items)}.")
    return items[0] if items else None


def truth(items: Collection, what: str) -> bool | None:
    """The truth of a collection: of a boolean its value, of any other single item true, of none unknown.

    http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
    """
    if not items:
        return None
    if len(items) > 1:
        raise Failed(f"{what} takes a single truth value, and there are {len(items)} items.")
    item = items[0]
    if type(item) is Node:
        return item.value if isinstance(item.value, bool) else True
    return item if isinstance(item, bool) else True


def text(items: Collection, what: str) -> str | None:
    """The only item, which must be a string; None if there is none."""
    item = one(items, what)
    if item is None:
        return None
    value = item.value if type(item) is Node else item
    if value is None or isinstance(value, str):
        return value
    raise Failed(f"{what} takes a string.")


def whole(items: Collection, what: str) -> int | None:
    """The only item, which must be an integer; None if there is none."""
    item = one(items, what)
    value = None if item is None else system(item)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Failed(f"{what} takes an integer.")


def number(items: Collection, what: str) -> int | Decimal | None:
    """The only item, which must be a number; None if there is none."""
    item = one(items, what)
    value = None if item is None else system(item)
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    raise Failed(f"{what} takes a number.")


def bounded(value: str) -> list[Item]:
    """A string as a collection; Failed if it has grown beyond what is kept."""
    if len(value) > LONGEST_TEXT:
        raise Failed(f"A FHIRPath expression may not make strings of more than {LONGEST_TEXT} characters.")
    return [value]
