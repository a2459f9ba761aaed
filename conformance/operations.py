"""Every operation that the node lists, each used as the standard says and at least once wrongly."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from conformance.cases import Cases, NotOffered, Unexpected, basic, fresh, holds, made, must, patient, refusal, same
from conformance.client import Client, Json
from conformance.exchanges import LOINC, observation
from conformance.model import Row

OPERATIONS = Cases()
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
GENDER = "http://hl7.org/fhir/administrative-gender"


def parameters(**values: Mapping[str, Any]) -> Json:
    """Parameters by name; a value is given with its type, as in `code={"valueCode": "a"}`."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name.replace("_", "-"), **value} for name, value in values.items()],
    }


def value_of(answer: httpx.Response, name: str) -> Any:  # noqa: ANN401 - any JSON
    """The value of an output parameter."""
    for one in must(answer, 200).json()["parameter"]:
        if one["name"] == name:
            return next((value for key, value in one.items() if key.startswith("value")), one)
    raise Unexpected(f"no parameter {name}")


def listed(answer: httpx.Response) -> set[str]:
    """The references of a bundle's resources."""
    entries = must(answer, 200).json().get("entry", ())
    return {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in entries}


@OPERATIONS.add("$meta", "of a resource, a version, a type, the system; GET and POST")
async def _(client: Client) -> None:
    tag = {"system": "http://example.org/tags", "code": fresh()}
    place = await made(client, basic(meta={"tag": [tag]}))
    for where in (f"{place}/$meta", f"{place}/_history/1/$meta", "Basic/$meta", "$meta"):
        holds(tag in value_of(await client.get(where), "return")["tag"], where)
    holds(tag in value_of(await client.send("POST", f"{place}/$meta"), "return")["tag"], "POST")
    refusal(await client.get(f"Basic/{fresh()}/$meta"), 404)


@OPERATIONS.add("$meta-add", "adds labels once; without meta it is refused")
async def _(client: Client) -> None:
    place = await made(client, basic())
    tag = {"system": "http://example.org/tags", "code": "a"}
    for _ in range(2):
        answer = await client.send("POST", f"{place}/$meta-add", parameters(meta={"valueMeta": {"tag": [tag]}}))
        same(value_of(answer, "return")["tag"], [tag])
    refusal(await client.send("POST", f"{place}/$meta-add", parameters()), 400, 422)


@OPERATIONS.add("$meta-delete", "takes labels away; a GET is refused")
async def _(client: Client) -> None:
    tag = {"system": "http://example.org/tags", "code": "a"}
    place = await made(client, basic(meta={"tag": [tag]}))
    answer = await client.send("POST", f"{place}/$meta-delete", parameters(meta={"valueMeta": {"tag": [tag]}}))
    holds("tag" not in value_of(answer, "return"), "the tag is left")
    refusal(await client.get(f"{place}/$meta-delete"), 405)


@OPERATIONS.add("$validate", "a resource, an instance, a profile, modes; what is wrong is said with its place")
async def _(client: Client) -> None:
    wrong = must(await client.send("POST", "Patient/$validate", patient(gender="many")), 200).json()
    issue = wrong["issue"][0]
    same((issue["severity"], issue["expression"][0]), ("error", "Patient.gender"))
    right = must(await client.send("POST", "Patient/$validate", patient()), 200).json()
    holds(all(one["severity"] != "error" for one in right["issue"]), "an error in what is right")
    place = await made(client, patient())
    must(await client.get(f"{place}/$validate"), 200)
    for mode in ("create", "update", "delete"):
        asked = parameters(mode={"valueCode": mode}, resource={"resource": patient(id=place.split("/")[1])})
        must(await client.send("POST", f"{place}/$validate" if mode != "create" else "Patient/$validate", asked), 200)
    refusal(await client.send("POST", "Patient/$validate?mode=nonsense", patient()), 400)


@OPERATIONS.add("Patient/$everything", "the whole record, _type, _since, _count with pages; of nobody 404")
async def _(client: Client) -> None:
    one, other = await made(client, patient()), await made(client, patient())
    own = {await made(client, observation(one, str(n), f"2024-0{n}-01")) for n in range(1, 4)}
    await made(client, observation(other, "1"))
    same(listed(await client.get(f"{one}/$everything")), {one, *own})
    same(listed(await client.get(f"{one}/$everything", [("_type", "Observation")])) - {one}, own)
    holds(len(listed(await client.get(f"{one}/$everything", [("start", "2024-02-15")])) & own) == 1, "start")
    page, seen = must(await client.get(f"{one}/$everything", [("_count", "2")]), 200).json(), set()
    while True:
        seen |= {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in page["entry"]}
        link = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
        if link is None:
            break
        page = must(await client.get(link), 200).json()
    same(seen, {one, *own}, "all pages")
    refusal(await client.get(f"Patient/{fresh()}/$everything"), 404)


