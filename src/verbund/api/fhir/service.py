"""What the interactions work with, and how their answers are put together."""

from dataclasses import dataclass

import msgspec

from verbund.api.fhir.pages import PageLinks
from verbund.api.ports import Gate, Outcome, Version


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

    def location(self, of: Version | Outcome) -> str:
        """The absolute address of a version."""
        return f"{self.base}/{of.type}/{of.id}/_history/{of.version}"


def said(text: str) -> bytes:
    """An OperationOutcome that only informs."""
    issue = {"severity": "information", "code": "informational", "diagnostics": text}
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": [issue]})
