"""Laboratory and bedside measurements: LOINC, UCUM, reference ranges for women and men, and how they scatter."""

from dataclasses import dataclass

Range = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measurable quantity. `women` and `men` are reference ranges in `ucum`; `usual` and `spread` those of the healthy."""

    loinc: str
    name: str
    german: str
    ucum: str
    unit: str
    women: Range
    men: Range
    usual: float
    spread: float
    decimals: int = 1

    def range_of(self, *, female: bool) -> Range:
        """The reference range that applies."""
        return self.women if female else self.men


def _test(
    loinc: str,
    name: str,
    german: str,
    unit: str | tuple[str, str],
    both: Range,
    usual: tuple[float, float],
    decimals: int = 1,
) -> Analyte:
    ucum, shown = (unit, unit) if isinstance(unit, str) else unit
    return Analyte(loinc, name, german, ucum, shown, both, both, *usual, decimals)


def _by_sex(
    loinc: str,
    name: str,
    german: str,
    unit: str | tuple[str, str],
    women: Range,
    men: Range,
    usual: tuple[float, float],
    decimals: int = 1,
) -> Analyte:
    ucum, shown = (unit, unit) if isinstance(unit, str) else unit
    return Analyte(loinc, name, german, ucum, shown, women, men, *usual, decimals)


PER_NL = ("/nL", "/nl")
HBA1C = _test("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c", "%", (None, 5.7), (5.4, 0.2))
GLUCOSE = _test(
    "2345-7", "Glucose [Mass/volume] in Serum or Plasma", "Glukose", ("mg/dL", "mg/dl"), (70, 99), (90, 6), 0
)
CREATININE = _by_sex(
    "2160-0",
    "Creatinine [Mass/volume] in Serum or Plasma",
    "Kreatinin",
    ("mg/dL", "mg/dl"),
    (0.5, 0.9),
    (0.7, 1.2),
    (0.82, 0.08),
    2,
)
GFR = _test(
    "98979-8",
    "Glomerular filtration rate [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)/1.73 sq M",
    "eGFR (CKD-EPI)",
    ("mL/min/{1.73_m2}", "ml/min/1,73 m²"),
    (60, None),
    (86, 8),
    0,
)
UREA = _test("3091-6", "Urea [Mass/volume] in Serum or Plasma", "Harnstoff", ("mg/dL", "mg/dl"), (17, 43), (31, 5), 0)
SODIUM = _test(
    "2951-2", "Sodium [Moles/volume] in Serum or Plasma", "Natrium", ("mmol/L", "mmol/l"), (135, 145), (140, 2), 0
)
POTASSIUM = _test(
    "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "Kalium", ("mmol/L", "mmol/l"), (3.5, 5.1), (4.2, 0.3)
)
CALCIUM = _test(
    "2000-8",
    "Calcium [Moles/volume] in Serum or Plasma",
    "Kalzium",
    ("mmol/L", "mmol/l"),
    (2.15, 2.55),
    (2.35, 0.07),
    2,
)
CRP = _test(
    "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "CRP", ("mg/L", "mg/l"), (None, 5), (2.0, 0.9)
)
PCT = _test(
    "33959-8",
    "Procalcitonin [Mass/volume] in Serum or Plasma",
    "Procalcitonin",
    ("ng/mL", "ng/ml"),
    (None, 0.5),
    (0.08, 0.02),
    2,
)
LACTATE = _test(
    "2524-7", "Lactate [Moles/volume] in Serum or Plasma", "Laktat", ("mmol/L", "mmol/l"), (0.5, 2.2), (1.1, 0.2)
)
LEUKOCYTES = _test(
    "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "Leukozyten", PER_NL, (3.9, 10.5), (6.9, 1.0)
)
NEUTROPHILS = _test(
    "770-8", "Neutrophils/100 leukocytes in Blood by Automated count", "Neutrophile", "%", (42, 77), (60, 6), 0
)
LYMPHOCYTES = _test(
    "736-9", "Lymphocytes/100 leukocytes in Blood by Automated count", "Lymphozyten", "%", (20, 44), (30, 4), 0
)
ERYTHROCYTES = _by_sex(
    "789-8",
    "Erythrocytes [#/volume] in Blood by Automated count",
    "Erythrozyten",
    ("/pL", "/pl"),
    (3.9, 5.2),
    (4.3, 5.8),
    (4.7, 0.2),
    2,
)
HAEMOGLOBIN = _by_sex(
    "718-7",
    "Hemoglobin [Mass/volume] in Blood",
    "Hämoglobin",
    ("g/dL", "g/dl"),
    (12.0, 15.5),
    (13.5, 17.5),
    (14.3, 0.5),
)
HAEMATOCRIT = _by_sex(
    "4544-3",
    "Hematocrit [Volume Fraction] of Blood by Automated count",
    "Hämatokrit",
    "%",
    (35, 45),
    (40, 50),
    (42, 1.5),
    0,
)
MCV = _test(
    "787-2",
    "MCV [Entitic mean volume] in Red Blood Cells by Automated count",
    "MCV",
    ("fL", "fl"),
    (80, 96),
    (89, 3),
    0,
)
PLATELETS = _test(
    "777-3", "Platelets [#/volume] in Blood by Automated count", "Thrombozyten", PER_NL, (150, 400), (255, 40), 0
)
ALT = _by_sex(
    "1742-6",
    "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "GPT (ALT)",
    ("U/L", "U/l"),
    (None, 35),
    (None, 50),
    (24, 5),
    0,
)
AST = _by_sex(
    "1920-8",
    "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "GOT (AST)",
    ("U/L", "U/l"),
    (None, 35),
    (None, 50),
    (23, 5),
    0,
)
GGT = _by_sex(
    "2324-2",
    "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma",
    "Gamma-GT",
    ("U/L", "U/l"),
    (None, 40),
    (None, 60),
    (26, 7),
    0,
)
BILIRUBIN = _test(
    "1975-2",
    "Bilirubin.total [Mass/volume] in Serum or Plasma",
    "Bilirubin gesamt",
    ("mg/dL", "mg/dl"),
    (None, 1.2),
    (0.6, 0.15),
    1,
)
ALBUMIN = _test("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "Albumin", ("g/L", "g/l"), (35, 52), (43, 2.5), 0)
LDH = _test(
    "14804-9",
    "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma by Lactate to pyruvate reaction",
    "LDH",
    ("U/L", "U/l"),
    (None, 250),
    (185, 20),
    0,
)
CHOLESTEROL = _test(
    "2093-3",
    "Cholesterol [Mass/volume] in Serum or Plasma",
    "Cholesterin",
    ("mg/dL", "mg/dl"),
    (None, 200),
    (185, 20),
    0,
)
LDL = _test(
    "2089-1",
    "Cholesterol in LDL [Mass/volume] in Serum or Plasma",
    "LDL-Cholesterin",
    ("mg/dL", "mg/dl"),
    (None, 116),
    (105, 15),
    0,
)
HDL = _by_sex(
    "2085-9",
    "Cholesterol in HDL [Mass/volume] in Serum or Plasma",
    "HDL-Cholesterin",
    ("mg/dL", "mg/dl"),
    (45, None),
    (40, None),
    (56, 8),
    0,
)
TRIGLYCERIDES = _test(
    "2571-8",
    "Triglyceride [Mass/volume] in Serum or Plasma",
    "Triglyzeride",
    ("mg/dL", "mg/dl"),
    (None, 150),
    (115, 25),
    0,
)
TSH = _test(
    "3016-3", "Thyrotropin [Units/volume] in Serum or Plasma", "TSH", ("m[IU]/L", "mU/l"), (0.4, 4.0), (1.8, 0.6), 2
)
FERRITIN = _by_sex(
    "2276-4",
    "Ferritin [Mass/volume] in Serum or Plasma",
    "Ferritin",
    ("ng/mL", "ng/ml"),
    (15, 150),
    (30, 400),
    (85, 25),
    0,
)
NTPROBNP = _test(
    "33762-6",
    "Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma",
    "NT-proBNP",
    ("pg/mL", "pg/ml"),
    (None, 125),
    (70, 20),
    0,
)
TROPONIN = _test(
    "67151-1",
    "Troponin T.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method",
    "Troponin T hs",
    ("ng/L", "ng/l"),
    (None, 14),
    (7, 2),
    0,
)
INR = _test(
    "6301-6", "INR in Platelet poor plasma by Coagulation assay", "INR", ("{INR}", "INR"), (0.9, 1.2), (1.0, 0.05), 2
)
APTT = _test("14979-9", "aPTT in Platelet poor plasma by Coagulation assay", "aPTT", "s", (26, 36), (30, 2), 0)
ALBUMINURIA = _test(
    "9318-7", "Albumin/Creatinine [Mass Ratio] in Urine", "Albumin/Kreatinin im Urin", "mg/g", (None, 30), (11, 5), 0
)
CEA = _test(
    "2039-6", "Carcinoembryonic Ag [Mass/volume] in Serum or Plasma", "CEA", ("ng/mL", "ng/ml"), (None, 5), (1.9, 0.5)
)
CA153 = _test(
    "6875-9", "Cancer Ag 15-3 [Units/volume] in Serum or Plasma", "CA 15-3", ("U/mL", "U/ml"), (None, 25), (15, 4), 0
)
URATE = _by_sex(
    "3084-1",
    "Urate [Mass/volume] in Serum or Plasma",
    "Harnsäure",
    ("mg/dL", "mg/dl"),
    (2.4, 5.7),
    (3.4, 7.0),
    (4.9, 0.6),
)
PH = _test("2744-1", "pH of Arterial blood", "pH arteriell", ("[pH]", "pH"), (7.35, 7.45), (7.40, 0.02), 2)
PCO2 = _test(
    "2019-8",
    "Carbon dioxide [Partial pressure] in Arterial blood",
    "pCO2 arteriell",
    ("mm[Hg]", "mmHg"),
    (35, 45),
    (40, 2),
    0,
)
PO2 = _test(
    "2703-7", "Oxygen [Partial pressure] in Arterial blood", "pO2 arteriell", ("mm[Hg]", "mmHg"), (71, 104), (85, 5), 0
)

BLOOD_COUNT = (LEUKOCYTES, ERYTHROCYTES, HAEMOGLOBIN, HAEMATOCRIT, MCV, PLATELETS)
KIDNEY = (CREATININE, GFR, UREA, SODIUM, POTASSIUM)
LIVER = (ALT, AST, GGT, BILIRUBIN)
LIPIDS = (CHOLESTEROL, LDL, HDL, TRIGLYCERIDES)
CLOTTING = (INR, APTT)
BLOOD_GAS = (PH, PCO2, PO2, LACTATE)


@dataclass(frozen=True, slots=True)
class Sign:
    """A vital sign or a score with its LOINC code and UCUM unit; `category` is of observation-category."""

    loinc: str
    name: str
    german: str
    ucum: str
    unit: str
    decimals: int = 0
    category: str = "vital-signs"
    profile: str | None = None


HEART_RATE = Sign("8867-4", "Heart rate", "Herzfrequenz", "/min", "/min", profile="herzfrequenz")
BREATHING = Sign("9279-1", "Respiratory rate", "Atemfrequenz", "/min", "/min", profile="atemfrequenz")
TEMPERATURE = Sign("8310-5", "Body temperature", "Körpertemperatur", "Cel", "°C", 1, profile="koerpertemperatur")
WEIGHT = Sign("29463-7", "Body weight", "Körpergewicht", "kg", "kg", 1, profile="koerpergewicht")
HEIGHT = Sign("8302-2", "Body height", "Körpergröße", "cm", "cm", profile="koerpergroesse")
OXYGEN = Sign(
    "2708-6", "Oxygen saturation in Arterial blood", "Sauerstoffsättigung", "%", "%", profile="sauerstoffsaettigung"
)

NIHSS = Sign("72089-6", "Total score [NIH Stroke Scale]", "NIHSS", "{score}", "Punkte", category="survey")
BARTHEL = Sign("96761-2", "Total score Barthel Index", "Barthel-Index", "{score}", "Punkte", category="survey")
RANKIN = Sign("75859-9", "Modified Rankin scale", "Modifizierte Rankin-Skala", "{score}", "Punkte", category="survey")
PHQ9 = Sign(
    "44261-6",
    "Patient Health Questionnaire 9 item (PHQ-9) total score",
    "PHQ-9",
    "{score}",
    "Punkte",
    category="survey",
)
PAIN = Sign(
    "72514-3",
    "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
    "Schmerz (NRS)",
    "{score}",
    "Punkte",
    category="survey",
)
EJECTION = Sign("10230-1", "Left ventricular Ejection fraction", "LVEF", "%", "%", category="procedure")
WALKING = Sign("64098-7", "Six minute walk test", "6-Minuten-Gehtest", "m", "m", category="exam")
FEV1 = Sign("20150-9", "FEV1", "FEV1", "L", "l", 2, category="procedure")
GLUCOSE_BEDSIDE = Sign(
    "41653-7",
    "Glucose [Mass/volume] in Capillary blood by Glucometer",
    "Blutzucker nüchtern",
    "mg/dL",
    "mg/dl",
    category="laboratory",
)
