"""The interactions with one resource and its versions (http://hl7.org/fhir/R4/http.html)."""

import asyncio
import gzip
import json
from datetime import UTC, datetime

import zstandard

from conformance.cases import Cases, basic, found, fresh, holds, made, must, numbered, patient, refusal, same
from conformance.client import Client

INTERACTIONS = Cases()
XML = "application/fhir+xml"


@INTERACTIONS.add("create", "POST /TYPE answers 201 with Location, ETag, Last-Modified and the resource")
async def _(client: Client) -> None:
    answer = must(await client.send("POST", "Patient", patient()), 201)
    identity = answer.json()["id"]
    holds(answer.headers["location"].endswith(f"/Patient/{identity}/_history/1"), "Location names no version")
    same(answer.headers["etag"], 'W/"1"')
    holds("last-modified" in answer.headers, "no Last-Modified")


@INTERACTIONS.add("create", "an id in the body is not taken")
async def _(client: Client) -> None:
    mine = fresh()
    holds(must(await client.send("POST", "Patient", patient(id=mine)), 201).json()["id"] != mine, "the id was taken")


@INTERACTIONS.add("create", "another type than the address names is refused")
async def _(client: Client) -> None:
    refusal(await client.send("POST", "Observation", patient()), 400, 422)


@INTERACTIONS.add("create", "a resource that breaks a rule is refused with 422 or 400")
async def _(client: Client) -> None:
    refusal(await client.send("POST", "Patient", patient(gender="many")), 400, 422)


@INTERACTIONS.add("conditional create", "If-None-Exist: nobody 201, one 200, several 412")
async def _(client: Client) -> None:
    value = fresh()
    headers = {"If-None-Exist": f"identifier=http://example.org/c|{value}"}
    first = must(await client.send("POST", "Patient", patient(**numbered(value)), headers=headers), 201)
    again = must(await client.send("POST", "Patient", patient(**numbered(value)), headers=headers), 200)
    holds(first.headers["location"] == again.headers.get("location", first.headers["location"]), "another resource")
    await made(client, patient(**numbered(value)))
    refusal(await client.send("POST", "Patient", patient(**numbered(value)), headers=headers), 412)


@INTERACTIONS.add("conditional create", "of 8 at once exactly one creates")
async def _(client: Client) -> None:
    value = fresh()
    headers = {"If-None-Exist": f"identifier=http://example.org/c|{value}"}
    asked = [client.send("POST", "Patient", patient(**numbered(value)), headers=headers) for _ in range(8)]
    same(sorted(one.status_code for one in await asyncio.gather(*asked)), [200] * 7 + [201])


@INTERACTIONS.add("read", "GET /TYPE/ID answers the resource; unknown 404; deleted 410")
async def _(client: Client) -> None:
    place = await made(client, patient())
    same(must(await client.get(place), 200).headers["etag"], 'W/"1"')
    refusal(await client.get(f"Patient/{fresh()}"), 404)
    must(await client.send("DELETE", place), 200, 204)
    refusal(await client.get(place), 410)


@INTERACTIONS.add("read", "HEAD answers the headers alone")
async def _(client: Client) -> None:
    place = await made(client, patient())
    answer = must(await client.send("HEAD", place), 200)
    same(answer.content, b"")
    same(answer.headers["etag"], 'W/"1"')


