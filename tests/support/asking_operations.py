"""Ways of reading that are no searches: by id, histories, operations, documents, attachments, exports, the log."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
from asked_world import ALWAYS, CODES
from asking_ways import KINDS, Asking, Json, code_of, day_of, member, named

from verbund.config import utc_now
from verbund.identity import Role

ASYNC = {"Prefer": "respond-async"}
_UNIQUE = frozenset({"date", "x-request-id", "content-length"})


def told_of(resources: list[Json]) -> set[str]:
    """What of patients is among these."""
    return {named(one) for one in resources if "id" in one and not named(one).startswith(ALWAYS)}


def of_type(name: str) -> str:
    return name.partition("/")[0]


def entries(answer: httpx.Response) -> list[Json]:
    return [entry["resource"] for entry in answer.json().get("entry", ())]


async def one(ask: Asking) -> None:
    """By id, by version, by its history, its labels, its head, whether it is valid: there, or not there."""
    name = ask.a_name()
    ways = ("", "/_history/1", "/_history", "/$meta", "/_history/1/$meta", "/$validate", "/$graphql?query={id}")
    way = ask.chance.choice(ways)
    answer = await ask.send(ask.chance.choice(("GET", "GET", "HEAD")), f"/{name}{way}")
    visible = name in ask.seen and ask.may([of_type(name)], "r")
    if "_history" in way and visible and ask.by.principal.scopes.parts(of_type(name), "r"):
        return  # of what is granted in part, nobody is told how it was before
    assert (answer.status_code == 200) == visible, (ask.asked, answer.status_code, answer.text[:200])


async def one_that_is_hidden_is_one_that_is_not_there(ask: Asking) -> None:
    """The same status, the same headers, the same words, but for the id."""
    hidden = sorted(name for name in set(ask.there) - ask.seen if not name.startswith((*ALWAYS, "List/all", "Group/")))
    if not hidden:
        return
    name = ask.chance.choice(hidden)
    kind, _, identity = name.partition("/")
    missing = "x" * len(identity)
    way = ask.chance.choice(("", "/_history", "/_history/1", "/$everything", "/$validate?mode=delete"))
    method = ask.chance.choice(("GET", "GET", "HEAD", "DELETE", "PUT")) if not way else "GET"
    if method in {"DELETE", "PUT"} and ask.by.principal.role in {Role.SYSTEM, Role.ADMINISTRATOR}:
        return
    headers = ask.chance.choice(
        ({}, {"If-None-Match": 'W/"1"'}, {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"})
    )
    if method == "PUT":
        headers = {"If-Match": 'W/"7"'}
    told = []
    for one_id in (identity, missing):
        body = {"json": ask.there[name] | {"id": one_id}} if method == "PUT" else {}
        answer = await ask.send(method, f"/{kind}/{one_id}{way}", headers=headers, **body)
        said = {key: value for key, value in answer.headers.items() if key not in _UNIQUE}
        told.append((answer.status_code, str(said).replace(one_id, "?"), answer.text.replace(one_id, "?")))
    assert told[0] == told[1], (ask.asked, told)
    assert told[0][0] >= 400 or method == "DELETE", (ask.asked, told)


async def conditional(ask: Asking) -> None:
    """What has not changed is said only to who may see it."""
    name = ask.a_name()
    answer = await ask.get(f"/{name}", **{"If-None-Match": 'W/"1"'})
    visible = name in ask.seen and ask.may([of_type(name)], "r")
    assert (answer.status_code in {200, 304}) == visible, (ask.asked, answer.status_code)


async def together(ask: Asking) -> None:
    """Many at once, in a batch; a transaction of what is hidden fails as a whole."""
    names = [ask.a_name() for _ in range(8)]
    for name, entry in zip(names, await ask.batch(names), strict=True):
        visible = name in ask.seen and ask.may([of_type(name)], "r")
        assert entry["response"]["status"].startswith("200") == visible, (ask.asked, name, entry)
        assert visible or "resource" not in entry


async def past_of_a_type(ask: Asking) -> None:
    """The history of a type, since a moment, at a moment; what was hidden is not in it."""
    kind = ask.chance.choice([*KINDS, ""])
    long_ago = (utc_now() - timedelta(days=1)).isoformat()
    pairs = ask.chance.choice(([], [("_since", long_ago)], [("_at", "2100")]))
    answer = await ask.get(f"/{kind}/_history" if kind else "/_history", [*pairs, ("_count", "40")])
    if answer.status_code == 403:
        assert not kind or not ask.of(kind) or not ask.may([kind]), (ask.asked, answer.text)
        return
    told = await ask.rest(answer)
    found = {name for name in told.matches if not name.startswith((*ALWAYS, "List/all", "Group/"))}
    expected = {name for name in ask.seen if kind in {"", of_type(name)} and ask.may([of_type(name)])}
    if ask.by.principal.scopes.narrowed:
        assert found <= ask.seen, (ask.asked, found - ask.seen)
    else:
        assert found == expected, (ask.asked, found ^ expected)


async def labels(ask: Asking) -> None:
    """The tags that are in use: each names whose record it is in."""
    kind = ask.chance.choice(("Observation", "Condition", "Patient"))
    answer = await ask.get(f"/{kind}/$meta")
    if answer.status_code == 403:
        assert not ask.of(kind) or not ask.may([kind], "rs"), ask.asked
        return
    meta = next((p["valueMeta"] for p in answer.json()["parameter"] if p["name"] == "return"), {})
    whose = {one["code"] for one in meta.get("tag", ()) if one["system"] == "urn:whose"}
    assert whose == {ask.patient_of(name) for name in ask.of(kind)}, (ask.asked, whose)


async def whole_record(ask: Asking) -> None:
    patient = ask.chance.choice([ask.a_patient(), "none"])
    answer = await ask.get(f"/Patient/{patient}/$everything", ask.chance.choice(([], [("_count", "5")])))
    mine = {name for name in ask.seen if ask.patient_of(name) == patient}
    mine = {name for name in mine if ask.may([of_type(name)], "r")}
    if answer.status_code in {403, 404}:
        assert not mine or f"Patient/{patient}" not in mine or ask.by.principal.role is Role.STEWARD, (ask.asked, mine)
        return
    told = await ask.rest(answer)
    found = {name for name in told.matches if not name.startswith("Group/")}  # it lies with its first member
    assert found == mine, (ask.asked, found ^ mine)
    assert told_of([one for name, one in told.resources.items() if name in told.along]) <= ask.seen, ask.asked


async def whole_encounter(ask: Asking) -> None:
    names = sorted(name for name in ask.there if name.startswith("Encounter/"))
    name = ask.chance.choice(names)
    answer = await ask.get(f"/{name}/$everything")
    if answer.status_code != 200:
        assert name not in ask.seen or not ask.may(["Encounter", "Patient"], "r") or granted_apart(ask), ask.asked
        return
    told = await ask.rest(answer)
    assert told_of(list(told.resources.values())) <= ask.seen, (ask.asked, told.matches)
    assert name in told.matches


def granted_apart(ask: Asking) -> bool:
    return bool(ask.by.principal.scopes.narrowed) or ask.by.principal.role is Role.STEWARD


async def latest(ask: Asking) -> None:
    patient = ask.a_patient()
    mine = {name for name in ask.of("Observation") if ask.patient_of(name) == patient}
    pairs = [("patient", patient), ("code", ",".join(CODES)), ("max", "1")]
    answer = await ask.get("/Observation/$lastn", pairs)
    if answer.status_code == 403:
        assert not mine or not ask.may(["Observation"]), ask.asked
        return
    days: dict[str, str] = {}
    for name in mine:
        code = code_of(ask.there[name])
        days[code] = max(days.get(code, ""), day_of(ask.there[name]))
    found = entries(answer)
    assert {named(one) for one in found} <= mine, (ask.asked, found)
    assert {code_of(one): day_of(one) for one in found} == days, ask.asked
    assert answer.json()["total"] == len(days)


async def measured(ask: Asking) -> None:
    patient, code = ask.a_patient(), ask.chance.choice(CODES)
    mine = {name for name in ask.coded(code) if ask.patient_of(name) == patient}
    pairs = [("subject", f"Patient/{patient}"), ("code", code), ("statistic", "count,sum"), ("include", "true")]
    answer = await ask.get("/Observation/$stats", pairs)
    if answer.status_code == 403:
        assert not mine or not ask.may(["Observation"]), ask.asked
        return
    summary, *sources = (p["resource"] for p in answer.json()["parameter"])
    numbers = {c["code"]["coding"][0]["code"]: c.get("valueQuantity", {}).get("value") for c in summary["component"]}
    assert numbers["count"] == len(mine), (ask.asked, numbers, mine)
    values = [ask.there[name]["valueQuantity"]["value"] for name in mine]
    assert (numbers["sum"] or 0) == sum(values), ask.asked
    assert {named(one) for one in sources} == mine, ask.asked


async def net(ask: Asking) -> None:
    """A graph that leads from an observation to those of others, their patients and what these have."""
    name = ask.chance.choice(sorted(one for one in ask.there if one.startswith("Observation/")))
    answer = await ask.get(f"/{name}/$graph", [("graph", "net")])
    if answer.status_code != 200:
        kinds = ["Observation", "GraphDefinition"]
        assert name not in ask.seen or not ask.may(kinds, "r") or not ask.may(["Condition"]), (ask.asked, answer.text)
        return
    found = told_of(entries(answer))
    patient = f"Patient/{ask.patient_of(name)}"
    conditions = {one for one in ask.of("Condition") if ask.patient_of(one) == patient.partition("/")[2]}
    expected = ({name, member(ask, name), patient} & ask.seen) | (conditions if patient in ask.seen else set())
    assert found == {one for one in expected if ask.may([one.partition("/")[0]], "r") or one in conditions}, ask.asked


async def asked_in_graphql(ask: Asking) -> None:
    """Lists, connections with their counts, and what refers to a resource."""
    code = ask.chance.choice(CODES)
    query = (
        f'{{ ObservationList(code: "{code}", _count: 200) {{ id subject {{ resource(optional: true, type: Patient) '
        f"{{ ... on Patient {{ id ConditionList(_reference: patient) {{ id }} }} }} }} }} "
        f'ObservationConnection(code: "{code}", _count: 3) {{ count edges {{ resource {{ id }} }} }} }}'
    )
    answer = await ask.send("POST", "/$graphql", json={"query": query})
    said = answer.json()
    if answer.status_code != 200 or not said.get("data"):
        assert not ask.coded(code) or not ask.may(["Observation", "Patient"], "rs") or not ask.may(["Condition"]), (
            ask.asked, said,
        )  # fmt: skip
        return
    listed = said["data"]["ObservationList"] or []
    page = said["data"]["ObservationConnection"]
    if "errors" not in said:
        assert {f"Observation/{one['id']}" for one in listed} == ask.coded(code), ask.asked
        assert page["count"] == len(ask.coded(code)), (ask.asked, page)
    people = [one["subject"]["resource"] for one in listed if (one.get("subject") or {}).get("resource")]
    found = {f"Patient/{one['id']}" for one in people}
    found |= {f"Condition/{two['id']}" for one in people for two in one["ConditionList"] or ()}
    found |= {f"Observation/{edge['resource']['id']}" for edge in (page or {}).get("edges", ())}
    assert found <= ask.seen, (ask.asked, found - ask.seen)


async def letter(ask: Asking) -> None:
    """A document holds of what it names what may be seen."""
    patient = ask.a_patient()
    name = f"Composition/{patient}-w"
    answer = await ask.get(f"/{name}/$document")
    if answer.status_code != 200:
        assert name not in ask.seen or not ask.may(["Composition"], "r"), (ask.asked, answer.text)
        return
    found = told_of(entries(answer))
    assert found <= ask.seen, (ask.asked, found - ask.seen)
    section = ask.there[name]["section"][0]["entry"]
    assert {one["reference"] for one in section} & found == {one["reference"] for one in section} & ask.seen


async def what_is_current(ask: Asking) -> None:
    patient = ask.a_patient()
    answer = await ask.get("/List/$find", [("patient", patient), ("name", "$current-problems")])
    if answer.status_code == 200:
        named_in = {one["item"]["reference"] for one in answer.json().get("entry", ())}
        assert f"Patient/{patient}" in ask.seen, ask.asked
        assert named_in <= ask.seen, (ask.asked, named_in)
    else:
        needed = ask.may(["List"]) and ask.may(["Patient"], "r") and ask.may(["Condition"])
        assert f"Patient/{patient}" not in ask.seen or not needed, (ask.asked, answer.text)


async def attachment(ask: Asking) -> None:
    """A file as itself, or as FHIR."""
    patient = ask.a_patient()
    kind = ask.chance.choice(("text/plain", "application/fhir+json"))
    answer = await ask.get(f"/Binary/{patient}-b", Accept=kind)
    visible = f"Binary/{patient}-b" in ask.seen and ask.may(["Binary", "Patient"], "r")
    assert (answer.status_code == 200) == visible, (ask.asked, answer.status_code, answer.text)
    assert visible or b"hallo" not in answer.content


async def exported(ask: Asking) -> None:
    """Bulk data: the files hold exactly what may be exported; whoever may not is refused."""
    way = ask.chance.choice(("/$export", "/Patient/$export", "/Group/some/$export", "/Patient/$export?patient="))
    mine = ask.a_patient()
    way = f"{way}Patient/{mine}" if way.endswith("=") else way
    path = f"{way}{'&' if '?' in way else '?'}_type=Patient,Observation,Condition"
    answer = await ask.get(path, **ASYNC)
    who = ask.by.principal
    if answer.status_code != 202:
        assert who.role is not Role.SYSTEM or who.purpose == "HRESCH", (ask.asked, answer.text)
        return
    assert who.role is Role.SYSTEM, ask.asked
    manifest = (await ask.get(answer.headers["content-location"])).json()
    found = []
    for file in manifest["output"]:
        lines = await ask.get(file["url"], Accept="application/fhir+ndjson")
        found += [named(json.loads(line)) for line in lines.text.splitlines()]
    of = {"/G": set(ask.house.world.patients[::2]), mine: {mine}}.get(mine if "=Pat" in way else way[:2])
    expected = {
        name for name in ask.of("Patient", "Observation", "Condition") if of is None or ask.patient_of(name) in of
    }
    assert len(found) == len(set(found))
    assert set(found) == (expected if who.purpose != "HRESCH" else set()), (ask.asked, set(found) ^ expected)


async def log_of(ask: Asking) -> None:
    """The log tells a patient of the own record alone, and nobody who is not to look at it anything."""
    patient, who = ask.a_patient(), ask.by.principal
    answer = await ask.get("/AuditEvent", [("patient", patient), ("_count", "20")])
    own = who.role is Role.PATIENT and who.purpose == "PATRQT" and who.patient_id == patient
    others = who.role is Role.SYSTEM and who.purpose not in {"HRESCH", "PATRQT", "FAMRQT"}
    others |= who.role is Role.STEWARD and who.purpose == "HOPERAT"
    if answer.status_code != 200 or not (own or others):
        assert not entries(answer) if answer.status_code == 200 else answer.status_code in {400, 403}, ask.asked
        proof = await ask.get(f"/AuditEvent/1.{patient}/$proof")
        assert own or others or proof.status_code in {403, 404}, (ask.asked, proof.text)
        return
    strangers = {f"Patient/{other}" for other in ask.house.world.patients if other != patient}
    about = {ref.get("what", {}).get("reference") for one in entries(answer) for ref in one.get("entity", ())}
    assert not about & strangers, (ask.asked, about & strangers)


async def what_a_patient_asked(ask: Asking) -> None:
    """Copies and requests are those of the patient who asked."""
    patient, who = ask.a_patient(), ask.by.principal
    own = who.role is Role.PATIENT and who.patient_id == patient
    for name in ("$data-requests", "$erasure", "$copy?copy=7b1c1a44-0000-4000-8000-000000000000"):
        answer = await ask.get(f"/Patient/{patient}/{name}")
        assert own or answer.status_code >= 400, (ask.asked, answer.text)


OTHERS: tuple[Callable[[Asking], Awaitable[None]], ...] = (
    one, one, one_that_is_hidden_is_one_that_is_not_there, one_that_is_hidden_is_one_that_is_not_there, conditional,
    together, past_of_a_type, labels, whole_record, whole_encounter, latest, measured, net, asked_in_graphql, letter,
    what_is_current, attachment, exported, log_of, what_a_patient_asked,
)  # fmt: skip
