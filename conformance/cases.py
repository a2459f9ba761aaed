"""Single things of the standard, each tried by a function of its own that says what it found otherwise."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from conformance.client import UNSUPPORTED, Client, Json, sentence
from conformance.model import Row

Try = Callable[[Client], Awaitable[None]]


class NotOffered(Exception):
    """The node says that it does not do this; the text is its reason."""


class Unexpected(Exception):
    """The node did something else than the standard says."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is tried, under which heading."""

    kind: str
    name: str
    work: Try


class Cases(list[Case]):
    """A list of cases that functions are put into by a decorator."""

    def add(self, kind: str, name: str) -> Callable[[Try], Try]:
        """Put the function that follows into the list."""

        def put(work: Try) -> Try:
            self.append(Case(kind, name, work))
            return work

        return put


async def tried(client: Client, area: str, cases: Iterable[Case]) -> list[Row]:
    """Every case, one after the other, each on resources of its own."""
    rows = []
    for case in cases:
        before = client.asked
        try:
            await case.work(client)
        except NotOffered as reason:
            rows.append(Row(area, case.kind, case.name, "not offered", str(reason)))
        except (Unexpected, httpx.HTTPError, KeyError, IndexError, ValueError, TypeError) as error:
            rows.append(Row(area, case.kind, case.name, "failed", f"{type(error).__name__}: {error}"))
        else:
            rows.append(Row(area, case.kind, case.name, "passed", "", client.asked - before))
    return rows


def must(answer: httpx.Response, *statuses: int) -> httpx.Response:
    """The answer, if it has one of these statuses."""
    if answer.status_code == UNSUPPORTED and UNSUPPORTED not in statuses:
        raise NotOffered(sentence(answer))
    if answer.status_code not in statuses:
        raise Unexpected(f"expected {' or '.join(map(str, statuses))}, got {sentence(answer)}")
    return answer


def same(found: object, wanted: object, what: str = "") -> None:
    """Compare, and say what differs."""
    if found != wanted:
        raise Unexpected(f"{what or 'expected'} {wanted!r}, found {found!r}"[:300])


def holds(true: object, what: str) -> None:
    """What must be so."""
    if not true:
        raise Unexpected(what)


def refusal(answer: httpx.Response, *statuses: int) -> None:
    """A refusal must be an OperationOutcome with a sentence."""
    outcome = must(answer, *statuses).json()
    same(outcome["resourceType"], "OperationOutcome")
    holds(len(outcome["issue"][0].get("diagnostics", "")) > 10, "the refusal says nothing")


def fresh() -> str:
    """An id or value that nothing else has."""
    return uuid4().hex


def patient(**more: Any) -> Json:  # noqa: ANN401 - any elements
    """A patient of whom nothing is known but what is given."""
    return {"resourceType": "Patient", "name": [{"family": "Muster", "given": ["Erika"]}]} | more


def basic(**more: Any) -> Json:  # noqa: ANN401 - any elements
    """A resource that belongs to nobody."""
    return {"resourceType": "Basic", "code": {"text": "x"}} | more


def numbered(value: str) -> dict[str, Any]:
    """The identifier that conditions name."""
    return {"identifier": [{"system": "http://example.org/c", "value": value}]}


async def made(client: Client, resource: Json) -> str:
    """`Type/id` of a resource that is created."""
    answer = must(await client.send("POST", resource["resourceType"], resource), 201)
    return f"{resource['resourceType']}/{answer.json()['id']}"


def bundle(kind: str, *entries: tuple[str, str, Json | None], **more: Mapping[str, str]) -> Json:
    """A bundle of (method, address, resource); `more` goes into the request of its only entry."""
    listed = []
    for method, url, resource in entries:
        entry: Json = {"request": {"method": method, "url": url, **more}}
        listed.append(entry if resource is None else entry | {"resource": resource})
    return {"resourceType": "Bundle", "type": kind, "entry": listed}


def found(answer: httpx.Response) -> list[str]:
    """`Type/id` of what a search or a history lists."""
    resources = [one["resource"] for one in must(answer, 200).json().get("entry", ()) if "resource" in one]
    return [f"{one['resourceType']}/{one['id']}" for one in resources]
