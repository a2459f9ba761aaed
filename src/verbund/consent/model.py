"""What a patient allows: purposes, kinds of data, provisions, the question that is asked and the decision it gets."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag, StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same statement in German and English, for the person it concerns."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """The German text for `de`, the English one for every other language."""
        return self.de if language == "de" else self.en


class Purpose(StrEnum):
    """What data is asked for, as codes of http://terminology.hl7.org/CodeSystem/v3-ActReason."""

    TREAT = "TREAT"
    ETREAT = "ETREAT"
    BTG = "BTG"
    CAREMGT = "CAREMGT"
    HQUALIMP = "HQUALIMP"
    HRESCH = "HRESCH"
    PATRQT = "PATRQT"
    FAMRQT = "FAMRQT"
    HOPERAT = "HOPERAT"
    COVERAGE = "COVERAGE"
    HPAYMT = "HPAYMT"
    PUBHLTH = "PUBHLTH"

    @property
    def label(self) -> Sentence:
        """The purpose as it reads after "for"."""
        return _PURPOSE_LABELS[self]

    @property
    def number(self) -> int:
        """The number it is stored by."""
        return _NUMBERS[self]

    @property
    def within(self) -> frozenset["Purpose"]:
        """This purpose and those the code system places above it: who speaks of one of them speaks of this."""
        return _WITHIN.get(self, frozenset({self}))


# Stored: never change one, add at the end; below 16.
_NUMBERS = {
    Purpose.TREAT: 0,
    Purpose.ETREAT: 1,
    Purpose.BTG: 2,
    Purpose.CAREMGT: 3,
    Purpose.HQUALIMP: 4,
    Purpose.HRESCH: 5,
    Purpose.PATRQT: 6,
    Purpose.FAMRQT: 7,
    Purpose.HOPERAT: 8,
    Purpose.COVERAGE: 9,
    Purpose.HPAYMT: 10,
    Purpose.PUBHLTH: 11,
}

_WITHIN = {
    Purpose.ETREAT: frozenset({Purpose.ETREAT, Purpose.TREAT}),
    Purpose.HQUALIMP: frozenset({Purpose.HQUALIMP, Purpose.HOPERAT}),
}

_PURPOSE_LABELS = {
    Purpose.TREAT: Sentence("Behandlung", "treatment"),
    Purpose.ETREAT: Sentence("Notfallbehandlung", "emergency treatment"),
    Purpose.BTG: Sentence("Zugriff unter Umgehung der Freigabe", "breaking the glass"),
    Purpose.CAREMGT: Sentence("Begleitung und Überwachung zu Hause", "care management and home monitoring"),
    Purpose.HQUALIMP: Sentence("Qualitätssicherung", "quality improvement"),
    Purpose.HRESCH: Sentence("Forschung", "research"),
    Purpose.PATRQT: Sentence("eigene Einsicht", "the patient's own request"),
    Purpose.FAMRQT: Sentence("Einsicht durch Angehörige", "a request of the family"),
    Purpose.HOPERAT: Sentence("Betrieb der Einrichtung", "operation of the house"),
    Purpose.COVERAGE: Sentence("Klärung der Kostenübernahme", "coverage"),
    Purpose.HPAYMT: Sentence("Abrechnung", "payment"),
    Purpose.PUBHLTH: Sentence("öffentliche Gesundheit", "public health"),
}


class DataCategory(IntFlag):
    """Kinds of data a patient can speak of, as bits of the mask stored with every resource; an item may have several.

    The numbers are stored: they never change, new ones are added at the end.
    """

    LABORATORY = 1 << 0
    IMAGING = 1 << 1
    DOCUMENTS = 1 << 2
    MEDICATION = 1 << 3
    DIAGNOSES = 1 << 4
    PROCEDURES = 1 << 5
    ENCOUNTERS = 1 << 6
    VITALS = 1 << 7
    PSYCHIATRY = 1 << 8
    GENETICS = 1 << 9
    HIV = 1 << 10
    IMMUNISATION = 1 << 11
    ALLERGIES = 1 << 12
    DEMOGRAPHICS = 1 << 13
    OTHER = 1 << 14

    @property
    def code(self) -> str:
        """The code of a single category in our code system: `laboratory`."""
        return (self.name or "").lower()

    @property
    def label(self) -> Sentence:
        """The categories in the order of their bits, as a list that reads in a sentence."""
        if self & ALL == ALL:
            return Sentence("alle Daten", "all data")
        names = [_CATEGORY_LABELS[category] for category in DataCategory if category & self]
        return Sentence(_listed([name.de for name in names], "und"), _listed([name.en for name in names], "and"))


NONE = DataCategory(0)
ALL = DataCategory((1 << 15) - 1)

_CATEGORY_LABELS = {
    DataCategory.LABORATORY: Sentence("Laborwerte", "laboratory results"),
    DataCategory.IMAGING: Sentence("Bildgebung", "imaging"),
    DataCategory.DOCUMENTS: Sentence("Dokumente und Befunde", "documents and reports"),
    DataCategory.MEDICATION: Sentence("Medikamente", "medication"),
    DataCategory.DIAGNOSES: Sentence("Diagnosen", "diagnoses"),
    DataCategory.PROCEDURES: Sentence("Eingriffe und Behandlungen", "procedures"),
    DataCategory.ENCOUNTERS: Sentence("Aufenthalte und Termine", "encounters"),
    DataCategory.VITALS: Sentence("Vitalwerte", "vital signs"),
    DataCategory.PSYCHIATRY: Sentence("Psychiatrie und Psychotherapie", "psychiatry and psychotherapy"),
    DataCategory.GENETICS: Sentence("Genetik", "genetics"),
    DataCategory.HIV: Sentence("HIV", "HIV"),
    DataCategory.IMMUNISATION: Sentence("Impfungen", "immunisations"),
    DataCategory.ALLERGIES: Sentence("Allergien", "allergies"),
    DataCategory.DEMOGRAPHICS: Sentence("Angaben zur Person", "personal details"),
    DataCategory.OTHER: Sentence("sonstige Daten", "other data"),
}


