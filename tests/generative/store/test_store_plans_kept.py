"""A plan that was kept for a shape of search gives another search of that shape the same statement and the same values
as a plan of its own would, whatever is asked, whoever asks, and however common the values are."""

import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import LOINC, UCUM, by_type

from verbund.crypto import Hasher
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.search import Chain, Criterion, Either, Every, Has, Not
from verbund.store import EVERYTHING, RowFilter, and_, categories, of_patient, of_types, or_, released, research
from verbund.store.cursor import Position
from verbund.store.frequencies import Frequencies
from verbund.store.indexing import Indexer
from verbund.store.ordering import NEWEST, Order, Window
from verbund.store.pages import Asked, Finding, planned_count, planned_page
from verbund.store.sql import Template
from verbund.store.ways import Scope

Made = Callable[[random.Random], Criterion]

INDEXER = Indexer(Hasher(bytes(32)), by_type)
# `{}` stands for another value in each search.
LEAVES = {
    "Observation": (
        f"code={LOINC}|{{}}", f"code={LOINC}|{{}},{LOINC}|{{}}", "code={}", "code:not={}", "patient=p{}",
        "patient=p{},p{}", "subject=Patient/p{}", "date=ge20{}", "date=ge00{}", "subject=p{}", "subject=http://a/p{}",
        "date=ge20{}-01,20{}-02", "date=lt20{}", "date=sa20{}",
        "date=20{}", "date=ne20{}", "date=00{}", "date=ap20{}", "_id={}", "_id={},{}", "_lastUpdated=ge20{}",
        "encounter=e{}", "status=final", "status=final,amended", "status=x{}", "category=laboratory",
        "combo-code={}",        f"value-quantity={{}}|{UCUM}|g/dL", "value-quantity=gt{}", "code-value-quantity={}$7",
        "date:missing=true",
        "code:text=x{}", "performer:identifier=urn:x|{}",
    ),
    "Patient": ("gender=female", "gender=x{}", "name=a{}", "name=a{} b{}", "name:exact=A{}", "family:contains=x{}",
                "birthdate=ge19{}", "organization=h{}", "_id=p{}", "name=averyveryverylongname{}"),
    "Encounter": ("class=IMP", "class=x{}", "patient=p{}", "status=finished", "date=lt20{}", "part-of=e{}"),
    "Organization": ("name=a{}", "partof=h{}"),
}  # fmt: skip
LINKS = {
    "Observation": (("patient", "Patient"), ("encounter", "Encounter"), ("performer", "Organization")),
    "Patient": (("organization", "Organization"),),
    "Encounter": (("patient", "Patient"),),
    "Organization": (("partof", "Organization"),),
}


class Told(Frequencies):
    """Every key is found in so many rows."""

    def __init__(self, rows: float) -> None:
        super().__init__()
        self._each = rows

    @property
    def known(self) -> bool:
        return self._each > 0

    def expected(self, keys: tuple[int, ...]) -> float:  # noqa: ARG002 - as common as all others
        return self._each


def leaf(kind: str, texts: Sequence[str]) -> Made:
    """One of these, perhaps another in each search."""

    def made(chance: random.Random) -> Criterion:
        text = chance.choice(texts)
        filled = text.format(*(chance.randrange(10, 99) for _ in range(text.count("{}"))))
        name, _, value = filled.partition("=")
        return parse_search(kind, [(name, value)]).filters[0]

    return made


def several(parts: Sequence[Made], whole: Callable[[tuple[Criterion, ...]], Criterion]) -> Made:
    return lambda chance: whole(tuple(part(chance) for part in parts))


def criteria(kind: str, depth: int) -> st.SearchStrategy[Made]:
    groups = {text.partition("=")[0].partition(":")[0] for text in LEAVES[kind]}
    of = {name: [text for text in LEAVES[kind] if re.match(rf"{name}\b", text)] for name in groups}
    leaves = st.sampled_from(sorted(groups)).map(lambda name: leaf(kind, of[name]))
    if not depth:
        return leaves
    inner = st.lists(st.deferred(lambda: criteria(kind, depth - 1)), min_size=1, max_size=2)
    ways = [leaves, leaves, inner.map(lambda parts: several(parts, Every)),
            inner.map(lambda parts: several(parts, Either)),
            criteria(kind, depth - 1).map(lambda part: several([part], lambda one: Not(one[0])))]  # fmt: skip
    for param, target in LINKS[kind]:
        ways.append(
            st.lists(criteria(target, depth - 1), min_size=1, max_size=2).map(
                lambda parts, param=param, target=target: several(parts, lambda some: Chain(param, target, some))
            )
        )
    for source, links in LINKS.items():
        for param, target in links:
            if target == kind:
                ways.append(
                    st.lists(criteria(source, depth - 1), min_size=1, max_size=2).map(
                        lambda parts, source=source, param=param: several(parts, lambda some: Has(source, param, some))
                    )
                )
    return st.one_of(ways)


searches = st.sampled_from(["Observation", *LEAVES]).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(criteria(kind, 0) | criteria(kind, 2), max_size=2))
)


