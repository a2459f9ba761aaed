"""Serious infection: pneumonia or sepsis from the urinary tract, with CRP, procalcitonin, leukocytes and cultures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from verbund.demo import findings, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses import hospital
from verbund.demo.courses.hospital import Curve
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body, bloods, consult, measure_basics
from verbund.demo.houses import UNIKLINIKUM
from verbund.demo.medication import PENICILLIN, vaccinate


@dataclass(frozen=True, slots=True)
class Infection:
    """A kind of infection: what is diagnosed, grown and given, how long it takes, and how values move."""

    chief: dx.Diagnosis
    also: tuple[dx.Diagnosis, ...]
    complaint: str
    history: str
    culture: tuple[str, str]
    antibiotic: drugs.Drug
    nights: tuple[int, int]
    curves: Mapping[lab.Analyte, Curve]
    bedside: hospital.Bedside
    intensive: bool = False


_FEVERISH = hospital.Bedside(
    systolic=(118, 124, 130),
    pulse=(108, 90, 76),
    temperature=(39.2, 37.8, 36.7),
    oxygen=(89, 94, 97),
    breathing=(26, 19, 15),
)
_SHOCKED = hospital.Bedside(
    systolic=(92, 112, 126),
    diastolic=(50, 64, 74),
    pulse=(122, 98, 78),
    temperature=(39.6, 38.0, 36.6),
    oxygen=(88, 94, 97),
    breathing=(28, 20, 15),
)
_FAILING = hospital.Bedside(
    systolic=(96, 88, 70),
    diastolic=(54, 50, 40),
    pulse=(118, 124, 132),
    temperature=(39.2, 38.8, 37.9),
    oxygen=(90, 88, 80),
    breathing=(26, 30, 32),
)
PNEUMONIA = Infection(
    chief=dx.PNEUMONIA,
    also=(),
    complaint="Fieber, Husten, Atemnot",
    history="Seit drei Tagen Fieber bis 39,5 °C, Husten mit eitrigem Auswurf und zunehmende Atemnot.",
    culture=findings.NO_GROWTH,
    antibiotic=drugs.AMPICILLIN_SULBACTAM,
    nights=(5, 8),
    curves={
        lab.CRP: (188, 120, 38),
        lab.LEUKOCYTES: (15.8, 11.5, 8.1),
        lab.NEUTROPHILS: (87, 76, 62),
        lab.LYMPHOCYTES: (8, 16, 28),
        lab.PCT: (1.9, 0.8, 0.15),
        lab.LACTATE: (1.8, 1.2, 1.0),
    },
    bedside=_FEVERISH,
)
PNEUMOCOCCAL = Infection(
    chief=dx.PNEUMONIA_PNEUMOCOCCI,
    also=(dx.SEPSIS_PNEUMOCOCCI, dx.RESPIRATORY_FAILURE),
    complaint="Schüttelfrost, Fieber, schwere Atemnot",
    history="Akuter Beginn mit Schüttelfrost, atemabhängigen Schmerzen rechts und rostbraunem Auswurf.",
    culture=findings.STREPTOCOCCUS,
    antibiotic=drugs.CEFTRIAXONE,
    nights=(9, 13),
    curves={
        lab.CRP: (322, 260, 140, 44),
        lab.LEUKOCYTES: (21.4, 18.2, 12.4, 8.8),
        lab.NEUTROPHILS: (92, 86, 70),
        lab.LYMPHOCYTES: (4, 8, 21),
        lab.PCT: (14.8, 9.1, 2.2, 0.3),
        lab.LACTATE: (3.6, 2.1, 1.3, 1.0),
        lab.CREATININE: (1.6, 1.4, 1.0, 0.9),
        lab.GFR: (40, 47, 68, 78),
        lab.PLATELETS: (118, 132, 210, 330),
    },
    bedside=_SHOCKED,
    intensive=True,
)
UROSEPSIS = Infection(
    chief=dx.SEPSIS_COLI,
    also=(dx.PYELONEPHRITIS, dx.SEPSIS_ORGANS, dx.KIDNEY_ACUTE),
    complaint="Fieber, Flankenschmerz, Verwirrtheit",
    history="Seit zwei Tagen Brennen beim Wasserlassen, dann Schüttelfrost, Flankenschmerz rechts und Verwirrtheit.",
    culture=findings.COLI,
    antibiotic=drugs.PIPERACILLIN,
    nights=(8, 13),
    curves={
        lab.CRP: (256, 210, 96, 28),
        lab.LEUKOCYTES: (19.6, 16.1, 10.9, 7.9),
        lab.NEUTROPHILS: (90, 82, 66),
        lab.LYMPHOCYTES: (5, 10, 24),
        lab.PCT: (38.0, 21.0, 4.0, 0.4),
        lab.LACTATE: (4.2, 2.4, 1.4, 1.0),
        lab.CREATININE: (2.3, 1.9, 1.2, 1.0),
        lab.GFR: (24, 32, 56, 68),
        lab.PLATELETS: (104, 121, 198, 290),
    },
    bedside=_SHOCKED,
    intensive=True,
)
_FAILED: Mapping[lab.Analyte, Curve] = {
    lab.CRP: (180, 290, 340),
    lab.PCT: (6, 22, 60),
    lab.LACTATE: (2.8, 5.2, 9.8),
    lab.CREATININE: (1.4, 2.6, 4.1),
    lab.GFR: (44, 21, 11),
}
KINDS = ((PNEUMONIA, 55.0), (PNEUMOCOCCAL, 20.0), (UROSEPSIS, 25.0))


def infection(life: Life, chance: Chance, build: Body) -> None:
    """The course of one patient: the practice sends, the hospital treats, the practice controls."""
    kind = chance.weighted(KINDS)
    day = life.until - timedelta(days=chance.between(60, 800))
    sent = None
    if chance.happens(0.6):
        chart, sent = consult(life, chance, day, kind.complaint)
        measure_basics(chart, sent, chance, (112, 66), 104)
        findings.measure(chart, sent, sent.start, lab.TEMPERATURE, chance.around(39.0, 0.4))
        findings.measure(chart, sent, sent.start, lab.OXYGEN, chance.around(91, 1))
        visits.refer(chart, sent, sent.end, UNIKLINIKUM, f"Einweisung: {kind.complaint}")
        day = sent.start.date()
    home = inpatient(life, chance, kind, day, sent=sent)
    chart, visit = consult(
        life, chance, home + timedelta(days=chance.between(4, 9)), "Kontrolle nach Krankenhausaufenthalt"
    )
    measure_basics(chart, visit, chance, (build.systolic, build.diastolic), build.pulse + 4)
    bloods(
        chart,
        visit,
        chance,
        lab.BLOOD_COUNT,
        {lab.CRP: abs(chance.around(9, 4))},
        conclusion="Entzündungswerte rückläufig.",
    )
    if kind.chief is not dx.SEPSIS_COLI and life.person.age(day) >= 50:
        vaccinate(chart, drugs.PNEUMOCOCCAL, min(visit.start.date() + timedelta(days=45), life.until))


def inpatient(
    life: Life,
    chance: Chance,
    kind: Infection,
    day: date,
    *,
    nights: int | None = None,
    left: str = "home",
    sent: Visit | None = None,
) -> date:
    """The stay, with intensive care where it is that bad; returns the day of discharge."""
    length = nights or chance.between(*kind.nights)
    chart, visit = hospital.admit(
        life,
        chance,
        day,
        length,
        "innere",
        admitted=visits.EMERGENCY,
        left=left,
        reason=kind.complaint,
        wards=(("intensiv", 0.4), ("innere", 1.0)) if kind.intensive else (),
        sent=sent,
    )
    first = visit.start.date()
    over = visit.end.date() if left == "home" else None
    chief = visits.diagnose(chart, kind.chief, first, visit=visit, role=visits.CHIEF, resolved=over)
    for other in kind.also:
        visits.diagnose(chart, other, first, visit=visit, resolved=over)
    died = left == "death"
    hospital.rounds(chart, visit, chance, _FAILING if died else kind.bedside)
    _workup(chart, visit, kind, chief)
    days = sorted({*range(min(4, length)), *range(4, length, 2)})
    report, values = hospital.series(
        chart,
        visit,
        chance,
        days,
        {**kind.curves, **_FAILED} if died else kind.curves,
        panel=(*lab.BLOOD_COUNT, lab.NEUTROPHILS, lab.LYMPHOCYTES, *lab.KIDNEY),
        conclusions={0: "Deutlich erhöhte Entzündungswerte."},
    )
    antibiotic = tolerated(kind.antibiotic, life)
    hospital.treat_daily(chart, visit, antibiotic, 0, length - 1, reason=chief)
    if kind.intensive:
        hospital.treat_daily(chart, visit, drugs.CRYSTALLOID, 0, 2, times=(11, 19), reason=chief)
        hospital.treat_daily(chart, visit, drugs.NOREPINEPHRINE, 0, 1, times=(12,), reason=chief)
    if died:
        _death(chart, visit, kind)
    else:
        results = hospital.table(values, (lab.CRP, lab.PCT, lab.LEUKOCYTES, lab.CREATININE))
        _discharge(life, chart, visit, kind, course=_story(kind, antibiotic), results=results, report=report)
    return visit.end.date()


def tolerated(antibiotic: drugs.Drug, life: Life) -> drugs.Drug:
    """The antibiotic, or a cephalosporin instead of a penicillin for who is allergic to it."""
    if life.allergy is PENICILLIN and antibiotic.atc.startswith("J01C"):
        return drugs.CEFTRIAXONE
    return antibiotic


def _discharge(
    life: Life,
    chart: Chart,
    visit: Visit,
    kind: Infection,
    *,
    course: list[str],
    results: list[str],
    report: tuple[str, ...],
) -> None:
    hospital.discharge(
        life,
        chart,
        visit,
        diagnoses=[f"{one.text} ({one.code})" for one in (kind.chief, *kind.also)],
        history=kind.history,
        course=course,
        results=results,
        advice=(
            "Körperliche Schonung für zwei Wochen, Kontrolle von CRP und Blutbild in einer Woche, "
            "Pneumokokkenimpfung prüfen."
        ),
        copy=report,
    )


def _workup(chart: Chart, visit: Visit, kind: Infection, chief: str) -> None:
    lungs = kind.chief in {dx.PNEUMONIA, dx.PNEUMONIA_PNEUMOCOCCI}
    findings.blood_culture(chart, visit, hospital.hours_after(visit, 0.5), kind.culture)
    findings.blood_culture(chart, visit, hospital.hours_after(visit, 1), kind.culture)
    findings.imaging(
        chart,
        visit,
        hospital.hours_after(visit, 1),
        "DX",
        "Röntgen-Thorax in zwei Ebenen",
        text="Flächige Verschattung im rechten Unterfeld mit positivem Bronchoaerogramm."
        if lungs
        else "Keine umschriebenen Verschattungen.",
        conclusion="Pneumonisches Infiltrat rechts basal." if lungs else "Kein Infiltrat, kein Erguss.",
    )
    visits.treat(chart, ops.ECG, hospital.hours_after(visit, 0.75), visit, reason=chief)
    if kind.intensive:
        visits.treat(chart, ops.CENTRAL_LINE, hospital.hours_after(visit, 2), visit, reason=chief)
        visits.treat(chart, ops.MONITORING, hospital.hours_after(visit, 2), visit, minutes=60 * 72, reason=chief)
        if lungs:
            visits.treat(chart, ops.HIGH_FLOW, hospital.hours_after(visit, 3), visit, minutes=60 * 48, reason=chief)


def _story(kind: Infection, antibiotic: drugs.Drug) -> list[str]:
    course = [
        (f"Beginn einer kalkulierten Antibiose mit {antibiotic.substance} unmittelbar nach Abnahme der Blutkulturen.")
    ]
    if kind.intensive:
        course.append(
            f"In den Blutkulturen {kind.culture[1]}. Überwachung und Kreislaufunterstützung auf der Intensivstation."
        )
    course.append(
        "Darunter Entfieberung und stetiger Rückgang der Entzündungswerte. Entlassung in gebessertem Allgemeinzustand."
    )
    return course


def _death(chart: Chart, visit: Visit, kind: Infection) -> None:
    cause = visits.diagnose(
        chart, kind.chief, visit.end.date(), visit=visit, profile=visits.DEATH, role=visits.DISCHARGE
    )
    body = next(one for one in chart.resources if f"Condition/{one['id']}" == cause)
    body["category"] = [
        {
            "coding": [
                {"system": "http://loinc.org", "code": "79378-6", "display": "Cause of death"},
                {"system": "http://snomed.info/sct", "code": "16100001", "display": "Death diagnosis"},
            ]
        }
    ]


def last_stay(life: Life, chance: Chance, died: date) -> None:
    """The stay in which somebody dies, on that day."""
    kind = chance.weighted(KINDS)
    nights = chance.between(4, 12)
    inpatient(life, chance, kind, died - timedelta(days=nights), nights=nights, left="death")
