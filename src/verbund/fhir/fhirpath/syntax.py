"""The parts of an expression, as the parser finds them.

http://hl7.org/fhirpath/N1/#expressions. `position` is the character at which a part stands, for error texts.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; none for the empty collection `{}`."""

    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`, without the sign."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Variable:
    """`%resource` and the like, without the sign."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    """An element of what is on the left; without a left side, of what is looked at."""

    left: "Part | None"
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function on what is on the left; without a left side, on what is looked at."""

    left: "Part | None"
    name: str
    arguments: tuple["Part", ...]
    position: int


@dataclass(frozen=True, slots=True)
class Index:
    """`left[index]`."""

    left: "Part"
    index: "Part"


@dataclass(frozen=True, slots=True)
class Sign:
    """A plus or minus before a number."""

    sign: str
    operand: "Part"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two parts."""

    operator: str
    left: "Part"
    right: "Part"


@dataclass(frozen=True, slots=True)
class TypeOperation:
    """`is`, `as` and `ofType`, with the name of a type."""

    operator: str
    left: "Part | None"
    type: str
    position: int


Part = Literal | Special | Variable | Member | Call | Index | Sign | Binary | TypeOperation