@OPERATIONS.add("Encounter/$everything", "the encounter, its patient and what belongs to it")
async def _(client: Client) -> None:
    who = await made(client, patient())
    case = {"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}, "subject": {"reference": who}}
    case_at = await made(client, case)
    measured = await made(client, observation(who, "1") | {"encounter": {"reference": case_at}})
    holds({case_at, measured} <= listed(await client.get(f"{case_at}/$everything")), "something is missing")
    refusal(await client.get(f"Encounter/{fresh()}/$everything"), 404)


@OPERATIONS.add("Observation/$lastn", "the latest of each code, max; without a patient it is refused")
async def _(client: Client) -> None:
    who = await made(client, patient())
    places = [
        await made(client, observation(who, code, day))
        for code, day in (("a", "2024-01-01"), ("a", "2024-02-01"), ("a", "2024-03-01"), ("b", "2023-01-01"))
    ]
    query = [("patient", who), ("code", f"{LOINC}|a,{LOINC}|b")]
    same(listed(await client.get("Observation/$lastn", query)), {places[2], places[3]})
    same(listed(await client.get("Observation/$lastn", [*query, ("max", "2")])), {places[1], places[2], places[3]})
    refusal(await client.get("Observation/$lastn", [("patient", who), ("max", "many")]), 400)


@OPERATIONS.add("Observation/$stats", "average, count, minimum and maximum; an unknown statistic is refused")
async def _(client: Client) -> None:
    who = await made(client, patient())
    for value in (4, 5, 9):
        await made(client, observation(who, "a", value=value))
    names = ("average", "count", "minimum", "maximum")
    query = [("subject", who), ("code", "a"), ("system", LOINC), *(("statistic", one) for one in names)]
    answer = must(await client.get("Observation/$stats", query), 200).json()
    measured = next(one["resource"] for one in answer["parameter"] if "resource" in one)
    values = {one["code"]["coding"][0]["code"]: one["valueQuantity"]["value"] for one in measured["component"]}
    same({name: float(values[name]) for name in names}, {"average": 6.0, "count": 3.0, "minimum": 4.0, "maximum": 9.0})
    refusal(await client.get("Observation/$stats", [*query, ("statistic", "nonsense")]), 400)


async def _composition(client: Client) -> tuple[str, str]:
    who = await made(client, patient())
    author = await made(client, {"resourceType": "Practitioner", "name": [{"family": "Weber"}]})
    document = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "Letter"},
        "subject": {"reference": who},
        "date": "2024-03-01",
        "author": [{"reference": author}],
        "title": "Letter",
    }
    return who, await made(client, document)


@OPERATIONS.add("Composition/$document", "a document bundle, also kept; of nothing 404")
async def _(client: Client) -> None:
    who, place = await _composition(client)
    answer = must(await client.get(f"{place}/$document"), 200)
    same((answer.json()["type"], answer.json()["entry"][0]["resource"]["resourceType"]), ("document", "Composition"))
    holds(who in listed(answer), "the subject is missing")
    must(await client.get(f"{place}/$document", [("persist", "true")]), 200, 201)
    refusal(await client.get(f"Composition/{fresh()}/$document"), 404)


@OPERATIONS.add("$graph", "a resource with what a GraphDefinition describes; an unknown graph is refused")
async def _(client: Client) -> None:
    who = await made(client, patient())
    measured = await made(client, observation(who, "1"))
    graph = {
        "resourceType": "GraphDefinition",
        "name": "G",
        "status": "active",
        "start": "Observation",
        "link": [{"path": "Observation.subject", "target": [{"type": "Patient"}]}],
    }
    definition = await made(client, graph)
    same(listed(await client.get(f"{measured}/$graph", [("graph", definition)])), {who, measured})
    refusal(await client.get(f"{measured}/$graph", [("graph", fresh())]), 400, 404)


