"""The walk through a resource, to the elements that have invariants and past those that cannot break any."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath import Failed, Node, of_resource
from verbund.fhir.fhirpath.environment import truth
from verbund.fhir.invariants.definitions import AT_A_GLANCE
from verbund.fhir.invariants.quick import OPEN, QUICK, Scope
from verbund.fhir.invariants.rules import Rule, rules_of
from verbund.fhir.primitives import EXPECTED

Json = Any
"""A JSON value."""


class Look(NamedTuple):
    """What a walk looks for, from what the bytes say may be there.

    `everything`: all elements, ele-1 included; `extensions`: also what is in extensions; `fragments`: also references
    to what is contained; `contained`: also what is contained; `logical`: also in the identifiers of references;
    `warnings`: also rules that only warn.
    """

    everything: bool
    extensions: bool
    fragments: bool
    contained: bool
    logical: bool
    warnings: bool


EXTRAS: Final = "_"
"""Stands for the type of what is beside a primitive, its id and extensions; decoding sees to it that there is some."""

ALL: Final = Look(everything=True, extensions=True, fragments=True, contained=True, logical=True, warnings=True)


class Check(NamedTuple):
    """A rule, and whether a value (of which type) keeps it."""

    rule: Rule
    run: Callable[[Json, Scope], bool]


class Branch(NamedTuple):
    """Where a JSON property leads: its type, the checks on the element itself, whether what is below is walked."""

    type: str
    checks: tuple[Check, ...]
    inside: bool


class Plan(NamedTuple):
    """The checks of a type, and the properties that are worth looking into."""

    checks: tuple[Check, ...]
    branches: Mapping[str, Branch]


def _checks(rules: tuple[Rule, ...], kind: str, look: Look) -> tuple[Check, ...]:
    """The rules of which a walk asks, on values of this type."""
    kept = (rule for rule in rules if not rule.best_practice and (look.warnings or rule.severity == "error"))
    skipped = set() if look.everything else {"ele-1"}
    skipped |= set() if look.fragments else {"ref-1", "dom-3"}
    skipped |= set() if look.contained else {"dom-2", "dom-3", "dom-4", "dom-5"}
    return tuple(Check(rule, _runner(rule, kind)) for rule in kept if rule.key not in skipped)


def _runner(rule: Rule, kind: str) -> Callable[[Json, Scope], bool]:
    """The quick form of a rule; where there is none, or it leaves the rule open, its FHIRPath."""
    quick = QUICK.get(rule.key) or AT_A_GLANCE.get(rule.key)
    if quick is None:
        return lambda value, scope: by_fhirpath(rule, value, kind, scope)
    if rule.key not in OPEN and rule.key not in AT_A_GLANCE:
        return quick  # type: ignore[return-value]

    def run(value: Json, scope: Scope) -> bool:
        answer = quick(value, scope)
        return by_fhirpath(rule, value, kind, scope) if answer is None else answer

    return run


def _led(kind: str, name: str, look: Look) -> bool:
    """Whether a walk follows an element."""
    if name in {"extension", "modifierExtension"}:
        return look.extensions
    return look.logical or (kind, name) != ("Reference", "identifier")


@cache
def _relevant(look: Look) -> frozenset[str]:
    """The types in which a walk may find something: those with checks, and those that lead to them."""
    links: dict[str, set[str]] = {}
    found: set[str] = set()
    for kind, definition in r4().types.items():
        rules = rules_of(kind)
        if _checks(rules.own, kind, look) or any(_checks(one, kind, look) for one in rules.elements.values()):
            found.add(kind)
        for element in definition.elements:
            if _led(kind, element.name, look):
                for code in element.types:
                    links.setdefault(code, set()).add(kind)
    waiting = list(found)
    while waiting:
        fresh = links.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return frozenset(found)


@cache
def plan_of(kind: str, look: Look) -> Plan:
    """What a walk does at an object of this type."""
    if kind == EXTRAS:
        return Plan((), {"extension": Branch("Extension", (), inside=True)})
    rules = rules_of(kind)
    branches: dict[str, Branch] = {}
    for element in r4().types[kind].elements:
        stem = element.name.removesuffix("[x]")
        for code in element.types:
            key = stem + code[0].upper() + code[1:] if stem != element.name else stem
            checks = _checks(rules.elements.get(stem, ()), code, look)
            primitive = code in EXPECTED
            inside = code == "Resource" or (not primitive and code in _relevant(look))
            if (checks or inside or look.everything) and _led(kind, element.name, look):
                branches[key] = Branch(code, checks, inside or (look.everything and not primitive))
            if primitive and look.extensions and stem not in {"id", "url", "div"}:
                branches["_" + key] = Branch(EXTRAS, (), inside=True)
    return Plan(_checks(rules.own, kind, look), branches)


class Plans(dict[str, Plan]):
    """The plans of one look by type, made when first asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def __missing__(self, kind: str) -> Plan:
        self[kind] = plan = plan_of(kind, self.look)
        return plan


