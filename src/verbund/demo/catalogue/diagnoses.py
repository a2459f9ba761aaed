"""Diagnoses: ICD-10-GM codes with their official German text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A terminal code of ICD-10-GM. `lasting` conditions stay on the problem list; `psychiatric` ones are labelled."""

    code: str
    text: str
    lasting: bool = True

    @property
    def psychiatric(self) -> bool:
        """Chapter V: mental and behavioural disorders."""
        return self.code.startswith("F")


def _acute(code: str, text: str) -> Diagnosis:
    return Diagnosis(code, text, lasting=False)


DIABETES = Diagnosis("E11.90", "Diabetes mellitus, Typ 2: Ohne Komplikationen: Nicht als entgleist bezeichnet")
DIABETES_KIDNEY = Diagnosis(
    "E11.20", "Diabetes mellitus, Typ 2: Mit Nierenkomplikationen: Nicht als entgleist bezeichnet"
)
DIABETES_NERVE = Diagnosis(
    "E11.40", "Diabetes mellitus, Typ 2: Mit neurologischen Komplikationen: Nicht als entgleist bezeichnet"
)
POLYNEUROPATHY = Diagnosis("G63.2", "Diabetische Polyneuropathie")
HYPERTENSION = Diagnosis(
    "I10.90", "Essentielle Hypertonie, nicht näher bezeichnet: Ohne Angabe einer hypertensiven Krise"
)
HYPERTENSIVE_HEART = Diagnosis(
    "I11.90", "Hypertensive Herzkrankheit ohne (kongestive) Herzinsuffizienz: Ohne Angabe einer hypertensiven Krise"
)
HEART_FAILURE_2 = Diagnosis("I50.12", "Linksherzinsuffizienz: Mit Beschwerden bei stärkerer Belastung")
HEART_FAILURE_3 = Diagnosis("I50.13", "Linksherzinsuffizienz: Mit Beschwerden bei leichterer Belastung")
HEART_FAILURE_4 = Diagnosis("I50.14", "Linksherzinsuffizienz: Mit Beschwerden in Ruhe")
CORONARY = Diagnosis("I25.12", "Atherosklerotische Herzkrankheit: Zwei-Gefäß-Erkrankung")
ATRIAL_FIBRILLATION = Diagnosis("I48.0", "Vorhofflimmern, paroxysmal")
LIPIDS = Diagnosis("E78.2", "Gemischte Hyperlipidämie")
CHOLESTEROL = Diagnosis("E78.0", "Reine Hypercholesterinämie")
KIDNEY_3 = Diagnosis("N18.3", "Chronische Nierenkrankheit, Stadium 3")
KIDNEY_ACUTE = _acute("N17.91", "Akutes Nierenversagen, nicht näher bezeichnet: Stadium 1")
ANTICOAGULATED = Diagnosis("Z92.1", "Dauertherapie (gegenwärtig) mit Antikoagulanzien in der Eigenanamnese")

STROKE_EMBOLIC = _acute("I63.4", "Hirninfarkt durch Embolie zerebraler Arterien")
STROKE_THROMBOTIC = _acute("I63.3", "Hirninfarkt durch Thrombose zerebraler Arterien")
HEMIPARESIS = Diagnosis("G81.9", "Hemiparese und Hemiplegie, nicht näher bezeichnet")
APHASIA = Diagnosis("R47.0", "Dysphasie und Aphasie")
STROKE_LATE = Diagnosis("I69.3", "Folgen eines Hirninfarktes")

COLON_SIGMOID = Diagnosis("C18.7", "Bösartige Neubildung: Colon sigmoideum")
COLON_ASCENDENS = Diagnosis("C18.2", "Bösartige Neubildung: Colon ascendens")
BREAST = Diagnosis("C50.4", "Bösartige Neubildung: Oberer äußerer Quadrant der Brustdrüse")
NODES_ABDOMEN = Diagnosis(
    "C77.2", "Sekundäre und nicht näher bezeichnete bösartige Neubildung: Intraabdominale Lymphknoten"
)
NODES_AXILLA = Diagnosis(
    "C77.3",
    (
        "Sekundäre und nicht näher bezeichnete bösartige Neubildung: Axilläre "
        "Lymphknoten und Lymphknoten der oberen Extremität"
    ),
)
CHEMOTHERAPY = _acute("Z51.1", "Chemotherapie-Sitzung wegen bösartiger Neubildung")
ANAEMIA_IRON = Diagnosis("D50.9", "Eisenmangelanämie, nicht näher bezeichnet")