@INTERACTIONS.add("conditional read", "If-None-Match and If-Modified-Since answer 304")
async def _(client: Client) -> None:
    place = await made(client, patient())
    last = (await client.get(place)).headers["last-modified"]
    must(await client.get(place, If_None_Match='W/"1"'), 304)
    must(await client.get(place, If_None_Match='W/"2"'), 200)
    must(await client.get(place, If_Modified_Since=last), 304)
    must(await client.get(place, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT"), 200)


@INTERACTIONS.add("vread", "GET /TYPE/ID/_history/V answers that version; unknown 404; a deletion 410")
async def _(client: Client) -> None:
    place = await made(client, patient())
    identity = place.split("/")[1]
    must(await client.send("PUT", place, patient(id=identity, active=True)), 200)
    must(await client.send("DELETE", place), 200, 204)
    holds("active" not in must(await client.get(f"{place}/_history/1"), 200).json(), "another version")
    same(must(await client.get(f"{place}/_history/2"), 200).json()["active"], True)
    refusal(await client.get(f"{place}/_history/3"), 410)
    refusal(await client.get(f"{place}/_history/9"), 404)


@INTERACTIONS.add("update", "PUT /TYPE/ID makes the next version; without a change none")
async def _(client: Client) -> None:
    place = await made(client, patient())
    changed = patient(id=place.split("/")[1], active=False)
    same(must(await client.send("PUT", place, changed), 200).headers["etag"], 'W/"2"')
    same(must(await client.send("PUT", place, changed), 200).headers["etag"], 'W/"2"')


@INTERACTIONS.add("update", "another or no id in the body is refused")
async def _(client: Client) -> None:
    place = await made(client, patient())
    refusal(await client.send("PUT", place, patient(id="another")), 400, 422)
    refusal(await client.send("PUT", place, patient()), 400, 422)


@INTERACTIONS.add("update", "If-Match: the right version 200, an outdated one 412")
async def _(client: Client) -> None:
    place = await made(client, patient())
    changed = patient(id=place.split("/")[1], active=True)
    must(await client.send("PUT", place, changed, headers={"If-Match": 'W/"1"'}), 200)
    changed["active"] = False
    refusal(await client.send("PUT", place, changed, headers={"If-Match": 'W/"1"'}), 412)


@INTERACTIONS.add("update as create", "PUT on an id of the client's choice answers 201")
async def _(client: Client) -> None:
    mine = fresh()
    must(await client.send("PUT", f"Patient/{mine}", patient(id=mine)), 201)
    same(must(await client.get(f"Patient/{mine}"), 200).json()["id"], mine)


@INTERACTIONS.add("update as create", "what was deleted comes back as the next version")
async def _(client: Client) -> None:
    mine = fresh()
    await client.send("PUT", f"Patient/{mine}", patient(id=mine))
    await client.send("DELETE", f"Patient/{mine}")
    same(must(await client.send("PUT", f"Patient/{mine}", patient(id=mine)), 201, 200).headers["etag"], 'W/"3"')


@INTERACTIONS.add("conditional update", "nobody 201, one 200, several 412")
async def _(client: Client) -> None:
    value = fresh()
    query = f"Patient?identifier=http://example.org/c|{value}"
    must(await client.send("PUT", query, patient(**numbered(value))), 201)
    must(await client.send("PUT", query, patient(active=True, **numbered(value))), 200)
    await made(client, patient(**numbered(value)))
    refusal(await client.send("PUT", query, patient(active=False, **numbered(value))), 412)


PATCHES = {
    "JSON Patch": (
        [{"op": "add", "path": "/active", "value": True}],
        "application/json-patch+json",
    ),
    "FHIRPath Patch": (
        {
            "resourceType": "Parameters",
            "parameter": [
                {
                    "name": "operation",
                    "part": [
                        {"name": "type", "valueCode": "add"},
                        {"name": "path", "valueString": "Patient"},
                        {"name": "name", "valueString": "active"},
                        {"name": "value", "valueBoolean": True},
                    ],
                }
            ],
        },
        "application/fhir+json",
    ),
}


async def _patched(client: Client, name: str) -> None:
    body, media = PATCHES[name]
    raw = json.dumps(body).encode()
    place = await made(client, patient())
    answer = must(await client.send("PATCH", place, raw, headers={"Content-Type": media}), 200)
    same((answer.json()["active"], answer.headers["etag"]), (True, 'W/"2"'))
    outdated = {"Content-Type": media, "If-Match": 'W/"1"'}
    refusal(await client.send("PATCH", place, raw, headers=outdated), 412)
    refusal(await client.send("PATCH", f"Patient/{fresh()}", raw, headers={"Content-Type": media}), 404)


@INTERACTIONS.add("patch", "JSON Patch, with If-Match")
async def _(client: Client) -> None:
    await _patched(client, "JSON Patch")


@INTERACTIONS.add("patch", "FHIRPath Patch, with If-Match")
async def _(client: Client) -> None:
    await _patched(client, "FHIRPath Patch")


@INTERACTIONS.add("patch", "a patch whose result breaks a rule changes nothing")
async def _(client: Client) -> None:
    place = await made(client, patient())
    raw = json.dumps([{"op": "add", "path": "/gender", "value": "many"}]).encode()
    refusal(await client.send("PATCH", place, raw, headers={"Content-Type": "application/json-patch+json"}), 400, 422)
    same((await client.get(place)).headers["etag"], 'W/"1"')


@INTERACTIONS.add("patch", "XML Patch")
async def _(client: Client) -> None:
    place = await made(client, patient())
    body = b'<diff><add sel="Patient"><active value="true"/></add></diff>'
    answer = await client.send("PATCH", place, body, headers={"Content-Type": "application/xml-patch+xml"})
    if answer.status_code == 415:
        answer.status_code = 501
    must(answer, 200)


@INTERACTIONS.add("conditional patch", "nobody 404, one 200, several 412")
async def _(client: Client) -> None:
    value = fresh()
    query = f"Patient?identifier=http://example.org/c|{value}"
    raw = json.dumps(PATCHES["JSON Patch"][0]).encode()
    headers = {"Content-Type": "application/json-patch+json"}
    refusal(await client.send("PATCH", query, raw, headers=headers), 404)
    await made(client, patient(**numbered(value)))
    same(must(await client.send("PATCH", query, raw, headers=headers), 200).json()["active"], True)
    await made(client, patient(**numbered(value)))
    refusal(await client.send("PATCH", query, raw, headers=headers), 412)


@INTERACTIONS.add("delete", "DELETE answers 204 or 200, also again and for what never was")
async def _(client: Client) -> None:
    place = await made(client, patient())
    must(await client.send("DELETE", place), 200, 204)
    must(await client.send("DELETE", place), 200, 204)
    must(await client.send("DELETE", f"Patient/{fresh()}"), 200, 204, 404)


@INTERACTIONS.add("delete", "what is deleted is not found by a search")
async def _(client: Client) -> None:
    place = await made(client, patient())
    await client.send("DELETE", place)
    same(found(await client.get("Patient", [("_id", place.split("/")[1])])), [])


@INTERACTIONS.add("conditional delete", "one 204, several all, nobody 204 or 404")
async def _(client: Client) -> None:
    value = fresh()
    query = f"Patient?identifier=http://example.org/c|{value}"
    must(await client.send("DELETE", query), 200, 204, 404)
    places = [await made(client, patient(**numbered(value))) for _ in range(3)]
    must(await client.send("DELETE", query), 200, 204)
    same({(await client.get(place)).status_code for place in places}, {410})


@INTERACTIONS.add("conditional delete", "without a criterion it is refused")
async def _(client: Client) -> None:
    refusal(await client.send("DELETE", "Patient"), 400, 405, 412)


@INTERACTIONS.add("history", "of an instance: every version, the deletion among them, newest first")
async def _(client: Client) -> None:
    place = await made(client, patient())
    await client.send("PUT", place, patient(id=place.split("/")[1], active=True))
    await client.send("DELETE", place)
    listed = must(await client.get(f"{place}/_history"), 200).json()
    same(listed["type"], "history")
    same([one["request"]["method"] for one in listed["entry"]], ["DELETE", "PUT", "POST"])
    same([one["response"]["status"][:3] for one in listed["entry"]], ["204", "200", "201"])
    refusal(await client.get(f"Patient/{fresh()}/_history"), 404)


@INTERACTIONS.add("history", "of a type and of the system")
async def _(client: Client) -> None:
    place = await made(client, basic())
    for where in ("Basic/_history", "_history"):
        holds(place in found(await client.get(where, [("_count", "5")])), f"{where} leaves out what is new")


@INTERACTIONS.add("history", "_since, _at and _count, with next links")
async def _(client: Client) -> None:
    place = await made(client, basic())
    first = (await client.get(place)).json()["meta"]["lastUpdated"]
    await asyncio.sleep(0.02)
    for number in range(2):
        await client.send("PUT", place, basic(id=place.split("/")[1], created=f"202{number}-01-01"))
        await asyncio.sleep(0.02)
    changed = (await client.get(f"{place}/_history/2")).json()["meta"]["lastUpdated"]
    same(len(found(await client.get(f"{place}/_history", [("_since", changed)]))), 2, "_since")
    at = must(await client.get(f"{place}/_history", [("_at", first)]), 200).json()["entry"]
    same([one["resource"]["meta"]["versionId"] for one in at], ["1"], "_at")
    page = must(await client.get(f"{place}/_history", [("_count", "2")]), 200).json()
    same(len(page["entry"]), 2, "_count")
    link = next(one["url"] for one in page["link"] if one["relation"] == "next")
    same(len(found(await client.get(link))), 1, "the next page")


@INTERACTIONS.add("log", "GET /AuditEvent?patient= and /AuditEvent/ID: who did what with a patient's data")
async def _(client: Client) -> None:
    place = await made(client, patient())
    must(await client.get(place), 200)
    events = found(await client.get("AuditEvent", [("patient", place), ("subtype", "read")]))
    holds(events, "no event tells of the read")
    same(must(await client.get(events[0]), 200).json()["resourceType"], "AuditEvent")
    refusal(await client.send("DELETE", events[0]), 403, 405)


@INTERACTIONS.add("capabilities", "GET /metadata lists types, interactions and parameters; no token is asked for")
async def _(client: Client) -> None:
    statement = must(await client.get("metadata"), 200).json()
    same((statement["resourceType"], statement["fhirVersion"]), ("CapabilityStatement", "4.0.1"))
    same(len(statement["rest"][0]["resource"]), 146, "types")
    listed = {one["code"] for one in statement["rest"][0]["resource"][0]["interaction"]}
    same(
        listed,
        {"read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create", "search-type"},
    )


@INTERACTIONS.add("headers", "Prefer: return=minimal, representation, OperationOutcome")
async def _(client: Client) -> None:
    for wanted, kind in (("minimal", ""), ("representation", "Patient"), ("OperationOutcome", "OperationOutcome")):
        answer = must(await client.send("POST", "Patient", patient(), headers={"Prefer": f"return={wanted}"}), 201)
        same(answer.json()["resourceType"] if answer.content else "", kind, wanted)


@INTERACTIONS.add("headers", "Prefer: handling=strict refuses, lenient leaves out what is unknown")
async def _(client: Client) -> None:
    refusal(await client.get("Patient", [("nothing", "1")], Prefer="handling=strict"), 400)
    refusal(await client.get("Patient", [("nothing", "1")]), 400)
    listed = must(await client.get("Patient", [("nothing", "1")], Prefer="handling=lenient"), 200).json()
    own = next(one["url"] for one in listed["link"] if one["relation"] == "self")
    holds("nothing" not in own, "the self link names what was left out")


@INTERACTIONS.add("formats", "XML in and out, by Accept and by _format")
async def _(client: Client) -> None:
    body = b'<Patient xmlns="http://hl7.org/fhir"><name><family value="Muster"/></name></Patient>'
    answer = must(await client.send("POST", "Patient", body, headers={"Content-Type": XML, "Accept": XML}), 201)
    holds(answer.content.lstrip().startswith((b"<Patient", b"<?xml")), "no XML")
    place = answer.headers["location"].split("/_history")[0]
    same(must(await client.get(place), 200).json()["name"], [{"family": "Muster"}])
    shown = must(await client.get(place, [("_format", "xml")]), 200)
    holds(shown.headers["content-type"].startswith(XML), "another media type")
    same(must(await client.get(place, [("_format", "json")], Accept=XML), 200).json()["resourceType"], "Patient")


@INTERACTIONS.add("formats", "what is not spoken is refused: Accept 406, Content-Type 415")
async def _(client: Client) -> None:
    must(await client.get("Patient", Accept="image/png"), 406)
    must(await client.send("POST", "Patient", b"x", headers={"Content-Type": "text/plain"}), 415)


@INTERACTIONS.add("formats", "_pretty indents")
async def _(client: Client) -> None:
    place = await made(client, patient())
    holds(b"\n  " in must(await client.get(place, [("_pretty", "true")]), 200).content, "not indented")


@INTERACTIONS.add("formats", "gzip and zstd, in and out")
async def _(client: Client) -> None:
    raw = json.dumps(
        patient(text={"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{"x" * 5000}</div>'})
    )
    for coding, pack in (("gzip", gzip.compress), ("zstd", zstandard.compress)):
        headers = {"Content-Type": "application/fhir+json", "Content-Encoding": coding}
        answer = must(await client.send("POST", "Patient", pack(raw.encode()), headers=headers), 201)
        place = answer.headers["location"].split("/_history")[0]
        same(must(await client.get(place, Accept_Encoding=coding), 200).headers.get("content-encoding"), coding)


@INTERACTIONS.add("formats", "_summary and _elements of a read are marked SUBSETTED")
async def _(client: Client) -> None:
    place = await made(
        client,
        patient(
            gender="female",
            photo=[{"title": "x"}],
            text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'},
        ),
    )
    for params, left, gone in (
        ([("_elements", "gender")], "gender", "name"),
        ([("_summary", "true")], "name", "photo"),
        ([("_summary", "text")], "text", "name"),
        ([("_summary", "data")], "name", "text"),
    ):
        shown = must(await client.get(place, params), 200).json()
        holds(left in shown and gone not in shown, f"{params}: {sorted(shown)}")
        same(shown["meta"]["tag"][0]["code"], "SUBSETTED")


@INTERACTIONS.add("headers", "an address takes no other methods: 405 with Allow")
async def _(client: Client) -> None:
    answer = must(await client.send("PUT", "metadata", patient()), 405)
    holds("GET" in answer.headers["allow"], "no Allow")


@INTERACTIONS.add("headers", "Last-Modified and meta.lastUpdated are the time of the change")
async def _(client: Client) -> None:
    place = await made(client, patient())
    updated = datetime.fromisoformat((await client.get(place)).json()["meta"]["lastUpdated"])
    holds(abs((datetime.now(UTC) - updated).total_seconds()) < 60, "another time")
