"""A resource held against a profile: its tree of rules walked beside the values."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from verbund.fhir.primitives import EXPECTED
from verbund.fhir.profiles.codes import check_binding, equal, matches, shown
from verbund.fhir.profiles.invariants import check_constraints
from verbund.fhir.profiles.model import ABSENT, CORE, Profile, Rule, TypeRule
from verbund.fhir.profiles.run import Run, Scope
from verbund.fhir.profiles.slicing import Belongs, Sorter
from verbund.fhir.profiles.targets import claimed, kind_of, resolved
from verbund.fhir.profiles.values import Item, ancestors, items
from verbund.fhir.validation import MAX_DEPTH

_OF_EXTENSIONS = frozenset({"extension", "modifierExtension"})


def check(run: Run, profile: Profile, item: Item, scope: Scope) -> None:
    """Hold a value against a profile, once in a run."""
    if not run.once(item.value, profile.url):
        return
    for fault in profile.faults:
        run.note(f"profile {profile.url}", item.path, profile.name, fault, "warning")
    if profile.type not in ancestors(item.kind):
        text = f"the profile {profile.name} is for {profile.type}, this is {item.kind}."
        run.add("error", "structure", f"{profile.name}#type", item.path, text)
        return
    _Walk(run, profile, scope).value(profile.root, item, 0)


def conforms(run: Run, url: str, item: Item, scope: Scope) -> bool:
    """Whether a value conforms to a profile; true as well where the profile is not known.

    A resource that claims the profile is taken at its word: where it breaks it, that is told at its own place.
    """
    profile = run.profiles.get(url)
    if profile is None or (run.mode.claimed and profile.url in claimed(item.value)):
        return True
    return run.conforms(item.value, profile.url, lambda: check(run, profile, item, scope))


class _Walk:
    """One profile's walk through one value."""

    def __init__(self, run: Run, profile: Profile, scope: Scope) -> None:
        self._run = run
        self._profile = profile
        self._scope = scope
        self._sorter = Sorter(run, scope, lambda item, url, inside: conforms(run, url, item, inside))

    def value(self, rule: Rule, item: Item, depth: int) -> None:
        """A value against what is said of it and of what is below."""
        self._run.spend()
        if depth > MAX_DEPTH:
            return
        self._itself(rule, item)
        self._types(rule, item)
        check_constraints(self._run, self._label(rule), rule.constraints, item, self._scope)
        inside = item.value if isinstance(item.value, dict) else item.beside
        if rule.refers and rule.refers in self._profile.rules:
            self._below(self._profile.rules[rule.refers], item, inside, depth)
        self._below(rule, item, inside, depth)

    def _label(self, rule: Rule) -> str:
        return f"{self._profile.name}#{rule.id}"

    def _add(self, code: str, rule: Rule, path: str, text: str, group: str) -> None:
        self._run.add("error", code, self._label(rule), path, text, group=group)

    def _itself(self, rule: Rule, item: Item) -> None:
        value = item.value
        if value is None:
            return
        if rule.fixed is not ABSENT and not equal(value, rule.fixed):
            self._add("value", rule, item.path, f"the profile demands exactly {shown(rule.fixed)}.", "fixed")
        if rule.pattern is not ABSENT and not matches(value, rule.pattern):
            self._add("value", rule, item.path, f"the profile demands {shown(rule.pattern)} in it.", "pattern")
        if rule.longest is not None and isinstance(value, str) and len(value) > rule.longest:
            self._add("too-long", rule, item.path, f"at most {rule.longest} characters are allowed.", "length")
        if rule.low is not ABSENT and _less(value, rule.low):
            self._add("value", rule, item.path, f"the value must not be below {shown(rule.low)}.", "low")
        if rule.high is not ABSENT and _less(rule.high, value):
            self._add("value", rule, item.path, f"the value must not be above {shown(rule.high)}.", "high")
        if rule.binding is not None:
            check_binding(self._run, self._label(rule), rule.binding, item)

    def _types(self, rule: Rule, item: Item) -> None:
        """The types that a profile leaves of a choice, their profiles, and where references may lead."""
        fitting = [one for one in rule.types if one.code in ancestors(item.kind)]
        if rule.types and not fitting:
            chosen = rule.name.endswith("[x]") or "resourceType" in (item.value if isinstance(item.value, dict) else ())
            if chosen:
                allowed = ", ".join(dict.fromkeys(one.code for one in rule.types))
                self._add("structure", rule, item.path, f"the profile allows {allowed} here, not {item.kind}.", "type")
            return
        urls = [url for one in fitting for url in one.profiles]
        if urls and not (rule.name in _OF_EXTENSIONS and not rule.slice):
            self._profiled(rule, urls, item)
        if isinstance(item.value, dict) and item.kind == "Reference":
            self._refers(rule, fitting, item)

    def _profiled(self, rule: Rule, urls: Sequence[str], item: Item) -> None:
        """A value against the profile of its type; against one of them where there are several."""
        if item.value is None:
            return
        known = [profile for url in urls if (profile := self._run.profiles.get(url)) is not None]
        if len(urls) == 1 and known:
            check(self._run, known[0], item, self._scope)
        elif len(known) == len(urls) and not any(conforms(self._run, url, item, self._scope) for url in urls):
            names = ", ".join(one.name for one in known)
            self._add("structure", rule, item.path, f"one of the profiles {names} must be met; none is.", "profiles")
        for url in urls:
            if self._run.profiles.get(url) is None and not url.startswith(CORE):
                text = f"the profile {url} is not known here; it is not checked."
                self._run.note(f"profile {url}", item.path, self._label(rule), text)

    def _refers(self, rule: Rule, types: Sequence[TypeRule], item: Item) -> None:
        """A reference leads to a resource of a type that is allowed and, as far as it is at hand, of the profile."""
        urls = [url for one in types for url in one.targets]
        kinds = {self._run.profiles.type_of(url) for url in urls}
        kind = kind_of(item.value, self._scope)
        if not urls or kind is None or None in kinds:
            return
        if not kinds & set(ancestors(kind)):
            allowed = ", ".join(sorted(one for one in kinds if one))
            self._add("structure", rule, item.path, f"this must refer to {allowed}, not to {kind}.", "target")
            return
        found = resolved(item.value, self._scope)
        fitting = [url for url in urls if self._run.profiles.type_of(url) in ancestors(kind)]
        if found is None or any(url.startswith(CORE) for url in fitting):
            return
        inner = Item(found, None, kind, item.path)
        scope = self._scope.within(found, contained=str(item.value.get("reference", "")).startswith("#"))
        if not any(conforms(self._run, url, inner, scope) for url in fitting):
            names = ", ".join(url.rpartition("/")[2] for url in fitting)
            text = f"what this refers to must be of the profile {names}, which it breaks."
            self._add("structure", rule, item.path, text, "target")

    def _below(self, rule: Rule, item: Item, inside: dict[str, Any] | None, depth: int) -> None:
        if not isinstance(inside, dict):
            return
        scope, kind = self._scope, item.kind if inside is item.value else "Element"
        for child in rule.children:
            if child.name == "value" and item.kind in EXPECTED:
                self._count(child, int(item.value is not None), item.path)
                continue
            found = items(inside, kind, child.name, item.path)
            self._count(child, len(found), f"{item.path}.{child.name.removesuffix('[x]')}")
            walk = self._inside(found, scope)
            for one in found:
                walk.value(child, one, depth + 1)
            if child.slices:
                walk.slices(child, found, f"{item.path}.{child.name.removesuffix('[x]')}", depth)

    def _inside(self, found: Sequence[Item], scope: Scope) -> "_Walk":
        """The same walk, in the scope of a resource where the values are one."""
        if len(found) == 1 and isinstance(found[0].value, dict) and "resourceType" in found[0].value:
            return _Walk(self._run, self._profile, scope.within(found[0].value, contained=False))
        return self

    def _count(self, rule: Rule, number: int, path: str) -> None:
        what = f"the slice '{rule.slice}'" if rule.slice else "this element"
        if number < rule.least:
            there = "there is none" if number == 0 else f"there are {number}"
            text = f"the profile asks for {what} at least {_times(rule.least)}; {there}."
            self._add("required", rule, path, text, f"least {rule.slice}")
        if rule.most is not None and number > rule.most:
            allowed = f"allows {what} at most {_times(rule.most)}" if rule.most else f"does not allow {what}"
            self._add("structure", rule, path, f"the profile {allowed}; there are {number}.", f"most {rule.slice}")

    def slices(self, rule: Rule, found: Sequence[Item], path: str, depth: int) -> None:
        """Values of a sliced element: each slice as often as it must be, each value as its slice says."""
        belongs = self._sorter.sort(rule, found, self._profile)
        for piece in rule.slices:
            mine = [item for item, (slice_, _) in zip(found, belongs, strict=True) if slice_ is piece]
            perhaps = sum(piece in others for _, others in belongs)
            if perhaps and (len(mine) < piece.least or piece.children or piece.slices):
                text = (
                    f"whether a value is of the slice '{piece.slice}' cannot be told here; it is not checked as such."
                )
                self._run.note(f"slice {self._label(piece)}", path, self._label(piece), text)
            if len(mine) + perhaps < piece.least or (piece.most is not None and len(mine) > piece.most):
                self._count(piece, len(mine), path)
            for item in mine:
                self.value(piece, item, depth + 1)
            if piece.slices and not perhaps:
                self.slices(piece, mine, path, depth)
        self._order(rule, found, belongs, path)

    def _order(self, rule: Rule, found: Sequence[Item], belongs: Sequence[Belongs], path: str) -> None:
        """What may stand beside the slices, and in which order (http://hl7.org/fhir/R4/profiling.html#slicing)."""
        slicing = rule.slicing
        if slicing is None:
            return
        loose = [place for place, (piece, perhaps) in enumerate(belongs) if piece is None and not perhaps]
        for place in loose if slicing.rules == "closed" else ():
            names = ", ".join(piece.slice for piece in rule.slices)
            text = f"the profile allows nothing beside the slices {names}; this is none of them."
            self._add("structure", rule, found[place].path, text, "closed")
        kept = [piece for piece, perhaps in belongs if piece is not None or perhaps]
        if slicing.rules == "openAtEnd" and loose and loose[0] < len(kept):
            text = "what is of no slice must stand behind all that is."
            self._add("structure", rule, found[loose[0]].path, text, "open-at-end")
        order = [rule.slices.index(piece) for piece in kept if piece is not None]
        if slicing.ordered and order != sorted(order):
            names = ", ".join(piece.slice for piece in rule.slices)
            self._add("structure", rule, path, f"the slices must stand in the order {names}.", "order")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _less(value: Any, other: Any) -> bool:  # noqa: ANN401 - numbers, dates or quantities
    """Whether a value is less, where the two can be compared as they are written: numbers, dates of one precision."""
    if isinstance(value, dict) and isinstance(other, dict):
        same = all(value.get(key) == other.get(key) for key in ("system", "code"))
        return same and _less(value.get("value"), other.get("value"))
    if isinstance(value, str) and isinstance(other, str):
        return len(value) == len(other) and value < other
    return _is_number(value) and _is_number(other) and bool(value < other)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
