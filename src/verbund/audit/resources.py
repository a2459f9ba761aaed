"""Events as FHIR R4 AuditEvents, after the patterns of IHE Basic Audit Log Patterns (BALP) 1.1.4."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from verbund.audit.model import Event, Kind

_BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTION = "http://hl7.org/fhir/restful-interaction"
_LIFECYCLE = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
_AUTHZ = "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType"
_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_RESOURCE = "http://hl7.org/fhir/resource-types"
_SOURCE = "http://terminology.hl7.org/CodeSystem/security-source-type"
_TOKEN = ("https://profiles.ihe.net/ITI/BALP/CodeSystem/UserAgentTypes", "UserOauthAgent")
_ROLE = "urn:verbund:role"
_SITE = "urn:verbund:site"
_PERSON = "urn:verbund:person"
_CLIENT = "urn:verbund:client"
_EMERGENCIES = frozenset({"ETREAT", "BTG"})
_SUCCESS, _MINOR_FAILURE, _SERIOUS_FAILURE = "0", "4", "8"

Json = dict[str, Any]


def _coding(system: str, code: str, display: str | None = None) -> Json:
    coding = {"system": system, "code": code}
    return coding | {"display": display} if display else coding


def _concept(system: str, code: str, display: str | None = None) -> Json:
    return {"coding": [_coding(system, code, display)]}


@dataclass(frozen=True, slots=True)
class _Flow:
    """Which way data flows: the types of the agents that are the client, the server, and the user."""

    client: Json
    server: Json
    user: Json


_SENDER = _concept(_DICOM, "110153", "Source Role ID")
_RECEIVER = _concept(_DICOM, "110152", "Destination Role ID")
_APPLICATION = _concept(_DICOM, "110150", "Application")
_CUSTODIAN = _concept("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian", "Custodian")
_AUTHOR = _concept(_PARTICIPATION, "AUT", "author")
_RECIPIENT = _concept(_PARTICIPATION, "IRCP", "information recipient")

_FROM_SERVER = _Flow(_RECEIVER, _SENDER, _RECIPIENT)
_TO_SERVER = _Flow(_SENDER, _RECEIVER, _AUTHOR)
# Of a search the parameters flow to the server; what they find is received.
_ASKED = _Flow(_SENDER, _RECEIVER, _RECIPIENT)
_REMOVED = _Flow(_APPLICATION, _CUSTODIAN, _AUTHOR)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How one kind of event looks: its type, its subtype, the BALP profile where there is one, and the flow.

    A profile of a patient's event has `Patient` before its name where it may lack.
    """

    type: Json
    subtype: Json
    profile: str | None = None
    flow: _Flow = _FROM_SERVER


_REST = _coding(_EVENT_TYPE, "rest", "RESTful Operation")
_AUTHENTICATION = _coding(_DICOM, "110114", "User Authentication")
_RECORD = _coding(_DICOM, "110110", "Patient Record")
_LOGIN = (_AUTHENTICATION, _coding(_DICOM, "110122", "Login"))
_LOGOUT = (_AUTHENTICATION, _coding(_DICOM, "110123", "Logout"))
_ALERT = _coding(_DICOM, "110113", "Security Alert")
_SECURED = (_ALERT, _coding(_DICOM, "110137", "User Security Attributes Changed"))
_OVERRIDE = (_ALERT, _coding(_DICOM, "110127", "Emergency Override Started"))
_EXPORT = _coding(_DICOM, "110106", "Export")
_DISCLOSE = _coding(_LIFECYCLE, "disclose", "Disclose Record Lifecycle Event")


_DECIDED = _coding(_AUTHZ, "AuthZ-Consent", "Authorization Decision using Roles and Consent")


def _lifecycle(code: str, display: str) -> _Pattern:
    return _Pattern(_RECORD, _coding(_LIFECYCLE, code, display), flow=_TO_SERVER)


def _rest(code: str, profile: str | None = None, flow: _Flow = _FROM_SERVER) -> _Pattern:
    return _Pattern(_REST, _coding(_INTERACTION, code, code), profile, flow)


