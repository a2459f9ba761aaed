"""What an app asks for, in plain words: each scope as a choice that somebody can leave out."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from verbund.errors import Incorrect
from verbund.identity import Scopes
from verbund.portal.language import noted

READING, WRITING = "rs", "cud"
FIXED = frozenset({"openid", "fhirUser", "launch", "launch/patient", "launch/encounter"})
"""What an app must know to work at all: that it is you, and whom it is opened for."""

WHAT: Mapping[str, str] = {
    "*": noted("Everything in the record"),
    "Patient": noted("Name, address and date of birth"),
    "Observation": noted("Measurements and laboratory results"),
    "Condition": noted("Diagnoses"),
    "AllergyIntolerance": noted("Allergies"),
    "MedicationRequest": noted("Prescriptions"),
    "MedicationStatement": noted("Medication"),
    "MedicationAdministration": noted("Medication that was given"),
    "Medication": noted("Names of medicines"),
    "Immunization": noted("Vaccinations"),
    "Procedure": noted("Operations and treatments"),
    "DiagnosticReport": noted("Findings"),
    "DocumentReference": noted("Letters and documents"),
    "Binary": noted("Files"),
    "ImagingStudy": noted("Images (X-ray, CT, MRI)"),
    "Encounter": noted("Visits and stays"),
    "Appointment": noted("Appointments"),
    "CarePlan": noted("Care plans"),
    "CareTeam": noted("Who treats"),
    "Consent": noted("Releases"),
    "AuditEvent": noted("Who looked"),
    "Communication": noted("Messages"),
    "Task": noted("Tasks"),
    "Questionnaire": noted("Questionnaires"),
    "QuestionnaireResponse": noted("Answered questionnaires"),
    "ServiceRequest": noted("Referrals and orders"),
    "Practitioner": noted("Names of physicians and nurses"),
    "Organization": noted("Names of houses"),
    "Subscription": noted("Being told of what changes"),
}
OTHER = noted("Other data")
CODES: Mapping[str, str] = {
    "laboratory": noted("Laboratory results"),
    "vital-signs": noted("Blood pressure, weight and the like"),
    "survey": noted("Answered questionnaires"),
    "social-history": noted("Way of life"),
    "imaging": noted("Images (X-ray, CT, MRI)"),
    "activity": noted("Physical activity"),
}
_DEEDS = {"r": noted("read"), "s": noted("read"), "c": noted("add"), "u": noted("change"), "d": noted("delete")}
_CONTEXT: Mapping[str, tuple[str, str]] = {
    "profile": (noted("Your name"), noted("read")),
    "offline_access": (noted("Also when you are not there"), noted("until you end it, or it is not used for 90 days")),
    "online_access": (noted("While you work with it"), noted("at most 12 hours")),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that an app asks for: the scope as the form sends it, and texts for the catalogue.

    `kind` is the FHIR type where there is no word for it; `only` are the codes to which it is limited.
    """

    scope: str
    what: str
    deeds: tuple[str, ...]
    kind: str = ""
    only: tuple[str, ...] = ()
    of_all: bool = False


def choices(scopes: Scopes) -> tuple[Choice, ...]:
    """What can be left out of what an app asks for, reading apart from writing."""
    found = [
        _choice(level, kind, letters, "")
        for level, kind, granted in sorted(scopes.grants)
        for letters in _parts(granted)
    ]
    found += [_choice(one.level, one.type, one.letters, one.search) for one in sorted(scopes.narrowed)]
    return (*found, *(Choice(name, what, (deed,)) for name, (what, deed) in _CONTEXT.items() if name in scopes.context))


def kept(asked: Scopes, chosen: list[str]) -> Scopes:
    """What somebody leaves in. Incorrect for what is no scope; more than was asked is cut off by who grants it."""
    fixed = sorted(asked.context & FIXED)
    if sum(map(len, chosen)) > _LONGEST:
        raise Incorrect("This form is too large.", german="Dieses Formular ist zu groß.")
    return Scopes.parse(" ".join([*fixed, *chosen]))


_LONGEST = 16_384


def _parts(granted: str) -> tuple[str, ...]:
    parts = ("".join(one for one in granted if one in some) for some in (READING, WRITING))
    return tuple(part for part in parts if part)


def _choice(level: str, kind: str, letters: str, search: str) -> Choice:
    deeds = tuple(dict.fromkeys(_DEEDS[letter] for letter in letters))
    codes = tuple(value.rpartition("|")[2] for _, text in parse_qsl(search) for value in text.split(","))
    scope = f"{level}/{kind}.{letters}" + (f"?{search}" if search else "")
    only = tuple(CODES.get(code, code) for code in codes)
    return Choice(scope, WHAT.get(kind, OTHER), deeds, "" if kind in WHAT else kind, only, of_all=str(level) == "user")
