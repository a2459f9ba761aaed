"""What search and validation ask of terminologies: a seam, since the codes themselves are kept further up."""

from typing import Protocol


class Terms(Protocol):
    """Code systems and value sets that are known here, in memory: answers come at once and nothing is waited for.

    None is an honest answer: the value set, the code system or its hierarchy is not known here. It never means no.
    Urls are canonical, with or without `|version`; without, the version is meant that is used here.
    """

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether a code is of a value set (http://hl7.org/fhir/R4/valueset.html).

        Without `system` (an element of type `code`) any system of the value set will do.
        """

    def subsumes(self, system: str, above: str, below: str) -> bool | None:
        """Whether `above` is `below` or one of its ancestors in the hierarchy of their code system."""
