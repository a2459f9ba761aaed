"""The invariants on what a decoder made of the bytes: quick, and sure only of what it finds sound.

Nothing is parsed a second time. A rule that has no form here leaves open whether it is kept, wherever an element is met
to which it applies; so does a form where it cannot tell. What is left open is for the walk through the JSON to decide.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from msgspec import Struct, structs

from verbund.fhir.checks import attributes
from verbund.fhir.fhirpath import narrative
from verbund.fhir.generated.datatypes import Extension
from verbund.fhir.invariants.quick import ALLERGY, CLINICAL, OVER, VERIFICATION, in_order
from verbund.fhir.invariants.walking import Branch, Check, Look, plan_of

Form = Callable[[Any], bool]
"""Whether an element (a structure, or for txt-1 and txt-2 a string) surely keeps a rule."""


class _Plan(NamedTuple):
    """The forms to ask of a structure, what reads its elements that are worth looking into, and what leads there."""

    forms: tuple[Form, ...]
    read: Callable[[object], tuple[Any, ...]]
    leads: "tuple[_Lead, ...]"


class _Lead:
    """What to ask of an element's values; the plan of what is inside is made when the first value is met."""

    __slots__ = ("forms", "kind", "look", "plan")

    def __init__(self, branch: Branch, look: Look) -> None:
        self.forms = _forms(branch.checks)
        self.kind = branch.type if branch.inside and branch.type != "Resource" else None
        self.look = look
        self.plan: _Plan | None = None

    def sound(self, value: Any) -> bool:  # noqa: ANN401 - of any type
        """Whether a value surely keeps its rules."""
        for form in self.forms:
            if not form(value):
                return False
        if self.kind is None or not isinstance(value, Struct):
            return True
        plan = self.plan
        if plan is None:
            plan = self.plan = _plan(type(value), self.kind, self.look)
        return _sound(value, plan)


def _sound(item: Struct, plan: _Plan) -> bool:
    for form in plan.forms:
        if not form(item):
            return False
    for value, lead in zip(plan.read(item), plan.leads, strict=True):
        if value is None or value == ():
            continue
        for one in value if type(value) is tuple else (value,):
            if one is not None and not lead.sound(one):
                return False
    return True


def _plan(structure: type[Struct], kind: str, look: Look) -> _Plan:
    plan = plan_of(kind, look)
    names = {item.encode_name: item.name for item in structs.fields(structure)}
    found = [(names[key], branch) for key, branch in plan.branches.items() if key in names]
    leads = tuple(_Lead(branch, look) for _, branch in found)
    return _Plan(_forms(plan.checks), attributes(*(name for name, _ in found)) if found else _nothing, leads)


def _nothing(_: object) -> tuple[()]:
    return ()


def _forms(checks: tuple[Check, ...]) -> tuple[Form, ...]:
    return tuple(FORMS.get(check.rule.key, _open) for check in checks)


class Plans(dict[type[Struct], _Plan]):
    """The plans of one look by the type of the resource, made when first asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, structure: type[Struct]) -> _Plan:
        self[structure] = plan = _plan(structure, structure.__name__, self.look)
        return plan


def surely_sound(resource: Struct, plans: Plans) -> bool:
    """Whether a resource that contains no others keeps all rules that a look asks for; False leaves that open."""
    return _sound(resource, plans[type(resource)])


def _open(_: object) -> bool:
    return False


def _period(value: Any) -> bool:  # noqa: ANN401 - generated structures, here and below
    start, end = value.start, value.end
    return start is None or end is None or start == end or in_order(start, end)


def _has(concept: Any, system: str, codes: frozenset[str]) -> bool:  # noqa: ANN401
    """Whether a CodeableConcept has one of these codes."""
    return concept is not None and any(one.system == system and one.code in codes for one in concept.coding)


_IN_ERROR: Final = frozenset({"entered-in-error"})


@cache
def _choice(structure: type[Struct], stem: str) -> Form:
    """The form of the question whether a choice element is there, of any type."""
    names = [item.name for item in structs.fields(structure) if item.name.startswith(stem)]
    read = attributes(*names)
    return lambda value: read(value).count(None) != len(names)


def _extended(value: Extension) -> bool:
    return bool(value.extension) != _choice(Extension, "value")(value)


def _unvalued(value: Any) -> bool:  # noqa: ANN401
    """obs-7, as far as there is no need to compare: no components, or no value beside them."""
    return not value.component or not _choice(value.__class__, "value")(value)


def _condition_over(value: Any) -> bool:  # noqa: ANN401
    return not _choice(value.__class__, "abatement")(value) or _has(value.clinicalStatus, CLINICAL, OVER)


def _needs(name: str, other: str) -> Form:
    """The form of a rule by which one element asks for another."""
    read = attributes(name, name + "_element")
    wanted = attributes(other, other)
    return lambda value: read(value) == (None, None) or wanted(value)[0] is not None


FORMS: Final[dict[str, Form]] = {
    "tim-1": _needs("duration", "durationUnit"),
    "tim-2": _needs("period", "periodUnit"),
    "tim-4": lambda value: value.duration is None or value.duration >= 0,
    "tim-5": lambda value: value.period is None or value.period >= 0,
    "tim-6": _needs("periodMax", "period"),
    "tim-7": _needs("durationMax", "duration"),
    "tim-8": _needs("countMax", "count"),
    "tim-9": lambda value: value.offset is None and value.offset_element is None,
    "tim-10": lambda value: not (value.timeOfDay or value.timeOfDay_element),
    "ctm-1": lambda value: value.onBehalfOf is None,
    "cpl-3": lambda value: value.detail is None or value.reference is None,
    "ext-1": _extended,
    "per-1": _period,
    "qty-3": _needs("code", "system"),
    "cpt-2": _needs("value", "system"),
    "att-1": _needs("data", "contentType"),
    "obs-3": lambda value: value.low is not None or value.high is not None or value.text is not None,
    "obs-6": lambda value: value.dataAbsentReason is None,
    "obs-7": _unvalued,
    "pat-1": lambda value: bool(value.name or value.telecom or value.address or value.organization is not None),
    "org-1": lambda value: bool(value.identifier) or value.name is not None,
    "org-2": lambda value: value.use != "home",
    "org-3": lambda value: value.use != "home",
    "con-4": _condition_over,
    "con-5": lambda value: value.clinicalStatus is None or not _has(value.verificationStatus, VERIFICATION, _IN_ERROR),
    "ait-1": lambda value: value.clinicalStatus is not None,
    "ait-2": lambda value: value.clinicalStatus is None or not _has(value.verificationStatus, ALLERGY, _IN_ERROR),
    "prr-1": lambda value: not value.orderDetail or value.code is not None,
    "imm-1": lambda value: value.documentType is not None or value.reference is not None,
    "mad-1": lambda value: value.dose is not None,
    "txt-1": narrative.is_harmless,
    "txt-2": narrative.has_content,
}
"""Key to the form of a rule; each says yes only where the rule of the same key in `quick` does."""
