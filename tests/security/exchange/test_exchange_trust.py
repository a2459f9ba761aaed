"""A hub, a network or a member that does not mean well: what it cannot do."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
import structlog
from exchange_world import World, started, until

from verbund.crypto import NodeKeys, pack
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound, Unavailable, VerbundError
from verbund.exchange import ROUTES, Delivery, Invitation, Member, Membership, Message, Parcel, hub_app
from verbund.exchange.directory import issue
from verbund.exchange.envelope import Envelope, seal_for
from verbund.exchange.model import Role
from verbund.exchange.requests import Request, authorise
from verbund.exchange.trust import Statement, admit, believed, grant_id

LATER = timedelta(minutes=1)
DAY = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC)


def collecting(applied: list[bytes]) -> Any:
    async def apply(message: Message) -> bytes:
        applied.append(message.payload)
        return b"done"

    return apply


async def letter(world: World, sender: NodeKeys, name: str) -> str:
    """A letter with these keys under this name, as anybody could make it who has the receiver's public keys."""
    member = Member("klinik", "", "", world.sites["klinik"].keys.public())
    envelope = Envelope("forged-letter", Role.LETTER, "news", now(), now() + LATER, b"forged", number=1, floor=1)
    return await seal_for(member, envelope, keys=sender, name=name)


async def through_the_hub(world: World, body: str, receiver: str = "klinik", sender: str = "praxis") -> None:
    """What a hub that is not to be trusted can put into a mailbox."""
    await world.hub.broker.send(sender, Parcel(os.urandom(8).hex(), receiver, now() + LATER, body))


async def test_a_message_signed_with_other_keys_than_the_senders_is_dropped(region: World) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})
    await through_the_hub(region, await letter(region, NodeKeys.generate(), "praxis"))
    await praxis.correspondence.send("klinik", "news", b"real")
    await until(lambda: applied)
    assert applied == [b"real"]


async def test_a_message_of_nobody_and_one_that_is_no_message_are_dropped(region: World) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})
    await through_the_hub(region, await letter(region, NodeKeys.generate(), "stranger"))
    await through_the_hub(region, "not a message at all")
    await praxis.correspondence.send("klinik", "news", b"real")
    await until(lambda: applied)
    assert applied == [b"real"]


async def test_a_message_for_another_receiver_is_dropped_wherever_the_hub_takes_it(region: World) -> None:
    await region.join("reha", inviter="klinik")
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})
    reha = region.sites["reha"].keys.public()
    claims = {"id": "x" * 8, "role": "letter", "kind": "news", "to": "reha", "number": "1", "floor": "1"}
    times = {"sent": now().isoformat(), "expires": (now() + LATER).isoformat()}
    body = pack(b"for reha", sender=praxis.keys, sender_name="praxis", receiver=reha, claims=claims | times)
    await through_the_hub(region, body)
    await praxis.correspondence.send("klinik", "news", b"real")
    await until(lambda: applied)
    assert applied == [b"real"]


async def test_a_replayed_letter_is_not_applied_again_and_a_replayed_ask_not_answered_again(region: World) -> None:
    applied: list[bytes] = []
    praxis, klinik = await started(region, klinik={"news": collecting(applied), "ask": collecting(applied)})
    seen: list[Delivery] = []
    deliver = klinik.correspondence._courier._deliver

    async def keeping(delivery: Delivery) -> None:
        seen.append(delivery)
        await deliver(delivery)

    klinik.correspondence._courier._deliver = keeping
    await praxis.correspondence.send("klinik", "news", b"once")
    await praxis.correspondence.ask("klinik", "ask", b"asked once")
    await until(lambda: len(applied) == 2)
    for delivery in tuple(seen):
        await through_the_hub(region, delivery.body)
    await until(lambda: len(seen) >= 4)
    await praxis.correspondence.ask("klinik", "ask", b"last")
    assert sorted(applied) == [b"asked once", b"last", b"once"]


