"""Someone who opens the repository finds each package's sentence in docs/ARCHITECTURE.md, and it is the true one."""

import ast
import re
from pathlib import Path

import verbund

PAGE = Path(__file__).parents[3] / "docs" / "ARCHITECTURE.md"
SOURCE = Path(verbund.__file__).parent


def documented() -> dict[str, str]:
    rows = re.findall(r"^\| \d+ \| `(\w+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: sentence.casefold() for name, sentence in rows}


def stated() -> dict[str, str]:
    sentences = {}
    for path in SOURCE.iterdir():
        file = path / "__init__.py" if path.is_dir() else path
        if path.name not in {"__init__.py", "__pycache__"} and file.suffix == ".py" and file.exists():
            text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            sentences[path.stem] = " ".join(text.split()).casefold()
    return sentences


def test_every_package_is_on_the_ladder_and_nothing_else() -> None:
    assert documented().keys() == stated().keys()


def test_each_package_opens_with_the_sentence_the_ladder_gives_it() -> None:
    differing = {n: (s, stated()[n][:120]) for n, s in documented().items() if not stated()[n].startswith(s)}
    assert differing == {}
