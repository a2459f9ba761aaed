"""What is taught: definitions, and where they came from. All frozen."""

from dataclasses import dataclass, field
from typing import Final

TYPES: Final = (
    "StructureDefinition",
    "SearchParameter",
    "CodeSystem",
    "ValueSet",
    "ConceptMap",
    "NamingSystem",
    "CapabilityStatement",
)
"""The types of resources that are definitions, in the order in which they are learnt."""


@dataclass(frozen=True, slots=True)
class Package:
    """A FHIR package (https://hl7.org/fhir/R4/packages.html is what its format became); empty for loose files."""

    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a package: its place for messages, and its bytes or why they cannot be read."""

    place: str
    package: Package
    raw: bytes = field(default=b"", repr=False)
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A definition that is in the store."""

    type: str
    id: str
    url: str
    version: str
    package: Package = Package()


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not learnt: where it is, which definition, and why."""

    place: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of teaching; counts are definitions, `by_type` counts those that are known now.

    `older` were left alone since a newer version of the same url is known; `others` are resources that are none.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    others: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