async def test_a_changed_message_does_not_open(region: World) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})
    body = await letter(region, praxis.keys, "praxis")
    for place in range(0, len(body), max(1, len(body) // 12)):
        swapped = "A" if body[place] != "A" else "B"
        await through_the_hub(region, body[:place] + swapped + body[place + 1 :])
    await praxis.correspondence.send("klinik", "news", b"real")
    await until(lambda: applied)
    assert applied == [b"real"]


async def test_a_member_cannot_answer_a_question_that_was_put_to_another(region: World) -> None:
    await region.join("reha", inviter="klinik")
    asked = asyncio.Event()

    async def silent(_: Message) -> bytes:
        asked.set()
        await asyncio.sleep(20)
        return b"late"

    praxis, _ = await started(region, klinik={"ask": silent})
    asking = asyncio.create_task(praxis.correspondence.ask("klinik", "ask", b"", timeout_seconds=1.5))
    await asked.wait()
    (ask_id,) = praxis.correspondence._open_asks
    reply = Envelope(os.urandom(8).hex(), Role.REPLY, "ask", now(), now() + LATER, b"forged", re=ask_id)
    receiver = Member("praxis", "", "", praxis.keys.public())
    body = await seal_for(receiver, reply, keys=region.sites["reha"].keys, name="reha")
    await through_the_hub(region, body, "praxis", "reha")
    with pytest.raises(Unavailable):
        await asking


async def test_the_hub_can_neither_swap_a_members_key_nor_invent_a_member(region: World) -> None:
    praxis = region.sites["praxis"]
    entries = await region.hub.directory.entries()
    impostor, hub = NodeKeys.generate(), region.hub_keys
    forged = [*entries]
    for site in ("klinik", "invented"):
        grant, one_time, _ = issue(
            site=site, title=site, kind="hospital", inviter="hub", keys=hub, now=now(), life=LATER
        )
        statement = Statement(
            site, site, "hospital", impostor.public().to_dict(), grant_id(grant), "hub", hub.public().key_id
        )
        forged.insert(0, admit(grant, one_time, statement, impostor))
    roots = {"praxis": praxis.keys.public().key_id}
    verdicts = believed(forged, roots)
    assert "invented" not in verdicts.members
    assert all(member.keys.key_id != impostor.public().key_id for member in verdicts.members.values())
    pinned = believed(forged, roots | {"klinik": region.sites["klinik"].keys.public().key_id})
    assert "another key" in pinned.refused["klinik"]


async def test_a_changed_key_of_a_known_member_is_refused_and_the_pinned_one_stays(region: World) -> None:
    """Even the member that invited it cannot replace it by another under its name."""
    praxis = region.sites["praxis"]
    membership = await Membership.open(praxis.database, praxis.keys)
    assert membership is not None
    await membership.refresh()
    before = membership.known("klinik")
    invitation = Invitation.from_line(membership.invite("klinik", "Haus klinik", "hospital"))
    impostor = NodeKeys.generate()
    statement = Statement(
        "klinik",
        "Haus klinik",
        "hospital",
        impostor.public().to_dict(),
        grant_id(invitation.grant),
        "praxis",
        praxis.keys.public().key_id,
    )
    forged = admit(invitation.grant, invitation.one_time_key(), statement, impostor)
    with pytest.raises(Conflict):
        await region.hub.directory.join(forged)
    entries = await region.hub.directory.entries()
    roots = {member.site: member.keys.key_id for member in membership.all() if member.site != "hub"}
    verdicts = believed([forged, *entries], roots)
    await membership.close()
    assert before is not None
    assert "another key" in verdicts.refused["klinik"]
    assert verdicts.members["klinik"].keys.key_id == before.keys.key_id


async def renamed(region: World, site: str, kind: str, title: str) -> None:
    """What a hub and a member that mean ill can put into the directory: its own entry, by an invitation of nobody."""
    keys, stranger = region.sites[site].keys, NodeKeys.generate()
    grant, one_time, _ = issue(site=site, title=title, kind=kind, inviter="hub", keys=stranger, now=now(), life=LATER)
    key_id = region.hub_keys.public().key_id
    statement = Statement(site, title, kind, keys.public().to_dict(), grant_id(grant), "hub", key_id)
    entry = admit(grant, one_time, statement, keys)
    async with region.center.database.connection() as connection:
        await connection.execute(
            'update exchange_member set "grant" = $2, admission = $3, statement = $4 where site = $1',
            site,
            entry.grant,
            entry.admission,
            entry.statement,
        )


async def test_a_known_member_cannot_make_itself_another_kind_of_house(region: World) -> None:
    praxis = region.sites["praxis"]
    membership = await Membership.open(praxis.database, praxis.keys)
    assert membership is not None
    await membership.refresh()
    before = membership.known("klinik")
    assert before is not None
    assert "klinik" not in membership.refused
    await renamed(region, "klinik", "university-hospital", "Universitätsklinikum")
    await membership.refresh()
    again = await Membership.open(praxis.database, praxis.keys)
    assert again is not None
    for found in (membership.known("klinik"), again.known("klinik")):
        assert found is not None
        assert (found.kind, found.title) == (before.kind, before.title)
    assert "another kind or title" in membership.refused["klinik"]
    await membership.close()
    await again.close()


async def test_the_kind_of_who_invited_a_site_is_filled_in_once(region: World) -> None:
    klinik = region.sites["klinik"]
    membership = await Membership.open(klinik.database, klinik.keys)
    assert membership is not None
    await membership.refresh()
    inviter = membership.known("praxis")
    assert inviter is not None
    assert (inviter.kind, inviter.title) == ("practice", "Haus praxis")
    await renamed(region, "praxis", "insurer", "Krankenkasse")
    await membership.refresh()
    found = membership.known("praxis")
    assert found is not None
    assert (found.kind, found.title) == ("practice", "Haus praxis")
    await membership.close()


async def test_an_invitation_works_once_for_its_name_until_it_expires(world: World) -> None:
    line = await world.invitation("praxis")
    await world.join("praxis", line=line)
    with pytest.raises((Conflict, Forbidden)):
        await world.join("praxis", line=line)
    with pytest.raises(Forbidden, match="founded"):
        await world.join("second", line=world.hub.found(site="second", title="", kind="practice"))
    membership = world.sites["praxis"].membership
    assert membership is not None
    expired = membership.invite("late", "Late", "practice", life=timedelta(seconds=-1))
    with pytest.raises(Forbidden, match="expired"):
        await world.join("late", line=expired)
    klinik = Invitation.from_line(membership.invite("klinik", "Klinik", "hospital"))
    renamed = msgspec.structs.replace(klinik, site="other").to_line()
    with pytest.raises(Forbidden):
        await world.join("other", line=renamed)
    await membership.close()


async def test_a_broken_invitation_is_explained(world: World) -> None:
    line = await world.invitation("praxis")
    for broken in ("", "hello", line[:-20], line[:40] + "!" + line[41:]):
        with pytest.raises(Incorrect):
            Invitation.from_line(broken)


async def test_the_linkage_key_is_the_same_at_all_sites_and_never_at_the_hub(region: World) -> None:
    await region.join("reha", inviter="klinik")
    keys = set()
    for node in region.sites.values():
        membership = await Membership.open(node.database, node.keys)
        assert membership is not None
        keys.add(membership.place.linkage_key)
        await membership.close()
    assert len(keys) == 1
    (key,) = keys
    async with region.center.database.connection() as connection:
        tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        for row in tables:
            content = await connection.fetch(f'select t::text as line from "{row["tablename"]}" t')  # noqa: S608
            assert not any(key.hex() in line["line"] for line in content)


async def client_answer(world: World, method: str, target: str, body: bytes = b"", header: str = "") -> httpx.Response:
    async with httpx.AsyncClient(base_url=world.hub.url) as client:
        return await client.request(method, target, content=body, headers={"authorization": header})


def signed(world: World, method: str, target: str, body: bytes = b"", *, site: str = "praxis", **changes: Any) -> str:
    keys = changes.get("keys", world.sites["praxis"].keys)
    moment = changes.get("now", now())
    hub = changes.get("hub", "hub")
    return authorise(Request(method, target, body), site=site, hub=hub, keys=keys, now=moment)


@pytest.mark.parametrize("rule", [rule for rule in ROUTES if rule.who == "member"], ids=lambda rule: rule.path)
async def test_every_route_of_members_refuses_strangers_replays_and_foreign_signatures(
    region: World, rule: Any
) -> None:
    target = rule.path + ("?wait=0" if rule.path.endswith("poll") else "")
    body = b"{}" if rule.method == "POST" else b""
    wrong = [
        "",
        "Bearer nonsense",
        "Bearer a.b.c",
        signed(region, rule.method, target, body, keys=NodeKeys.generate()),
        signed(region, rule.method, target, body, site="klinik"),
        signed(region, rule.method, target, body, site="nobody"),
        signed(region, rule.method, target, body, hub="another-hub"),
        signed(region, rule.method, target, body, now=now() - timedelta(minutes=5)),
        signed(region, rule.method, target, body, now=now() + timedelta(minutes=5)),
        signed(region, rule.method, "/exchange/other", body),
        signed(region, rule.method, target, body + b" "),
    ]
    for header in wrong:
        answer = await client_answer(region, rule.method, target, body, header)
        assert answer.status_code == 401, header
        assert answer.json()["resourceType"] == "OperationOutcome"
    once = signed(region, rule.method, target, body)
    assert (await client_answer(region, rule.method, target, body, once)).status_code != 401
    again = await client_answer(region, rule.method, target, body, once)
    assert (again.status_code, "before" in again.json()["issue"][0]["diagnostics"]) == (401, True)


async def test_every_route_has_a_rule(region: World) -> None:
    routes = {(next(iter(route.methods - {"HEAD"})), route.path) for route in hub_app(region.hub).routes}
    assert routes == {(rule.method, rule.path) for rule in ROUTES}


ONE = b'{"id":"12345678","receiver":"klinik","expires_at":"LATER","body":""}'
BAD = [
    ("/exchange/messages", b"not json", 400),
    ("/exchange/messages", b"{}", 400),
    ("/exchange/messages", b'{"id":"x","receiver":"klinik","expires_at":"LATER","body":""}', 400),
    ("/exchange/messages", b'{"id":"12345678","receiver":"klinik","expires_at":"2090-01-01T00:00:00","body":""}', 400),
    ("/exchange/messages", b'{"id":"12345678","receiver":"nobody","expires_at":"LATER","body":""}', 404),
    (
        "/exchange/messages",
        b'{"id":"12345678","receiver":"klinik","expires_at":"LATER","body":"","transient":true}',
        503,
    ),
    ("/exchange/messages", b'{"id":"12345678","receiver":"klinik","expires_at":"2090-01-01T00:00:00Z","body":""}', 400),
    ("/exchange/batch", b'{"messages":[]}', 400),
    ("/exchange/batch", b'{"messages":[{"id":"x"}]}', 400),
    ("/exchange/batch", b'{"messages":[' + b",".join([ONE] * 65) + b"]}", 400),
    ("/exchange/ack", b'{"sequences":["x"]}', 400),
    ("/exchange/ack", b'{"sequences":[99999999999999999999999]}', 400),
]


@pytest.mark.parametrize(("path", "body", "status"), BAD)
async def test_bad_input_gets_a_clear_answer(region: World, path: str, body: bytes, status: int) -> None:
    body = body.replace(b"LATER", (now() + LATER).isoformat().encode())
    answer = await client_answer(region, "POST", path, body, signed(region, "POST", path, body))
    assert answer.status_code == status
    assert answer.json()["issue"][0]["diagnostics"]


async def test_of_several_messages_each_is_taken_or_refused_by_itself_and_none_twice(region: World) -> None:
    later = (now() + LATER).isoformat()
    names = (("11111111", "klinik"), ("22222222", "nobody"), ("33333333", "klinik"), ("11111111", "klinik"))
    messages = [{"id": name, "receiver": to, "expires_at": later, "body": name} for name, to in names]
    body = msgspec.json.encode({"messages": messages})
    for _ in range(2):
        header = signed(region, "POST", "/exchange/batch", body)
        answer = await client_answer(region, "POST", "/exchange/batch", body, header)
        assert answer.status_code == 200
        problems = answer.json()["problems"]
        assert [one is None for one in problems] == [True, False, True, True]
        assert problems[1]["problem"]["error"] == "NotFound"
    waiting = await region.hub.broker.poll("klinik", 0, 0)
    assert [one.id for one in waiting] == ["11111111", "33333333"]


async def test_many_messages_of_one_request_keep_their_order_and_stay_within_the_mailbox(region: World) -> None:
    broker, later = region.hub.broker, now() + LATER
    parcels = [Parcel(f"{number:08}", "klinik", later, "x" * 10) for number in range(50)]
    assert await broker.send_many("praxis", parcels) == [None] * 50
    assert [one.id for one in await broker.poll("klinik", 0, 0)] == [one.id for one in parcels]
    async with region.center.database.connection() as connection:
        await connection.execute("update exchange_mailbox set parcels = $1 - 3", broker.limits.parcels)
    failures = await broker.send_many("praxis", [Parcel(f"9{one.id[1:]}", "klinik", later, "x") for one in parcels[:5]])
    assert [type(one).__name__ for one in failures] == ["NoneType"] * 3 + ["Busy"] * 2


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "wait=nan", "wait=1e9", "other=1", "after=9999999999999999999"]
)
async def test_bad_polls_get_a_clear_answer(region: World, query: str) -> None:
    target = f"/exchange/poll?{query}"
    answer = await client_answer(region, "GET", target, b"", signed(region, "GET", target))
    assert answer.status_code == 400


