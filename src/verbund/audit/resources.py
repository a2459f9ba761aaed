"""Events as FHIR R4 AuditEvents, after the patterns of IHE Basic Audit Log Patterns (BALP) 1.1.3."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

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
_ROLE = "urn:verbund:role"
_SITE = "urn:verbund:site"
_PERSON = "urn:verbund:person"
_SUCCESS, _MINOR_FAILURE, _SERIOUS_FAILURE = "0", "4", "8"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How one kind of event looks: its type, its subtype, the BALP profile where there is one.

    `to_server` tells that data flows from the client to the server, which decides their DICOM roles; the user is then
    its author and else its recipient. A profile of a patient's event has `Patient` before its name where it may lack.
    """

    type: Json
    subtype: Json
    profile: str | None = None
    to_server: bool = False


def _coding(system: str, code: str, display: str | None = None) -> Json:
    coding = {"system": system, "code": code}
    return coding | {"display": display} if display else coding


def _concept(system: str, code: str, display: str | None = None) -> Json:
    return {"coding": [_coding(system, code, display)]}


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


def _lifecycle(code: str, display: str) -> _Pattern:
    return _Pattern(_RECORD, _coding(_LIFECYCLE, code, display), to_server=True)


def _rest(code: str, profile: str | None = None, *, to_server: bool = False) -> _Pattern:
    return _Pattern(_REST, _coding(_INTERACTION, code, code), profile, to_server)


_PATTERNS: dict[Kind, _Pattern] = {
    "read": _rest("read", "Read"),
    "history": _rest("history-instance"),
    "search": _rest("search-type", "Query", to_server=True),
    "record": _rest("operation"),
    "create": _rest("create", "Create", to_server=True),
    "update": _rest("update", "Update", to_server=True),
    "delete": _rest("delete", "Delete", to_server=True),
    "release": _Pattern(_EXPORT, _DISCLOSE, "PrivacyDisclosure.Source"),
    "emergency": _Pattern(*_OVERRIDE),
    "break-glass": _Pattern(*_OVERRIDE),
    "consent": _rest("update", to_server=True),
    "decision": _Pattern(
        _ALERT, _coding(_AUTHZ, "AuthZ-Consent", "Authorization Decision using Roles and Consent"), "AuthZconsent"
    ),
    "export": _Pattern(_EXPORT, _coding(_INTERACTION, "operation", "operation")),
    "import": _Pattern(_coding(_DICOM, "110107", "Import"), _coding(_INTERACTION, "batch", "batch"), to_server=True),
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

    `meta.profile` names the BALP pattern where there is one for events of this kind and the event has all it asks for.
    `detail["client"]` and `detail["address"]`, where known, say by which application and from which network address.
    """
    pattern = _PATTERNS[event.kind]
    resource: Json = {"resourceType": "AuditEvent"}
    if id is not None:
        resource["id"] = id
    profile = _profile(event, pattern)
    if profile is not None:
        resource["meta"] = {"profile": [_BALP + profile]}
    resource |= {
        "type": pattern.type,
        "subtype": [pattern.subtype],
        "action": event.action,
        "recorded": event.at.isoformat(timespec="milliseconds"),
        "outcome": _outcome(event),
    }
    if event.reason_en:
        resource["outcomeDesc"] = event.reason_en
    if event.purpose:
        resource["purposeOfEvent"] = [_concept(_REASON, event.purpose)]
    resource["agent"] = _agents(event, pattern, site)
    resource["source"] = {"site": site, "observer": _house(site)}
    entities = _entities(event)
    return resource | ({"entity": entities} if entities else {})


def _outcome(event: Event) -> str:
    if event.permitted:
        return _SUCCESS
    return _MINOR_FAILURE if event.kind in {"sign-in-failed", "token-refused"} else _SERIOUS_FAILURE


def _profile(event: Event, pattern: _Pattern) -> str | None:
    """The pattern's name, unless the event lacks what it requires: success of a REST act, a patient, an entity."""
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


def _agents(event: Event, pattern: _Pattern, site: str) -> list[Json]:
    if event.kind == "decision":
        return [_application(event, site), _user(event, pattern), _organisation(event), _authoriser(site)]
    source, destination = ("110153", "Source Role ID"), ("110152", "Destination Role ID")
    client, server = (source, destination) if pattern.to_server else (destination, source)
    if event.kind == "release":
        receiver = _house(event.agent.organisation) | {"display": event.agent.organisation_name}
        machines = [_machine(client, receiver, event, site), _machine(server, _house(site), event, site)]
    else:
        caller = {"display": event.detail.get("client", "portal")}
        machines = [_machine(client, caller, event, site), _machine(server, _house(site), event, site)]
    return [*machines, _user(event, pattern)]


def _machine(role: tuple[str, str], who: Json, event: Event, site: str) -> Json:
    address = site if who == _house(site) else event.detail.get("address", event.agent.organisation or site)
    network = {"address": address, "type": "1"}
    return {"type": _concept(_DICOM, *role), "who": who, "requestor": False, "network": network}


def _user(event: Event, pattern: _Pattern) -> Json:
    agent = event.agent
    code, display = (
        ("AUT", "author") if pattern.to_server and event.kind != "search" else ("IRCP", "information recipient")
    )
    user: Json = {
        "type": _concept(_PARTICIPATION, code, display),
        "role": [_concept(_ROLE, agent.role)],
        "who": {"identifier": {"system": _PERSON, "value": agent.id}, "display": agent.name},
        "name": agent.name,
        "requestor": True,
    }
    if event.purpose:
        purpose = _concept(_REASON, event.purpose)
        user["purposeOfUse"] = [purpose | ({"text": event.stated_reason} if event.stated_reason else {})]
    return user


def _application(event: Event, site: str) -> Json:
    return {
        "type": _concept(_DICOM, "110150", "Application"),
        "who": {"display": event.detail.get("client", "portal")},
        "requestor": False,
        "network": {"address": event.detail.get("address", event.agent.organisation or site), "type": "1"},
    }


def _organisation(event: Event) -> Json:
    return {
        "type": _concept("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PROV", "healthcare provider"),
        "who": _house(event.agent.organisation) | {"display": event.agent.organisation_name},
        "requestor": False,
    }


def _authoriser(site: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
    return {"type": _concept(system, "authserver", "authorization server"), "who": _house(site), "requestor": False}


def _entities(event: Event) -> list[Json]:
    entities: list[Json] = []
    if event.patient_id is not None:
        patient = {"reference": f"Patient/{event.patient_id}"}
        entities.append(_entity("1", "Person", ("1", "Patient")) | {"what": patient})
    if event.kind == "decision":
        return [*entities, _consent(event)]
    entities.extend(
        _entity("2", "System Object", ("4", "Domain Resource")) | {"what": {"reference": reference}}
        for reference in event.entities
    )
    if event.query is not None:
        query = b64encode(event.query.encode()).decode()
        entities.append(_entity("2", "System Object", ("24", "Query")) | {"query": query})
    return entities


def _entity(code: str, display: str, role: tuple[str, str]) -> Json:
    return {"type": _coding(_ENTITY_TYPE, code, display), "role": _coding(_OBJECT_ROLE, *role)}


def _consent(event: Event) -> Json:
    """The consent that decided; a denial by default names that there was none."""
    if event.provision is None:
        what: Json = {"display": "no consent on file that permits"}
    elif event.provision.startswith("Consent/"):
        what = {"reference": event.provision.partition("#")[0], "display": event.provision}
    else:
        what = {"display": event.provision}
    return {"type": _coding("http://hl7.org/fhir/resource-types", "Consent", "Consent"), "what": what}
