"""Runs tests against changed modules: everything is imported and collected once, each change gets a forked process.

In a fork the code of the changed function is exchanged, and its tests run, the quickest first, until one fails. What
runs at import (tables, defaults, classes, and functions that are called meanwhile) is tried in a fork from before the
import instead. Nothing is written to the checkout.
"""

import contextlib
import gc
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType

import coverage
import pytest
from mutating.changes import Mutant

KILLED, SURVIVED, UNREACHED, NO_CHANGE = "killed", "survived", "no tests", "no Python"
_OPTIONS = ("-n0", "-q", "-s", "--tb=no", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")
_LEAST_SECONDS, _MEMORY = 20, 8 << 30


@dataclass(frozen=True, slots=True)
class Job:
    """What is tried: changes by name, in modules with their files and texts; `found` says what became of each.

    `quick` are tests that are soon imported, to begin with where modules are imported anew for each change. `pure`
    modules are judged by tests without a database. `report` is called with each change as it is done.
    """

    mutants: Mapping[str, Mutant]
    sources: Mapping[str, tuple[Path, str]]
    tests: Sequence[str]
    quick: Sequence[str]
    pure: bool
    found: Path
    children: int
    report: Callable[[str, str], None]

    def ended(self, name: str, what: str) -> None:
        """Write down and report."""
        _write(self.found, name, what)
        self.report(name, what)


def tried_at(path: Path) -> dict[str, str]:
    """What became of each change, as the forked processes wrote it."""
    if not path.exists():
        return {}
    return dict(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def _write(path: Path, name: str, what: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps([name, what]) + "\n")


def _on_a_database(item: pytest.Item) -> bool:
    return "cluster" in getattr(item, "fixturenames", ())


def _another_part(item: pytest.Item) -> bool:
    case = getattr(item, "callspec", None)
    return case is not None and case.params.get("part", 0) != 0


class Exchanging:
    """A pytest plugin: instead of running the tests once, it runs them for each change."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._files = {str(path): module for module, (path, _) in job.sources.items()}
        self._called: set[tuple[str, str]] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterable[None]:
        """Notes which functions run before any test does: their changes are tried by importing anew."""
        sys.setprofile(self._note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (module := self._files.get(frame.f_code.co_filename)) is not None:
            self._called.add((module, frame.f_code.co_qualname.partition(".<locals>")[0]))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Pure modules are judged without a database; of generated cases in parts, the first part is enough."""
        items[:] = [one for one in items if not (self._job.pure and _on_a_database(one)) and not _another_part(one)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once and see what they reach, then the changes, some at a time."""
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        self._functions = _functions(self._files)
        measured = _in_fork(lambda: _measured(session, self._files), seconds=3600)
        if measured is None:
            raise session.Interrupted("the tests do not run")
        reached, seconds, failed = measured
        self._seconds = seconds
        self._items = {one.nodeid: one for one in session.items if one.nodeid not in failed}
        self._reached = reached
        _write(self._job.found, "failed without any change", json.dumps(failed))
        _write(self._job.found, "seconds", json.dumps(sorted(seconds, key=seconds.__getitem__)))
        _write(self._job.found, "all seconds", json.dumps(sum(seconds.values())))
        gc.freeze()
        waiting = [(name, one) for name, one in self._job.mutants.items() if self._swappable(one)]
        parallel(waiting, self._job.children, lambda mutant: self._try(session, mutant), self._ended)
        return True

    def _swappable(self, mutant: Mutant) -> bool:
        return (mutant.module, mutant.function) not in self._called

    def _ended(self, name: str, mutant: Mutant, status: int) -> None:
        if status not in {_UNSUITABLE, _NO_PYTHON}:  # both are looked at again
            nothing = not status and not self._tests_of(mutant)
            self._job.ended(name, UNREACHED if nothing else KILLED if status else SURVIVED)

    def _tests_of(self, mutant: Mutant) -> list[str]:
        lines = self._reached.get(mutant.module, {})
        reach = mutant.reach if mutant.function else self._users(mutant)
        if reach is None:
            return sorted(self._items, key=self._seconds.__getitem__)
        found = {name for line in reach for name in lines.get(line, ()) if name in self._items}
        return sorted(found, key=self._seconds.__getitem__)

    def _users(self, mutant: Mutant) -> set[int] | None:
        """The lines of the functions that name a changed table or statement; None where other modules name it too."""
        names = self._tables(mutant).keys()
        there = vars(sys.modules[_imported_as(mutant.module)])
        if any(True for name in names for _ in _holders(name, there[name], there)):
            return None
        functions = [one for (module, _), some in self._functions.items() if module == mutant.module for one in some]
        codes = [code for one in functions for code in _within(one.__code__) if names & set(code.co_names)]
        return {line for code in codes for _, _, line in code.co_lines() if line is not None}

    def _tables(self, mutant: Mutant) -> dict[str, object]:
        """What a change at import makes another, as far as it is plain: texts, numbers and tables of them."""
        path, source = self._job.sources[mutant.module]
        there = vars(sys.modules[_imported_as(mutant.module)])
        fresh = {"__name__": there["__name__"], "__file__": str(path)}
        exec(compile(mutant.applied(source), str(path), "exec"), fresh)  # noqa: S102 - it is the module's own text
        return {
            name: value
            for name, value in fresh.items()
            if name in there and _is_plain(value) and (there[name] != value or type(there[name]) is not type(value))
        }

    def _exchange(self, mutant: Mutant) -> bool:
        """Make the change in this process; False where it cannot be made so."""
        if not mutant.function:
            tables, there = self._tables(mutant), vars(sys.modules[_imported_as(mutant.module)])
            for name, value in tables.items():
                for other in _holders(name, there[name], there):
                    other[name] = value
                there[name] = value
            return bool(tables)
        path, source = self._job.sources[mutant.module]
        changed = _code_of(compile(mutant.applied(source), str(path), "exec"), mutant.function)
        for function in self._functions[mutant.module, mutant.function]:
            if changed is None or len(changed.co_freevars) != len(function.__code__.co_freevars):
                return False
            function.__code__ = changed
        return True

    def _try(self, session: pytest.Session, mutant: Mutant) -> int:
        tests = self._tests_of(mutant)
        _limited(5 * sum(map(self._seconds.__getitem__, tests)))
        if not self._exchange(mutant):
            return _UNSUITABLE
        return int(not _all_pass(session, [self._items[name] for name in tests]))


def _within(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those inside of it, comprehensions among them."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _within(constant)


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, tuple | list | frozenset | set):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | bytes | int)


def _holders(name: str, value: object, there: dict[str, object]) -> Iterator[dict[str, object]]:
    """The other modules that hold something under the same name."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        if names is not None and names is not there and names.get(name) is value and name in names:
            yield names


def _imported_as(module: str) -> str:
    return f"verbund.{module.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}"


# What a process says whose change is to be tried by importing anew, or is no Python at all.
_UNSUITABLE, _NO_PYTHON = 77, 78


def _functions(files: Mapping[str, str]) -> dict[tuple[str, str], list[FunctionType]]:
    found: dict[tuple[str, str], list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and (module := files.get(one.__code__.co_filename)) is not None:
            found.setdefault((module, one.__code__.co_qualname), []).append(one)
    return found


def _code_of(code: CodeType, name: str) -> CodeType | None:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == name:
                return constant
            if name.startswith(f"{constant.co_qualname}.") and (inner := _code_of(constant, name)) is not None:
                return inner
    return None


def _measured(session: pytest.Session, files: Mapping[str, str]) -> object:
    """Which tests run which lines, how long each takes, and which fail without any change."""
    measuring = coverage.Coverage(data_file=None, include=list(files), config_file=False)
    measuring.start()
    seconds, failed = {}, []
    for at, item in enumerate(session.items):
        measuring.switch_context(item.nodeid)
        started, before = time.perf_counter(), session.testsfailed
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=_after(session.items, at))
        seconds[item.nodeid] = time.perf_counter() - started
        if session.testsfailed != before:
            failed.append(item.nodeid)
    measuring.stop()
    data = measuring.get_data()
    reached = {module: data.contexts_by_lineno(path) for path, module in files.items()}
    return reached, seconds, failed


def _after(items: Sequence[pytest.Item], at: int) -> pytest.Item | None:
    return items[at + 1] if at + 1 < len(items) else None


def _all_pass(session: pytest.Session, items: Sequence[pytest.Item]) -> bool:
    for at, item in enumerate(items):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=_after(items, at))
        if session.testsfailed:
            with contextlib.suppress(Exception):
                session._setupstate.teardown_exact(None)  # noqa: SLF001 - pytest names no other way
            return False
    return True


def _quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)


def _in_fork(work: Callable[[], object], seconds: int) -> tuple[dict, dict, list] | None:
    """What a function returns, evaluated in a process of its own; None where that failed."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        with contextlib.suppress(BaseException):
            os.close(reading)
            _quiet()
            signal.alarm(seconds)
            with os.fdopen(writing, "w", encoding="utf-8") as file:
                json.dump(work(), file)
            status = 0
        os._exit(status)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        text = file.read()
    _, status = os.waitpid(process, 0)
    if status or not text:
        return None
    reached, seconds_of, failed = json.loads(text)
    lines = {module: {int(line): names for line, names in of.items()} for module, of in reached.items()}
    return lines, seconds_of, failed


def _limited(seconds: float) -> None:
    """A change that makes a loop endless or eats all memory is noticed as well."""
    signal.alarm(int(_LEAST_SECONDS + seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def parallel(
    waiting: Sequence[tuple[str, Mutant]],
    children: int,
    work: Callable[[Mutant], int],
    ended: Callable[[str, Mutant, int], None],
) -> None:
    """Give each change a process; its status is what `work` returns, or not 0 where that ends in any other way."""
    queue, running = list(reversed(waiting)), {}
    while queue or running:
        while queue and len(running) < children:
            name, mutant = queue.pop()
            process = os.fork()
            if process == 0:
                _alone(work, mutant)
            running[process] = name, mutant
        process, status = os.wait()
        if process in running:
            ended(*running.pop(process), os.waitstatus_to_exitcode(status))


def _alone(work: Callable[[Mutant], int], mutant: Mutant) -> None:
    status = 1
    try:
        _quiet()
        status = work(mutant)
    except SyntaxError:
        status = _NO_PYTHON
    finally:
        os._exit(status)


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module another text when it is imported."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name, self._path, self._source = name, path, source

    def find_spec(self, fullname: str, *_: object) -> object:
        if fullname != self._name:
            return None
        inside = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self._path, loader=self, submodule_search_locations=inside
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, str(self._path), "exec"), vars(module))  # noqa: S102 - it is the module's own text


class _Ordered:
    """A pytest plugin: the quickest tests first, without those that fail anyway."""

    def __init__(self, job: Job, order: Sequence[str], failing: Sequence[str]) -> None:
        self._job, self._order = job, {name: at for at, name in enumerate(order) if name not in failing}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # Those that are not in the order are of no use here.
        items[:] = sorted(
            (one for one in items if one.nodeid in self._order), key=lambda item: self._order[item.nodeid]
        )


def try_functions(job: Job) -> None:
    """All changes that can be tried by exchanging code."""
    process = os.fork()
    if process == 0:
        status = 1
        with contextlib.suppress(BaseException):
            status = int(pytest.main([*_OPTIONS, *job.tests], plugins=[Exchanging(job)]))
        os._exit(status)
    _, status = os.waitpid(process, 0)
    if status:
        raise SystemExit("The tests do not run; nothing was tried.")


def try_imports(job: Job) -> None:
    """All others, with the modules imported anew. The process must not have imported them yet."""
    so_far = tried_at(job.found)
    failing, order = json.loads(so_far["failed without any change"]), json.loads(so_far["seconds"])
    seconds = json.loads(so_far["all seconds"])
    waiting = [(name, one) for name, one in job.mutants.items() if name not in so_far]
    tests: Sequence[str] = job.quick

    def ended(name: str, mutant: Mutant, status: int) -> None:
        if status == _NO_PYTHON:
            job.ended(name, NO_CHANGE)
        elif status == 0 and tests is job.quick:
            again.append((name, mutant))
        else:
            job.ended(name, KILLED if status else SURVIVED)

    def work(mutant: Mutant) -> int:
        path, source = job.sources[mutant.module]
        compile(mutant.applied(source), str(path), "exec")
        sys.meta_path.insert(0, _Changed(_imported_as(mutant.module), path, mutant.applied(source)))
        _limited(60 + 5 * seconds)
        return int(pytest.main([*_OPTIONS, "-x", *tests], plugins=[_Ordered(job, order, failing)]))

    again: list[tuple[str, Mutant]] = []
    parallel(waiting, job.children, work, ended)
    tests = job.tests
    parallel(again, job.children, work, ended)
