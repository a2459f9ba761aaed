"""`verbund` itself: its subcommands, and how failures become exit codes.

Exit codes: 0 done; 1 the user's data or request is at fault; 2 the command line is; 3 the system failed.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from verbund import __version__
from verbund.errors import Category, VerbundError

EXIT_USER = 1
EXIT_SYSTEM = 3
SYSTEM_CATEGORIES = {Category.UNAVAILABLE, Category.INTERRUPTED, Category.FAULT, Category.BUSY}

# Subcommand → module and attribute; modules are imported when their command runs, so that `--help` answers at once.
COMMANDS = {
    "demo": "verbund.cli.region:demo",
    "init": "verbund.cli.nodes:init",
    "invite": "verbund.cli.nodes:invite",
    "serve": "verbund.cli.nodes:serve",
    "people": "verbund.cli.people:people",
    "keys": "verbund.cli.keys:keys",
    "app": "verbund.cli.apps:app",
    "token": "verbund.cli.tokens:token",
    "import": "verbund.cli.data:import_",
    "export": "verbund.cli.data:export",
    "validate": "verbund.cli.validation:validate",
    "definitions": "verbund.cli.definitions:definitions",
    "terminology": "verbund.cli.terminology:terminology",
    "cohort": "verbund.cli.questions:cohort",
    "consent": "verbund.cli.questions:consent",
    "linkage": "verbund.cli.linkage:linkage",
    "audit": "verbund.cli.auditing:audit",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The subcommands in the order a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The subcommand, imported now; None when there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command


verbund = click.version_option(__version__, prog_name="verbund")(
    LazyGroup(
        "verbund",
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Run the digital medicine of a region.\n\nTry everything in an invented region:\n\n\b\n    verbund demo",
    )
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that the outcome has."""
    try:
        verbund.main(args=arguments, prog_name="verbund", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except VerbundError as error:
        _show(error)
        sys.exit(EXIT_SYSTEM if error.category in SYSTEM_CATEGORIES else EXIT_USER)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(130)


def _show(error: VerbundError) -> None:
    click.echo(f"verbund: {error.text}", err=True)
    for issue in error.issues:
        where = f"{issue.expression[0]}: " if issue.expression else ""
        line = f"{where}{issue.text.removeprefix(where)}"
        if error.text not in {line, issue.text}:
            click.echo(f"  {line}", err=True)
