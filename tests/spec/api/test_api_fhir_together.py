"""Plain reads that come at the same time are answered together, each as if it had come alone."""

import asyncio
import re
from datetime import timedelta

import pytest
from fhir_node import FhirNode, observation, patient
from signing_in import quick_passwords

from verbund.identity import People, Role, Scopes, operator_token

# A condition that does not hold: such a read is not plain, so the application answers it.
OTHERWISE = {"If-None-Match": 'W/"999999"'}


async def raw(node: FhirNode, request: bytes, answers: int = 1) -> bytes:
    """What the node sends for these bytes, until it has answered so often or closes."""
    reader, writer = await asyncio.open_connection(*node.address)
    writer.write(request)
    said = b""
    for _ in range(answers):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        said += head + await reader.readexactly(int(length[1]) if length else 0)
    writer.close()
    return said


def get(node: FhirNode, path: str, headers: dict[str, str]) -> bytes:
    """A read as it goes over the wire."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in ({"Host": "x"} | node.headers | headers).items())
    return f"GET /fhir{path} HTTP/1.1\r\n{lines}\r\n".encode()


def same(answer: bytes) -> bytes:
    """An answer without its own number, and the second in which it was given."""
    return re.sub(rb"(x-request-id|date): [^\r]+", rb"\1", answer)


async def known(node: FhirNode) -> None:
    """Now the token is known, and the list of those that were revoked has just been read."""
    await node.tokens._read_revocations(node.clock())
    await node.tokens.verify(node.headers["Authorization"][7:])
    node.taken.clear()


async def big(node: FhirNode) -> str:
    """A resource that is worth compressing."""
    text = f"<div xmlns='http://www.w3.org/1999/xhtml'>{'a' * 3000}</div>"
    return await node.new(patient() | {"text": {"status": "generated", "div": text}})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "application/fhir+json"},
        {"Accept": "*/*", "User-Agent": "somebody"},
        {"Accept-Encoding": "gzip"},
        {"Accept-Encoding": "gzip, deflate, zstd"},
        {"Accept-Encoding": "identity"},
        {"Prefer": "return=minimal"},
        {"Cookie": "a=b"},
    ],
)
@pytest.mark.parametrize("small", [True, False])
async def test_a_plain_read_is_answered_byte_for_byte_as_any_other(
    node: FhirNode, headers: dict[str, str], *, small: bool
) -> None:
    path = await node.new(patient()) if small else await big(node)
    await known(node)
    plain = await raw(node, get(node, path, headers))
    other = await raw(node, get(node, path, headers | OTHERWISE))
    assert node.taken == [True, False]
    assert same(plain) == same(other)
    assert plain.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (b"content-encoding: " in plain) == (not small and "gzip" in headers.get("Accept-Encoding", ""))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("?_summary=true", {}),
        ("?_format=xml", {}),
        ("/_history", {}),
        ("", {"Accept": "application/fhir+xml"}),
        ("", {"Accept": "text/html"}),
        ("", {"If-Modified-Since": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        ("", {"Authorization": "bearer nonsense"}),
        ("", {"Authorization": "Bearer nonsense"}),
        ("", {"Content-Length": "2"}),
    ],
)
async def test_what_is_not_plain_is_not_taken(node: FhirNode, path: str, headers: dict[str, str]) -> None:
    found = await node.new(patient())
    await known(node)
    body = b"{}" if "Content-Length" in headers else b""
    await raw(node, get(node, found + path, headers) + body)
    assert node.taken == [False]


async def test_who_asks_for_the_head_or_for_the_last_time_gets_it(node: FhirNode) -> None:
    path = await node.new(patient())
    await node.get(path)
    whole = await raw(node, get(node, path, {"Connection": "close"}))
    head = await node.http.head(path.lstrip("/"), headers=node.headers)
    assert b"connection: close" in whole
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == 'W/"1"'


async def test_each_of_many_gets_its_own(node: FhirNode) -> None:
    paths = [await node.new(patient(f"Muster{number}")) for number in range(8)]
    gone = await node.new(patient())
    await node.delete(gone)
    narrow = operator_token(node.keys, node.house, "system/Observation.rs", purpose="TREAT")
    await node.get(paths[0])

    wanted = [*paths, gone, "/Patient/nobody", *paths]
    answers = await asyncio.gather(
        *(node.get(path) for path in wanted), node.get(paths[0], {"Authorization": f"Bearer {narrow}"})
    )
    statuses = [answer.status_code for answer in answers]
    assert statuses == [*[200] * 8, 410, 404, *[200] * 8, 403]
    for path, answer in zip(wanted, answers, strict=False):
        if answer.status_code == 200:
            assert answer.json()["id"] == path.rpartition("/")[2]
    numbers = {answer.headers["x-request-id"] for answer in answers}
    assert len(numbers) == len(answers)


async def test_requests_sent_at_once_on_one_connection_are_answered_in_their_order(node: FhirNode) -> None:
    first, second = await node.new(patient("Erste")), await node.new(patient("Zweite"))
    await node.get(first)
    wire = b"".join(
        get(node, path, {}) for path in (first, f"{second}?_elements=name", second, "/Patient/nobody", first)
    )
    said = await raw(node, wire, 5)
    assert re.findall(rb"HTTP/1.1 (\d+)", said) == [b"200", b"200", b"200", b"404", b"200"]
    assert re.findall(rb"Erste|Zweite", said) == [b"Erste", b"Zweite", b"Zweite", b"Erste"]


async def test_each_read_is_in_the_log_once_before_it_is_answered(node: FhirNode) -> None:
    path = await node.new(patient())
    seen = await node.new(observation(path))
    who = await node.tokens.verify(node.headers["Authorization"][7:])
    before = await node.gate.accesses(who, path[9:], 50)
    node.taken.clear()
    await asyncio.gather(*(node.get(seen) for _ in range(5)))
    after = await node.gate.accesses(who, path[9:], 50)
    assert any(node.taken)
    new = [one.event for one in after.items if one.sequence > max(item.sequence for item in before.items)]
    assert [(event.kind, event.entities) for event in new if event.kind == "read"] == [("read", (seen[1:],))] * 5


async def test_what_was_written_is_read(node: FhirNode) -> None:
    path = await node.new(patient("Alt"))
    await node.get(path)
    for version in range(2, 6):
        await node.put(path, patient(f"Neu{version}") | {"id": path[9:]})
        answer = await node.get(path)
        assert answer.headers["etag"] == f'W/"{version}"'
        assert answer.json()["name"][0]["family"] == f"Neu{version}"


async def test_a_revoked_token_is_refused_at_once(node: FhirNode) -> None:
    path = await node.new(patient())
    token = operator_token(node.keys, node.house, "system/*.rs", purpose="TREAT", ttl=timedelta(minutes=1))
    headers = {"Authorization": f"Bearer {token}"}
    assert [(await node.get(path, headers)).status_code for _ in range(3)] == [200] * 3
    assert any(node.taken[-3:])
    await node.tokens.revoke(await node.tokens.claims(token))
    answer = await node.get(path, headers)
    assert answer.status_code == 401
    assert "revoked" in answer.text


async def test_somebody_who_sees_one_record_only_sees_no_other(node: FhirNode) -> None:
    mine, other = await node.new(patient()), await node.new(patient())
    token = await token_of_a_patient(node, mine[9:])
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(2):
        answers = await asyncio.gather(*(node.get(path, headers) for path in (mine, other)))
        assert [answer.status_code for answer in answers] == [200, 404]


async def token_of_a_patient(node: FhirNode, patient_id: str) -> str:
    """A patient's token, for the own record."""
    people = People(node.database, node.keys, passwords=quick_passwords())
    found = await people.add("muster", "Erika Muster", Role.PATIENT, "rote Rosen im Juni", patient_id=patient_id)
    return await node.tokens.issue(found, Scopes.parse("patient/*.rs"), client="app")


async def test_one_who_hangs_up_disturbs_nobody(node: FhirNode) -> None:
    path = await node.new(patient())
    await node.get(path)
    for _ in range(5):
        _, writer = await asyncio.open_connection(*node.address)
        writer.write(get(node, path, {}))
        writer.close()
    answers = await asyncio.gather(*(node.get(path) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5


async def test_what_cannot_be_opened_is_told_to_who_asked_for_it(node: FhirNode) -> None:
    paths = [await node.new(patient()) for _ in range(4)]
    await node.get(paths[0])
    spoilt = node.gate.ground.store.hasher.key128("Patient", paths[1][9:])
    async with node.database.connection() as connection:
        await connection.execute("update resource set body = '\\x00'::bytea || body where id = $1", spoilt)
    answers = await asyncio.gather(*(node.get(path) for path in paths))
    assert [answer.status_code for answer in answers] == [200, 500, 200, 200]