_PATTERNS: dict[Kind, _Pattern] = {
    "read": _rest("read", "Read"),
    "history": _rest("history-instance"),
    "search": _rest("search-type", "Query", _ASKED),
    "record": _rest("operation"),
    "create": _rest("create", "Create", _TO_SERVER),
    "update": _rest("update", "Update", _TO_SERVER),
    "delete": _rest("delete", "Delete", _REMOVED),
    "release": _Pattern(_EXPORT, _DISCLOSE, "PrivacyDisclosure.Source"),
    "emergency": _Pattern(*_OVERRIDE),
    "break-glass": _Pattern(*_OVERRIDE),
    "consent": _rest("update", None, _TO_SERVER),
    "decision": _Pattern(_ALERT, _DECIDED, "AuthZconsent"),
    "export": _Pattern(_EXPORT, _coding(_INTERACTION, "operation", "operation")),
    "import": _Pattern(_coding(_DICOM, "110107", "Import"), _coding(_INTERACTION, "batch", "batch"), flow=_TO_SERVER),
    "count": _Pattern(_coding(_DICOM, "110112", "Query"), _coding(_INTERACTION, "operation", "operation")),
    "access-log": _Pattern(_coding(_DICOM, "110101", "Audit Log Used"), _coding(_INTERACTION, "search-type")),
    "archive": _Pattern(
        _coding(_DICOM, "110101", "Audit Log Used"), _coding(_LIFECYCLE, "archive", "Archive Record Lifecycle Event")
    ),
    "sign-in": _Pattern(*_LOGIN),
    "sign-in-failed": _Pattern(*_LOGIN),
    "sign-out": _Pattern(*_LOGOUT),
    "session-ended": _Pattern(*_LOGOUT),
    "password-changed": _Pattern(*_SECURED),
    "factor-added": _Pattern(*_SECURED),
    "factor-removed": _Pattern(*_SECURED),
    "factors-reset": _Pattern(*_SECURED),
    "recovery-used": _Pattern(*_SECURED),
    "app-grant": _Pattern(_ALERT, _coding(_DICOM, "110136", "Security Roles Changed")),
    "app-revoke": _Pattern(_ALERT, _coding(_DICOM, "110136", "Security Roles Changed")),
    "app-change": _Pattern(_ALERT, _coding(_DICOM, "110131", "Software Configuration")),
    "token-refused": _Pattern(_AUTHENTICATION, _coding(_DICOM, "110122", "Login")),
    "person": _Pattern(*_SECURED),
    "enrolment": _Pattern(*_SECURED),
    "proxy": _Pattern(_ALERT, _coding(_DICOM, "110136", "Security Roles Changed")),
    "copy": _Pattern(_EXPORT, _DISCLOSE),
    "correction": _lifecycle("amend", "Amend (Update) Record Lifecycle Event"),
    "restriction": _lifecycle("hold", "Add Legal Hold Record Lifecycle Event"),
    "erasure": _lifecycle("destroy", "Destroy/Delete Record Lifecycle Event"),
}


def to_fhir(event: Event, *, site: str, id: str | None = None) -> Json:  # noqa: A002 - FHIR's word
    """The AuditEvent as a JSON object, recorded by the house `site`; valid R4.

    `meta.profile` names the BALP patterns that hold. Of `detail` is told: `client` (the id of the application), `token`
    (of its access token, the `jti`), `address` (whence it asked), `interaction` (FHIR's word for a REST act) and
    `version`. A release that was refused is told as the decision that it is, what another house got in an emergency as
    a release.
    """
    if event.kind == "emergency" and event.agent.organisation != site:
        event = structs.replace(event, kind="release")
    refused = event.kind == "release" and not event.permitted
    decision = event.kind == "decision" or refused
    pattern = _PATTERNS["decision" if decision else event.kind]
    resource: Json = {"resourceType": "AuditEvent"}
    if id is not None:
        resource["id"] = id
    profiles = _profiles(event, pattern)
    if profiles:
        resource["meta"] = {"profile": [_BALP + name for name in profiles]}
    resource |= {
        "type": pattern.type,
        "subtype": _subtypes(event, pattern),
        "action": "E" if refused else event.action,
        "recorded": event.at.isoformat(timespec="milliseconds"),
        "outcome": _outcome(event),
    }
    if event.reason_en:
        resource["outcomeDesc"] = event.reason_en
    if event.purpose:
        resource["purposeOfEvent"] = [_concept(_REASON, event.purpose)]
    resource["agent"] = _deciding(event, site) if decision else _agents(event, pattern.flow, site)
    kind = ("6", "Security Server") if decision else ("4", "Application Server")
    resource["source"] = {"site": site, "observer": _house(site), "type": [_coding(_SOURCE, *kind)]}
    entities = _decided_on(event) if decision else _entities(event)
    return resource | ({"entity": entities} if entities else {})


def _subtypes(event: Event, pattern: _Pattern) -> list[Json]:
    word = event.detail.get("interaction")
    first = _coding(_INTERACTION, word, word) if word and pattern.type is _REST else pattern.subtype
    if event.kind != "release" or not event.permitted:
        return [first]
    return [first, _DECIDED, *([_OVERRIDE[1]] if event.purpose in _EMERGENCIES else [])]


def _outcome(event: Event) -> str:
    if event.permitted:
        return _SUCCESS
    return _MINOR_FAILURE if event.kind in {"sign-in-failed", "token-refused"} else _SERIOUS_FAILURE


def _profiles(event: Event, pattern: _Pattern) -> list[str]:
    """The patterns' names: that of the act, unless the event lacks what it requires, and that of its access token."""
    token = ["OAUTHaccessTokenUse.Minimal"] if "token" in event.detail else []
    return [*([name] if (name := _profile(event, pattern)) else []), *token]


def _profile(event: Event, pattern: _Pattern) -> str | None:
    """The pattern of the act, where there is success of a REST act, a patient, an entity, as it requires."""
    if pattern.profile is None:
        return None
    if pattern.profile in {"AuthZconsent", "PrivacyDisclosure.Source"}:
        complete = event.patient_id is not None and (pattern.profile == "AuthZconsent" or bool(event.entities))
        return pattern.profile if complete else None
    described = event.query is not None if event.kind == "search" else len(event.entities) == 1
    if not event.permitted or not described:
        return None
    return f"Patient{pattern.profile}" if event.patient_id is not None else pattern.profile


