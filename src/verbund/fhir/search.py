"""What a search asks for, as values: parsed once at the border, so that nothing behind it can meet a malformed query.

http://hl7.org/fhir/R4/search.html. The grammar that reads it from parameters is `verbund.fhir.grammar`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from verbund.fhir.generated.search_parameters import COMPOSITES, DEFINITIONS, LEFT_OUT, PARAMETERS

Prefix: TypeAlias = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
Kind: TypeAlias = Literal[
    "token",
    "string",
    "reference",
    "date",
    "number",
    "quantity",
    "uri",
    "composite",
    "special",
    "text",
    "content",
    "id",
    "lastUpdated",
]
Total: TypeAlias = Literal["none", "estimate", "accurate"]
Summary: TypeAlias = Literal["true", "text", "data", "count", "false"]


@dataclass(frozen=True, slots=True)
class TokenValue:
    """`system|code`, `|code` (no system), `code` (any system: `any_system`), `system|` (any code: `code` is None).

    For `:missing` the code is `true` or `false`; for `_id` it is the id.
    """

    system: str | None
    code: str | None
    any_system: bool = False


@dataclass(frozen=True, slots=True)
class StringValue:
    """What a text begins with, contains, or, with `:exact`, is. Normalised, except for `:exact`."""

    text: str


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """A resource: by type and id, by id alone (`type` is None), or by its address (`url`)."""

    type: str | None
    id: str | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DateValue:
    """A comparison with the range [low, high) in UTC.

    `eq` asks for values within the range, `ne` for those not within; `gt` for values that reach beyond it, `lt` for
    those that begin before it, `ge` and `le` for these or `eq`; `sa` for values that begin after it, `eb` for those
    that end before it; `ap` for values that overlap it.
    """

    prefix: Prefix
    low: datetime
    high: datetime


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A comparison with the range [low, high) of numbers that round to the one given; with `ap`, a tenth around it.

    For `gt`, `lt`, `ge`, `le`, `sa` and `eb` both bounds are the number itself.
    """

    prefix: Prefix
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A number as in `NumberValue`, with a unit: by system and code, by code alone, or any (both None)."""

    prefix: Prefix
    low: float
    high: float
    system: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class UriValue:
    """An address, compared exactly as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class OfTypeValue:
    """`identifier:of-type=system|code|value`: an identifier of this type (system and code) with this value."""

    system: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class NearValue:
    """Places within so many kilometres of a point on Earth (http://hl7.org/fhir/R4/location.html#search)."""

    latitude: float
    longitude: float
    kilometres: float


Single: TypeAlias = (
    TokenValue
    | StringValue
    | ReferenceValue
    | DateValue
    | NumberValue
    | QuantityValue
    | UriValue
    | OfTypeValue
    | NearValue
)


@dataclass(frozen=True, slots=True)
class CompositeValue:
    """`a$b`: one value for each component; all must fit within one and the same element.

    http://hl7.org/fhir/R4/search.html#composite. What each part is tells `Parameter.components`.
    """

    parts: tuple[Single, ...]


