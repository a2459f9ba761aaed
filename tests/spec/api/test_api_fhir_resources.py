"""Resources over HTTP: create, read, update, delete, versions and conditions, as FHIR R4 describes them."""

import asyncio
import gzip
import json
from typing import Any

import httpx
import pytest
from fhir_node import FHIR, FhirNode, observation, patient


async def test_what_is_created_is_read_back_at_once(node: FhirNode) -> None:
    created = await node.post("/Patient", patient(family="Muster"))
    assert created.status_code == 201
    assert created.headers["content-type"] == FHIR
    assert created.headers["etag"] == 'W/"1"'
    assert created.headers["last-modified"].endswith("GMT")
    body = created.json()
    assert created.headers["location"] == f"{node.base}/Patient/{body['id']}/_history/1"
    assert body["meta"]["versionId"] == "1"
    read = await node.get(f"/Patient/{body['id']}")
    assert read.status_code == 200
    assert read.json() == body
    assert read.json()["name"] == patient(family="Muster")["name"]
    assert read.headers["etag"] == 'W/"1"'


async def test_a_client_that_has_the_version_gets_no_body(node: FhirNode) -> None:
    address = await node.new(patient())
    read = await node.get(address)
    for headers in (
        {"If-None-Match": read.headers["etag"]},
        {"If-None-Match": 'W/"7", W/"1"'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": read.headers["last-modified"]},
    ):
        again = await node.get(address, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == 'W/"1"'
    changed = await node.get(address, headers={"If-None-Match": 'W/"7"'})
    assert changed.status_code == 200


async def test_head_is_get_without_the_body(node: FhirNode) -> None:
    address = await node.new(patient())
    full, head = await node.get(address), await node.http.head(address.lstrip("/"), headers=node.headers)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == full.headers["content-length"]


async def test_an_update_makes_a_new_version_and_keeps_the_old_one(node: FhirNode) -> None:
    address = await node.new(patient(family="Muster"))
    changed = patient(family="Beispiel") | {"id": address.rpartition("/")[2]}
    updated = await node.put(address, changed)
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    assert (await node.get(address)).json()["name"][0]["family"] == "Beispiel"
    assert (await node.get(f"{address}/_history/1")).json()["name"][0]["family"] == "Muster"
    history = (await node.get(f"{address}/_history")).json()
    assert (history["type"], history["total"]) == ("history", 2)
    assert [e["resource"]["meta"]["versionId"] for e in history["entry"]] == ["2", "1"]
    assert [e["request"]["method"] for e in history["entry"]] == ["PUT", "POST"]


async def test_an_update_that_changes_nothing_makes_no_version(node: FhirNode) -> None:
    address = await node.new(patient())
    same = await node.put(address, (await node.get(address)).json())
    assert (same.status_code, same.headers["etag"]) == (200, 'W/"1"')


async def test_an_update_may_choose_the_id_of_something_new(node: FhirNode) -> None:
    made = await node.put("/Patient/chosen-1", patient() | {"id": "chosen-1"})
    assert made.status_code == 201
    assert made.headers["location"].endswith("/Patient/chosen-1/_history/1")


async def test_an_update_on_an_old_version_is_refused(node: FhirNode) -> None:
    address = await node.new(patient(family="Eins"))
    resource = patient(family="Zwei") | {"id": address.rpartition("/")[2]}
    right = await node.put(address, resource, headers={"If-Match": 'W/"1"'})
    assert right.status_code == 200
    late = await node.put(address, patient(family="Drei") | {"id": resource["id"]}, headers={"If-Match": 'W/"1"'})
    assert late.status_code == 412
    assert (await node.get(address)).json()["name"][0]["family"] == "Zwei"
    assert (await node.put(address, resource, headers={"If-Match": "yesterday"})).status_code == 400


async def test_what_is_deleted_is_gone_but_not_forgotten(node: FhirNode) -> None:
    address = await node.new(observation(await node.new(patient())))
    assert (await node.delete(address)).status_code == 204
    gone = await node.get(address)
    assert gone.status_code == 410
    assert gone.json()["issue"][0]["code"] == "deleted"
    assert (await node.get(f"{address}/_history/1")).status_code == 200
    history = (await node.get(f"{address}/_history")).json()
    assert history["entry"][0]["request"]["method"] == "DELETE"
    assert "resource" not in history["entry"][0]
    assert (await node.delete(address)).status_code == 204
    assert (await node.delete("/Patient/never-there")).status_code == 204


async def test_history_comes_in_pages(node: FhirNode) -> None:
    address = await node.new(patient(family="Name1"))
    for number in range(2, 6):
        await node.put(address, patient(family=f"Name{number}") | {"id": address.rpartition("/")[2]})
    seen, url = [], f"{address}/_history?_count=2"
    while url:
        page = (await node.get(url)).json()
        seen += [e["resource"]["meta"]["versionId"] for e in page["entry"]]
        url = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == ["5", "4", "3", "2", "1"]


async def test_a_conditional_create_finds_what_is_there(node: FhirNode) -> None:
    resource = patient(identifier="k-77")
    condition = {"If-None-Exist": "identifier=https://example.org/ids|k-77"}
    first = await node.post("/Patient", resource, headers=condition)
    second = await node.post("/Patient", resource, headers=condition)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.headers["location"] == first.headers["location"]
    assert second.json() == first.json()
    await node.post("/Patient", resource)
    assert (await node.post("/Patient", resource, headers=condition)).status_code == 412
    assert (await node.post("/Patient", resource, headers={"If-None-Exist": ""})).status_code == 400


async def test_of_many_conditional_creates_at_once_one_creates(node: FhirNode) -> None:
    condition = {"If-None-Exist": "identifier=https://example.org/ids|race"}
    answers = await asyncio.gather(
        *(node.post("/Patient", patient(identifier="race"), headers=condition) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


@pytest.mark.parametrize(
    ("preference", "body"), [("minimal", None), ("representation", "Patient"), ("OperationOutcome", "OperationOutcome")]
)
async def test_the_client_chooses_what_a_write_returns(node: FhirNode, preference: str, body: str | None) -> None:
    answer = await node.post("/Patient", patient(), headers={"Prefer": f"return={preference}"})
    assert answer.status_code == 201
    assert (answer.json()["resourceType"] if answer.content else None) == body
    assert answer.headers["etag"] == 'W/"1"'


async def test_an_answer_can_be_pretty_and_compressed(node: FhirNode) -> None:
    address = await node.new(patient(family="M" * 2000))
    plain = await node.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    pretty = await node.get(f"{address}?_pretty=true&_format=json")
    assert pretty.json() == plain.json()
    assert pretty.text.count("\n") > 5
    request = node.http.build_request("GET", address.lstrip("/"), headers=node.headers | {"Accept-Encoding": "gzip"})
    packed = await node.http.send(request, stream=True)
    raw = b"".join([part async for part in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 2


class TestWhatIsWrongWithARequest:
    """Each with its status, and an OperationOutcome that says what and where."""

    async def check_refused(self, answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == FHIR
        body = answer.json()
        assert body["resourceType"] == "OperationOutcome"
        issue: dict[str, Any] = body["issue"][0]
        assert issue["severity"] in {"error", "fatal"}
        assert issue.get("diagnostics") or issue["details"]["text"]
        return issue

    async def test_malformed_json_is_placed(self, node: FhirNode) -> None:
        answer = await node.post("/Patient", b'{"resourceType": "Patient",\n "name": [}')
        text = json.dumps(await self.check_refused(answer, 400))
        assert "line 2" in text

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"Patient"', b"{}", b'{"resourceType": 5}', b"\xff\xfe"])
    async def test_what_is_no_resource(self, node: FhirNode, body: bytes) -> None:
        await self.check_refused(await node.post("/Patient", body), 400)

    async def test_json_nested_beyond_reason(self, node: FhirNode) -> None:
        await self.check_refused(await node.post("/Patient", b'{"resourceType":"Patient","x":' + b"[" * 100_000), 400)

    async def test_another_resource_than_the_address_is_for(self, node: FhirNode) -> None:
        issue = await self.check_refused(await node.post("/Observation", patient()), 400)
        assert "Observation" in json.dumps(issue)

    async def test_another_id_than_the_address_has(self, node: FhirNode) -> None:
        await self.check_refused(await node.put("/Patient/a", patient() | {"id": "b"}), 400)
        await self.check_refused(await node.put("/Patient/a", patient()), 400)
        await self.check_refused(await node.put("/Patient/a_b", patient() | {"id": "a_b"}), 400)

    async def test_an_unknown_field_is_named_with_its_path(self, node: FhirNode) -> None:
        answer = await node.post("/Patient", patient() | {"shoeSize": 44})
        assert "shoeSize" in json.dumps(await self.check_refused(answer, 422))

    async def test_all_issues_are_told_at_once(self, node: FhirNode) -> None:
        answer = await node.post("/Patient", patient() | {"gender": "x", "birthDate": "yesterday"})
        await self.check_refused(answer, 422)
        assert len(answer.json()["issue"]) == 2

    async def test_a_reference_to_nowhere(self, node: FhirNode) -> None:
        await self.check_refused(await node.post("/Observation", observation("/Patient/nobody")), 422)

    async def test_an_unknown_type(self, node: FhirNode) -> None:
        issue = await self.check_refused(await node.get("/patient/1"), 404)
        assert "patient" in json.dumps(issue)

    async def test_an_unknown_resource(self, node: FhirNode) -> None:
        issue = await self.check_refused(await node.get("/Patient/nobody"), 404)
        assert issue["code"] == "not-found"

    @pytest.mark.parametrize("version", ["0", "99", "x", "-1"])
    async def test_an_unknown_version(self, node: FhirNode, version: str) -> None:
        address = await node.new(patient())
        await self.check_refused(await node.get(f"{address}/_history/{version}"), 404)

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("DELETE", "/Patient/1/_history/1", {"GET", "HEAD"}),
            ("POST", "/Patient/1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
            ("PUT", "/metadata", {"GET", "HEAD"}),
            ("PUT", "/", {"GET", "HEAD", "POST"}),
            ("GET", "/Patient/_search", {"POST"}),
        ],
    )
    async def test_a_method_that_the_address_does_not_know(
        self, node: FhirNode, method: str, path: str, allowed: set[str]
    ) -> None:
        answer = await node.http.request(method, path.lstrip("/"), headers=node.headers)
        await self.check_refused(answer, 405)
        assert set(answer.headers["allow"].split(", ")) == allowed

    async def test_a_body_of_another_kind(self, node: FhirNode) -> None:
        for headers in (
            {"Content-Type": "application/fhir+turtle"},
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/fhir+json; fhirVersion=5.0"},
            {"Content-Type": "application/fhir+json; charset=latin-1"},
            {"Content-Type": FHIR, "Content-Encoding": "br"},
        ):
            await self.check_refused(await node.post("/Patient", patient(), headers=headers), 415)

    async def test_an_answer_of_another_kind(self, node: FhirNode) -> None:
        address = await node.new(patient())
        await self.check_refused(await node.get(address, headers={"Accept": "text/turtle"}), 406)
        await self.check_refused(await node.get(address, headers={"Accept": f"{FHIR}; fhirVersion=5.0"}), 406)
        await self.check_refused(await node.get(f"{address}?_format=ttl"), 406)
        assert (await node.get(address, headers={"Accept": "text/html, */*;q=0.1"})).status_code == 200

    async def test_an_operation_that_is_not_offered(self, node: FhirNode) -> None:
        await self.check_refused(await node.get("/Patient/$everything-and-more"), 501)

    async def test_a_preference_that_does_not_exist(self, node: FhirNode) -> None:
        await self.check_refused(await node.post("/Patient", patient(), headers={"Prefer": "return=everything"}), 400)
