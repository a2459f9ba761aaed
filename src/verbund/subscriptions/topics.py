"""Topics: one for each resource type, made by the node, and those that Basic resources bring.

A SubscriptionTopic of R5 in R4 is a Basic resource whose elements are extensions
(https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html#subscription-topics).
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from verbund.access import stands_alone
from verbund.errors import Incorrect, Invalid, Issue, VerbundError
from verbund.fhir import RESOURCE_TYPES, Parameters, parse_search
from verbund.fhir.fhirpath import compile as fhirpath
from verbund.subscriptions.model import EVERY, Filterable, Interaction, Outcome, Pairs, Shape, Topic, Trigger

_MARK = "StructureDefinition/extension-SubscriptionTopic."
_TYPES = "http://hl7.org/fhir/fhir-types"
_DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
_ALONG = {"include": "_include", "revInclude": "_revinclude"}
_RESULTS = frozenset({"control", "_sort", "_count", "_include", "_revinclude", "_summary", "_elements", "_total"})


def built_in(canonical: str, base: str) -> Topic | None:
    """The topic of one resource type, `BASE/SubscriptionTopic/TYPE`: everything that happens to it."""
    name = canonical.removeprefix(f"{base}/SubscriptionTopic/").partition("|")[0]
    if name == canonical or name not in RESOURCE_TYPES:
        return None
    return Topic(canonical, (Trigger(name),))


def canonical_of(base: str, resource_type: str) -> str:
    """What the topic of a resource type is called."""
    return f"{base}/SubscriptionTopic/{resource_type}"


def is_topic(resource: Mapping[str, Any]) -> bool:
    """Whether a Basic resource is a topic."""
    codings = resource.get("code", {}).get("coding", ())
    return any(one.get("code") == "SubscriptionTopic" and one.get("system", _TYPES) == _TYPES for one in codings)


def read_topic(resource: Mapping[str, Any], known: Parameters) -> Topic:
    """The topic that a Basic resource describes, its searches read with the search parameters of the node.

    Invalid says what is missing or cannot be carried out here.
    """
    found = list(_elements(resource))
    canonical = next((_value(one) for name, one in found if name == "url"), None)
    triggers = tuple(_trigger(_parts(one), known) for name, one in found if name == "resourceTrigger")
    filters = tuple(_filterable(_parts(one)) for name, one in found if name == "canFilterBy")
    if not isinstance(canonical, str) or not canonical:
        raise _refused("A topic needs its canonical address, the extension SubscriptionTopic.url.")
    if not triggers:
        raise _refused("A topic needs a resourceTrigger; events without a resource are not offered.")
    shapes = tuple(_shape(_parts(one), known) for name, one in found if name == "notificationShape")
    return Topic(canonical, triggers, filters, shapes)


def pairs_of(query: str) -> Pairs:
    """The pairs of a query string."""
    return tuple(parse_qsl(query, keep_blank_values=True))


def check_alone(resource_type: str, pairs: Pairs, known: Parameters) -> None:
    """Invalid where conditions cannot be decided on a single version of a resource."""
    if not stands_alone(parse_search(resource_type, pairs, known=known.by_value)):
        raise _refused("Conditions on versions cannot look at other resources: no chains, _has or _list.")


def refuse_results(pairs: Pairs) -> None:
    """Invalid for parameters that are about results, which an event has none of."""
    for name, _ in pairs:
        if name.partition(":")[0] in _RESULTS:
            raise _refused(f"{name[:40]} says how results are shown; a subscription takes conditions only.")


def _elements(resource: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for one in (*resource.get("extension", ()), *resource.get("modifierExtension", ())):
        _, mark, name = str(one.get("url", "")).partition(_MARK)
        if mark:
            yield name, one


def _value(extension: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any of the data types
    return next((value for name, value in extension.items() if name.startswith("value")), None)


def _parts(extension: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(str(one.get("url", "")), one) for one in extension.get("extension", ())]


def _type(parts: list[tuple[str, Mapping[str, Any]]]) -> str:
    text = str(next((_value(one) for name, one in parts if name == "resource"), "") or "")
    return text.removeprefix(_DEFINITION)


def _trigger(parts: list[tuple[str, Mapping[str, Any]]], known: Parameters) -> Trigger:
    kind = _type(parts)
    if kind not in RESOURCE_TYPES:
        raise _refused(f"A resourceTrigger needs the type of a resource; '{kind[:60]}' is none of FHIR R4.")
    named = tuple(cast("Interaction", _value(one)) for name, one in parts if name == "supportedInteraction")
    if set(named) - set(EVERY):
        raise _refused("supportedInteraction is create, update or delete.")
    path = next((str(_value(one)) for name, one in parts if name == "fhirPathCriteria"), None)
    query = next((one for name, one in parts if name == "queryCriteria"), None)
    if query is not None:
        return _with_query(kind, named or EVERY, dict(_parts(query)), known)
    if path is not None:
        fhirpath(path)
    return Trigger(kind, named or EVERY, path=path)


def _with_query(
    kind: str, named: tuple[Interaction, ...], parts: Mapping[str, Mapping[str, Any]], known: Parameters
) -> Trigger:
    given = {name: _value(one) for name, one in parts.items()}
    current, previous = (_conditions(kind, given.get(name), known) for name in ("current", "previous"))
    for name in ("resultForCreate", "resultForDelete"):
        if given.get(name) not in {None, "test-passes", "test-fails"}:
            raise _refused(f"{name} is test-passes or test-fails.")
    return Trigger(
        kind,
        named,
        current,
        previous,
        both=bool(given.get("requireBoth", False)),
        on_create=cast("Outcome", given.get("resultForCreate") or "test-fails"),
        on_delete=cast("Outcome", given.get("resultForDelete") or "test-fails"),
    )


def _conditions(kind: str, text: object, known: Parameters) -> Pairs | None:
    if text is None:
        return None
    pairs = pairs_of(str(text).partition("?")[2] if "?" in str(text) else str(text))
    refuse_results(pairs)
    check_alone(kind, pairs, known)
    return pairs


def _filterable(parts: list[tuple[str, Mapping[str, Any]]]) -> Filterable:
    name = str(next((_value(one) for key, one in parts if key == "filterParameter"), "") or "")
    return Filterable(_type(parts), name)


def _shape(parts: list[tuple[str, Mapping[str, Any]]], known: Parameters) -> Shape:
    """What comes along: `Encounter:patient`, perhaps with `&iterate=Patient:link`, as R5's examples write it."""
    kind, pairs = _type(parts), list[tuple[str, str]]()
    for name, one in parts:
        if name in _ALONG:
            first, *others = str(_value(one) or "").split("&")
            pairs.append((_ALONG[name], _named(first)))
            pairs += [(f"{_ALONG[name]}:iterate", _named(text)) for text in others]
    try:
        parse_search(kind, pairs, known=known.by_value)
    except VerbundError as error:
        raise _refused(f"notificationShape of {kind[:60]}: {error.text}") from error
    return Shape(kind, tuple(pairs))


