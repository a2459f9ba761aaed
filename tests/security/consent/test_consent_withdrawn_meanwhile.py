"""A withdrawal in the middle of a running export for research: nothing of the patient is sent from then on."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest_asyncio
from fhir_node import FhirNode, fhir_node, patient

from verbund.access import Write
from verbund.database import Database
from verbund.fhir import parse_search
from verbund.fhir.patients import Having
from verbund.identity import Principal, Role, Scopes, operator_token

FINDINGS, PADDING = 1_500, 8_000
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
Json = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[FhirNode]:
    async with fhir_node(database) as made:
        yield made


def consent(identity: str, who: str, kind: str = "permit") -> Json:
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]} for policy in (6, 8)]
    said = {"type": kind, "period": {"start": "2020-01-01"}, "code": codes}
    return {
        "resourceType": "Consent",
        "id": identity,
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{who}"},
        "dateTime": "2020-01-01" if kind == "permit" else "2021-01-01",
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": [said]},
    }


def finding(number: int, who: str) -> Json:
    day = f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}"
    padded = {"note": [{"text": f"{who}:{'x' * PADDING}"}], "effectiveDateTime": day, "code": {"text": "Hb"}}
    subject = {"reference": f"Patient/{who}"}
    return {"resourceType": "Observation", "id": f"{who}-{number}", "status": "final", "subject": subject, **padded}


async def filled(node: FhirNode, findings: int = 3) -> None:
    """Two who agreed, and one who was never asked."""
    people = [patient(name) | {"id": name} for name in ("bleibt", "geht", "ungefragt")]
    found = [finding(number, one["id"]) for number in range(findings) for one in people]
    agreed = [consent(f"c-{who}", who) for who in ("bleibt", "geht")]
    units = [
        (Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),)
        for one in [*people, *found, *agreed]
    ]
    scopes = Scopes.parse("system/*.cruds")
    operator = Principal("o", "o", Role.SYSTEM, node.house.organisation, "", None, scopes, "HOPERAT")
    await node.gate.load(operator, units)


def researching(node: FhirNode) -> dict[str, str]:
    token = operator_token(node.keys, node.house, "system/*.cruds", purpose="HRESCH")
    return {"Authorization": f"Bearer {token}"}


async def begun(node: FhirNode, types: str) -> list[str]:
    """The addresses of the files of an export for research."""
    asked = researching(node) | {"Prefer": "respond-async"}
    answer = await node.http.get(f"$export?_type={types}", headers=asked)
    assert answer.status_code == 202, answer.text
    manifest = await node.http.get(answer.headers["content-location"], headers=researching(node))
    return [file["url"] for file in manifest.json()["output"]]


@asynccontextmanager
async def slowly(node: FhirNode, url: str) -> AsyncIterator[AsyncIterator[str]]:
    """Whose the lines of a file are, over a connection with small buffers: the node cannot send far ahead."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, node.address)
    reader, writer = await asyncio.open_connection(sock=connection, limit=2**17)
    headers = researching(node) | {"Accept": "application/fhir+ndjson", "Host": "localhost"}
    asked = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {urlsplit(url).path} HTTP/1.0\r\n{asked}\r\n".encode())
    assert b" 200 " in await reader.readline()
    while (await reader.readline()).strip():
        pass
    try:
        yield _owners(reader)
    finally:
        writer.close()


async def _owners(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    """The patient of each line; between them stand the sizes of chunks, last that of none."""
    async for line in reader:
        if line == b"0\r\n":
            return
        if line.startswith(b"{"):
            yield line.partition(b'"id":"')[2].partition(b"-")[0].decode()


async def test_nothing_is_sent_of_who_withdraws_in_the_middle_of_an_export(node: FhirNode) -> None:
    await filled(node, FINDINGS)
    (url,) = await begun(node, "Observation")
    sent: list[str] = []
    async with slowly(node, url) as lines:
        async for owner in lines:
            sent.append(owner)
            if len(sent) == 20:
                # What waits in buffers was sent before; the rest is decided after the withdrawal is on disk.
                answer = await node.put("/Consent/no", consent("no", "geht", "deny"))
                assert answer.status_code == 201, answer.text
    assert sent.count("bleibt") == FINDINGS
    assert 0 < sent.count("geht") < FINDINGS // 2, "sent before, and no more"
    assert "geht" not in sent[FINDINGS:], "at most the batches that were decided before"
    assert "ungefragt" not in sent
    again: list[str] = []
    async with slowly(node, url) as lines:
        again.extend([owner async for owner in lines])
    assert set(again) == {"bleibt"}, "the file is there still, and what it shows is decided anew"


async def test_a_count_after_the_withdrawal_leaves_the_patient_out(node: FhirNode) -> None:
    await filled(node)
    researcher = Principal("r", "r", Role.RESEARCHER, node.house.organisation, "", None, Scopes(), "HRESCH")
    query = parse_search("Observation", [("date", "ge2024")])
    numbers = []
    for withdrawn in (None, "geht", "bleibt"):
        if withdrawn is not None:
            await node.put(f"/Consent/no-{withdrawn}", consent(f"no-{withdrawn}", withdrawn, "deny"))
        having = Having(query.type, query.filters)
        numbers.append(await node.gate.count_patients(researcher, having, all_patients=False, query="?"))
    assert numbers == [2, 1, 0]


async def test_an_export_for_research_holds_nothing_of_what_is_not_medical(node: FhirNode) -> None:
    await filled(node)
    for url in await begun(node, "Consent,AuditEvent,Provenance"):
        async with slowly(node, url) as lines:
            assert [line async for line in lines] == []
