"""What most people see their family doctor for, and the conditions that come with age."""

from collections.abc import Callable
from datetime import date, timedelta

from verbund.demo import findings, medication, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.courses.life import Life, every
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics
from verbund.demo.houses import PRAXIS

_COMPLAINTS = {
    dx.COLD: ("Husten, Schnupfen, Halsschmerzen", drugs.PARACETAMOL),
    dx.BRONCHITIS: ("Husten mit Auswurf", drugs.SALBUTAMOL),
    dx.GASTROENTERITIS: ("Durchfall und Erbrechen", None),
    dx.SINUSITIS: ("Druck über den Nasennebenhöhlen", drugs.IBUPROFEN),
    dx.LOW_BACK_PAIN: ("Rückenschmerzen", drugs.IBUPROFEN),
    dx.SPRAIN: ("Umgeknickt", drugs.IBUPROFEN),
    dx.URINARY_INFECTION: ("Brennen beim Wasserlassen", drugs.FOSFOMYCIN),
    dx.EAR_INFECTION: ("Ohrenschmerzen", drugs.AMOXICILLIN),
}


def family_practice(life: Life, chance: Chance, build: Body) -> None:
    """Three years of allergies, vaccinations, check-ups and minor illness."""
    person = life.person
    start = max(life.until - timedelta(days=3 * 365), person.birth + timedelta(days=40))
    chart = life.at(PRAXIS)
    if life.allergy:
        medication.allergic(chart, life.allergy, start)
    _vaccinations(life, chance, start)
    _check_up(life, chance, build, start)
    for _ in range(chance.between(0, 3)):
        _minor_illness(life, chance, start, child=person.age(life.until) < 12)


def _day(chance: Chance, start: date, end: date) -> date:
    return start + timedelta(days=chance.between(0, max(0, (end - start).days)))


def _vaccinations(life: Life, chance: Chance, start: date) -> None:
    chart, age = life.at(PRAXIS), life.person.age(life.until)
    if age < 18:
        medication.vaccinate(chart, drugs.MEASLES, start)
        medication.vaccinate(chart, drugs.TETANUS, _day(chance, start, life.until))
        return
    if chance.happens(0.6 if age >= 60 else 0.2):
        for year in range(start.year, life.until.year + 1):
            day = date(year, 10, 1) + timedelta(days=chance.between(0, 45))
            if start <= day <= life.until:
                medication.vaccinate(chart, drugs.INFLUENZA, day)
    if age >= 60 and chance.happens(0.45):
        medication.vaccinate(chart, chance.choice((drugs.PNEUMOCOCCAL, drugs.ZOSTER)), _day(chance, start, life.until))
    if chance.happens(0.3):
        medication.vaccinate(chart, drugs.TETANUS, _day(chance, start, life.until))


def _check_up(life: Life, chance: Chance, build: Body, start: date) -> None:
    age = life.person.age(life.until)
    if age >= 35 and not chance.happens(0.6):
        return
    day = _day(chance, start, life.until)
    chart, visit = consult(life, chance, max(day, start), "Gesundheitsuntersuchung" if age >= 18 else "Vorsorge")
    visits.diagnose(
        chart,
        dx.CHECK_UP if age >= 18 else dx.CHILD_CHECK,
        visit.start.date(),
        visit=visit,
        resolved=visit.start.date(),
    )
    findings.measure(chart, visit, visit.start, lab.HEIGHT, build.height)
    measure_basics(chart, visit, chance, (build.systolic, build.diastolic), build.pulse, weight=build.weight)
    if age >= 35:
        bloods(chart, visit, chance, (*lab.BLOOD_COUNT, lab.GLUCOSE, lab.CREATININE, lab.GFR, *lab.LIPIDS, lab.TSH), {})


