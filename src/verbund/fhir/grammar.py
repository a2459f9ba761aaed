"""Reads a search from its parameters: what is not understood is refused, never silently ignored."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from verbund.errors import Incorrect, Issue
from verbund.fhir.checks import is_id
from verbund.fhir.compartments import inside, types_in
from verbund.fhir.criteria import Ignorable, criterion, shown
from verbund.fhir.filters import filter_of
from verbund.fhir.generated import RESOURCES
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.results import RESULTS
from verbund.fhir.search import Criterion, SearchQuery
from verbund.fhir.values import Malformed

MOST_PARAMETERS: Final = 500
_PRESENTATION: Final = frozenset({"_format", "_pretty"})

_Found = TypeVar("_Found")
Pairs = Sequence[tuple[str, str]]
Place = Callable[[str], tuple[Criterion, ...]]


def parse_search(
    resource_type: str, params: Pairs, *, lenient: bool = False, known: Parameters = STANDARD
) -> SearchQuery:
    """The search that these parameters ask for; with the type "", a search over the types that `_type` names, or all.

    Incorrect names the parameter that is unknown or malformed; Unsupported one that FHIR knows and that is not offered
    here. A lenient search leaves out what is unknown or not offered (listed in `ignored`), but never a malformed value
    of a parameter that it does understand. Parameters without a value are left out
    (http://hl7.org/fhir/R4/search.html#errors). A search over several types takes the parameters that all of them have.
    `known` are the parameters of the node; Unavailable for one that is still being indexed.
    """
    if not resource_type:
        return _united(RESOURCES, params, lambda _: (), lenient=lenient, known=known)
    if resource_type not in RESOURCES:
        raise Incorrect("There is no such resource type in FHIR R4.")
    reading = _Reading(resource_type, (resource_type,), known, lenient=lenient)
    filters = tuple(reading.criteria(resource_type, reading.asked(params)))
    return replace(reading.query, filters=filters, params=tuple(params), ignored=tuple(reading.ignored))


def parse_compartment(
    compartment: str,
    identity: str,
    resource_type: str,
    params: Pairs,
    *,
    lenient: bool = False,
    known: Parameters = STANDARD,
) -> SearchQuery:
    """The search within what belongs to one patient, encounter, practitioner, related person or device.

    The type `*` searches all types that the compartment may hold, or those that `_type` names. NotFound if resources of
    the type are never part of it; else as `parse_search`. http://hl7.org/fhir/R4/compartmentdefinition.html
    """
    types = types_in(compartment)
    if not is_id(identity):
        raise Incorrect("An id has 1 to 64 letters, digits, hyphens and dots.")
    if resource_type == "*":
        return _united(types, params, lambda of: (inside(compartment, identity, of),), lenient=lenient, known=known)
    if resource_type not in RESOURCES:
        raise Incorrect("There is no such resource type in FHIR R4.")
    placed = inside(compartment, identity, resource_type)
    query = parse_search(resource_type, params, lenient=lenient, known=known)
    return replace(query, filters=(placed, *query.filters))


def _united(offered: Sequence[str], params: Pairs, place: Place, *, lenient: bool, known: Parameters) -> SearchQuery:
    """A search over several types; `place` gives the criteria that every resource of a type must fit anyway."""
    types = _types(offered, params)
    reading = _Reading("", types, known, lenient=lenient)
    asked = list(reading.asked([pair for pair in params if pair[0] != "_type"]))
    union = tuple(SearchQuery(of, (*place(of), *reading.criteria(of, asked))) for of in types)
    ignored = tuple(dict.fromkeys(reading.ignored))
    left = [(name, value) for name, value in asked if name not in ignored]
    if len(left) < len(asked):
        union = tuple(SearchQuery(of, (*place(of), *reading.criteria(of, left))) for of in types)
    return replace(reading.query, union=union, params=tuple(params), ignored=ignored)


def _types(offered: Sequence[str], params: Pairs) -> tuple[str, ...]:
    """The types that `_type` names, in their order, or all."""
    named = [of.strip() for name, value in params if name == "_type" for of in value.split(",") if of.strip()]
    for of in named:
        if of not in RESOURCES:
            raise Incorrect("The search parameter _type names a resource type that FHIR R4 does not have.")
        if of not in offered:
            raise Incorrect(f"The search parameter _type names {of}, which is never found here.")
    return tuple(dict.fromkeys(named)) or tuple(offered)


class _Reading:
    """One search while it is read: `query` gathers what concerns the result, `ignored` what is left out."""

    def __init__(self, resource_type: str, types: tuple[str, ...], known: Parameters, *, lenient: bool) -> None:
        self.query = SearchQuery(resource_type)
        self.ignored: list[str] = []
        self._types = types
        self._known = known
        self._lenient = lenient

    def asked(self, params: Pairs) -> Iterator[tuple[str, str]]:
        """The pairs that ask for something of the resources; those about the result go into the query."""
        if len(params) > MOST_PARAMETERS:
            raise Incorrect(f"A search takes at most {MOST_PARAMETERS} parameters.")
        for name, value in params:
            base, _, modifier = name.partition(":")
            if not value.strip() or name in _PRESENTATION:
                continue
            if base in RESULTS:
                self.query = (
                    self._read(name, RESULTS[base], self.query, self._types, value, modifier, self._known) or self.query
                )
            else:
                yield name, value

    def criteria(self, of: str, asked: Iterable[tuple[str, str]]) -> Iterator[Criterion]:
        """What the pairs ask of the resources of a type."""
        for name, value in asked:
            found = self._read(name, self._criterion, of, name, value)
            if found is not None:
                yield found

    def _criterion(self, of: str, name: str, value: str) -> Criterion | None:
        if name == "_filter":
            return filter_of(of, value, self._known)
        if name == "_type":
            if set(value.split(",")) != {of}:
                raise Malformed(f"is for searches over several types; here only {of} is searched.")
            return None
        return criterion(of, name, value, 0, self._known)

    def _read(self, name: str, read: Callable[..., _Found], *given: object) -> _Found | None:
        """What is read of a parameter, None for what a lenient search leaves out; what goes wrong gets its name."""
        try:
            return read(*given)
        except Malformed as error:
            raise _malformed(name, str(error)) from None
        except Ignorable as left_out:
            if not self._lenient:
                raise left_out.error from None
            self.ignored.append(name)
            return None


def _malformed(name: str, text: str) -> Incorrect:
    sentence = f"The search parameter {shown(name)} {text}"
    return Incorrect(sentence, issues=(Issue("value", sentence, (f"http.{shown(name)}",)),))