PNEUMONIA = _acute("J18.9", "Pneumonie, nicht näher bezeichnet")
PNEUMONIA_PNEUMOCOCCI = _acute("J13", "Pneumonie durch Streptococcus pneumoniae")
SEPSIS_PNEUMOCOCCI = _acute("A40.3", "Sepsis durch Streptococcus pneumoniae")
SEPSIS_COLI = _acute("A41.51", "Sepsis: Escherichia coli [E. coli]")
SEPSIS_ORGANS = _acute(
    "R65.1", "Systemisches inflammatorisches Response-Syndrom [SIRS] infektiöser Genese mit Organkomplikationen"
)
RESPIRATORY_FAILURE = _acute(
    "J96.00", "Akute respiratorische Insuffizienz, anderenorts nicht klassifiziert: Typ I [hypoxisch]"
)
URINARY_INFECTION = _acute("N39.0", "Harnwegsinfektion, Lokalisation nicht näher bezeichnet")
PYELONEPHRITIS = _acute("N10", "Akute tubulointerstitielle Nephritis")

COPD = Diagnosis(
    "J44.82",
    "Sonstige näher bezeichnete chronische obstruktive Lungenkrankheit: FEV1 >= 50 % und < 70 % des Sollwertes",
)
COPD_EXACERBATED = _acute(
    "J44.12",
    (
        "Chronische obstruktive Lungenkrankheit mit akuter Exazerbation, nicht "
        "näher bezeichnet: FEV1 >= 50 % und < 70 % des Sollwertes"
    ),
)
DEPRESSION = Diagnosis("F32.1", "Mittelgradige depressive Episode")
DEPRESSION_RECURRENT = Diagnosis("F33.1", "Rezidivierende depressive Störung, gegenwärtig mittelgradige Episode")
DEPRESSION_SEVERE = Diagnosis(
    "F33.2", "Rezidivierende depressive Störung, gegenwärtig schwere Episode ohne psychotische Symptome"
)
ANXIETY = Diagnosis("F41.1", "Generalisierte Angststörung")
BACK_PAIN = _acute("M54.4", "Lumboischialgie")
LOW_BACK_PAIN = _acute("M54.5", "Kreuzschmerz")
KNEE = Diagnosis("M17.1", "Sonstige primäre Gonarthrose")
THYROID = Diagnosis("E03.9", "Hypothyreose, nicht näher bezeichnet")
REFLUX = Diagnosis("K21.9", "Gastroösophageale Refluxkrankheit ohne Ösophagitis")
HAY_FEVER = Diagnosis("J30.1", "Allergische Rhinopathie durch Pollen")
MIGRAINE = Diagnosis("G43.9", "Migräne, nicht näher bezeichnet")
PROSTATE = Diagnosis("N40", "Prostatahyperplasie")

COLD = _acute("J06.9", "Akute Infektion der oberen Atemwege, nicht näher bezeichnet")
BRONCHITIS = _acute("J20.9", "Akute Bronchitis, nicht näher bezeichnet")
GASTROENTERITIS = _acute(
    "A09.9", "Sonstige und nicht näher bezeichnete Gastroenteritis und Kolitis nicht näher bezeichneten Ursprungs"
)
EAR_INFECTION = _acute("H66.9", "Otitis media, nicht näher bezeichnet")
SINUSITIS = _acute("J01.9", "Akute Sinusitis, nicht näher bezeichnet")
SPRAIN = _acute("S93.40", "Verstauchung und Zerrung des oberen Sprunggelenkes: Teil nicht näher bezeichnet")
CHECK_UP = _acute("Z00.0", "Ärztliche Allgemeinuntersuchung")
CHILD_CHECK = _acute("Z00.1", "Gesundheitsvorsorgeuntersuchung eines Kindes")

MINOR = (COLD, BRONCHITIS, GASTROENTERITIS, SINUSITIS, LOW_BACK_PAIN, SPRAIN)
MINOR_CHILD = (COLD, BRONCHITIS, GASTROENTERITIS, EAR_INFECTION)
