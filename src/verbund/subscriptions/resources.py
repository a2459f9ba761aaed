"""Subscriptions as FHIR: read, with what the backport adds, and written where the node changes them.

https://hl7.org/fhir/R4/subscription.html and https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from verbund.errors import Invalid, Issue
from verbund.fhir import RESOURCE_TYPES, Parameters, decode, parse_search
from verbund.fhir.subscribers import SUBSCRIBER
from verbund.subscriptions.model import EVERY, Channel, Filter, State, Trigger, Wanted
from verbund.subscriptions.rules import Places
from verbund.subscriptions.topics import pairs_of, refuse_results

IG = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
MAKER = "https://verbund.example/fhir/CodeSystem/subscriber"
MEDIA = ("application/fhir+json", "application/fhir+xml")
LONGEST_TIMEOUT = 30
SHORTEST_HEARTBEAT = 10
MOST_AT_ONCE = 100
_JSON = {"application/json", "text/json", "application/fhir+json;charset=utf-8"}
_XML = {"application/xml", "text/xml"}
_CONTENT = ("empty", "id-only", "full-resource")

Json = dict[str, Any]


def to_json(raw: bytes) -> Json:
    """A Subscription as JSON, its structure checked. Invalid where it breaks a rule of FHIR."""
    decode(raw)
    read: Json = msgspec.json.decode(raw)
    return read


def from_json(resource: Json) -> bytes:
    """The same as bytes."""
    return msgspec.json.encode(resource)


def wanted(resource: Json, places: Places, known: Parameters) -> Wanted:
    """What a Subscription asks for. Invalid says what is wrong with it or not offered; Forbidden where it may not tell.

    A criteria with a question mark is a search (R4); any other is the canonical of a topic.
    """
    criteria = str(resource.get("criteria", ""))
    state: State = "off" if resource.get("status") == "off" else "requested"
    ends = resource.get("end")
    classic = _classic(criteria, known)
    return Wanted(
        topic="" if classic else criteria,
        filters=() if classic else tuple(_filters(resource)),
        channel=_channel(resource["channel"], places, classic=classic is not None and not _is_backport(resource)),
        state=state,
        ends=None if ends is None else datetime.fromisoformat(ends),
        classic=classic,
    )


def _classic(criteria: str, known: Parameters) -> Trigger | None:
    kind, _, query = criteria.partition("?")
    if kind not in RESOURCE_TYPES:
        return None
    pairs = pairs_of(query)
    refuse_results(pairs)
    parse_search(kind, pairs, known=known.by_value)
    return Trigger(kind, EVERY[:2], current=pairs)


def _is_backport(resource: Json) -> bool:
    """Whether the notifications are those of the backport: it says so by its profile, or by what its payload holds."""
    profiles = resource.get("meta", {}).get("profile", ())
    if any(str(one).partition("|")[0] == f"{IG}backport-subscription" for one in profiles):
        return True
    return _extension(resource["channel"].get("_payload", {}), "backport-payload-content") is not None


def _filters(resource: Json) -> list[Filter]:
    found = []
    for one in _extensions(resource.get("_criteria", {}), "backport-filter-criteria"):
        kind, mark, query = str(one).partition("?")
        if not mark or kind not in RESOURCE_TYPES:
            raise refused("A filter is written as TYPE?PARAMETER=VALUE.", "Subscription.criteria.extension")
        found.append(Filter(kind, pairs_of(query)))
    return found


def _channel(channel: Json, places: Places, *, classic: bool) -> Channel:
    kind = channel.get("type")
    if kind not in {"rest-hook", "websocket"}:
        raise refused(f"The channel {kind} is not offered; rest-hook and websocket are.", "Subscription.channel.type")
    endpoint = str(channel.get("endpoint", ""))
    if kind == "rest-hook":
        places.check(endpoint)
    content = _extension(channel.get("_payload", {}), "backport-payload-content")
    if content not in {None, *_CONTENT}:
        raise refused("The payload holds empty, id-only or full-resource.", "Subscription.channel.payload")
    return Channel(
        type=kind,
        endpoint=endpoint if kind == "rest-hook" else "",
        media=_media(channel.get("payload"), classic=classic),
        content=content or ("empty" if classic and not channel.get("payload") else _without_content(classic=classic)),
        headers=tuple(header(one) for one in channel.get("header", ()) if one is not None),
        heartbeat_seconds=_number(channel, "backport-heartbeat-period", SHORTEST_HEARTBEAT, 31 * 86_400, 0),
        timeout_seconds=_number(channel, "backport-timeout", 1, LONGEST_TIMEOUT, 10),
        most=_number(channel, "backport-max-count", 1, MOST_AT_ONCE, 20),
        classic=classic,
    )


def _without_content(*, classic: bool) -> Any:  # noqa: ANN401 - a literal
    return "full-resource" if classic else "id-only"


def _media(payload: str | None, *, classic: bool) -> str:
    if payload is None:
        return "" if classic else MEDIA[0]
    plain = payload.replace(" ", "")
    found = MEDIA[0] if plain in _JSON else MEDIA[1] if plain in _XML else plain
    if found not in MEDIA:
        raise refused(f"The payload is one of {', '.join(MEDIA)}.", "Subscription.channel.payload")
    return found


def _number(channel: Json, name: str, least: int, most: int, otherwise: int) -> int:
    """A number of the channel, brought within what the node offers."""
    found = _extension(channel, name)
    if found is None or found == 0:
        return otherwise
    if not isinstance(found, int) or found < 0:
        raise refused(f"{name} takes a whole number.", "Subscription.channel.extension")
    return max(least, min(most, found))


def header(line: str) -> tuple[str, str]:
    """Name and value of a header. Invalid for one that could not be sent or is not the subscriber's to set."""
    name, mark, value = line.partition(":")
    name, value = name.strip(), value.strip()
    clean = name.isascii() and name.replace("-", "").replace("_", "").isalnum() and value.isprintable()
    if not mark or not clean or name.lower() in _OURS:
        raise refused(
            "A header is written as 'Name: value', and not one of the connection.", "Subscription.channel.header"
        )
    return name, value


