"""Any FHIR R4 resource in words: its time, a title, and what it says, element by element, for who reads without system.

Everything a person would read is told: texts, codes by what they are called, amounts with units, dates, who and where.
Left out are ids, profiles, extensions and generated narratives; those are in the machine-readable copy.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from verbund.portal.language import Format, noted
from verbund.portal.record.clinical import STATUS_WORDS, dosage_of
from verbund.portal.record.documents import readable
from verbund.portal.record.person import full_name
from verbund.portal.record.reading import chosen_when, concept, number, text, when
from verbund.portal.when import When

Resource = Mapping[str, Any]
Translate = Callable[[str], str]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DATES = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "onsetDateTime", "onsetPeriod", "performedDateTime",
    "performedPeriod", "occurrenceDateTime", "occurrencePeriod", "period", "started", "start", "authoredOn", "authored",
    "dateTime", "sent", "date", "recordedDate", "issued", "created", "collectedDateTime", "birthDate",
)  # fmt: skip
_TITLES = (
    "code", "vaccineCode", "medicationCodeableConcept", "medicationReference", "title", "description", "type", "name",
    "scope", "serviceType", "category", "class", "reasonCode", "topic",
)  # fmt: skip
_RECOGNISED = (
    "value", "component", "dosage", "dose", "conclusion", "reaction", "note", "bodySite", "severity", "birthDate",
    "name", "telecom", "address",
)  # fmt: skip
_DOSAGES = frozenset({"dosage", "dosageInstruction"})
_PERSONS = frozenset({"Patient", "Person", "Practitioner", "RelatedPerson"})
_SILENT = frozenset(
    {
        "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension",
        "modifierExtension", "subject", "patient", "encounter", "context", "url", "system", "data", "hash", "size",
        "userSelected", "use", "rank", "intent", "linkId",
    }
)  # fmt: skip

LABELS: Mapping[str, str] = {
    "activity": noted("Activity"),
    "abatement": noted("Ended"),
    "actor": noted("Who"),
    "address": noted("Address"),
    "assigner": noted("Given by"),
    "author": noted("Author"),
    "authoredOn": noted("Written"),
    "birthDate": noted("Date of birth"),
    "bodySite": noted("Part of the body"),
    "category": noted("Category"),
    "class": noted("Kind of contact"),
    "clinicalStatus": noted("Clinical status"),
    "code": noted("Code"),
    "communication": noted("Language"),
    "component": noted("Parts"),
    "conclusion": noted("Conclusion"),
    "contact": noted("Contact"),
    "content": noted("Content"),
    "criticality": noted("Criticality"),
    "custodian": noted("Kept by"),
    "date": noted("Date"),
    "dateTime": noted("Date"),
    "description": noted("Description"),
    "diagnosis": noted("Diagnosis"),
    "display": noted("Name"),
    "dispenseRequest": noted("To be dispensed"),
    "dosage": noted("Dosage"),
    "dosageInstruction": noted("Dosage"),
    "dose": noted("Dose"),
    "doseAndRate": noted("Dose"),
    "doseQuantity": noted("Dose"),
    "effective": noted("Date"),
    "end": noted("End"),
    "gender": noted("Gender"),
    "identifier": noted("Identifier"),
    "interpretation": noted("Assessment"),
    "issued": noted("Issued"),
    "item": noted("Items"),
    "location": noted("Place"),
    "lotNumber": noted("Lot"),
    "manifestation": noted("Reaction"),
    "maritalStatus": noted("Marital status"),
    "medicationCodeableConcept": noted("Medicine"),
    "medicationReference": noted("Medicine"),
    "method": noted("Method"),
    "name": noted("Name"),
    "note": noted("Note"),
    "occurrence": noted("Date"),
    "onset": noted("Began"),
    "participant": noted("Taking part"),
    "patientInstruction": noted("Instruction"),
    "payload": noted("Text"),
    "performed": noted("Done"),
    "performer": noted("Done by"),
    "period": noted("Period"),
    "presentedForm": noted("Document"),
    "primarySource": noted("At first hand"),
    "provision": noted("What is allowed"),
    "reaction": noted("Reaction"),
    "reasonCode": noted("Reason"),
    "recordedDate": noted("Written down"),
    "recorder": noted("Written down by"),
    "referenceRange": noted("Reference range"),
    "requester": noted("Asked for by"),
    "result": noted("Results"),
    "route": noted("Way of giving"),
    "section": noted("Section"),
    "series": noted("Series"),
    "serviceProvider": noted("House"),
    "severity": noted("Severity"),
    "start": noted("Start"),
    "status": noted("Status"),
    "stage": noted("Stage"),
    "telecom": noted("Telephone and mail"),
    "timing": noted("When"),
    "title": noted("Title"),
    "type": noted("Kind"),
    "value": noted("Value"),
    "vaccineCode": noted("Vaccine"),
    "verificationStatus": noted("Certainty"),
}
TYPES: Mapping[str, str] = {
    "Patient": noted("Person"),
    "Condition": noted("Diagnoses"),
    "AllergyIntolerance": noted("Allergies"),
    "MedicationRequest": noted("Prescriptions"),
    "MedicationStatement": noted("Medicines taken"),
    "MedicationAdministration": noted("Medicines given"),
    "MedicationDispense": noted("Medicines dispensed"),
    "Immunization": noted("Vaccinations"),
    "Observation": noted("Findings and measurements"),
    "DiagnosticReport": noted("Reports"),
    "DocumentReference": noted("Documents"),
    "Composition": noted("Letters"),
    "ImagingStudy": noted("Imaging"),
    "Procedure": noted("Procedures"),
    "Encounter": noted("Visits and stays"),
    "ServiceRequest": noted("Orders"),
    "Specimen": noted("Specimens"),
    "CarePlan": noted("Care plans"),
    "CareTeam": noted("Care teams"),
    "Goal": noted("Goals"),
    "Appointment": noted("Appointments"),
    "Communication": noted("Messages"),
    "QuestionnaireResponse": noted("Questionnaires"),
    "Consent": noted("Consents and releases"),
    "Coverage": noted("Insurance"),
    "EpisodeOfCare": noted("Episodes of care"),
    "FamilyMemberHistory": noted("Illnesses in the family"),
    "RelatedPerson": noted("Related persons"),
    "List": noted("Lists"),
}
"""What the kinds of resources are called, in the order in which a copy tells of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A resource in words; `said` are labels and what they say, in the order of the resource."""

    type: str
    when: When | None
    title: str
    said: tuple[tuple[str, str], ...]


def section_of(kind: str) -> str:
    """What a type is called, for the catalogue."""
    return TYPES.get(kind, kind)


def title_of(resource: Resource) -> str:
    """What an entry is called: for a person the name, else its code, title or kind."""
    kind = text(resource, "resourceType")
    if kind in _PERSONS:
        return full_name(resource)
    if kind == "Consent":
        # Its codes name the form of a consent, not what it is about.
        return ""
    return next((said for name in _TITLES if (said := _named(resource.get(name)))), "")


def _named(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return value.strip()
    return concept(value).text or text(value, "display")


class Teller:
    """Tells resources in one language."""

    def __init__(self, form: Format, translate: Translate) -> None:
        self._form = form
        self._translate = translate
        self.names: dict[str, str] = {}
        """What other resources are called, by literal reference, for references that do not say it themselves."""

    def told(self, resource: Resource) -> Told:
        """The resource in words; whatever is of an unexpected shape is told as far as it can be read."""
        kind = text(resource, "resourceType")
        said = tuple((self.label(name), words) for name, words in self._elements(resource))
        return Told(kind, chosen_when(resource, *_DATES), title_of(resource) or section_of(kind), said)

    def brief(self, resource: Resource) -> Told:
        """The same with what somebody recognises the entry by alone: values, dosage, what was found."""
        told = self.told({name: one for name, one in resource.items() if name.startswith(_RECOGNISED)})
        whole = self.told(resource)
        return Told(whole.type, whole.when, whole.title, told.said)

    def label(self, name: str) -> str:
        """What an element is called; of a choice of types (`valueQuantity`) what the choice is called."""
        known = LABELS.get(name) or _of_choice(name)
        return self._translate(known) if known else _CAMEL.sub(" ", name).capitalize()

    def _elements(self, value: Resource) -> Iterator[tuple[str, str]]:
        for name, inner in value.items():
            if name not in _SILENT and not name.startswith("_"):
                words = self._dosages(inner) if name in _DOSAGES else self._words(inner)
                if words:
                    yield name, words

    def _dosages(self, value: object) -> str:
        """How something is taken, as physicians write it; else element by element."""
        each = value if isinstance(value, list) else [value]
        return "; ".join(words for one in each if (words := dosage_of({"dosage": [one]}) or self._words(one)))

    def _words(self, value: object) -> str:
        if isinstance(value, bool):
            return self._translate(noted("yes")) if value else self._translate(noted("no"))
        if isinstance(value, int | float):
            return self._form.number(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return "; ".join(words for one in value if (words := self._words(one)))
        return self._object(value) if isinstance(value, dict) else ""

    def _text(self, value: str) -> str:
        at = when(value)
        if at is not None:
            return self._form.moment(at.at) if at.precision == "time" else self._form.when(at)
        known = STATUS_WORDS.get(value)
        return self._translate(known) if known else value.strip()

    def _object(self, value: Resource) -> str:  # noqa: PLR0911 - one for each shape of datatype
        if "coding" in value or set(value) == {"text"}:
            return self._concept(value)
        if "value" in value and ("unit" in value or "code" in value) and number(value, "value") is not None:
            amount = self._form.number(number(value, "value") or 0)
            return " ".join(
                filter(None, (text(value, "comparator"), amount, text(value, "unit") or text(value, "code")))
            )
        if "code" in value and ("system" in value or "display" in value):
            return text(value, "display") or text(value, "code")
        if "reference" in value or set(value) <= {"display", "identifier", "type"}:
            return text(value, "display") or self.names.get(text(value, "reference"), "")
        if "family" in value or "given" in value:
            return full_name({"name": [value]})
        if "contentType" in value or "data" in value:
            return self._attachment(value)
        if "numerator" in value:
            return f"{self._words(value['numerator'])} : {self._words(value.get('denominator'))}"
        if set(value) <= {"start", "end", "extension"} or {"low", "high"} & set(value):
            return self._bounds(value)
        return self._nested(value)

    def _concept(self, value: Resource) -> str:
        found = concept(value)
        return f"{found.text} ({found.code})" if found.code and found.code != found.text else found.text

    def _bounds(self, value: Resource) -> str:
        low, high = ("start", "end") if "start" in value or "end" in value else ("low", "high")
        bounds = f"{self._words(value.get(low))} – {self._words(value.get(high))}".strip()
        more = {name: one for name, one in value.items() if name not in {low, high}}
        return " ".join(filter(None, (bounds, self._nested(more))))

    def _attachment(self, value: Resource) -> str:
        kind = text(value, "contentType")
        try:
            content = readable(kind, b64decode(text(value, "data"))) if "data" in value else None
        except (NotBase64, ValueError):
            content = None
        return content or " · ".join(filter(None, (text(value, "title"), kind)))

    def _nested(self, value: Resource) -> str:
        """The parts of an element with their labels; where there is one only, it stands for itself."""
        found = list(self._elements(value))
        if len(found) == 1:
            return found[0][1]
        return ", ".join(f"{self.label(name)}: {words}" for name, words in found)


@cache
def _of_choice(name: str) -> str | None:
    """What the element of a choice is called, such as `value` of `valueQuantity`."""
    return next((said for of, said in LABELS.items() if name.startswith(of) and name[len(of) :][:1].isupper()), None)
