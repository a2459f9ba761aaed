"""Subscribers are told what has changed, as the backport of R5 Subscriptions to R4 says."""

from fhir_node import observation, patient
from subscribers import Receiver, SubscribedNode, subscription, until

from verbund.fhir import validate

PROFILE = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4"


async def test_a_handshake_precedes_everything_and_makes_it_active(node: SubscribedNode, hook: Receiver) -> None:
    identity = await node.subscribe(subscription(node.topic("Observation"), f"{hook.url}/here"))
    (first,) = hook.got
    assert (first.method, first.path, first.kind) == ("POST", "/here", "handshake")
    assert first.state["status"] == "requested"
    assert first.state["events-since-subscription-start"] == "0"
    assert first.state["subscription"] == {"reference": f"{node.base}/Subscription/{identity}"}
    assert first.json["entry"][0]["resource"]["meta"]["profile"] == [PROFILE]
    assert first.json["entry"][0]["request"]["url"] == f"{node.base}/Subscription/{identity}/$status"


async def test_each_change_of_a_resource_is_an_event(node: SubscribedNode, hook: Receiver) -> None:
    subject = await node.new(patient())
    await node.subscribe(subscription(node.topic("Observation"), hook.url, content="full-resource", max_count=1))
    made = await node.new(observation(subject))
    await node.put(made, observation(subject, "2024-03-02") | {"id": made.rpartition("/")[2]})
    await node.delete(made)
    assert await hook.until_told(3) == [1, 2, 3]
    entries = [one.json["entry"][1] for one in hook.of("event-notification")]
    assert [entry["request"]["method"] for entry in entries] == ["POST", "PUT", "DELETE"]
    assert [entry.get("resource", {}).get("effectiveDateTime") for entry in entries] == [
        "2024-03-01",
        "2024-03-02",
        None,
    ]
    assert {entry["fullUrl"] for entry in entries} == {f"{node.base}{made}"}
    for one in hook.got:
        assert validate(one.body) == ()
        assert one.json["type"] == "history"


async def test_id_only_names_the_resource_and_empty_does_not(node: SubscribedNode, hook: Receiver) -> None:
    await node.subscribe(subscription(node.topic("Patient"), f"{hook.url}/ids", content="id-only"))
    await node.subscribe(subscription(node.topic("Patient"), f"{hook.url}/empty", content="empty"))
    made = await node.new(patient())
    await hook.until_told(2)
    told = {one.path: one for one in hook.of("event-notification")}
    assert told["/ids"].events[0]["focus"] == {"reference": f"{node.base}{made}"}
    assert told["/ids"].state["topic"] == node.topic("Patient")
    assert "focus" not in told["/empty"].events[0]
    assert "topic" not in told["/empty"].state
    assert all(len(one.json["entry"]) == 1 for one in told.values())


async def test_filters_must_all_hold(node: SubscribedNode, hook: Receiver) -> None:
    one, other = await node.new(patient()), await node.new(patient())
    wanted = (f"Observation?patient={one.lstrip('/')}", "Observation?code=http://loinc.org|718-7&date=ge2024")
    await node.subscribe(subscription(node.topic("Observation"), hook.url, *wanted))
    await node.new(observation(other))
    await node.new(observation(one, "2023-12-31"))
    fitting = await node.new(observation(one))
    await hook.until_told(1)
    assert [event["focus"]["reference"] for sent in hook.of("event-notification") for event in sent.events] == [
        f"{node.base}{fitting}"
    ]


async def test_a_filter_may_look_at_other_resources(node: SubscribedNode, hook: Receiver) -> None:
    one, other = await node.new(patient("Ahorn")), await node.new(patient("Birke"))
    await node.subscribe(subscription(node.topic("Observation"), hook.url, "Observation?subject:Patient.name=ahorn"))
    await node.new(observation(other))
    fitting = await node.new(observation(one))
    await hook.until_told(1)
    assert hook.of("event-notification")[0].events[0]["focus"]["reference"] == f"{node.base}{fitting}"
    assert hook.told == [1]


async def test_a_message_holds_at_most_so_many_events(node: SubscribedNode, hook: Receiver) -> None:
    await node.subscribe(subscription(node.topic("Patient"), hook.url, max_count=2))
    entries = [("POST", "Patient", patient(f"P{number}")) for number in range(5)]
    assert (await node.post("", node.transaction(*entries))).status_code == 200
    assert await hook.until_told(5) == [1, 2, 3, 4, 5]
    assert [len(one.events) for one in hook.of("event-notification")] == [2, 2, 1]
    assert [one.state["events-since-subscription-start"] for one in hook.of("event-notification")] == ["2", "4", "5"]


async def test_a_classic_subscription_gets_the_resource_itself(node: SubscribedNode, hook: Receiver) -> None:
    classic = subscription("Observation?code=http://loinc.org|718-7", f"{hook.url}/base")
    del classic["meta"], classic["channel"]["_payload"]
    await node.subscribe(classic)
    made = await node.new(observation(await node.new(patient())))
    await until(lambda: hook.got)
    (sent,) = hook.got
    assert (sent.method, sent.path) == ("PUT", f"/base{made}")
    assert sent.json["effectiveDateTime"] == "2024-03-01"


async def test_a_classic_subscription_without_payload_gets_an_empty_message(
    node: SubscribedNode, hook: Receiver
) -> None:
    classic = subscription("Patient?", f"{hook.url}/bare", header=["X-Key: blue"])
    del classic["meta"], classic["channel"]["_payload"], classic["channel"]["payload"]
    await node.subscribe(classic)
    await node.new(patient())
    await until(lambda: hook.got)
    assert (hook.got[0].method, hook.got[0].path, hook.got[0].body) == ("POST", "/bare", b"")
    assert hook.got[0].headers["x-key"] == "blue"


async def test_notifications_can_be_xml(node: SubscribedNode, hook: Receiver) -> None:
    asked = subscription(node.topic("Patient"), hook.url)
    asked["channel"]["payload"] = "application/fhir+xml"
    await node.subscribe(asked)
    assert hook.got[0].headers["content-type"] == "application/fhir+xml"
    assert b"<Bundle" in hook.got[0].body


async def test_a_transaction_that_is_undone_is_no_event(node: SubscribedNode, hook: Receiver) -> None:
    await node.subscribe(subscription(node.topic("Patient"), hook.url))
    broken = observation("Patient/nowhere")
    answer = await node.post("", node.transaction(("POST", "Patient", patient()), ("POST", "Observation", broken)))
    assert answer.status_code >= 400
    await node.new(patient("Danach"))
    await hook.until_told(1)
    assert hook.told == [1]


async def test_heartbeats_come_while_nothing_happens(node: SubscribedNode, hook: Receiver) -> None:
    identity = await node.subscribe(subscription(node.topic("Patient"), hook.url, heartbeat_period=10))
    async with node.database.connection() as connection:
        await connection.execute("update subscription set next_at = now()")
    await until(lambda: hook.of("heartbeat"))
    (beat,) = hook.of("heartbeat")
    assert beat.state["events-since-subscription-start"] == "0"
    assert beat.state["subscription"]["reference"].endswith(identity)
