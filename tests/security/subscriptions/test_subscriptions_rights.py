"""Nobody is told what they may not see, and nothing is sent where the operator does not let it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import websockets
from fhir_node import observation, patient
from signing_in import quick_passwords
from subscribers import SHAPED, Receiver, SubscribedNode, acting, receiver, shaped, subscribed_node, subscription, until

from verbund.database import Database
from verbund.errors import Forbidden
from verbund.identity import Claims, People, Person, Role
from verbund.subscriptions import Places

SECRET = "Bearer geheimes-wort-17"


async def test_what_comes_along_is_what_its_owner_may_read(node: SubscribedNode, hook: Receiver) -> None:
    asked = {"url": "include", "valueString": "Observation:subject"}
    await node.new(shaped(asked))
    narrow = acting(node, Role.SYSTEM, "lab", scopes="system/Observation.rs system/Subscription.cruds")
    await node.subscribe(subscription(SHAPED, hook.url, content="full-resource"), narrow)
    await node.new(observation(await node.new(patient())))
    await hook.until_told(1)
    (sent,) = hook.of("event-notification")
    assert [one["resource"]["resourceType"] for one in sent.json["entry"]] == ["Parameters", "Observation"]


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1.evil.example/",
        "http://169.254.169.254/latest/meta-data",
        "https://events.example.evil/",
        "https://events.example@evil.example/",
        "https://events.example/in/../out",
        "https://events.example/in/%2e%2e/out",
        "https://events.example\\@evil/",
        "file:///etc/passwd",
        "ftp://events.example/in/",
        "https://events.example/in/ x",
        "https://events.example:99999/in/",
        "",
    ],
)
def test_only_addresses_that_the_operator_names_are_told(address: str) -> None:
    places = Places(("https://events.example", "https://events.example/in/", "http://127.0.0.1:8080/"))
    with pytest.raises(Forbidden):
        places.check(address)
    places.check("https://events.example/in/box?x=1")


async def test_no_address_at_all_unless_the_operator_names_one(database: Database) -> None:
    async with subscribed_node(database, places=()) as node:
        answer = await node.post("/Subscription", subscription(node.topic("Patient"), "http://127.0.0.1:1/"))
        assert answer.status_code == 403
        assert "subscription_endpoints" in answer.text


async def test_a_redirection_is_a_failure(node: SubscribedNode, hook: Receiver) -> None:
    async with receiver() as inside:
        hook.answer, hook.location = 302, inside.url
        answer = await node.post("/Subscription", subscription(node.topic("Patient"), hook.url))
        await node.active(answer.json()["id"], "error")
        assert inside.got == []


async def a_doctor(node: SubscribedNode) -> tuple[People, Person, Claims, dict[str, str]]:
    """Somebody who has signed in: who keeps the accounts, who it is, the token, and the headers of a request."""
    people = People(node.database, node.keys, passwords=quick_passwords())
    login = f"weber-{uuid4().hex[:8]}"
    person = await people.add(login=login, name="Dr. Weber", role=Role.PHYSICIAN, password="ein langes Wort 17")
    bearer = await node.tokens.issue(person, Role.PHYSICIAN.scopes, client="portal")
    return people, person, await node.tokens.claims(bearer), {"Authorization": f"Bearer {bearer}"}


@pytest.mark.parametrize("way", ["account", "token"])
async def test_a_subscription_ends_with_the_right_of_who_asked_for_it(
    way: str, node: SubscribedNode, hook: Receiver
) -> None:
    people, person, claims, doctor = await a_doctor(node)
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url), doctor)
    stays = await node.subscribe(subscription(node.topic("Patient"), f"{hook.url}/stays"))
    if way == "account":
        await people.deactivate(person.id)
    else:
        await node.tokens.revoke(claims)
    await node.active(identity, "off")
    found = (await node.get(f"/Subscription/{identity}")).json()
    expected = {"account": "account of whose this is has been closed", "token": "token with which this was asked for"}
    assert expected[way] in found["error"]
    await node.new(patient())
    await until(lambda: [one.path for one in hook.of("event-notification")] == ["/stays"])
    assert (await node.get(f"/Subscription/{stays}")).json()["status"] == "active"


async def test_a_token_that_has_expired_ends_nothing(node: SubscribedNode, hook: Receiver) -> None:
    node.tokens.ttl = timedelta(seconds=2)
    _, _, _, doctor = await a_doctor(node)
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url), doctor)
    await asyncio.sleep(2.1)
    assert (await node.get("/Patient/1", doctor)).status_code == 401
    await node.new(patient())
    await hook.until_told(1)
    assert (await node.get(f"/Subscription/{identity}")).json()["status"] == "active"


async def test_headers_are_sent_and_never_shown(node: SubscribedNode, hook: Receiver) -> None:
    asked = subscription(node.topic("Patient"), hook.url, header=[f"Authorization: {SECRET}"])
    doctor, other = acting(node, Role.PHYSICIAN, "weber"), acting(node, Role.PHYSICIAN, "kurz")
    identity = await node.subscribe(asked, doctor)
    assert hook.got[0].headers["authorization"] == SECRET
    shown = (await node.get(f"/Subscription/{identity}", doctor)).json()
    assert "geheim" not in str(shown)
    stolen = shown | {"channel": shown["channel"] | {"endpoint": f"{hook.url}/thief"}}
    del stolen["id"]
    assert (await node.post("/Subscription", stolen, other)).status_code == 422
    same = await node.put(f"/Subscription/{identity}", shown, doctor)
    assert same.status_code == 200, same.text
    await node.active(identity)
    assert hook.got[-1].headers["authorization"] == SECRET


@pytest.mark.parametrize("line", ["Host: x", "Content-Length: 1", "No colon", "X: a\r\nY: b", "Bad name: x"])
async def test_headers_that_are_not_the_subscribers_are_refused(line: str, node: SubscribedNode) -> None:
    asked = subscription(node.topic("Patient"), "http://127.0.0.1:1/", header=[line])
    assert (await node.post("/Subscription", asked)).status_code in {400, 422}


async def test_a_subscription_belongs_to_who_made_it(node: SubscribedNode, hook: Receiver) -> None:
    doctor, other = acting(node, Role.PHYSICIAN, "weber"), acting(node, Role.PHYSICIAN, "kurz")
    asked = subscription(node.topic("Patient"), hook.url)
    identity = await node.subscribe(asked, doctor)
    place = f"/Subscription/{identity}"
    for asking in (f"{place}/$status", f"{place}/$events", f"{place}/$get-ws-binding-token"):
        assert (await node.get(asking, other)).status_code == 404
    assert (await node.get("/Subscription/$status", other)).json()["total"] == 0
    assert (await node.put(place, asked | {"id": identity}, other)).status_code in {403, 404}
    await node.http.delete(place.lstrip("/"), headers=other)
    assert (await node.get(place, doctor)).status_code == 200
    assert (await node.get(f"{place}/$status", doctor)).json()["total"] == 1
    turned_off = await node.put(place, asked | {"id": identity, "status": "off"})
    assert turned_off.status_code == 200


async def test_a_patient_is_told_of_the_own_record_only(node: SubscribedNode, hook: Receiver) -> None:
    own, foreign = await node.new(patient("Eigen")), await node.new(patient("Fremd"))
    scopes = "patient/*.rs patient/Subscription.cru"
    app = acting(node, Role.PATIENT, "app", patient=own.rpartition("/")[2], scopes=scopes)
    identity = await node.subscribe(subscription(node.topic("Observation"), hook.url), app)
    await node.new(observation(foreign))
    fitting = await node.new(observation(own))
    await hook.until_told(1)
    (sent,) = hook.of("event-notification")
    assert sent.events[0]["focus"]["reference"] == f"{node.base}{fitting}"
    assert sent.state["events-since-subscription-start"] == "1"
    assert (await node.get(f"/Subscription/{identity}", app)).status_code == 200


async def test_a_token_without_the_right_to_read_is_refused(node: SubscribedNode, hook: Receiver) -> None:
    nurse = acting(node, Role.PHYSICIAN, "n", scopes="user/Subscription.crus user/Patient.rs")
    answer = await node.post("/Subscription", subscription(node.topic("Observation"), hook.url), nurse)
    assert answer.status_code == 403
    assert "Observation" in answer.text


async def test_a_client_cannot_say_that_it_is_active(node: SubscribedNode, hook: Receiver) -> None:
    hook.answer = 500
    asked = subscription(node.topic("Patient"), hook.url) | {"status": "active"}
    answer = await node.post("/Subscription", asked)
    assert answer.json()["status"] == "requested"
    await node.active(answer.json()["id"], "error")
    patched = await node.patch(
        f"/Subscription/{answer.json()['id']}", [{"op": "replace", "path": "/status", "value": "active"}]
    )
    assert patched.json()["status"] == "requested"


async def test_the_database_holds_nothing_in_clear(node: SubscribedNode, hook: Receiver) -> None:
    person = await node.new(patient("Geheimrat"))
    wanted = f"Observation?patient={person.lstrip('/')}"
    asked = subscription(node.topic("Observation"), f"{hook.url}/ort-17", wanted, header=[f"X-Key: {SECRET}"])
    identity = await node.subscribe(asked)
    await node.new(observation(person))
    await hook.until_told(1)
    async with node.database.connection() as connection:
        tables = ("subscription", "subscription_notice", "subscription_event", "subscription_token", "resource")
        for table in tables:
            rows = await connection.fetch(f"select t::text from {table} t")  # noqa: S608 - names of the package's tables
            text = " ".join(row[0] for row in rows)
            for word in ("ort-17", "geheim", identity, person.rpartition("/")[2]):
                assert word not in text
                assert word.encode().hex() not in text


@pytest.mark.parametrize("said", ["bind-with-token wrong", "bind 42", "hello", "bind-with-token " + "x" * 5000])
async def test_a_websocket_without_a_token_is_closed(said: str, node: SubscribedNode) -> None:
    url = f"ws{node.house.issuer.removeprefix('http')}/fhir-ws"
    async with websockets.connect(url) as socket:
        await socket.send(said)
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()


async def test_what_is_closed_between_the_event_and_its_delivery_is_told_by_no_word(
    node: SubscribedNode, hook: Receiver
) -> None:
    """The receiver is down when the event comes; before it is up again the patient has the data restricted."""
    closed, open_ = await node.new(patient("Verschlossen")), await node.new(patient("Offen"))
    _, _, _, doctor = await a_doctor(node)
    asked = subscription(node.topic("Observation"), hook.url, content="full-resource")
    identity = await node.subscribe(asked, doctor)
    hook.answer = 500
    hidden = await node.new(observation(closed))
    async with asyncio.timeout(15):
        while (await node.counted()) == 0:
            await asyncio.sleep(0.02)
    ground = node.gate.ground
    async with node.database.transaction() as connection:
        key = ground.store.patient_key(closed.rpartition("/")[2])
        await connection.execute("insert into consent_restriction (patient, categories) values ($1, -1)", key)
    await asyncio.sleep(0.3)  # what was on its way when it was restricted has been refused by now
    hook.answer = 200
    seen = (await node.new(observation(open_))).rpartition("/")[2].encode()
    await until(lambda: any(seen in one.body for one in hook.got))
    name = hidden.rpartition("/")[2].encode()
    assert not [one for one in hook.got if name in one.body]
    for path in (f"/Subscription/{identity}/$events?content=full-resource", f"/Subscription/{identity}/$status"):
        answer = await node.get(path, doctor)
        assert answer.status_code == 200
        assert name.decode() not in answer.text
