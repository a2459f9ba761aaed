"""What the package hands on: the values that a search index keeps of a resource."""

from datetime import datetime
from typing import Any

from msgspec import Struct

Token = tuple[str, str | None, str | None]
Text = tuple[str, str]
DateRow = tuple[str, datetime, datetime]
NumberRow = tuple[str, float, float]
QuantityRow = tuple[str, float, float, str | None, str | None]
IdentifierRow = tuple[str, str | None, str]


class Collector:
    """Where the generated extraction puts what it finds."""

    __slots__ = ("dates", "identifiers", "numbers", "quantities", "references", "strings", "tokens", "uris")

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.strings: list[Text] = []
        self.uris: list[Text] = []
        self.references: list[Text] = []
        self.dates: list[DateRow] = []
        self.identifiers: list[IdentifierRow] = []
        self.numbers: list[NumberRow] = []
        self.quantities: list[QuantityRow] = []


class Entries(Struct, frozen=True, gc=False):
    """The search values of one resource, each row beginning with the code of its search parameter.

    Texts are as written (normalise them with `normalise`), those of parameters that compare by sound as `sound` codes
    them; references as written, except those to contained resources, which are left out; `identifiers` are those by
    which references name what they refer to. Ranges are half-open, [low, high); dates in UTC, see `verbund.fhir.dates`;
    numbers may be infinite. `patient` is the id of the patient in whose compartment the resource lies
    (http://hl7.org/fhir/R4/compartmentdefinition-patient.html), the first where there are several; `date` is when what
    the resource tells of happened, or else was written down.
    """

    tokens: tuple[Token, ...] = ()
    strings: tuple[Text, ...] = ()
    uris: tuple[Text, ...] = ()
    references: tuple[Text, ...] = ()
    dates: tuple[DateRow, ...] = ()
    numbers: tuple[NumberRow, ...] = ()
    quantities: tuple[QuantityRow, ...] = ()
    patient: str | None = None
    date: datetime | None = None
    identifiers: tuple[IdentifierRow, ...] = ()

    @property
    def rows(self) -> tuple[tuple[tuple[Any, ...], ...], ...]:
        """All rows, by their form; each begins with the code of its parameter."""
        return (
            self.tokens,
            self.strings,
            self.uris,
            self.references,
            self.dates,
            self.numbers,
            self.quantities,
            self.identifiers,
        )


def joined(one: Entries, other: Entries) -> Entries:
    """The values of both; patient and date are those of the first."""
    return Entries(
        one.tokens + other.tokens,
        one.strings + other.strings,
        one.uris + other.uris,
        one.references + other.references,
        one.dates + other.dates,
        one.numbers + other.numbers,
        one.quantities + other.quantities,
        one.patient,
        one.date,
        one.identifiers + other.identifiers,
    )
