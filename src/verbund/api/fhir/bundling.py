"""Bundles put together from stored bytes, which are copied and not parsed again."""

from collections.abc import Iterable
from typing import Any

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.ports import Version
from verbund.errors import VerbundError
from verbund.fhir import outcome

_ENCODER = msgspec.json.Encoder()
_PHRASES = {200: "200 OK", 201: "201 Created", 204: "204 No Content", 304: "304 Not Modified"}


def bundle(
    kind: str, entries: Iterable[dict[str, Any]], *, total: int | None = None, links: Iterable[tuple[str, str]] = ()
) -> bytes:
    """A Bundle of this type."""
    said: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    if total is not None:
        said["total"] = total
    linked = [{"relation": relation, "url": url} for relation, url in links]
    if linked:
        said["link"] = linked
    listed = list(entries)
    if listed:
        said["entry"] = listed
    return _ENCODER.encode(said)


def search_entry(base: str, found: Version, mode: str) -> dict[str, Any]:
    """An entry of a searchset; `mode` is `match` or `include`."""
    return {
        "fullUrl": f"{base}/{found.type}/{found.id}",
        "resource": msgspec.Raw(found.body),
        "search": {"mode": mode},
    }


def outcome_entry(body: bytes) -> dict[str, Any]:
    """An OperationOutcome in a searchset, which tells what was ignored."""
    return {"resource": msgspec.Raw(body), "search": {"mode": "outcome"}}


def history_entry(base: str, version: Version) -> dict[str, Any]:
    """An entry of a history: what was done to get this version."""
    method = "DELETE" if version.deleted else "POST" if version.version == 1 else "PUT"
    address = version.type if method == "POST" else f"{version.type}/{version.id}"
    entry: dict[str, Any] = {"fullUrl": f"{base}/{version.type}/{version.id}"}
    if not version.deleted:
        entry["resource"] = msgspec.Raw(version.body)
    entry["request"] = {"method": method, "url": address}
    entry["response"] = {
        "status": {"DELETE": "204", "POST": "201", "PUT": "200"}[method],
        "etag": f'W/"{version.version}"',
        "lastModified": version.updated,
    }
    return entry


def response_entry(base: str, answer: Response) -> dict[str, Any]:
    """An entry of the answer to a batch or transaction: what the same request alone would have been answered."""
    response: dict[str, Any] = {"status": _PHRASES.get(answer.status, str(answer.status))}
    if answer.location is not None:
        response["location"] = answer.location.removeprefix(f"{base}/")
    if answer.version is not None:
        response["etag"] = answer.entity_tag
    if answer.updated is not None:
        response["lastModified"] = answer.updated
    entry: dict[str, Any] = {"response": response}
    if answer.body:
        entry["resource"] = msgspec.Raw(answer.body)
    return entry


def failed_entry(error: VerbundError) -> dict[str, Any]:
    """An entry of the answer to a batch that failed by itself."""
    return {"response": {"status": str(error.http_status), "outcome": msgspec.Raw(outcome(error))}}