def _listed(names: list[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time [since, until); None is open on that side."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies within."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


ALWAYS = Span()


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a provision speaks of: a house by its id, or every house of a kind; `title` is how people call it."""

    organisation: str | None = None
    kind: str | None = None
    title: str | None = None

    def fits(self, organisation: str, kind: str) -> bool:
        """Whether that house is meant."""
        return organisation == self.organisation or (self.organisation is None and kind == self.kind)


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule: what it says (`permit`), where it applies, and the exceptions nested in it, which outrank it.

    An empty `recipients`, `custodians`, `purposes` or `items` means any. `items` are references to single resources of
    the custodian (`Observation/7`). `permit` is None for a root that only carries others (Consent.provision without a
    type). `path` names it within its consent.
    """

    permit: bool | None
    recipients: tuple[Party, ...] = ()
    custodians: tuple[Party, ...] = ()
    purposes: frozenset[Purpose] = frozenset()
    categories: DataCategory = ALL
    span: Span = ALWAYS
    items: frozenset[str] = frozenset()
    exceptions: tuple["Provision", ...] = ()
    path: str = "Consent.provision"


@dataclass(frozen=True, slots=True)
class CareConsent:
    """What a patient said at one time about the use of the record in care (FHIR Consent, scope patient-privacy).

    `stated` is Consent.dateTime; only an `active` consent counts. One that was said `elsewhere`, under another record
    of the same person, counts as far as it refuses: what it permits, it permits there.
    """

    id: str
    patient_id: str
    stated: datetime
    provision: Provision
    active: bool = True
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ProxyRef:
    """That somebody acts for a patient: whom the patient named (`proxy`), or who was recorded as `guardian`.

    It covers these kinds of data, at times within the span. `id` names the relation.
    """

    id: str
    patient_id: str
    kind: str
    categories: DataCategory
    span: Span


@dataclass(frozen=True, slots=True)
class ActorRef:
    """Who asks: a person in a role, in a house of a kind. `role` is a value of identity's Role.

    `proxy` is for whom they act, where they do.
    """

    person_id: str
    role: str
    organisation: str
    organisation_kind: str = ""
    organisation_name: str = ""
    patient_id: str | None = None
    proxy: ProxyRef | None = None

    @property
    def house(self) -> str:
        """The house as people call it."""
        return self.organisation_name or self.organisation


@dataclass(frozen=True, slots=True)
class Question:
    """May this actor see that patient's record at the house that holds it, for that purpose, at that time?

    `item` asks for one resource only (`Observation/7`), None for the record or a search in it. `relationship` is what
    connects the actor with the patient beside what the patient stated.
    """

    actor: ActorRef
    holder: str
    purpose: Purpose
    patient_id: str
    at: datetime
    holder_kind: str = ""
    stated_reason: str | None = None
    item: str | None = None
    relationship: "Relationship | None" = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """What connects who asks with the patient beside a consent: a treatment, or that somebody acts for the patient.

    It holds within `span` and reaches no further than `categories`; `source` names what it rests on (`Encounter/7`).
    """

    kind: Literal["treatment", "proxy"]
    reason: Sentence
    categories: DataCategory = ALL
    span: Span = ALWAYS
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ItemRelease:
    """What holds for one resource that the patient spoke of by itself, instead of what holds for its kinds of data."""

    item: str
    categories: DataCategory
    provision: str | None = None

    def releases(self, category: int) -> bool:
        """Whether the resource goes out, with the kinds of data it belongs to."""
        return category & ALL != 0 and category & ALL & ~int(self.categories) == 0


@dataclass(frozen=True, slots=True)
class Permit:
    """Yes, for these categories. An item goes out only if every category it belongs to is released.

    `items` are the resources of which the patient spoke one by one: for them, what stands there holds instead of
    `categories`. `provision` names the statement of the patient that decided, None where a rule of the region did.
    `emergency` marks an access that was taken against or without the patient's word.
    """

    reason: Sentence
    provision: str | None = None
    categories: DataCategory = ALL
    emergency: bool = False
    items: tuple[ItemRelease, ...] = ()
    permitted: bool = field(default=True, init=False)

    @property
    def withheld(self) -> DataCategory:
        """The categories that stay closed."""
        return ALL & ~self.categories

    def releases(self, category: int, item: str | None = None) -> bool:
        """Whether an item with this mask goes out; `item` is its reference, None for one nobody spoke of by itself."""
        for one in self.items:
            if one.item == item:
                return one.releases(category)
        return category & ALL != 0 and category & ALL & ~int(self.categories) == 0


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and why; `provision` names the patient's statement, None where nothing permits."""

    reason: Sentence
    provision: str | None = None
    items: tuple[ItemRelease, ...] = field(default=(), init=False)
    permitted: bool = field(default=False, init=False)

    @property
    def categories(self) -> DataCategory:
        """None."""
        return NONE

    @property
    def withheld(self) -> DataCategory:
        """All."""
        return ALL

    @property
    def emergency(self) -> bool:
        """A refusal never is."""
        return False

    def releases(self, category: int, item: str | None = None) -> bool:  # noqa: ARG002 - the same question as to a Permit
        """Nothing goes out."""
        return False


Decision = Permit | Deny
