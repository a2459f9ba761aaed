"""Bulk Data: an export shows the node at one moment, whatever happens meanwhile; an import loads files of others."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fhir_node import FhirNode, observation, patient
from serving import free_socket, serving

ASYNC = {"Prefer": "respond-async"}


async def exported(node: FhirNode, url: str) -> dict[str, Any]:
    """The manifest of an export."""
    begun = await node.get(url, ASYNC)
    assert begun.status_code == 202, begun.text
    done = await node.get(begun.headers["content-location"])
    assert done.status_code == 200, done.text
    assert done.headers["content-type"] == "application/json"
    found: dict[str, Any] = done.json()
    return found


async def lines(node: FhirNode, manifest: dict[str, Any], kind: str = "output") -> list[dict[str, Any]]:
    """All resources of its files."""
    found = []
    for file in manifest[kind]:
        answer = await node.get(file["url"], {"Accept": "application/fhir+ndjson"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/fhir+ndjson"
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert {row["resourceType"] for row in rows} <= {file["type"]}
        found += rows
    return found


def ids(resources: list[dict[str, Any]]) -> set[str]:
    return {f"/{one['resourceType']}/{one['id']}" for one in resources}


async def group(node: FhirNode, *members: str, **inactive: str) -> str:
    listed = [{"entity": {"reference": member.lstrip("/")}} for member in members]
    listed += [{"entity": {"reference": member.lstrip("/")}, "inactive": True} for member in inactive.values()]
    return await node.new({"resourceType": "Group", "type": "person", "actual": True, "member": listed})


async def test_an_export_holds_everything_that_is_asked_for(node: FhirNode) -> None:
    someone = await node.new(patient("Ausgabe"))
    finding = await node.new(observation(someone))
    house = await node.new({"resourceType": "Organization", "name": "Haus"})
    manifest = await exported(node, "/$export?_type=Patient,Observation,Organization")
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"].endswith("/$export?_type=Patient%2CObservation%2COrganization")
    assert ids(await lines(node, manifest)) >= {someone, finding, house}
    of_patients = await exported(node, "/Patient/$export?_type=Patient,Observation")
    assert ids(await lines(node, of_patients)) >= {someone, finding}
    assert {file["type"] for file in (await exported(node, "/$export"))["output"]} >= {"Patient", "Organization"}


async def test_an_export_shows_the_moment_at_which_it_was_begun(node: FhirNode) -> None:
    staying, changing, going = [await node.new(patient(f"Moment{n}")) for n in range(3)]
    begun = await node.get("/$export?_type=Patient", ASYNC)
    later = await node.new(patient("Danach"))
    await node.put(changing, patient("Geändert") | {"id": changing.rpartition("/")[2]})
    assert (await node.delete(going)).status_code in {200, 204}
    manifest = (await node.get(begun.headers["content-location"])).json()
    found = {f"/Patient/{one['id']}": one for one in await lines(node, manifest)}
    assert {staying, changing, going} <= set(found)
    assert later not in found
    assert found[changing]["name"][0]["family"] == "Moment1"
    assert found[changing]["meta"]["versionId"] == "1"


async def test_an_export_goes_on_from_the_moment_of_the_last(node: FhirNode) -> None:
    before, gone = await node.new(patient("Vorher")), await node.new(patient("Weg"))
    await asyncio.sleep(0.01)
    since = (await exported(node, "/$export?_type=Patient"))["transactionTime"]
    after = await node.new(patient("Nachher"))
    await node.delete(gone)
    manifest = await exported(node, f"/$export?_type=Patient&_since={since}")
    found = ids(await lines(node, manifest))
    assert after in found
    assert before not in found
    (deleted,) = [
        entry["request"]
        for bundle in await lines(node, manifest, "deleted")
        for entry in bundle["entry"]
        if entry["request"]["url"] == gone.lstrip("/")
    ]
    assert deleted["method"] == "DELETE"


async def test_a_group_is_exported_with_its_active_members_only(node: FhirNode) -> None:
    one, other, former = [await node.new(patient(f"Gruppe{n}")) for n in range(3)]
    findings = [await node.new(observation(someone)) for someone in (one, other, former)]
    made = await group(node, one, other, left=former)
    manifest = await exported(node, f"{made}/$export?_type=Patient,Observation")
    assert ids(await lines(node, manifest)) == {one, other, findings[0], findings[1]}
    parameters = [
        {"name": "patient", "valueReference": {"reference": other.lstrip("/")}},
        {"name": "_type", "valueString": "Observation"},
    ]
    asked = {"resourceType": "Parameters", "parameter": parameters}
    begun = await node.post(f"{made}/$export", asked, ASYNC)
    assert begun.status_code == 202, begun.text
    narrowed = (await node.get(begun.headers["content-location"])).json()
    assert ids(await lines(node, narrowed)) == {findings[1]}


async def test_types_are_narrowed_by_searches_and_elements(node: FhirNode) -> None:
    someone = await node.new(patient("Filter"))
    early, late = await node.new(observation(someone, "2019-01-01")), await node.new(observation(someone, "2023-01-01"))
    who = someone.lstrip("/")
    base = f"/$export?_type=Observation&_typeFilter=Observation%3Fdate%3Dlt2020%26subject%3D{who}"
    assert ids(await lines(node, await exported(node, base))) == {early}
    either = f"{base}&_typeFilter=Observation%3Fdate%3Dgt2022%26subject%3D{who}"
    assert ids(await lines(node, await exported(node, either))) == {early, late}
    (only,) = await lines(node, await exported(node, f"{base}&_elements=effective"))
    assert "valueQuantity" not in only
    assert only["meta"]["tag"][0]["code"] == "SUBSETTED"


async def test_files_come_packed_where_that_is_taken(node: FhirNode) -> None:
    await node.new(patient("Gepackt"))
    manifest = await exported(node, "/$export?_type=Patient")
    for coding in ("gzip", "zstd"):
        answer = await node.get(manifest["output"][0]["url"], {"Accept-Encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert all(json.loads(line)["resourceType"] == "Patient" for line in answer.text.splitlines())


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/$export?_type=Nothing", 400),
        ("/Patient/$export?_type=Organization", 400),
        ("/$export?_outputFormat=parquet", 400),
        ("/$export?_since=yesterday", 400),
        ("/$export?colour=red", 400),
        ("/$export?patient=Patient/1", 400),
        ("/$export?_typeFilter=Patient%3Fnothing%3D1", 400),
        ("/$export?_typeFilter=Observation%3Fsubject.name%3Dx", 400),
        ("/$export?_elements=Patient.nothing", 400),
        ("/Group/none/$export", 404),
        ("/$bulk-status/8c1a1a44-0000-0000-0000-000000000000", 404),
        ("/$bulk-status/none", 404),
        ("/$bulk-file/8c1a1a44-0000-0000-0000-000000000000/1", 404),
    ],
)
async def test_what_cannot_be_exported_is_told(node: FhirNode, url: str, status: int) -> None:
    answer = await node.get(url, ASYNC)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome"), answer.text


async def test_an_export_needs_the_header_that_it_answers_later(node: FhirNode) -> None:
    assert (await node.get("/$export")).status_code == 400


async def test_an_export_that_was_given_up_is_gone_and_no_other_learns_of_one(node: FhirNode) -> None:
    begun = (await node.get("/$export?_type=Patient", ASYNC)).headers["content-location"]
    manifest = (await node.get(begun)).json()
    other = {"Authorization": f"Bearer {await node.token_of_a_physician()}"}
    assert (await node.get(begun, other)).status_code == 404
    assert (await node.get(manifest["output"][0]["url"], other)).status_code == 404
    assert (await node.get("/$export?_type=Patient", ASYNC | other)).status_code == 403
    assert (await node.delete(begun)).status_code == 202
    assert (await node.get(begun)).status_code == 404
    assert (await node.get(manifest["output"][0]["url"])).status_code == 404


@pytest.fixture
async def files() -> AsyncIterator[str]:
    """The address of another server that gives files."""

    async def give(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        made = [patient(f"Fern{n}") | {"id": f"fern-{n}"} for n in range(30)]
        content = b"\n".join(json.dumps(one).encode() for one in made)
        if scope["path"] == "/broken.ndjson":
            content = b'{"resourceType":"Patient","id":"fern-x"}\n\n{"resourceType":"Patient","gender":"?"}\nno json\n'
        status = 404 if scope["path"] == "/none.ndjson" else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": content})

    bound, url = free_socket()
    with bound:
        async with serving(give, bound):
            yield url


async def imported(node: FhirNode, url: str) -> httpx.Response:
    asked = {"inputFormat": "application/fhir+ndjson", "input": [{"type": "Patient", "url": url}]}
    begun = await node.post("/$import", asked, ASYNC | {"Content-Type": "application/json"})
    assert begun.status_code == 202, begun.text
    for _ in range(200):
        answer = await node.get(begun.headers["content-location"])
        if answer.status_code != 202:
            break
        await asyncio.sleep(0.05)
    return answer


async def test_files_of_others_are_imported_and_again_change_nothing(node: FhirNode, files: str) -> None:
    done = (await imported(node, f"{files}/patients.ndjson")).json()
    assert (done["counts"], done["error"]) == ({"created": 30, "updated": 0, "unchanged": 0}, [])
    assert (await node.get("/Patient/fern-7")).json()["name"][0]["family"] == "Fern7"
    assert (await imported(node, f"{files}/patients.ndjson")).json()["counts"]["unchanged"] == 30


async def test_what_of_a_file_cannot_be_imported_is_told_with_its_line(node: FhirNode, files: str) -> None:
    done = (await imported(node, f"{files}/broken.ndjson")).json()
    told = [issue["diagnostics"] for outcome in done["error"] for issue in outcome["issue"]]
    assert done["counts"]["created"] == 1
    assert ["line 3" in told[0], "line 4" in told[1]] == [True, True]
    failed = await imported(node, f"{files}/none.ndjson")
    assert failed.status_code >= 400
    assert "404" in failed.text


async def test_nothing_is_fetched_from_places_that_the_operator_has_not_named(node: FhirNode, files: str) -> None:
    for url in ("http://169.254.169.254/x", "file:///etc/passwd", files.replace("127.0.0.1", "user@127.0.0.1")):
        asked = {"inputFormat": "application/fhir+ndjson", "input": [{"type": "Patient", "url": url}]}
        answer = await node.post("/$import", asked, ASYNC | {"Content-Type": "application/json"})
        assert answer.status_code == 403, answer.text
    for wrong in ({}, {"inputFormat": "csv", "input": []}, {"inputFormat": "application/fhir+ndjson", "input": [{}]}):
        answer = await node.post("/$import", wrong, ASYNC | {"Content-Type": "application/json"})
        assert answer.status_code == 400
