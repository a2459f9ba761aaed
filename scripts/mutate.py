"""Mutation testing of what decides: change one thing at a time, and see whether a test notices.

    python scripts/mutate.py consent access            all that decides
    python scripts/mutate.py consent/rules.py          one module
    python scripts/mutate.py consent/rules.py _items   changes whose name holds a word

Changes that no test notices are listed by name; docs/explanation/mutants.md says which are known and why they cannot be
told from the original. The status is 1 when another survives, or when a known one does not any more.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from mutating.changes import Mutant, mutants
from mutating.running import KILLED, NO_CHANGE, Job, tried_at, try_functions, try_imports

if TYPE_CHECKING:
    from verbund.database import Cluster

ROOT = Path(__file__).parents[1]
KNOWN = Path("docs") / "explanation" / "mutants.md"
# Modules that decide without looking at anything; the others of a package are judged by tests with a database as well.
PURE = {
    "consent": {
        *("rules.py", "model.py", "resources.py", "projecting.py", "checking.py", "templates.py", "research.py"),
        *("policies.py", "spans.py", "times.py", "classify.py", "sensitive.py", "sentences.py"),
    },
    "access": {"rules.py", "relations.py"},
}
LEFT_OUT = {"__init__.py"}  # names only
TESTS = {
    "consent": ("tests/unit/consent", "tests/spec/consent", "tests/generative/consent", "tests/security/consent"),
    "access": ("tests/unit/access", "tests/spec/access", "tests/generative/access", "tests/security/access"),
}
# Those of them that import little, for what has to be imported anew with each change.
QUICK = {
    "consent": (
        "tests/unit/consent",
        "tests/spec/consent/test_consent_decide.py",
        "tests/spec/consent/test_consent_single_items.py",
        "tests/spec/consent/test_consent_research.py",
        "tests/generative/consent/test_consent_decisions.py",
    ),
    "access": ("tests/unit/access",),
}
# What lies below on the ladder is imported once.
BELOW = {
    "consent": ("verbund.store", "verbund.audit", "verbund.terminology", "verbund.definitions"),
    "access": ("verbund.store", "verbund.audit", "verbund.consent.index", "verbund.identity", "verbund.linkage"),
}
OF_OTHERS = ("hypothesis", "hypothesis.internal.conjecture.engine", "pytest_asyncio", "asyncpg", "httpx", "starlette")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for, and the page of known changes."""

    words: Sequence[str]
    known: str
    tests: Sequence[str] | None
    jobs: int
    functions: bool
    verbose: bool

    def includes(self, name: str, mutant: Mutant) -> bool:
        """Whether a change is to be tried."""
        named = not self.words or any(word in name for word in self.words)
        return named and (bool(mutant.function) or not self.functions)


def main(arguments: Sequence[str] | None = None) -> int:
    """Change what is named; 1 when a change survives that is not known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="+", help="packages (consent), modules (consent/rules.py), words of names")
    parser.add_argument("--jobs", type=int, default=1, help="how many changes are tried at a time")
    parser.add_argument("--tests", nargs="+", help="judge by these tests only")
    parser.add_argument(
        "--functions", action="store_true", help="leave out tables, defaults and what else is no function"
    )
    parser.add_argument("--verbose", action="store_true", help="say of each change what became of it")
    chosen = parser.parse_args(arguments)
    words = [one for one in chosen.what if one.partition("/")[0] not in TESTS]
    wanted = _modules([one for one in chosen.what if one not in words])
    if not wanted:
        parser.error("name a package (consent, access) or a module (consent/rules.py)")
    with tempfile.TemporaryDirectory(prefix="verbund-mutants-") as place:
        folder = Path(place)
        for name in ("src", "tests", "docs", "pyproject.toml", "README.md"):
            _copy(ROOT / name, folder / name)
        known = (folder / KNOWN).read_text(encoding="utf-8") if (folder / KNOWN).exists() else ""
        asked = Asked(words, known, chosen.tests, chosen.jobs, chosen.functions, chosen.verbose)
        return min(1, sum([_try(folder, package, modules, asked) for package, modules in wanted]))


def _modules(what: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Modules that are tried together: by package, those that need no database by themselves."""
    wanted: dict[str, list[str]] = {}
    for one in what:
        package, _, module = one.partition("/")
        every = sorted(path.name for path in (ROOT / "src" / "verbund" / package).glob("*.py"))
        wanted.setdefault(package, []).extend([module] if module else [name for name in every if name not in LEFT_OUT])
    alike = (
        (package, [name for name in names if (name in PURE[package]) is pure])
        for package, names in wanted.items()
        for pure in (True, False)
    )
    return [(package, some) for package, some in alike if some]


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("node_modules"))
    else:
        shutil.copy(source, target)


