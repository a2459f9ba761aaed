"""Procedures: OPS codes with their German text, or SNOMED CT where OPS has none (rehabilitation, echocardiography)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Treatment:
    """Something done. `category` is SNOMED CT: diagnostic, surgical, therapeutic, imaging or other."""

    text: str
    category: tuple[str, str]
    ops: str | None = None
    snomed: tuple[str, str] | None = None


DIAGNOSTIC = ("103693007", "Diagnostic procedure")
SURGICAL = ("387713003", "Surgical procedure")
THERAPEUTIC = ("277132007", "Therapeutic procedure")
IMAGING = ("363679005", "Imaging")

CT_HEAD = Treatment("Native Computertomographie des Schädels", IMAGING, "3-200")
CT_THORAX_CONTRAST = Treatment("Computertomographie des Thorax mit Kontrastmittel", IMAGING, "3-222")
CT_ABDOMEN_CONTRAST = Treatment("Computertomographie des Abdomens mit Kontrastmittel", IMAGING, "3-225")
MRI_HEAD = Treatment("Native Magnetresonanztomographie des Schädels", IMAGING, "3-800")
ECHO = Treatment("Transthorakale Echokardiographie", DIAGNOSTIC, snomed=("433236007", "Transthoracic echocardiography"))
ECG = Treatment("Elektrokardiogramm (12 Ableitungen)", DIAGNOSTIC, snomed=("268400002", "12 lead electrocardiogram"))
THROMBOLYSIS = Treatment("Therapeutische Injektion: Systemische Thrombolyse", THERAPEUTIC, "8-020.8")
THROMBECTOMY = Treatment(
    "(Perkutan-)transluminale Gefäßintervention: Thrombektomie: Gefäße intrakraniell", THERAPEUTIC, "8-836.80"
)
MONITORING = Treatment(
    "Monitoring von Atmung, Herz und Kreislauf ohne Messung des Pulmonalarteriendruckes und des zentralen Venendruckes",
    DIAGNOSTIC,
    "8-930",
)
HIGH_FLOW = Treatment(
    "Maschinelle Beatmung und Atemunterstützung: Atemunterstützung durch High-Flow-Nasenkanüle", THERAPEUTIC, "8-713.0"
)
CENTRAL_LINE = Treatment("Legen und Wechsel eines Katheters in zentralvenöse Gefäße: Legen", THERAPEUTIC, "8-831.0")
COLONOSCOPY = Treatment("Diagnostische Koloskopie: Total, bis Zäkum", DIAGNOSTIC, "1-650.1")
BIOPSY = Treatment("Endoskopische Biopsie am unteren Verdauungstrakt: 1 bis 5 Biopsien", DIAGNOSTIC, "1-444.7")
SIGMA_RESECTION = Treatment(
    "Partielle Resektion des Dickdarmes: Sigmaresektion: Laparoskopisch mit Anastomose", SURGICAL, "5-455.75"
)
HEMICOLECTOMY = Treatment(
    "Partielle Resektion des Dickdarmes: Hemikolektomie rechts: Laparoskopisch mit Anastomose", SURGICAL, "5-455.45"
)
BREAST_SURGERY = Treatment(
    "Partielle (brusterhaltende) Exzision der Mamma und Destruktion von Mammagewebe: Partielle Resektion: "
    "Defektdeckung durch Mobilisation und Adaptation von bis zu 25 % des Brustgewebes",
    SURGICAL,
    "5-870.a1",
)
SENTINEL = Treatment(
    "Exzision einzelner Lymphknoten und Lymphgefäße: Axillär: Mit Radionuklidmarkierung (Sentinel-Lymphonodektomie)",
    SURGICAL,
    "5-401.11",
)
CHEMO_TWO = Treatment("Nicht komplexe Chemotherapie: 1 Tag: 2 Medikamente", THERAPEUTIC, "8-542.12")
PHYSIOTHERAPY = Treatment("Physiotherapie", THERAPEUTIC, snomed=("91251008", "Physical therapy procedure"))
ERGOMETER = Treatment("Ergometertraining", THERAPEUTIC, snomed=("229065009", "Exercise therapy"))
OCCUPATIONAL = Treatment("Ergotherapie", THERAPEUTIC, snomed=("84478008", "Occupational therapy"))
SPEECH = Treatment("Logopädie", THERAPEUTIC, snomed=("5154007", "Speech therapy"))
EDUCATION = Treatment("Patientenschulung", THERAPEUTIC, snomed=("311401005", "Patient education"))
DIABETES_EDUCATION = Treatment("Diabetesschulung", THERAPEUTIC, snomed=("6143009", "Diabetic education"))
NUTRITION = Treatment("Ernährungsberatung", THERAPEUTIC, snomed=("11816003", "Diet education"))
PSYCHOTHERAPY = Treatment("Psychotherapeutisches Einzelgespräch", THERAPEUTIC, snomed=("75516001", "Psychotherapy"))
SPIROMETRY = Treatment("Spirometrie", DIAGNOSTIC, snomed=("127783003", "Spirometry"))
FOOT_CHECK = Treatment("Diabetische Fußuntersuchung", DIAGNOSTIC, snomed=("401191002", "Diabetic foot examination"))
