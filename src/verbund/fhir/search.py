"""What a search asks for, as values: parsed once at the border, so that nothing behind it can meet a malformed query.

http://hl7.org/fhir/R4/search.html. The grammar that reads it from parameters is `verbund.fhir.grammar`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from verbund.fhir.generated.search_parameters import LEFT_OUT, PARAMETERS

Prefix: TypeAlias = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
Kind: TypeAlias = Literal["token", "string", "reference", "date", "number", "quantity", "uri", "id", "lastUpdated"]
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


Value: TypeAlias = TokenValue | StringValue | ReferenceValue | DateValue | NumberValue | QuantityValue | UriValue


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: a resource fits if at least one of the values does."""

    param: str
    kind: Kind
    modifier: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """One key to sort by."""

    param: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """`_include` or `_revinclude`: a type, its reference parameter (`*`: all), and the target type, if narrowed."""

    source: str
    param: str
    target: str | None = None
    iterate: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search within one resource type: a resource must fit every filter.

    `params` are the pairs as they came, for links; `ignored` are those that a lenient search left out.
    """

    type: str
    filters: tuple[Filter, ...] = ()
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    include: tuple[Include, ...] = ()
    revinclude: tuple[Include, ...] = ()
    total: Total = "none"
    summary: Summary = "false"
    elements: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = field(default=())
    ignored: tuple[str, ...] = ()


class Parameter(NamedTuple):
    """A search parameter of a resource type: its kind and, for references, the types it may lead to (none: any)."""

    code: str
    kind: Kind
    targets: tuple[str, ...] = ()


_EVERYWHERE = {"_id": Parameter("_id", "id"), "_lastUpdated": Parameter("_lastUpdated", "lastUpdated")}


@cache
def parameters_of(type_: str) -> dict[str, Parameter]:
    """The search parameters that are indexed for a resource type, by code, in order of the alphabet."""
    own = {code: Parameter(code, kind, targets) for code, (kind, targets) in PARAMETERS[type_].items()}  # type: ignore[arg-type]
    return dict(sorted((_EVERYWHERE | own).items()))


def reason_left_out(type_: str, code: str) -> str | None:
    """Why an official search parameter is not offered, None if there is no such parameter."""
    return LEFT_OUT.get(type_, {}).get(code)
