"""What an importer gives: a code system's head, and its concepts as a stream to be read once."""

from collections.abc import Iterator
from dataclasses import dataclass

from verbund.terminology.model import Concept, Head


@dataclass(frozen=True, slots=True)
class Table:
    """A catalogue that is being read."""

    head: Head
    concepts: Iterator[Concept]
