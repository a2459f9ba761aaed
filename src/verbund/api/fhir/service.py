"""What the interactions work with, and how their answers are put together."""

from dataclasses import dataclass

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.pages import PageLinks
from verbund.api.fhir.preferences import etag, http_date
from verbund.api.ports import Gate, Outcome, Version


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a node that the FHIR API needs. `base` is its absolute address without a slash at the end."""

    gate: Gate
    base: str
    pages: PageLinks
    statement: bytes

    def location(self, of: Version | Outcome) -> str:
        """The absolute address of a version."""
        return f"{self.base}/{of.type}/{of.id}/_history/{of.version}"


def version_headers(of: Version | Outcome) -> tuple[tuple[str, str], ...]:
    """The headers that say which version this is."""
    return ("ETag", etag(of.version)), ("Last-Modified", http_date(of.updated))


def said(text: str) -> bytes:
    """An OperationOutcome that only informs."""
    issue = {"severity": "information", "code": "informational", "diagnostics": text}
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": [issue]})


def version_answer(of: Version) -> Response:
    """200 with the stored bytes."""
    return Response(200, of.body, version_headers(of))
