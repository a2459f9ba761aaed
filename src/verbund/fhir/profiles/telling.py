"""How slices are told apart: from a discriminator and what a slice says to tests that a value passes or fails.

http://hl7.org/fhir/R4/profiling.html#discriminator. A test has three answers: None means that it cannot be told here,
for want of a value set or of the resource that a reference leads to.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from verbund.fhir.profiles.model import ABSENT, Profile, Rule
from verbund.fhir.profiles.registry import Profiles

MOST_DEEP = 6
_STEP = re.compile(r"[$\w]+(?:\([^()]*\))?")
_EXTENSION = re.compile(r"extension\(['\"](.*)['\"]\)")
_TYPE = re.compile(r"ofType\((\w+)\)")
RESOLVE = "resolve()"

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Want:
    """What some value below must be: at these steps, exactly or at least this, of a value set, or all of several."""

    steps: Steps
    kind: Literal["fixed", "pattern", "binding", "all"]
    wanted: Any


@dataclass(frozen=True, slots=True)
class Test:
    """One discriminator of one slice, made ready.

    `wants` for values; `exists` for existence; `kinds` for types; `urls` for profiles. A test that has none of them
    tells nothing apart.
    """

    kind: str
    steps: Steps
    wants: tuple[Want, ...] = ()
    exists: bool | None = None
    kinds: frozenset[str] = frozenset()
    urls: tuple[str, ...] = ()


def steps_of(path: str, element: str) -> Steps:
    """The steps of a discriminator's path; some say it from the resource on, or with `$this`."""
    steps = tuple(_STEP.findall(path))
    own = tuple(part.partition(":")[0] for part in element.split("."))
    if steps[: len(own)] == own:
        steps = steps[len(own) :]
    return steps[1:] if steps[:1] == ("$this",) else steps


def tests_of(piece: Rule, sliced: Rule, profiles: Profiles) -> tuple[Test, ...]:
    """The tests by which a value is known to be of a slice; none where the definition does not say."""
    if sliced.slicing is None:
        return ()
    return tuple(
        _test(kind, steps_of(path, sliced.id), piece, profiles) for kind, path in sliced.slicing.discriminators
    )


def url_of(piece: Rule, profiles: Profiles) -> str | None:
    """The url of the extensions that a slice is for."""
    child = piece.child("url")
    if child is not None and isinstance(child.fixed, str):
        return child.fixed
    for one in piece.types:
        for canonical in one.profiles:
            profile = profiles.get(canonical)
            inner = profile.root.child("url") if profile is not None else None
            return str(inner.fixed) if inner and inner.fixed is not ABSENT else canonical.partition("|")[0]
    return None


def _test(kind: str, steps: Steps, piece: Rule, profiles: Profiles) -> Test:
    if kind == "value" and steps == ("url",) and (url := url_of(piece, profiles)):
        return Test("value", steps, (Want(steps, "fixed", url),))
    resolves = steps[-1:] == (RESOLVE,)
    rule = _at(piece, steps[:-1] if resolves and kind in {"type", "profile"} else steps, profiles)
    if rule is None:
        return Test("unknown", steps)
    if kind == "exists":
        return Test(kind, steps, exists=False if rule.most == 0 else True if rule.least else None)
    if kind == "type":
        return Test(kind, steps, kinds=_kinds(rule, profiles, resolves=resolves))
    if kind == "profile":
        urls = (url for one in rule.types for url in (one.targets if resolves else one.profiles))
        return Test(kind, steps, urls=tuple(urls))
    return Test("value", steps, tuple(_below(steps, wants(rule, profiles))))


def _below(steps: Steps, wanted: Sequence[Want]) -> Iterable[Want]:
    """What is wanted of a value at the end of steps; several wants are wanted of the same value."""
    if not wanted:
        return ()
    return wanted if not steps else (Want(steps, "all", tuple(wanted)),)


def _kinds(rule: Rule, profiles: Profiles, *, resolves: bool) -> frozenset[str]:
    if not resolves:
        known = (profiles.type_of(url) for one in rule.types for url in one.profiles)
        return frozenset(one.code for one in rule.types if one.code != "Resource") | {kind for kind in known if kind}
    found = {profiles.type_of(url) for one in rule.types for url in one.targets}
    return frozenset() if None in found else frozenset(kind for kind in found if kind)


def _at(rule: Rule | None, steps: Steps, profiles: Profiles) -> Rule | None:
    """What a slice says of the element at the end of a path; through the profiles of its types where need be."""
    for step in steps:
        if rule is None:
            return None
        rule = _step(rule, step, profiles) or next(
            (found for one in _profiles(rule, profiles) if (found := _step(one.root, step, profiles)) is not None), None
        )
    return rule


def _step(rule: Rule, step: str, profiles: Profiles) -> Rule | None:
    if (named := _EXTENSION.fullmatch(step)) is not None:
        extensions = rule.child("extension")
        slices = extensions.slices if extensions is not None else ()
        return next((one for one in slices if url_of(one, profiles) == named[1]), None)
    if (typed := _TYPE.fullmatch(step)) is not None:
        fitting = (one for one in (*rule.slices, rule) if typed[1] in {each.code for each in one.types})
        return next(fitting, None)
    if step == RESOLVE:
        targets = [profiles.get(url) for one in rule.types for url in one.targets]
        return targets[0].root if len(targets) == 1 and targets[0] is not None else None
    return rule.child(step)


def _profiles(rule: Rule, profiles: Profiles) -> list[Profile]:
    """The profile of a value's type, where there is just one and it is known."""
    urls = [url for one in rule.types for url in one.profiles]
    found = profiles.get(urls[0]) if len(urls) == 1 else None
    return [] if found is None else [found]


def wants(rule: Rule, profiles: Profiles, deep: int = 0) -> list[Want]:
    """What a rule fixes of a value, itself or below; of a value set, where it fixes nothing."""
    if rule.fixed is not ABSENT:
        return [Want((), "fixed", rule.fixed)]
    if rule.pattern is not ABSENT:
        return [Want((), "pattern", rule.pattern)]
    found = list(_inner(rule, profiles, deep)) if deep < MOST_DEEP else []
    for profile in () if found else _profiles(rule, profiles):
        found = wants(profile.root, profiles, deep + 1) if deep < MOST_DEEP else []
    if not found and rule.binding is not None and rule.binding.strength == "required":
        return [Want((), "binding", rule.binding)]
    return found


def _inner(rule: Rule, profiles: Profiles, deep: int) -> Iterable[Want]:
    for child in rule.children:
        if child.name in {"extension", "modifierExtension"} or child.most == 0:
            continue
        for one in (child, *(piece for piece in child.slices if piece.least)):
            inner = [want for want in wants(one, profiles, deep + 1) if want.kind != "binding" or one.least]
            yield from _below((child.name,), inner)