def _named(text: str) -> str:
    """`Type:parameter`, without what may be written before it, and with a colon where R5's examples have a dot."""
    found = text.rpartition("=")[2]
    return found if ":" in found else found.replace(".", ":", 1)


def check_filter(topic: Topic, resource_type: str, pairs: Pairs, known: Parameters) -> None:
    """Invalid for a condition that the topic does not offer, or that no search would take."""
    if resource_type not in topic.types:
        raise _refused(f"The topic is about {', '.join(topic.types)}, not about {resource_type[:60]}.")
    refuse_results(pairs)
    offered = {one.parameter for one in topic.filters if one.type in {"", resource_type}}
    for name, _ in pairs:
        plain = name.partition(":")[0].partition(".")[0]
        if topic.filters and plain not in offered:
            raise _refused(
                f"This topic cannot be narrowed by {plain[:40]}; by {', '.join(sorted(offered)) or 'nothing'}."
            )
        if plain in known.of(resource_type) or plain[:1] == "_":
            continue
        raise _refused(f"{resource_type} has no search parameter {plain[:40]}.")
    try:
        parse_search(resource_type, pairs, known=known.by_value)
    except Incorrect as error:
        raise _refused(f"{resource_type}: {error.text}") from error


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, issues=(Issue("value", sentence),))
