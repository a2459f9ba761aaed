"""Counting a cohort on one node: for its operator exactly, for the region by the rules of disclosure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from verbund.access import Gate
from verbund.config import Clock, utc_now
from verbund.errors import Forbidden, Incorrect
from verbund.fhir import parse_search
from verbund.identity import Principal, Role, Scopes
from verbund.research.ccdl import parse
from verbund.research.compiling import compiled, medication_criteria, token_values
from verbund.research.disclosure import disclose
from verbund.research.model import CohortQuery, Criterion

COUNT_KIND = "cohort.count"
"""The kind of message that carries a question from the hub to a site."""

_BERLIN = ZoneInfo("Europe/Berlin")
_MOST_MEDICATIONS = 2_000
_SEARCH_PAGE = "500"


async def count(
    gate: Gate,
    who: Principal,
    query_json: bytes | str | Mapping[str, Any],
    *,
    all_patients: bool = False,
    today: date | None = None,
    clock: Clock = utc_now,
) -> int:
    """The exact size of a cohort (CCDL) on this node, over those who consent to research or over everybody.

    Ages are as of `today`. The number stays on the node: what leaves it goes through `SiteCounting`. Incorrect or
    Unsupported, with the path, for what the query gets wrong; Forbidden by role and purpose.
    """
    query = parse(query_json)
    day = today or clock().astimezone(_BERLIN).date()
    compiled(query, day)
    medications = await _medications(gate, who, query)
    patients = compiled(query, day, lambda criterion: medications.get(criterion.path, ()))
    return await gate.count_patients(who, patients, all_patients=all_patients, query=_text(query_json))


def _text(query: bytes | str | Mapping[str, Any]) -> str:
    if isinstance(query, Mapping):
        return msgspec.json.encode(query).decode()
    return query if isinstance(query, str) else query.decode("utf-8", "replace")


async def _medications(gate: Gate, who: Principal, query: CohortQuery) -> dict[str, tuple[str, ...]]:
    """Ids of the shared Medications behind each criterion on a prescription."""
    return {criterion.path: await _referred(gate, who, criterion) for criterion in medication_criteria(query)}


async def _referred(gate: Gate, who: Principal, criterion: Criterion) -> tuple[str, ...]:
    values = ",".join(token_values(criterion.codes)[:900])
    search = parse_search("Medication", [("code", values), ("_count", _SEARCH_PAGE)])
    return await gate.medication_ids(who, search, _MOST_MEDICATIONS)


class Question(msgspec.Struct, frozen=True):
    """What the hub asks a site: the cohort, and who asks."""

    cohort: dict[str, Any]
    researcher: str
    researcher_name: str
    purpose: str = "HRESCH"


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a site tells: its minimum, and its number unless that is below it."""

    minimum: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SiteCounting:
    """Answers the hub's questions; whoever asks, the rules of disclosure hold."""

    gate: Gate
    minimum: int
    hub: str
    hub_title: str = ""
    clock: Clock = utc_now

    async def answer(self, sender: str, payload: bytes) -> bytes:
        """A `Question` to an `Answer`, as bytes. Forbidden for any sender but the hub and any purpose but research."""
        if sender != self.hub:
            raise Forbidden("Questions about cohorts are taken from the region's hub only.")
        try:
            question = msgspec.json.decode(payload, type=Question)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Incorrect(f"The question cannot be read: {error}") from error
        if question.purpose != "HRESCH":
            raise Forbidden("Cohorts are counted for research (HRESCH) only.")
        number = await count(self.gate, self._asking(question), question.cohort, clock=self.clock)
        told = disclose(number, self.minimum)
        return msgspec.json.encode(Answer(told.minimum, told.count))

    def _asking(self, question: Question) -> Principal:
        return Principal(
            subject=question.researcher,
            name=question.researcher_name,
            role=Role.RESEARCHER,
            organisation=self.hub,
            organisation_name=self.hub_title,
            patient_id=None,
            scopes=Scopes(),
            purpose="HRESCH",
        )
