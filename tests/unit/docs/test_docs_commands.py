"""What the documents tell people to type exists: commands, options and values, and targets of make."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from verbund.cli.root import verbund as root

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("README.md")],
    key=lambda file: file.relative_to(ROOT).as_posix(),
)
TARGETS = frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
BLOCK = re.compile(r"^( *)```[a-z]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Line:
    """Something to type: where it stands, its words, and whether it is a whole command or only names one."""

    place: str
    words: tuple[str, ...]
    whole: bool


def lines() -> Iterator[Line]:
    """Every command of every document."""
    for file in DOCUMENTS:
        text, name = file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()
        for block in BLOCK.finditer(text):
            for line in block[2].replace("\\\n", " ").splitlines():
                yield from commands(name, line, whole=True)
        for code in INLINE.finditer(BLOCK.sub("", text)):
            yield from commands(name, code[1], whole=False)


def commands(place: str, text: str, *, whole: bool) -> Iterator[Line]:
    """The command in a line of code, if it is one of ours."""
    for found in re.finditer(r"(?:^|\$\()\s*(?:\$ )?((?:\.venv/bin/)?verbund|make)((?: [^)\n]*)?)", text):
        words = tuple(shlex.split(f"{found[1]}{found[2]}", comments=True))
        yield Line(place, (Path(words[0]).name, *words[1:]), whole and not found[0].startswith("$("))


LINES = list(dict.fromkeys(lines()))


def resolved(words: tuple[str, ...]) -> tuple[click.Context, list[str]]:
    """The command that the words name, and its arguments; fails for one that does not exist."""
    command, context, rest = root, click.Context(root, info_name="verbund"), list(words)
    found: click.Command = command
    while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
        named = found.get_command(context, rest[0])
        assert named is not None, f"there is no command {rest[0]}"
        found, context = named, click.Context(named, parent=context, info_name=rest.pop(0))
    return context, rest


def check(line: Line) -> None:
    """Fails where a command, an option, a value or an argument does not exist."""
    context, arguments = resolved(line.words[1:])
    if not line.whole:
        arguments = [word for word in arguments if word.startswith("--")]
        known = {name for param in context.command.get_params(context) for name in param.opts}
        assert [word for word in arguments if word.partition("=")[0] not in known] == []
        return
    given, rest, _ = context.command.make_parser(context).parse_args(list(arguments))
    assert rest == [], f"too many arguments: {rest}"
    for param in context.command.get_params(context):
        value = given.get(param.name or "")
        given_at_all = isinstance(value, str | int | list | tuple) and value != ()
        # Files that a reader is told to have are not here.
        if given_at_all and not isinstance(param.type, click.Path):
            param.type_cast_value(context, value)
        assert given_at_all or not param.required or isinstance(context.command, click.Group), param.name


@pytest.mark.parametrize("line", [x for x in LINES if x.words[0] == "verbund"], ids=lambda x: " ".join(x.words)[:60])
def test_a_command_of_the_documents_exists(line: Line) -> None:
    try:
        check(line)
    except click.ClickException as error:
        pytest.fail(f"{line.place}: {' '.join(line.words)}: {error.format_message()}")


@pytest.mark.parametrize("line", [x for x in LINES if x.words[0] == "make"], ids=lambda x: " ".join(x.words)[:60])
def test_a_target_of_the_documents_exists(line: Line) -> None:
    targets = {word for word in line.words[1:] if "=" not in word and not word.startswith("-")}
    assert targets <= TARGETS, f"{line.place}: {' '.join(line.words)}"


def test_the_documents_are_read() -> None:
    assert len(LINES) > 30
    assert {"README.md", "docs/tutorial.md", "docs/how-to/found-a-region.md"} <= {line.place for line in LINES}
    assert {("make", "demo"), ("make", "test")} <= {line.words for line in LINES}


@pytest.mark.parametrize(
    "wrong",
    [
        "verbund fly", "verbund cohort fly", "verbund token n --scope system/*.rs --fast", "verbund token",
        "verbund demo --patients many", "verbund invite n --name a --title A --kind circus", "verbund serve",
        "verbund export n d more",
    ],
)  # fmt: skip
def test_what_does_not_exist_would_be_found(wrong: str) -> None:
    (line,) = commands("here", wrong, whole=True)
    with pytest.raises((click.ClickException, AssertionError)):
        check(line)
