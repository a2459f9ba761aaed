"""The search parameters that a node knows: those of the standard, and those that were added to it while it runs.

An added parameter is a value like the resource that defines it; `Parameters` is one state of a node, frozen. Whoever
parses a search, indexes a resource or answers a query holds one and works with it to its end.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct, structs

from verbund.fhir.extracting import Extractor, Reads
from verbund.fhir.search import (
    Chain,
    Component,
    Criterion,
    Either,
    Every,
    Filter,
    Has,
    Kind,
    Not,
    Parameter,
    SearchQuery,
    parameters_of,
)


class Added(Struct, frozen=True):
    """A search parameter that was added, for one resource type.

    `expression` is FHIRPath on the resource; `components`, of a composite, are their kinds and their expressions on
    what that finds. `number` is its own: a parameter that takes the place of another gets a new one. `percent` tells
    how far the resources that were there before are indexed (None: all).
    """

    type: str
    code: str
    kind: Kind
    expression: str
    targets: tuple[str, ...] = ()
    components: tuple[tuple[Kind, str], ...] = ()
    definition: str = ""
    number: int = 0
    percent: int | None = None

    @property
    def name(self) -> str:
        """What it is called in queries and in the index; no name of the standard has this form."""
        return f"{self.code}~{self.number}"

    @property
    def parameter(self) -> Parameter:
        """It, as searches see it."""
        parts = tuple(Component(kind, f"{self.name}${place}") for place, (kind, _) in enumerate(self.components))
        return Parameter(
            self.code, self.kind, self.targets, parts,
            definition=self.definition, name=self.name, percent=self.percent,
        )  # fmt: skip

    @property
    def reads(self) -> tuple[Reads, ...]:
        """What must be extracted for it: its values, or those of each component."""
        if not self.components:
            return (Reads(self.name, self.kind, self.expression, targets=self.targets),)
        return tuple(
            Reads(f"{self.name}${place}", kind, self.expression, inner)
            for place, (kind, inner) in enumerate(self.components)
        )


class Parameters:
    """All search parameters of a node at one moment; `number` counts the changes that led to it.

    `refused` are parameters that were brought and are not offered, by type and code, with the reason.
    """

    def __init__(
        self, added: Iterable[Added] = (), *, number: int = 0, refused: Mapping[tuple[str, str], str] | None = None
    ) -> None:
        self.added = tuple(added)
        self.number = number
        self._refused = dict(refused or {})
        self._offered: dict[str, dict[str, Parameter]] = {}
        self._named: dict[str, dict[str, Parameter]] = {}
        self._extractors: dict[str, Extractor | None] = {}
        self._by_type: dict[str, list[Added]] = {}
        for one in self.added:
            self._by_type.setdefault(one.type, []).append(one)

    def of(self, type_: str) -> Mapping[str, Parameter]:
        """The parameters that are offered for a type, by code, in order of the alphabet."""
        if type_ not in self._by_type:
            return parameters_of(type_)
        found = self._offered.get(type_)
        if found is None:
            own = {one.code: one.parameter for one in self._by_type[type_]}
            found = self._offered[type_] = dict(sorted((own | parameters_of(type_)).items()))
        return found

    def find(self, type_: str, key: str) -> Parameter | None:
        """The parameter that a query calls by this name (`Parameter.key`), those of components among them."""
        standard = parameters_of(type_).get(key)
        if standard is not None or type_ not in self._by_type:
            return standard
        named = self._named.get(type_)
        if named is None:
            named = self._named[type_] = dict(self._keys(type_))
        return named.get(key)

    def get(self, type_: str, key: str) -> Parameter:
        """The same; KeyError when there is none."""
        found = self.find(type_, key)
        if found is None:
            raise KeyError(key)
        return found

    def _keys(self, type_: str) -> Iterator[tuple[str, Parameter]]:
        for one in self._by_type[type_]:
            yield one.name, one.parameter
            for component, reads in zip(one.parameter.components, one.reads, strict=False):
                yield reads.name, Parameter(component.code, component.kind, name=reads.name, percent=one.percent)

    def extractor(self, type_: str) -> Extractor | None:
        """What finds the values of the added parameters of a type; None where none was added."""
        if type_ not in self._by_type:
            return None
        if type_ not in self._extractors:
            self._extractors[type_] = Extractor([reads for one in self._by_type[type_] for reads in one.reads])
        return self._extractors[type_]

    def reason(self, type_: str, code: str) -> str | None:
        """Why a parameter that was brought is not offered; None where none of this code was refused."""
        return self._refused.get((type_, code))

    @cached_property
    def by_value(self) -> "Parameters":
        """The same, of which those that are being indexed are offered too: for deciding on a resource by its values."""
        offered = (structs.replace(one, percent=None) for one in self.added)
        return Parameters(offered, number=self.number, refused=self._refused) if self.added else self

    @cached_property
    def references(self) -> Sequence[Added]:
        """The added parameters that are references."""
        return [one for one in self.added if one.kind == "reference"]


STANDARD: Final = Parameters()
"""A node to which nothing was added."""


def added_names(query: SearchQuery) -> Iterator[tuple[str, str]]:
    """The added parameters that a query asks for, by type and name."""
    for one in query.union or (query,):
        yield from _in_criteria(one.type, one.filters)
        yield from ((one.type, key.param) for key in query.sort if "~" in key.param)
    yield from ((one.source, one.param) for one in (*query.include, *query.revinclude) if "~" in one.param)


def _in_criteria(type_: str, criteria: Iterable[Criterion]) -> Iterator[tuple[str, str]]:
    for one in criteria:
        match one:
            case Filter(param=param) | Chain(param=param) if "~" in param:
                yield type_, param
            case Has(type=source, param=param) if "~" in param:
                yield source, param
        match one:
            case Chain(target=inner, criteria=parts) | Has(type=inner, criteria=parts):
                yield from _in_criteria(inner, parts)
            case Every(parts) | Either(parts):
                yield from _in_criteria(type_, parts)
            case Not(part):
                yield from _in_criteria(type_, (part,))
