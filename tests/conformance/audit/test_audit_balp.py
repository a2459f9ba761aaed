"""What IHE's Basic Audit Log Patterns (BALP 1.1.4) fix for each profile that an event names, value by value.

https://profiles.ihe.net/ITI/BALP: the slices of agents and entities with their types, how often each may stand there,
what must and must not be in it, and the fixed codes of the event.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from verbund.audit import Agent, Event, to_fhir

DCM = "http://dicom.nema.org/resources/ontology/DCM"
ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
PART = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
REST = ("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")
INTERACTION = "http://hl7.org/fhir/restful-interaction"
BALP = "https://profiles.ihe.net/ITI/BALP/"
OAUTH = (f"{BALP}CodeSystem/UserAgentTypes", "UserOauthAgent")
SENDER, RECEIVER, APPLICATION = (DCM, "110153"), (DCM, "110152"), (DCM, "110150")
CUSTODIAN = ("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian")
AUTHOR, RECIPIENT = (PART, "AUT"), (PART, "IRCP")
PROVIDER = ("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV")
AUTHORISER = ("http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver")
PERSON, DATA = (ENTITY, "1"), (ENTITY, "2")
CONSENT = ("http://hl7.org/fhir/resource-types", "Consent")
Code = tuple[str, str]
Json = dict[str, Any]


@dataclass(frozen=True)
class Profile:
    """What is fixed. Slices are by type: how many at least and at most, and the elements that must be in each."""

    type: Code
    subtypes: frozenset[Code]
    action: str
    agents: dict[Code, tuple[int, int, tuple[str, ...]]]
    entities: dict[Code, tuple[int, int, tuple[str, ...]]]
    others: bool = True
    """Whether entities of other types may stand there."""


MACHINE, USER = (1, 1, ("who", "network")), (0, 1, ("who",))
OF_PATIENT = (1, 1, ("what", "role"))


def rest(codes: tuple[str, ...], action: str, client: Code, server: Code, user: Code, data: tuple[str, ...]) -> Profile:
    return Profile(
        REST,
        frozenset((INTERACTION, code) for code in codes),
        action,
        {client: MACHINE, server: MACHINE, user: USER},
        {DATA: (1, 1, data)},
    )


WHAT, QUERY = ("what", "role"), ("query", "role")
PROFILES = {
    "Create": rest(("create",), "C", SENDER, RECEIVER, AUTHOR, WHAT),
    "Read": rest(("read", "vread"), "R", RECEIVER, SENDER, RECIPIENT, WHAT),
    "Update": rest(("update", "patch"), "U", SENDER, RECEIVER, AUTHOR, WHAT),
    "Delete": rest(("delete",), "D", APPLICATION, CUSTODIAN, AUTHOR, WHAT),
    "Query": rest(("search", "search-type", "search-system"), "E", SENDER, RECEIVER, RECIPIENT, QUERY),
    "PrivacyDisclosure.Source": Profile(
        (DCM, "110106"),
        frozenset({("http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", "disclose")}),
        "R",
        {SENDER: MACHINE, RECEIVER: MACHINE},
        {PERSON: OF_PATIENT},
    ),
    "AuthZconsent": Profile(
        (DCM, "110113"),
        frozenset({(f"{BALP}CodeSystem/AuthZsubType", "AuthZ-Consent")}),
        "E",
        {APPLICATION: MACHINE, RECIPIENT: (1, 1, ("who",)), PROVIDER: (1, 1, ("who",)), AUTHORISER: (1, 1, ("who",))},
        {PERSON: OF_PATIENT, CONSENT: (1, 99, ("what",)), OAUTH: (0, 1, ("what",))},
        others=False,
    ),
}


def code_of(coding: Json) -> Code:
    return coding["system"], coding["code"]


def check(resource: Json, name: str) -> None:
    """The resource keeps to the profile of this name; a name with `Patient` in front asks for the patient as well."""
    profile = PROFILES[name.removeprefix("Patient")]
    entities = profile.entities | ({PERSON: OF_PATIENT} if name.startswith("Patient") else {})
    assert code_of(resource["type"]) == profile.type
    assert {code_of(one) for one in resource["subtype"]} & profile.subtypes
    assert resource["action"] == profile.action
    assert name == "AuthZconsent" or resource["outcome"] == "0"
    agents = [(code_of(one["type"]["coding"][0]), one) for one in resource["agent"]]
    for of, (least, most, needed) in profile.agents.items():
        slices = [one for kind, one in agents if kind == of]
        assert least <= len(slices) <= most, (name, of)
        for one in slices:
            assert set(needed) <= set(one), (name, of, one)
            assert "media" not in one
    found = [(code_of(one["type"]), one) for one in resource["entity"]]
    for of, (least, most, needed) in entities.items():
        of_kind = [one for kind, one in found if kind == of]
        assert least <= len(of_kind) <= most, (name, of, of_kind)
        assert all(set(needed) <= set(one) for one in of_kind)
    assert profile.others or {kind for kind, _ in found} <= set(entities)
    for one in (one for kind, one in found if kind == PERSON):
        assert one["role"]["code"] == "1"
        assert one["what"]["reference"].startswith("Patient/")
    if name in {"Query", "PatientQuery"}:
        (query,) = [one for kind, one in found if kind == DATA]
        assert query["role"]["code"] == "24"
        assert not {"what", "lifecycle", "detail"} & set(query)
    for kind, one in agents:
        if kind in {AUTHOR, RECIPIENT}:
            assert one["requestor"] is True
            assert "network" not in one
    if name == "PrivacyDisclosure.Source":
        (source,) = [one for kind, one in agents if kind == SENDER]
        assert source["who"] == resource["source"]["observer"], "val-audit-source"
    if name == "AuthZconsent":
        (authoriser,) = [one for kind, one in agents if kind == AUTHORISER]
        assert authoriser["who"] == resource["source"]["observer"], "val-audit-source"
        (client,) = [one for kind, one in agents if kind == APPLICATION]
        assert not {"role", "altId", "name", "location", "purposeOfUse"} & set(client)


@dataclass(frozen=True)
class Case:
    """One act, and the profile that it is to name."""

    profile: str
    kind: str
    action: str
    more: Json = field(default_factory=dict)


ASKED = {"query": "code=718-7"}
CASES = (
    Case("PatientRead", "read", "R"),
    Case("PatientRead", "read", "R", {"detail": {"interaction": "vread"}}),
    Case("Read", "read", "R", {"patient_id": None, "entities": ("Organization/1",)}),
    Case("PatientQuery", "search", "E", ASKED | {"entities": ()}),
    Case("PatientQuery", "search", "E", ASKED | {"entities": ("Observation/1", "Observation/2", "Patient/erika")}),
    Case("Query", "search", "E", ASKED | {"patient_id": None, "detail": {"interaction": "search-system"}}),
    Case("PatientCreate", "create", "C", {"detail": {"version": "1", "status": "created"}}),
    Case("Create", "create", "C", {"patient_id": None}),
    Case("PatientUpdate", "update", "U", {"detail": {"version": "3"}}),
    Case("PatientDelete", "delete", "D"),
    Case("Delete", "delete", "D", {"patient_id": None}),
    Case("PrivacyDisclosure.Source", "release", "R", {"entities": ("Observation/1", "Condition/2")}),
    Case("PrivacyDisclosure.Source", "release", "R", {"provision": "Consent/c#1"}),
    Case("PrivacyDisclosure.Source", "emergency", "R", {"purpose": "ETREAT", "stated_reason": "unconscious"}),
    Case("AuthZconsent", "release", "R", {"permitted": False, "provision": "Consent/c#1", "entities": ()}),
    Case("AuthZconsent", "release", "R", {"permitted": False, "entities": ()}),
    Case("AuthZconsent", "decision", "E", {"provision": "Consent/c#1.2"}),
    Case("AuthZconsent", "decision", "E", {"permitted": False}),
)


def told(case: Case, **detail: str) -> Json:
    fields: Json = {
        "kind": case.kind,
        "action": case.action,
        "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "agent": Agent("weber", "Dr. Anna Weber", "physician", "praxis", "Praxis Weber"),
        "purpose": "TREAT",
        "patient_id": "erika",
        "entities": ("Observation/7",),
        "reason_en": "Treatment in this house",
    }
    fields |= case.more
    fields["detail"] = {**fields.get("detail", {}), **detail}
    return to_fhir(Event(**fields), site="uniklinikum", id="7")


@pytest.mark.parametrize("detail", [{}, {"client": "growth-chart", "token": "5f0c", "address": "10.0.0.7"}])
@pytest.mark.parametrize("case", CASES)
def test_an_event_keeps_to_the_profile_that_it_names(case: Case, detail: dict[str, str]) -> None:
    resource = told(case, **detail)
    names = [url.rpartition("IHE.BasicAudit.")[2] for url in resource["meta"]["profile"]]
    assert names[0] == case.profile
    assert names[1:] == (["OAUTHaccessTokenUse.Minimal"] if detail else [])
    check(resource, case.profile)


def test_the_access_token_is_told_by_its_id_alone() -> None:
    """OAUTHaccessTokenUse.Minimal: one agent of this type, its policy the `jti` with the prefix of RFC 3553."""
    resource = told(CASES[0], client="growth-chart", token="5f0c")
    (agent,) = [one for one in resource["agent"] if code_of(one["type"]["coding"][0]) == OAUTH]
    assert agent["policy"] == ["urn:ietf:params:oauth:jti:5f0c"]
    assert agent["requestor"] is True
    assert not {"media", "network"} & set(agent)
    client = resource["agent"][0]["who"]["identifier"]
    assert client == {"system": "urn:verbund:client", "value": "growth-chart"}
    decided = told(CASES[-1], token="5f0c")
    (token,) = [one for one in decided["entity"] if code_of(one["type"]) == OAUTH]
    assert token["what"]["identifier"]["value"] == "urn:ietf:params:oauth:jti:5f0c"


def test_what_is_released_names_the_decision_and_the_consent() -> None:
    resource = told(Case("", "release", "R", {"provision": "Consent/c#1"}))
    assert {one["code"] for one in resource["subtype"]} == {"disclose", "AuthZ-Consent"}
    (consent,) = [one for one in resource["entity"] if code_of(one["type"]) == CONSENT]
    assert consent["what"] == {"reference": "Consent/c", "display": "Consent/c#1"}


def test_what_another_house_got_in_an_emergency_says_so() -> None:
    resource = told(Case("", "emergency", "R", {"purpose": "ETREAT", "stated_reason": "unconscious"}))
    assert {one["code"] for one in resource["subtype"]} == {"disclose", "AuthZ-Consent", "110127"}


def test_a_refused_release_is_told_as_a_decision_and_its_house_as_who_asked() -> None:
    resource = told(Case("", "release", "R", {"permitted": False}))
    assert (resource["outcome"], resource["action"], resource["type"]["code"]) == ("8", "E", "110113")
    (provider,) = [one for one in resource["agent"] if code_of(one["type"]["coding"][0]) == PROVIDER]
    assert provider["who"]["identifier"]["value"] == "praxis"


def test_a_write_tells_which_version_it_made() -> None:
    resource = told(Case("", "update", "U", {"detail": {"version": "3"}}))
    (data,) = [one for one in resource["entity"] if code_of(one["type"]) == DATA]
    assert data["detail"] == [{"type": "version", "valueString": "3"}]
