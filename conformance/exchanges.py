"""Bundles, and what searches say of their results (http://hl7.org/fhir/R4/http.html#transaction, search.html)."""

import base64
import uuid

from conformance.cases import (
    Cases,
    basic,
    bundle,
    found,
    fresh,
    holds,
    made,
    must,
    numbered,
    patient,
    refusal,
    same,
)
from conformance.client import Client, Json

EXCHANGES = Cases()
FORM = "application/x-www-form-urlencoded"
LOINC = "http://loinc.org"


def observation(subject: str, code: str, day: str = "2024-03-01", value: float = 5) -> Json:
    """A measurement."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": subject},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
    }


def statuses(answer: Json) -> list[str]:
    """The status of each entry."""
    return [one["response"]["status"][:3] for one in answer["entry"]]


@EXCHANGES.add("batch", "each entry by itself: GET, POST, PUT, PATCH, DELETE, and one that fails")
async def _(client: Client) -> None:
    one, other, mine = await made(client, basic()), await made(client, basic()), fresh()
    patch = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": _base64(_PATCH)}
    sent = bundle(
        "batch",
        ("GET", one, None),
        ("POST", "Basic", basic()),
        ("PUT", f"Basic/{mine}", basic(id=mine)),
        ("PATCH", one, patch),
        ("DELETE", other, None),
        ("GET", f"Basic/{fresh()}", None),
        ("GET", "Basic?_count=1", None),
    )
    answer = must(await client.send("POST", "", sent), 200).json()
    same(answer["type"], "batch-response")
    same(statuses(answer), ["200", "201", "201", "200", "204", "404", "200"])


_PATCH = '[{"op":"add","path":"/created","value":"2024-01-01"}]'


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@EXCHANGES.add("transaction", "every verb; the answers stand in the order of the entries")
async def _(client: Client) -> None:
    one, other, mine = await made(client, basic()), await made(client, basic()), fresh()
    patch = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": _base64(_PATCH)}
    sent = bundle(
        "transaction",
        ("GET", f"Basic/{mine}", None),
        ("PATCH", one, patch),
        ("PUT", f"Basic/{mine}", basic(id=mine)),
        ("POST", "Basic", basic()),
        ("DELETE", other, None),
    )
    answer = must(await client.send("POST", "", sent), 200).json()
    same(answer["type"], "transaction-response")
    same(statuses(answer), ["200", "200", "201", "201", "204"], "GET reads what PUT has made")


@EXCHANGES.add("transaction", "urn:uuid references are resolved, also in circles")
async def _(client: Client) -> None:
    first, second = f"urn:uuid:{_uuid()}", f"urn:uuid:{_uuid()}"
    sent = bundle(
        "transaction",
        ("POST", "Patient", patient(link=[{"other": {"reference": second}, "type": "seealso"}])),
        ("POST", "Patient", patient(link=[{"other": {"reference": first}, "type": "seealso"}])),
    )
    sent["entry"][0]["fullUrl"], sent["entry"][1]["fullUrl"] = first, second
    answer = must(await client.send("POST", "", sent), 200).json()
    places = [one["response"]["location"].split("/_history")[0] for one in answer["entry"]]
    link = must(await client.get(places[0]), 200).json()["link"][0]["other"]["reference"]
    holds(places[1].endswith(link), f"{link} is not {places[1]}")


def _uuid() -> str:
    return str(uuid.uuid4())


@EXCHANGES.add("transaction", "conditional references: one is taken, nobody and several are refused")
async def _(client: Client) -> None:
    value = fresh()
    reference = f"Patient?identifier=http://example.org/c|{value}"
    sent = bundle("transaction", ("POST", "Observation", observation(reference, "1")))
    refusal(await client.send("POST", "", sent), 400, 404, 412, 422)
    place = await made(client, patient(**numbered(value)))
    answer = must(await client.send("POST", "", sent), 200).json()
    made_one = answer["entry"][0]["response"]["location"].split("/_history")[0]
    same(must(await client.get(made_one), 200).json()["subject"]["reference"], place)
    await made(client, patient(**numbered(value)))
    refusal(await client.send("POST", "", sent), 400, 404, 412, 422)


@EXCHANGES.add("transaction", "ifNoneExist, ifMatch and conditional PUT")
async def _(client: Client) -> None:
    value = fresh()
    query = f"identifier=http://example.org/c|{value}"
    create = bundle("transaction", ("POST", "Patient", patient(**numbered(value))), ifNoneExist=query)
    for wanted in ("201", "200"):
        same(statuses(must(await client.send("POST", "", create), 200).json()), [wanted])
    update = bundle("transaction", ("PUT", f"Patient?{query}", patient(active=True, **numbered(value))))
    same(statuses(must(await client.send("POST", "", update), 200).json()), ["200"])
    outdated = bundle("transaction", ("PUT", f"Patient?{query}", patient(**numbered(value))), ifMatch='W/"1"')
    refusal(await client.send("POST", "", outdated), 400, 409, 412)


@EXCHANGES.add("transaction", "all or nothing")
async def _(client: Client) -> None:
    mine = fresh()
    sent = bundle(
        "transaction",
        ("PUT", f"Basic/{mine}", basic(id=mine)),
        ("POST", "Patient", patient(gender="many")),
    )
    refusal(await client.send("POST", "", sent), 400, 422)
    must(await client.get(f"Basic/{mine}"), 404)


@EXCHANGES.add("transaction", "two entries about one resource are refused")
async def _(client: Client) -> None:
    mine = fresh()
    sent = bundle("transaction", ("PUT", f"Basic/{mine}", basic(id=mine)), ("DELETE", f"Basic/{mine}", None))
    refusal(await client.send("POST", "", sent), 400, 422)


@EXCHANGES.add("bundles", "other types of bundles are refused at the base")
async def _(client: Client) -> None:
    refusal(await client.send("POST", "", bundle("collection", ("GET", "Patient", None))), 400, 422)


@EXCHANGES.add("search", "GET and POST _search find the same; POST on system and type")
async def _(client: Client) -> None:
    value = fresh()
    place = await made(client, patient(**numbered(value)))
    query = ("identifier", f"http://example.org/c|{value}")
    same(found(await client.get("Patient", [query])), [place])
    body = f"identifier=http%3A%2F%2Fexample.org%2Fc%7C{value}".encode()
    same(found(await client.send("POST", "Patient/_search", body, headers={"Content-Type": FORM})), [place])
    mixed = await client.send("POST", "Patient/_search?_count=5", body, headers={"Content-Type": FORM})
    same(found(mixed), [place], "parameters in address and body")
    everywhere = f"_type=Patient&_id={place.split('/')[1]}".encode()
    same(found(await client.send("POST", "_search", everywhere, headers={"Content-Type": FORM})), [place])


@EXCHANGES.add("search", "of the whole system by _type")
async def _(client: Client) -> None:
    mine = fresh()
    for one in (patient(id=mine), basic(id=mine)):
        await client.send("PUT", f"{one['resourceType']}/{mine}", one)
    same(set(found(await client.get("", [("_id", mine)]))), {f"Patient/{mine}", f"Basic/{mine}"})
    same(found(await client.get("", [("_id", mine), ("_type", "Basic")])), [f"Basic/{mine}"])


@EXCHANGES.add("search", "in compartments: one type, all types, by POST")
async def _(client: Client) -> None:
    one, other = await made(client, patient()), await made(client, patient())
    measured = await made(client, observation(one, "1"))
    await made(client, observation(other, "1"))
    same(found(await client.get(f"{one}/Observation")), [measured])
    holds(measured in found(await client.get(f"{one}/*")), "not among all types")
    same(
        found(await client.send("POST", f"{one}/Observation/_search", b"code=1", headers={"Content-Type": FORM})),
        [measured],
    )
    refusal(await client.get(f"{one}/Medication"), 404)


@EXCHANGES.add("search results", "searchset with self, next and total; pages hold everything once")
async def _(client: Client) -> None:
    value = fresh()
    places = {await made(client, patient(**numbered(value))) for _ in range(5)}
    query = [("identifier", f"http://example.org/c|{value}"), ("_count", "2"), ("_total", "accurate")]
    page = must(await client.get("Patient", query), 200).json()
    same((page["type"], page["total"]), ("searchset", 5))
    seen = [f"Patient/{one['resource']['id']}" for one in page["entry"]]
    while link := next((one["url"] for one in page["link"] if one["relation"] == "next"), None):
        page = must(await client.get(link), 200).json()
        seen += [f"Patient/{one['resource']['id']}" for one in page["entry"]]
    same((len(seen), set(seen)), (5, places))


@EXCHANGES.add("search results", "_summary=count and _count=0 answer the number alone")
async def _(client: Client) -> None:
    for pair in (("_summary", "count"), ("_count", "0")):
        answer = must(await client.get("Patient", [pair]), 200).json()
        holds("entry" not in answer and isinstance(answer["total"], int), f"{pair[0]}: {sorted(answer)}")


@EXCHANGES.add("search results", "_total none, estimate, accurate")
async def _(client: Client) -> None:
    for total in ("none", "estimate", "accurate"):
        answer = must(await client.get("Patient", [("_total", total)]), 200).json()
        same("total" in answer, total != "none", total)


@EXCHANGES.add("search results", "_sort over several, forwards and backwards")
async def _(client: Client) -> None:
    subject = await made(client, patient())
    rows = [("b", "2024-01-01"), ("a", "2024-02-01"), ("a", "2024-03-01")]
    places = [await made(client, observation(subject, code, day)) for code, day in rows]
    query = [("subject", subject)]
    same(found(await client.get("Observation", [*query, ("_sort", "date")])), places)
    same(found(await client.get("Observation", [*query, ("_sort", "-date")])), places[::-1])
    same(found(await client.get("Observation", [*query, ("_sort", "code,-date")])), [places[2], places[1], places[0]])


@EXCHANGES.add("search results", "_include, :iterate, wildcards; _revinclude; their entries say include")
async def _(client: Client) -> None:
    house = await made(client, {"resourceType": "Organization", "name": "House"})
    who = await made(client, patient(managingOrganization={"reference": house}))
    measured = await made(client, observation(who, "1"))
    query = [("_id", measured.split("/")[1])]
    listed = must(await client.get("Observation", [*query, ("_include", "Observation:subject")]), 200).json()["entry"]
    same([one["search"]["mode"] for one in listed], ["match", "include"])
    along = [*query, ("_include", "Observation:subject"), ("_include:iterate", "Patient:organization")]
    same(set(found(await client.get("Observation", along))), {measured, who, house})
    same(set(found(await client.get("Observation", [*query, ("_include", "*")]))), {measured, who})
    back = [("_id", who.split("/")[1]), ("_revinclude", "Observation:subject")]
    same(set(found(await client.get("Patient", back))), {who, measured})


@EXCHANGES.add("search results", "circles in _include:iterate end")
async def _(client: Client) -> None:
    mine, yours = fresh(), fresh()
    for one, other in ((mine, None), (yours, mine), (mine, yours)):
        link = {"link": [{"other": {"reference": f"Patient/{other}"}, "type": "seealso"}]} if other else {}
        must(await client.send("PUT", f"Patient/{one}", patient(id=one, **link)), 200, 201)
    along = [("_id", mine), ("_include:iterate", "Patient:link")]
    same(set(found(await client.get("Patient", along))), {f"Patient/{mine}", f"Patient/{yours}"})


@EXCHANGES.add("search", "chains, reverse chains, both nested")
async def _(client: Client) -> None:
    family, house_name = f"F{fresh()}", f"H{fresh()}"
    house = await made(client, {"resourceType": "Organization", "name": house_name})
    who = await made(client, patient(name=[{"family": family}], managingOrganization={"reference": house}))
    measured = await made(client, observation(who, "1"))
    same(found(await client.get("Observation", [("subject:Patient.family", family)])), [measured])
    same(found(await client.get("Observation", [("patient.family", family)])), [measured])
    same(found(await client.get("Observation", [("patient.organization.name", house_name)])), [measured])
    has = ("_has:Observation:patient:code", f"{LOINC}|1")
    same(found(await client.get("Patient", [has, ("family", family)])), [who])
    nested = ("_has:Patient:organization:_has:Observation:patient:code", "1")
    same(found(await client.get("Organization", [nested, ("name", house_name)])), [house])


@EXCHANGES.add("search", "_filter: and, or, not, brackets, chains")
async def _(client: Client) -> None:
    family = f"F{fresh()}"
    who = await made(
        client, patient(name=[{"family": family, "given": ["Anna"]}], gender="female", birthDate="1980-05-01")
    )
    measured = await made(client, observation(who, "1"))
    for text, wanted in (
        (f'family eq "{family}"', [who]),
        (f'family eq "{family}" and birthdate gt 1990-01-01', []),
        (f'family eq "{family}" and (gender eq male or birthdate lt 1990-01-01)', [who]),
        (f'family eq "{family}" and not (gender eq male)', [who]),
        (f'given co "nn" and family sw "{family[:20]}"', [who]),
    ):
        same(found(await client.get("Patient", [("_filter", text)])), wanted, text)
    chained = [("_filter", f'subject.family eq "{family}"')]
    same(found(await client.get("Observation", chained)), [measured], "a chain in _filter")
    refusal(await client.get("Patient", [("_filter", "family is x")]), 400)


@EXCHANGES.add("search", "_list")
async def _(client: Client) -> None:
    one = await made(client, patient())
    await made(client, patient())
    listed = {"resourceType": "List", "status": "current", "mode": "working", "entry": [{"item": {"reference": one}}]}
    identity = (await made(client, listed)).split("/")[1]
    same(found(await client.get("Patient", [("_list", identity)])), [one])


@EXCHANGES.add("search", "modifiers on references: :above, :below, also in circles")
async def _(client: Client) -> None:
    house = f"c-{fresh()}"
    places: list[str] = []
    top = {"resourceType": "Location", "id": house, "name": "The house"}
    must(await client.send("PUT", f"Location/{house}", top), 201)
    for _ in range(3):
        part = {"reference": places[-1] if places else f"Location/{house}"}
        places.append(await made(client, {"resourceType": "Location", "name": "A place", "partOf": part}))
    must(await client.send("PUT", f"Location/{house}", top | {"partOf": {"reference": places[-1]}}), 200)
    for name in ("partof:below", "partof:above"):
        same(set(found(await client.get("Location", [(name, house)]))), {*places, f"Location/{house}"}, name)


@EXCHANGES.add("search", "_contained")
async def _(client: Client) -> None:
    must(await client.get("Observation", [("_contained", "true")]), 200)


@EXCHANGES.add("search", "_query")
async def _(client: Client) -> None:
    must(await client.get("Patient", [("_query", "anything")]), 200)


@EXCHANGES.add("search", "a date without a time covers its whole day in the node's zone; zones are respected")
async def _(client: Client) -> None:
    subject = await made(client, patient())
    place = await made(client, observation(subject, "1", "2024-01-01T00:00:00+01:00"))
    for date, wanted in (
        ("2024", True),
        ("2023", False),
        ("2024-01-01", True),
        ("2023-12-31T23:00:00Z", True),
        ("lt2024", False),
    ):
        same(place in found(await client.get("Observation", [("subject", subject), ("date", date)])), wanted, date)


@EXCHANGES.add("search", "quantities of commensurable UCUM units are found")
async def _(client: Client) -> None:
    subject = await made(client, patient())
    place = await made(client, observation(subject, "1", value=13.5))
    for text, wanted in (
        ("135|http://unitsofmeasure.org|g/L", True),
        ("gt134|http://unitsofmeasure.org|g/L", True),
        ("135|http://unitsofmeasure.org|mg/L", False),
        ("135|http://unitsofmeasure.org|mm", False),
    ):
        query = [("subject", subject), ("value-quantity", text)]
        same(place in found(await client.get("Observation", query)), wanted, text)


@EXCHANGES.add("search", "modifiers on codes: :above, :below, :in, :not-in")
async def _(client: Client) -> None:
    system = f"http://example.org/{fresh()}"
    concepts = [{"code": "A", "concept": [{"code": "A.1", "concept": [{"code": "A.1.1"}]}]}, {"code": "B"}]
    about = {"status": "active", "content": "complete", "hierarchyMeaning": "is-a", "concept": concepts}
    await made(client, {"resourceType": "CodeSystem", "url": system, **about})
    rule = [{"system": system, "filter": [{"property": "concept", "op": "is-a", "value": "A.1"}]}]
    value_set = {"resourceType": "ValueSet", "url": f"{system}/vs", "status": "active", "compose": {"include": rule}}
    await made(client, value_set)
    subject = await made(client, patient())
    places = {}
    for code in ("A", "A.1", "A.1.1", "B"):
        resource = observation(subject, code)
        resource["code"]["coding"][0]["system"] = system
        places[await made(client, resource)] = code
    for name, value, wanted in (
        ("code:below", f"{system}|A.1", {"A.1", "A.1.1"}),
        ("code:above", f"{system}|A.1", {"A", "A.1"}),
        ("code:in", f"{system}/vs", {"A.1", "A.1.1"}),
        ("code:not-in", f"{system}/vs", {"A", "B"}),
    ):
        listed = found(await client.get("Observation", [("subject", subject), (name, value)]))
        same({places[one] for one in listed}, wanted, name)
