"""Events as AuditEvents: valid R4, and of the shape that IHE BALP asks for."""

import base64
from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import pytest

from verbund.audit import Agent, Event, Kind, to_fhir
from verbund.fhir import validate

PROFILES = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
WEBER = Agent("weber", "Dr. Anna Weber", "physician", "praxis", "Praxis Weber")
ACTIONS = {"read": "R", "search": "E", "create": "C", "update": "U", "delete": "D", "release": "R"}


def event(kind: Kind, **changes: Any) -> Event:
    fields: dict[str, Any] = {
        "kind": kind,
        "action": ACTIONS.get(kind, "E"),
        "at": datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
        "agent": WEBER,
        "purpose": "TREAT",
        "patient_id": "erika",
        "entities": ("Observation/7",),
        "reason_de": "Behandlung in diesem Haus",
        "reason_en": "Treatment in this house",
    }
    return Event(**(fields | changes))


def agent(resource: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [one for one in resource["agent"] if one["type"]["coding"][0]["code"] == code]
    return found


@pytest.mark.parametrize("permitted", [True, False])
@pytest.mark.parametrize("patient", ["erika", None])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_event_is_a_valid_r4_audit_event(kind: Kind, patient: str | None, permitted: bool) -> None:
    full = event(kind, patient_id=patient, permitted=permitted, query="a=b", stated_reason="bewusstlos", provision="p")
    bare = event(kind, patient_id=patient, permitted=permitted, entities=(), purpose="", reason_de="", reason_en="")
    for one in (full, bare):
        assert validate(orjson.dumps(to_fhir(one, site="uniklinikum", id="7"))) == ()


@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        ("read", "PatientRead"),
        ("search", "PatientQuery"),
        ("create", "PatientCreate"),
        ("update", "PatientUpdate"),
        ("delete", "PatientDelete"),
        ("release", "PrivacyDisclosure.Source"),
        ("decision", "AuthZconsent"),
    ],
)
def test_a_patients_event_names_its_balp_pattern(kind: Kind, profile: str) -> None:
    query = "code=718-7" if kind == "search" else None
    assert to_fhir(event(kind, query=query), site="praxis")["meta"]["profile"] == [PROFILES + profile]


def test_an_event_of_nobody_has_the_pattern_without_patient() -> None:
    resource = to_fhir(event("read", patient_id=None, entities=("Organization/1",)), site="praxis")
    assert resource["meta"]["profile"] == [PROFILES + "Read"]
    assert [one["what"] for one in resource["entity"]] == [{"reference": "Organization/1"}]


@pytest.mark.parametrize(
    "changes", [{"permitted": False}, {"entities": ()}, {"entities": ("Observation/1", "Observation/2")}]
)
def test_no_pattern_is_claimed_that_does_not_hold(changes: dict[str, Any]) -> None:
    assert "meta" not in to_fhir(event("read", **changes), site="praxis")
    assert "meta" not in to_fhir(event("decision", patient_id=None), site="praxis")
    assert "meta" not in to_fhir(event("release", entities=()), site="praxis")
    assert "meta" not in to_fhir(event("search", query=None), site="praxis")
    assert to_fhir(event("release", permitted=False), site="praxis")["meta"]["profile"] == [PROFILES + "AuthZconsent"]


def test_a_read_flows_from_the_server_to_the_reader() -> None:
    resource = to_fhir(event("read", detail={"client": "app", "address": "10.0.0.7"}), site="praxis", id="7")
    assert resource["id"] == "7"
    assert (resource["type"]["code"], resource["subtype"][0]["code"], resource["action"]) == ("rest", "read", "R")
    assert agent(resource, "110152")["who"]["identifier"]["value"] == "app"
    assert agent(resource, "110152")["network"] == {"address": "10.0.0.7", "type": "1"}
    assert agent(resource, "110153")["who"]["identifier"]["value"] == "praxis"
    user = agent(resource, "IRCP")
    assert (user["name"], user["requestor"]) == ("Dr. Anna Weber", True)
    assert user["role"][0]["coding"][0]["code"] == "physician"
    assert resource["recorded"] == "2026-03-01T12:00:00.123+00:00"
    assert [one["what"]["reference"] for one in resource["entity"]] == ["Patient/erika", "Observation/7"]


def test_what_is_written_flows_to_the_server_and_has_an_author() -> None:
    resource = to_fhir(event("create"), site="praxis")
    assert agent(resource, "110152")["who"]["identifier"]["value"] == "praxis"
    assert agent(resource, "AUT")["requestor"]


def test_a_search_keeps_the_query_as_it_was_asked() -> None:
    resource = to_fhir(event("search", query="name=Müller&_count=5", entities=()), site="praxis")
    (query,) = [one for one in resource["entity"] if one["role"]["code"] == "24"]
    assert base64.b64decode(query["query"]).decode() == "name=Müller&_count=5"
    assert agent(resource, "110153")["who"] == {"display": "portal"}


def test_a_release_names_both_houses_and_the_purpose() -> None:
    resource = to_fhir(event("release"), site="uniklinikum")
    assert agent(resource, "110153")["who"]["identifier"]["value"] == "uniklinikum"
    assert agent(resource, "110152")["who"]["identifier"]["value"] == "praxis"
    assert resource["subtype"][0]["code"] == "disclose"
    assert resource["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"


def test_a_denial_says_so_with_the_provision_that_decided() -> None:
    denied = event("decision", permitted=False, provision="Consent/c1#2", reason_en="Laboratory results are withheld")
    resource = to_fhir(denied, site="uniklinikum")
    assert (resource["outcome"], resource["outcomeDesc"]) == ("8", "Laboratory results are withheld")
    assert [one["type"]["code"] for one in resource["entity"]] == ["1", "Consent"]
    assert resource["entity"][1]["what"] == {"reference": "Consent/c1", "display": "Consent/c1#2"}
    assert {one["type"]["coding"][0]["code"] for one in resource["agent"]} == {"110150", "IRCP", "PROV", "authserver"}
    assert agent(resource, "authserver")["who"] == resource["source"]["observer"]


def test_a_denial_by_default_has_no_consent_to_name() -> None:
    assert to_fhir(event("decision", permitted=False), site="praxis")["entity"][1]["what"] == {
        "display": "no consent on file that permits"
    }


def test_an_emergency_says_what_was_stated() -> None:
    resource = to_fhir(event("emergency", purpose="ETREAT", stated_reason="bewusstlos aufgefunden"), site="praxis")
    assert resource["subtype"][0]["code"] == "110127"
    assert agent(resource, "IRCP")["purposeOfUse"][0]["text"] == "bewusstlos aufgefunden"


def test_outcomes() -> None:
    assert to_fhir(event("sign-in"), site="praxis")["outcome"] == "0"
    assert to_fhir(event("sign-in-failed", permitted=False), site="praxis")["outcome"] == "4"
    assert to_fhir(event("read", permitted=False), site="praxis")["outcome"] == "8"
