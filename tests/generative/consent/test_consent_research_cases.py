"""The consent to research against an evaluation that is naive and obviously right: one date, one document at a time."""

from datetime import UTC, datetime
from random import Random

import pytest
from naive_research import Naive, day, documents, hour, stays

from verbund.consent import Span
from verbund.consent.projecting import research_cases
from verbund.consent.research import evaluate, from_fhir

CASES, LONG = 5_000, 100_000
DATES = 5


def check_case(seed: int) -> int:
    """How many of some clinical dates may be used; fails where one may that must not, or the other way round."""
    chance = Random(seed)  # noqa: S311 - invented cases
    many, during, now = documents(chance, "7"), stays(chance), hour(chance)
    read, encounters = [from_fhir(one) for one in many], [Span(since, until) for since, until in during]
    permission, naive = evaluate(read, now, encounters), Naive(many, during, now)
    dates = [hour(chance) for _ in range(DATES)]
    found = [permission.allows("Observation", date) for date in dates]
    assert found == [naive.allows(date) for date in dates], seed
    assert permission.allows("Observation", None) == naive.allows_undated(), seed
    if seed % 5 == 0:
        cases = [case for case in research_cases(read, encounters) if case.span.holds(now)]
        assert [any(case.window.holds(date) for case in cases) for date in dates] == found, f"{seed}: over all of time"
    assert permission.permitted or not any(found)
    return sum(found)


@pytest.mark.parametrize("part", range(5))
def test_a_date_may_be_used_exactly_where_the_documents_say_so(part: int) -> None:
    used = sum(check_case(seed) for seed in range(part * CASES // 5, (part + 1) * CASES // 5))
    assert CASES // 10 < used < CASES * DATES * 4 // 25, "the cases must be worth something"


@pytest.mark.long
def test_a_hundred_thousand_cases() -> None:
    assert sum(map(check_case, range(CASES, CASES + LONG))) > LONG // 2


def test_the_order_in_which_documents_arrive_changes_nothing() -> None:
    for seed in range(500):
        chance = Random(seed)  # noqa: S311 - invented cases
        read, now = [from_fhir(one) for one in documents(chance, "7")], hour(chance)
        before = evaluate(read, now)
        chance.shuffle(read)
        assert evaluate(read, now).windows == before.windows, seed


def test_another_document_of_refusal_never_opens_anything() -> None:
    for seed in range(500):
        chance = Random(seed)  # noqa: S311 - invented cases
        many = documents(chance, "7")
        refused = {**many[0], "id": "no", "dateTime": day(chance).isoformat(), "status": "active"}
        refused["provision"] = {"type": "deny", "provision": [{"type": "deny", "code": _code(chance)}]}
        now, date = hour(chance), hour(chance)
        before = evaluate([from_fhir(one) for one in many], now)
        after = evaluate([from_fhir(one) for one in (*many, refused)], now)
        assert before.allows("Observation", date) or not after.allows("Observation", date), seed


def _code(chance: Random) -> list[dict[str, object]]:
    system = "2.16.840.1.113883.3.1937.777.24.5.3"
    return [{"coding": [{"system": system, "code": f"{system}.{chance.choice([6, 8, 45, 1, 44])}"}]}]


def test_without_documents_nothing_is_used() -> None:
    assert not evaluate([], datetime(2026, 1, 1, tzinfo=UTC)).permitted
