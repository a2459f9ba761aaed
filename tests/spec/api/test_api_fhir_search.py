"""Searching over HTTP: by address or by form, page by page, strict or lenient."""

from urllib.parse import parse_qs, urlsplit

import pytest
from fhir_node import FhirNode, observation, patient


async def ids(node: FhirNode, url: str) -> list[str]:
    answer = await node.get(url)
    assert answer.status_code == 200, answer.text
    return [e["resource"]["id"] for e in answer.json().get("entry", []) if e["search"]["mode"] == "match"]


async def test_a_search_finds_what_was_just_written(node: FhirNode) -> None:
    someone = await node.new(patient(family="Müller"))
    await node.new(patient(family="Schmidt"))
    found = await node.get("/Patient?family=muller")
    bundle = found.json()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    (entry,) = bundle["entry"]
    assert entry["fullUrl"] == f"{node.base}{someone}"
    assert entry["search"]["mode"] == "match"
    assert bundle["link"][0] == {"relation": "self", "url": f"{node.base}/Patient?family=muller"}


async def test_a_search_that_finds_nothing_is_an_empty_bundle(node: FhirNode) -> None:
    bundle = (await node.get("/Patient?family=nobody")).json()
    assert bundle["type"] == "searchset"
    assert "entry" not in bundle


async def test_pages_lead_to_all_matches_once(node: FhirNode) -> None:
    made = {(await node.new(patient(family=f"Seite{n}"))).rpartition("/")[2] for n in range(7)}
    seen: list[str] = []
    url = "/Patient?family=seite&_count=3&_total=accurate"
    while url:
        page = (await node.get(url)).json()
        assert page["total"] == 7
        assert len(page["entry"]) <= 3
        seen += [e["resource"]["id"] for e in page["entry"]]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert sorted(seen) == sorted(made)


async def test_a_page_link_tells_nothing_of_the_search(node: FhirNode) -> None:
    for n in range(3):
        await node.new(patient(family=f"Geheim{n}"))
    page = (await node.post_form("/Patient/_search", {"family": "geheim", "_count": "2"})).json()
    link = next(link["url"] for link in page["link"] if link["relation"] == "next")
    assert "geheim" not in link.casefold()
    assert list(parse_qs(urlsplit(link).query)) == ["_page"]
    assert len((await node.get(link)).json()["entry"]) == 1


async def test_a_page_link_that_was_changed_or_is_another_types_is_refused(node: FhirNode) -> None:
    for n in range(3):
        await node.new(patient(family=f"Kette{n}"))
    page = (await node.get("/Patient?family=kette&_count=2")).json()
    link = next(link["url"] for link in page["link"] if link["relation"] == "next")
    for forged in (
        link[:-3] + "abc",
        link.replace("/Patient?", "/Observation?"),
        "/Patient?_page=guess",
        f"{link}&x=1",
    ):
        assert (await node.get(forged)).status_code == 400


async def test_a_form_searches_like_an_address(node: FhirNode) -> None:
    someone = await node.new(patient(family="Formular"))
    found = await node.post_form("/Patient/_search", {"family": "formular"})
    assert [e["fullUrl"] for e in found.json()["entry"]] == [f"{node.base}{someone}"]
    both = await node.post_form("/Patient/_search?family=formular", {"family": "anders"})
    assert "entry" not in both.json()
    assert (await node.post("/Patient/_search", b"family=formular")).status_code == 415


async def test_counting_returns_the_number_only(node: FhirNode) -> None:
    for n in range(3):
        await node.new(patient(family=f"Zahl{n}"))
    for query in ("_summary=count", "_count=0&_total=accurate"):
        bundle = (await node.get(f"/Patient?family=zahl&{query}")).json()
        assert bundle["total"] == 3
        assert "entry" not in bundle


async def test_what_belongs_to_a_match_can_come_along(node: FhirNode) -> None:
    someone = await node.new(patient())
    await node.new(observation(someone))
    bundle = (await node.get(f"/Observation?subject={someone[1:]}&_include=Observation:subject")).json()
    assert [(e["resource"]["resourceType"], e["search"]["mode"]) for e in bundle["entry"]] == [
        ("Observation", "match"),
        ("Patient", "include"),
    ]


async def test_an_order_by_date(node: FhirNode) -> None:
    someone = await node.new(patient())
    days = ["2024-03-02", "2024-03-01", "2024-03-03"]
    made = {day: (await node.new(observation(someone, day=day))).rpartition("/")[2] for day in days}
    wanted = [made[day] for day in sorted(days)]
    assert await ids(node, f"/Observation?subject={someone[1:]}&_sort=date") == wanted
    assert await ids(node, f"/Observation?subject={someone[1:]}&_sort=-date") == wanted[::-1]
    assert await ids(node, f"/Observation?subject={someone[1:]}&date=ge2024-03-03") == [made["2024-03-03"]]


async def test_an_unknown_parameter_is_refused_with_its_neighbours_or_ignored_and_said(node: FhirNode) -> None:
    await node.new(patient(family="Streng"))
    refused = await node.get("/Patient?famly=streng")
    assert refused.status_code == 400
    assert "family" in refused.text
    ignored = await node.get("/Patient?famly=x&family=streng", headers={"Prefer": "handling=lenient"})
    assert ignored.status_code == 200
    entries = ignored.json()["entry"]
    assert [e["search"]["mode"] for e in entries] == ["match", "outcome"]
    assert "famly" in entries[1]["resource"]["issue"][0]["diagnostics"]
    assert "famly" not in ignored.json()["link"][0]["url"]


@pytest.mark.parametrize(
    "query", ["_count=-1", "_count=x", "date=yesterday", "_sort=nothing", "_include=nothing", "_id:nothing=1", "%ff=1"]
)
async def test_a_value_that_cannot_be_read_is_refused(node: FhirNode, query: str) -> None:
    answer = await node.get(f"/Observation?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_page_has_an_end_however_much_is_asked_for(node: FhirNode) -> None:
    answer = await node.get("/Patient?_count=1000000000")
    assert answer.status_code == 200


async def test_a_thousand_parameters_are_too_many(node: FhirNode) -> None:
    assert (await node.get("/Patient?" + "&".join(["_id=1"] * 1001))).status_code == 400