@OPERATIONS.add("$graphql", "of the system and of a resource; a broken query is refused")
async def _(client: Client) -> None:
    who = await made(client, patient())
    query = f'{{ Patient(id: "{who.split("/")[1]}") {{ name {{ family }} }} }}'
    answer = must(await client.get("$graphql", [("query", query)]), 200).json()
    same(answer["data"]["Patient"]["name"], [{"family": "Muster"}])
    own = must(await client.get(f"{who}/$graphql", [("query", "{ name { family } }")]), 200).json()
    same(own["data"]["name"], [{"family": "Muster"}])
    posted = must(
        await client.send("POST", "$graphql", {"query": query}, headers={"Content-Type": "application/json"}), 200
    )
    same(posted.json()["data"], answer["data"])
    broken = must(await client.get("$graphql", [("query", "{ Patient(")]), 200, 400).json()
    holds("errors" in broken or broken["resourceType"] == "OperationOutcome", "no word of the fault")


@OPERATIONS.add("CodeSystem/$lookup", "a code of the standard; an unknown one 404")
async def _(client: Client) -> None:
    query = [("system", GENDER), ("code", "female")]
    same(value_of(await client.get("CodeSystem/$lookup", query), "display"), "Female")
    coding = {"valueCoding": {"system": GENDER, "code": "female"}}
    same(value_of(await client.send("POST", "CodeSystem/$lookup", parameters(coding=coding)), "display"), "Female")
    refusal(await client.get("CodeSystem/$lookup", [("system", GENDER), ("code", "none")]), 404, 400)


@OPERATIONS.add("$validate-code", "at ValueSet and CodeSystem, by url, coding and codeableConcept; false is an answer")
async def _(client: Client) -> None:
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    for code, wanted in (("female", True), ("none", False)):
        query = [("url", url), ("code", code), ("system", GENDER)]
        same(value_of(await client.get("ValueSet/$validate-code", query), "result"), wanted)
        same(
            value_of(await client.get("CodeSystem/$validate-code", [("url", GENDER), ("code", code)]), "result"), wanted
        )
    concept = {"valueCodeableConcept": {"coding": [{"system": GENDER, "code": "male"}]}}
    asked = parameters(url={"valueUri": url}, codeableConcept=concept)
    same(value_of(await client.send("POST", "ValueSet/$validate-code", asked), "result"), True)
    refusal(await client.get("ValueSet/$validate-code", [("url", "http://nowhere/vs"), ("code", "a")]), 400, 404, 422)


@OPERATIONS.add("ValueSet/$expand", "filter, offset and count; by id; an unknown one 404")
async def _(client: Client) -> None:
    url = ("url", "http://hl7.org/fhir/ValueSet/administrative-gender")
    whole = must(await client.get("ValueSet/$expand", [url]), 200).json()["expansion"]
    same(len(whole["contains"]), 4)
    part = must(await client.get("ValueSet/$expand", [url, ("filter", "fem")]), 200).json()["expansion"]
    same([one["code"] for one in part["contains"]], ["female"])
    page = must(await client.get("ValueSet/$expand", [url, ("offset", "1"), ("count", "2")]), 200).json()["expansion"]
    same(page["contains"], whole["contains"][1:3])
    refusal(await client.get("ValueSet/$expand", [("url", "http://nowhere/vs")]), 404, 400)


@OPERATIONS.add("CodeSystem/$subsumes", "ICD-10-GM by the structure of its codes; unknown systems are refused")
async def _(client: Client) -> None:
    for one, other, wanted in (
        ("E11", "E11.9", "subsumes"),
        ("E11.9", "E11", "subsumed-by"),
        ("E11", "E10", "not-subsumed"),
        ("E11", "E11", "equivalent"),
    ):
        query = [("system", ICD), ("codeA", one), ("codeB", other)]
        same(value_of(await client.get("CodeSystem/$subsumes", query), "outcome"), wanted, f"{one} {other}")
    query = [("system", "http://nowhere"), ("codeA", "a"), ("codeB", "b")]
    refusal(await client.get("CodeSystem/$subsumes", query), 404, 400, 422)


@OPERATIONS.add("ConceptMap/$translate", "by url and by id, back again; no map 404")
async def _(client: Client) -> None:
    url = f"http://example.org/{fresh()}"
    group = {
        "source": f"{url}/a",
        "target": f"{url}/b",
        "element": [{"code": "1", "target": [{"code": "one", "equivalence": "equivalent"}]}],
    }
    place = await made(client, {"resourceType": "ConceptMap", "url": url, "status": "active", "group": [group]})
    for where, query in (("ConceptMap/$translate", [("url", url)]), (f"{place}/$translate", [])):
        answer = await client.get(where, [*query, ("system", f"{url}/a"), ("code", "1")])
        same(value_of(answer, "result"), True)
        match = next(one for one in answer.json()["parameter"] if one["name"] == "match")
        same(next(part["valueCoding"]["code"] for part in match["part"] if part["name"] == "concept"), "one")
    same(value_of(await client.get(f"{place}/$translate", [("system", f"{url}/a"), ("code", "2")]), "result"), False)
    refusal(
        await client.get("ConceptMap/$translate", [("url", "http://nowhere"), ("system", "a"), ("code", "1")]), 404, 400
    )


