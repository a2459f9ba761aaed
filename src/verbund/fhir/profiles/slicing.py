"""Which slice each value of a sliced element belongs to."""

from collections.abc import Callable, Sequence

from verbund.fhir.profiles.codes import equal, matches, undecided
from verbund.fhir.profiles.model import Profile, Rule
from verbund.fhir.profiles.run import Run, Scope
from verbund.fhir.profiles.targets import kind_of, resolved
from verbund.fhir.profiles.telling import RESOLVE, Steps, Test, Want, tests_of, url_of
from verbund.fhir.profiles.values import RESOURCES, Item, ancestors, items

Conforms = Callable[[Item, str, Scope], bool]
Belongs = tuple[Rule | None, tuple[Rule, ...]]
"""The slice that a value belongs to, and those that it may belong to where that cannot be told."""


class Sorter:
    """Sorts values into the slices of one element; `conforms` says whether a resource conforms to a profile."""

    def __init__(self, run: Run, scope: Scope, conforms: Conforms) -> None:
        self._run = run
        self._scope = scope
        self._conforms = conforms

    def sort(self, rule: Rule, found: Sequence[Item], profile: Profile) -> list[Belongs]:
        """For each value, where it belongs."""
        if rule.slicing is not None and rule.slicing.discriminators == (("value", "url"),):
            return self._by_url(rule, found, profile)
        tests = [(piece, self._tests(piece, rule, profile)) for piece in rule.slices]
        self._run.spend(len(found) * len(tests))
        return [self._place(item, tests) for item in found]

    def _by_url(self, rule: Rule, found: Sequence[Item], profile: Profile) -> list[Belongs]:
        urls = profile.urls.get(rule.id)
        if urls is None:
            urls = {url: piece for piece in rule.slices if (url := url_of(piece, self._run.profiles))}
            profile.urls[rule.id] = urls
        return [(urls.get(str(item.value.get("url"))) if isinstance(item.value, dict) else None, ()) for item in found]

    def _tests(self, piece: Rule, rule: Rule, profile: Profile) -> tuple[Test, ...]:
        tests = profile.tests.get(piece.id)
        if tests is None:
            tests = profile.tests[piece.id] = tests_of(piece, rule, self._run.profiles)
        return tests

    def _place(self, item: Item, slices: Sequence[tuple[Rule, tuple[Test, ...]]]) -> Belongs:
        perhaps: list[Rule] = []
        for piece, tests in slices:
            answers = [self._answer(item, test) for test in tests]
            if False in answers:
                continue
            if answers and None not in answers:
                return piece, ()
            perhaps.append(piece)
        return None, tuple(perhaps)

    def _answer(self, item: Item, test: Test) -> bool | None:
        if test.kind == "value":
            return _all([self._wanted(item, want) for want in test.wants]) if test.wants else None
        if test.kind == "exists" and test.exists is not None:
            found = self.follow(item, test.steps)
            return None if found is None else bool(found) == test.exists
        if test.kind == "type" and test.kinds:
            return self._typed(item, test)
        if test.kind == "profile" and test.urls:
            return self._profiled(item, test)
        return None

    def _typed(self, item: Item, test: Test) -> bool | None:
        kinds = self._kinds(item, test.steps)
        return None if kinds is None else any(test.kinds & set(ancestors(kind)) for kind in kinds)

    def _kinds(self, item: Item, steps: Steps) -> list[str] | None:
        """The types of what is at the end of a path; of references, of what they lead to."""
        resolves = steps[-1:] == (RESOLVE,)
        found = self.follow(item, steps[:-1] if resolves else steps)
        if found is None:
            return None
        kinds = [kind_of(one.value, self._scope) if resolves else one.kind for one in found]
        return None if None in kinds or RESOURCES & set(kinds) else [kind for kind in kinds if kind is not None]

    def _profiled(self, item: Item, test: Test) -> bool | None:
        kinds = self._kinds(item, test.steps)
        known = {self._run.profiles.type_of(url) for url in test.urls}
        if kinds is not None and None not in known and not known & set(kinds):
            return False
        found = self.follow(item, test.steps)
        if not found or any(self._run.profiles.get(url) is None for url in test.urls):
            return None
        return any(self._conforms(one, url, self._scope) for one in found for url in test.urls)

    def _wanted(self, item: Item, want: Want) -> bool | None:
        found = self.follow(item, want.steps)
        return None if found is None else _any([self._is(one, want) for one in found])

    def _is(self, item: Item, want: Want) -> bool | None:
        if want.kind == "all":
            return _all([self._wanted(item, one) for one in want.wanted])
        if want.kind == "binding":
            return undecided(self._run, want.wanted, item)
        return equal(item.value, want.wanted) if want.kind == "fixed" else matches(item.value, want.wanted)

    def follow(self, item: Item, steps: Steps) -> list[Item] | None:
        """The values at the end of a path; None where a reference on it cannot be followed."""
        found = [item]
        for step in steps:
            following: list[Item] = []
            for one in found:
                more = self._step(one, step)
                if more is None:
                    return None
                following += more
            found = following
        return found

    def _step(self, item: Item, step: str) -> list[Item] | None:
        if step == RESOLVE:
            resource = resolved(item.value, self._scope)
            return None if resource is None else [Item(resource, None, str(resource.get("resourceType")), item.path)]
        if step.startswith("ofType("):
            return [item] if step[7:-1] == item.kind else []
        inside = item.value if isinstance(item.value, dict) else item.beside
        if not isinstance(inside, dict):
            return []
        name, _, argument = step.partition("(")
        found = items(inside, item.kind if inside is item.value else "Element", name, item.path)
        url = argument.rstrip(")").strip("'\"")
        return [one for one in found if not url or (isinstance(one.value, dict) and one.value.get("url") == url)]


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: Sequence[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False
