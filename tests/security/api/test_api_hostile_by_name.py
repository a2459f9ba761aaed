"""What the standard's users fear, by name, over HTTP: refused with a sentence or answered as it should be, and at once.

Time is the processor time of this process, which server and client share; others may be busy beside it.
"""

import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import schemathesis
from databases import fresh
from fhir_node import FHIR, FhirNode, observation, patient
from fhir_openapi import description
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from serving import free_socket

from verbund.database import Cluster

sys.path.insert(0, str(Path(__file__).parents[3]))

from conformance.client import Client, running

OPERATIONS = [found.ok() for found in schemathesis.openapi.from_dict(description()).get_all_operations()]
SCRIPTS = {
    "a script": "<script>alert(1)</script>",
    "a handler": '<b onclick="alert(1)">x</b>',
    "an address that runs": '<a href="javascript:alert(1)">x</a>',
    "a frame": '<iframe src="http://example.org"/>',
    "a form": '<form action="http://example.org"><input/></form>',
    "a style from elsewhere": '<link rel="stylesheet" href="http://example.org"/>',
    "an object": '<object data="http://example.org"/>',
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A node as it is served, with all its checks."""
    folder = tmp_path_factory.mktemp("hostile")
    bound, address = free_socket()
    bound.close()
    database = await fresh(cluster)
    async with running(folder / "node", database=database, port=int(address.rpartition(":")[2])) as found:
        yield found


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The work of the block, in processor time."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def refused(answer: httpx.Response, *statuses: int) -> str:
    """The sentence of a refusal."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:300])
    assert answer.headers["content-type"] == FHIR
    sentence: str = answer.json()["issue"][0]["diagnostics"]
    assert len(sentence) > 10
    return sentence


@pytest.mark.parametrize("name", list(SCRIPTS))
async def test_a_narrative_with_a_script_is_refused(whole: Client, name: str) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{SCRIPTS[name]}</div>'
    answer = await whole.send("POST", "Patient", patient() | {"text": {"status": "generated", "div": div}})
    assert "txt-1" in refused(answer, 422)
    harmless = '<div xmlns="http://www.w3.org/1999/xhtml"><b>x</b></div>'
    right = patient() | {"text": {"status": "generated", "div": harmless}}
    assert (await whole.send("POST", "Patient", right)).status_code == 201


@pytest.mark.parametrize("reference", ["Patient/nobody", "Nothing/1", "#nothing", "Patient?identifier=none|none"])
async def test_a_reference_to_nowhere_is_refused(whole: Client, reference: str) -> None:
    before = (await whole.get("Observation", [("_summary", "count")])).json()["total"]
    refused(await whole.send("POST", "Observation", observation(reference)), 400, 404, 412, 422)
    assert (await whole.get("Observation", [("_summary", "count")])).json()["total"] == before


async def test_a_circle_of_references_ends_where_it_began(node: FhirNode) -> None:
    for one, other in (("ring-a", None), ("ring-b", "ring-a"), ("ring-a", "ring-b")):
        link = {"link": [{"other": {"reference": f"Patient/{other}"}, "type": "seealso"}]} if other else {}
        assert (await node.put(f"/Patient/{one}", patient() | {"id": one} | link)).status_code in {200, 201}
    with within(1):
        along = "_include:iterate=Patient:link&_revinclude:iterate=Patient:link"
        answer = await node.get(f"/Patient?_id=ring-a&{along}")
    assert sorted(e["resource"]["id"] for e in answer.json()["entry"]) == ["ring-a", "ring-b"]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
async def test_a_bundle_of_a_hundred_thousand_entries_is_refused_at_once(node: FhirNode, kind: str) -> None:
    entry = '{"request":{"method":"GET","url":"x"}}'
    body = f'{{"resourceType":"Bundle","type":"{kind}","entry":[{",".join([entry] * 100_000)}]}}'
    with within(2):
        headers = node.headers | {"Content-Type": FHIR}
        answer = await node.http.post("", content=body.encode(), headers=headers, timeout=60)
    assert "100000" in refused(answer, 413)


async def test_a_chain_of_twenty_and_reverse_chains_of_twenty_are_refused(node: FhirNode) -> None:
    with within(1):
        chains = [f"{'link:Patient.' * 20}name=x", f"{'_has:Patient:link:' * 20}name=x"]
        nested = f"_filter={'(' * 500}name eq x{')' * 500}"
        said = [refused(await node.get(f"/Patient?{one}"), 400) for one in (*chains, nested)]
    assert ["more than 5" in one for one in said[:2]] == [True, True]
    assert "parentheses" in said[2]


@pytest.mark.parametrize("name", ["code", "_id", "subject", "date", "value-quantity"])
async def test_ten_thousand_values_are_refused(node: FhirNode, name: str) -> None:
    with within(1):
        answer = await node.post_form("/Observation/_search", {name: ",".join(f"2024{n:06}" for n in range(10_000))})
    assert "1000" in refused(answer, 400)


async def test_a_clock_in_the_future_is_not_believed(node: FhirNode) -> None:
    """Whatever a client says of the time of a change, the node's own counts."""
    future = {"meta": {"lastUpdated": "2999-01-01T00:00:00Z", "versionId": "77"}}
    made = await node.post("/Patient", patient() | future)
    assert made.json()["meta"]["lastUpdated"] < "2999"
    assert made.json()["meta"]["versionId"] == "1"
    address = f"/Patient/{made.json()['id']}"
    for where in (f"{address}/_history?_since=2999-01-01T00:00:00Z", "/Patient?_lastUpdated=gt2999-01-01&_count=1"):
        answer = await node.get(where)
        assert (answer.status_code, answer.json().get("entry", [])) == (200, [])
    assert (await node.get(f"{address}/_history?_at=2999-01-01T00:00:00Z")).status_code == 200
    token = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJpYXQiOjk5OTk5OTk5OTl9."}
    assert (await node.get("/Patient", headers=token)).status_code == 401


async def test_the_version_of_one_resource_is_not_that_of_another(node: FhirNode) -> None:
    one, other = await node.new(patient()), await node.new(patient())
    changed = patient(family="Neu") | {"id": one.rsplit("/", 1)[1]}
    assert (await node.put(one, changed)).status_code == 200
    assert (await node.get(f"{one}/_history/2")).status_code == 200
    refused(await node.get(f"{other}/_history/2"), 404)
    refused(await node.get(f"{one.replace('Patient', 'Group')}/_history/2"), 404)
    wrong = patient(family="Alt") | {"id": other.rsplit("/", 1)[1]}
    refused(await node.put(other, wrong, headers={"If-Match": 'W/"2"'}), 412)


@pytest.mark.parametrize("count", ["1000000000", "99999999999999999999", "-1", "1.5", "x"])
async def test_no_count_makes_a_page_too_large(node: FhirNode, count: str) -> None:
    with within(1):
        answer = await node.get(f"/Patient?_count={count}&_total=accurate")
    if answer.status_code == 200:
        assert len(answer.json().get("entry", [])) <= 1000
    else:
        refused(answer, 400)


@pytest.mark.parametrize("depth", [50, 500, 5_000])
async def test_extensions_within_extensions_end_somewhere(node: FhirNode, depth: int) -> None:
    inner: Any = '{"url":"urn:x","valueString":"x"}'
    text = '{"url":"urn:x","extension":[' * depth + inner + "]}" * depth
    with within(1):
        answer = await node.post("/Patient", f'{{"resourceType":"Patient","extension":[{text}]}}'.encode())
    assert answer.status_code in {201, 400, 422}
    if answer.status_code == 201:
        shown = await node.get(f"/Patient/{answer.json()['id']}", headers={"Accept": "application/fhir+xml"})
        assert shown.status_code == 200


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: str(one.label))
async def test_a_stranger_learns_nothing_whatever_they_send(node: FhirNode, operation: Any) -> None:
    """Requests made up by machine, without a token: 401 wherever something is to be had."""
    cases = []

    @settings(
        max_examples=3, deadline=None, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def collect(data: Any) -> None:
        cases.append(data.draw(operation.as_strategy()))

    collect()
    public = {"/metadata", "/.well-known/smart-configuration"}
    for case in cases:
        made = case.as_transport_kwargs(base_url=node.base)
        sent = {key: made[key] for key in ("params", "json", "data") if made.get(key) is not None}
        if isinstance(sent.get("data"), str | bytes):
            sent["content"] = sent.pop("data")
        headers = {name: value for name, value in dict(made["headers"]).items() if name.lower() != "authorization"}
        try:
            answer = await node.http.request(made["method"], made["url"], headers=headers, **sent)
        except (httpx.InvalidURL, UnicodeEncodeError, TypeError, ValueError):
            continue  # what cannot be put on the wire
        if operation.path in public:
            assert answer.status_code in {200, 400, 406}
        else:
            assert answer.status_code in {400, 401, 404, 405, 501}, (case, answer.text[:200])
            assert json.loads(answer.content)["resourceType"] == "OperationOutcome"
