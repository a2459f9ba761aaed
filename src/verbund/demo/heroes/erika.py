"""Erika Sommer, the patient of the demo's story. She does not exist; name, numbers, addresses and illness are invented.

Born on 14 March 1958, retired bookkeeper in Lindstadt, patient of Dr. Weber's practice. High blood pressure since
2009, type 2 diabetes since 2014 with kidney and nerve complications, allergic to penicillin. Heart failure
decompensated for the first time in spring 2024 (nine nights in cardiology). In August 2026 pneumococcal pneumonia with
sepsis and decompensated heart failure (fourteen nights, four days of them in intensive care), then four weeks of
cardiac rehabilitation in Seehagen, since October back with her family doctor. About 1,000 resources: 300 at the
practice, 500 at the university hospital, 200 at the rehabilitation clinic; laboratory results at all three. She allows
the exchange of everything for treatment, and has given the broad consent to research.
"""

from datetime import date, timedelta

from verbund.demo import findings, medication, places, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.consents import Exchange, Research, Will
from verbund.demo.courses import diabetes, heart, hospital, rehabilitation
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics
from verbund.demo.houses import HOUSES, PRAXIS, REHA, UNIKLINIKUM
from verbund.demo.identifiers import kvnr
from verbund.demo.people import ERIKA_SOMMER
from verbund.demo.persons import Person

PERSON = Person(
    number=ERIKA_SOMMER,
    family="Sommer",
    given=("Erika",),
    gender="female",
    birth=date(1958, 3, 14),
    street="Gartenstraße 17",
    postcode="05410",
    town="Lindstadt",
    insurer=places.STATUTORY[0],
    private=False,
    insurance_number=kvnr("S", "58000000"),
    phone="+49 30 23125458",
    mobile="+49 171 3920058",
    birth_name="Hellmann",
    married=True,
)
BUILD = Body(height=163, weight=81, systolic=132, diastolic=80, pulse=74)
PROGRAMME_BEGAN = date(2023, 5, 2)
FIRST_STAY = date(2024, 4, 9)
SECOND_STAY = date(2026, 8, 19)
REHABILITATION = date(2026, 9, 3)
LAST_MEDICATION = (
    drugs.SACUBITRIL,
    drugs.BISOPROLOL,
    drugs.EMPAGLIFLOZIN,
    drugs.SPIRONOLACTONE,
    drugs.TORASEMIDE,
    drugs.METFORMIN,
    drugs.GLARGINE,
    drugs.ATORVASTATIN,
)


def live(seed: int, chance: Chance, today: date) -> tuple[Life, Will]:
    """Her life in the region and her will. Before the first of November 2026 the last years are left as they are."""
    life = Life(seed, PERSON, chance, today, allergy=medication.PENICILLIN)
    for house in HOUSES:
        life.open_exactly(house)
    condition = _background(life)
    heart.decompensation(life, chance.part("first stay"), BUILD, FIRST_STAY, 9)
    _second_stay(life, chance.part("second stay"))
    _rehabilitation(life, chance.part("rehabilitation"))
    _programme(life, chance.part("programme"), condition)
    _aftercare(life, chance.part("aftercare"))
    return life, Will(Exchange.EVERYTHING, Research.AGREED_WITH_PAST, date(2024, 4, 15))


def _background(life: Life) -> str:
    chart = life.at(PRAXIS)
    medication.allergic(chart, medication.PENICILLIN, date(1996, 5, 20))
    known(life, dx.HYPERTENSION, date(2009, 9, 1))
    known(life, dx.LIPIDS, date(2012, 2, 8))
    condition = known(life, dx.DIABETES_KIDNEY, date(2014, 6, 17))
    known(life, dx.KIDNEY_3, date(2022, 11, 8))
    known(life, dx.DIABETES_NERVE, date(2023, 5, 9))
    known(life, dx.POLYNEUROPATHY, date(2023, 5, 9))
    known(life, dx.HEART_FAILURE_3, date(2024, 4, 18))
    known(life, dx.KNEE, date(2019, 3, 12))
    keep_taking(life, [(drug, date(2024, 4, 18)) for drug in LAST_MEDICATION if drug is not drugs.METFORMIN], condition)
    keep_taking(life, ((drugs.METFORMIN, date(2014, 6, 17)),), condition)
    medication.takes(chart, drugs.RAMIPRIL, date(2009, 9, 1), until=date(2024, 4, 18))
    medication.takes(chart, drugs.SIMVASTATIN, date(2012, 2, 8), until=date(2023, 5, 2))
    for year in range(2021, 2026):
        medication.vaccinate(chart, drugs.INFLUENZA, date(year, 10, 12))
    medication.vaccinate(chart, drugs.TETANUS, date(2020, 3, 3))
    medication.vaccinate(chart, drugs.ZOSTER, date(2023, 2, 14))
    medication.vaccinate(chart, drugs.COVID, date(2023, 11, 7))
    return condition


