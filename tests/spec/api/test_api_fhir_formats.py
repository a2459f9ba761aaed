"""Formats and codings: JSON and XML in and out, compressed both ways, HEAD like GET, and what is refused."""

import gzip
import json
import zlib
from typing import Any

import pytest
import zstandard
from fhir_node import FHIR, FhirNode, observation, patient

from verbund.fhir.xml import to_json

XML = "application/fhir+xml"
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
ERIKA = (
    b'<Patient xmlns="http://hl7.org/fhir"><text><status value="generated"/>'
    b'<div xmlns="http://www.w3.org/1999/xhtml">Erika</div></text><active value="true"/>'
    b'<name><family value="Muster"/><given value="Erika"/></name></Patient>'
)


def said(xml: bytes) -> dict[str, Any]:
    assert b'xmlns="http://hl7.org/fhir"' in xml
    found: dict[str, Any] = json.loads(to_json(xml))
    return found


async def test_xml_is_read_and_written(node: FhirNode) -> None:
    created = await node.post("/Patient", ERIKA, headers={"Content-Type": XML, "Accept": XML})
    assert (created.status_code, created.headers["content-type"]) == (201, XML)
    assert said(created.content)["resourceType"] == "Patient"
    location = created.headers["location"].partition("/_history")[0]
    as_json = (await node.get(location)).json()
    assert (as_json["active"], as_json["name"][0]["given"]) == (True, ["Erika"])
    again = await node.get(location, headers={"Accept": XML})
    assert again.content == created.content


async def test_a_whole_bundle_goes_in_and_comes_out_as_xml(node: FhirNode) -> None:
    bundle = (
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><resource>'
        + ERIKA
        + b'</resource><request><method value="POST"/><url value="Patient"/></request></entry></Bundle>'
    )
    answer = await node.post("/", bundle, headers={"Content-Type": XML, "Accept": XML})
    assert answer.status_code == 200, answer.text
    assert said(answer.content)["entry"][0]["response"]["status"] == "201 Created"


async def test_an_error_is_told_in_the_format_that_was_asked_for(node: FhirNode) -> None:
    answer = await node.get("/Patient/nobody", headers={"Accept": XML})
    assert (answer.status_code, answer.headers["content-type"]) == (404, XML)
    assert said(answer.content)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/fhir+xml;q=0.9, application/fhir+json;q=0.1", XML),
        ("application/fhir+xml;q=0.1, application/json", FHIR),
        ("text/html, */*;q=0.1", FHIR),
        ("text/xml", XML),
        ("application/fhir+json; fhirVersion=4.0", FHIR),
        ("application/fhir+xml;q=0, */*", FHIR),
    ],
)
async def test_the_better_format_is_chosen(node: FhirNode, accept: str, wanted: str) -> None:
    answer = await node.get("/Patient?_count=1", headers={"Accept": accept})
    assert answer.headers["content-type"] == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("xml", XML), ("application/fhir%2Bxml", XML), ("application/fhir+xml", XML), ("json", FHIR), ("text/xml", XML)],
)
async def test_the_format_in_the_address_counts_more_than_the_header(node: FhirNode, asked: str, wanted: str) -> None:
    answer = await node.get(f"/metadata?_format={asked}", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, wanted)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, zstandard.compress])
async def test_bodies_come_compressed(node: FhirNode, pack: object) -> None:
    coding = {gzip.compress: "gzip", zlib.compress: "deflate", zstandard.compress: "zstd"}[pack]  # type: ignore[index]
    body = pack(b'{"resourceType":"Patient","active":true}')  # type: ignore[operator]
    answer = await node.post("/Patient", body, headers={"Content-Encoding": coding})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(("coding", "unpack"), [("gzip", gzip.decompress), ("zstd", zstandard.decompress)])
async def test_answers_go_out_compressed_when_that_is_worth_it(node: FhirNode, coding: str, unpack: object) -> None:
    someone = await node.new(patient())
    for _ in range(10):
        await node.new(observation(someone))
    path = f"Observation?subject={someone[1:]}"
    headers = node.headers | {"Accept-Encoding": coding}
    async with node.http.stream("GET", path, headers=headers) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == coding
    assert b'"resourceType":"Bundle"' in unpack(raw)  # type: ignore[operator]
    small = await node.http.get(someone.lstrip("/"), headers=headers)
    assert "content-encoding" not in small.headers
    none = await node.http.get(path, headers=node.headers | {"Accept-Encoding": f"{coding};q=0"})
    assert "content-encoding" not in none.headers


async def test_what_is_pretty_has_lines(node: FhirNode) -> None:
    address = await node.new(patient())
    assert "\n  " in (await node.get(f"{address}?_pretty=true")).text
    assert "\n" not in (await node.get(f"{address}?_pretty=false")).text
    resource = patient() | {"text": {"status": "generated", "div": f"<div {XHTML}><p>a <b>b</b></p></div>"}}
    narrated = await node.new(resource)
    pretty = (await node.get(f"{narrated}?_pretty=true&_format=xml")).content
    assert b"\n  <name>\n    <family" in pretty
    assert b"<p>a <b>b</b></p>" in pretty
    assert said(pretty) == (await node.get(narrated)).json()


@pytest.mark.parametrize(
    "path", ["{}", "{}/_history", "{}/_history/1", "/Patient?_count=1", "/Patient/_history", "/_history", "{}/$meta"]
)
async def test_head_is_get_without_the_body_everywhere(node: FhirNode, path: str) -> None:
    address = path.format(await node.new(patient())).lstrip("/")
    full, head = await node.get(address), await node.http.head(address, headers=node.headers)
    assert (full.status_code, head.status_code, head.content) == (200, 200, b"")
    assert head.headers["content-type"] == full.headers["content-type"]
