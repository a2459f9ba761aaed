"""Errors as FHIR tells them: http://hl7.org/fhir/R4/operationoutcome.html."""

from typing import Any

import msgspec

from verbund.errors import Issue, VerbundError

RULES = "urn:verbund:rule"


def outcome(error: VerbundError) -> bytes:
    """The OperationOutcome of an error: each issue with code, sentence and, where known, rule and place."""
    return outcome_of(error.issues)


def outcome_of(issues: tuple[Issue, ...]) -> bytes:
    """An OperationOutcome of these issues; of none it says that all is well."""
    rows = [_issue(item) for item in issues] or [_issue(Issue("informational", "All is well.", severity="information"))]
    return msgspec.json.encode({"resourceType": "OperationOutcome", "issue": rows})


def _issue(item: Issue) -> dict[str, Any]:
    row: dict[str, Any] = {"severity": item.severity, "code": item.code}
    if item.rule:
        row["details"] = {"coding": [{"system": RULES, "code": item.rule}], "text": item.text}
    row["diagnostics"] = item.text
    if item.expression:
        row["expression"] = list(item.expression)
    return row