@OPERATIONS.add("$closure", "grows by codes and tells what is new; without a name it is refused")
async def _(client: Client) -> None:
    name = fresh()
    must(await client.send("POST", "$closure", parameters(name={"valueString": name})), 200)
    asked = parameters(name={"valueString": name}, concept={"valueCoding": {"system": ICD, "code": "E11"}})
    asked["parameter"].append({"name": "concept", "valueCoding": {"system": ICD, "code": "E11.9"}})
    told = must(await client.send("POST", "$closure", asked), 200).json()
    same(told["resourceType"], "ConceptMap")
    holds("E11.9" in str(told.get("group")), "nothing of what is below")
    refusal(await client.send("POST", "$closure", parameters()), 400, 422)


async def _finished(client: Client, answer: httpx.Response) -> httpx.Response:
    place = must(answer, 202).headers["content-location"]
    for _ in range(200):
        state = await client.get(place)
        if state.status_code != 202:
            return state
        await asyncio.sleep(0.05)
    raise Unexpected("the export did not end within 10 seconds")


@OPERATIONS.add("$export", "of the system, of patients, of a group; _type; files of NDJSON; without Prefer refused")
async def _(client: Client) -> None:
    who = await made(client, patient())
    measured = await made(client, observation(who, "1"))
    members = [{"entity": {"reference": who}}]
    group = await made(client, {"resourceType": "Group", "type": "person", "actual": True, "member": members})
    for where in ("$export", "Patient/$export", f"{group}/$export"):
        state = await _finished(client, await client.get(where, [("_type", "Observation")], Prefer="respond-async"))
        files = must(state, 200).json()["output"]
        lines = [line for one in files for line in must(await client.get(one["url"]), 200).text.splitlines()]
        holds(any(f'"id":"{measured.split("/")[1]}"' in line for line in lines), where)
    refusal(await client.get("$export"), 400)


@OPERATIONS.add("$convert", "a resource from JSON to XML and back; what breaks a rule is refused")
async def _(client: Client) -> None:
    mine = patient(id="c")
    told = must(await client.send("POST", "$convert", mine, headers={"Accept": "application/fhir+xml"}), 200)
    holds(b"<Patient" in told.content, "no XML")
    back = {"Content-Type": "application/fhir+xml", "Accept": "application/fhir+json"}
    same(must(await client.send("POST", "$convert", told.content, headers=back), 200).json(), mine)
    refusal(await client.send("POST", "$convert", mine | {"gender": 7}), 400, 422)


@OPERATIONS.add("$versions", "the one version that is spoken, which is the one by default")
async def _(client: Client) -> None:
    same(value_of(await client.get("$versions"), "default"), "4.0")


@OPERATIONS.add("NamingSystem/$preferred-id", "an address for an OID; the preferred one; an unknown name 404")
async def _(client: Client) -> None:
    oid, url = "2.16.840.1.113883.3.1937.777", f"http://example.org/{fresh()}"
    names = [{"type": "oid", "value": oid}, {"type": "uri", "value": f"{url}/old"}]
    about = {"name": "Test", "status": "active", "kind": "identifier", "date": "2024-01-01"}
    unique = [*names, {"type": "uri", "value": url, "preferred": True}]
    await made(client, {"resourceType": "NamingSystem", **about, "uniqueId": unique})
    for name in (f"urn:oid:{oid}", f"{url}/old"):
        answer = await client.get("NamingSystem/$preferred-id", [("id", name), ("type", "uri")])
        same(value_of(answer, "result"), url)
    refusal(await client.get("NamingSystem/$preferred-id", [("id", url), ("type", "uuid")]), 404)
    refusal(await client.get("NamingSystem/$preferred-id", [("id", url), ("type", "name")]), 400)


