"""Binaries are taken and given as themselves, and as resources."""

import base64

from fhir_node import FhirNode

LETTER = b"%PDF-1.7 Arztbrief"


async def test_a_document_is_put_in_and_read_as_itself(node: FhirNode) -> None:
    made = await node.post("/Binary", LETTER, {"Content-Type": "application/pdf"})
    assert made.status_code == 201, made.text
    address = made.headers["location"]
    read = await node.get(address, {"Accept": "application/pdf"})
    assert (read.status_code, read.content) == (200, LETTER)
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-disposition"] == "attachment"
    assert "sandbox" in read.headers["content-security-policy"]
    as_resource = (await node.get(address)).json()
    assert base64.b64decode(as_resource["data"]) == LETTER
    assert as_resource["contentType"] == "application/pdf"


async def test_another_type_than_its_own_is_refused(node: FhirNode) -> None:
    made = await node.post("/Binary", LETTER, {"Content-Type": "application/pdf"})
    assert (await node.get(made.headers["location"], {"Accept": "image/png"})).status_code == 406
    assert (await node.get(made.headers["location"], {"Accept": "application/*"})).json()["resourceType"] == "Binary"
    assert (await node.get("/Binary/none", {"Accept": "image/png"})).status_code == 404


async def test_an_update_keeps_its_id_and_its_context(node: FhirNode) -> None:
    someone = await node.new({"resourceType": "Patient"})
    put = {"Content-Type": "text/plain; charset=utf-8", "X-Security-Context": someone.lstrip("/")}
    made = await node._send("PUT", "/Binary/letter", "Größe".encode(), put)
    assert made.status_code == 201, made.text
    found = (await node.get("/Binary/letter")).json()
    assert found["securityContext"] == {"reference": someone.lstrip("/")}
    assert (await node.get("/Binary/letter", {"Accept": "text/*"})).text == "Größe"


async def test_a_binary_sent_as_a_resource_is_taken_as_one(node: FhirNode) -> None:
    resource = {"resourceType": "Binary", "contentType": "text/plain", "data": base64.b64encode(b"hello").decode()}
    address = await node.new(resource)
    assert (await node.get(address, {"Accept": "text/plain"})).content == b"hello"
    assert (await node.post("/Patient", LETTER, {"Content-Type": "application/pdf"})).status_code == 415
