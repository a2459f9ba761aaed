"""The sentences of decisions, in German and English, for patients and clinicians."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from verbund.consent.model import ALL, CareConsent, DataCategory, ProxyRef, Question, Relationship, Sentence

if TYPE_CHECKING:
    from verbund.consent.rules import Ruling

_BERLIN = ZoneInfo("Europe/Berlin")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

OWN = Sentence("Es ist die eigene Akte.", "It is the person's own record.")
NOT_OWN = Sentence(
    "Patientinnen und Patienten sehen nur die eigene Akte.",
    "Patients see their own record only.",
)
NO_PROXY = Sentence(
    "Es besteht keine gültige Vertretung für diese Person.",
    "There is no valid proxy for this person.",
)
RESEARCH = Sentence(
    "Für die Forschung wird keine Akte geöffnet; es wird nur über einwilligende Personen gezählt.",
    "No record is opened for research; consenting people are counted only.",
)
EMERGENCY_WITHOUT_REASON = Sentence(
    "Ein Notfallzugriff braucht eine Begründung von mindestens 10 Zeichen.",
    "Emergency access needs a stated reason of at least 10 characters.",
)
KIND_MAY_NOT = Sentence(
    "Häuser dieser Art erhalten keine Akten; die Vermittlungsstelle und Unbekannte gehören dazu.",
    "Houses of this kind are given no records; the hub and unknown ones are among them.",
)
KIND_DOES_NOT_TREAT = Sentence(
    "Einen Notfallzugriff gibt es nur für Häuser, die behandeln.",
    "Emergency access is for houses that treat only.",
)


NOT_TREATING = Sentence(
    "Im eigenen Haus sieht eine Akte nur, wer die Patientin oder den Patienten behandelt.",
    "Within the own house, a record is seen only by those who treat the patient.",
)


def date_of(moment: datetime) -> Sentence:
    """The day, as a person in Germany counts it."""
    day = moment.astimezone(_BERLIN)
    return Sentence(f"{day.day:02}.{day.month:02}.{day.year}", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def by_proxy(proxy: ProxyRef) -> Sentence:
    """As what somebody acts for the patient, and what that covers."""
    guardian = proxy.kind == "guardian"
    german = "Gesetzliche Vertretung" if guardian else "Vertretung, von der Patientin oder dem Patienten benannt"
    english = "Legal guardian" if guardian else "Proxy named by the patient"
    what = proxy.categories.label
    return Sentence(f"{german}; umfasst {what.de}.", f"{english}; covers {what.en}.")


def in_house(question: Question) -> Sentence:
    """Why the people of the house may."""
    purpose = question.purpose.label
    return Sentence(
        f"Zugriff im eigenen Haus ({question.actor.house}), Zweck: {purpose.de}.",
        f"Access within the own house ({question.actor.house}) for {purpose.en}.",
    )


def treating(question: Question, relationship: Relationship) -> Sentence:
    """Why somebody of the house may who treats the patient."""
    house, reason = question.actor.house, relationship.reason
    return Sentence(
        f"Zugriff im eigenen Haus ({house}). {reason.de}",
        f"Access within the own house ({house}). {reason.en}",
    )


def breaking_the_glass(question: Question, reason: str) -> Sentence:
    """Why somebody of the house may who does not treat the patient."""
    house = question.actor.house
    return Sentence(
        f"Im Notfall geöffnet im eigenen Haus ({house}), ohne dass eine Behandlung bekannt ist. Begründung: {reason}",
        f"Opened in an emergency within the own house ({house}), without a known treatment. Reason given: {reason}",
    )


def role_may_not(question: Question) -> Sentence:
    """Why this role may not, whatever the consents say."""
    purpose = question.purpose.label
    return Sentence(
        f"Diese Rolle darf die Akte nicht öffnen (Zweck: {purpose.de}).",
        f"This role may not open the record for {purpose.en}.",
    )


def emergency(question: Question, reason: str, *, covered: bool) -> Sentence:
    """Why an emergency opens the record, whether the patient had released it too, and the reason as it was stated."""
    house = question.actor.house
    german = "Die Patientin oder der Patient hatte alles auch selbst freigegeben."
    english = "The patient had released all of it as well."
    if not covered:
        german = "Die eigenen Freigaben der Patientin oder des Patienten erlauben das nicht oder nicht ganz."
        english = "The patient's own releases do not permit it, or not all of it."
    return Sentence(
        f"Notfallzugriff durch {house} nach der Regel der Region, unabhängig von der Einwilligung. {german} "
        f"Angegebener Grund: {reason}",
        f"Emergency access by {house} under the region's rule, whatever the consent says. {english} "
        f"Stated reason: {reason}",
    )


def only_items(question: Question) -> Sentence:
    """What is said where nothing is released but single resources."""
    house, purpose = question.actor.house, question.purpose.label
    return Sentence(
        f"Die Patientin oder der Patient hat {house} einzelne Einträge freigegeben (Zweck: {purpose.de}).",
        f"The patient released single entries to {house} for {purpose.en}.",
    )


def permitted(question: Question, consent: CareConsent, released: DataCategory, denied: Iterable["Ruling"]) -> Sentence:
    """Which consent permits, what, and what the patient limited."""
    stated, purpose, what = date_of(consent.stated), question.purpose.label, released.label
    german = f"Erlaubt durch die Einwilligung vom {stated.de}: {question.actor.house} darf {what.de} sehen"
    english = f"Permitted by the consent of {stated.en}: {question.actor.house} may see {what.en}"
    limit = _limit(released, denied)
    return Sentence(f"{german} (Zweck: {purpose.de}).{limit.de}", f"{english} for {purpose.en}.{limit.en}")


def _limit(released: DataCategory, denied: Iterable["Ruling"]) -> Sentence:
    if released == ALL:
        return Sentence("", "")
    dates = sorted({ruling.consent.stated for ruling in denied})
    withheld = (ALL & ~released).label
    if not dates:
        return Sentence(f" Nicht freigegeben: {withheld.de}.", f" Not released: {withheld.en}.")
    day = date_of(dates[-1])
    return Sentence(
        f" Die Patientin oder der Patient hat die Freigabe am {day.de} eingeschränkt; zurückgehalten: {withheld.de}.",
        f" The patient limited the release on {day.en}; withheld: {withheld.en}.",
    )


def denied(question: Question, consent: CareConsent) -> Sentence:
    """Which consent refuses."""
    stated, purpose = date_of(consent.stated), question.purpose.label
    return Sentence(
        f"Die Patientin oder der Patient hat der Freigabe an {question.actor.house} (Zweck: {purpose.de}) "
        f"am {stated.de} widersprochen.",
        f"The patient refused the release to {question.actor.house} for {purpose.en} on {stated.en}.",
    )


def nothing_permits(question: Question) -> Sentence:
    """Why silence is a no."""
    purpose = question.purpose.label
    return Sentence(
        f"Keine gültige Einwilligung erlaubt {question.actor.house} den Zugriff (Zweck: {purpose.de}).",
        f"No valid consent permits {question.actor.house} access for {purpose.en}.",
    )
