"""Stroke: the stroke unit with imaging and NIHSS, neurological rehabilitation with Barthel, life after it."""

from dataclasses import dataclass
from datetime import date, timedelta

from verbund.demo import findings, visits
from verbund.demo.catalogue import diagnoses as dx
from verbund.demo.catalogue import drugs
from verbund.demo.catalogue import laboratory as lab
from verbund.demo.catalogue import procedures as ops
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit
from verbund.demo.courses import hospital, rehabilitation
from verbund.demo.courses.life import Life, every
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics
from verbund.demo.medication import give


@dataclass(frozen=True, slots=True)
class Stroke:
    """How bad it was: NIHSS at admission and discharge, the side of the lesion, atrial fibrillation, thrombolysis."""

    nihss: int
    later: int
    side: str
    embolic: bool
    lysed: bool

    @property
    def diagnosis(self) -> dx.Diagnosis:
        """By cause."""
        return dx.STROKE_EMBOLIC if self.embolic else dx.STROKE_THROMBOTIC

    @property
    def paresis(self) -> str:
        """The side of the palsy is the other one."""
        return "R" if self.side == "L" else "L"

    @property
    def drugs(self) -> tuple[drugs.Drug, ...]:
        """Anticoagulation or platelet inhibition, and what every stroke gets."""
        return (drugs.APIXABAN if self.embolic else drugs.ASPIRIN, drugs.ATORVASTATIN, drugs.RAMIPRIL)


def stroke(life: Life, chance: Chance, build: Body) -> None:
    """The course of one patient over the three houses."""
    nihss = chance.between(4, 17)
    what = Stroke(
        nihss,
        max(1, int(nihss * chance.within(0.3, 0.7))),
        chance.choice("LR"),
        chance.happens(0.4),
        chance.happens(0.45),
    )
    day = life.until - timedelta(days=chance.between(110, 800))
    home = stroke_unit(life, chance, what, day)
    if nihss >= 6:
        home = neurological_rehabilitation(life, chance, what, home + timedelta(days=chance.between(0, 3)), day)
    aftercare(life, chance, build, what, onset=day, home=home)


def stroke_unit(life: Life, chance: Chance, what: Stroke, day: date) -> date:
    """Emergency admission, CT, thrombolysis where in time, monitoring; returns the day of discharge."""
    nights = chance.between(6, 11)
    left = "rehabilitation" if what.nihss >= 6 else "home"
    chart, visit = hospital.admit(
        life, chance, day, nights, "neurologie", admitted=visits.EMERGENCY, left=left, reason="Akute Halbseitenschwäche"
    )
    chief = visits.diagnose(chart, what.diagnosis, day, visit=visit, role=visits.CHIEF, side=what.side)
    visits.diagnose(chart, dx.HEMIPARESIS, day, visit=visit, side=what.paresis)
    if what.side == "L" and what.nihss > 7:
        visits.diagnose(chart, dx.APHASIA, day, visit=visit)
    if what.embolic:
        visits.diagnose(chart, dx.ATRIAL_FIBRILLATION, day + timedelta(days=1), visit=visit)
    _acute(chart, visit, chance, what, chief)
    bedside = hospital.Bedside(systolic=(172, 148, 136), diastolic=(96, 84, 80), pulse=(88, 80, 74))
    hospital.rounds(chart, visit, chance, bedside)
    curves = {lab.GLUCOSE: (148, 112, 104), lab.LDL: (142, 128, 110), lab.CRP: (4, 9, 4), lab.HBA1C: (6.0, 6.0)}
    panel = (*lab.BLOOD_COUNT, *lab.KIDNEY, *lab.CLOTTING)
    report, values = hospital.series(chart, visit, chance, (0, 1, nights - 1), curves, panel=panel)
    hospital.on_discharge(chart, visit, what.drugs)
    hospital.discharge(
        life,
        chart,
        visit,
        diagnoses=[
            f"{what.diagnosis.text} ({what.diagnosis.code}), {_side(what.side)}",
            f"Hemiparese {_side(what.paresis)}",
        ],
        history="Notfallmäßige Aufnahme wegen plötzlich aufgetretener Halbseitenschwäche und Sprechstörung.",
        course=[
            f"NIHSS bei Aufnahme {what.nihss}, bei Entlassung {what.later} Punkte.",
            "Systemische Lyse im Zeitfenster, komplikationslos."
            if what.lysed
            else "Eine Lyse war außerhalb des Zeitfensters nicht möglich.",
            "Im Langzeit-EKG Vorhofflimmern, Beginn einer Antikoagulation."
            if what.embolic
            else "Im Langzeit-EKG kein Vorhofflimmern.",
        ],
        results=hospital.table(values, (lab.LDL, lab.GLUCOSE, lab.HBA1C)),
        drugs=what.drugs,
        advice="Anschlussrehabilitation."
        if left == "rehabilitation"
        else "LDL-Ziel unter 70 mg/dl, Blutdruck unter 140/90 mmHg.",
        copy=report,
    )
    return visit.end.date()


