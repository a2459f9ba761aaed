"""Batches and transactions at the base of the API (FHIR R4, RESTful API: batch/transaction)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from verbund.access import Write
from verbund.api.fhir.addresses import Address
from verbund.api.fhir.dispatch import answer, check_scopes
from verbund.api.fhir.locating import located, named
from verbund.api.fhir.messages import MEDIA_TYPE, Request, Response
from verbund.api.fhir.preferences import check_body_format, if_match
from verbund.api.fhir.routing import interpret
from verbund.api.fhir.service import Service
from verbund.api.fhir.writing import check_id, head_of, if_none_exist, written
from verbund.api.forms import read_pairs
from verbund.errors import Incorrect, Issue, VerbundError
from verbund.fhir import BundleEntry, outcome, parse_bundle
from verbund.fhir.bundles import Outcome, response_bundle
from verbund.identity import Principal

_AT_ONCE = 8
_ORDER = ("delete", "create", "update")  # FHIR R4, transaction processing rules; reads come last
_READS = frozenset({"read", "vread", "history-instance", "search-type"})


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry as the request that it stands for."""

    place: int
    request: Request
    address: Address
    full_url: str | None


async def process(service: Service, who: Principal, request: Request) -> Response:
    """Answer a Bundle of type batch or transaction. Raises Incorrect for any other."""
    check_body_format(request.headers)
    asked = parse_bundle(request.body)
    if asked.type == "batch":
        return await _batch(service, who, request, asked.entries)
    if asked.type == "transaction":
        return await _transaction(service, who, request, asked.entries)
    raise Incorrect(
        f"A Bundle of type '{asked.type}' cannot be processed here; send a batch or a transaction.",
        issues=(Issue("value", "The type of the Bundle must be batch or transaction.", ("Bundle.type",)),),
    )


async def _batch(service: Service, who: Principal, request: Request, entries: Sequence[BundleEntry]) -> Response:
    """Each entry by itself: one that fails says so in its place and hinders no other."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(entry: BundleEntry) -> Outcome:
        async with turns:
            try:
                step = _step(service, request, entry)
                return _outcome(service, await answer(service, who, step.request, step.address))
            except VerbundError as error:
                return _failed(error)

    outcomes = await asyncio.gather(*(one(entry) for entry in entries))
    return Response(200, response_bundle("batch-response", outcomes))


async def _transaction(service: Service, who: Principal, request: Request, entries: Sequence[BundleEntry]) -> Response:
    """All writes take effect together or none does; reads then see them."""
    steps = [_checked(service, who, request, entry) for entry in entries]
    changing = sorted((s for s in steps if s.address.interaction.name not in _READS), key=_rank)
    writes = tuple(_write(step) for step in changing)
    try:
        changes = await service.gate.commit(who, writes) if writes else ()
    except VerbundError as error:
        raise named(error, {step.place: step.request.body for step in changing}) from None
    answers = {}
    for step, change in zip(changing, changes, strict=True):
        done = await written(service, who, step.request, change)
        answers[step.place] = _outcome(service, done)
    for step in steps:
        if step.place not in answers:
            answers[step.place] = await _read(service, who, step)
    return Response(200, response_bundle("transaction-response", [answers[step.place] for step in steps]))


def _checked(service: Service, who: Principal, request: Request, entry: BundleEntry) -> _Step:
    """The step, once its address and the token's scopes are seen to be right; so that nothing is begun in vain."""
    try:
        step = _step(service, request, entry)
        check_scopes(who, step.address)
    except VerbundError as error:
        raise located(error, entry.position) from None
    return step


def _step(service: Service, outer: Request, entry: BundleEntry) -> _Step:
    path, _, query = (entry.url or "").removeprefix(f"{service.base}/").removeprefix("/").partition("?")
    headers = {"prefer": outer.headers.get("prefer", "return=minimal"), "content-type": MEDIA_TYPE}
    conditions = {
        "if-match": entry.if_match,
        "if-none-match": entry.if_none_match,
        "if-none-exist": entry.if_none_exist,
    }
    headers |= {name: value for name, value in conditions.items() if value is not None}
    method = (entry.method or "").upper()
    segments = tuple(path.split("/")) if path else ()
    inner = Request(method, segments, read_pairs(query), headers, entry.resource_raw or b"")
    address = interpret(method, segments)
    if address.interaction.name in {"bundle", "capabilities", "smart-configuration", "search-form"}:
        raise Incorrect("An entry is about a type or a resource: it reads, searches, creates, updates or deletes.")
    return _Step(entry.position, inner, address, entry.full_url)


def _write(step: _Step) -> Write:
    """What a changing step asks of the gate."""
    address, headers, raw = step.address, step.request.headers, step.request.body
    source = f"Bundle.entry[{step.place}]"
    try:
        match address.interaction.name:
            case "create":
                head_of(raw, address.type)
                condition = if_none_exist(address.type, headers.get("if-none-exist"))
                return Write(
                    "create", address.type, raw=raw, if_none_exist=condition, full_url=step.full_url, source=source
                )
            case "update":
                check_id(head_of(raw, address.type), address.id)
                based_on = if_match(headers)
                return Write(
                    "update",
                    address.type,
                    address.id,
                    raw=raw,
                    if_match=based_on,
                    full_url=step.full_url,
                    source=source,
                )
            case _:
                return Write("delete", address.type, address.id, if_match=if_match(headers), source=source)
    except VerbundError as error:
        raise located(error, step.place) from None


def _rank(step: _Step) -> int:
    return _ORDER.index(step.address.interaction.name)


async def _read(service: Service, who: Principal, step: _Step) -> Outcome:
    """A reading step, after the writes; its failure is its own, since it undoes nothing."""
    try:
        return _outcome(service, await answer(service, who, step.request, step.address))
    except VerbundError as error:
        return _failed(error)


def _outcome(service: Service, done: Response) -> Outcome:
    """What the same request alone would have been answered, as an entry of the response bundle."""
    location = None if done.location is None else done.location.removeprefix(f"{service.base}/")
    status = f"{done.status} {HTTPStatus(done.status).phrase}"
    return Outcome(status, location, done.version, done.updated, resource=done.body or None)


def _failed(error: VerbundError) -> Outcome:
    return Outcome(f"{error.http_status} {HTTPStatus(error.http_status).phrase}", outcome=outcome(error))
