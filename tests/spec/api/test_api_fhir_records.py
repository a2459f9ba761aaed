"""Operations on a record: everything of it, the latest of each kind, figures, documents and graphs."""

from typing import Any

import pytest
from fhir_node import FhirNode, patient

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def reference(address: str) -> dict[str, str]:
    return {"reference": address.lstrip("/")}


def measured(subject: str, value: float, unit: str, day: int, code: str = "718-7") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": reference(subject),
        "effectiveDateTime": f"2024-05-{day:02}",
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
    }


async def test_what_is_current_is_a_list_made_at_the_moment(node: FhirNode) -> None:
    someone, other = await node.new(patient(family="Akte")), await node.new(patient(family="Fremd"))

    def condition(subject: str, status: str, certain: str) -> dict[str, Any]:
        at = "http://terminology.hl7.org/CodeSystem/condition-"
        clinical = {"clinicalStatus": {"coding": [{"system": f"{at}clinical", "code": status}]}}
        known = {"verificationStatus": {"coding": [{"system": f"{at}ver-status", "code": certain}]}}
        return {"resourceType": "Condition", "subject": reference(subject)} | clinical | known

    active = await node.new(condition(someone, "active", "confirmed"))
    await node.new(condition(someone, "resolved", "confirmed"))
    await node.new(condition(someone, "active", "refuted"))
    await node.new(condition(other, "active", "confirmed"))
    identity = someone.rpartition("/")[2]
    found = await bundle(node, f"/List/$find?patient={identity}&name=current-problems")
    assert [one["item"]["reference"] for one in found["entry"]] == [active.lstrip("/")]
    listed = await bundle(node, f"/Condition?patient={identity}&_list=$current-problems")
    assert names(listed) == [active]
    assert "entry" not in await bundle(node, f"/List/$find?patient={identity}&name=$current-allergies")
    assert (await node.get(f"/List/$find?patient={identity}&name=current-moods")).status_code == 404
    assert (await node.get("/List/$find?patient=nobody&name=current-problems")).status_code == 404


