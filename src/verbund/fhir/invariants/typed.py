"""The invariants on what a decoder made of the bytes: quick, and sure only of what it finds sound.

Nothing is parsed a second time. A rule that has no form here leaves open whether it is kept, wherever an element is met
to which it applies; so does a form where it cannot tell. What is left open is for the walk through the JSON to decide.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

from msgspec import Struct, structs

from verbund.fhir.checks import attributes
from verbund.fhir.fhirpath import narrative
from verbund.fhir.generated.datatypes import Extension
from verbund.fhir.invariants.quick import ALLERGY, CLINICAL, OVER, VERIFICATION, in_order
from verbund.fhir.invariants.walking import Branch, Check, Look, plan_of

Form = Callable[[Any], bool]
"""Whether an element (a structure, or for txt-1 and txt-2 a string) surely keeps a rule."""


def _function(structure: type[Struct], kind: str, look: Look) -> Form:
    """The form of all rules of a structure and of what is inside of it, written out for this type and compiled.

    A loop over what there is to ask takes four times as long. What leads nowhere is not read; the functions of elements
    are made when the first is met, since types hold themselves.
    """
    plan = plan_of(kind, look)
    own = _forms(plan.checks)
    fields = {item.encode_name: item for item in structs.fields(structure)}
    leads = [(fields[key], branch) for key, branch in plan.branches.items() if key in fields]
    if len(own) == 1 and not leads:
        return own[0]
    known: dict[str, Any] = {f"own{number}": form for number, form in enumerate(own)}
    lines = ["def sound(item):"]
    lines += [f" if not {name}(item): return False" for name in known]
    for number, (field, branch) in enumerate(leads):
        lines += _lines(field, _asked(branch, look, known, number))
    text = "\n".join([*lines, " return True"])
    exec(compile(text, f"<rules of {kind}>", "exec"), known)  # noqa: S102 - of names of the standard alone
    made: Form = known["sound"]
    return made


def _lines(field: structs.FieldInfo, asked: Sequence[str]) -> Iterator[str]:
    """What asks of an element; of one that repeats, of each value."""
    if not asked:
        return
    wrong = " or ".join(f"not {name}(v)" for name in asked)
    if field.default == ():
        yield f" for v in item.{field.name}:"
        yield f"  if v is not None and ({wrong}): return False"
    else:
        yield f" v = item.{field.name}"
        yield f" if v is not None and ({wrong}): return False"


def _asked(branch: Branch, look: Look, known: dict[str, Any], number: int) -> list[str]:
    """The names of what to ask of an element's values, put among what is known."""
    names = []
    for place, form in enumerate(_forms(branch.checks)):
        names.append(f"of{number}_{place}")
        known[names[-1]] = form
    if branch.inside and branch.type != "Resource":
        names.append(f"inside{number}")
        known[names[-1]] = _later(branch.type, look, known, names[-1])
    return names


def _later(kind: str, look: Look, known: dict[str, Any], name: str) -> Form:
    """The form of a type that is made for the first value, and stands in its own place from then on."""

    def first(value: Any) -> bool:  # noqa: ANN401 - of any type
        if not isinstance(value, Struct):
            return True
        known[name] = form = _of_type(type(value), kind, look)
        return form(value)

    return first


_of_type = cache(_function)


def _forms(checks: tuple[Check, ...]) -> tuple[Form, ...]:
    return tuple(FORMS.get(check.rule.key, _open) for check in checks)


class Plans(dict[type[Struct], Form]):
    """The forms of one look by the type of the resource, made when first asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, structure: type[Struct]) -> Form:
        self[structure] = form = _of_type(structure, structure.__name__, self.look)
        return form


def surely_sound(resource: Struct, plans: Plans) -> bool:
    """Whether a resource keeps all rules that a look asks for, but for what it contains; False leaves that open."""
    return plans[type(resource)](resource)


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
