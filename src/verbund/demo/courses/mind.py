"""Depression: at the practice with PHQ-9, for some in the psychiatric clinic.

Everything of it is labelled psychiatric.
"""

from datetime import date, timedelta

from verbund.demo import findings, medication, papers, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.courses import hospital
from verbund.demo.courses.life import Life, along, every, office_hour
from verbund.demo.courses.practice import Body
from verbund.demo.houses import PRAXIS, UNIKLINIKUM


def depression(life: Life, chance: Chance, build: Body) -> None:
    """The course of one patient; one in three is treated as an inpatient for some weeks."""
    start = life.until - timedelta(days=chance.between(200, 900))
    inpatient = chance.happens(0.35)
    chart = life.at(PRAXIS)
    recurrent = chance.happens(0.5)
    condition = visits.diagnose(chart, dx.DEPRESSION_RECURRENT if recurrent else dx.DEPRESSION, start)
    if chance.happens(0.25):
        visits.diagnose(chart, dx.ANXIETY, start)
    drug = chance.choice((drugs.SERTRALINE, drugs.MIRTAZAPINE, drugs.VENLAFAXINE))
    medication.takes(chart, drug, start, reason=condition, sensitive=True)
    if inpatient:
        latest = max(start + timedelta(days=20), life.until - timedelta(days=40))
        psychiatric_stay(life, chance, min(start + timedelta(days=chance.between(15, 60)), latest), drug)
    end = min(start + timedelta(days=400), life.until)
    for number, day in enumerate(every(50, start, end, chance)):
        doctor = PRAXIS.doctor("hausarzt")
        visit = visits.consultation(
            chart, office_hour(chance, life.free(day)), doctor, minutes=25, reason="Gespräch", sensitive=True
        )
        score = max(1.0, chance.around(along((18, 14, 9, 6), (day - start).days / 400), 1.5))
        findings.measure(chart, visit, visit.start, lab.PHQ9, score)
        if number % 2 == 0:
            medication.prescribe(chart, drug, visit, reason=condition)
            findings.measure(chart, visit, visit.start, lab.HEART_RATE, chance.around(build.pulse, 3))


def psychiatric_stay(life: Life, chance: Chance, day: date, drug: drugs.Drug) -> None:
    """Some weeks in the psychiatric clinic; the letter stays there unless the patient's consent lets it go."""
    nights = min(chance.between(18, 34), (life.until - day).days - 2)
    chart, visit = hospital.admit(
        life, chance, day, nights, "psychiatrie", reason="Schwere depressive Episode", sensitive=True
    )
    chief = visits.diagnose(chart, dx.DEPRESSION_SEVERE, day, visit=visit, role=visits.CHIEF)
    for week in range(nights // 7 + 1):
        moment = hospital.hours_after(visit, 26 + 168 * week)
        if moment < visit.end:
            visits.treat(chart, ops.PSYCHOTHERAPY, moment, visit, minutes=50, reason=chief)
            findings.measure(chart, visit, moment, lab.PHQ9, along((22, 15, 9), week / max(1, nights // 7)))
    hospital.series(chart, visit, chance, (0,), {}, panel=(*lab.BLOOD_COUNT, *lab.KIDNEY, *lab.LIVER, lab.TSH))
    medication.takes(chart, drug, day, visit=visit, reason=chief, sensitive=True)
    sections = [
        papers.Section("Diagnose", [f"- {dx.DEPRESSION_SEVERE.text} ({dx.DEPRESSION_SEVERE.code})"]),
        papers.Section(
            "Verlauf",
            ["Unter Psychotherapie und medikamentöser Behandlung deutliche Stimmungsaufhellung, keine Suizidalität."],
        ),
        papers.Section("Medikation", [f"- {drug.product}, {drug.scheme}"]),
        papers.Section(
            "Empfehlung", ["Ambulante Psychotherapie, Fortführung der Medikation für mindestens sechs Monate."]
        ),
    ]
    subject = f"Entlassbrief: stationärer Aufenthalt vom {visit.start:%d.%m.%Y} bis {visit.end:%d.%m.%Y}"
    text = papers.letter(chart, UNIKLINIKUM.doctor("psychiatrie"), visit.end, subject, sections)
    papers.file(chart, visit, visit.end, papers.DISCHARGE, text, pdf=True, description="Entlassbrief Psychiatrie")