def sights(chance: random.Random) -> dict[str, RowFilter]:
    one, other = chance.randrange(2**40), chance.randrange(2**40)
    at = datetime(2020 + chance.randrange(9), 1, 1, tzinfo=UTC)
    return {
        "all": EVERYTHING,
        "own": of_patient(one),
        "own findings": and_(of_patient(one), categories(chance.randrange(1, 9), chance.randrange(9))),
        "released": released(one, chance.randrange(8), at),
        "for research": or_(research(at), and_(of_types("Organization"), of_patient(None))),
        "both": or_(of_patient(one), of_patient(other)),
    }


SIGHTS = sorted(sights(random.Random(0)))  # noqa: S311 - invented values


ROWS = (0.0, 10.0, 350.0, 3_000.0, 30_000.0, 300_000.0)


def values(template: Template, parts: Sequence[object]) -> tuple[str, list[object]]:
    return template.sql, template.bound(parts)


class Search:
    """One search with the parts that its values are made from."""

    def __init__(self, kind: str, filters: tuple[Criterion, ...], scope: Scope, window: Window) -> None:
        self.window = window
        self.asked = Asked.of([SearchQuery(kind, filters)], scope)
        self.counted = Asked.of([SearchQuery(kind, filters)], scope, counting=True)
        self.parts = (*self.asked.parts, window)


def places(parts: Sequence[object]) -> dict[int, int]:
    return {id(one): place for place, one in enumerate(parts)}


def check(kept: Search, other: Search, order: Order) -> None:
    """What is kept of one search serves another of the same shape."""
    if kept.asked.shapes is not None and kept.asked.shapes == other.asked.shapes:
        page = planned_page(kept.asked, order, kept.window, places(kept.parts))
        if page.whole.serves_others and page.numbers.serves_others:
            new = planned_page(other.asked, order, other.window, {})
            assert bound(page, other.parts) == bound(new, ())
    if kept.counted.shapes is not None and kept.counted.shapes == other.counted.shapes:
        ours = planned_count(kept.counted, places(kept.counted.parts)).statements
        theirs = planned_count(other.counted, {}).statements
        if all(one.serves_others for one, _ in ours):
            assert [(*values(one, other.counted.parts), how) for one, how in ours] == [
                (*values(one, ()), how) for one, how in theirs
            ]


def bound(finding: Finding | None, parts: Sequence[object]) -> object:
    if finding is None:
        return None
    rest = None if finding.rest is None else values(finding.rest, parts)
    return values(finding.numbers, parts), values(finding.whole, parts), rest, bound(finding.otherwise, parts)


@settings(max_examples=100, deadline=None)
@given(searches, st.integers(0, 2**32), st.sampled_from(ROWS), st.sampled_from(SIGHTS), st.booleans())
def test_a_kept_plan_binds_what_a_new_one_would(
    search: tuple[str, list[Made]], seed: int, rows: float, sight: str, later: bool
) -> None:
    kind, made = search
    drawn = []
    for number in range(4):
        chance = random.Random(seed + number)  # noqa: S311 - invented values
        scope = Scope(INDEXER, Told(rows), sights(chance)[sight])
        after = Position(f"20{chance.randrange(10, 30)}-01-01", chance.randrange(99)) if later else None
        window = Window(after, chance.randrange(2, 60))
        drawn.append(Search(kind, tuple(one(chance) for one in made), scope, window))
    for order in (NEWEST, Order("updated+"), Order("date+")):
        for other in drawn[1:]:
            check(drawn[0], other, order)


@pytest.mark.parametrize("rows", [0.0, 350.0, 3_000.0])
@pytest.mark.parametrize("kind", sorted(LEAVES))
def test_criteria_of_one_shape_make_one_statement(kind: str, rows: float) -> None:
    chance = random.Random(7)  # noqa: S311 - invented values
    scope = Scope(INDEXER, Told(rows), EVERYTHING)
    some, others = (
        [Search(kind, (leaf(kind, [text])(chance),), scope, Window(None, 9)) for text in LEAVES[kind]] for _ in range(2)
    )
    for one in some:
        for other in others:
            check(one, other, NEWEST)


@pytest.mark.parametrize(
    "text",
    ["code={0}|{1}", "code={0}|{1}&date=ge20{1}&date=lt20{2}", "patient=p{1}&code={0}|{1}", "code={0}|{1}&_sort=-date",
     "code={0}|{1}&patient.gender=female", "patient=p{1}"],
)  # fmt: skip
def test_the_searches_that_are_asked_most_share_their_plans(text: str) -> None:
    found = []
    for one, other in ((11, 12), (21, 22)):
        pairs = [part.split("=", 1) for part in text.format(LOINC, one, other).split("&")]
        query = parse_search("Observation", [(name, value) for name, value in pairs])
        found.append(Asked.of([query], Scope(INDEXER, Told(3_000.0), EVERYTHING)))
    window = Window(None, 51)
    plan = planned_page(found[0], NEWEST, window, {id(one): n for n, one in enumerate((*found[0].parts, window))})
    assert found[0].shapes == found[1].shapes
    assert found[0].shapes is not None
    assert plan.numbers.serves_others
    assert plan.whole.serves_others
