"""Searches by value set and hierarchy become searches by codes; validation asks for membership at once."""

import pytest
import pytest_asyncio

from verbund.database import Database, migrate
from verbund.errors import Incorrect
from verbund.fhir import parse_search
from verbund.fhir.search import Chain, Criterion, Every, Filter, Has, Not, SearchQuery, TokenValue
from verbund.terminology import MIGRATIONS, Concept, Head, Terminology

URL = "https://example.org/organs"
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
VALUE_SET = b"""{"resourceType":"ValueSet","url":"https://example.org/vs","status":"active",
"compose":{"include":[{"system":"https://example.org/organs","filter":[{"property":"concept","op":"is-a","value":"chest"}]}]}}"""


@pytest_asyncio.fixture(loop_scope="session")
async def terms(database: Database) -> Terminology:
    await migrate(database, [MIGRATIONS])
    made = Terminology(database)
    organs = [Concept("body"), Concept("chest", parents=("body",)), Concept("lung", parents=("chest",)), Concept("ear")]
    await made.add(Head(URL), organs)
    await made.add_resource(VALUE_SET, "made up")
    return made


def codes(criterion: Criterion) -> set[str | None]:
    assert isinstance(criterion, Filter)
    return {value.code for value in criterion.values if isinstance(value, TokenValue)}


async def only(terms: Terminology, *params: tuple[str, str], kind: str = "Condition") -> Criterion:
    """The one criterion of a search, as it is asked of the store."""
    (criterion,) = (await terms.rewritten(parse_search(kind, list(params)))).filters
    return criterion


@pytest.mark.parametrize(
    ("param", "value", "expected"),
    [
        ("code:below", f"{URL}|chest", {"chest", "lung"}),
        ("code:above", f"{URL}|chest", {"chest", "body"}),
        ("code:in", "https://example.org/vs", {"chest", "lung"}),
        ("code:below", f"{URL}|lung,{URL}|ear", {"lung", "ear"}),
    ],
)
async def test_codes_stand_in_for_hierarchies_and_value_sets(
    terms: Terminology, param: str, value: str, expected: set[str]
) -> None:
    criterion = await only(terms, (param, value))
    assert isinstance(criterion, Filter)
    assert criterion.modifier is None
    assert codes(criterion) == expected


async def test_what_is_not_in_a_value_set_is_asked_as_not_of_its_codes(terms: Terminology) -> None:
    criterion = await only(terms, ("code:not-in", "https://example.org/vs"))
    assert isinstance(criterion, Filter)
    assert criterion.modifier == "not"
    assert codes(criterion) == {"chest", "lung"}


async def test_codes_are_put_in_wherever_a_criterion_stands(terms: Terminology) -> None:
    chained = await only(
        terms, ("subject:Patient._has:Condition:subject:code:in", "https://example.org/vs"), kind="Observation"
    )
    assert isinstance(chained, Chain)
    (has,) = chained.criteria
    assert isinstance(has, Has)
    assert codes(has.criteria[0]) == {"chest", "lung"}
    asked = Filter("code", "token", "below", (TokenValue(URL, "chest"),))
    query = SearchQuery("", union=(SearchQuery("Condition", (Not(Every((asked,))),)),))
    (inner,) = (await terms.rewritten(query)).union
    (negated,) = inner.filters
    assert isinstance(negated, Not)
    assert isinstance(negated.part, Every)
    assert codes(negated.part.parts[0]) == {"chest", "lung"}


async def test_a_search_without_terminology_is_left_as_it_is(terms: Terminology) -> None:
    query = parse_search("Condition", [("code", f"{URL}|chest")])
    assert await terms.rewritten(query) is query


async def test_every_name_of_a_classification_is_searched(terms: Terminology) -> None:
    criterion = await only(terms, ("code:below", f"{ICD}|E11.9"))
    assert isinstance(criterion, Filter)
    tokens = {(v.system, v.code) for v in criterion.values if isinstance(v, TokenValue)}
    assert (ICD, "E11.90") in tokens
    assert ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", "E11.91") in tokens


@pytest.mark.parametrize(
    ("param", "value", "said"),
    [
        ("code:in", "https://example.org/none", "is not known here"),
        ("code:below", f"{URL}|tail", "no code tail"),
        ("code:below", "https://example.org/none|a", "is not known here"),
        ("code:below", "chest", "with its system"),
        ("code:below", "http://fhir.de/CodeSystem/bfarm/ops|5", "10,000"),
        ("code:below", "http://fhir.de/CodeSystem/bfarm/atc|A10", "10,000"),
    ],
)
async def test_what_cannot_be_searched_says_why(terms: Terminology, param: str, value: str, said: str) -> None:
    with pytest.raises(Incorrect, match=said) as refused:
        await only(terms, (param, value))
    assert refused.value.issues[0].expression == (param,)


async def test_more_codes_than_a_search_takes_are_refused(terms: Terminology) -> None:
    many = [Concept("root"), *(Concept(f"c{number}", parents=("root",)) for number in range(10_000))]
    await terms.add(Head("https://example.org/many"), many)
    with pytest.raises(Incorrect, match="10,000") as refused:
        await only(terms, ("code:below", "https://example.org/many|root"))
    assert refused.value.issues[0].code == "too-costly"


async def test_membership_is_known_at_once_when_it_was_brought_to_hand(terms: Terminology) -> None:
    await terms.catalogue()
    assert terms.terms.member("https://example.org/vs", URL, "lung") is None
    found = await terms.settled(lambda known: known.member("https://example.org/vs", URL, "lung"))
    assert found is True
    assert terms.terms.member("https://example.org/vs", URL, "ear") is False
    assert terms.terms.member("https://example.org/vs", None, "chest") is True
    assert terms.terms.member("https://example.org/none", URL, "chest") is None
    assert terms.terms.member("http://hl7.org/fhir/ValueSet/observation-status", None, "final") is True
    assert terms.terms.member("http://hl7.org/fhir/ValueSet/observation-status|4.0.1", None, "finale") is False


async def test_membership_follows_a_change(terms: Terminology) -> None:
    assert await terms.settled(lambda known: known.member("https://example.org/vs", URL, "rib")) is False
    await terms.add(Head(URL), [Concept("chest"), Concept("rib", parents=("chest",))])
    assert await terms.settled(lambda known: known.member("https://example.org/vs", URL, "rib")) is True
    assert await terms.settled(lambda known: known.member("https://example.org/vs", URL, "lung")) is False