plans_of = cache(Plans)
"""The plans of a look."""


def broken(resource: dict[str, Any], look: Look) -> Iterator[tuple[Rule, str]]:
    """The rules that a resource breaks, each with the path; nothing is said of resources in bundles and parameters."""
    kind = resource["resourceType"]
    yield from _Walk(look, resource).object(resource, kind, kind, Scope(resource, resource))


def sound(value: dict[str, Any], kind: str, plans: Plans, scope: Scope) -> bool:
    """Whether nothing is broken in an object or below: `broken` without the paths, and so at half the cost."""
    checks, branches = plans[kind]
    for check in checks:
        if not check.run(value, scope):
            return False
    for key, item in value.items():
        if key in branches:
            branch = branches[key]
            for one in item if type(item) is list else (item,):
                if one is not None and not _sound_element(one, key, branch, plans, scope):
                    return False
    return True


def _sound_element(value: Json, key: str, branch: Branch, plans: Plans, scope: Scope) -> bool:
    for check in branch.checks:
        if not check.run(value, scope):
            return False
    if not branch.inside or type(value) is not dict:
        return True
    if branch.type != "Resource":
        return sound(value, branch.type, plans, scope)
    if key != "contained" or value.get("resourceType") not in r4().types:
        return True
    return sound(value, value["resourceType"], plans, Scope(value, scope.root))


class _Walk:
    """One walk through one document."""

    def __init__(self, look: Look, root: dict[str, Any]) -> None:
        self.look = look
        self.root = root

    def object(self, value: dict[str, Any], kind: str, path: str, scope: Scope) -> Iterator[tuple[Rule, str]]:
        """An object of a complex type, and what is below it."""
        checks, branches = plan_of(kind, self.look)
        for check in checks:
            if not check.run(value, scope):
                yield check.rule, path
        for key, item in value.items():
            branch = branches.get(key)
            if branch is None:
                continue
            if isinstance(item, list):
                for place, one in enumerate(item):
                    if one is not None:
                        yield from self.element(one, branch, f"{path}.{key}[{place}]", scope)
            else:
                yield from self.element(item, branch, f"{path}.{key}", scope)

    def element(self, value: Json, branch: Branch, path: str, scope: Scope) -> Iterator[tuple[Rule, str]]:
        """One value of a property."""
        for check in branch.checks:
            if not check.run(value, scope):
                yield check.rule, path
        if not branch.inside or not isinstance(value, dict):
            return
        if branch.type != "Resource":
            yield from self.object(value, branch.type, path, scope)
        elif ".contained[" in path and path.count(".") == 1 and value.get("resourceType") in r4().types:
            yield from self.object(value, value["resourceType"], path, Scope(value, self.root))


def by_fhirpath(rule: Rule, value: Json, kind: str, scope: Scope) -> bool:
    """Whether a value keeps a rule, as its FHIRPath says."""
    resource = of_resource(scope.resource)
    root = resource if scope.root is scope.resource else of_resource(scope.root)
    node = resource if value is scope.resource else Node(value, kind)
    try:
        return truth(rule.compiled.evaluate(node, resource=resource, root=root), rule.key) is not False
    except Failed:
        return True
