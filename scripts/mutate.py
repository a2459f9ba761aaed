"""Mutation testing of what decides: change one thing at a time in a copy, and see whether a test notices.

    python scripts/mutate.py consent            all of the pure rules of care consent
    python scripts/mutate.py consent/rules.py   one module

The copy lies in a temporary folder, so the checkout stays as it is. Mutants that no test notices are listed with what
was changed; docs/explanation/mutants.md says which are known and why they cannot be told from the original.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
KNOWN = ROOT / "docs" / "explanation" / "mutants.md"
# Modules that decide, and the tests that need no database to judge them.
MODULES = {
    "consent": ("rules.py", "model.py", "resources.py", "projecting.py", "checking.py", "templates.py"),
}
TESTS = {
    "consent": (
        "tests/spec/consent/test_consent_decide.py",
        "tests/spec/consent/test_consent_single_items.py",
        "tests/unit/consent",
        "tests/generative/consent/test_consent_decisions.py",
        "tests/generative/consent/test_consent_every_question.py",
    ),
}
_CONFIG = """[mutmut]
source_paths=src
only_mutate=
    {modules}
pytest_add_cli_args_test_selection=
    {tests}
pytest_add_cli_args=-p no:cacheprovider
    -n0
    -x
    --no-header
    -k
    not index and not rows
also_copy=
    src
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Mutate what is named; 1 when a mutant survives that is not known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("what", help="a package (consent) or one of its modules (consent/rules.py)")
    parser.add_argument("mutants", nargs="*", help="only these, such as 'verbund.consent.rules.x__items*'")
    chosen = parser.parse_args(arguments)
    package, _, module = chosen.what.partition("/")
    modules = [f"src/verbund/{package}/{name}" for name in ([module] if module else MODULES[package])]
    with tempfile.TemporaryDirectory(prefix="verbund-mutants-") as place:
        folder = Path(place)
        _copy(folder, modules, TESTS[package])
        environment = os.environ | {"PYTHONPATH": ""}
        mutmut = [sys.executable, "-m", "mutmut"]
        subprocess.run(
            [*mutmut, "run", "--max-children", "1", *chosen.mutants], cwd=folder, env=environment, check=False
        )
        found = subprocess.run(
            [*mutmut, "results"], cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        survivors = re.findall(r"^\s*(\S+): (?:survived|no tests)$", found.stdout, re.MULTILINE)
        known = KNOWN.read_text(encoding="utf-8") if KNOWN.exists() else ""
        new = [name for name in survivors if name not in known]
        for name in new:
            subprocess.run([*mutmut, "show", name], cwd=folder, env=environment, check=False)
    print(f"{len(survivors)} mutants survived, {len(new)} of them not known: {', '.join(new) or 'none'}")
    return 1 if new else 0


def _copy(folder: Path, modules: Sequence[str], tests: Sequence[str]) -> None:
    for name in ("src", "tests", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, folder / name)
    text = _CONFIG.format(modules="\n    ".join(modules), tests="\n    ".join(tests))
    (folder / "setup.cfg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
