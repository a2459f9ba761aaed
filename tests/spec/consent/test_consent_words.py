"""What is stored and what is said: numbers that never change, and every reason in German and English."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from verbund.consent import (
    ALL,
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Deny,
    ItemRelease,
    Party,
    Permit,
    Provision,
    ProxyRef,
    Purpose,
    Question,
    Relationship,
    Sentence,
    Span,
    decide,
)
from verbund.consent.sentences import date_of

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
C = DataCategory
PURPOSES = {
    "TREAT": (0, "Behandlung", "treatment"),
    "ETREAT": (1, "Notfallbehandlung", "emergency treatment"),
    "BTG": (2, "Zugriff unter Umgehung der Freigabe", "breaking the glass"),
    "CAREMGT": (3, "Begleitung und Überwachung zu Hause", "care management and home monitoring"),
    "HQUALIMP": (4, "Qualitätssicherung", "quality improvement"),
    "HRESCH": (5, "Forschung", "research"),
    "PATRQT": (6, "eigene Einsicht", "the patient's own request"),
    "FAMRQT": (7, "Einsicht durch Angehörige", "a request of the family"),
    "HOPERAT": (8, "Betrieb der Einrichtung", "operation of the house"),
    "COVERAGE": (9, "Klärung der Kostenübernahme", "coverage"),
    "HPAYMT": (10, "Abrechnung", "payment"),
    "PUBHLTH": (11, "öffentliche Gesundheit", "public health"),
}
CATEGORIES = (
    ("laboratory", "Laborwerte", "laboratory results"),
    ("imaging", "Bildgebung", "imaging"),
    ("documents", "Dokumente und Befunde", "documents and reports"),
    ("medication", "Medikamente", "medication"),
    ("diagnoses", "Diagnosen", "diagnoses"),
    ("procedures", "Eingriffe und Behandlungen", "procedures"),
    ("encounters", "Aufenthalte und Termine", "encounters"),
    ("vitals", "Vitalwerte", "vital signs"),
    ("psychiatry", "Psychiatrie und Psychotherapie", "psychiatry and psychotherapy"),
    ("genetics", "Genetik", "genetics"),
    ("hiv", "HIV", "HIV"),
    ("immunisation", "Impfungen", "immunisations"),
    ("allergies", "Allergien", "allergies"),
    ("demographics", "Angaben zur Person", "personal details"),
    ("other", "sonstige Daten", "other data"),
)


def test_purposes_are_stored_and_named_like_this() -> None:
    assert {one.value: (one.number, one.label.de, one.label.en) for one in Purpose} == PURPOSES
    assert {one.name: one.value for one in Purpose} == {name: name for name in PURPOSES}


def test_who_speaks_of_a_purpose_speaks_of_what_lies_below_it() -> None:
    wider = {Purpose.ETREAT: {Purpose.TREAT}, Purpose.HQUALIMP: {Purpose.HOPERAT}}
    for one in Purpose:
        assert one.within == {one} | wider.get(one, set())


def test_kinds_of_data_are_stored_and_named_like_this() -> None:
    assert [(one.code, one.label.de, one.label.en) for one in C] == list(CATEGORIES)
    assert [int(one) for one in C] == [1 << bit for bit in range(15)]
    assert (int(NONE), int(ALL), NONE.code) == (0, 32_767, "")


def test_kinds_of_data_are_listed_as_people_do() -> None:
    assert (C.HIV | C.LABORATORY).label == Sentence("Laborwerte und HIV", "laboratory results and HIV")
    assert (C.VITALS | C.HIV | C.IMAGING).label == Sentence(
        "Bildgebung, Vitalwerte und HIV", "imaging, vital signs and HIV"
    )
    assert NONE.label == Sentence("", "")
    assert ALL.label == DataCategory(int(ALL) | 1 << 15).label == Sentence("alle Daten", "all data")


def test_a_span_holds_from_its_beginning_to_before_its_end() -> None:
    tick = timedelta(microseconds=1)
    span = Span(NOW, NOW + timedelta(days=1))
    assert [span.holds(at) for at in (NOW - tick, NOW, NOW + timedelta(days=1) - tick, NOW + timedelta(days=1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert Span().holds(NOW)
    assert Span(None, NOW).holds(NOW - tick)
    assert Span(NOW, None).holds(NOW)
    assert not Span(NOW, None).holds(NOW - tick)


@pytest.mark.parametrize(
    ("party", "meant"),
    [
        (Party("praxis"), True),
        (Party("reha"), False),
        (Party(kind="practice"), True),
        (Party(kind="hospital"), False),
        (Party("reha", "practice"), False),
        (Party("praxis", "hospital"), True),
        (Party(), False),
    ],
)
def test_a_house_is_meant_by_its_id_or_by_its_kind(party: Party, meant: bool) -> None:
    assert party.fits("praxis", "practice") is meant


@pytest.mark.parametrize("given", [C.LABORATORY, C.LABORATORY | C.HIV, ALL, NONE])
@pytest.mark.parametrize("mask", [0, 1, 1 << 10, 1 | 1 << 10, 1 << 2, 1 << 15, 1 | 1 << 15, 32_767])
def test_an_entry_goes_out_only_with_every_kind_of_data_it_belongs_to(given: DataCategory, mask: int) -> None:
    kinds = {bit for bit in range(15) if mask >> bit & 1}
    expected = bool(kinds) and all(int(given) >> bit & 1 for bit in kinds)
    said = Sentence("", "")
    assert Permit(said, categories=given).releases(mask) is expected
    single = ItemRelease("Observation/1", given)
    assert single.releases(mask) is expected
    by_itself = Permit(said, categories=ALL & ~given, items=(ItemRelease("Observation/2", NONE), single))
    assert by_itself.releases(mask, "Observation/1") is expected
    assert not by_itself.releases(mask, "Observation/2")
    rest = bool(kinds) and not any(int(given) >> bit & 1 for bit in kinds)
    assert by_itself.releases(mask, "Observation/3") is by_itself.releases(mask) is rest
    assert not Deny(said).releases(mask)


def test_what_decisions_say_of_themselves() -> None:
    said = Sentence("ja", "yes")
    yes, no = Permit(said), Deny(said)
    assert (yes.permitted, yes.emergency, yes.provision, yes.categories, yes.withheld, yes.items) == (
        True, False, None, ALL, NONE, (),
    )  # fmt: skip
    assert (no.permitted, no.emergency, no.provision, no.categories, no.withheld, no.items) == (
        False, False, None, NONE, ALL, (),
    )  # fmt: skip
    assert Permit(said, categories=C.HIV).withheld == ALL & ~C.HIV
    assert [said.in_language(code) for code in ("de", "en", "fr", "")] == ["ja", "yes", "yes", "yes"]


def test_a_house_is_called_by_its_name_or_its_id() -> None:
    assert ActorRef("w", "physician", "praxis", organisation_name="Praxis Dr. Weber").house == "Praxis Dr. Weber"
    assert ActorRef("w", "physician", "praxis").house == "praxis"


def test_a_day_is_counted_in_germany() -> None:
    assert date_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == Sentence("01.01.2027", "1 January 2027")
    months = ("January", "February", "March", "April", "May", "June", "July", "August", "September")
    months += ("October", "November", "December")
    assert [date_of(datetime(2026, at, 9, 12, tzinfo=UTC)).en for at in range(1, 13)] == [
        f"9 {name} 2026" for name in months
    ]
    assert date_of(datetime(2026, 3, 9, 12, tzinfo=UTC)).de == "09.03.2026"


WEBER = ActorRef("w", "physician", "praxis", "practice", "Praxis Weber")
HERE = ActorRef("w", "physician", "klinik", "hospital", "Klinik")
REASON = "bewusstlos aufgefunden"
ASKED = Question(WEBER, "klinik", Purpose.TREAT, "7", NOW, "hospital")
STAY = Relationship("treatment", Sentence("Behandlung: Termin.", "Treatment: an appointment."))


def consent(*said: Provision, permit: bool | None = None, days: int = 1) -> CareConsent:
    return CareConsent("c", "7", NOW - timedelta(days=days), Provision(permit, exceptions=said))


def proxy(kind: str) -> ActorRef:
    return ActorRef("p", "patient", "klinik", proxy=ProxyRef("r", "7", kind, C.LABORATORY | C.HIV, Span()))


LIMITED = (consent(permit=True, days=9), consent(Provision(False, categories=C.HIV), days=1))
REASONS: dict[str, tuple[Question, tuple[CareConsent, ...], str, str]] = {
    "the own record": (
        replace(ASKED, actor=ActorRef("p", "patient", "klinik", patient_id="7"), purpose=Purpose.PATRQT),
        (),
        "Es ist die eigene Akte.",
        "It is the person's own record.",
    ),
    "not the own record": (
        replace(ASKED, actor=ActorRef("p", "patient", "klinik", patient_id="8"), purpose=Purpose.PATRQT),
        (),
        "Patientinnen und Patienten sehen nur die eigene Akte.",
        "Patients see their own record only.",
    ),
    "no proxy": (
        replace(ASKED, actor=ActorRef("p", "patient", "klinik"), purpose=Purpose.FAMRQT),
        (),
        "Es besteht keine gültige Vertretung für diese Person.",
        "There is no valid proxy for this person.",
    ),
    "a proxy": (
        replace(ASKED, actor=proxy("proxy"), purpose=Purpose.FAMRQT),
        (),
        "Vertretung, von der Patientin oder dem Patienten benannt; umfasst Laborwerte und HIV.",
        "Proxy named by the patient; covers laboratory results and HIV.",
    ),
    "a guardian": (
        replace(ASKED, actor=proxy("guardian"), purpose=Purpose.FAMRQT),
        (),
        "Gesetzliche Vertretung; umfasst Laborwerte und HIV.",
        "Legal guardian; covers laboratory results and HIV.",
    ),
    "research": (
        replace(ASKED, purpose=Purpose.HRESCH),
        (),
        "Für die Forschung wird keine Akte geöffnet; es wird nur über einwilligende Personen gezählt.",
        "No record is opened for research; consenting people are counted only.",
    ),
    "the node": (
        replace(ASKED, actor=replace(HERE, role="system")),
        (),
        "Zugriff im eigenen Haus (Klinik), Zweck: Behandlung.",
        "Access within the own house (Klinik) for treatment.",
    ),
    "who treats": (
        replace(ASKED, actor=HERE, relationship=STAY),
        (),
        "Zugriff im eigenen Haus (Klinik). Behandlung: Termin.",
        "Access within the own house (Klinik). Treatment: an appointment.",
    ),
    "who does not treat": (
        replace(ASKED, actor=HERE),
        (),
        "Im eigenen Haus sieht eine Akte nur, wer die Patientin oder den Patienten behandelt.",
        "Within the own house, a record is seen only by those who treat the patient.",
    ),
    "who breaks the glass": (
        replace(ASKED, actor=HERE, purpose=Purpose.BTG, stated_reason=f" {REASON} "),
        (),
        (
            "Im Notfall geöffnet im eigenen Haus (Klinik), ohne dass eine Behandlung bekannt ist. "
            "Begründung: bewusstlos aufgefunden"
        ),
        (
            "Opened in an emergency within the own house (Klinik), without a known treatment. "
            "Reason given: bewusstlos aufgefunden"
        ),
    ),
    "without a reason": (
        replace(ASKED, actor=HERE, purpose=Purpose.BTG),
        (),
        "Ein Notfallzugriff braucht eine Begründung von mindestens 10 Zeichen.",
        "Emergency access needs a stated reason of at least 10 characters.",
    ),
    "a role that may not": (
        replace(ASKED, actor=replace(WEBER, role="steward")),
        (),
        "Diese Rolle darf die Akte nicht öffnen (Zweck: Behandlung).",
        "This role may not open the record for treatment.",
    ),
    "a kind of house that may not": (
        replace(ASKED, actor=replace(WEBER, organisation_kind="hub")),
        (),
        "Häuser dieser Art erhalten keine Akten; die Vermittlungsstelle und Unbekannte gehören dazu.",
        "Houses of this kind are given no records; the hub and unknown ones are among them.",
    ),
    "a house that does not treat": (
        replace(ASKED, actor=replace(WEBER, organisation_kind="insurer"), purpose=Purpose.ETREAT),
        (),
        "Einen Notfallzugriff gibt es nur für Häuser, die behandeln.",
        "Emergency access is for houses that treat only.",
    ),
    "an emergency": (
        replace(ASKED, purpose=Purpose.ETREAT, stated_reason=REASON),
        (),
        (
            "Notfallzugriff durch Praxis Weber nach der Regel der Region, unabhängig von der Einwilligung. "
            "Die eigenen Freigaben der Patientin oder des Patienten erlauben das nicht oder nicht ganz. "
            "Angegebener Grund: bewusstlos aufgefunden"
        ),
        (
            "Emergency access by Praxis Weber under the region's rule, whatever the consent says. "
            "The patient's own releases do not permit it, or not all of it. Stated reason: bewusstlos aufgefunden"
        ),
    ),
    "an emergency that was released": (
        replace(ASKED, purpose=Purpose.ETREAT, stated_reason=REASON),
        (consent(permit=True),),
        (
            "Notfallzugriff durch Praxis Weber nach der Regel der Region, unabhängig von der Einwilligung. "
            "Die Patientin oder der Patient hatte alles auch selbst freigegeben. "
            "Angegebener Grund: bewusstlos aufgefunden"
        ),
        (
            "Emergency access by Praxis Weber under the region's rule, whatever the consent says. "
            "The patient had released all of it as well. Stated reason: bewusstlos aufgefunden"
        ),
    ),
    "all released": (
        ASKED,
        (consent(permit=True),),
        "Erlaubt durch die Einwilligung vom 03.05.2026: Praxis Weber darf alle Daten sehen (Zweck: Behandlung).",
        "Permitted by the consent of 3 May 2026: Praxis Weber may see all data for treatment.",
    ),
    "some released": (
        ASKED,
        (consent(Provision(True, categories=ALL & ~C.HIV & ~C.OTHER)),),
        (
            "Erlaubt durch die Einwilligung vom 03.05.2026: Praxis Weber darf "
            f"{(ALL & ~C.HIV & ~C.OTHER).label.de} sehen (Zweck: Behandlung). "
            "Nicht freigegeben: HIV und sonstige Daten."
        ),
        (
            "Permitted by the consent of 3 May 2026: Praxis Weber may see "
            f"{(ALL & ~C.HIV & ~C.OTHER).label.en} for treatment. Not released: HIV and other data."
        ),
    ),
    "limited later": (
        ASKED,
        LIMITED,
        (
            "Erlaubt durch die Einwilligung vom 25.04.2026: Praxis Weber darf "
            f"{(ALL & ~C.HIV).label.de} sehen (Zweck: Behandlung). "
            "Die Patientin oder der Patient hat die Freigabe am 03.05.2026 eingeschränkt; zurückgehalten: HIV."
        ),
        (
            "Permitted by the consent of 25 April 2026: Praxis Weber may see "
            f"{(ALL & ~C.HIV).label.en} for treatment. The patient limited the release on 3 May 2026; withheld: HIV."
        ),
    ),
    "single entries": (
        ASKED,
        (consent(Provision(True, items=frozenset({"Observation/1"}))),),
        "Die Patientin oder der Patient hat Praxis Weber einzelne Einträge freigegeben (Zweck: Behandlung).",
        "The patient released single entries to Praxis Weber for treatment.",
    ),
    "refused": (
        ASKED,
        (consent(permit=False),),
        (
            "Die Patientin oder der Patient hat der Freigabe an Praxis Weber (Zweck: Behandlung) "
            "am 03.05.2026 widersprochen."
        ),
        "The patient refused the release to Praxis Weber for treatment on 3 May 2026.",
    ),
    "nothing said": (
        ASKED,
        (),
        "Keine gültige Einwilligung erlaubt Praxis Weber den Zugriff (Zweck: Behandlung).",
        "No valid consent permits Praxis Weber access for treatment.",
    ),
}


@pytest.mark.parametrize("why", REASONS)
def test_every_reason_is_said_in_german_and_english(why: str) -> None:
    asked, stated, german, english = REASONS[why]
    assert decide(asked, stated, emergency_allowed=True).reason == Sentence(german, english)


def test_the_latest_limit_is_the_one_that_is_told() -> None:
    earlier = consent(Provision(False, categories=C.IMAGING), days=5)
    assert "limited the release on 3 May 2026" in decide(ASKED, (*LIMITED, earlier), emergency_allowed=True).reason.en
