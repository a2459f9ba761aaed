"""Cancer of colon or breast: suspicion, work-up, operation with TNM, chemotherapy, rehabilitation, follow-up."""

from collections.abc import Mapping, Sequence
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
from verbund.demo.courses.life import Life, every, office_hour, share, working_day
from verbund.demo.courses.practice import Body, bloods, consult, keep_taking, known, measure_basics
from verbund.demo.houses import UNIKLINIKUM
from verbund.demo.medication import give


@dataclass(frozen=True, slots=True)
class Tumour:
    """A tumour with its stage and what is done about it; `cycles` of chemotherapy every so many days."""

    diagnosis: dx.Diagnosis
    nodes: dx.Diagnosis
    tnm: Mapping[str, str]
    department: str
    operation: ops.Treatment
    marker: lab.Analyte
    marker_before: float
    chemotherapy: Sequence[drugs.Drug]
    cycles: int
    cycle_days: int
    after: Sequence[drugs.Drug]
    side: str | None
    complaint: str
    work_up: ops.Treatment | None

    @property
    def stage(self) -> str:
        """`pT3 pN1 M0 (IIIB)`."""
        return f"p{self.tnm['T']} p{self.tnm['N']} {self.tnm['M']} ({self.tnm['stage']})"


_COLON_STAGES = (
    ({"T": "T2", "N": "N0", "M": "M0", "stage": "I"}, 30.0),
    ({"T": "T3", "N": "N0", "M": "M0", "stage": "IIA"}, 30.0),
    ({"T": "T3", "N": "N1", "M": "M0", "stage": "IIIB"}, 30.0),
    ({"T": "T4a", "N": "N2a", "M": "M0", "stage": "IIIC"}, 10.0),
)
_BREAST_STAGES = (
    ({"T": "T1c", "N": "N0", "M": "M0", "stage": "IA"}, 45.0),
    ({"T": "T2", "N": "N0", "M": "M0", "stage": "IIA"}, 30.0),
    ({"T": "T2", "N": "N1", "M": "M0", "stage": "IIB"}, 25.0),
)


def colon(life: Life, chance: Chance, build: Body) -> None:
    """Colorectal cancer, found by iron deficiency; FOLFOX where lymph nodes are involved."""
    tnm = chance.weighted(_COLON_STAGES)
    sigmoid = chance.happens(0.6)
    what = Tumour(
        diagnosis=dx.COLON_SIGMOID if sigmoid else dx.COLON_ASCENDENS,
        nodes=dx.NODES_ABDOMEN,
        tnm=tnm,
        department="chirurgie",
        operation=ops.SIGMA_RESECTION if sigmoid else ops.HEMICOLECTOMY,
        marker=lab.CEA,
        marker_before=chance.within(6, 38),
        chemotherapy=(drugs.OXALIPLATIN, drugs.FOLINATE, drugs.FLUOROURACIL),
        cycles=6 if tnm["N"] != "N0" else 0,
        cycle_days=14,
        after=(drugs.IRON,),
        side=None,
        complaint="Müdigkeit, Blut im Stuhl",
        work_up=ops.COLONOSCOPY,
    )
    _course(life, chance, build, what)


def breast(life: Life, chance: Chance, build: Body) -> None:
    """Breast cancer, found by touch or screening; chemotherapy from stage IIA, endocrine therapy for all."""
    tnm = chance.weighted(_BREAST_STAGES)
    what = Tumour(
        diagnosis=dx.BREAST,
        nodes=dx.NODES_AXILLA,
        tnm=tnm,
        department="gynaekologie",
        operation=ops.BREAST_SURGERY,
        marker=lab.CA153,
        marker_before=chance.within(18, 64),
        chemotherapy=(drugs.EPIRUBICIN, drugs.CYCLOPHOSPHAMIDE),
        cycles=4 if tnm["stage"] != "IA" else 0,
        cycle_days=21,
        after=(drugs.LETROZOLE if life.person.age(life.until) > 55 else drugs.TAMOXIFEN,),
        side=chance.choice("LR"),
        complaint="Tastbarer Knoten in der Brust",
        work_up=None,
    )
    _course(life, chance, build, what)


def _course(life: Life, chance: Chance, build: Body, what: Tumour) -> None:
    day = life.until - timedelta(days=chance.between(260, 900))
    suspected = _suspicion(life, chance, build, what, day)
    confirmed = _work_up(life, chance, what, suspected + timedelta(days=chance.between(4, 10)))
    home = _operation(life, chance, what, confirmed + timedelta(days=chance.between(9, 18)))
    if what.cycles:
        home = _chemotherapy(life, chance, what, home + timedelta(days=28))
    if chance.happens(0.6):
        home = _rehabilitation(
            life, chance, build, what, day=home + timedelta(days=chance.between(14, 25)), onset=confirmed
        )
    _follow_up(life, chance, build, what, onset=confirmed, home=home)


