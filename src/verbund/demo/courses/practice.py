"""What happens in a general practice, whatever the disease: consultations, measuring, prescriptions, letters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from verbund.demo import findings, medication, papers, visits
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue.diagnoses import Diagnosis
from verbund.demo.catalogue.drugs import Drug
from verbund.demo.catalogue.laboratory import Analyte
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses.life import Life, office_hour
from verbund.demo.houses import PRAXIS, House


@dataclass(frozen=True, slots=True)
class Body:
    """How somebody is built and what their circulation is like when nothing acts on it."""

    height: float
    weight: float
    systolic: float
    diastolic: float
    pulse: float


def body(chance: Chance, *, female: bool, age: int) -> Body:
    """A build that fits sex and age."""
    height = chance.around(164 if female else 178, 6) if age >= 16 else min(165, 52 + 7.2 * age)
    bmi = chance.around(27 if age > 30 else 23, 3.2) if age >= 16 else 15.5 + age * 0.3
    systolic = chance.around(118 + max(0, age - 30) * 0.35, 8) if age >= 12 else chance.around(100, 6)
    return Body(
        height, bmi * height * height / 10_000, systolic, systolic * 0.6 + chance.around(6, 3), chance.around(72, 6)
    )


def consult(life: Life, chance: Chance, day: date, reason: str) -> tuple[Chart, Visit]:
    """A consultation at the practice, most often with Dr. Weber."""
    chart = life.at(PRAXIS)
    doctor = PRAXIS.doctor("hausarzt", 1 if chance.happens(0.2) else 0)
    return chart, visits.consultation(
        chart, office_hour(chance, life.free(day)), doctor, minutes=chance.choice((10, 15, 20)), reason=reason
    )


def measure_basics(
    chart: Chart,
    visit: Visit,
    chance: Chance,
    pressure: tuple[float, float],
    pulse: float,
    *,
    weight: float | None = None,
) -> None:
    """Blood pressure and heart rate, and weight where it matters."""
    systolic, diastolic = pressure
    findings.blood_pressure(chart, visit, visit.start, chance.around(systolic, 5), chance.around(diastolic, 3))
    findings.measure(chart, visit, visit.start, lab.HEART_RATE, chance.around(pulse, 4))
    if weight is not None:
        findings.measure(chart, visit, visit.start, lab.WEIGHT, chance.around(weight, 0.6))


def bloods(
    chart: Chart,
    visit: Visit,
    chance: Chance,
    panel: Iterable[Analyte],
    values: Mapping[Analyte, float],
    *,
    conclusion: str | None = None,
) -> tuple[str, ...]:
    """Laboratory results: the panel as in health, but for the values given."""
    drawn = findings.usual(chance, [analyte for analyte in panel if analyte not in values])
    return findings.laboratory(chart, visit, visit.start, {**drawn, **values}, conclusion=conclusion)


def keep_taking(
    life: Life, drugs: Sequence[tuple[Drug, date]], condition: str | None = None, *, sensitive: bool = False
) -> None:
    """Long-term medication on the practice's medication plan."""
    chart = life.at(PRAXIS)
    for drug, since in drugs:
        medication.takes(chart, drug, min(since, life.until), reason=condition, sensitive=sensitive)


def known(life: Life, diagnosis: Diagnosis, since: date) -> str:
    """A lasting condition on the practice's problem list."""
    onset = min(since, life.until)
    life.problems.append((diagnosis, onset))
    return visits.diagnose(life.at(PRAXIS), diagnosis, onset, onset=onset)


def write(
    chart: Chart,
    visit: Visit,
    subject: str,
    sections: Sequence[papers.Section],
    *,
    to: House | None = None,
    pdf: bool = False,
) -> str:
    """A doctor's letter at the end of a contact."""
    text = papers.letter(chart, visit.doctor, visit.end, subject, sections, to=to)
    return papers.file(chart, visit, visit.end, papers.LETTER, text, pdf=pdf, description=subject)
