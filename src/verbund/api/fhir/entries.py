"""The entries of a bundle as the requests they stand for, and their answers as entries again."""

from http import HTTPStatus

from msgspec import Struct

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.messages import JSON, Request, Response
from verbund.api.fhir.routing import INTERACTIONS, interpret
from verbund.api.fhir.service import Service
from verbund.api.forms import read_pairs
from verbund.api.ports import Outcome as Written
from verbund.errors import Incorrect, VerbundError
from verbund.fhir import BundleEntry, outcome
from verbund.fhir.bundles import Outcome

_NOT_INSIDE = frozenset({"bundle", "capabilities", "smart-configuration"}) | {
    one.name for one in INTERACTIONS if one.name.endswith("-form")
}
_OUTCOME = b'{"resourceType":"OperationOutcome"'
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_CONDITIONS = ("if-match", "if-none-match", "if-none-exist", "if-modified-since")
_UNCONDITIONAL = (None,) * len(_CONDITIONS)
_CREATED, _DONE = _STATUS[201], _STATUS[200]


class Step(Struct, frozen=True, gc=False):
    """An entry as the request that it stands for."""

    place: int
    request: Request
    address: Address
    full_url: str | None

    @property
    def source(self) -> str:
        """Where it stands, for those who read what is wrong with it."""
        return f"Bundle.entry[{self.place}]"


def step_of(service: Service, outer: Request, entry: BundleEntry) -> Step:
    """What an entry asks for.

    Raises as `interpret` does, and Incorrect for what cannot stand in a bundle.
    """
    path, _, query = (entry.url or "").removeprefix(f"{service.base}/").removeprefix("/").partition("?")
    headers = {"prefer": outer.headers.get("prefer", "return=minimal"), "content-type": JSON}
    values = (entry.if_match, entry.if_none_match, entry.if_none_exist, entry.if_modified_since)
    if values != _UNCONDITIONAL:
        headers |= {name: value for name, value in zip(_CONDITIONS, values, strict=True) if value is not None}
    segments = tuple(path.split("/")) if path else ()
    address = interpret(entry.method or "", segments)
    if address.interaction.name in _NOT_INSIDE:
        raise Incorrect(
            "An entry is about types and resources: it reads, searches, creates, updates, patches, deletes."
        )
    pairs = read_pairs(query) if query else ()
    return Step(
        entry.position,
        Request(entry.method or "", segments, pairs, headers, entry.resource_raw or b""),
        address,
        entry.full_url,
    )


def answered(service: Service, done: Response) -> Outcome:
    """What the same request alone would have been answered, as an entry of the response bundle."""
    location = None if done.location is None else done.location.removeprefix(f"{service.base}/")
    told = done.body.startswith(_OUTCOME)
    return Outcome(
        _STATUS[done.status],
        location,
        done.version,
        done.updated,
        resource=None if told else done.body or None,
        outcome=done.body if told else None,
    )


def minimal(written: Written) -> Outcome:
    """What a write that keeps a resource is answered where nothing of it is asked back."""
    status = _CREATED if written.status == "created" else _DONE
    location = f"{written.type}/{written.id}/_history/{written.version}"
    return Outcome(status, location, written.version, written.updated)


def failed(error: VerbundError) -> Outcome:
    """An entry that did not succeed, with why."""
    return Outcome(_STATUS[error.http_status], outcome=outcome(error))