def _suspicion(life: Life, chance: Chance, build: Body, what: Tumour, day: date) -> date:
    chart, visit = consult(life, chance, day, what.complaint)
    measure_basics(chart, visit, chance, (build.systolic, build.diastolic), build.pulse + 6, weight=build.weight - 2)
    first = visit.start.date()
    if what.marker is lab.CEA:
        values = {
            lab.HAEMOGLOBIN: chance.around(10.4, 0.6),
            lab.FERRITIN: abs(chance.around(9, 2)),
            lab.MCV: chance.around(76, 2),
        }
        bloods(
            chart,
            visit,
            chance,
            (*lab.BLOOD_COUNT, lab.FERRITIN, lab.CRP),
            values,
            conclusion="Mikrozytäre Anämie, Eisenmangel.",
        )
        visits.diagnose(chart, dx.ANAEMIA_IRON, first, visit=visit, role=visits.CHIEF)
    suspicion = visits.diagnose(chart, what.diagnosis, first, visit=visit, certainty="V", side=what.side)
    visits.refer(chart, visit, visit.end, UNIKLINIKUM, f"Überweisung zur Abklärung: {what.complaint}", reason=suspicion)
    return first


def _work_up(life: Life, chance: Chance, what: Tumour, day: date) -> date:
    chart = life.at(UNIKLINIKUM)
    visit = visits.consultation(
        chart,
        office_hour(chance, day),
        UNIKLINIKUM.doctor(what.department),
        minutes=90,
        reason=f"Abklärung: {what.complaint}",
    )
    found = visits.diagnose(chart, what.diagnosis, visit.start.date(), visit=visit, role=visits.CHIEF, side=what.side)
    if what.work_up:
        visits.treat(chart, what.work_up, visit.start, visit, minutes=35, reason=found)
        visits.treat(chart, ops.BIOPSY, visit.start, visit, reason=found)
        findings.imaging(
            chart,
            visit,
            visit.start + timedelta(hours=2),
            "CT",
            "CT Thorax und Abdomen mit Kontrastmittel",
            text="Wandverdickung des Kolons mit Stenose, regionäre Lymphknoten grenzwertig. Leber unauffällig.",
            conclusion="Kein Nachweis von Fernmetastasen.",
        )
        visits.treat(chart, ops.CT_ABDOMEN_CONTRAST, visit.start + timedelta(hours=2), visit, reason=found)
    else:
        findings.imaging(
            chart,
            visit,
            visit.start + timedelta(minutes=20),
            "MG",
            "Mammographie beidseits in zwei Ebenen",
            text="Spikulierter Herdbefund im oberen äußeren Quadranten mit Mikrokalk.",
            conclusion="BI-RADS 5: Karzinomverdacht.",
        )
    values = {what.marker: what.marker_before}
    bloods(chart, visit, chance, (*lab.BLOOD_COUNT, *lab.LIVER, *lab.CLOTTING), values)
    return visit.start.date()


def _operation(life: Life, chance: Chance, what: Tumour, day: date) -> date:
    nights = chance.between(6, 10) if what.department == "chirurgie" else chance.between(2, 5)
    chart, visit = hospital.admit(life, chance, working_day(day), nights, what.department, reason=what.diagnosis.text)
    first = visit.start.date()
    chief = visits.diagnose(chart, what.diagnosis, first, visit=visit, role=visits.CHIEF, side=what.side)
    cut = hospital.hours_after(visit, 24)
    visits.treat(chart, what.operation, cut, visit, minutes=chance.between(80, 210), reason=chief)
    if what.department == "gynaekologie":
        visits.treat(chart, ops.SENTINEL, cut, visit, minutes=40, reason=chief)
    if what.tnm["N"] != "N0":
        visits.diagnose(chart, what.nodes, first, visit=visit)
    hospital.rounds(chart, visit, chance, hospital.Bedside(temperature=(36.7, 37.6, 36.7), pulse=(78, 88, 74)))
    findings.tumour_stage(chart, visit, visit.end - timedelta(hours=20), chief, what.tnm)
    curves = {lab.CRP: (3, 96, 28), lab.HAEMOGLOBIN: (11.4, 9.8, 10.6), lab.LEUKOCYTES: (6.5, 12.2, 8.1)}
    report, values = hospital.series(
        chart, visit, chance, sorted({0, 2, nights - 1}), curves, panel=(*lab.BLOOD_COUNT, *lab.KIDNEY)
    )
    hospital.treat_daily(chart, visit, drugs.ENOXAPARIN, 1, nights - 1, times=(18,))
    hospital.discharge(
        life,
        chart,
        visit,
        diagnoses=[f"{what.diagnosis.text} ({what.diagnosis.code}), {what.stage}"],
        history=f"{what.complaint}. Histologisch gesichertes Karzinom.",
        course=[f"{what.operation.text}. Komplikationsloser Verlauf.", f"Histologie: {what.stage}, R0."],
        results=hospital.table(values, (lab.HAEMOGLOBIN, lab.CRP)),
        drugs=what.after,
        advice=f"Tumorkonferenz: adjuvante Chemotherapie, {what.cycles} Zyklen."
        if what.cycles
        else "Tumorkonferenz: Nachsorge nach Leitlinie.",
        copy=report,
    )
    return visit.end.date()


