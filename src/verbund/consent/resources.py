"""Care consents to and from FHIR (R4 Consent, scope patient-privacy).

What a provision says is read in full or the consent is refused: an element that narrows a permission and that this
node does not understand must not be skipped, for that would widen the permission.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from verbund.consent.model import (
    ALL,
    NONE,
    CareConsent,
    DataCategory,
    Party,
    Provision,
    Purpose,
    Span,
)
from verbund.consent.rules import each
from verbund.consent.times import moment, period, unreadable
from verbund.fhir import RESOURCE_TYPES

CATEGORY_SYSTEM = "https://verbund.example/fhir/CodeSystem/data-category"
SITE_SYSTEM = "https://verbund.example/fhir/sid/site"
KIND_SYSTEM = "https://verbund.example/fhir/sid/organisation-kind"
PURPOSE_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
SCOPE_SYSTEM = "http://terminology.hl7.org/CodeSystem/consentscope"
_PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

_RECIPIENT, _CUSTODIAN = frozenset({"PRCP", "IRCP"}), frozenset({"CST"})
_CATEGORIES = {category.code: category for category in DataCategory}
_UNDERSTOOD = frozenset(
    {"id", "extension", "type", "period", "actor", "purpose", "class", "data", "provision", "action"}
)
_ITEM = re.compile(r"([A-Z][A-Za-z]{1,63})/[A-Za-z0-9.-]{1,64}")
# Not an item of the record: who they are, and what they decided.
# HL7 v3 ActConsentDirective: whichever it is, the provisions say in full what is permitted.
_DIRECTIVES = frozenset({"OPTIN", "OPTINR", "OPTOUT", "OPTOUTE", "EMRGONLY", "NOPP"})
CARE_POLICY = "https://verbund.example/fhir/Policy/care"
_NO_ITEMS = frozenset({"AuditEvent", "Consent", "Patient", "Provenance"})
_MOST_ITEMS = 500
_DEEPEST = 8
_READ_ACTIONS = frozenset({"access", "collect", "use", "disclose"})


def plain(resource: object) -> Mapping[str, Any]:
    """A resource as plain JSON values, whether it comes typed or already plain."""
    built = resource if isinstance(resource, Mapping) else msgspec.to_builtins(resource)
    return {} if not isinstance(built, Mapping) else built


def scope_of(resource: Mapping[str, Any]) -> str | None:
    """The code of Consent.scope, `patient-privacy` for care."""
    for coding in resource.get("scope", {}).get("coding", ()):
        if coding.get("system") in {SCOPE_SYSTEM, None}:
            return str(coding.get("code"))
    return None


def is_care(resource: object) -> bool:
    """Whether a resource is a consent on the use of the record in care."""
    value = plain(resource)
    return value.get("resourceType", "Consent") == "Consent" and scope_of(value) == "patient-privacy"


def from_fhir(resource: object) -> CareConsent:
    """A Consent as the model; Invalid, with the path, where it lacks a dateTime or says what we cannot honour."""
    value = plain(resource)
    if not value.get("dateTime"):
        raise unreadable(
            "Consent.dateTime", "Consent.dateTime is missing; without it nobody knows which consent is later"
        )
    reference = str(value.get("patient", {}).get("reference"))
    if not reference.startswith("Patient/"):
        raise unreadable("Consent.patient", "Consent.patient must refer to a Patient of this node (Patient/ID)")
    _check_policies(value)
    root = value.get("provision")
    read = _provision(root, "Consent.provision") if root else Provision(permit=False)
    house = _own_house(value)
    _check_count(read)
    return CareConsent(
        id=str(value.get("id", "")),
        patient_id=reference.removeprefix("Patient/").partition("/")[0],
        stated=moment(value["dateTime"], "Consent.dateTime"),
        provision=read if house is None else _held_by(read, house),
        active=value.get("status") == "active",
    )


def _check_policies(value: Mapping[str, Any]) -> None:
    """Refuse what changes the meaning of the whole and is not known here."""
    if value.get("modifierExtension"):
        raise unreadable("Consent.modifierExtension", "Consent.modifierExtension is not understood by this node")
    for at, policy in enumerate(value.get("policy", ())):
        if policy.get("uri") != CARE_POLICY:
            raise unreadable(
                f"Consent.policy[{at}].uri",
                f"Consent.policy[{at}].uri is a policy this node does not know; say by provisions what is permitted",
            )
    for at, coding in enumerate(value.get("policyRule", {}).get("coding", ())):
        if coding.get("code") not in _DIRECTIVES:
            raise unreadable(
                f"Consent.policyRule.coding[{at}]",
                f"Consent.policyRule.coding[{at}] is not a directive this node knows: {', '.join(sorted(_DIRECTIVES))}",
            )


def _own_house(value: Mapping[str, Any]) -> Party | None:
    """The house where the consent was stated, whose ids single items are where no custodian is named."""
    for organisation in value.get("organization", ()):
        identifier = organisation.get("identifier", {})
        if identifier.get("system") == SITE_SYSTEM and identifier.get("value"):
            return Party(organisation=identifier["value"], title=organisation.get("display"))
    return None


def _held_by(provision: Provision, house: Party) -> Provision:
    """The same with the house that single items belong to: the same id means something else elsewhere."""
    exceptions = tuple(_held_by(exception, house) for exception in provision.exceptions)
    bare = bool(provision.items) and not provision.custodians
    return replace(provision, exceptions=exceptions, custodians=(house,) if bare else provision.custodians)


def _check_count(provision: Provision) -> None:
    if sum(len(one.items) for one in each(provision)) > _MOST_ITEMS:
        raise unreadable(
            "Consent.provision", f"Consent.provision names more than {_MOST_ITEMS} single items; name kinds of data"
        )


def _provision(value: Mapping[str, Any], path: str, depth: int = 0) -> Provision:
    if depth > _DEEPEST:
        raise unreadable(path, f"{path} is nested more than {_DEEPEST} levels deep; say the same with fewer")
    for name in value:
        if name not in _UNDERSTOOD:
            raise unreadable(
                f"{path}.{name}",
                f"{path}.{name} is not understood by this node; say the same by class, data, actor, purpose and period",
            )
    root = path == "Consent.provision"
    if value.get("type", "permit" if root else None) not in {"permit", "deny"}:
        raise unreadable(f"{path}.type", f"{path}.type must be permit or deny; only the outermost may leave it out")
    recipients, custodians = _actors(value.get("actor", ()), path)
    _check_actions(value.get("action", ()), path)
    return Provision(
        permit=value["type"] == "permit" if "type" in value else None,
        recipients=recipients,
        custodians=custodians,
        purposes=frozenset(
            _purpose(coding, f"{path}.purpose[{at}]") for at, coding in enumerate(value.get("purpose", ()))
        ),
        categories=_categories(value.get("class", ()), path),
        span=period(value.get("period"), f"{path}.period"),
        items=frozenset(_item(data, f"{path}.data[{at}]") for at, data in enumerate(value.get("data", ()))),
        exceptions=tuple(
            _provision(nested, f"{path}.provision[{at}]", depth + 1)
            for at, nested in enumerate(value.get("provision", ()))
        ),
        path=path,
    )


def _item(data: Mapping[str, Any], path: str) -> str:
    """The single resource that Consent.provision.data names; only `instance` says that it alone is meant."""
    if data.get("meaning") != "instance":
        raise unreadable(
            f"{path}.meaning", f"{path}.meaning must be instance: what belongs to an item is named by itself"
        )
    reference = str(data.get("reference", {}).get("reference"))
    named = _ITEM.fullmatch(reference)
    if named is None or named[1] not in RESOURCE_TYPES or named[1] in _NO_ITEMS:
        raise unreadable(
            f"{path}.reference",
            f"{path}.reference must name an item of the record by type and id, like Observation/7, without a version",
        )
    return reference


def _check_actions(actions: Iterable[Mapping[str, Any]], path: str) -> None:
    for at, action in enumerate(actions):
        codes = {coding.get("code") for coding in action.get("coding", ())}
        if not codes & _READ_ACTIONS:
            raise unreadable(f"{path}.action[{at}]", f"{path}.action[{at}] is not an action this node decides on")


def _purpose(coding: Mapping[str, Any], path: str) -> Purpose:
    known = {purpose.value: purpose for purpose in Purpose}
    found = known.get(str(coding.get("code"))) if coding.get("system") in {PURPOSE_SYSTEM, None} else None
    if found is None:
        raise unreadable(path, f"{path} is a purpose this node does not know; it knows {', '.join(known)}")
    return found


def _categories(codings: Sequence[Mapping[str, Any]], path: str) -> DataCategory:
    found = NONE
    for at, coding in enumerate(codings):
        category = _CATEGORIES.get(str(coding.get("code"))) if coding.get("system") == CATEGORY_SYSTEM else None
        if category is None:
            raise unreadable(
                f"{path}.class[{at}]",
                f"{path}.class[{at}] is not a kind of data of {CATEGORY_SYSTEM}, which this node decides by",
            )
        found |= category
    return found or ALL


def _actors(actors: Sequence[Mapping[str, Any]], path: str) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    recipients: list[Party] = []
    custodians: list[Party] = []
    for at, actor in enumerate(actors):
        where = f"{path}.actor[{at}]"
        roles = {coding.get("code") for coding in actor.get("role", {}).get("coding", ())}
        if roles & _CUSTODIAN:
            custodians.append(_party(actor.get("reference", {}), where))
        elif roles & _RECIPIENT:
            recipients.append(_party(actor.get("reference", {}), where))
        else:
            raise unreadable(f"{where}.role", f"{where}.role must say who receives (PRCP, IRCP) or who holds (CST)")
    return tuple(recipients), tuple(custodians)


def _party(reference: Mapping[str, Any], path: str) -> Party:
    identifier, title = reference.get("identifier", {}), reference.get("display")
    if identifier.get("system") == SITE_SYSTEM and identifier.get("value"):
        return Party(organisation=identifier["value"], title=title)
    if identifier.get("system") == KIND_SYSTEM and identifier.get("value"):
        return Party(kind=identifier["value"], title=title)
    literal = str(reference.get("reference"))
    if literal.startswith("Organization/"):
        return Party(organisation=literal.removeprefix("Organization/"), title=title)
    raise unreadable(
        f"{path}.reference",
        f"{path}.reference must name a house ({SITE_SYSTEM} or Organization/ID) or a kind of house ({KIND_SYSTEM})",
    )


def to_fhir(consent: CareConsent) -> dict[str, Any]:
    """The model as a FHIR Consent that says the same; `from_fhir` reads it back equal."""
    parts: dict[str, Any] = {
        "resourceType": "Consent",
        "id": consent.id,
        "status": "active" if consent.active else "inactive",
        "scope": {"coding": [{"system": SCOPE_SYSTEM, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": f"Patient/{consent.patient_id}"},
        "dateTime": consent.stated.isoformat(),
        "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
        "provision": _written(consent.provision),
    }
    return {name: part for name, part in parts.items() if part != ""}


def _written(provision: Provision) -> dict[str, Any]:
    actors = [_actor(party, "PRCP") for party in provision.recipients]
    actors += [_actor(party, "CST") for party in provision.custodians]
    classes = [] if provision.categories == ALL else [c for c in DataCategory if c & provision.categories]
    parts: dict[str, Any] = {
        "type": None if provision.permit is None else ("permit" if provision.permit else "deny"),
        "period": _period(provision.span),
        "actor": actors,
        "purpose": [{"system": PURPOSE_SYSTEM, "code": purpose.value} for purpose in sorted(provision.purposes)],
        "class": [{"system": CATEGORY_SYSTEM, "code": category.code} for category in classes],
        "data": [{"meaning": "instance", "reference": {"reference": item}} for item in sorted(provision.items)],
        "provision": [_written(exception) for exception in provision.exceptions],
    }
    return {name: part for name, part in parts.items() if part}


def _period(span: Span) -> dict[str, str]:
    """FHIR's end is the last moment within, the model's the first one after."""
    result = {}
    if span.since:
        result["start"] = span.since.isoformat()
    if span.until:
        result["end"] = _last_before(span.until).isoformat()
    return result


def _last_before(until: datetime) -> datetime:
    return until - datetime.resolution if until.microsecond else until - 1_000_000 * datetime.resolution


def _actor(party: Party, role: str) -> dict[str, Any]:
    system, value = (SITE_SYSTEM, party.organisation) if party.organisation else (KIND_SYSTEM, party.kind)
    reference: dict[str, Any] = {"type": "Organization", "identifier": {"system": system, "value": value}}
    if party.title:
        reference["display"] = party.title
    return {"role": {"coding": [{"system": _PARTICIPATION, "code": role}]}, "reference": reference}
