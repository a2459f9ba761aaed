"""Lists that a node keeps by itself: what is current of problems, medications and allergies.

http://hl7.org/fhir/R4/lifecycle.html#current. Nobody maintains them; each is what a search finds at the moment.
"""

from typing import Final

_CERTAIN: Final = ("verification-status:not", "entered-in-error,refuted")
_ALLERGY: Final = (("clinical-status", "active"), _CERTAIN)
_ORDERED: Final = ("intent", "order,original-order,reflex-order,filler-order,instance-order")

CURRENT: Final[dict[str, dict[str, tuple[tuple[str, str], ...]]]] = {
    "current-problems": {"Condition": (("clinical-status", "active,recurrence,relapse"), _CERTAIN)},
    "current-medications": {
        "MedicationRequest": (("status", "active"), _ORDERED),
        "MedicationStatement": (("status", "active"),),
    },
    "current-allergies": {"AllergyIntolerance": _ALLERGY},
    "current-drug-allergies": {"AllergyIntolerance": (*_ALLERGY, ("category", "medication"))},
}
"""Name, without the dollar sign, to the types that the list holds and the parameters that find what is in it."""
