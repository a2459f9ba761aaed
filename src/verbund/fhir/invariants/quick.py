"""The most frequent invariants in Python, from the parsed JSON alone.

Each says what the invariant's FHIRPath says; a test holds every one against it. They expect what decoding accepts:
elements of the types that the definitions give them.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from verbund.fhir.fhirpath import narrative, temporal

Json = dict[str, Any]

UCUM: Final = "http://unitsofmeasure.org"
VERIFICATION: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
ALLERGY: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
OVER: Final = frozenset({"resolved", "remission", "inactive"})
"""What con-4 takes for the status of a condition that has abated."""


class Scope(NamedTuple):
    """The resource that an element stands in, and the one that holds it if it is contained."""

    resource: Json
    root: Json


Quick = Callable[[Any, Scope], bool | None]
"""Whether a value keeps a rule; None where the FHIRPath must say."""


def given(value: Json, *names: str) -> bool:
    """Whether one of these elements is there, with a value or extensions alone."""
    return any(name in value or "_" + name in value for name in names)


def choice(value: Json, stem: str) -> bool:
    """Whether a choice element is there, of any type."""
    return any(key.startswith(stem, 1 if key[0] == "_" else 0) for key in value)


def _coded(concept: Json | None, system: str, *codes: str) -> bool:
    """Whether a CodeableConcept has one of these codes."""
    codings = (concept or {}).get("coding", ())
    return any(coding.get("system") == system and coding.get("code") in codes for coding in codings)


def in_order(start: str, end: str) -> bool:
    """Whether one date is not after another, as far as their precision tells."""
    if len(start) == len(end) and start[19:] == end[19:]:
        return bool(start <= end)
    first, last = temporal.read(start, "DateTime"), temporal.read(end, "DateTime")
    return first is None or last is None or temporal.compared(first, last) != 1


def _period(value: Json, _: Scope) -> bool:
    start, end = value.get("start"), value.get("end")
    return start is None or end is None or start == end or in_order(start, end)


def _reference(value: Json, scope: Scope) -> bool:
    """ref-1: what `#x` refers to is contained; `#` is the resource itself."""
    text = value.get("reference")
    if text is None or text[0] != "#" or text == "#":
        return True
    return any(one.get("id") == text[1:] for one in scope.root.get("contained", ()))


def _referred_to(value: Json, _: Scope) -> bool | None:
    """dom-3: whether all that is contained is referred to, as far as plain references tell."""
    contained = value.get("contained")
    if contained is None:
        return True
    found: set[str] = set()
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found.add(str(item.get("reference")))
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return True if all(f"#{one.get('id')}" in found for one in contained) else None


def _observed(value: Json, _: Scope) -> bool:
    """obs-7: a component with one of the observation's own codes, beside a value of the observation."""
    if "component" not in value or not choice(value, "value"):
        return True
    own = value["code"].get("coding", ())
    return not any(coding in own for part in value["component"] for coding in part["code"].get("coding", ()))


def _condition_over(value: Json, _: Scope) -> bool:
    """con-4: what has abated is not active."""
    if not choice(value, "abatement"):
        return True
    return _coded(value.get("clinicalStatus"), CLINICAL, *OVER)


def _in_error(value: Json, system: str) -> bool:
    return _coded(value.get("verificationStatus"), system, "entered-in-error")


QUICK: Final[dict[str, Quick]] = {
    "ele-1": lambda value, _: any(key != "id" for key in value),
    "dom-2": lambda value, _: not any("contained" in one for one in value.get("contained", ())),
    "dom-4": lambda value, _: not any({"versionId", "lastUpdated"} & set(_meta(one)) for one in _contained(value)),
    "dom-5": lambda value, _: not any("security" in _meta(one) for one in _contained(value)),
    "dom-3": _referred_to,
    "ref-1": _reference,
    "tim-1": lambda value, _: not given(value, "duration") or given(value, "durationUnit"),
    "tim-2": lambda value, _: not given(value, "period") or given(value, "periodUnit"),
    "tim-4": lambda value, _: value.get("duration", 0) >= 0,
    "tim-5": lambda value, _: value.get("period", 0) >= 0,
    "tim-6": lambda value, _: not given(value, "periodMax") or given(value, "period"),
    "tim-7": lambda value, _: not given(value, "durationMax") or given(value, "duration"),
    "tim-8": lambda value, _: not given(value, "countMax") or given(value, "count"),
    "tim-9": lambda value, _: None if given(value, "offset") else True,
    "tim-10": lambda value, _: not (given(value, "timeOfDay") and given(value, "when")),
    "ctm-1": lambda value, _: None if "onBehalfOf" in value else True,
    "cpl-3": lambda value, _: not ("detail" in value and "reference" in value),
    "ext-1": lambda value, _: ("extension" in value) != choice(value, "value"),
    "per-1": _period,
    "qty-3": lambda value, _: not given(value, "code") or given(value, "system"),
    "cpt-2": lambda value, _: not given(value, "value") or given(value, "system"),
    "att-1": lambda value, _: not given(value, "data") or given(value, "contentType"),
    "obs-3": lambda value, _: given(value, "low", "high", "text"),
    "obs-6": lambda value, _: "dataAbsentReason" not in value or not choice(value, "value"),
    "obs-7": _observed,
    "pat-1": lambda value, _: given(value, "name", "telecom", "address", "organization"),
    "org-1": lambda value, _: given(value, "identifier", "name"),
    "org-2": lambda value, _: value.get("use") != "home",
    "org-3": lambda value, _: value.get("use") != "home",
    "que-7": lambda value, _: value.get("operator") != "exists" or given(value, "answerBoolean"),
    "con-1": lambda value, _: given(value, "summary", "assessment"),
    "con-2": lambda value, _: given(value, "code", "detail"),
    "con-4": _condition_over,
    "con-5": lambda value, _: "clinicalStatus" not in value or not _in_error(value, VERIFICATION),
    "ait-1": lambda value, _: "clinicalStatus" in value or _in_error(value, ALLERGY),
    "ait-2": lambda value, _: "clinicalStatus" not in value or not _in_error(value, ALLERGY),
    "prr-1": lambda value, _: "orderDetail" not in value or "code" in value,
    "imm-1": lambda value, _: given(value, "documentType", "reference"),
    "mad-1": lambda value, _: given(value, "dose") or choice(value, "rate"),
    "txt-1": lambda value, _: narrative.is_harmless(value),
    "txt-2": lambda value, _: narrative.has_content(value),
}
"""Key to the check of a value (an object, or for txt-1 and txt-2 a string); keys that stand for one rule only.

Three differ from their FHIRPath: txt-1 and txt-2 each ask for what their sentence says, where both expressions are the
same, and que-7 takes a FHIR boolean, where the expression asks for one of FHIRPath's own.
"""


OPEN: Final = frozenset({"dom-3", "tim-9", "ctm-1"})
"""The keys of which the quick form may leave the answer to FHIRPath."""


def _contained(value: Json) -> list[Json]:
    return list(value.get("contained", ()))


def _meta(value: Json) -> Json:
    found = value.get("meta", {})
    return found if isinstance(found, dict) else {}
