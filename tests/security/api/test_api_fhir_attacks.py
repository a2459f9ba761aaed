"""What strangers and the curious send to the FHIR API, and what they learn: nothing."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fhir_node import FHIR, FhirNode, observation, patient

from verbund.api import ROUTES
from verbund.api.fhir import INTERACTIONS
from verbund.api.fhir.dispatch import HANDLERS
from verbund.api.fhir.operations import OPERATIONS
from verbund.crypto import NodeKeys
from verbund.identity import House, operator_token

ADDRESSES = (
    "",
    "Patient",
    "Patient/1",
    "Patient/1/_history",
    "Patient/1/_history/1",
    "Patient/_search",
    "Nothing",
    "a/b/c/d/e",
)


async def test_nothing_but_the_open_documents_is_answered_without_a_token(node: FhirNode) -> None:
    address = await node.new(patient(family="Geheim"))
    for method, path in itertools.product(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"), ADDRESSES):
        answer = await node.http.request(method, path)
        assert answer.status_code in {401, 404, 405}, (method, path)
    answer = await node.http.get(address.lstrip("/"))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="verbund", resource_metadata="http')
    assert answer.json()["issue"][0]["code"] == "login"
    for path in ("metadata", ".well-known/smart-configuration"):
        assert (await node.http.get(path)).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic dTpw", "Bearer a.b.c", "Bearer \xff", "bearer x y"])
async def test_what_is_no_token_is_refused(node: FhirNode, authorization: str) -> None:
    headers = {"Authorization": authorization.encode("latin-1")}
    answer = await node.http.get("Patient", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="verbund"')


async def test_foreign_expired_and_narrow_tokens_open_nothing(node: FhirNode) -> None:
    address = await node.new(patient())
    house = node.house
    foreign = operator_token(NodeKeys.generate(), house, "system/*.cruds")
    elsewhere = operator_token(node.keys, House("reha", "Reha", "http://127.0.0.1:9"), "system/*.cruds")
    old = operator_token(node.keys, house, "system/*.cruds", clock=lambda: node.clock() - timedelta(hours=2))
    for token in (foreign, elsewhere, old):
        answer = await node.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
        assert token not in answer.text
    narrow = operator_token(node.keys, house, "system/Observation.rs system/Patient.c")
    for method, path in (
        ("GET", address),
        ("GET", "/Patient?name=x"),
        ("DELETE", address),
        ("GET", f"{address}/_history"),
    ):
        answer = await node.http.request(method, path.lstrip("/"), headers={"Authorization": f"Bearer {narrow}"})
        assert answer.status_code == 403
    bundle = node.transaction(("GET", address, None))
    answer = await node.post("/", bundle, headers={"Authorization": f"Bearer {narrow}"})
    assert answer.status_code == 403
    bundle = node.transaction(("GET", address, None), kind="batch")
    answer = await node.post("/", bundle, headers={"Authorization": f"Bearer {narrow}"})
    assert answer.json()["entry"][0]["response"]["status"] == "403 Forbidden"


async def test_what_may_not_come_along_does_not(node: FhirNode) -> None:
    someone = await node.new(patient())
    await node.new(observation(someone))
    token = operator_token(node.keys, node.house, "system/Observation.rs")
    found = await node.get("/Observation?_include=Observation:subject", headers={"Authorization": f"Bearer {token}"})
    assert {e["resource"]["resourceType"] for e in found.json()["entry"]} == {"Observation"}


async def test_a_hundred_megabytes_are_refused_without_being_read(node: FhirNode) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1600):
            yield b" " * 65536

    answer = await node.post("/Patient", endless())
    assert answer.status_code == 413
    assert str(node.max_body_bytes) in answer.text


async def test_a_body_that_is_declared_too_large_is_refused_before_it_comes(node: FhirNode) -> None:
    host, port = node.address
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: {node.headers['Authorization']}\r\n"
    writer.write(f"{head}Content-Type: {FHIR}\r\nContent-Length: 100000000\r\n\r\n".encode())
    await writer.drain()
    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert b" 413 " in status


async def test_half_a_body_does_nothing(node: FhirNode) -> None:
    host, port = node.address
    before = (await node.get("/Patient?_summary=count")).json()["total"]
    _, writer = await asyncio.open_connection(host, port)
    head = f"POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nAuthorization: {node.headers['Authorization']}\r\n"
    writer.write(f'{head}Content-Type: {FHIR}\r\nContent-Length: 1000\r\n\r\n{{"resourceType": "Patient"'.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)
    assert (await node.get("/Patient?_summary=count")).json()["total"] == before


async def test_an_anonymous_body_is_not_even_read(node: FhirNode) -> None:
    host, port = node.address
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(
        f"POST /fhir/Patient HTTP/1.1\r\nHost: x\r\nContent-Type: {FHIR}\r\nContent-Length: 1000\r\n\r\n".encode()
    )
    await writer.drain()
    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert b" 401 " in status


@pytest.mark.parametrize(
    "path",
    [
        "../fhir/Patient",
        "%2e%2e/%2e%2e/etc/passwd",
        "Patient//",
        "Patient/%00",
        "Patient/1%2F_history",
        "Patient/" + "x" * 65,
        "Patient/a;b",
    ],
)
async def test_odd_addresses_are_answered_calmly(node: FhirNode, path: str) -> None:
    answer = await node.http.get(path, headers=node.headers)
    assert answer.status_code in {200, 400, 404}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("kind", ["text/html; x=\nSet-Cookie: x=1", "text/html;\tx", "text/html; x=ä"])
async def test_a_type_that_no_header_can_say_is_told_in_fhir_only(node: FhirNode, kind: str) -> None:
    made = await node.post("/Binary", {"resourceType": "Binary", "contentType": kind, "data": "aGFsbG8="})
    if made.status_code == 201:
        address = f"/Binary/{made.json()['id']}"
        assert (await node.get(address, headers={"Accept": "text/html"})).status_code == 406
        assert (await node.get(address)).json()["contentType"] == kind
    else:
        assert made.status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        "Nothing%01%EF%BF%BE",
        "Observation/$stats?subject=x&code=x&statistic=%03",
        "Observation/$stats?subject=Patient/%01&code=x&statistic=count",
    ],
)
async def test_what_xml_cannot_hold_is_no_failure_where_a_request_says_it(node: FhirNode, asked: str) -> None:
    answer = await node.get(f"/{asked}{'&' if '?' in asked else '?'}_format=xml")
    assert answer.status_code in {200, 400, 404}, answer.text
    assert answer.headers["content-type"] in {"application/fhir+json", "application/fhir+xml"}


async def test_a_page_link_is_of_no_use_to_somebody_else(node: FhirNode) -> None:
    for number in range(3):
        await node.new(patient(family=f"Link{number}"))
    page = (await node.get("/Patient?family=link&_count=2")).json()
    link = next(link["url"] for link in page["link"] if link["relation"] == "next")
    other = await node.token_of_a_physician()
    assert (await node.get(link, headers={"Authorization": f"Bearer {other}"})).status_code == 400


def test_every_route_has_a_rule_and_an_answer() -> None:
    answered_elsewhere = {"capabilities", "smart-configuration", "bundle"}
    operations = {f"${name}" for name in OPERATIONS}
    assert {i.name for i in INTERACTIONS} == operations | HANDLERS.keys() | answered_elsewhere
    public = {i.name for i in INTERACTIONS if i.rule.kind == "public"}
    own_jobs = {"bulk-status", "bulk-file", "import-status"}  # only who began a job is told of it
    compartments = {f"search-compartment{form}" for form in ("", "-form", "-all-form")}
    of_no_data = {"$closure", "$convert", "$versions"}
    of_the_house = {"$answer-request", "$data-requests"}  # requests lie apart from resources; their book decides
    several_types = {"bundle", "search-system", "search-system-form", "history-system"}
    of_several_types = several_types | of_no_data | of_the_house | compartments | own_jobs
    assert public == {"capabilities", "smart-configuration"}
    assert {i.name for i in INTERACTIONS if i.rule.kind == "bearer" and not i.rule.letters} == of_several_types
    assert {r.kind for r in ROUTES.values()} <= {"public", "bearer", "client", "browser"}
    assert {path for path, rule in ROUTES.items() if rule.kind == "public"} == {
        "/fhir/metadata",
        "/fhir/.well-known/smart-configuration",
        "/oauth/jwks",
        "/oauth/smart-style.json",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/fhir",
        "/.well-known/openid-configuration",
        "/.well-known/smart-configuration",
    }
