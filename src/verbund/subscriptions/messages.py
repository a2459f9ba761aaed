"""Notifications as FHIR: a history Bundle whose first entry is the state of the subscription, as Parameters.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html, section on FHIR R4.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from verbund.access import Stored
from verbund.fhir.stamping import instant
from verbund.subscriptions.model import Content, Notice, Standing

Kind = Literal["handshake", "heartbeat", "event-notification", "query-status", "query-event"]

_IG = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
_STATUS, _NOTIFICATION = f"{_IG}backport-subscription-status-r4", f"{_IG}backport-subscription-notification-r4"
_REQUESTS = {"create": ("POST", "201"), "update": ("PUT", "200"), "delete": ("DELETE", "204")}
_ERRORS = "http://terminology.hl7.org/CodeSystem/subscription-error"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Event:
    """An event that may be told: its notice, and the version it is about, which is None after a deletion.

    `along` is what the topic's notificationShape adds, as it is now.
    """

    notice: Notice
    stored: Stored | None
    along: tuple[Stored, ...] = ()


def status(one: Standing, base: str, kind: Kind, events: Iterable[Event] = (), *, content: Content) -> dict[str, Any]:
    """The state of a subscription, as the profile backport-subscription-status-r4 writes it."""
    listed: list[dict[str, Any]] = [
        {"name": "subscription", "valueReference": {"reference": f"{base}/Subscription/{one.kept.id}"}}
    ]
    if one.kept.topic and content != "empty":
        listed.append({"name": "topic", "valueCanonical": one.kept.topic})
    listed += [
        {"name": "status", "valueCode": one.state},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(one.events)},
    ]
    listed += [_event(event, base, content) for event in events]
    if one.reason is not None and kind == "query-status":
        coding = {"system": _ERRORS, "code": "no-response"}
        listed.append({"name": "error", "valueCodeableConcept": {"coding": [coding], "text": one.reason}})
    return {
        "resourceType": "Parameters",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [_STATUS]},
        "parameter": listed,
    }


def _event(event: Event, base: str, content: Content) -> dict[str, Any]:
    notice = event.notice
    parts: list[dict[str, Any]] = [
        {"name": "event-number", "valueString": str(notice.number)},
        {"name": "timestamp", "valueInstant": instant(notice.at)},
    ]
    if content != "empty":
        focus = f"{base}/{notice.change.type}/{notice.change.id}"
        parts.append({"name": "focus", "valueReference": {"reference": focus}})
        context = [f"{base}/{one.type}/{one.id}" for one in event.along]
        parts += [{"name": "additional-context", "valueReference": {"reference": one}} for one in context]
    return {"name": "notification-event", "part": parts}


def notification(
    one: Standing, base: str, kind: Kind, events: Sequence[Event], *, content: Content, now: datetime
) -> bytes:
    """A notification; with the content `full-resource` it brings the versions that the events are about."""
    said = status(one, base, kind, events, content=content)
    first = {
        "fullUrl": f"urn:uuid:{said['id']}",
        "resource": said,
        "request": {"method": "GET", "url": f"{base}/Subscription/{one.kept.id}/$status"},
        "response": {"status": "200"},
    }
    told = list(events) if content == "full-resource" else []
    entries = [first, *(_entry(event, base) for event in told), *_along(told, base)]
    return _encode(
        {
            "resourceType": "Bundle",
            "id": str(uuid.uuid4()),
            "meta": {"profile": [_NOTIFICATION]},
            "type": "history",
            "timestamp": instant(now),
            "entry": entries,
        }
    )


def _entry(event: Event, base: str) -> dict[str, Any]:
    change = event.notice.change
    method, code = _REQUESTS[change.interaction]
    url = change.type if method == "POST" else f"{change.type}/{change.id}"
    entry: dict[str, Any] = {"fullUrl": f"{base}/{change.type}/{change.id}"}
    if event.stored is not None:
        entry["resource"] = msgspec.Raw(event.stored.body)
    return entry | {"request": {"method": method, "url": url}, "response": {"status": code}}


def _along(events: Sequence[Event], base: str) -> Iterator[dict[str, Any]]:
    """What comes along with events: each resource once, and none that an event is about in the same version."""
    told = {(one.stored.type, one.stored.id, one.stored.version) for one in events if one.stored is not None}
    for one in dict.fromkeys(other for event in events for other in event.along):
        if (one.type, one.id, one.version) in told:
            continue
        yield {
            "fullUrl": f"{base}/{one.type}/{one.id}",
            "resource": msgspec.Raw(one.body),
            "request": {"method": "GET", "url": f"{one.type}/{one.id}"},
            "response": {"status": "200"},
        }


def statuses(found: Iterable[Standing], base: str) -> bytes:
    """The states of subscriptions, as `$status` answers."""
    entries = []
    for one in found:
        said = status(one, base, "query-status", content="id-only")
        entries.append({"fullUrl": f"urn:uuid:{said['id']}", "resource": said, "search": {"mode": "match"}})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return _encode(bundle | ({"entry": entries} if entries else {}))


def reached(one: Standing) -> Standing:
    """The subscription as a message shows it: what was in error and is reached is active."""
    return replace(one, state="active") if one.state == "error" else one
