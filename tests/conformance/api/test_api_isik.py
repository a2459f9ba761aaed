"""The basis module of ISiK (gematik, stage 4): its profiles, interactions and search parameters, on a whole node.

What is asked of a system stands in the implementation guide's statements of capability, profile by profile; the names
of the resources here are those of the profiles. The profiles themselves come from the test data.
"""

import base64
import json
import tarfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from conformance.client import Client

Json = dict[str, Any]
ISIK = "https://gematik.de/fhir/isik/StructureDefinition/"
DE, V2 = "http://fhir.de/CodeSystem/", "http://terminology.hl7.org/CodeSystem/v2-0203"
TERMS = "http://terminology.hl7.org/CodeSystem/"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ICD, OPS = f"{DE}bfarm/icd-10-gm", f"{DE}bfarm/ops"


def coded(system: str, code: str, **more: str) -> Json:
    return {"coding": [{"system": system, "code": code, **more}]}


def of(kind: str, profile: str, **content: Any) -> Json:
    return {"resourceType": kind, "id": profile, "meta": {"profile": [ISIK + profile]}, **content}


PATIENT = {"reference": "Patient/ISiKPatient"}
ADDRESS = {"type": "both", "line": ["Musterweg 7"], "city": "Musterstadt", "postalCode": "12345", "country": "DE"}
DIV = {"status": "extensions", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Befund unauffällig</div>'}

RESOURCES: list[Json] = [
    of(
        "Patient",
        "ISiKPatient",
        active=True,
        identifier=[
            {"type": coded(V2, "MR"), "system": "https://haus.example/pid", "value": "4711"},
            {"type": coded(f"{DE}identifier-type-de-basis", "KVZ10"), "system": "http://fhir.de/sid/gkv/kvid-10",
             "value": "A123456780"},
        ],
        name=[
            {"use": "official", "family": "Graf von Musterfrau", "given": ["Erika"]},
            {"use": "maiden", "family": "Gabler"},
        ],
        telecom=[{"system": "phone", "value": "+49 30 1234567"}],
        gender="female",
        birthDate="1964-08-12",
        address=[ADDRESS],
    ),
    of(
        "Organization",
        "ISiKOrganisation",
        identifier=[{"system": "http://fhir.de/sid/arge-ik/iknr", "value": "260120196"}],
        active=True,
        type=[coded(f"{TERMS}organization-type", "prov")],
        name="Klinikum Musterstadt",
        address=[ADDRESS],
    ),
    of(
        "Location",
        "ISiKStandort",
        identifier=[{"system": "http://fhir.de/sid/dkgev/standortnummer", "value": "771234000"}],
        status="active",
        name="Haupthaus",
        physicalType=coded(f"{TERMS}location-physical-type", "si"),
        managingOrganization={"reference": "Organization/ISiKOrganisation"},
        address=ADDRESS,
    ),
    of(
        "Practitioner",
        "ISiKPersonImGesundheitsberuf",
        identifier=[{"type": coded(V2, "LANR"), "system": "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_ANR",
                     "value": "838382202"}],
        name=[{"use": "official", "family": "Musterarzt", "given": ["Walter"], "prefix": ["Dr."]}],
        gender="male",
        address=[ADDRESS],
    ),
    of(
        "Coverage",
        "ISiKVersicherungsverhaeltnisGesetzlich",
        status="active",
        type=coded(f"{DE}versicherungsart-de-basis", "GKV"),
        subscriber={"identifier": {"system": "http://fhir.de/sid/gkv/kvid-10", "value": "A123456780"}},
        beneficiary=PATIENT,
        payor=[{"identifier": {"type": coded(V2, "XX"), "system": "http://fhir.de/sid/arge-ik/iknr",
                               "value": "260326822"}, "display": "Kasse"}],
    ),
    of(
        "Account",
        "ISiKAbrechnungsfall",
        identifier=[{"type": coded(V2, "AN"), "system": "https://haus.example/abrechnung", "value": "0815"}],
        status="active",
        type=coded(f"{TERMS}v3-ActCode", "IMP"),
        subject=[PATIENT],
    ),
    of(
        "RelatedPerson",
        "ISiKAngehoeriger",
        patient=PATIENT,
        name=[{"use": "official", "family": "Musterfrau", "given": ["Maja"]}],
        address=[ADDRESS],
    ),
    of(
        "Encounter",
        "ISiKKontaktGesundheitseinrichtung",
        identifier=[{"type": coded(V2, "VN"), "system": "https://haus.example/aufnahme", "value": "9988"}],
        status="in-progress",
        **{"class": {"system": f"{TERMS}v3-ActCode", "code": "IMP"}},
        type=[coded(f"{DE}Kontaktebene", "abteilungskontakt"), coded(f"{DE}kontaktart-de", "operation")],
        serviceType=coded(f"{DE}dkgev/Fachabteilungsschluessel", "0100"),
        serviceProvider={"reference": "Organization/ISiKOrganisation", "display": "Klinikum Musterstadt",
                         "identifier": {"system": "http://fhir.de/sid/arge-ik/iknr", "value": "260120196"}},
        subject=PATIENT,
        period={"start": "2026-02-13"},
        account=[{"reference": "Account/ISiKAbrechnungsfall",
                  "identifier": {"system": "https://haus.example/abrechnung", "value": "0815"}}],
        location=[{"location": {"reference": "Location/ISiKStandort"}, "status": "active"}],
    ),
    of(
        "Condition",
        "ISiKDiagnose",
        clinicalStatus=coded(f"{TERMS}condition-clinical", "active"),
        category=[coded(f"{TERMS}condition-category", "encounter-diagnosis")],
        code=coded(ICD, "F16.1", version="2026", display="Halluzinogene: Schädlicher Gebrauch") | {"text": "LSD"},
        subject=PATIENT,
        encounter={"reference": "Encounter/ISiKKontaktGesundheitseinrichtung"},
        onsetDateTime="2026-02-10",
        recordedDate="2026-02-13",
    ),
    of(
        "Procedure",
        "ISiKProzedur",
        status="completed",
        category=coded(SNOMED, "387713003"),
        code=coded(OPS, "5-470", version="2026") | {"text": "Appendektomie"},
        subject=PATIENT,
        encounter={"reference": "Encounter/ISiKKontaktGesundheitseinrichtung"},
        performedDateTime="2026-02-14",
    ),
    of(
        "AllergyIntolerance",
        "ISiKAllergieUnvertraeglichkeit",
        clinicalStatus=coded(f"{TERMS}allergyintolerance-clinical", "active"),
        verificationStatus=coded(f"{TERMS}allergyintolerance-verification", "confirmed"),
        code=coded(SNOMED, "256262001", display="Wheat pollen"),
        patient=PATIENT,
        onsetDateTime="2020-01-01",
        reaction=[{"manifestation": [coded(SNOMED, "49727002")], "onset": "2020-01-05"}],
        recordedDate="2026-02-13",
    ),
    of(
        "Observation",
        "ISiKLebensZustand",
        status="final",
        category=[coded(f"{TERMS}observation-category", "social-history")],
        code=coded(LOINC, "72166-2"),
        subject=PATIENT,
        effectiveDateTime="2026-02-13",
        valueCodeableConcept=coded(LOINC, "LA18976-3"),
    ),
]  # fmt: skip

SEARCHES = {
    "Patient": [
        "_id=ISiKPatient", "identifier=https://haus.example/pid|4711", "identifier=4711", "family=graf von",
        "family:exact=Graf von Musterfrau", "family=gabler", "given=Erika", "name=Musterfrau", "birthdate=1964-08-12",
        "birthdate=lt1970", "gender=female", "active=true", "telecom=%2B49 30 1234567", "address-city=musterstadt",
        "address-postalcode=12345", "address-country=DE", "address=Musterweg",
        f"identifier:of-type={V2}|MR|4711", "_has:Encounter:patient:identifier=9988",
    ],
    "Encounter": [
        "_id=ISiKKontaktGesundheitseinrichtung", "identifier=https://haus.example/aufnahme|9988",
        "status=in-progress", "class=IMP", f"type={DE}Kontaktebene|abteilungskontakt",
        "service-provider=Organization/ISiKOrganisation", "patient=ISiKPatient", "subject=Patient/ISiKPatient",
        "patient.identifier=4711", "account=Account/ISiKAbrechnungsfall", "account:identifier=0815",
        "account.identifier=0815", "date=lt2027", "date=ge2026-02-13", "location=Location/ISiKStandort",
        "location:below=ISiKStandort",
    ],
    "Condition": [
        "_id=ISiKDiagnose", "clinical-status=active", "patient=Patient/ISiKPatient", "subject.family=gabler",
        "encounter=Encounter/ISiKKontaktGesundheitseinrichtung", "recorded-date=2026-02-13", f"code={ICD}|F16.1",
        f"code:below={ICD}|F16", "category=encounter-diagnosis", "onset-date=ge2026-02-10",
        "encounter.identifier=9988",
    ],
    "Procedure": [
        "_id=ISiKProzedur", "status=completed", f"category={SNOMED}|387713003", f"code={OPS}|5-470",
        "patient=ISiKPatient", "encounter=Encounter/ISiKKontaktGesundheitseinrichtung", "date=2026-02-14",
    ],
    "Coverage": [
        "_id=ISiKVersicherungsverhaeltnisGesetzlich", f"type={DE}versicherungsart-de-basis|GKV", "status=active",
        "patient=ISiKPatient", "beneficiary=Patient/ISiKPatient", "subscriber:identifier=A123456780",
        "payor:identifier=http://fhir.de/sid/arge-ik/iknr|260326822",
    ],
    "Account": [
        "_id=ISiKAbrechnungsfall", "identifier=https://haus.example/abrechnung|0815", "status=active", "type=IMP",
        "patient=Patient/ISiKPatient", "subject=Patient/ISiKPatient",
    ],
    "RelatedPerson": ["_id=ISiKAngehoeriger", "patient=ISiKPatient", "name=maja", "address-city=Musterstadt"],
    "AllergyIntolerance": [
        "_id=ISiKAllergieUnvertraeglichkeit", "clinical-status=active", f"code={SNOMED}|256262001",
        "patient=ISiKPatient", "onset=2020-01-05", "date=2026-02-13", "verification-status=confirmed",
    ],
    "Observation": [
        "_id=ISiKLebensZustand", "status=final", "category=social-history", f"code={LOINC}|72166-2",
        "patient=ISiKPatient", "date=2026-02-13", f"value-concept={LOINC}|LA18976-3",
    ],
    "Organization": [
        "_id=ISiKOrganisation", "identifier=260120196", "active=true", "type=prov", "name=klinikum",
        "address-city=Musterstadt",
    ],
    "Location": [
        "_id=ISiKStandort", "identifier=771234000", "name=Haupthaus", "status=active", "address=Musterweg",
        "organization=Organization/ISiKOrganisation",
    ],
    "Practitioner": [
        "_id=ISiKPersonImGesundheitsberuf", "identifier=838382202", "family=musterarzt", "given=Walter",
        "name=Musterarzt", "gender=male", "address-postalcode=12345",
    ],
}  # fmt: skip

ALONG = {
    "Encounter?_id=ISiKKontaktGesundheitseinrichtung&_include=Encounter:patient": {"Patient/ISiKPatient"},
    "Encounter?_id=ISiKKontaktGesundheitseinrichtung&_include=Encounter:account": {"Account/ISiKAbrechnungsfall"},
    "Condition?_id=ISiKDiagnose&_include=Condition:encounter": {"Encounter/ISiKKontaktGesundheitseinrichtung"},
    "Patient?_id=ISiKPatient&_revinclude=Condition:subject&_revinclude=Procedure:subject": {
        "Condition/ISiKDiagnose",
        "Procedure/ISiKProzedur",
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taught(client: Client, data_folder: Path) -> Client:
    """The node with the profiles of these resources, and these."""
    profiles = {one["id"] for one in RESOURCES} | {"ISiKBerichtBundle", "ISiKBinary"}
    with tarfile.open(data_folder / "definitions" / "kds-isik-profiles.tar.xz") as archive:
        for member in archive:
            name = Path(member.name).stem.removeprefix("StructureDefinition-")
            if name in profiles and (file := archive.extractfile(member)) is not None:
                profile = json.loads(file.read()) | {"id": name}
                answer = await client.send("PUT", f"StructureDefinition/{name}", profile)
                assert answer.status_code in {200, 201}, answer.text[:500]
                profiles.remove(name)
    assert profiles == set()
    for one in RESOURCES:
        answer = await client.send("PUT", f"{one['resourceType']}/{one['id']}", one)
        assert answer.status_code in {200, 201}, answer.text[:500]
    return client


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: str(one["id"]))
class TestProfiles:
    async def test_a_resource_of_the_profile_is_valid(self, taught: Client, resource: Json) -> None:
        profile = ISIK + resource["id"]
        answer = await taught.send("POST", f"{resource['resourceType']}/$validate?profile={profile}", resource)
        wrong = [one["diagnostics"] for one in answer.json()["issue"] if one["severity"] in {"error", "fatal"}]
        assert (answer.status_code, wrong) == (200, [])

    async def test_it_is_read_searched_for_and_updated(self, taught: Client, resource: Json) -> None:
        place = f"{resource['resourceType']}/{resource['id']}"
        read = (await taught.get(place)).json()
        assert {key: read[key] for key in resource if key != "meta"} == {
            k: v for k, v in resource.items() if k != "meta"
        }
        tagged = read | {"meta": resource["meta"] | {"tag": [{"code": f"t{read['meta']['versionId']}"}]}}
        changed = await taught.send("PUT", place, tagged, headers={"If-Match": f'W/"{read["meta"]["versionId"]}"'})
        assert changed.status_code == 200, changed.text
        created = await taught.send("POST", resource["resourceType"], resource)
        assert created.status_code == 201, created.text
        removed = await taught.send("DELETE", f"{resource['resourceType']}/{created.json()['id']}")
        assert removed.status_code in {200, 204}

    async def test_the_statement_of_capability_says_so(self, taught: Client, resource: Json) -> None:
        rest = (await taught.get("metadata")).json()["rest"][0]
        row = next(one for one in rest["resource"] if one["type"] == resource["resourceType"])
        assert {"read", "search-type", "create", "update"} <= {one["code"] for one in row["interaction"]}
        searched = {text.partition("=")[0].partition(":")[0].partition(".")[0] for text in SEARCHES[row["type"]]}
        named = {one["name"] for one in (*row["searchParam"], *rest["searchParam"])}
        assert searched <= named


@pytest.mark.parametrize("kind", list(SEARCHES))
async def test_the_search_parameters_of_a_profile_find_it_by_get_and_by_post(taught: Client, kind: str) -> None:
    wanted = next(one["id"] for one in RESOURCES if one["resourceType"] == kind)
    missed = []
    for text in SEARCHES[kind]:
        name, _, value = text.partition("=")
        pairs = [(name, value.replace("%2B", "+")), ("_count", "100")]
        listed = (await taught.get(kind, pairs)).json()
        posted = (await taught.send("POST", f"{kind}/_search", urlencode(pairs).encode(), headers=FORM)).json()
        found = [{one["resource"]["id"] for one in answer.get("entry", ())} for answer in (listed, posted)]
        if not all(wanted in ids for ids in found):
            missed.append((text, listed.get("issue")))
    assert missed == []


@pytest.mark.parametrize("text", list(ALONG))
async def test_what_belongs_to_it_comes_along(taught: Client, text: str) -> None:
    entries = (await taught.get(text)).json()["entry"]
    along = {f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in entries
             if one["search"]["mode"] == "include"}  # fmt: skip
    assert along == ALONG[text]


async def test_a_report_of_a_subsystem_is_taken_as_a_document(taught: Client) -> None:
    composition = of(
        "Composition",
        "ISiKBerichtSubSysteme",
        text=DIV,
        identifier={"system": "https://haus.example/berichte", "value": "1"},
        status="final",
        type=coded(LOINC, "55112-7"),
        subject=PATIENT,
        date="2026-02-15",
        author=[{"display": "Stationsinformationssystem"}],
        title="Blutdruckmessung",
        section=[{"title": "Messung", "text": DIV}],
    )
    document = of(
        "Bundle",
        "ISiKBerichtBundle",
        identifier={"system": "urn:ietf:rfc:3986", "value": "urn:uuid:2f0b9c1e-2f1b-4a5e-9a5a-0d6f3d1f1a11"},
        type="document",
        timestamp="2026-02-15T10:00:00Z",
        entry=[{"fullUrl": "https://haus.example/fhir/Composition/1", "resource": composition}],
    )
    taken = await taught.send("POST", "Bundle", document)
    assert taken.status_code == 201, taken.text
    found = await taught.get("Bundle", [("identifier", document["identifier"]["value"]), ("type", "document")])
    assert [one["resource"]["id"] for one in found.json()["entry"]] == [taken.json()["id"]]


async def test_a_binary_is_read_as_what_it_is(taught: Client) -> None:
    content = b"%PDF-1.4"
    binary = of("Binary", "ISiKBinary", contentType="application/pdf", data=base64.b64encode(content).decode())
    made = await taught.send("POST", "Binary", binary)
    assert made.status_code == 201, made.text
    place = f"Binary/{made.json()['id']}"
    assert (await taught.get(place)).json()["data"] == binary["data"]
    assert (await taught.send("GET", place, headers={"Accept": "application/pdf"})).content == content
