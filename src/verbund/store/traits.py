"""Codes that very many resources have in common: one bit for each, so that totals of them are read off an index alone.

Which resources are final, or of the laboratory, or of women: an index of keys finds hundreds of thousands, and then
each must be visited. The bits lie in the index that is in order of type and last change, beside patient and category.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from verbund.store.keys import Keys

_HL7 = "http://terminology.hl7.org/CodeSystem/"
_REQUEST = "active completed cancelled stopped on-hold draft entered-in-error"
_INTENT = "order plan proposal original-order instance-order"
_CONDITION = "active recurrence relapse inactive remission resolved"
_CONFIRMED = "confirmed unconfirmed provisional differential refuted"

# By type and parameter: the codes, and the systems with which they are asked for as well, if not only by themselves.
# The bits follow from the order: codes are added at the end of a type, and `reindexing.LAYOUT` goes up with them.
_COMMON: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Patient": (("gender", "male female other unknown", ""), ("active", "true false", "")),
    "Observation": (
        ("status", "final amended corrected preliminary registered cancelled entered-in-error unknown", ""),
        (
            "category",
            "laboratory vital-signs survey social-history exam imaging procedure activity therapy",
            f"{_HL7}observation-category",
        ),
    ),
    "Encounter": (
        ("status", "finished in-progress planned arrived cancelled onleave triaged entered-in-error unknown", ""),
        ("class", "AMB IMP EMER SS VR HH ACUTE NONAC PRENC OBSENC", f"{_HL7}v3-ActCode"),
    ),
    "Condition": (
        ("clinical-status", _CONDITION, f"{_HL7}condition-clinical"),
        ("verification-status", _CONFIRMED, f"{_HL7}condition-ver-status"),
        ("category", "encounter-diagnosis problem-list-item", f"{_HL7}condition-category"),
    ),
    "Procedure": (("status", "completed in-progress preparation not-done on-hold stopped entered-in-error", ""),),
    "DiagnosticReport": (
        ("status", "final amended corrected preliminary registered partial appended cancelled", ""),
        ("category", "LAB RAD PAT GE MB CH HM", f"{_HL7}v2-0074"),
    ),
    "MedicationRequest": (("status", _REQUEST, ""), ("intent", _INTENT, "")),
    "MedicationStatement": (("status", "active completed intended stopped on-hold not-taken unknown", ""),),
    "MedicationAdministration": (("status", "completed in-progress not-done on-hold stopped unknown", ""),),
    "Immunization": (("status", "completed not-done entered-in-error", ""),),
    "AllergyIntolerance": (
        ("clinical-status", "active inactive resolved", f"{_HL7}allergyintolerance-clinical"),
        ("category", "food medication environment biologic", ""),
    ),
    "DocumentReference": (("status", "current superseded entered-in-error", ""),),
    "ServiceRequest": (("status", _REQUEST, ""), ("intent", _INTENT, "")),
    "Claim": (("status", "active cancelled draft entered-in-error", ""), ("use", "claim predetermination", "")),
    "ExplanationOfBenefit": (("status", "active cancelled draft entered-in-error", ""),),
}


class Traits:
    """The bits of one resource type under one node's key; a type without common codes has none."""

    def __init__(self, kind: str, keys: Keys) -> None:
        self._bits = {
            keys.code(kind, name, code) if system is None else keys.token(kind, name, system, code): 1 << place
            for place, (name, system, code) in enumerate(common(kind))
        }

    def of(self, keys: Iterable[int]) -> int:
        """The bits of those keys that are of common codes."""
        found = 0
        for key in keys:
            found |= self._bits.get(key, 0)
        return found

    def any_of(self, keys: Iterable[int]) -> int | None:
        """The bits that stand for all these keys; None if one of them has none."""
        bits = [self._bits.get(key) for key in keys]
        return None if None in bits else sum({bit for bit in bits if bit is not None})


@cache
def common(kind: str) -> tuple[tuple[str, str | None, str], ...]:
    """The common codes of a type in the order of their bits: parameter, system (None: any), code."""
    return tuple(_common(kind))


def _common(kind: str) -> Iterator[tuple[str, str | None, str]]:
    for name, codes, system in _COMMON.get(kind, ()):
        for code in codes.split():
            yield name, None, code
            if system:
                yield name, system, code