def _minor_illness(life: Life, chance: Chance, start: date, *, child: bool) -> None:
    choices = dx.MINOR_CHILD if child else (*dx.MINOR, dx.URINARY_INFECTION) if life.person.is_female else dx.MINOR
    diagnosis = chance.choice(choices)
    reason, drug = _COMPLAINTS[diagnosis]
    latest = max(start, life.until - timedelta(days=20))
    chart, visit = consult(life, chance, _day(chance, start, latest), reason)
    day = visit.start.date()
    condition = visits.diagnose(
        chart,
        diagnosis,
        day,
        visit=visit,
        role=visits.CHIEF,
        resolved=min(day + timedelta(days=chance.between(5, 16)), life.until),
    )
    if diagnosis in {dx.BRONCHITIS, dx.COLD, dx.EAR_INFECTION} and chance.happens(0.5):
        findings.measure(chart, visit, visit.start, lab.TEMPERATURE, chance.around(37.8, 0.5))
        if not child:
            bloods(
                chart,
                visit,
                chance,
                lab.BLOOD_COUNT,
                {lab.CRP: abs(chance.around(18, 9)), lab.LEUKOCYTES: chance.around(9.8, 1.4)},
            )
    if drug:
        medication.prescribe(chart, drug, visit, reason=condition)


def _follow(
    life: Life,
    chance: Chance,
    build: Body,
    since: date,
    reason: str,
    *,
    days: int,
    systolic: float,
    panel: tuple[lab.Analyte, ...] = (),
) -> None:
    """Regular visits for something that lasts, with blood drawn about once a year."""
    for number, day in enumerate(every(days, since, life.until, chance)):
        chart, visit = consult(life, chance, day, reason)
        measure_basics(chart, visit, chance, (systolic, systolic * 0.58 + 8), build.pulse)
        if panel and number % 3 == 0:
            bloods(chart, visit, chance, panel, {})


def _since(life: Life, chance: Chance, years: float) -> date:
    earliest = life.person.birth + timedelta(days=20 * 365)
    return max(life.until - timedelta(days=int(years * 365 * chance.within(0.5, 1.0))), earliest)


def hypertension(life: Life, chance: Chance, build: Body) -> None:
    """High blood pressure, controlled in half a year by one or two drugs."""
    since = _since(life, chance, 9)
    condition = known(life, dx.HYPERTENSION, since)
    first = chance.choice((drugs.RAMIPRIL, drugs.CANDESARTAN))
    added = chance.choice((drugs.AMLODIPINE, drugs.AMLODIPINE, drugs.HCT))
    second = ((added, since + timedelta(days=200)),) if chance.happens(0.5) else ()
    keep_taking(life, ((first, since), *second), condition)
    start = max(since, life.until - timedelta(days=800))
    _follow(
        life,
        chance,
        build,
        start,
        "Blutdruckkontrolle",
        days=150,
        systolic=chance.around(138, 6),
        panel=(*lab.KIDNEY, *lab.LIPIDS, lab.URATE),
    )


def lungs(life: Life, chance: Chance, build: Body) -> None:
    """COPD with spirometry; one in three has an exacerbation treated at home."""
    since = _since(life, chance, 7)
    condition = known(life, dx.COPD, since)
    third = ((drugs.BUDESONIDE, since),) if chance.happens(0.3) else ()
    keep_taking(life, ((drugs.TIOTROPIUM, since), (drugs.SALBUTAMOL, since), *third), condition)
    start = max(since, life.until - timedelta(days=700))
    for day in every(180, start, life.until, chance):
        chart, visit = consult(life, chance, day, "Kontrolle COPD")
        measure_basics(chart, visit, chance, (build.systolic, build.diastolic), build.pulse + 6)
        findings.measure(chart, visit, visit.start, lab.OXYGEN, chance.around(94, 1))
        visits.treat(chart, ops.SPIROMETRY, visit.start, visit, reason=condition)
        findings.measure(
            chart, visit, visit.start, lab.FEV1, chance.around(1.7 if life.person.is_female else 2.1, 0.12)
        )
    if chance.happens(0.35):
        chart, visit = consult(life, chance, _day(chance, start, life.until), "Atemnot, gelblicher Auswurf")
        day = visit.start.date()
        worse = visits.diagnose(
            chart,
            dx.COPD_EXACERBATED,
            day,
            visit=visit,
            role=visits.CHIEF,
            resolved=min(day + timedelta(days=12), life.until),
        )
        findings.measure(chart, visit, visit.start, lab.OXYGEN, chance.around(91, 1))
        bloods(
            chart,
            visit,
            chance,
            lab.BLOOD_COUNT,
            {lab.CRP: abs(chance.around(34, 12)), lab.LEUKOCYTES: chance.around(12.1, 1.2)},
        )
        medication.prescribe(chart, drugs.PREDNISOLONE, visit, reason=worse)


