"""Resources that hold one element each, made from the definitions: what a search parameter's expression may read.

A resource has what its type requires, and one path more. Which paths are tried follows from the names in the
expression; whether it was the right one is for FHIRPath to say (`conformance.witnesses`).
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.given import CODES, EXTRA, Json
from verbund.fhir.definitions import Element, r4
from verbund.fhir.generated import RESOURCES

TARGET = "target"
"""The id of the resource of each type that references lead to; it has nothing but what its type requires."""

DEEPEST = 5
IDS = "http://example.org/ids"
QUANTITIES = frozenset({"Quantity", "Age", "Duration", "Count", "Distance"})
NOT_PARTS = frozenset({"extension", "modifierExtension", "contained", "implicitRules"})


@dataclass(frozen=True, slots=True)
class Hints:
    """What an expression names: element names and types, and the texts that it compares with."""

    names: frozenset[str]
    literals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One element on a path, and which of its types it takes."""

    element: Element
    type: str

    @property
    def key(self) -> str:
        """The name in JSON."""
        name = self.element.name
        return name[:-3] + self.type[0].upper() + self.type[1:] if name.endswith("[x]") else name


Path = tuple[Step, ...]


def paths(kind: str, hints: Hints) -> Iterator[Path]:
    """Every path into a type whose names all stand in the expression, the shorter before the longer, each once."""
    yield from (path for path in _below(kind, hints, ()) if path)


def _below(kind: str, hints: Hints, so_far: Path) -> Iterator[Path]:
    if len(so_far) >= DEEPEST or kind not in r4().types:
        return
    for element in r4().types[kind].elements:
        name = element.name.removesuffix("[x]")
        if name not in hints.names or name in NOT_PARTS:
            continue
        for of in [of for of in element.types if of in hints.names] or element.types:
            path = (*so_far, Step(element, of))
            yield path
            if of != kind:
                yield from _below(of, hints, path)


