"""What happens in rehabilitation, whatever the disease: therapies by the week, scores that rise, the final report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from verbund.demo import findings, papers, visits
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue.diagnoses import Diagnosis
from verbund.demo.catalogue.drugs import Drug
from verbund.demo.catalogue.laboratory import Analyte, Sign
from verbund.demo.catalogue.procedures import Treatment
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses.hospital import on_discharge
from verbund.demo.courses.life import Life, along, at_time
from verbund.demo.houses import PRAXIS, REHA

Curve = Sequence[float]


@dataclass(frozen=True, slots=True)
class Programme:
    """What a rehabilitation is about: therapies a week with the number of units, scores and laboratory over the stay.

    `in_detail` records every unit of therapy and daily pressure, pulse, weight and fasting glucose.
    """

    department: str
    reason: str
    diagnoses: Sequence[tuple[Diagnosis, date]]
    therapies: Mapping[Treatment, int]
    scores: Mapping[Sign, Curve]
    laboratory: Mapping[Analyte, Curve] = field(default_factory=dict)
    drugs: Sequence[Drug] = ()
    history: str = ""
    outcome: str = ""
    advice: str = ""
    in_detail: bool = False


def rehabilitate(life: Life, chance: Chance, day: date, weeks: int, programme: Programme) -> date:
    """A stay of some weeks at the rehabilitation clinic; returns the day after discharge."""
    chart = life.at(REHA)
    doctor = REHA.doctor(programme.department)
    start, end = at_time(day, 11, 30), at_time(day + timedelta(days=7 * weeks), 9, 30)
    life.goes_away(start.date(), end.date())
    visit = visits.stay(chart, start, end, doctor, admitted=visits.TRANSFERRED, reason=programme.reason)
    life.stays.append((chart, visit))
    visits.on_ward(chart, visit, programme.department, start, end, room=f"Zimmer {chance.between(101, 240)}")
    named = [
        visits.diagnose(
            chart, diagnosis, day, visit=visit, onset=onset, role=visits.CHIEF if not place else visits.COMORBID
        )
        for place, (diagnosis, onset) in enumerate(programme.diagnoses)
    ]
    for week in range(weeks):
        _week(chart, visit, chance, programme, week, weeks=weeks, condition=named[0])
    for sign, curve in programme.scores.items():
        last = end - timedelta(hours=1)
        findings.measure(chart, visit, last, sign, along(curve, 1.0), note="Entlassungsbefund")
    if programme.laboratory:
        _blood(chart, visit, chance, programme, 0)
        _blood(chart, visit, chance, programme, weeks)
    on_discharge(chart, visit, programme.drugs)
    _report(life, chart, visit, programme, weeks)
    return end.date() + timedelta(days=1)


def _week(
    chart: Chart, visit: Visit, chance: Chance, programme: Programme, week: int, *, weeks: int, condition: str
) -> None:
    monday = visit.start.date() + timedelta(days=7 * week)
    part = week / weeks
    for sign, curve in programme.scores.items():
        findings.measure(chart, visit, at_time(monday, 13, 15), sign, along(curve, part))
    for offset in range(1, 8) if programme.in_detail else (1, 4):
        moment = at_time(monday + timedelta(days=offset), 7, 30)
        findings.blood_pressure(chart, visit, moment, chance.around(128, 5), chance.around(76, 3))
        findings.measure(chart, visit, moment, lab.HEART_RATE, chance.around(70, 4))
        if programme.in_detail:
            findings.measure(chart, visit, moment, lab.WEIGHT, chance.around(80.4 - week * 0.3, 0.3))
            findings.measure(chart, visit, moment, lab.GLUCOSE_BEDSIDE, chance.around(128 - 4 * week, 9))
    for place, (treatment, units) in enumerate(programme.therapies.items()):
        if programme.in_detail:
            for unit in range(units):
                moment = at_time(monday + timedelta(days=1 + unit % 5), 9 + place % 7, 0 if unit < 5 else 30)
                visits.treat(chart, treatment, moment, visit, minutes=30, reason=condition)
        else:
            moment = at_time(monday + timedelta(days=1), 9 + place % 7)
            visits.treat(
                chart, treatment, moment, visit, minutes=30, reason=condition, note=f"{units} Einheiten in dieser Woche"
            )


def _blood(chart: Chart, visit: Visit, chance: Chance, programme: Programme, week: int) -> None:
    nights = (visit.end.date() - visit.start.date()).days
    moment = at_time(visit.start.date() + timedelta(days=min(7 * week + 1, nights)), 7)
    values = findings.usual(chance, [analyte for analyte in lab.BLOOD_COUNT if analyte not in programme.laboratory])
    for analyte, curve in programme.laboratory.items():
        mean = along(curve, min(1.0, 7 * week / max(1, nights)))
        values[analyte] = max(0.0, chance.around(mean, 0.03 * mean))
    findings.laboratory(chart, visit, moment, values)


def _report(life: Life, chart: Chart, visit: Visit, programme: Programme, weeks: int) -> None:
    therapies = [f"- {treatment.text}: {units * weeks} Einheiten" for treatment, units in programme.therapies.items()]
    scores = [
        f"- {sign.german}: Aufnahme {_shown(curve[0], sign)}, Entlassung {_shown(curve[-1], sign)} {sign.unit}"
        for sign, curve in programme.scores.items()
    ]
    sections = [
        papers.Section("Diagnosen", [f"- {one.text} ({one.code})" for one, _ in programme.diagnoses]),
        papers.Section("Vorgeschichte", [programme.history]),
        papers.Section("Therapien", therapies),
        papers.Section("Befunde", scores),
        papers.Section("Rehabilitationsergebnis", [programme.outcome]),
        papers.Section("Medikation bei Entlassung", [f"- {drug.product}, {drug.scheme}" for drug in programme.drugs]),
        papers.Section("Empfehlung", [programme.advice]),
    ]
    subject = f"Entlassungsbericht: Rehabilitation vom {visit.start:%d.%m.%Y} bis {visit.end:%d.%m.%Y}"
    text = papers.letter(chart, visit.doctor, visit.end, subject, sections, to=PRAXIS)
    reference = papers.file(
        chart, visit, visit.end, papers.REHABILITATION, text, pdf=True, description="Entlassungsbericht Rehabilitation"
    )
    if PRAXIS.name not in life.elsewhere:
        papers.copy_document(chart, reference, life.at(PRAXIS))


def _shown(value: float, sign: Sign) -> str:
    return f"{value:.{sign.decimals}f}".replace(".", ",")
