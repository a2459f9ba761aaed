"""Transactions: all writes of a bundle take effect together, or none does (https://hl7.org/fhir/R4/http.html#transaction)."""

import asyncio
from collections.abc import Sequence

from verbund.access import Write
from verbund.api.fhir.dispatch import CHANGING, answer, check_scopes
from verbund.api.fhir.entries import Step, answered, failed, minimal, step_of
from verbund.api.fhir.locating import located, named
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.operations import OPERATIONS
from verbund.api.fhir.preferences import preferences
from verbund.api.fhir.service import Service
from verbund.api.fhir.writing import Named, write_of, written
from verbund.errors import Unsupported, VerbundError
from verbund.fhir import BundleEntry
from verbund.fhir.bundles import Outcome, response_bundle
from verbund.identity import Principal

BETWEEN_TURNS = 40
"""So many entries are worked on before others get their turn."""

# After which there is a resource to be named.
_KEEPING = frozenset({"created", "updated", "unchanged", "found"})
_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 3}  # the standard's order; reads come last


async def transaction(service: Service, who: Principal, request: Request, entries: Sequence[BundleEntry]) -> Response:
    """Deletes, creates, updates and patches in this order, as one; then what is read sees them.

    Raises what refuses any of them, with the entry in every place that it names.
    """
    steps: list[Step] = []
    for entry in entries:
        steps.append(_checked(service, who, request, entry))
        await _turn(len(steps))
    changing = sorted((s for s in steps if s.address.interaction.name in CHANGING), key=_rank)
    writes: list[Write] = []
    for step in changing:
        writes.append(_write(service, step))
        await _turn(len(writes))
    answers = await _carried_out(service, who, changing, writes)
    for step in steps:
        if step.place not in answers:
            answers[step.place] = await _read(service, who, step)
    return Response(200, response_bundle("transaction-response", [answers[step.place] for step in steps]))


async def _turn(done: int) -> None:
    if done % BETWEEN_TURNS == 0:
        await asyncio.sleep(0)


async def _carried_out(
    service: Service, who: Principal, changing: Sequence[Step], writes: Sequence[Write]
) -> dict[int, Outcome]:
    """The answers to the writes, by their place in the bundle."""
    try:
        changes = await service.gate.commit(who, writes) if writes else ()
    except VerbundError as error:
        raise named(error, {step.place: step.request.body for step in changing}) from None
    answers: dict[int, Outcome] = {}
    for step, change in zip(changing, changes, strict=True):
        if change.status in _KEEPING and preferences(step.request.headers).returned == "minimal":
            answers[step.place] = minimal(change)
        else:
            answers[step.place] = answered(service, written(service, step.request, change))
        await _turn(len(answers))
    return answers


def _checked(service: Service, who: Principal, request: Request, entry: BundleEntry) -> Step:
    """The step, once its address and the token's scopes are seen to be right; so that nothing is begun in vain."""
    try:
        step = step_of(service, request, entry)
        check_scopes(who, step.address)
        _check_operation(step)
    except VerbundError as error:
        raise located(error, entry.position) from None
    return step


def _check_operation(step: Step) -> None:
    """Only operations that change nothing can stand in a transaction: the others could not be undone with it."""
    name = step.address.interaction.name
    if name[0] == "$" and "GET" not in OPERATIONS[name[1:]].methods:
        raise Unsupported(f"The operation {name} changes data and cannot be part of a transaction; send it by itself.")


def _write(service: Service, step: Step) -> Write:
    try:
        return write_of(step.request, step.address, service.gate.known, Named(step.full_url, step.source))
    except VerbundError as error:
        raise located(error, step.place) from None


def _rank(step: Step) -> int:
    return _ORDER[step.request.method]


async def _read(service: Service, who: Principal, step: Step) -> Outcome:
    """A reading step, after the writes; its failure is its own, since it undoes nothing."""
    try:
        return answered(service, await answer(service, who, step.request, step.address))
    except VerbundError as error:
        return failed(error)
