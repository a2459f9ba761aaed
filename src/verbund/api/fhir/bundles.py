"""Bundles at the base of the API: batches, each entry by itself, and transactions (FHIR R4, RESTful API)."""

import asyncio
from collections.abc import Sequence

from verbund.api.fhir.dispatch import answer
from verbund.api.fhir.entries import answered, failed, step_of
from verbund.api.fhir.formats import check_body_format
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.presenting import GENERAL, check_query
from verbund.api.fhir.service import Service
from verbund.api.fhir.transactions import transaction
from verbund.errors import Incorrect, Issue, TooLarge, VerbundError
from verbund.fhir import BundleEntry, parse_bundle
from verbund.fhir.bundles import Outcome, number_of_entries, response_bundle
from verbund.identity import Principal

MOST_ENTRIES = 20_000
"""As many as one transaction writes."""

_AT_ONCE = 8
_ASIDE = 256 * 1024  # from this size on a bundle is read in a thread, so that others are not held up


async def process(service: Service, who: Principal, request: Request) -> Response:
    """Answer a Bundle of type batch or transaction. Raises Incorrect for any other, TooLarge for too many entries."""
    check_body_format(request.headers)
    check_query(request, GENERAL)
    number = number_of_entries(request.body)
    if number > MOST_ENTRIES:
        raise TooLarge(f"A Bundle has at most {MOST_ENTRIES} entries here; this one has {number}. Divide it.")
    small = len(request.body) < _ASIDE
    asked = parse_bundle(request.body) if small else await asyncio.to_thread(parse_bundle, request.body)
    if asked.type == "batch":
        return await _batch(service, who, request, asked.entries)
    if asked.type == "transaction":
        return await transaction(service, who, request, asked.entries)
    raise Incorrect(
        f"A Bundle of type '{asked.type}' cannot be processed here; send a batch or a transaction.",
        issues=(Issue("value", "The type of the Bundle must be batch or transaction.", ("Bundle.type",)),),
    )


async def _batch(service: Service, who: Principal, request: Request, entries: Sequence[BundleEntry]) -> Response:
    """Each entry by itself: one that fails says so in its place and hinders no other."""
    waiting = iter(entries)
    outcomes: dict[int, Outcome] = {}

    async def work() -> None:
        for entry in waiting:
            outcomes[entry.position] = await _one(service, who, request, entry)

    await asyncio.gather(*(work() for _ in range(min(_AT_ONCE, len(entries)))))
    return Response(200, response_bundle("batch-response", [outcomes[entry.position] for entry in entries]))


async def _one(service: Service, who: Principal, request: Request, entry: BundleEntry) -> Outcome:
    try:
        step = step_of(service, request, entry)
        return answered(service, await answer(service, who, step.request, step.address))
    except VerbundError as error:
        return failed(error)
