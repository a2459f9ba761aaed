"""Reads one parameter of a search into what it asks for: a filter, a chain, the reverse of one, a list."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from verbund.errors import Incorrect, Issue, Unavailable, Unsupported, VerbundError
from verbund.fhir.current import CURRENT
from verbund.fhir.generated import RESOURCES
from verbund.fhir.generated.search_parameters import IDENTIFYING
from verbund.fhir.hierarchies import WAYS, follows
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.search import (
    Chain,
    CompositeValue,
    Criterion,
    Either,
    Every,
    Filter,
    Has,
    InList,
    Not,
    Parameter,
    Single,
    StringValue,
    TokenValue,
    Value,
    reason_left_out,
)
from verbund.fhir.sounds import sound
from verbund.fhir.values import (
    Malformed,
    concept_value,
    date_value,
    exact,
    folded,
    id_value,
    near_value,
    number_value,
    of_type_value,
    parts,
    place_value,
    plain,
    quantity_value,
    reference_value,
    token_value,
    uri_value,
    value_set,
)

MOST_VALUES: Final = 1_000
DEEPEST: Final = 5
MOST_WAYS: Final = 200
"""How many types a chain that names none may lead through."""

MODIFIERS: Final[dict[str, frozenset[str]]] = {
    "string": frozenset({"exact", "contains", "missing"}),
    "token": frozenset({"not", "missing", "text", "in", "not-in", "above", "below", "of-type"}),
    "reference": frozenset({"missing", "identifier", "above", "below", *RESOURCES}),
    "date": frozenset({"missing"}),
    "number": frozenset({"missing"}),
    "quantity": frozenset({"missing"}),
    "uri": frozenset({"missing", "above", "below"}),
    "id": frozenset({"not", "missing"}),
    "lastUpdated": frozenset({"missing"}),
    "composite": frozenset(),
    "special": frozenset({"missing"}),
    "text": frozenset({"missing"}),
    "content": frozenset({"missing"}),
}
"""Kind of parameter to the modifiers that are offered."""

_OF_THE_STANDARD: Final = frozenset().union(*MODIFIERS.values())
_NAME = re.compile(r"[\w:.-]{1,120}\Z")
_LIST = re.compile(r"(?:List/)?([A-Za-z0-9.-]{1,64})\Z")

Reader = Callable[[str], Single]


class Ignorable(Exception):
    """Carries the error about a parameter that is unknown or not offered, which a lenient search leaves out."""

    def __init__(self, error: VerbundError) -> None:
        super().__init__()
        self.error = error


def shown(name: str) -> str:
    """A parameter's name as it may be repeated in a sentence."""
    return name if _NAME.match(name) else "with this name"


def parameter(resource_type: str, code: str, known: Parameters = STANDARD) -> Parameter:
    """The search parameter of a type; Ignorable if it is unknown or not offered, Unavailable while it is indexed."""
    if found := known.of(resource_type).get(code):
        if found.percent is not None:
            raise Unavailable(
                f"The search parameter {code} of {resource_type} is being indexed, {found.percent} % done. Its answers "
                "would not be whole; ask again later."
            )
        return found
    if reason := reason_left_out(resource_type, code) or known.reason(resource_type, code):
        raise Ignorable(Unsupported(f"The search parameter {code} is not offered here: {reason}."))
    sentence = f"{resource_type} has no search parameter {shown(code)}."
    raise Ignorable(Incorrect(sentence, issues=(Issue("not-supported", sentence, (f"http.{shown(code)}",)),)))


def criterion(resource_type: str, name: str, value: str, depth: int = 0, known: Parameters = STANDARD) -> Criterion:
    """What a parameter asks of the resources of a type: `name` with its modifiers and chains, `value` as it came.

    Malformed or Ignorable if it cannot be read. `depth` counts the chains that lead here.
    """
    if depth > DEEPEST:
        raise Malformed(f"follows more than {DEEPEST} references, one after the other.")
    if name.startswith("_has:"):
        return _has(resource_type, name, value, depth, known)
    head, dot, rest = name.partition(".")
    base, _, modifier = head.partition(":")
    if dot:
        asked = lambda of: (criterion(of, rest, value, depth + 1, known),)  # noqa: E731 - short
        return through(resource_type, base, modifier or None, asked, known)
    if base == "_list":
        return _list(resource_type, value, modifier, known)
    return one_filter(parameter(resource_type, base, known), resource_type, modifier or None, value, known)