def _house(site: str) -> Json:
    return {"identifier": {"system": _SITE, "value": site}}


def _agents(event: Event, flow: _Flow, site: str) -> list[Json]:
    asking = _machine(flow.client, _asking(event), _address(event, site))
    here = _machine(flow.server, _house(site), site)
    return [asking, here, _user(event, flow.user), *_token_agent(event)]


def _asking(event: Event) -> Json:
    """The house or the application that asked."""
    if event.kind == "release":
        return _house(event.agent.organisation) | {"display": event.agent.organisation_name}
    client = event.detail.get("client")
    if client is None:
        return {"display": "portal"}
    return {"identifier": {"system": _CLIENT, "value": client}, "display": client}


def _address(event: Event, site: str) -> str:
    return event.detail.get("address", event.agent.organisation or site)


def _machine(role: Json, who: Json, address: str) -> Json:
    return {"type": role, "who": who, "requestor": False, "network": {"address": address, "type": "1"}}


def _user(event: Event, role: Json) -> Json:
    agent = event.agent
    user: Json = {
        "type": role,
        "role": [_concept(_ROLE, agent.role)],
        "who": {"identifier": {"system": _PERSON, "value": agent.id}, "display": agent.name},
        "name": agent.name,
        "requestor": True,
    }
    if event.purpose:
        purpose = _concept(_REASON, event.purpose)
        user["purposeOfUse"] = [purpose | ({"text": event.stated_reason} if event.stated_reason else {})]
    return user


def _token_agent(event: Event) -> list[Json]:
    """The access token that was shown, by its id alone."""
    if "token" not in event.detail:
        return []
    who = {"identifier": {"system": _PERSON, "value": event.agent.id}}
    return [{"type": _concept(*_TOKEN), "who": who, "requestor": True, "policy": [_jti(event)]}]


def _jti(event: Event) -> str:
    return f"urn:ietf:params:oauth:jti:{event.detail['token']}"


def _deciding(event: Event, site: str) -> list[Json]:
    """Who takes part in a decision: application, user and house that asked, and this house, which decided."""
    house = _house(event.agent.organisation) | {"display": event.agent.organisation_name}
    provider = _concept("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV", "healthcare provider")
    system = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
    authoriser = _concept(system, "authserver", "authorization server")
    return [
        _machine(_APPLICATION, _asking(event), _address(event, site)),
        _user(event, _RECIPIENT),
        {"type": provider, "who": house, "requestor": False},
        {"type": authoriser, "who": _house(site), "requestor": False},
        *_token_agent(event),
    ]


def _decided_on(event: Event) -> list[Json]:
    """The patient, the consent that decided, and the token's id: the pattern of a decision takes nothing else."""
    token: list[Json] = []
    if "token" in event.detail:
        token = [{"type": _coding(*_TOKEN), "what": {"identifier": {"value": _jti(event)}}}]
    return [*_patient(event), _consent(event), *token]


def _entities(event: Event) -> list[Json]:
    entities = _patient(event)
    version = event.detail.get("version") if len(event.entities) == 1 else None
    for reference in event.entities:
        entity = _found(reference) if event.query is not None else _entity("2", "System Object", _DATA)
        entity["what"] = {"reference": reference}
        if version is not None:
            entity["detail"] = [{"type": "version", "valueString": version}]
        entities.append(entity)
    if event.query is not None:
        query = b64encode(event.query.encode()).decode()
        entities.append(_entity("2", "System Object", ("24", "Query")) | {"query": query})
    by_consent = event.provision is not None and event.provision.startswith("Consent/")
    return [*entities, _consent(event)] if by_consent else entities


def _patient(event: Event) -> list[Json]:
    if event.patient_id is None:
        return []
    return [_entity("1", "Person", ("1", "Patient")) | {"what": {"reference": f"Patient/{event.patient_id}"}}]


_DATA = ("4", "Domain Resource")


def _entity(code: str, display: str, role: tuple[str, str]) -> Json:
    return {"type": _coding(_ENTITY_TYPE, code, display), "role": _coding(_OBJECT_ROLE, *role)}


def _found(reference: str) -> Json:
    """What a query found: by its own type, since the one System Object of a query is the query."""
    kind = reference.partition("/")[0]
    return {"type": _coding(_RESOURCE, kind, kind), "role": _coding(_OBJECT_ROLE, *_DATA)}


def _consent(event: Event) -> Json:
    """The consent that decided; a denial by default names that there was none."""
    if event.provision is None:
        what: Json = {"display": "no consent on file that permits"}
    elif event.provision.startswith("Consent/"):
        what = {"reference": event.provision.partition("#")[0], "display": event.provision}
    else:
        what = {"display": event.provision}
    return {"type": _coding(_RESOURCE, "Consent", "Consent"), "what": what}
