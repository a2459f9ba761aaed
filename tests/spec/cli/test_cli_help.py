"""Every command explains itself and shows an example; what is wrong on the command line is said, with exit code 2."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from command_line import verbund

from verbund import __version__
from verbund.cli.root import verbund as root


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and subcommand."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = sorted(commands(root))


def test_the_commands_that_users_rely_on_are_there() -> None:
    promised = {"demo", "init", "serve", "token", "import", "export", "validate", "people", "invite"}
    assert promised <= {words[0] for words in ALL}
    assert {("cohort", "count"), ("consent", "explain"), ("audit", "verify")} <= set(ALL)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_says_what_it_does_and_shows_an_example(words: tuple[str, ...]) -> None:
    done = verbund(*words, "--help")
    assert (done.code, done.err) == (0, "")
    said = done.out.splitlines()
    assert said[0].startswith(f"Usage: verbund {' '.join(words)} ")
    assert said[2].strip().rstrip(".,:"), "no sentence on what it does"
    assert any(f"verbund {' '.join(words)}" in line for line in said[3:]), "no example"


def test_without_a_command_everything_is_listed() -> None:
    done = verbund("--help")
    assert done.code == 0
    assert all(f"\n  {words[0]} " in done.out for words in ALL)
    assert "verbund demo" in done.out


def test_the_version_is_said() -> None:
    assert __version__ in verbund("--version").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["import"], "Missing argument 'CONFIG'"),
        (["token", "node.toml"], "Name one of --scope"),
        (["token", "node.toml", "--scope", "system/*.rs", "--ttl", "soon"], "a number and s, m, h or d"),
        (["token", "node.toml", "--scope", "system/*.rs", "--ttl", "0m"], "a number and s, m, h or d"),
        (["token", "node.toml", "--scope", "system/*.rs", "--purpose", "FUN"], "'FUN' is not one of"),
        (["token", "node.toml", "--scope", " "], "Name one of --scope"),
        (["demo", "--patients", "1"], "1 is not in the range"),
        (["demo", "--port", "70000"], "70000 is not in the range"),
        (["consent", "explain", "n", "--patient", "1", "--actor", "a", "--purpose", "FUN"], "'FUN' is not one of"),
        (
            ["consent", "explain", "n", "--patient", "1", "--actor", "a", "--purpose", "TREAT", "--at", "soon"],
            "not a date or time",
        ),
        (["serve", "--fast", "n"], "No such option"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(arguments: list[str], said: str) -> None:
    done = verbund(*arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["import", "export", "serve", "token", "invite", "people list", "audit verify"])
def test_a_node_that_is_not_there_is_the_users_matter(tmp_path: Path, command: str) -> None:
    more = {
        "import": [tmp_path],
        "export": [tmp_path / "out"],
        "token": ["--scope", "system/*.rs"],
        "invite": ["--name", "a", "--title", "A"],
    }
    done = verbund(*command.split(), tmp_path / "nowhere", *more.get(command, []))
    assert (done.code, done.out) == (1, "")
    assert f"There is no configuration at {tmp_path / 'nowhere'}" in done.err
    assert "verbund init" in done.err
