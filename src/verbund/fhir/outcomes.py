"""Errors as FHIR tells them: http://hl7.org/fhir/R4/operationoutcome.html."""

import re
from typing import Any

import msgspec

from verbund.errors import Issue, VerbundError

RULES = "urn:verbund:rule"
# What a string of FHIR cannot hold; an error may repeat it from a request.
_UNTOLD = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def outcome(error: VerbundError) -> bytes:
    """The OperationOutcome of an error: each issue with code, sentence and, where known, rule and place."""
    return outcome_of(error.issues)


def outcome_of(issues: tuple[Issue, ...]) -> bytes:
    """An OperationOutcome of these issues; of none it says that all is well."""
    rows = [_issue(item) for item in issues] or [_issue(Issue("informational", "All is well.", severity="information"))]
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": rows})


def _issue(item: Issue) -> dict[str, Any]:
    row: dict[str, Any] = {"severity": item.severity, "code": item.code}
    text = _UNTOLD.sub("\ufffd", item.text)
    if item.rule:
        row["details"] = {"coding": [{"system": RULES, "code": item.rule}], "text": text}
    row["diagnostics"] = text
    if item.expression:
        row["expression"] = [_UNTOLD.sub("\ufffd", place) for place in item.expression]
    return row