def one_filter(
    found: Parameter, resource_type: str, modifier: str | None, text: str, known: Parameters = STANDARD
) -> Filter:
    """The filter of one search parameter, its values separated by commas."""
    _allow(found, resource_type, modifier)
    pieces = [piece for piece in parts(text, ",") if piece]
    if not 0 < len(pieces) <= MOST_VALUES:
        raise Malformed(f"takes 1 to {MOST_VALUES} values, separated by commas.")
    values = tuple(value_of(found, resource_type, modifier, piece, known) for piece in pieces)
    return Filter(found.key, found.kind, modifier, values)


def modifiers_of(found: Parameter, resource_type: str) -> tuple[str, ...]:
    """The modifiers that a parameter of a type takes, in order of the alphabet; `[type]` stands for those of types."""
    if found.sounds:
        return ("missing",)
    names = MODIFIERS[found.kind] - frozenset(RESOURCES)
    if found.code not in IDENTIFYING.get(resource_type, ()):
        names -= {"of-type"}
    if found.kind == "reference" and not follows(found.targets):
        names -= WAYS
    return tuple(sorted(names)) + (("[type]",) if found.kind == "reference" else ())


def _allow(found: Parameter, resource_type: str, modifier: str | None) -> None:
    """Refuse a modifier that the parameter does not take."""
    if modifier is None:
        return
    offered = frozenset({"missing"}) if found.sounds else MODIFIERS[found.kind]
    if modifier not in offered:
        sentence = (
            f"The modifier :{shown(modifier)} is not offered for {found.code}, which is of the kind {found.kind}."
        )
        raise Ignorable((Unsupported if modifier in _OF_THE_STANDARD else Incorrect)(sentence))
    if modifier == "of-type" and found.code not in IDENTIFYING.get(resource_type, ()):
        raise Ignorable(Incorrect(f"The modifier :of-type is for identifiers, which {found.code} does not read."))
    if modifier in WAYS and found.kind == "reference" and not follows(found.targets):
        raise Ignorable(Incorrect(f"The modifier :{modifier} is for hierarchies, into which {found.code} never leads."))
    if modifier in RESOURCES and found.targets and modifier not in found.targets:
        raise Malformed(f"leads to {_either(found.targets)}, never to {modifier}.")


def value_of(
    found: Parameter, resource_type: str, modifier: str | None, text: str, known: Parameters = STANDARD
) -> Value:
    """One value of a parameter."""
    if found.kind == "composite":
        return _composite(found, resource_type, text, known)
    return _single(found, modifier, text)


def _single(found: Parameter, modifier: str | None, text: str) -> Single:
    if modifier == "missing":
        return _missing(text)
    if found.sounds:
        return StringValue(sound(folded(text).text))
    if found.kind == "reference" and modifier in WAYS:
        return place_value(text, found.targets)
    if found.kind == "reference" and modifier != "identifier":
        return reference_value(text, modifier, found.targets)
    return _MODIFIED.get((found.kind, modifier), _READERS[found.kind])(text)


def _missing(text: str) -> TokenValue:
    if text not in {"true", "false"}:
        raise Malformed("takes true or false with :missing.")
    return TokenValue(None, text, any_system=True)


def _composite(found: Parameter, resource_type: str, text: str, known: Parameters) -> CompositeValue:
    """`a$b`: each component is read as the parameter that it stands for."""
    pieces = parts(text, "$")
    if len(pieces) != len(found.components) or not all(pieces):
        names = "$".join(component.code for component in found.components)
        raise Malformed(f"takes {len(found.components)} parts joined by $: {names}.")
    return CompositeValue(
        tuple(
            _single(known.get(resource_type, component.code), None, piece)
            for component, piece in zip(found.components, pieces, strict=True)
        )
    )


