"""Heart failure: years of control at the practice, one decompensation in hospital, rehabilitation, control again."""

from collections.abc import Sequence
from datetime import date, timedelta

from verbund.demo import findings, medication, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses import hospital, rehabilitation
from verbund.demo.courses.diabetes import creatinine
from verbund.demo.courses.life import Life, along, every, share
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics
from verbund.demo.houses import UNIKLINIKUM

BASIC = (drugs.RAMIPRIL, drugs.BISOPROLOL, drugs.EMPAGLIFLOZIN, drugs.SPIRONOLACTONE)
AFTER = (drugs.SACUBITRIL, drugs.BISOPROLOL, drugs.EMPAGLIFLOZIN, drugs.SPIRONOLACTONE, drugs.TORASEMIDE)


def heart_failure(life: Life, chance: Chance, build: Body) -> None:
    """The course of one patient; two in three are admitted once."""
    start = life.until - timedelta(days=chance.between(500, 1300))
    ischaemic = chance.happens(0.5)
    condition = known(life, dx.HEART_FAILURE_2, start)
    known(life, dx.CORONARY if ischaemic else dx.HYPERTENSIVE_HEART, start - timedelta(days=chance.between(100, 1500)))
    if chance.happens(0.35):
        known(life, dx.ATRIAL_FIBRILLATION, start)
        keep_taking(life, ((drugs.APIXABAN, start),))
    keep_taking(life, [(drug, start) for drug in BASIC], condition)
    if not chance.happens(0.67):
        control(life, chance, build, (start, life.until), (700, 600, 650))
        return
    worse = life.until - timedelta(days=chance.between(90, 300))
    control(life, chance, build, (start, worse - timedelta(days=12)), (700, 900, 1800))
    home = decompensation(life, chance, build, worse, chance.between(7, 12))
    if chance.happens(0.6):
        home = cardiac_rehabilitation(life, chance, home + timedelta(days=chance.between(1, 7)), build, worse)
    control(life, chance, build, (home + timedelta(days=5), life.until), (1500, 1000, 850))


def control(
    life: Life,
    chance: Chance,
    build: Body,
    period: tuple[date, date],
    ntprobnp: Sequence[float],
    *,
    days: int = 70,
) -> None:
    """Visits with pressure, weight and every second time blood."""
    start, end = period
    for number, day in enumerate(every(days, start, end, chance)):
        part = share(day, start, end)
        chart, visit = consult(life, chance, day, "Kontrolle Herzinsuffizienz")
        measure_basics(
            chart,
            visit,
            chance,
            (build.systolic - 4, build.diastolic - 3),
            build.pulse,
            weight=build.weight + along((0, 1.5), part),
        )
        if number % 2 == 0:
            rate = chance.around(63, 3)
            values = {
                lab.NTPROBNP: abs(chance.around(along(ntprobnp, part), 60)),
                lab.GFR: rate,
                lab.CREATININE: creatinine(rate, female=life.person.is_female),
            }
            bloods(chart, visit, chance, lab.KIDNEY, values)
        if number % 4 == 0:
            medication.prescribe(chart, chance.choice(BASIC), visit)


CONGESTED = hospital.Bedside(
    systolic=(148, 126, 118), diastolic=(92, 78, 72), pulse=(104, 86, 70), oxygen=(90, 94, 97), breathing=(24, 18, 14)
)