def _programme(life: Life, chance: Chance, condition: str) -> None:
    """Three years in the diabetes programme: HbA1c from 9.1 down, up once more, and down with insulin."""
    curve = (9.1, 8.0, 7.4, 7.2, 8.1, 8.4, 7.5, 7.2)
    diabetes.follow_up(
        life,
        chance,
        BUILD,
        PROGRAMME_BEGAN,
        curve,
        condition=condition,
        gfr=(61, 57, 52),
        end=SECOND_STAY - timedelta(days=30),
        weight=(1.04, 1.0),
    )
    heart.control(
        life, chance.part("heart"), BUILD, (date(2024, 5, 14), date(2026, 6, 30)), (1500, 900, 1100), days=170
    )


_BEDSIDE = hospital.Bedside(
    systolic=(94, 108, 122, 124),
    diastolic=(52, 62, 70, 72),
    pulse=(124, 104, 84, 74),
    temperature=(39.7, 38.3, 37.1, 36.6),
    oxygen=(86, 92, 95, 96),
    breathing=(30, 22, 17, 15),
)
_CURVES = {
    lab.CRP: (328, 284, 190, 112, 61, 34, 18),
    lab.PCT: (16.2, 9.8, 3.9, 1.2, 0.5, 0.3, 0.2),
    lab.LEUKOCYTES: (22.1, 18.4, 14.9, 11.8, 9.6, 8.7, 8.2),
    lab.LACTATE: (3.8, 1.9, 1.4, 1.1, 1.0),
    lab.CREATININE: (1.9, 1.8, 1.5, 1.3, 1.15, 1.1),
    lab.GFR: (28, 30, 38, 45, 52, 55),
    lab.NTPROBNP: (9200, 8100, 6200, 4300, 3100, 2400),
    lab.POTASSIUM: (4.9, 4.4, 3.6, 3.9, 4.2),
    lab.SODIUM: (131, 133, 136, 138),
    lab.GLUCOSE: (268, 212, 176, 158, 142),
    lab.PLATELETS: (124, 131, 182, 260, 318),
    lab.TROPONIN: (48, 41, 30, 24, 20),
}
_ALL_DIAGNOSES = (
    dx.SEPSIS_PNEUMOCOCCI,
    dx.RESPIRATORY_FAILURE,
    dx.HEART_FAILURE_4,
    dx.KIDNEY_ACUTE,
    dx.DIABETES_KIDNEY,
    dx.KIDNEY_3,
    dx.HYPERTENSION,
)


def _second_stay(life: Life, chance: Chance) -> None:
    chart, sent = consult(life, chance, SECOND_STAY, "Schüttelfrost, Fieber, Atemnot seit gestern")
    measure_basics(chart, sent, chance, (98, 56), 118, weight=BUILD.weight + 4)
    findings.measure(chart, sent, sent.start, lab.TEMPERATURE, 39.6)
    findings.measure(chart, sent, sent.start, lab.OXYGEN, 87)
    visits.refer(chart, sent, sent.end, UNIKLINIKUM, "Einweisung: Verdacht auf Pneumonie, beginnende Sepsis")
    clinic, visit = hospital.admit(
        life,
        chance,
        SECOND_STAY,
        14,
        "innere",
        admitted=visits.EMERGENCY,
        left="rehabilitation",
        reason="Pneumonie mit Sepsis",
        sent=sent,
        wards=(("intensiv", 0.29), ("innere", 1.0)),
    )
    chief = visits.diagnose(clinic, dx.PNEUMONIA_PNEUMOCOCCI, SECOND_STAY, visit=visit, role=visits.CHIEF, side="R")
    for other in _ALL_DIAGNOSES:
        visits.diagnose(clinic, other, SECOND_STAY, visit=visit)
    medication.allergic(clinic, medication.PENICILLIN, SECOND_STAY)
    _first_day(clinic, visit, chief)
    hospital.rounds(clinic, visit, chance, _BEDSIDE, per_day=2, weights=(86, 84, 81.5, 80.5))
    days = (0, 1, 2, 3, 4, 6, 8, 10, 12)
    report, values = hospital.series(
        clinic,
        visit,
        chance,
        days,
        _CURVES,
        panel=(lab.HAEMOGLOBIN, lab.UREA, lab.ALT, lab.INR),
        conclusions={0: "Stark erhöhte Entzündungswerte, akute Nierenschädigung.", 12: "Entzündungswerte rückläufig."},
    )
    findings.laboratory(clinic, visit, hospital.hours_after(visit, 20), {lab.HBA1C: 7.3, lab.TSH: 1.9, lab.ALBUMIN: 29})
    findings.laboratory(clinic, visit, hospital.hours_after(visit, 0.5), {lab.PH: 7.33, lab.PCO2: 33, lab.PO2: 54})
    findings.laboratory(clinic, visit, hospital.hours_after(visit, 9), {lab.PH: 7.38, lab.PCO2: 36, lab.PO2: 68})
    for drug, last, hours in (
        (drugs.CEFTRIAXONE, 9, (10,)),
        (drugs.CLARITHROMYCIN, 4, (8, 20)),
        (drugs.FUROSEMIDE_IV, 6, (8, 14)),
        (drugs.ENOXAPARIN, 13, (18,)),
    ):
        hospital.treat_daily(clinic, visit, drug, 0, last, times=hours, reason=chief)
    hospital.on_discharge(clinic, visit, LAST_MEDICATION)
    _discharge(life, clinic, visit, values, report)