_READERS: Final[dict[str, Reader]] = {
    "string": folded,
    "id": id_value,
    "token": token_value,
    "reference": token_value,
    "date": date_value,
    "lastUpdated": date_value,
    "number": number_value,
    "quantity": quantity_value,
    "uri": uri_value,
    "special": near_value,
    "text": folded,
    "content": folded,
}
_MODIFIED: Final[dict[tuple[str, str | None], Reader]] = {
    ("string", "exact"): exact,
    ("token", "text"): folded,
    ("token", "in"): value_set,
    ("token", "not-in"): value_set,
    ("token", "above"): concept_value,
    ("token", "below"): concept_value,
    ("token", "of-type"): of_type_value,
}


def through(
    resource_type: str,
    code: str,
    target: str | None,
    asked: Callable[[str], tuple[Criterion, ...]],
    known: Parameters = STANDARD,
) -> Criterion:
    """What is asked of the resources that a reference leads to: of one type, or of every type that knows what is asked.

    `asked` gives the criteria for a type; types for which it is Ignorable or Malformed are left out, unless all are.
    """
    found = parameter(resource_type, code, known)
    if found.kind != "reference":
        raise Malformed(f"follows {code}, which is no reference.")
    if target is not None:
        if target not in RESOURCES:
            raise Malformed(f"follows {code} to a resource type that FHIR R4 does not have.")
        _allow(found, resource_type, target)
        return Chain(found.key, target, asked(target))
    if not found.targets:
        raise Malformed(f"follows {code}, which leads to any type; name one, as in {code}:Patient.")
    return _either_way(found, asked)


def _either_way(found: Parameter, asked: Callable[[str], tuple[Criterion, ...]]) -> Criterion:
    """The chains to all types that a reference leads to and that know what is asked."""
    chains: list[Chain] = []
    refused: list[Exception] = []
    ways = 0
    for target in found.targets:
        try:
            chains.append(Chain(found.key, target, asked(target)))
        except (Ignorable, Malformed) as error:
            refused.append(error)
        else:
            ways += size(chains[-1])
        if ways > MOST_WAYS:
            raise Malformed(f"leads through more than {MOST_WAYS} types; name them, as in {found.code}:{target}.")
    if not chains:
        raise next((error for error in refused if isinstance(error, Malformed)), refused[0])
    return chains[0] if len(chains) == 1 else Either(tuple(chains))


def size(one: Criterion) -> int:
    """How many criteria there are in one, itself included."""
    inner: Iterable[Criterion] = ()
    match one:
        case Chain(_, _, criteria) | Has(_, _, criteria):
            inner = criteria
        case Either(found) | Every(found):
            inner = found
        case Not(part):
            inner = (part,)
    return 1 + sum(map(size, inner))


def _has(resource_type: str, name: str, value: str, depth: int, known: Parameters) -> Has:
    """`_has:Observation:patient:code`: the type that refers here, its reference, and what is asked of it."""
    pieces = name.split(":", 3)
    if len(pieces) < 4 or pieces[1] not in RESOURCES or not pieces[3]:
        raise Malformed("takes the form _has:Type:reference:parameter, such as _has:Observation:patient:code.")
    found = parameter(pieces[1], pieces[2], known)
    if found.kind != "reference" or (found.targets and resource_type not in found.targets):
        raise Malformed(f"goes back along {found.code} of {pieces[1]}, which never leads to {resource_type}.")
    return Has(pieces[1], found.key, (criterion(pieces[1], pieces[3], value, depth + 1, known),))


def _list(resource_type: str, value: str, modifier: str, known: Parameters) -> Criterion:
    """`_list=42`, or several; `$current-problems` and the like are what a search finds."""
    if modifier:
        raise Malformed("takes no modifier.")
    if value.startswith("$"):
        if value[1:] not in CURRENT:
            names = ", ".join(f"${name}" for name in CURRENT)
            raise Malformed(f"takes the id of a List, or one of the lists that a node keeps by itself: {names}.")
        asked = CURRENT[value[1:]].get(resource_type)
        return Every(tuple(criterion(resource_type, *one, known=known) for one in asked)) if asked else Either(())
    found = [_LIST.match(plain(piece)) for piece in parts(value, ",")[: MOST_VALUES + 1]]
    lists = tuple(InList(one[1]) for one in found if one)
    if not 0 < len(lists) == len(found) <= MOST_VALUES:
        raise Malformed("takes the id of a List.")
    return lists[0] if len(lists) == 1 else Either(lists)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(names[:6]) + (" and others" if len(names) > 6 else "")
