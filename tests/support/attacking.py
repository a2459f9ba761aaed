"""Attacks by machine: requests that schemathesis makes up from a description, and what every answer must be like."""

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

SECONDS = 15.0
# What an answer never holds: where in our source it failed, what was running, what the database said.
INSIDE = re.compile(
    r"Traceback \(most|File \"|\.py\", line|/src/verbund|site-packages|asyncpg\.|psycopg\.|PostgresError"
)
Judge = Callable[[requests.Response], str | None]
"""Says what is wrong with an answer; None where nothing is."""


@dataclass
class Attack:
    """Requests as one or as many at one address; `headers` and `cookies` are made for each anew."""

    address: str
    judge: Judge
    headers: Callable[[str, str, str], Mapping[str, str]]
    form: Mapping[str, str] = field(default_factory=dict)
    answered: int = 0
    statuses: dict[str, set[int]] = field(default_factory=dict)

    def run(self, operation: Any, askers: Iterable[str], examples: int) -> None:
        """So many examples, by each of these in turn. AssertionError names the request that was too much.

        One that takes longer than SECONDS is requests' ReadTimeout.
        """
        names = list(askers)
        turn = cycle(names)
        session = requests.Session()
        session.trust_env = False

        @settings(
            max_examples=examples * len(names),
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy())
        def one(case: Any) -> None:
            self._send(session, case, next(turn))

        made: Callable[[], None] = one
        with contextlib.closing(session):
            made()

    def _send(self, session: requests.Session, case: Any, name: str) -> None:
        if self.form and isinstance(case.body, dict):
            case.body = {**case.body, **self.form}
        sent = case.as_transport_kwargs(base_url=self.address)
        sent["headers"] = dict(sent.get("headers") or {}) | dict(self.headers(name, case.method, sent["url"]))
        try:
            answer = session.request(**sent, timeout=SECONDS, allow_redirects=False)
        except (requests.exceptions.InvalidHeader, UnicodeEncodeError, requests.exceptions.InvalidURL):
            return  # what no client can send
        wrong = found_wrong(answer) or self.judge(answer)
        assert wrong is None, (name, wrong, told(answer))
        self.answered += 1
        self.statuses.setdefault(name, set()).add(answer.status_code)


def operations(description: Mapping[str, Any]) -> dict[str, Any]:
    """Every operation of a description, by its method and path."""
    schema = schemathesis.openapi.from_dict(dict(description))
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def found_wrong(answer: requests.Response) -> str | None:
    """What no address may answer."""
    if answer.status_code >= 500 and answer.status_code != 501:
        return "our own fault"
    return "it tells of its inside" if INSIDE.search(answer.text) else None


def told(answer: requests.Response) -> dict[str, Any]:
    """The request again, to be tried by hand."""
    asked = answer.request
    hidden = {"Authorization", "DPoP", "Cookie"}
    return {
        "asked": f"{asked.method} {asked.url}",
        "headers": {name: value for name, value in asked.headers.items() if name not in hidden},
        "body": asked.body[:600] if asked.body else None,
        "status": answer.status_code,
        "answer": answer.text[:400],
    }


def of_fhir(answer: requests.Response) -> str | None:
    """Refusals are OperationOutcomes."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return None
    if kind == "application/fhir+json":
        return None if answer.json()["resourceType"] == "OperationOutcome" else "no OperationOutcome"
    if kind == "application/fhir+xml":
        return None if "<OperationOutcome" in answer.text else "no OperationOutcome"
    graphql = kind == "application/json" and "errors" in answer.json()
    return None if graphql else f"a refusal of another kind: {kind}"


def of_oauth(answer: requests.Response) -> str | None:
    """Refusals are errors as RFC 6749, section 5.2, says, or a sentence for who sits at the browser."""
    if answer.status_code < 400:
        return None
    kind = answer.headers.get("content-type", "")
    if kind == "application/json":
        return None if "error" in answer.json() else "no error"
    readable = kind.startswith("text/plain") and len(answer.text) > 40 and "/oauth/authorize" in answer.url
    return None if readable else f"a refusal of another kind: {kind} {answer.text[:60]}"


def of_pages(answer: requests.Response) -> str | None:
    """What goes wrong is a page of ours, in whole or in part."""
    if answer.status_code < 400:
        return None
    ours = answer.headers.get("content-type", "").startswith("text/html") and "kern-" in answer.text
    safe = "default-src 'none'" in answer.headers.get("content-security-policy", "")
    return None if ours and safe else "no page of ours"


def of_ports(answer: requests.Response) -> str | None:
    """Refusals are JSON that says what is wrong."""
    if answer.status_code < 400:
        return None
    kind = answer.headers.get("content-type", "")
    return None if "json" in kind and answer.json() else f"a refusal of another kind: {kind} {answer.text[:60]}"
