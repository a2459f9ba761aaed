"""How two codes of a system relate."""

from verbund.terminology.model import Outcome


def related(first: str, second: str, *, first_above: bool, second_above: bool) -> Outcome:
    """How the first code relates to the second (http://hl7.org/fhir/R4/codesystem-operation-subsumes.html)."""
    if first == second:
        return "equivalent"
    if first_above:
        return "subsumes"
    return "subsumed-by" if second_above else "not-subsumed"