class Maker:
    """Makes resources whose texts, numbers and codes differ from each other's, as far as value sets leave room."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._number = 0

    @property
    def number(self) -> int:
        """What tells the last resource from others."""
        return self._number

    def plain(self, kind: str) -> Json:
        """The smallest resource of a type."""
        self._number = next(self._numbers)
        return {"resourceType": kind} | self._required(kind, 0, Hints(frozenset()))

    def holding(self, kind: str, path: Path, hints: Hints, variant: int) -> Json:
        """The smallest resource of a type that has an element at `path`; `variant` chooses codes and targets."""
        made = self.plain(kind)
        self.put(made, path, hints, variant)
        return made

    def put(self, into: Json, path: Path, hints: Hints, variant: int) -> None:
        """Set the element at a path within a resource or an element of it."""
        step, rest = path[0], path[1:]
        inner = step.type in r4().types and bool(rest)
        if inner:
            value: Any = self._required(step.type, variant, hints)
            self.put(value, rest, hints, variant)
        else:
            value = self.value(step.type, step.element, hints, variant)
        for other in [key for key in into if step.element.name.endswith("[x]") and _same(key, step.element)]:
            del into[other]
        held = into.get(step.key)
        if step.element.max != "1":
            into[step.key] = [value]
        elif isinstance(held, dict) and isinstance(value, dict):
            into[step.key] = held | value
        else:
            into[step.key] = value

    def _required(self, kind: str, variant: int, hints: Hints) -> Json:
        """What the definition of a type demands."""
        made: Json = {}
        for element in r4().types[kind].elements:
            if element.min:
                step = Step(element, element.types[0])
                value = self.value(step.type, element, hints, variant)
                made[step.key] = [value] if element.max != "1" else value
        return made | EXTRA.get(kind, {})

    def value(self, of: str, element: Element, hints: Hints, variant: int) -> Any:  # noqa: ANN401 - any JSON
        """A value of a data type, fit for its element."""
        if of in RESOURCES or of == "Resource":
            return {"resourceType": "Basic", "code": {"text": "x"}}
        if of == "Reference":
            return self._reference(element, hints, variant)
        if of in r4().types:
            return self._complex(of, element, hints, variant)
        return self._primitive(of, element, hints, variant)

    def _reference(self, element: Element, hints: Hints, variant: int) -> Json:
        """A reference to a resource that there is, of a type that the expression names if there is one."""
        possible = element.targets or ("Patient", "Organization", "Observation")
        wanted = [one for one in possible if one in hints.names] or list(possible)
        kind = wanted[variant % len(wanted)]
        return {
            "reference": f"{kind}/{TARGET}",
            "identifier": {"system": IDS, "value": f"r{self._number:05}"},
            "display": f"Display {self._number:05}",
        }

    def _complex(self, of: str, element: Element, hints: Hints, variant: int) -> Json:
        number = self._number
        coding = self._coding(element, variant)
        made: dict[str, Json] = {
            "CodeableConcept": {"coding": [coding], "text": f"Concept {number:05}"},
            "Coding": coding,
            "Identifier": {
                "type": {"coding": [{"system": f"{CODES}/types", "code": "MR"}], "text": f"Number {number:05}"},
                "system": IDS,
                "value": f"i{number:05}",
            },
            "HumanName": {"family": f"Familie{number:05}", "given": [f"Vorname{number:05}"]},
            "Address": {"city": f"Stadt{number:05}", "country": "DE", "state": "BE", "postalCode": f"{number:05}"}
            | {"use": "work", "line": [f"Weg {number}"]},
            "ContactPoint": {"system": _literal(hints, ("phone", "email"), variant), "value": f"v{number:05}"},
            "Period": {"start": _day(number), "end": _day(number)},
            "Range": {"low": _quantity(number), "high": _quantity(number)},
            "Money": {"value": number, "currency": "EUR"},
            "Timing": {"event": [f"{_day(number)}T08:00:00+01:00"]},
            "SampledData": {"origin": _quantity(number), "period": 10, "dimensions": 1, "data": "1 2"},
            "Meta": {"tag": [coding]},
            "UsageContext": {"code": coding, "valueCodeableConcept": {"coding": [coding]}},
            "RelatedArtifact": {
                "type": _literal(hints, ("depends-on", "composed-of", "derived-from", "predecessor", "successor"), 0),
                "resource": f"http://example.org/Library/{number:05}",
            },
            "Attachment": {"contentType": "text/plain", "url": f"http://example.org/file/{number:05}"},
            "Annotation": {"text": f"Note {number:05}"},
            "Dosage": {"text": f"Dose {number:05}"},
            "Duration": _quantity(number, "h"),
            "Age": _quantity(number, "a"),
        }
        if of in QUANTITIES:
            return made.get(of) or _quantity(number)
        return made[of] if of in made else self._required(of, variant, hints)

    def _coding(self, element: Element, variant: int) -> Json:
        known = [(system, code) for system, codes in r4().codes.get(element.binding or "", ()) for code in codes]
        system, code = known[variant % len(known)] if known else (CODES, f"c{self._number:05}")
        return {"system": system, "code": code, "display": f"Display {self._number:05}"}

    def _primitive(self, of: str, element: Element, hints: Hints, variant: int) -> Any:  # noqa: ANN401 - any JSON
        number = self._number
        if of == "code":
            return self._code(element, hints, variant)
        values: dict[str, Any] = {
            "boolean": True,
            "integer": number,
            "positiveInt": number,
            "unsignedInt": number,
            "decimal": number % 700 / 8,
            "date": _day(number),
            "dateTime": f"{_day(number)}T08:00:00+01:00",
            "instant": f"{_day(number)}T08:00:00+01:00",
            "time": "08:00:00",
            "base64Binary": "YWJj",
            "oid": f"urn:oid:1.2.3.{number}",
            "uuid": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            "id": f"id-{number:05}",
            "xhtml": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
        }
        if of in {"uri", "url", "canonical"}:
            return f"http://example.org/uri/{number:05}"
        return values.get(of, f"Wort{number:05}")

    def _code(self, element: Element, hints: Hints, variant: int) -> str:
        known = [code for _, codes in r4().codes.get(element.binding or "", ()) for code in codes]
        wanted = [code for code in hints.literals if code in known] or known or [f"c{self._number:05}"]
        return wanted[variant % len(wanted)]


def _same(key: str, element: Element) -> bool:
    return key.startswith(element.name[:-3]) and any(Step(element, of).key == key for of in element.types)


def _literal(hints: Hints, known: tuple[str, ...], variant: int) -> str:
    wanted = [text for text in hints.literals if text in known]
    return wanted[0] if wanted else known[variant % len(known)]


def _quantity(number: int, unit: str = "mg") -> Json:
    return {"value": number, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def _day(number: int) -> str:
    """Days far enough from each other and from today that approximate searches tell them apart."""
    return f"{1900 + number % 60:04}-{number // 60 % 12 + 1:02}-{number // 720 % 28 + 1:02}"