_OURS = frozenset(
    {"host", "content-length", "content-type", "connection", "transfer-encoding", "upgrade", "te", "trailer", "expect"}
)


def _extension(element: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any of the data types
    return next(iter(_extensions(element, name)), None)


def _extensions(element: Mapping[str, Any], name: str) -> list[Any]:
    return [
        value
        for one in element.get("extension", ())
        if one.get("url") == IG + name
        for key, value in one.items()
        if key.startswith("value")
    ]


def with_maker(resource: Json, mark: str | None, patient_id: str | None) -> Json:
    """The same Subscription, saying who made it as the node knows it, whatever it said itself.

    `mark` is a tag by which its maker finds it, None for the operator's; `patient_id` whose own it is.
    """
    told = {name: value for name, value in resource.items() if name not in {"extension", "meta"}}
    extensions = [one for one in resource.get("extension", ()) if one.get("url") != SUBSCRIBER]
    if patient_id is not None:
        extensions.append({"url": SUBSCRIBER, "valueReference": {"reference": f"Patient/{patient_id}"}})
    meta = resource.get("meta", {})
    tags = [one for one in meta.get("tag", ()) if one.get("system") != MAKER]
    if mark is not None:
        tags.append({"system": MAKER, "code": mark})
    meta = {name: value for name, value in meta.items() if name != "tag"} | ({"tag": tags} if tags else {})
    return told | ({"meta": meta} if meta else {}) | ({"extension": extensions} if extensions else {})


def with_state(resource: Json, state: State, reason: str | None) -> Json:
    """The same Subscription in another state, with the reason where there is one."""
    changed = {name: value for name, value in resource.items() if name != "error"}
    changed["status"] = state
    return changed if reason is None else changed | {"error": reason}


def refused(sentence: str, place: str) -> Invalid:
    """What to raise for a Subscription that cannot be carried out."""
    return Invalid(sentence, issues=(Issue("value", sentence, (place,)),))
