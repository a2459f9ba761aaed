"""Every search parameter of every resource type: a resource that has it is written, and searched for over HTTP."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conformance.client import UNSUPPORTED, Client, Json, Pairs, sentence
from conformance.made import TARGET, Maker
from conformance.model import Outcome, Row
from conformance.questions import Question, questions
from conformance.standard import Official, official
from conformance.witnesses import Witness, evaluated, found_in, witnesses
from verbund.fhir.generated import RESOURCES

PARAMETERS = "search parameters"
KEPT_BY_THE_NODE = frozenset({"AuditEvent"})
"""Types that nobody may write but the node itself; what it has written by now is searched for."""
ABOUT = "Patient/asked"
"""Whom those that are searched for are about; the log is searched by patient."""
THOROUGH = frozenset({"Basic", "Binary", "Observation", "Patient", "ValueSet"})
MODES = "search: modifiers, prefixes and ways"


@dataclass(frozen=True, slots=True)
class Case:
    """A parameter with one of its witnesses, which has an id by now."""

    one: Official
    witness: Witness
    id: str
    bare: bool


async def run(client: Client, sample: Collection[tuple[str, str]] | None = None) -> list[Row]:
    """A row for each pair of type and parameter, and one for each modifier, prefix and way of it."""
    asked = [one for one in official() if sample is None or (one.type, one.code) in sample]
    maker = Maker()
    bases = {kind: maker.plain(kind) | {"id": TARGET} for kind in RESOURCES}
    cases = prepared(maker, [one for one in asked if one.type not in KEPT_BY_THE_NODE], bases)
    refused = await client.put_all([*bases.values(), maker.plain("Patient") | {"id": ABOUT.partition("/")[2]}])
    cases += await _kept(client, [one for one in asked if one.type in KEPT_BY_THE_NODE])
    refused |= await client.put_all(
        [*(case.witness.resource | {"id": case.id} for case in cases if case.one.type not in KEPT_BY_THE_NODE)]
    )
    answers = await asyncio.gather(*(_parameter(client, one, cases, refused) for one in asked))
    return [row for rows in answers for row in rows]


def prepared(maker: Maker, asked: Iterable[Official], bases: dict[str, Json]) -> list[Case]:
    """The witnesses of these parameters."""
    cases = []
    for one in asked:
        base = bases[one.type]
        bare = not (evaluated(one.expression, base) if one.expression else one.code == "_id")
        for number, witness in enumerate(witnesses(maker, one)):
            identity = f"{one.code.lower().replace('_', 'u-')}-{number}"[:60]
            cases.append(Case(one, witness, identity, bare))
    return cases


async def _kept(client: Client, asked: list[Official]) -> list[Case]:
    """Cases made of what the node keeps by itself."""
    if not asked:
        return []
    for _ in range(2):
        await client.get(ABOUT)
    answer = await client.get("AuditEvent", [("patient", ABOUT), ("_count", "100")])
    events = [entry["resource"] for entry in answer.json().get("entry", ())]
    return [
        Case(one, found, event["id"], bare=False)
        for one in asked
        for found, event in [next(((w, e) for e in events for w in _of_event(one, e)), (None, {}))]
        if found is not None
    ]


def _of_event(one: Official, event: Json) -> list[Witness]:
    """The witness that an event is, if any."""
    if one.code == "_id":
        return [Witness(event, "", "id", event["id"])]
    return list(found_in(one, event))[:1]


async def _parameter(client: Client, one: Official, cases: list[Case], refused: dict[str, str]) -> list[Row]:
    own = [case for case in cases if case.one is one]
    if not own:
        return [await _without(client, one)]
    found: dict[str, list[tuple[Outcome, str]]] = {}
    for case in own:
        if reason := refused.get(f"{one.type}/{case.id}"):
            found.setdefault("value", []).append(("failed", f"could not be written: {reason}"))
            continue
        for question in _asked_of(case, first=case is own[0]):
            found.setdefault(question.what, []).append(await _tried(client, case, question))
    return [_row(one, what, results) for what, results in found.items()]


def _asked_of(case: Case, *, first: bool) -> Iterable[Question]:
    """Everything of the first way in which a resource has the parameter; of further ways, that they are found.

    What all types share is asked in all its forms at a few types.
    """
    listed = questions(case.one, case.witness, case.id)
    if first and case.one.type not in KEPT_BY_THE_NODE and (case.one.code[0] != "_" or case.one.type in THOROUGH):
        return listed
    return [one for one in listed if one.what in {"value", ":missing"}]


def _row(one: Official, what: str, results: list[tuple[Outcome, str]]) -> Row:
    """One row of all that was asked for one purpose: the worst outcome counts."""
    outcome, detail = min(results, key=lambda one: ("failed", "not offered", "passed").index(one[0]))
    name = f"{one.type}?{one.code}"
    if what == "value":
        return Row(PARAMETERS, one.kind, name, outcome, detail, len(results))
    return Row(MODES, f"{one.kind} {what}", name, outcome, detail, len(results))


async def _without(client: Client, one: Official) -> Row:
    """A parameter that reads no element: `_filter` is tried on the id; the node says why it does not offer others."""
    name = f"{one.type}?{one.code}"
    if one.type in KEPT_BY_THE_NODE and one.code != "_filter":
        reason = "nobody but the node writes this type, and nothing that it writes has such a value"
        return Row(PARAMETERS, one.kind, name, "not offered", reason)
    about = [("patient", ABOUT)] if one.type in KEPT_BY_THE_NODE else []
    answer = await client.get(one.type, [(one.code, f"_id eq {TARGET}"), ("_elements", "id"), *about])
    if answer.status_code == UNSUPPORTED:
        return Row(PARAMETERS, one.kind, name, "not offered", sentence(answer))
    if answer.status_code != 200:
        return Row(PARAMETERS, one.kind, name, "failed", sentence(answer))
    found = [entry["resource"]["id"] for entry in answer.json().get("entry", ())]
    if found != [TARGET] and one.type not in KEPT_BY_THE_NODE:
        return Row(PARAMETERS, one.kind, name, "failed", f"found {found[:5]} where only {TARGET} is meant")
    return Row(PARAMETERS, one.kind, name, "passed")


async def _tried(client: Client, case: Case, question: Question) -> tuple[Outcome, str]:
    """Ask, and compare who is found with who must be."""
    one = case.one
    about = [("patient", ABOUT)] if one.type in KEPT_BY_THE_NODE else []
    params: Pairs = [*question.params, ("_count", "1000"), ("_elements", "id"), *about]
    answer = await client.get(question.type or one.type, params)
    shown = f"{question.type or one.type}?{'&'.join(f'{name}={value}' for name, value in question.params)}"
    if answer.status_code == UNSUPPORTED:
        return "not offered", sentence(answer)
    if answer.status_code != 200:
        return "failed", f"{shown}: {sentence(answer)}"
    listed = {
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in answer.json().get("entry", ())
        if not question.included or entry["search"]["mode"] == "include" or question.expected == f"{one.type}/{case.id}"
    }
    me = question.expected or f"{one.type}/{case.id}"
    if (me in listed) != question.finds:
        return "failed", f"{shown}: {me} {'is missing' if question.finds else 'is found'}, element {case.witness.type}"
    control = f"{one.type}/{TARGET}"
    compared = case.bare and question.control is not None and not (question.included or question.type)
    if compared and me != control and (control in listed) != question.control:
        return "failed", f"{shown}: {control}, which has no value, is {'found' if control in listed else 'missing'}"
    return "passed", ""
