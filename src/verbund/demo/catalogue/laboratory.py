"""Laboratory and bedside measurements: LOINC, UCUM, reference ranges for women and men, and how they scatter."""

from dataclasses import dataclass

Range = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Analyte:
    """A measurable quantity. `women` and `men` are reference ranges in `ucum`.

    `usual` and `spread` those of the healthy.
    """

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


def _analyte(
    loinc: str,
    name: str,
    german: str,
    unit: str | tuple[str, str],
    usual: tuple[float, float],
    *,
    both: Range = (None, None),
    women: Range | None = None,
    men: Range | None = None,
    decimals: int = 1,
) -> Analyte:
    """`unit` is UCUM and what is shown where they differ; `usual` the mean and spread of the healthy."""
    ucum, shown = (unit, unit) if isinstance(unit, str) else unit
    return Analyte(loinc, name, german, ucum, shown, women or both, men or both, *usual, decimals)


PER_NL = ("/nL", "/nl")
HBA1C = _analyte("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "HbA1c", "%", (5.4, 0.2), both=(None, 5.7))
GLUCOSE = _analyte(
    "2345-7",
    "Glucose [Mass/volume] in Serum or Plasma",
    "Glukose",
    ("mg/dL", "mg/dl"),
    (90, 6),
    both=(70, 99),
    decimals=0,
)
CREATININE = _analyte(
    "2160-0",
    "Creatinine [Mass/volume] in Serum or Plasma",
    "Kreatinin",
    ("mg/dL", "mg/dl"),
    (0.82, 0.08),
    women=(0.5, 0.9),
    men=(0.7, 1.2),
    decimals=2,
)
GFR = _analyte(
    "98979-8",
    (
        "Glomerular filtration rate [Volume Rate/Area] in Serum, Plasma or Blood "
        "by Creatinine-based formula (CKD-EPI 2021)/1.73 sq M"
    ),
    "eGFR (CKD-EPI)",
    ("mL/min/{1.73_m2}", "ml/min/1,73 m²"),
    (86, 8),
    both=(60, None),
    decimals=0,
)
UREA = _analyte(
    "3091-6",
    "Urea [Mass/volume] in Serum or Plasma",
    "Harnstoff",
    ("mg/dL", "mg/dl"),
    (31, 5),
    both=(17, 43),
    decimals=0,
)
SODIUM = _analyte(
    "2951-2",
    "Sodium [Moles/volume] in Serum or Plasma",
    "Natrium",
    ("mmol/L", "mmol/l"),
    (140, 2),
    both=(135, 145),
    decimals=0,
)
POTASSIUM = _analyte(
    "2823-3", "Potassium [Moles/volume] in Serum or Plasma", "Kalium", ("mmol/L", "mmol/l"), (4.2, 0.3), both=(3.5, 5.1)
)
CRP = _analyte(
    "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "CRP", ("mg/L", "mg/l"), (2.0, 0.9), both=(None, 5)
)
PCT = _analyte(
    "33959-8",
    "Procalcitonin [Mass/volume] in Serum or Plasma",
    "Procalcitonin",
    ("ng/mL", "ng/ml"),
    (0.08, 0.02),
    both=(None, 0.5),
    decimals=2,
)
LACTATE = _analyte(
    "2524-7", "Lactate [Moles/volume] in Serum or Plasma", "Laktat", ("mmol/L", "mmol/l"), (1.1, 0.2), both=(0.5, 2.2)
)
LEUKOCYTES = _analyte(
    "6690-2", "Leukocytes [#/volume] in Blood by Automated count", "Leukozyten", PER_NL, (6.9, 1.0), both=(3.9, 10.5)
)
NEUTROPHILS = _analyte(
    "770-8",
    "Neutrophils/100 leukocytes in Blood by Automated count",
    "Neutrophile",
    "%",
    (60, 6),
    both=(42, 77),
    decimals=0,
)
LYMPHOCYTES = _analyte(
    "736-9",
    "Lymphocytes/100 leukocytes in Blood by Automated count",
    "Lymphozyten",
    "%",
    (30, 4),
    both=(20, 44),
    decimals=0,
)
ERYTHROCYTES = _analyte(
    "789-8",
    "Erythrocytes [#/volume] in Blood by Automated count",
    "Erythrozyten",
    ("/pL", "/pl"),
    (4.7, 0.2),
    women=(3.9, 5.2),
    men=(4.3, 5.8),
    decimals=2,
)
HAEMOGLOBIN = _analyte(
    "718-7",
    "Hemoglobin [Mass/volume] in Blood",
    "Hämoglobin",
    ("g/dL", "g/dl"),
    (14.3, 0.5),
    women=(12.0, 15.5),
    men=(13.5, 17.5),
)
HAEMATOCRIT = _analyte(
    "4544-3",
    "Hematocrit [Volume Fraction] of Blood by Automated count",
    "Hämatokrit",
    "%",
    (42, 1.5),
    women=(35, 45),
    men=(40, 50),
    decimals=0,
)
MCV = _analyte(
    "787-2",
    "MCV [Entitic mean volume] in Red Blood Cells by Automated count",
    "MCV",
    ("fL", "fl"),
    (89, 3),
    both=(80, 96),
    decimals=0,
)
PLATELETS = _analyte(
    "777-3",
    "Platelets [#/volume] in Blood by Automated count",
    "Thrombozyten",
    PER_NL,
    (255, 40),
    both=(150, 400),
    decimals=0,
)
ALT = _analyte(
    "1742-6",
    "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "GPT (ALT)",
    ("U/L", "U/l"),
    (24, 5),
    women=(None, 35),
    men=(None, 50),
    decimals=0,
)
AST = _analyte(
    "1920-8",
    "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma",
    "GOT (AST)",
    ("U/L", "U/l"),
    (23, 5),
    women=(None, 35),
    men=(None, 50),
    decimals=0,
)
GGT = _analyte(
    "2324-2",
    "Gamma glutamyl transferase [Enzymatic activity/volume] in Serum or Plasma",
    "Gamma-GT",
    ("U/L", "U/l"),
    (26, 7),
    women=(None, 40),
    men=(None, 60),
    decimals=0,
)
BILIRUBIN = _analyte(
    "1975-2",
    "Bilirubin.total [Mass/volume] in Serum or Plasma",
    "Bilirubin gesamt",
    ("mg/dL", "mg/dl"),
    (0.6, 0.15),
    both=(None, 1.2),
    decimals=1,
)
ALBUMIN = _analyte(
    "1751-7",
    "Albumin [Mass/volume] in Serum or Plasma",
    "Albumin",
    ("g/L", "g/l"),
    (43, 2.5),
    both=(35, 52),
    decimals=0,
)
LDH = _analyte(
    "14804-9",
    "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma by Lactate to pyruvate reaction",
    "LDH",
    ("U/L", "U/l"),
    (185, 20),
    both=(None, 250),
    decimals=0,
)
CHOLESTEROL = _analyte(
    "2093-3",
    "Cholesterol [Mass/volume] in Serum or Plasma",
    "Cholesterin",
    ("mg/dL", "mg/dl"),
    (185, 20),
    both=(None, 200),
    decimals=0,
)
LDL = _analyte(
    "2089-1",
    "Cholesterol in LDL [Mass/volume] in Serum or Plasma",
    "LDL-Cholesterin",
    ("mg/dL", "mg/dl"),
    (105, 15),
    both=(None, 116),
    decimals=0,
)
HDL = _analyte(
    "2085-9",
    "Cholesterol in HDL [Mass/volume] in Serum or Plasma",
    "HDL-Cholesterin",
    ("mg/dL", "mg/dl"),
    (56, 8),
    women=(45, None),
    men=(40, None),
    decimals=0,
)
TRIGLYCERIDES = _analyte(
    "2571-8",
    "Triglyceride [Mass/volume] in Serum or Plasma",
    "Triglyzeride",
    ("mg/dL", "mg/dl"),
    (115, 25),
    both=(None, 150),
    decimals=0,
)
TSH = _analyte(
    "3016-3",
    "Thyrotropin [Units/volume] in Serum or Plasma",
    "TSH",
    ("m[IU]/L", "mU/l"),
    (1.8, 0.6),
    both=(0.4, 4.0),
    decimals=2,
)
FERRITIN = _analyte(
    "2276-4",
    "Ferritin [Mass/volume] in Serum or Plasma",
    "Ferritin",
    ("ng/mL", "ng/ml"),
    (85, 25),
    women=(15, 150),
    men=(30, 400),
    decimals=0,
)
NTPROBNP = _analyte(
    "33762-6",
    "Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma",
    "NT-proBNP",
    ("pg/mL", "pg/ml"),
    (70, 20),
    both=(None, 125),
    decimals=0,
)
TROPONIN = _analyte(
    "67151-1",
    "Troponin T.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method",
    "Troponin T hs",
    ("ng/L", "ng/l"),
    (7, 2),
    both=(None, 14),
    decimals=0,
)
INR = _analyte(
    "6301-6",
    "INR in Platelet poor plasma by Coagulation assay",
    "INR",
    ("{INR}", "INR"),
    (1.0, 0.05),
    both=(0.9, 1.2),
    decimals=2,
)
APTT = _analyte(
    "14979-9", "aPTT in Platelet poor plasma by Coagulation assay", "aPTT", "s", (30, 2), both=(26, 36), decimals=0
)
ALBUMINURIA = _analyte(
    "9318-7",
    "Albumin/Creatinine [Mass Ratio] in Urine",
    "Albumin/Kreatinin im Urin",
    "mg/g",
    (11, 5),
    both=(None, 30),
    decimals=0,
)
CEA = _analyte(
    "2039-6",
    "Carcinoembryonic Ag [Mass/volume] in Serum or Plasma",
    "CEA",
    ("ng/mL", "ng/ml"),
    (1.9, 0.5),
    both=(None, 5),
)
CA153 = _analyte(
    "6875-9",
    "Cancer Ag 15-3 [Units/volume] in Serum or Plasma",
    "CA 15-3",
    ("U/mL", "U/ml"),
    (15, 4),
    both=(None, 25),
    decimals=0,
)
URATE = _analyte(
    "3084-1",
    "Urate [Mass/volume] in Serum or Plasma",
    "Harnsäure",
    ("mg/dL", "mg/dl"),
    (4.9, 0.6),
    women=(2.4, 5.7),
    men=(3.4, 7.0),
)
PH = _analyte(
    "2744-1", "pH of Arterial blood", "pH arteriell", ("[pH]", "pH"), (7.40, 0.02), both=(7.35, 7.45), decimals=2
)
PCO2 = _analyte(
    "2019-8",
    "Carbon dioxide [Partial pressure] in Arterial blood",
    "pCO2 arteriell",
    ("mm[Hg]", "mmHg"),
    (40, 2),
    both=(35, 45),
    decimals=0,
)
PO2 = _analyte(
    "2703-7",
    "Oxygen [Partial pressure] in Arterial blood",
    "pO2 arteriell",
    ("mm[Hg]", "mmHg"),
    (85, 5),
    both=(71, 104),
    decimals=0,
)

BLOOD_COUNT = (LEUKOCYTES, ERYTHROCYTES, HAEMOGLOBIN, HAEMATOCRIT, MCV, PLATELETS)
KIDNEY = (CREATININE, GFR, UREA, SODIUM, POTASSIUM)
LIVER = (ALT, AST, GGT, BILIRUBIN)
LIPIDS = (CHOLESTEROL, LDL, HDL, TRIGLYCERIDES)
CLOTTING = (INR, APTT)


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