def _first_day(clinic: Chart, visit: Visit, chief: str) -> None:
    findings.blood_culture(clinic, visit, hospital.hours_after(visit, 0.4), findings.STREPTOCOCCUS)
    findings.blood_culture(clinic, visit, hospital.hours_after(visit, 0.6), findings.STREPTOCOCCUS)
    findings.imaging(
        clinic,
        visit,
        hospital.hours_after(visit, 1),
        "DX",
        "Röntgen-Thorax im Liegen",
        text="Flächige Verschattung im rechten Unterfeld mit positivem "
        "Bronchoaerogramm. Herz verbreitert, Pleuraerguss rechts.",
        conclusion="Pneumonie des rechten Unterlappens, pulmonalvenöse Stauung.",
    )
    findings.imaging(
        clinic,
        visit,
        hospital.hours_after(visit, 30),
        "CT",
        "CT Thorax mit Kontrastmittel",
        text="Konsolidierung des rechten Unterlappens, parapneumonischer Erguss. Keine Lungenarterienembolie.",
        conclusion="Lobärpneumonie rechts, kein Empyem.",
    )
    findings.imaging(
        clinic,
        visit,
        hospital.hours_after(visit, 220),
        "DX",
        "Röntgen-Thorax in zwei Ebenen",
        text="Deutlich rückläufige Verschattung rechts basal, Erguss nicht mehr nachweisbar.",
        conclusion="Gute Befundbesserung.",
    )
    for treatment, hours, minutes in (
        (ops.ECG, 0.5, 0),
        (ops.CENTRAL_LINE, 2.0, 30),
        (ops.HIGH_FLOW, 2.5, 60 * 62),
        (ops.MONITORING, 2.0, 60 * 92),
        (ops.CT_THORAX_CONTRAST, 30.0, 0),
        (ops.ECHO, 50.0, 30),
        (ops.PHYSIOTHERAPY, 124.0, 30),
        (ops.PHYSIOTHERAPY, 148.0, 30),
        (ops.DIABETES_EDUCATION, 244.0, 45),
    ):
        visits.treat(clinic, treatment, hospital.hours_after(visit, hours), visit, minutes=minutes, reason=chief)
    findings.measure(clinic, visit, hospital.hours_after(visit, 50), lab.EJECTION, 36)


