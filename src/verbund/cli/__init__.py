"""The command line."""

from verbund.cli.root import main

__all__ = ["main"]