def _try(folder: Path, package: str, modules: Sequence[str], asked: Asked) -> int:
    """Try the changes of some modules of a package; how many speak against it."""
    started = time.monotonic()
    paths = {f"{package}/{name}": folder / "src" / "verbund" / package / name for name in modules}
    sources = {module: (path, path.read_text(encoding="utf-8")) for module, path in paths.items()}
    every = {name: one for module, (_, text) in sources.items() for name, one in mutants(module, text).items()}
    some = {name: one for name, one in every.items() if asked.includes(name, one)}
    found = folder / f"{package}-{modules[0]}.jsonl"

    def report(name: str, what: str) -> None:
        if asked.verbose or what not in {KILLED, NO_CHANGE}:
            print(f"{what}: {name}", flush=True)

    tests, quick = asked.tests or TESTS[package], asked.tests or QUICK[package]
    job = Job(some, sources, tests, quick, modules[0] in PURE[package], found, asked.jobs, report)
    process = os.fork()
    if process == 0:
        _apart(folder, package, job)
    os.waitpid(process, 0)
    became = {name: what for name, what in tried_at(found).items() if name in some and what != NO_CHANGE}
    missing = len(some.keys() - tried_at(found).keys())
    against = _told(list(sources), became, asked) + missing
    print(f"{missing} not tried, {time.monotonic() - started:.0f} seconds", flush=True)
    return against


def _told(modules: Sequence[str], became: Mapping[str, str], asked: Asked) -> int:
    """Print what became of the changes of each module; how many speak against them."""
    survived = [name for name, what in became.items() if what != KILLED]
    new = [name for name in survived if f"`{name}`" not in asked.known]
    gone = (
        []
        if asked.words or asked.functions
        else [name for name in _stated(asked.known, modules) if name not in survived]
    )
    for module in modules:
        tried, alive, opened = (
            sum(name.startswith(f"{module} ") for name in names) for names in (became, survived, new)
        )
        print(f"{module}: {tried} changes, {tried - alive} killed, {alive - opened} known, {opened} open")
    for name in gone:
        print(f"known, but it does not survive or is no more: {name}")
    return len(new) + len(gone)


def _stated(known: str, modules: Sequence[str]) -> list[str]:
    """The names of these modules' changes that the page of known ones lists."""
    lines = (line.strip().removeprefix("- ") for line in known.splitlines())
    names = (line[1:].partition("`")[0] for line in lines if line.startswith("`"))
    return [name for name in names if name.partition(" ")[0] in modules]


def _apart(folder: Path, package: str, job: Job) -> None:
    """Do a job in this process, which ends with it: the copy of the sources is imported, not the checkout."""
    status = 1
    try:
        os.chdir(folder)
        os.environ.setdefault("VERBUND_TEST_DATA", str(ROOT.parent / "shared" / "data"))
        os.environ |= {"PYTEST_XDIST_TESTRUNUID": f"mutants{os.getpid()}", "HYPOTHESIS_STORAGE_DIRECTORY": str(folder)}
        sys.path.insert(0, str(folder / "src"))
        for name in (*OF_OTHERS, *BELOW[package]):
            import_module(name)
        _set_up_hypothesis()
        servers = [] if job.pure else [asyncio.run(_server())]
        if any(name == f"verbund.{package}" for name in sys.modules):
            raise SystemExit(f"verbund.{package} is imported by what should lie below it")
        try_functions(job)
        try_imports(job)
        for one in servers:
            asyncio.run(one.stop())
            shutil.rmtree(one.home, ignore_errors=True)
            shutil.rmtree(one.directory, ignore_errors=True)
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


async def _server() -> "Cluster":
    """The server that all tests share: tests/conftest.py finds it by the run."""
    from verbund.database import Cluster  # noqa: PLC0415 - imported from the copy

    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    run = os.environ["PYTEST_XDIST_TESTRUNUID"]
    quick = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
    return await Cluster.start(base / f"verbund-test-{run[:16]}", changes=quick)


def _set_up_hypothesis() -> None:
    """Fail at the first example: nobody reads the smallest."""
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - imported in the process that needs it

    settings.register_profile(
        "mutants",
        phases=[Phase.explicit, Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")


if __name__ == "__main__":
    sys.exit(main())
