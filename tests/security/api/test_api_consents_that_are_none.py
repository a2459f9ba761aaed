"""Consents that name what nobody knows, by each way to write one: refused with the place, and nothing is kept."""

from typing import Any

import pytest
from fhir_node import FhirNode, patient

POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
CATEGORIES = "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/mii-cs-consent-consent_category"
PLACE = "Consent.provision.provision[1].code[0]"


def broad_consent(of: str, policy: str) -> dict[str, Any]:
    """A research consent as the module has it, whose second provision names a policy."""
    period = {"start": "2020-09-01", "end": "2050-08-31"}
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{one}"}]} for one in ("6", policy)]
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": CATEGORIES, "code": "2.16.840.1.113883.3.1937.777.24.2.184"}]}],
        "patient": {"reference": of.lstrip("/")},
        "dateTime": "2020-09-01",
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {
            "type": "deny",
            "period": period,
            "provision": [{"type": "permit", "period": period, "code": [code]} for code in codes],
        },
    }


def named(outcome: dict[str, Any]) -> list[str]:
    return [place for issue in outcome["issue"] for place in issue.get("expression", ())]


@pytest.mark.parametrize("policy", ["125", "0", "x", "8.1"])
async def test_an_unknown_policy_is_refused_with_the_place(node: FhirNode, policy: str) -> None:
    of = await node.new(patient())
    right = await node.new(broad_consent(of, "8"))
    wrong = broad_consent(of, policy) | {"id": right.rpartition("/")[2]}
    alone = (
        await node.post("/Consent", wrong),
        await node.put(right, wrong),
        await node.put(f"/Consent?_id={wrong['id']}", wrong),
        await node.patch(right, [{"op": "replace", "path": "/provision", "value": wrong["provision"]}]),
    )
    for answer in alone:
        assert answer.status_code == 422, answer.text
        assert named(answer.json()) == [PLACE]
    together = await node.post("/", node.transaction(("PUT", right, wrong)))
    assert together.status_code == 422
    assert named(together.json()) == [f"Bundle.entry[0].resource.{PLACE.partition('.')[2]}"]
    each = await node.post("/", node.transaction(("PUT", right, wrong), ("GET", of, None), kind="batch"))
    first, second = (entry["response"] for entry in each.json()["entry"])
    assert first["status"].startswith("422")
    assert named(first["outcome"]) == [PLACE]
    assert second["status"].startswith("200")
    assert (await node.get(right)).json()["meta"]["versionId"] == "1"
    assert (await node.get(f"/Consent?patient={of.lstrip('/')}&_summary=count")).json()["total"] == 1
