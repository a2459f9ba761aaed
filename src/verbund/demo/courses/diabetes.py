"""Type 2 diabetes over years: HbA1c that rises, is treated and falls, with its checks and its companions."""

from collections.abc import Sequence
from datetime import date, timedelta

from verbund.demo import findings, medication, papers, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.courses.life import Life, along, every, share
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics, write

# HbA1c in per cent from diagnosis to today, evenly spaced: found late and treated; creeping up; well kept.
TREATED, CREEPING, KEPT = (9.4, 7.6, 7.1, 7.0, 7.2), (6.9, 7.1, 7.6, 8.3, 8.9), (7.0, 6.6, 6.5, 6.7, 6.6)


def diabetes(life: Life, chance: Chance, build: Body) -> None:
    """Some years of diabetes in a disease management programme, a check every quarter."""
    years = chance.within(1.5, 4.0)
    start = life.until - timedelta(days=int(years * 365))
    curve = chance.choice((TREATED, CREEPING, KEPT))
    kidney = chance.happens(0.3)
    onset = max(start - timedelta(days=chance.between(60, 2500)), life.person.birth + timedelta(days=25 * 365))
    condition = known(life, dx.DIABETES_KIDNEY if kidney else dx.DIABETES, onset)
    if kidney:
        known(life, dx.KIDNEY_3, start)
    if chance.happens(0.25):
        known(life, dx.DIABETES_NERVE, start)
        known(life, dx.POLYNEUROPATHY, start)
    keep_taking(life, treatment(chance, onset, start, curve), condition)
    follow_up(life, chance, build, start, curve, condition=condition, gfr=(62.0, 51.0) if kidney else (88.0, 84.0))


def treatment(chance: Chance, onset: date, start: date, curve: Sequence[float]) -> list[tuple[drugs.Drug, date]]:
    """Metformin first, a gliflozin most often, insulin or a GLP-1 agonist where the HbA1c asks for it."""
    taken = [(drugs.METFORMIN, onset)]
    if chance.happens(0.7):
        taken.append((drugs.EMPAGLIFLOZIN, start + timedelta(days=90)))
    elif chance.happens(0.6):
        taken.append((drugs.SITAGLIPTIN, start + timedelta(days=90)))
    if max(curve) > 8.5:
        taken.append((chance.choice((drugs.GLARGINE, drugs.SEMAGLUTIDE)), start + timedelta(days=180)))
    return taken


def follow_up(
    life: Life,
    chance: Chance,
    build: Body,
    start: date,
    curve: Sequence[float],
    *,
    condition: str,
    gfr: Sequence[float],
    end: date | None = None,
    weight: Sequence[float] = (1.0, 0.97),
) -> None:
    """A visit every quarter: pressure, weight, HbA1c, glucose; kidneys and lipids twice a year; feet and eyes once."""
    last = end or life.until
    for number, day in enumerate(every(91, start, last, chance)):
        part = share(day, start, last)
        chart, visit = consult(life, chance, day, "DMP Diabetes mellitus Typ 2")
        measure_basics(
            chart,
            visit,
            chance,
            (build.systolic + 12, build.diastolic + 3),
            build.pulse,
            weight=build.weight * along(weight, part),
        )
        hba1c = chance.around(along(curve, part), 0.15)
        values = {lab.HBA1C: hba1c, lab.GLUCOSE: chance.around(28.7 * hba1c - 46.7, 14)}
        panel: tuple[lab.Analyte, ...] = ()
        if number % 2 == 0:
            rate = chance.around(along(gfr, part), 2.5)
            values |= {lab.GFR: rate, lab.CREATININE: creatinine(rate, female=life.person.is_female)}
            values[lab.ALBUMINURIA] = abs(chance.around(70 if rate < 65 else 14, 9))
            panel = (*lab.KIDNEY, *lab.LIPIDS)
        bloods(chart, visit, chance, panel, values, conclusion=_judged(hba1c))
        if number % 4 == 0:
            visits.treat(chart, ops.FOOT_CHECK, visit.start, visit, reason=condition)
            medication.prescribe(chart, drugs.METFORMIN, visit, reason=condition)
        if number % 4 == 1:
            medication.prescribe(chart, drugs.EMPAGLIFLOZIN, visit, reason=condition)
    yearly_letter(life, chance, last, curve)


def creatinine(gfr: float, *, female: bool) -> float:
    """About the creatinine in mg/dl that gives this filtration rate at 65 years (CKD-EPI 2021, turned round)."""
    kappa = 0.7 if female else 0.9
    top = 142 * 0.9938**65 * (1.012 if female else 1.0)
    return float(kappa * (gfr / top) ** (-1 / 1.2))


def _judged(hba1c: float) -> str:
    shown = f"{hba1c:.1f}".replace(".", ",")
    if hba1c < 7.0:
        return f"HbA1c {shown} %: im Zielbereich."
    return f"HbA1c {shown} %: " + ("leicht über dem Zielbereich." if hba1c < 8.0 else "deutlich über dem Zielbereich.")


def yearly_letter(life: Life, chance: Chance, day: date, curve: Sequence[float]) -> None:
    """The summary of the programme's year."""
    chart, visit = consult(life, chance, day, "DMP Diabetes: Jahresgespräch")
    first, last = (f"{value:.1f}".replace(".", ",") for value in (curve[0], curve[-1]))
    text = (
        f"HbA1c zu Beginn {first} %, zuletzt um {last} %. "
        "Blutdruck, Nierenwerte und Füße wurden regelmäßig kontrolliert. "
        "Augenärztliche Kontrolle jährlich empfohlen. Schulung wurde angeboten."
    )
    visits.treat(chart, ops.DIABETES_EDUCATION, visit.start, visit)
    findings.measure(chart, visit, visit.start, lab.HEART_RATE, chance.around(74, 4))
    write(chart, visit, "DMP-Dokumentation Diabetes mellitus Typ 2", [papers.Section("Verlauf", [text])])
