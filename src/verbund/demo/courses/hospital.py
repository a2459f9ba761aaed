"""What happens in a hospital stay, whatever the disease: wards, rounds, laboratory, the discharge letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from verbund.demo import findings, medication, papers, visits
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue.drugs import Drug
from verbund.demo.catalogue.laboratory import Analyte
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses.life import Life, along, at_time
from verbund.demo.houses import PRAXIS, UNIKLINIKUM

Curve = Sequence[float]


@dataclass(frozen=True, slots=True)
class Bedside:
    """How vital signs move from admission to discharge; each a curve of evenly spaced points."""

    systolic: Curve = (132.0, 126.0)
    diastolic: Curve = (78.0, 76.0)
    pulse: Curve = (82.0, 74.0)
    temperature: Curve = (36.8, 36.6)
    oxygen: Curve = (96.0, 97.0)
    breathing: Curve = (16.0, 14.0)


CALM = Bedside()


def admit(
    life: Life,
    chance: Chance,
    day: date,
    nights: int,
    department: str,
    *,
    admitted: tuple[str, str] = visits.REFERRED,
    left: str = "home",
    reason: str,
    wards: Sequence[tuple[str, float]] = (),
    sensitive: bool = False,
    sent: Visit | None = None,
) -> tuple[Chart, Visit]:
    """A stay at the university hospital; `wards` are departments with the part of the stay at which each ends.

    Who was `sent` by the practice arrives an hour and a half after leaving it.
    """
    chart = life.at(UNIKLINIKUM)
    doctor = UNIKLINIKUM.doctor(department)
    hour = chance.between(6, 21) if admitted is visits.EMERGENCY else chance.between(8, 11)
    start = at_time(day, hour, chance.choice((5, 20, 35, 50)))
    if sent:
        start = sent.end + timedelta(minutes=90)
    end = at_time(day + timedelta(days=nights), 20 if left == "death" else 11, chance.choice((0, 15, 30)))
    life.goes_away(start.date(), end.date())
    visit = visits.stay(chart, start, end, doctor, admitted=admitted, left=left, reason=reason, sensitive=sensitive)
    life.stays.append((chart, visit))
    begin = start
    for ward, part in wards or ((department, 1.0),):
        until = end if part >= 1 else start + timedelta(seconds=int((end - start).total_seconds() * part / 900) * 900)
        visits.on_ward(chart, visit, ward, begin, until, room=f"Zimmer {chance.between(1, 14)}")
        begin = until
    return chart, visit


def rounds(
    chart: Chart,
    visit: Visit,
    chance: Chance,
    bedside: Bedside = CALM,
    *,
    per_day: int = 1,
    weights: Curve | None = None,
) -> None:
    """Vital signs so many times a day, and the weight every morning where it matters."""
    length = visit.end - visit.start
    nights = (visit.end.date() - visit.start.date()).days
    for number in range(nights * per_day):
        moment = visit.start + timedelta(minutes=20) + length * (number / max(1, nights * per_day))
        moment = moment.replace(second=0, microsecond=0)
        part = (moment - visit.start) / length
        findings.blood_pressure(
            chart,
            visit,
            moment,
            chance.around(along(bedside.systolic, part), 5),
            chance.around(along(bedside.diastolic, part), 3),
        )
        findings.measure(chart, visit, moment, lab.HEART_RATE, chance.around(along(bedside.pulse, part), 4))
        findings.measure(chart, visit, moment, lab.TEMPERATURE, chance.around(along(bedside.temperature, part), 0.15))
        oxygen = min(100.0, chance.around(along(bedside.oxygen, part), 0.8))
        findings.measure(chart, visit, moment, lab.OXYGEN, oxygen)
        if per_day > 1:
            findings.measure(chart, visit, moment, lab.BREATHING, chance.around(along(bedside.breathing, part), 1))
    if weights:
        for day in range(nights):
            morning = at_time(visit.start.date() + timedelta(days=day + 1), 6, 40)
            findings.measure(chart, visit, morning, lab.WEIGHT, along(weights, day / max(1, nights - 1)))


def series(
    chart: Chart,
    visit: Visit,
    chance: Chance,
    days: Sequence[int],
    curves: Mapping[Analyte, Curve],
    *,
    panel: Sequence[Analyte] = lab.BLOOD_COUNT,
    scatter: float = 0.04,
    conclusions: Mapping[int, str] | None = None,
) -> tuple[tuple[str, ...], dict[Analyte, list[float]]]:
    """Laboratory on the days of the stay counted from admission: values along their curves, the panel as in health.

    Returns the references of the last report with its results, and all values by analyte in order of time.
    """
    nights = max(1, (visit.end.date() - visit.start.date()).days)
    taken: dict[Analyte, list[float]] = {}
    references: tuple[str, ...] = ()
    for day in days:
        moment = (
            visit.start + timedelta(minutes=30)
            if day == 0
            else at_time(visit.start.date() + timedelta(days=day), 6, 30)
        )
        values = findings.usual(chance, [analyte for analyte in panel if analyte not in curves])
        for analyte, curve in curves.items():
            mean = along(curve, day / nights)
            values[analyte] = max(0.0, chance.around(mean, scatter * mean))
        for analyte, value in values.items():
            taken.setdefault(analyte, []).append(value)
        references = findings.laboratory(chart, visit, moment, values, conclusion=(conclusions or {}).get(day))
    return references, taken


def treat_daily(
    chart: Chart,
    visit: Visit,
    drug: Drug,
    first: int,
    last: int,
    *,
    times: Sequence[int] = (8,),
    reason: str | None = None,
) -> None:
    """Doses given on days of the stay (0 is admission), at these hours where the stay covers them."""
    for day in range(first, last + 1):
        for hour in times:
            moment = at_time(visit.start.date() + timedelta(days=day), hour)
            if visit.start < moment < visit.end:
                medication.give(chart, drug, visit, moment, reason=reason)


def table(values: Mapping[Analyte, Sequence[float]], analytes: Sequence[Analyte]) -> list[str]:
    """Lines of a letter: first, highest and last value of each analyte that was measured."""
    lines = []
    for analyte in analytes:
        taken = values.get(analyte)
        if taken:
            shown = [f"{value:.{analyte.decimals}f}".replace(".", ",") for value in (taken[0], max(taken), taken[-1])]
            lines.append(
                f"- {analyte.german}: Aufnahme {shown[0]}, höchster {shown[1]}, Entlassung {shown[2]} {analyte.unit}"
            )
    return lines


def discharge(
    life: Life,
    chart: Chart,
    visit: Visit,
    *,
    diagnoses: Sequence[str],
    history: str,
    course: Sequence[str],
    results: Sequence[str] = (),
    drugs: Sequence[Drug] = (),
    advice: str,
    pdf: bool = True,
    copy: Sequence[str] = (),
) -> str:
    """The discharge letter, sent to the practice with a copy of the last laboratory report (`copy`) where given."""
    person = chart.person
    sections = [
        papers.Section("Diagnosen", [f"- {one}" for one in diagnoses]),
        papers.Section("Anamnese", [history]),
        papers.Section("Verlauf", list(course)),
    ]
    if results:
        sections.append(papers.Section("Laborwerte", list(results)))
    if drugs:
        sections.append(
            papers.Section("Medikation bei Entlassung", [f"- {drug.product}, {drug.scheme}" for drug in drugs])
        )
    sections.append(papers.Section("Empfehlung", [advice]))
    subject = f"Entlassbrief: stationärer Aufenthalt vom {visit.start:%d.%m.%Y} bis {visit.end:%d.%m.%Y}"
    text = papers.letter(chart, visit.doctor, visit.end, subject, sections, to=PRAXIS)
    description = f"Entlassbrief {chart.house.department(visit.department).title}"
    reference = papers.file(chart, visit, visit.end, papers.DISCHARGE, text, pdf=pdf, description=description)
    if not person.died and PRAXIS.name not in life.elsewhere:
        practice = life.at(PRAXIS)
        papers.copy_document(chart, reference, practice)
        if copy:
            findings.copy_report(chart, copy, practice)
    return reference


def on_discharge(chart: Chart, visit: Visit, drugs: Sequence[Drug], *, since: date | None = None) -> None:
    """The medication somebody leaves with, as the hospital states it."""
    for drug in drugs:
        medication.takes(
            chart, drug, since or visit.end.date(), asserted=visit.end.date(), visit=visit, sensitive=visit.sensitive
        )


def hours_after(visit: Visit, hours: float) -> datetime:
    """A time so many hours after admission, within the stay."""
    moment = visit.start + timedelta(minutes=int(hours * 60))
    return min(moment, visit.end)


def known_conditions(life: Life) -> None:
    """Let every stay name what the patient already had when it began, and measure the HbA1c of diabetics."""
    for chart, visit in life.stays:
        first = visit.start.date()
        named = _named(chart, visit)
        for diagnosis, onset in life.problems:
            if onset < first and diagnosis.code not in named and not diagnosis.psychiatric:
                visits.diagnose(chart, diagnosis, first, visit=visit, onset=onset)
        if any(diagnosis.code.startswith("E11") and onset < first for diagnosis, onset in life.problems):
            chance = life.chance.part("sugar", visit.reference)
            values = {lab.HBA1C: chance.around(7.9, 0.6), lab.GLUCOSE: chance.around(182, 30)}
            findings.laboratory(chart, visit, hours_after(visit, 2), values)


def _named(chart: Chart, visit: Visit) -> set[str]:
    """The ICD codes that a stay names so far."""
    return {
        one["code"]["coding"][0]["code"]
        for one in chart.resources
        if one["resourceType"] == "Condition" and one.get("encounter", {}).get("reference") == visit.reference
    }
