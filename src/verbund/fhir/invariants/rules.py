"""The invariants of R4 by the types and elements they belong to, as the vendoring command kept them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import zstandard
from msgspec import Struct, json

from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath import Expression, compile  # noqa: A004 - named as in re


class Rule(Struct, frozen=True):
    """One invariant: its key, `error` or `warning`, the sentence of the standard, and its FHIRPath."""

    key: str
    severity: str
    human: str
    expression: str
    best_practice: bool = False

    @property
    def compiled(self) -> Expression:
        """The expression, ready to be evaluated.

        dom-3 casts whole collections with `as()`, which takes a single item; `ofType()` is what it means.
        """
        return compile(self.expression.replace(").as(", ").ofType("))


class _Artefact(Struct, frozen=True):
    source: str
    rules: tuple[Rule, ...]
    places: dict[str, dict[str, tuple[int, ...]]]


EVERYWHERE: Final = "ele-1"
"""The rule of every element."""


class Rules(NamedTuple):
    """The invariants of a type: its own, and those of its elements by name."""

    own: tuple[Rule, ...]
    elements: Mapping[str, tuple[Rule, ...]]


_NONE = Rules((), {})


@cache
def _all() -> dict[str, Rules]:
    packed = files("verbund.fhir.definitions").joinpath("invariants.json.zst").read_bytes()
    read = json.decode(zstandard.ZstdDecompressor().decompress(packed), type=_Artefact)
    return {
        kind: Rules(
            tuple(read.rules[number] for number in places.get("", ())),
            {name: tuple(read.rules[number] for number in numbers) for name, numbers in places.items() if name},
        )
        for kind, places in read.places.items()
    }


def every_rule() -> frozenset[Rule]:
    """All invariants there are."""
    return frozenset(
        rule for rules in _all().values() for found in (rules.own, *rules.elements.values()) for rule in found
    )


@cache
def rules_of(kind: str) -> Rules:
    """The invariants of a type, with the one of every element; those of base types where the standard repeats them."""
    rules = _all().get(kind, _NONE)
    if kind == "Element" or r4().types[kind].kind == "resource":
        return rules
    every = tuple(rule for rule in _all()["Element"].own if rule.key == EVERYWHERE)
    return Rules((*every, *rules.own), rules.elements)
