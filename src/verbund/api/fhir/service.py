"""What the interactions work with, and how their answers are put together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from verbund.api.fhir.pages import PageLinks
from verbund.api.forms import Pairs
from verbund.api.ports import Gate, Outcome, Version
from verbund.errors import Issue, Unsupported
from verbund.fhir import Parameters
from verbund.fhir.outcomes import outcome_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """Services that single operations need, found by their type."""

    listed: tuple[object, ...] = ()

    def find(self, kind: type[T]) -> T | None:
        """The part of this type, None where the node has none."""
        return next((part for part in self.listed if isinstance(part, kind)), None)


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a node that the FHIR API needs.

    `base` is its absolute address without a slash at the end; `smart` the SMART configuration as JSON, and
    `describe` makes the CapabilityStatement of a node that knows these search parameters.
    """

    gate: Gate
    base: str
    pages: PageLinks
    describe: Callable[[Parameters], bytes]
    smart: bytes
    parts: Parts = Parts()

    def part(self, kind: type[T]) -> T:
        """A service by its type. Raises Unsupported where this node has none."""
        found = self.parts.find(kind)
        if found is None:
            raise Unsupported(f"This node does not offer this: it runs without {kind.__name__}.")
        return found

    def link(self, place: str, pairs: Pairs) -> str:
        """The absolute address of a search or history with what was understood of it."""
        return f"{self.base}/{place}{'?' if pairs else ''}{urlencode(pairs)}"

    def full_url(self, of: Version) -> str:
        """The absolute address of a resource."""
        return f"{self.base}/{of.type}/{of.id}"

    def location(self, of: Version | Outcome) -> str:
        """The absolute address of a version."""
        return f"{self.base}/{of.type}/{of.id}/_history/{of.version}"


def said(text: str) -> bytes:
    """An OperationOutcome that only informs."""
    return outcome_of((Issue("informational", text, severity="information"),))