@OPERATIONS.add("List/$find", "what is current for a patient; an unknown name or patient 404")
async def _(client: Client) -> None:
    who = await made(client, patient())
    active = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    problem = {"resourceType": "Condition", "subject": {"reference": who}, "clinicalStatus": active}
    place = await made(client, problem)
    asked = [("patient", who.partition("/")[2]), ("name", "current-problems")]
    found = must(await client.get("List/$find", asked), 200).json()
    same((found["resourceType"], found["entry"]), ("List", [{"item": {"reference": place}}]))
    refusal(await client.get("List/$find", [asked[0], ("name", "current-moods")]), 404)
    refusal(await client.get("List/$find", [("patient", fresh()), asked[1]]), 404)


@OPERATIONS.add("$import", "of files that the node may read; other sources are refused")
async def _(client: Client) -> None:
    asked = {
        "inputFormat": "application/fhir+ndjson",
        "inputSource": "http://example.org",
        "storageDetail": {"type": "https"},
        "input": [{"type": "Patient", "url": "http://example.org/patients.ndjson"}],
    }
    headers = {"Content-Type": "application/json", "Prefer": "respond-async"}
    refusal(await client.send("POST", "$import", asked, headers=headers), 400, 403)


async def _subscribed(client: Client) -> str:
    """A subscription that nobody listens to."""
    channel = {"type": "websocket", "payload": "application/fhir+json"}
    about = {"status": "requested", "reason": "Test", "criteria": "Patient?active=true", "channel": channel}
    return await made(client, {"resourceType": "Subscription", **about})


@OPERATIONS.add("Subscription/$status", "of one and of all; an unknown one 404")
async def _(client: Client) -> None:
    place = await _subscribed(client)
    for where in (f"{place}/$status", "Subscription/$status"):
        holds(place in must(await client.get(where), 200).text, f"{where} leaves it out")
    refusal(await client.get(f"Subscription/{fresh()}/$status"), 404)


@OPERATIONS.add("Subscription/$events", "a bundle of what there was; a content that is none is refused")
async def _(client: Client) -> None:
    place = await _subscribed(client)
    same(must(await client.get(f"{place}/$events"), 200).json()["resourceType"], "Bundle")
    refusal(await client.get(f"{place}/$events", [("content", "nonsense")]), 400)


@OPERATIONS.add("Subscription/$get-ws-binding-token", "a token with its end; for an unknown subscription refused")
async def _(client: Client) -> None:
    place = await _subscribed(client)
    holds(value_of(await client.get(f"{place}/$get-ws-binding-token"), "token"), "no token")
    refusal(await client.get(f"Subscription/{fresh()}/$get-ws-binding-token"), 404, 400)


@OPERATIONS.add("all", "an unknown parameter is refused, at every operation that has parameters of its own")
async def _(client: Client) -> None:
    for where in ("ValueSet/$expand", "CodeSystem/$lookup", "ConceptMap/$translate", "Observation/$stats"):
        refusal(await client.get(where, [("nonsense", "1")]), 400)


@OPERATIONS.add("all", "an operation that is not there answers 404 or 501")
async def _(client: Client) -> None:
    refusal(await client.get("$nonsense"), 404, 501)


OF_THE_STANDARD = (
    *("CapabilityStatement/$implements", "CapabilityStatement/$subset", "CapabilityStatement/$conforms"),
    *("CodeSystem/$find-matches", "ChargeItemDefinition/$apply"),
    *("ActivityDefinition/$apply", "ActivityDefinition/$data-requirements", "PlanDefinition/$apply"),
    *("PlanDefinition/$data-requirements", "Claim/$submit", "CoverageEligibilityRequest/$submit"),
    *("Library/$data-requirements", "Measure/$evaluate-measure", "Measure/$care-gaps"),
    *("Measure/$collect-data", "Measure/$data-requirements", "Measure/$submit-data"),
    *("MessageHeader/$process-message", "Patient/$match", "Group/$everything"),
    *("StructureDefinition/$questionnaire", "StructureDefinition/$snapshot", "StructureMap/$transform"),
)
"""Operations of R4 (http://hl7.org/fhir/R4/operationslist.html) beyond those tried above."""


async def others(client: Client) -> list[Row]:
    """The standard's other operations: what the node says when asked for them."""
    rows = []
    for name in OF_THE_STANDARD:
        kind, _, operation = name.rpartition("/")
        answer = await client.get(f"{kind}/{operation}".lstrip("/"))
        try:
            must(answer, 200, 400, 404, 405)
        except NotOffered as reason:
            rows.append(Row("operations", "other operations of R4", name, "not offered", str(reason)))
        else:
            rows.append(Row("operations", "other operations of R4", name, "passed", "offered"))
    return rows