def _acute(chart: Chart, visit: Visit, chance: Chance, what: Stroke, chief: str) -> None:
    artery = f"A. cerebri media {_side(what.side)}"
    findings.measure(chart, visit, hospital.hours_after(visit, 0.25), lab.NIHSS, what.nihss)
    findings.imaging(
        chart,
        visit,
        hospital.hours_after(visit, 0.5),
        "CT",
        "CT des Schädels nativ",
        text=f"Keine Blutung. Angedeutete Dichteminderung im Stromgebiet der {artery}.",
        conclusion="Kein Blutungsnachweis. Frühzeichen einer Ischämie.",
    )
    visits.treat(chart, ops.CT_HEAD, hospital.hours_after(visit, 0.5), visit, reason=chief)
    if what.lysed:
        visits.treat(chart, ops.THROMBOLYSIS, hospital.hours_after(visit, 1), visit, minutes=60, reason=chief)
        give(chart, drugs.ALTEPLASE, visit, hospital.hours_after(visit, 1), reason=chief)
    if what.nihss >= 13 and chance.happens(0.6):
        visits.treat(chart, ops.THROMBECTOMY, hospital.hours_after(visit, 2), visit, minutes=70, reason=chief)
    visits.treat(chart, ops.MONITORING, hospital.hours_after(visit, 3), visit, minutes=60 * 48, reason=chief)
    findings.measure(chart, visit, hospital.hours_after(visit, 24), lab.NIHSS, (what.nihss + what.later) // 2)
    findings.imaging(
        chart,
        visit,
        hospital.hours_after(visit, 30),
        "MR",
        "MRT des Schädels",
        text=f"Diffusionsstörung im Stromgebiet der {artery}.",
        conclusion=f"Frischer Infarkt im Stromgebiet der {artery}.",
    )
    visits.treat(chart, ops.MRI_HEAD, hospital.hours_after(visit, 30), visit, reason=chief)
    visits.treat(chart, ops.SPEECH, hospital.hours_after(visit, 50), visit, minutes=30, reason=chief)
    visits.treat(chart, ops.PHYSIOTHERAPY, hospital.hours_after(visit, 52), visit, minutes=30, reason=chief)
    last = visit.end - timedelta(hours=2)
    findings.measure(chart, visit, last, lab.NIHSS, what.later)
    findings.measure(chart, visit, last, lab.BARTHEL, _barthel(what.later))
    findings.measure(chart, visit, last, lab.RANKIN, 4 if what.later >= 7 else 3 if what.later >= 4 else 2)


def _barthel(nihss: int) -> int:
    return max(10, 95 - 8 * nihss) // 5 * 5


def _side(side: str) -> str:
    return "links" if side == "L" else "rechts"


def neurological_rehabilitation(life: Life, chance: Chance, what: Stroke, day: date, onset: date) -> date:
    """Four weeks with three kinds of therapy; returns the day after discharge."""
    begin = _barthel(what.later)
    end = min(100, begin + chance.choice((15, 20, 25, 30, 35)))
    programme = rehabilitation.Programme(
        department="neuro",
        reason="Neurologische Anschlussrehabilitation nach Hirninfarkt",
        diagnoses=((dx.STROKE_LATE, onset), (dx.HEMIPARESIS, onset)),
        therapies={ops.PHYSIOTHERAPY: 5, ops.OCCUPATIONAL: 4, ops.SPEECH: 3},
        scores={lab.BARTHEL: (begin, (begin + end) // 2, end), lab.NIHSS: (what.later, max(0, what.later - 2))},
        laboratory={lab.LDL: (105, 68), lab.CRP: (4, 2)},
        drugs=what.drugs,
        history=(
            f"Hirninfarkt {_side(what.side)} am {onset:%d.%m.%Y}, Akutbehandlung im Universitätsklinikum Lindtal."
        ),
        outcome=f"Barthel-Index von {begin} auf {end} Punkte gestiegen, Gehen mit Hilfsmittel möglich.",
        advice="Ambulante Physio- und Ergotherapie fortsetzen. Fahreignung erst nach erneuter Prüfung.",
    )
    return rehabilitation.rehabilitate(life, chance, day, 4, programme)


def aftercare(life: Life, chance: Chance, build: Body, what: Stroke, *, onset: date, home: date) -> None:
    """The practice takes over: late effects on the problem list, pressure and lipids under control."""
    known(life, dx.STROKE_LATE, home)
    if what.embolic:
        known(life, dx.ATRIAL_FIBRILLATION, onset)
        known(life, dx.ANTICOAGULATED, home)
    keep_taking(life, [(drug, home) for drug in what.drugs])
    for number, day in enumerate(every(80, home + timedelta(days=6), life.until, chance)):
        chart, visit = consult(life, chance, day, "Nachsorge nach Schlaganfall")
        measure_basics(chart, visit, chance, (134, 80), build.pulse)
        if number % 2 == 0:
            bloods(chart, visit, chance, (*lab.LIPIDS, *lab.KIDNEY), {lab.LDL: chance.around(68, 6)})
        if number == 1:
            findings.measure(chart, visit, visit.start, lab.RANKIN, 2 if what.later > 2 else 1)
