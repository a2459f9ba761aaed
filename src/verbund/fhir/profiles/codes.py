"""Values against what a profile fixes, sets as a pattern, or binds to a value set."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from verbund.fhir.profiles.model import Binding
from verbund.fhir.profiles.run import Run
from verbund.fhir.profiles.values import Item, ancestors

LONGEST_SHOWN = 200
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_CODED = {"code", "string", "uri", "id", "url", "canonical", "oid", "markdown"}


def equal(value: object, wanted: object) -> bool:
    """Whether a value is exactly this (http://hl7.org/fhir/R4/elementdefinition-definitions.html, fixed[x])."""
    if isinstance(value, dict) and isinstance(wanted, dict):
        return value.keys() == wanted.keys() and all(equal(value[key], wanted[key]) for key in wanted)
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(equal, value, wanted))
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def matches(value: object, wanted: object) -> bool:
    """Whether a value has at least what a pattern has; of a list, each item of the pattern's is found."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(key in value and matches(value[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(value, list) and all(any(matches(one, each) for one in value) for each in wanted)
    return equal(value, wanted)


def shown(wanted: object) -> str:
    """What a profile demands, as JSON of one line."""
    text = json.dumps(
        wanted, ensure_ascii=False, default=lambda value: float(value) if isinstance(value, Decimal) else ""
    )
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def codings(item: Item) -> Iterator[tuple[str | None, str]]:
    """The codes of a value as pairs of system and code; without a system where the type has none."""
    value = item.value
    if isinstance(value, str) and item.kind in _CODED:
        yield None, value
    elif isinstance(value, dict):
        listed = value.get("coding", []) if item.kind == "CodeableConcept" else [value]
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, Mapping) and isinstance(one.get("code"), str):
                system = one.get("system")
                yield system if isinstance(system, str) else "", one["code"]


def check_binding(run: Run, rule: str, binding: Binding, item: Item) -> None:
    """Note where no code is of the value set; where that cannot be told, say so once."""
    given = list(codings(item))
    if binding.most and given:
        _check_most(run, rule, binding.most, given, item)
    if not given and (binding.strength != "required" or _excused(item)):
        return
    if binding.strength not in {"required", "extensible"} or not binding.value_set:
        return
    verdicts = [run.member(binding.value_set, *one) for one in given]
    if True in verdicts:
        return
    if None in verdicts:
        _note_unknown(run, rule, binding.value_set, item)
        return
    severity, word = ("error", "must") if binding.strength == "required" else ("warning", "should")
    text = f"one code {word} be of the value set {binding.value_set}; " + ("none is." if given else "there is no code.")
    run.add(severity, "code-invalid", rule, item.path, text, group=f"binding {binding.value_set}")


def _check_most(run: Run, rule: str, value_set: str, given: list[tuple[str | None, str]], item: Item) -> None:
    """Note where no code is of the value set that an element's codes may go up to
    (http://hl7.org/fhir/R4/extension-elementdefinition-maxvalueset.html)."""
    verdicts = [run.member(value_set, *one) for one in given]
    if True in verdicts:
        return
    if None in verdicts:
        _note_unknown(run, rule, value_set, item)
        return
    text = f"no code is of the value set {value_set}, which codes here must not go beyond."
    run.add("error", "code-invalid", rule, item.path, text, group=f"binding {value_set}")


def _note_unknown(run: Run, rule: str, value_set: str, item: Item) -> None:
    text = f"the value set {value_set} is not known here; codes bound to it are not checked."
    run.note(f"value-set {value_set}", item.path, rule, text)


def _excused(item: Item) -> bool:
    """Whether an extension says why there is no value, or the type has no codes."""
    if item.value is None or not {"CodeableConcept", "Coding"} & set(ancestors(item.kind)):
        return True
    extensions = item.value.get("extension", []) if isinstance(item.value, dict) else []
    return any(isinstance(one, dict) and one.get("url") == DATA_ABSENT for one in extensions or [])


def undecided(run: Run, binding: Binding, item: Item) -> bool | None:
    """Whether a value is told by its binding to be of a slice; None where the value set is not known."""
    verdicts = [run.member(binding.value_set, *one) for one in codings(item)]
    if True in verdicts:
        return True
    return None if None in verdicts else False