async def test_a_body_that_is_too_large_is_cut_off(region: World) -> None:
    large = b"x" * (region.hub.broker.limits.body_bytes + 8_192)
    header = signed(region, "POST", "/exchange/messages", large)
    assert (await client_answer(region, "POST", "/exchange/messages", large, header)).status_code == 413
    joining = b"x" * 70_000
    assert (await client_answer(region, "POST", "/exchange/join", joining)).status_code == 413


@pytest.mark.parametrize("rule", ROUTES, ids=lambda rule: rule.path)
async def test_nothing_is_read_of_who_is_not_proven(region: World, rule: Any) -> None:
    """A stranger announces two gigabytes and sends none: the answer comes all the same, and the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", region.serving.port)
    head = f"{rule.method} {rule.path} HTTP/1.1\r\nHost: hub\r\nContent-Length: {2**31}\r\n"
    writer.write(f"{head}Authorization: Bearer a.b.c\r\n\r\n".encode())
    async with asyncio.timeout(5):
        status = (await reader.readline()).split()[1]
    writer.close()
    assert status == (b"413" if rule.who == "invitation" else b"401")


async def test_a_join_that_is_not_proven_is_refused(world: World) -> None:
    invitation = Invitation.from_line(await world.invitation("praxis"))
    keys, other = NodeKeys.generate(), NodeKeys.generate()
    statement = Statement(
        "praxis",
        "Haus praxis",
        "practice",
        keys.public().to_dict(),
        grant_id(invitation.grant),
        "hub",
        world.hub_keys.public().key_id,
    )
    good = admit(invitation.grant, invitation.one_time_key(), statement, keys)
    foreign_one_time = admit(invitation.grant, other.signing, statement, keys)
    foreign_key = admit(invitation.grant, invitation.one_time_key(), statement, other)
    wider = msgspec.structs.replace(statement, kind="hospital")
    for entry in (foreign_one_time, foreign_key, admit(invitation.grant, invitation.one_time_key(), wider, keys)):
        with pytest.raises(Forbidden):
            await world.hub.directory.join(entry)
    await world.hub.directory.join(good)
    with pytest.raises(NotFound):
        await world.hub.directory.keys_of("nobody")


async def test_errors_name_no_secret(world: World) -> None:
    line = await world.invitation("praxis")
    secret = Invitation.from_line(line).one_time["d"]
    with pytest.raises(VerbundError) as caught:
        await world.join("other", line=line[:-30])
    assert secret not in caught.value.text
    assert secret not in repr(Invitation.from_line(line))


GOOD = {"id": "malformed", "role": "letter", "kind": "news", "number": "1", "floor": "1"}
MALFORMED: list[dict[str, str]] = [
    {"role": "receipt", "re": "x" * 32, "outcome": "bogus"},
    {"role": "receipt", "re": "x" * 32, "outcome": "applied", "applied": "9" * 40},
    {"expires": "2090-01-01T00:00:00"},
    {"role": "ask", "expires": "2090-01-01T00:00:00"},
    {"sent": "2026-01-01T00:00:00"},
    {"expires": "9999-12-31T23:59:59-14:00"},
    {"number": "9" * 40},
    {"number": "-1"},
    {"floor": "x"},
    {"id": "with\0null"},
    {"role": "ask", "patience": "nan"},
    {"role": "ask", "patience": "inf"},
    {"role": "reply", "re": "x", "expires": "2090-01-01T00:00:00"},
]


async def malformed(world: World, claims: dict[str, str], receiver: str, payload: bytes = b"\xff") -> None:
    """What a member with valid keys can sign, whether or not it is a message."""
    keys = world.hub_keys if receiver == "hub" else world.sites[receiver].keys
    times = {"sent": now().isoformat(), "expires": (now() + LATER).isoformat()}
    whole = GOOD | times | {"to": receiver} | claims
    praxis = world.sites["praxis"].keys
    body = pack(payload, sender=praxis, sender_name="praxis", receiver=keys.public(), claims=whole)
    await through_the_hub(world, body, receiver)


@pytest.mark.parametrize("receiver", ["klinik", "hub"])
async def test_a_malformed_message_of_a_member_is_dropped_and_the_exchange_goes_on(
    region: World, receiver: str
) -> None:
    handlers = {"ask": collecting([])}
    praxis, klinik = await started(region, klinik=handlers, hub=handlers)
    node = klinik if receiver == "klinik" else region.center
    for claims in MALFORMED:
        await malformed(region, claims, receiver)
    assert await praxis.correspondence.ask(receiver, "ask", b"") == b"done"
    assert node.correspondence.state.problem is None

    async def nothing_waits() -> bool:
        async with region.center.database.connection() as connection:
            return not await connection.fetchval("select count(*) from exchange_parcel where receiver = $1", receiver)

    await until(nothing_waits)


async def test_a_message_that_nobody_foresaw_is_dropped_too_and_not_kept(
    region: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    praxis, klinik = await started(region, klinik={"ask": collecting([])})

    async def broken(*_: Any) -> None:
        raise ValueError("Erika Mustermann")

    monkeypatch.setattr(klinik.correspondence._inbox, "receive", broken)
    with structlog.testing.capture_logs() as logged:
        await malformed(region, {}, "klinik")
        await until(lambda: any(line.get("error") == "ValueError" for line in logged))
    assert "Mustermann" not in str(logged)
    assert await praxis.correspondence.ask("klinik", "ask", b"") == b"done"


async def test_an_asker_cannot_make_its_answer_be_kept_for_long(region: World) -> None:
    _, klinik = await started(region, klinik={"ask": collecting([])})
    lives: list[float] = []
    loop = asyncio.get_running_loop()
    later = loop.call_later

    def noting(delay: float, what: Any, *given: Any, **how: Any) -> Any:
        if what == klinik.correspondence._answers.pop:
            lives.append(delay)
        return later(delay, what, *given, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "call_later", noting)
        await malformed(region, {"role": "ask", "kind": "ask", "expires": (now() + 50 * DAY).isoformat()}, "klinik")
        await until(lambda: lives)
    assert max(lives) <= 60


async def test_a_request_that_was_used_is_not_new_again_when_the_hubs_clock_is_put_back(region: World) -> None:
    broker, real = region.hub.broker, region.hub.broker._clock
    expires = now() + timedelta(seconds=60)
    assert await broker.use_token("praxis jti-1", expires)
    broker._clock = lambda: now() + timedelta(minutes=90)
    await broker.sweep()
    broker._clock = real
    assert not await broker.use_token("praxis jti-1", expires)


async def test_who_has_left_is_not_taken_for_present_when_the_hubs_clock_is_put_back(region: World) -> None:
    broker, real = region.hub.broker, region.hub.broker._clock
    await broker.poll("klinik", 0, 0)
    broker._clock = lambda: now() - timedelta(hours=1)
    transient = Parcel("12345678", "klinik", now() + LATER, "x", transient=True)
    with pytest.raises(Unavailable):
        await broker.send("praxis", transient)
    assert [type(one) for one in await broker.send_many("praxis", [transient, transient])] == [Unavailable] * 2
    broker._clock = real
    assert await broker.send_many("praxis", [transient]) == [None]


async def test_an_ask_is_not_answered_again_hours_later_when_the_clock_is_put_back(region: World) -> None:
    answered: list[str] = []

    async def note(message: Message) -> bytes:
        answered.append(message.id)
        return b""

    praxis, klinik = await started(region, klinik={"greet": note})
    moment = now()
    ask = Envelope(os.urandom(16).hex(), Role.ASK, "greet", moment, moment + LATER, patience_seconds=5)
    member = await praxis.correspondence.members.member("klinik")
    body = await seal_for(member, ask, keys=praxis.keys, name="praxis")
    for sequence in (1, 2):
        await klinik.correspondence._deliver(Delivery(sequence, ask.id, "praxis", body))
        klinik.correspondence._answers.clear()
    assert answered == [ask.id]


async def test_what_is_dated_far_ahead_is_dropped(region: World) -> None:
    applied: list[bytes] = []

    async def note(message: Message) -> None:
        applied.append(message.payload)

    praxis, klinik = await started(region, klinik={"news": note})
    member = await praxis.correspondence.members.member("klinik")
    for hours, payload in ((1, b"an hour"), (48, b"two days")):
        moment = now() + timedelta(hours=hours)
        letter = Envelope(
            os.urandom(16).hex(), Role.LETTER, "news", moment, moment + LATER, payload, number=1 + len(applied), floor=1
        )
        body = await seal_for(member, letter, keys=praxis.keys, name="praxis")
        await klinik.correspondence._deliver(Delivery(1, letter.id, "praxis", body))
    assert applied == [b"an hour"]
