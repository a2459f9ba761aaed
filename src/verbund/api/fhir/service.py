"""What the interactions work with, and how their answers are put together."""

from dataclasses import dataclass

from verbund.api.fhir.pages import PageLinks
from verbund.api.ports import Gate, Outcome, Version
from verbund.errors import Issue
from verbund.fhir.outcomes import outcome_of


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a node that the FHIR API needs.

    `base` is its absolute address without a slash at the end; `statement` the CapabilityStatement and `smart` the SMART
    configuration, as JSON.
    """

    gate: Gate
    base: str
    pages: PageLinks
    statement: bytes
    smart: bytes

    def full_url(self, of: Version) -> str:
        """The absolute address of a resource."""
        return f"{self.base}/{of.type}/{of.id}"

    def location(self, of: Version | Outcome) -> str:
        """The absolute address of a version."""
        return f"{self.base}/{of.type}/{of.id}/_history/{of.version}"


def said(text: str) -> bytes:
    """An OperationOutcome that only informs."""
    return outcome_of((Issue("informational", text, severity="information"),))