Value: TypeAlias = Single | CompositeValue


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: a resource fits if at least one of the values does.

    What modifiers make of the values: `missing` a TokenValue `true` or `false`; `text` a StringValue, normalised; `in`
    and `not-in` a UriValue, the value set; `identifier` (on references) a TokenValue; `of-type` an OfTypeValue; `above`
    and `below` values as without (on references see `verbund.fhir.hierarchies`); the name of a type (on references) is
    in the ReferenceValue. A `uri` with `above` or `below` compares paths. `_text` and `_content` take a StringValue
    whose every word must occur.
    """

    param: str
    kind: Kind
    modifier: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """`subject:Patient.name=x`: a resource of the type `target` that `param` leads to fits all criteria.

    http://hl7.org/fhir/R4/search.html#chaining
    """

    param: str
    target: str
    criteria: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Has:
    """`_has:Observation:patient:code=x`: a resource of `type` whose `param` leads here fits all criteria.

    http://hl7.org/fhir/R4/search.html#has
    """

    type: str
    param: str
    criteria: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All parts fit; of none at all: always."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part fits; of none at all: never."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not fit."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class InList:
    """`_list=42`: the resource is an entry of this List that is not marked as deleted."""

    list_id: str


Criterion: TypeAlias = Filter | Chain | Has | Every | Either | Not | InList


@dataclass(frozen=True, slots=True)
class Sort:
    """One key to sort by."""

    param: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """`_include` or `_revinclude`: a type (`*`: every type), its reference parameter (`*`: all), and the target type.

    The target is None if it is not narrowed. `iterate` follows what came along as well.
    """

    source: str
    param: str
    target: str | None = None
    iterate: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search within one resource type: a resource must fit every filter.

    `params` are the pairs as they came, for links; `ignored` are those that a lenient search left out. A search over
    several types has the type "" and one query for each type in `union`, of which only type and filters count; order,
    page and what comes along stand in the outer one.
    """

    type: str
    filters: tuple[Criterion, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    include: tuple[Include, ...] = ()
    revinclude: tuple[Include, ...] = ()
    total: Total = "none"
    summary: Summary = "false"
    elements: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = field(default=())
    ignored: tuple[str, ...] = ()
    union: tuple["SearchQuery", ...] = ()


class Component(NamedTuple):
    """One part of a composite parameter: its kind, and the parameter of the same type that reads the same values.

    That parameter's keys find every resource that may fit; which of them do is decided on their elements.
    """

    kind: Kind
    code: str


class Parameter(NamedTuple):
    """A search parameter of a resource type: its kind and, for references, the types it may lead to (none: any).

    A composite has `components`; where it is `independent`, both lie at the root of the resource and occur once, so
    that it is the same as asking for both parameters. `sounds` says that texts are compared by how they sound: rows and
    values hold codes of sounds. `definition` is the canonical URL of the SearchParameter.

    One that was added while the node runs has a `name` of its own in queries and in the index, which no other ever had,
    and `percent` says how far the resources that were there before are indexed (None: all).
    """

    code: str
    kind: Kind
    targets: tuple[str, ...] = ()
    components: tuple[Component, ...] = ()
    independent: bool = False
    sounds: bool = False
    definition: str = ""
    name: str = ""
    percent: int | None = None

    @property
    def key(self) -> str:
        """What it is called in queries and in the index."""
        return self.name or self.code


NOT_INDEXED: Final = frozenset({"composite", "special", "text", "content"})
"""Kinds of parameters that are decided on what others index, or on the opened resource."""

BY_SOUND: Final = "phonetic"
"""The parameters of this name compare texts by how they sound."""

_DEFINED: Final = "http://hl7.org/fhir/SearchParameter/"
_OF_ALL: Final = (
    Parameter("_id", "id", definition=f"{_DEFINED}Resource-id"),
    Parameter("_lastUpdated", "lastUpdated", definition=f"{_DEFINED}Resource-lastUpdated"),
    Parameter("_content", "content", definition=f"{_DEFINED}Resource-content"),
)
_NARRATIVE: Final = Parameter("_text", "text", definition=f"{_DEFINED}DomainResource-text")
_WITHOUT_NARRATIVE: Final = frozenset({"Binary", "Bundle", "Parameters"})


@cache
def parameters_of(type_: str) -> dict[str, Parameter]:
    """The search parameters that are offered for a resource type, by code, in order of the alphabet."""
    found = [*_OF_ALL, *(_official(type_, code) for code in PARAMETERS[type_])]
    if type_ not in _WITHOUT_NARRATIVE:
        found.append(_NARRATIVE)
    return {one.code: one for one in sorted(found)}


def _official(type_: str, code: str) -> Parameter:
    """A parameter of the standard, put together from the generated tables."""
    kind, targets = PARAMETERS[type_][code]
    parts, _, _, alone = COMPOSITES.get(type_, {}).get(code, ((), (), (), False))
    components = tuple(Component(cast("Kind", part), name) for part, name in parts)
    definition = _DEFINED + DEFINITIONS.get(type_, {}).get(code, f"{type_}-{code}")
    return Parameter(code, cast("Kind", kind), targets, components, alone, code == BY_SOUND, definition)


@cache
def indexed_of(type_: str) -> dict[str, Parameter]:
    """Those of the parameters of a type that have values of their own in an index, in the same order."""
    return {code: found for code, found in parameters_of(type_).items() if found.kind not in NOT_INDEXED}


def reason_left_out(type_: str, code: str) -> str | None:
    """Why an official search parameter is not offered, None if there is no such parameter."""
    return LEFT_OUT.get(type_, {}).get(code)