def back(life: Life, chance: Chance, build: Body) -> None:
    """Sciatica: pain by number, a few visits, physiotherapy, better after weeks."""
    start = _day(
        chance,
        max(life.until - timedelta(days=700), life.person.birth + timedelta(days=18 * 365)),
        life.until - timedelta(days=50),
    )
    pains = (7, 5, 2)
    for number, pain in enumerate(pains):
        chart, visit = consult(
            life, chance, start + timedelta(days=14 * number), "Rückenschmerzen mit Ausstrahlung ins Bein"
        )
        day = visit.start.date()
        if number == 0:
            end = min(day + timedelta(days=45), life.until)
            condition = visits.diagnose(
                chart, dx.BACK_PAIN, day, visit=visit, role=visits.CHIEF, resolved=end, side=chance.choice("LR")
            )
            medication.prescribe(chart, drugs.IBUPROFEN, visit, reason=condition)
            medication.prescribe(chart, drugs.METAMIZOLE, visit, reason=condition)
            measure_basics(chart, visit, chance, (build.systolic + 8, build.diastolic + 4), build.pulse + 5)
        findings.measure(chart, visit, visit.start, lab.PAIN, pain)
        visits.treat(chart, ops.PHYSIOTHERAPY, visit.start, visit, note="Verordnet: 6 x Krankengymnastik")


def thyroid(life: Life, chance: Chance, build: Body) -> None:
    """Hypothyroidism on levothyroxine, TSH once a year."""
    since = _since(life, chance, 8)
    keep_taking(life, ((drugs.LEVOTHYROXINE, since),), known(life, dx.THYROID, since))
    start = max(since, life.until - timedelta(days=900))
    for day in every(365, start, life.until, chance):
        chart, visit = consult(life, chance, day, "Kontrolle Schilddrüse")
        measure_basics(chart, visit, chance, (build.systolic, build.diastolic), build.pulse)
        bloods(chart, visit, chance, (lab.TSH,), {lab.TSH: chance.around(2.4, 0.7)})


def _simple(diagnosis: dx.Diagnosis, drug: drugs.Drug) -> Callable[[Life, Chance, Body], None]:
    """A lasting condition with one drug and no visits of its own."""

    def course(life: Life, chance: Chance, _build: Body) -> None:
        since = _since(life, chance, 6)
        keep_taking(life, ((drug, since),), known(life, diagnosis, since))

    return course


knee = _simple(dx.KNEE, drugs.IBUPROFEN)
reflux = _simple(dx.REFLUX, drugs.PANTOPRAZOLE)
hay_fever = _simple(dx.HAY_FEVER, drugs.CETIRIZINE)
migraine = _simple(dx.MIGRAINE, drugs.SUMATRIPTAN)
prostate = _simple(dx.PROSTATE, drugs.TAMSULOSIN)
lipids = _simple(dx.CHOLESTEROL, drugs.ATORVASTATIN)


def comorbidities(life: Life, chance: Chance, build: Body) -> None:
    """What comes with age besides the main disease."""
    age = life.person.age(life.until)
    old = max(0.0, min(1.0, (age - 35) / 40))
    draws: tuple[tuple[float, Callable[[Life, Chance, Body], None]], ...] = (
        (0.55 * old, hypertension),
        (0.10 * old, lungs),
        (0.12 if age >= 25 else 0, back),
        (0.10 if age >= 30 else 0, thyroid),
        (0.25 * old, lipids),
        (0.22 * old, knee),
        (0.12 if age >= 30 else 0, reflux),
        (0.10 if age >= 20 else 0, hay_fever),
        (0.07 if age >= 20 else 0, migraine),
        (0.30 * old if life.person.gender == "male" else 0, prostate),
    )
    for number, (probability, course) in enumerate(draws):
        if chance.happens(probability):
            course(life, chance.part("comorbidity", number), build)
