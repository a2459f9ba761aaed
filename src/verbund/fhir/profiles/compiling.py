"""From a definition's list of elements to the tree of rules that is walked beside a resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from verbund.fhir.definitions import r4
from verbund.fhir.profiles.model import ABSENT, Binding, Constraint, Profile, Rule, Slicing, TypeRule
from verbund.fhir.profiles.reading import Definition, Element

_BY_URL = Slicing((("value", "url"),))
_BY_TYPE = Slicing((("type", "$this"),))


def compiled(definition: Definition, elements: Iterable[Element]) -> Profile:
    """The profile that these elements, a snapshot, make."""
    rules: dict[str, Rule] = {}
    draft = _drafted(elements)
    root = _rule(draft, rules)
    return Profile(
        definition.url, definition.version, definition.name, definition.type, root, rules, definition.contexts
    )


@dataclass(slots=True)
class _Draft:
    """An element on its way into the tree."""

    id: str
    element: Element
    children: list["_Draft"] = field(default_factory=list)
    slices: list["_Draft"] = field(default_factory=list)


def element_id(element: Element) -> str:
    """The id of an element; where there is none, its path with the name of its slice."""
    found = element.get("id")
    if isinstance(found, str) and found.count(".") == str(element.get("path", "")).count("."):
        return found
    name = element.get("sliceName")
    return f"{element.get('path', '')}:{name}" if name else str(element.get("path", ""))


def parents(identity: str) -> tuple[str, str]:
    """The id of the element that an element is below of, and the id of the one that it is a slice of, else empty."""
    above, _, last = identity.rpartition(".")
    name, _, piece = last.partition(":")
    if not piece:
        return above, ""
    outer = piece.rpartition("/")[0]
    whole = f"{name}:{outer}" if outer else name
    return above, f"{above}.{whole}"


def _drafted(elements: Iterable[Element]) -> _Draft:
    """The tree's root; a differential may leave it out."""
    listed = {element_id(element): element for element in elements}
    name = next(iter(listed)).partition(".")[0]
    root = _Draft(name, listed.pop(name, {}))
    drafts = {name: root}
    for identity, element in listed.items():
        if identity in drafts:
            drafts[identity].element = element
        elif identity.partition(".")[0] == name:
            _put(_Draft(identity, element), drafts)
    return root


def _put(draft: _Draft, drafts: dict[str, _Draft]) -> None:
    """Put an element where it belongs; those above it that are not listed, as in a differential, are put in first."""
    above, sliced = parents(draft.id)
    if not above:
        return
    for implied in (above, sliced):
        if implied and implied not in drafts:
            _put(_Draft(implied, {}), drafts)
    drafts[draft.id] = draft
    (drafts[sliced].slices if sliced else drafts[above].children).append(draft)


def _rule(draft: _Draft, rules: dict[str, Rule]) -> Rule:
    element = draft.element
    name, _, piece = draft.id.rpartition(".")[2].partition(":")
    slices = tuple(_rule(one, rules) for one in draft.slices)
    children = tuple(rule for one in draft.children if _says(rule := _rule(one, rules), one.element))
    rule = Rule(
        id=draft.id,
        name=name,
        slice=piece,
        least=_number(element.get("min")) or 0,
        most=_most(element.get("max")),
        types=tuple(map(_type, element.get("type", ()))),
        fixed=_valued(element, "fixed"),
        pattern=_valued(element, "pattern"),
        low=_valued(element, "minValue"),
        high=_valued(element, "maxValue"),
        longest=_number(element.get("maxLength")),
        binding=_binding(element),
        constraints=tuple(Constraint(**one) for one in element.get("constraint", ())),
        refers=_refers(element) if not children else "",
        slicing=_slicing(element, name) if slices else None,
        slices=slices,
        children=children,
    )
    rules[rule.id] = rule
    return rule


def _says(rule: Rule, element: Element) -> bool:
    """Whether a rule asks for more than decoding has checked already: most elements of a snapshot do not."""
    base = element.get("base")
    same = isinstance(base, dict) and (base.get("min"), base.get("max")) == (element.get("min"), element.get("max"))
    plain = not (rule.slices or rule.children or rule.constraints or rule.refers or rule.longest is not None)
    free = all(value is ABSENT for value in (rule.fixed, rule.pattern, rule.low, rule.high))
    typed = any(one.profiles or one.targets for one in rule.types) or rule.name.endswith("[x]")
    return not (same and plain and free and not typed and not _strict(rule.binding))


def _strict(binding: Binding | None) -> bool:
    """Whether a binding is more than decoding checks: that looks at the required codes of R4 itself."""
    if binding is None or not (binding.most or binding.strength in {"required", "extensible"}):
        return False
    if binding.most and binding.most.partition("|")[0] not in r4().codes:
        return True
    return binding.strength == "extensible" or binding.value_set.partition("|")[0] not in r4().codes


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _most(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def _type(one: Mapping[str, Any]) -> TypeRule:
    return TypeRule(one["code"], tuple(one.get("profile", ())), tuple(one.get("targetProfile", ())))


def _valued(element: Element, stem: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of fixed[x], pattern[x], minValue[x] or maxValue[x]."""
    return next((value for key, value in element.items() if key.startswith(stem)), ABSENT)


def _binding(element: Element) -> Binding | None:
    found = element.get("binding")
    if not found or not found["strength"] or not (found["valueSet"] or found.get("most")):
        return None
    return Binding(found["strength"], found["valueSet"], found.get("most", ""))


def _refers(element: Element) -> str:
    """The element of the same profile whose rules hold here as well; those of FHIR's own types are checked anyway."""
    found = str(element.get("contentReference", ""))
    return found[1:] if found.startswith("#") else ""


def _slicing(element: Element, name: str) -> Slicing | None:
    """How slices are told apart; for extensions and choices of types that goes without saying."""
    found = element.get("slicing", {})
    pairs = tuple((one["type"], one["path"]) for one in found.get("discriminator", ()))
    if pairs:
        return Slicing(pairs, found["rules"], found["ordered"])
    if name in {"extension", "modifierExtension"}:
        return _BY_URL
    return _BY_TYPE if name.endswith("[x]") else None