async def bundle(node: FhirNode, url: str) -> dict[str, Any]:
    answer = await node.get(url)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(found: dict[str, Any], mode: str | None = None) -> list[str]:
    entries = [e for e in found.get("entry", []) if mode is None or e["search"]["mode"] == mode]
    return [f"/{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries]


@pytest.fixture
async def record(node: FhirNode) -> dict[str, str]:
    """A patient with two encounters, findings in one of them, and a house outside of the record."""
    house = await node.new({"resourceType": "Organization", "name": "Labor Nord"})
    someone = await node.new(patient(family="Akte"))
    other = await node.new(patient(family="Fremd"))
    await node.new(measured(other, 9, "g/dL", 3))
    made = {"house": house, "patient": someone, "other": other}
    for name, day in (("first", "2024-05-01"), ("second", "2024-06-01")):
        made[name] = await node.new(
            {
                "resourceType": "Encounter",
                "status": "finished",
                "class": {"code": "AMB"},
                "subject": reference(someone),
                "period": {"start": day, "end": day},
            }
        )
    seen = measured(someone, 12, "g/dL", 2) | {"performer": [reference(house)], "encounter": reference(made["first"])}
    made["finding"] = await node.new(seen)
    made["later"] = await node.new(measured(someone, 13, "g/dL", 20))
    return made


async def test_everything_is_the_whole_record_with_what_it_refers_to(node: FhirNode, record: dict[str, str]) -> None:
    found = await bundle(node, f"{record['patient']}/$everything")
    own = [record[name] for name in ("patient", "second", "later", "finding", "first")]
    assert names(found, "match") == own
    assert names(found, "include") == [record["house"]]
    assert found["total"] == 5


async def test_everything_comes_in_pages_when_asked(node: FhirNode, record: dict[str, str]) -> None:
    url, seen = f"{record['patient']}/$everything?_count=2", []
    while url:
        page = await bundle(node, url)
        assert len(names(page, "match")) <= 2
        seen += names(page, "match")
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == [record[name] for name in ("patient", "second", "later", "finding", "first")]


async def test_everything_is_bounded_by_types_and_times(node: FhirNode, record: dict[str, str]) -> None:
    base = f"{record['patient']}/$everything"
    assert names(await bundle(node, f"{base}?_type=Encounter"), "match") == [record["second"], record["first"]]
    may = await bundle(node, f"{base}?start=2024-05-02&end=2024-05-20")
    assert names(may, "match") == [record["patient"], record["later"], record["finding"]]
    assert names(await bundle(node, f"{base}?_since=2999-01-01T00:00:00Z"), "match") == []
    posted = await node.post(
        base, {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Patient"}]}
    )
    assert names(posted.json(), "match") == [record["patient"]]
    for wrong in ("_type=Nothing", "start=soon", "_count=some", "colour=red"):
        assert (await node.get(f"{base}?{wrong}")).status_code == 400


async def test_everything_of_an_encounter_is_what_belongs_to_it(node: FhirNode, record: dict[str, str]) -> None:
    found = await bundle(node, f"{record['first']}/$everything")
    assert names(found, "match") == [record["patient"], record["finding"], record["first"]]


async def test_there_is_nothing_of_who_is_not_there(node: FhirNode) -> None:
    assert (await node.get("/Patient/nobody/$everything")).status_code == 404
    assert (await node.get("/Encounter/none/$everything")).status_code == 404
    assert (await node.get("/Observation/1/$everything")).status_code in {400, 404, 405, 501}


async def test_lastn_gives_the_latest_of_each_code(node: FhirNode, record: dict[str, str]) -> None:
    someone = record["patient"]
    sodium = await node.new(measured(someone, 140, "mmol/L", 5, code="2951-2"))
    base = f"/Observation/$lastn?patient={someone.lstrip('/')}&category=laboratory"
    assert names(await bundle(node, base)) == [record["later"], sodium]
    assert names(await bundle(node, f"{base}&max=2")) == [record["later"], sodium, record["finding"]]
    assert (await node.get("/Observation/$lastn?category=laboratory")).status_code == 400
    assert (await node.get(f"{base}&max=0")).status_code == 400


async def test_stats_are_computed_in_one_unit(node: FhirNode, record: dict[str, str]) -> None:
    someone = record["patient"]
    await node.new(measured(someone, 140, "g/L", 21))
    subject = someone.lstrip("/")
    url = f"/Observation/$stats?subject={subject}&system={LOINC}&code=718-7&statistic=average,maximum,count,median,skew"
    (row,) = (await bundle(node, url))["parameter"]
    parts = {part["code"]["coding"][0]["code"]: part["valueQuantity"] for part in row["resource"]["component"]}
    assert parts["count"] == {"value": 3}
    assert (parts["average"]["value"], parts["median"]["value"]) == (1300 / 100 * 10, 130)
    assert (parts["maximum"]["value"], parts["maximum"]["code"]) == (140, "g/L")
    assert row["resource"]["subject"] == {"reference": subject}
    for wrong in ("code=718-7&statistic=average", f"subject={subject}&code=718-7&statistic=mood"):
        assert (await node.get(f"/Observation/$stats?{wrong}")).status_code == 400


async def test_stats_show_what_they_were_made_of(node: FhirNode, record: dict[str, str]) -> None:
    subject = record["patient"].lstrip("/")
    base = f"/Observation/$stats?subject={subject}&code=718-7&statistic=sum&include=true&limit=1"
    rows = (await bundle(node, base))["parameter"]
    assert [row["name"] for row in rows] == ["statistics", "source"]
    none = (await bundle(node, f"/Observation/$stats?subject={subject}&code=none&statistic=sum"))["parameter"]
    assert none[0]["resource"]["component"][0]["dataAbsentReason"]["coding"][0]["code"] == "not-applicable"


async def composition(node: FhirNode, record: dict[str, str]) -> str:
    return await node.new(
        {
            "resourceType": "Composition",
            "status": "final",
            "type": {"text": "Arztbrief"},
            "date": "2024-05-03",
            "title": "Arztbrief",
            "subject": reference(record["patient"]),
            "author": [reference(record["house"])],
            "section": [{"title": "Labor", "entry": [reference(record["finding"])]}],
        }
    )


async def test_a_document_holds_the_composition_and_what_it_names(node: FhirNode, record: dict[str, str]) -> None:
    letter = await composition(node, record)
    found = await bundle(node, f"{letter}/$document")
    assert found["type"] == "document"
    assert names(found)[0] == letter
    assert set(names(found)) == {letter, *(record[name] for name in ("patient", "house", "finding", "first"))}
    assert found["identifier"]["value"].startswith("urn:uuid:")
    assert "total" not in found


async def test_a_document_is_kept_when_asked(node: FhirNode, record: dict[str, str]) -> None:
    letter = await composition(node, record)
    answer = await node.get(f"{letter}/$document?persist=true")
    assert answer.status_code == 200, answer.text
    assert "/Bundle/" in answer.headers["location"]
    assert (await node.get(answer.headers["location"])).json()["type"] == "document"


def definition(*links: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "GraphDefinition",
        "url": "http://example.org/graph",
        "name": "Net",
        "status": "active",
        "start": "Patient",
        "link": list(links),
    }


async def test_a_graph_follows_paths_and_searches(node: FhirNode, record: dict[str, str]) -> None:
    to_house = {"path": "Observation.performer", "target": [{"type": "Organization"}]}
    findings = {"target": [{"type": "Observation", "params": "subject={ref}", "link": [to_house]}]}
    made = await node.new(definition(findings))
    for graph in ("http://example.org/graph", made.lstrip("/")):
        found = await bundle(node, f"{record['patient']}/$graph?graph={graph}")
        assert set(names(found)) == {record[name] for name in ("patient", "later", "finding", "house")}
    assert names(found)[0] == record["patient"]


async def test_a_graph_says_what_is_wrong_with_it(node: FhirNode, record: dict[str, str]) -> None:
    base = f"{record['patient']}/$graph"
    assert (await node.get(base)).status_code == 400
    assert (await node.get(f"{base}?graph=http://example.org/none")).status_code == 404
    deep: dict[str, Any] = {"target": [{"type": "Patient"}]}
    for _ in range(20):
        deep = {"target": [{"type": "Patient", "link": [deep]}]}
    await node.new(definition(deep) | {"url": "http://example.org/deep"})
    answer = await node.get(f"{base}?graph=http://example.org/deep")
    assert answer.status_code == 400
    assert "deeper" in answer.text
    assert (await node.get(f"{record['house']}/$graph?graph=http://example.org/deep")).status_code == 400