def _discharge(
    life: Life, clinic: Chart, visit: Visit, values: dict[lab.Analyte, list[float]], report: tuple[str, ...]
) -> None:
    hospital.discharge(
        life,
        clinic,
        visit,
        diagnoses=[f"{one.text} ({one.code})" for one in (dx.PNEUMONIA_PNEUMOCOCCI, *_ALL_DIAGNOSES)],
        history=(
            "Frau Sommer wurde von ihrer Hausärztin mit Schüttelfrost, Fieber bis 39,7 °C und schwerer Atemnot "
            "eingewiesen. "
            "Bekannt sind eine Herzinsuffizienz, ein Diabetes mellitus Typ 2 und eine Penicillinallergie (Exanthem)."
        ),
        course=[
            (
                "Septische Pneumonie des rechten Unterlappens, in beiden Blutkulturen Streptococcus pneumoniae. Wegen "
                "der Penicillinallergie Behandlung mit Ceftriaxon über zehn Tage, anfangs mit Clarithromycin."
            ),
            (
                "Vier Tage Intensivstation mit High-Flow-Sauerstofftherapie, keine Beatmung. Akute Nierenschädigung "
                "Stadium 1, im Verlauf rückläufig. Begleitend kardiale Dekompensation, unter Furosemid "
                "Gewichtsabnahme von 86 auf 80,5 kg."
            ),
            (
                "Echokardiographisch LVEF 36 %. Blutzucker unter Infekt "
                "entgleist, unter angepasstem Insulin wieder stabil."
            ),
        ],
        results=hospital.table(values, (lab.CRP, lab.PCT, lab.LEUKOCYTES, lab.CREATININE, lab.NTPROBNP, lab.POTASSIUM)),
        drugs=LAST_MEDICATION,
        advice=(
            "Anschlussrehabilitation in der Rehabilitationsklinik Lindtal ab dem 03.09.2026. Pneumokokkenimpfung nach "
            "Genesung. Kontrolle von Nierenwerten, Kalium und NT-proBNP in zwei Wochen. Tägliches Wiegen."
        ),
        copy=report,
    )


def _rehabilitation(life: Life, chance: Chance) -> None:
    medication.allergic(life.at(REHA), medication.PENICILLIN, REHABILITATION)
    programme = rehabilitation.Programme(
        department="kardio",
        reason="Anschlussrehabilitation nach Pneumonie und dekompensierter Herzinsuffizienz",
        diagnoses=(
            (dx.HEART_FAILURE_3, date(2024, 4, 18)),
            (dx.DIABETES_KIDNEY, date(2014, 6, 17)),
            (dx.HYPERTENSION, date(2009, 9, 1)),
        ),
        therapies={
            ops.ERGOMETER: 5,
            ops.PHYSIOTHERAPY: 4,
            ops.NUTRITION: 1,
            ops.DIABETES_EDUCATION: 1,
            ops.EDUCATION: 1,
        },
        scores={lab.WALKING: (210, 290, 365), lab.BARTHEL: (75, 90, 100)},
        laboratory={
            lab.NTPROBNP: (2300, 1400),
            lab.CRP: (14, 4),
            lab.CREATININE: (1.12, 1.05),
            lab.GFR: (54, 58),
            lab.POTASSIUM: (4.3, 4.5),
        },
        drugs=LAST_MEDICATION,
        history=(
            "Übernahme aus dem Universitätsklinikum Lindtal nach septischer Pneumokokkenpneumonie und "
            "Dekompensation der "
            "bekannten Herzinsuffizienz. Penicillinallergie."
        ),
        outcome=(
            "Gehstrecke im 6-Minuten-Gehtest von 210 auf 365 m, Barthel-Index von 75 auf 100 gestiegen. Keine Ödeme, "
            "Nüchternblutzucker stabil. Entlassung in gutem Allgemeinzustand, NYHA II."
        ),
        advice=(
            "Herzsportgruppe wöchentlich, tägliches Wiegen, Kontrolle der "
            "Nierenwerte in vier Wochen, Pneumokokkenimpfung."
        ),
        in_detail=True,
    )
    rehabilitation.rehabilitate(life, chance, REHABILITATION, 4, programme)


def _aftercare(life: Life, chance: Chance) -> None:
    for day, reason, ntprobnp in (
        (date(2026, 10, 6), "Nach Rehabilitation", 1250.0),
        (date(2026, 10, 27), "Kontrolle", 1080.0),
    ):
        chart, visit = consult(life, chance, day, reason)
        measure_basics(chart, visit, chance, (124, 74), 70, weight=BUILD.weight - 1)
        values = {lab.NTPROBNP: ntprobnp, lab.HBA1C: 7.1, lab.CRP: 2.8, lab.GFR: 57, lab.CREATININE: 1.06}
        bloods(chart, visit, chance, lab.KIDNEY, values, conclusion="Nierenfunktion stabil, NT-proBNP rückläufig.")
    medication.vaccinate(chart, drugs.PNEUMOCOCCAL, visit.start.date(), visit)
    medication.vaccinate(chart, drugs.INFLUENZA, visit.start.date(), visit)
    for drug in LAST_MEDICATION:
        medication.prescribe(chart, drug, visit)