def decompensation(life: Life, chance: Chance, build: Body, day: date, nights: int) -> date:
    """Admission with dyspnoea and oedema, diuretics, echocardiography, discharge; returns the day of discharge."""
    chart, sent = consult(life, chance, day, "Atemnot, Beinödeme, 5 kg Gewichtszunahme")
    measure_basics(chart, sent, chance, (150, 94), 102, weight=build.weight + 6)
    findings.measure(chart, sent, sent.start, lab.OXYGEN, 91)
    visits.refer(chart, sent, sent.end, UNIKLINIKUM, "Einweisung: dekompensierte Herzinsuffizienz")
    clinic, visit = hospital.admit(
        life,
        chance,
        sent.start.date(),
        nights,
        "kardiologie",
        admitted=visits.EMERGENCY,
        reason="Dekompensierte Herzinsuffizienz",
        sent=sent,
    )
    first = visit.start.date()
    chief = visits.diagnose(clinic, dx.HEART_FAILURE_4, first, visit=visit, role=visits.CHIEF)
    visits.diagnose(clinic, dx.HYPERTENSION, first, visit=visit)
    hospital.rounds(clinic, visit, chance, CONGESTED, weights=(build.weight + 6, build.weight + 2, build.weight))
    ejection = _pictures(clinic, visit, chance, chief)
    curves = {
        lab.NTPROBNP: (7400, 4100, 1900),
        lab.CREATININE: (1.35, 1.5, 1.15),
        lab.GFR: (46, 41, 57),
        lab.POTASSIUM: (4.6, 3.7, 4.3),
        lab.SODIUM: (133, 136, 139),
        lab.TROPONIN: (32, 25, 18),
    }
    report, values = hospital.series(
        clinic, visit, chance, range(0, nights, 2), curves, panel=(*lab.BLOOD_COUNT, lab.CRP)
    )
    hospital.treat_daily(clinic, visit, drugs.FUROSEMIDE_IV, 0, nights // 2, times=(8, 14), reason=chief)
    hospital.on_discharge(clinic, visit, AFTER)
    results = hospital.table(values, (lab.NTPROBNP, lab.CREATININE, lab.POTASSIUM, lab.SODIUM))
    _discharge(life, clinic, visit, ejection, results=results, report=report)
    return visit.end.date()


def _pictures(clinic: Chart, visit: Visit, chance: Chance, chief: str) -> float:
    """ECG, echocardiography and chest radiograph; returns the ejection fraction."""
    ejection = chance.around(34, 4)
    visits.treat(clinic, ops.ECG, hospital.hours_after(visit, 0.5), visit, reason=chief)
    visits.treat(clinic, ops.ECHO, hospital.hours_after(visit, 20), visit, minutes=30, reason=chief)
    findings.measure(clinic, visit, hospital.hours_after(visit, 20), lab.EJECTION, ejection)
    findings.imaging(
        clinic,
        visit,
        hospital.hours_after(visit, 1),
        "DX",
        "Röntgen-Thorax in zwei Ebenen",
        text="Herz verbreitert. Gefäßzeichnung vermehrt, Pleuraergüsse beidseits, rechts mehr als links.",
        conclusion="Zentrale Stauung mit beidseitigen Pleuraergüssen. Kein Infiltrat.",
    )
    return ejection


def _discharge(
    life: Life, clinic: Chart, visit: Visit, ejection: float, *, results: Sequence[str], report: Sequence[str]
) -> None:
    hospital.discharge(
        life,
        clinic,
        visit,
        diagnoses=[
            f"{dx.HEART_FAILURE_4.text} ({dx.HEART_FAILURE_4.code}), LVEF {ejection:.0f} %",
            "Arterielle Hypertonie (I10.90)",
        ],
        history="Seit zehn Tagen zunehmende Atemnot, zuletzt beim Sprechen, Schlafen nur noch im Sitzen, Beinödeme.",
        course=[
            "Unter intravenöser Furosemidgabe gute Ausscheidung und Rückgang der Ödeme, Gewicht um etwa 6 kg gesunken.",
            f"Echokardiographisch LVEF {ejection:.0f} %, keine Vitien. Umstellung auf Sacubitril/Valsartan.",
        ],
        results=results,
        drugs=AFTER,
        advice=(
            "Tägliches Wiegen, bei Zunahme über 2 kg in drei Tagen Vorstellung. "
            "Kontrolle von Kalium und Nierenwerten in einer Woche."
        ),
        copy=report,
    )


def cardiac_rehabilitation(life: Life, chance: Chance, day: date, build: Body, onset: date) -> date:
    """Three weeks after the hospital; returns the day after discharge."""
    programme = rehabilitation.Programme(
        department="kardio",
        reason="Anschlussrehabilitation nach dekompensierter Herzinsuffizienz",
        diagnoses=((dx.HEART_FAILURE_3, onset), (dx.HYPERTENSION, onset)),
        therapies={ops.ERGOMETER: 5, ops.PHYSIOTHERAPY: 3, ops.NUTRITION: 1, ops.EDUCATION: 2},
        scores={
            lab.WALKING: (chance.around(240, 30), chance.around(350, 30)),
            lab.WEIGHT: (build.weight, build.weight - 1.2),
        },
        laboratory={lab.NTPROBNP: (1700, 1050), lab.POTASSIUM: (4.4, 4.5), lab.CREATININE: (1.15, 1.1)},
        drugs=AFTER,
        history="Übernahme aus dem Universitätsklinikum Lindtal nach Rekompensation.",
        outcome="Gehstrecke und Belastbarkeit deutlich gebessert, keine Ödeme, NYHA II bis III.",
        advice="Teilnahme an einer Herzgruppe. Kontrolle von Blutdruck, Gewicht und Nierenwerten alle vier Wochen.",
    )
    return rehabilitation.rehabilitate(life, chance, day, 3, programme)