def _chemotherapy(life: Life, chance: Chance, what: Tumour, day: date) -> date:
    """Cycles in the day clinic: leukocytes fall and recover, the marker normalises; returns the day of the last."""
    chart = life.at(UNIKLINIKUM)
    last = day
    for cycle in range(what.cycles):
        moment = office_hour(chance, day + timedelta(days=what.cycle_days * cycle))
        if moment.date() > life.until:
            break
        last = moment.date()
        visit = visits.consultation(
            chart, moment, UNIKLINIKUM.doctor("onkologie"), minutes=240, reason=f"Chemotherapie, Zyklus {cycle + 1}"
        )
        _cycle(chart, visit, chance, what, cycle)
    return last


def _cycle(chart: Chart, visit: Visit, chance: Chance, what: Tumour, cycle: int) -> None:
    session = visits.diagnose(
        chart, dx.CHEMOTHERAPY, visit.start.date(), visit=visit, role=visits.CHIEF, resolved=visit.start.date()
    )
    values = {
        lab.LEUKOCYTES: max(1.8, chance.around(6.0 - 0.5 * cycle, 0.7)),
        lab.PLATELETS: max(90.0, chance.around(240 - 18 * cycle, 15)),
        lab.HAEMOGLOBIN: chance.around(11.2 - 0.1 * cycle, 0.4),
        what.marker: max(0.8, what.marker_before * 0.5 ** (cycle + 1)),
    }
    bloods(chart, visit, chance, (*lab.BLOOD_COUNT, *lab.LIVER, lab.CREATININE), values)
    visits.treat(chart, ops.CHEMO_TWO, visit.start + timedelta(hours=1), visit, minutes=150, reason=session)
    for drug in (drugs.ONDANSETRON, *what.chemotherapy):
        give(chart, drug, visit, visit.start + timedelta(hours=1), reason=session)


def _rehabilitation(life: Life, chance: Chance, build: Body, what: Tumour, *, day: date, onset: date) -> date:
    if day + timedelta(days=30) > life.until:
        return day
    programme = rehabilitation.Programme(
        department="onko",
        reason="Onkologische Anschlussrehabilitation",
        diagnoses=((what.diagnosis, onset),),
        therapies={ops.ERGOMETER: 4, ops.PHYSIOTHERAPY: 3, ops.NUTRITION: 1, ops.EDUCATION: 1},
        scores={
            lab.WALKING: (chance.around(380, 40), chance.around(460, 40)),
            lab.WEIGHT: (build.weight - 4, build.weight - 3),
        },
        laboratory={lab.HAEMOGLOBIN: (11.4, 12.4)},
        drugs=what.after,
        history=f"{what.diagnosis.text}, {what.stage}, operiert" + (" und adjuvant behandelt." if what.cycles else "."),
        outcome="Kondition und Fatigue gebessert, stabile Stimmung.",
        advice="Regelmäßige Bewegung, Tumornachsorge nach Leitlinie.",
    )
    return rehabilitation.rehabilitate(life, chance, day, 3, programme)


def _follow_up(life: Life, chance: Chance, build: Body, what: Tumour, *, onset: date, home: date) -> None:
    known(life, what.diagnosis, onset)
    keep_taking(life, [(drug, home) for drug in what.after])
    start = home + timedelta(days=30)
    for day in every(95, start, life.until, chance):
        chart, visit = consult(life, chance, day, "Tumornachsorge")
        measure_basics(
            chart,
            visit,
            chance,
            (build.systolic, build.diastolic),
            build.pulse,
            weight=build.weight - 3 + 2 * share(day, start, life.until),
        )
        usual = {what.marker: abs(chance.around(what.marker.usual, what.marker.spread))}
        bloods(
            chart,
            visit,
            chance,
            (*lab.BLOOD_COUNT, *lab.LIVER),
            usual,
            conclusion=f"{what.marker.german} im Normbereich.",
        )
