"""One validation under way: what was found, what it may still cost, what has been looked at already."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from verbund.errors import Issue
from verbund.fhir import languages
from verbund.fhir.definitions import r4
from verbund.fhir.profiles.registry import Profiles
from verbund.fhir.terms import Terms

Strictness = Literal["error", "warning"]
Group = tuple[str, str]

MOST_ISSUES = 200
LONGEST_SECONDS = 10.0
"""What one validation may take: enough for a bundle of some ten thousand resources."""

STEPS_BETWEEN_LOOKS = 500


@dataclass(frozen=True, slots=True)
class Mode:
    """What a resource is held against, beside what it claims itself in `meta.profile`.

    `against` are canonical urls of further profiles for the resource itself; `claimed` says whether the profiles that
    are claimed count, for the resource and for those inside of it; `unknown` is how a claim of a profile that is not
    known here is taken; what breaks a profile in `lenient` is but a warning. After `seconds`, or so many issues, no
    more is looked at, which is said.
    """

    against: tuple[str, ...] = ()
    claimed: bool = True
    unknown: Strictness = "warning"
    lenient: frozenset[str] = frozenset()
    seconds: float = LONGEST_SECONDS
    most_issues: int = MOST_ISSUES


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a value stands: in which resource, in which outermost one, and what its references may lead to."""

    resource: dict[str, Any]
    root: dict[str, Any]
    entries: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def found(self, reference: str) -> dict[str, Any] | None:
        """The resource that the text of a reference leads to, if it is contained or in the same bundle."""
        if not reference.startswith("#"):
            return self.entries.get(reference)
        contained = self.root.get("contained")
        for one in contained if isinstance(contained, list) else ():
            if isinstance(one, dict) and one.get("id") == reference[1:]:
                return one
        return self.root if reference == "#" else None

    def within(self, resource: dict[str, Any], *, contained: bool) -> "Scope":
        """The scope of a resource inside of this one; what is contained shares its container's references."""
        return Scope(resource, self.root if contained else resource, self.entries)


class Enough(Exception):
    """No more is looked at."""


class _Fails(Exception):
    """A trial has failed."""


class Run:
    """Collects issues; says which questions are settled."""

    def __init__(self, profiles: Profiles, terms: Terms | None, mode: Mode) -> None:
        self.profiles = profiles
        self.terms = terms
        self.mode = mode
        self._issues: dict[tuple[str, str], Issue] = {}
        self._steps = STEPS_BETWEEN_LOOKS
        self._until = time.monotonic() + mode.seconds
        self._trial = False
        self._soft = False
        self.done: set[tuple[int, str]] = set()
        self._verdicts: dict[tuple[int, str], bool] = {}

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was found, errors first, each kind in the order of the walk."""
        rank = {"error": 0, "warning": 1}
        return tuple(sorted(self._issues.values(), key=lambda issue: rank.get(issue.severity, 2)))

    def spend(self, steps: int = 1) -> None:
        """Count work; Enough when the time is over."""
        self._steps -= steps
        if self._steps < 0:
            self._steps = STEPS_BETWEEN_LOOKS
            self.look_at_the_clock()

    def look_at_the_clock(self) -> None:
        """Enough when the time is over."""
        if time.monotonic() > self._until:
            text = "This took too long to check; what was found so far is listed. Check its parts one by one."
            self._issues[("", "too-costly")] = Issue("too-costly", text, (), "error", "too-costly")
            raise Enough

    def add(self, severity: str, code: str, rule: str, path: str, text: str, *, group: str = "") -> None:
        """Note an issue; of the same group at the same place only one is noted. The sentence begins with the place."""
        if self._trial:
            if severity == "error":
                raise _Fails
            return
        if self._soft and severity == "error":
            severity = "warning"
        if len(self._issues) >= self.mode.most_issues:
            text = f"There are more issues; the first {self.mode.most_issues} are listed."
            self._issues[("", "too-many")] = Issue("too-costly", text, (), "error", "too-many")
            raise Enough
        issue = Issue(code, f"{path}: {text}", (path,), severity, rule)
        known = self._issues.get((path, group or rule))
        if known is None or (known.severity != "error" and severity == "error"):
            self._issues[(path, group or rule)] = issue

    def note(self, group: str, path: str, rule: str, text: str, severity: str = "information") -> None:
        """Note once what could not be checked."""
        if not self._trial and ("", group) not in self._issues:
            self._issues[("", group)] = Issue("not-supported", f"{path}: {text}", (path,), severity, rule)

    def conforms(self, value: object, url: str, walk: Callable[[], None]) -> bool:
        """Whether a walk finds no error; remembered, and taken for true while it is being found out."""
        key = (id(value), url)
        if key not in self._verdicts:
            self._verdicts[key] = True
            with self._trying():
                try:
                    walk()
                except _Fails:
                    self._verdicts[key] = False
        return self._verdicts[key]

    @contextmanager
    def softened(self, url: str) -> Iterator[None]:
        """While a profile is checked that is to be taken leniently, errors are noted as warnings."""
        before, self._soft = self._soft, self._soft or url in self.mode.lenient
        try:
            yield
        finally:
            self._soft = before

    @contextmanager
    def _trying(self) -> Iterator[None]:
        before, self._trial = self._trial, True
        try:
            yield
        finally:
            self._trial = before

    def once(self, value: object, what: str) -> bool:
        """Whether this is asked of a value for the first time, trials apart."""
        if self._trial:
            return True
        key = (id(value), what)
        if key in self.done:
            return False
        self.done.add(key)
        return True

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether a code is of a value set; None where that is not known here."""
        found = self.terms.member(value_set, system, code) if self.terms is not None else None
        if found is not None:
            return found
        if value_set.partition("|")[0] == languages.ALL:
            return (system or languages.SYSTEM) == languages.SYSTEM and languages.is_language(code)
        pairs = r4().codes.get(value_set.partition("|")[0])
        if pairs is None:
            return None
        return any(system in {None, known} and code in codes for known, codes in pairs)
