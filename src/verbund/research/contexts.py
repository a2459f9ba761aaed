"""Where the criteria of a cohort are found in FHIR: contexts of the MII ontology to types and search parameters.

A compact table of our own after the MII core data set: which element holds the code, which one the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from verbund.research.model import Code


@dataclass(frozen=True, slots=True)
class Place:
    """A resource type, the parameter of its code, and of its time where it has one.

    `medication` names the reference by which a prescription leads to its Medication. `attributes` maps codes of further
    properties to parameters. Values are compared only where `values` says so.
    """

    type: str
    code: str = "code"
    time: str | None = "date"
    values: bool = False
    medication: str | None = None
    attributes: Mapping[str, str] | None = None


_OBSERVATION = Place("Observation", values=True)
_VALUE_CODED = Place("Observation", code="value-concept")
_CONDITION = Place("Condition", time="recorded-date", attributes={"status": "clinical-status"})
_PROCEDURE = Place("Procedure")
_REPORT = Place("DiagnosticReport")

CONTEXTS: Mapping[str, Place] = {
    "Diagnose": _CONDITION,
    "Todesursache": Place("Condition", code="category", time="onset-date"),
    "Laboruntersuchung": _OBSERVATION,
    "Vitaldaten": _OBSERVATION,
    "Vitalstatus": _OBSERVATION,
    "Procedure": _PROCEDURE,
    "Prozedur": _PROCEDURE,
    "Procedure Category": Place("Procedure", code="category"),
    "Medikamentenverabreichung": Place("MedicationAdministration", time="effective-time", medication="medication"),
    "Medikamentenanordnung": Place("MedicationRequest", time="authoredon", medication="medication"),
    "Medikamentenverordnung": Place("MedicationStatement", time="effective", medication="medication"),
    "Specimen": Place("Specimen", code="type", time="collected", attributes={"bodySite": "bodysite"}),
    "Fall": Place("Encounter", code="class"),
    "Molekulargenetischer Befundbericht": Place("DiagnosticReport", time="issued"),
    "MII_Onkologie_Bestrahlung": _PROCEDURE,
    "MII_Onkologie_Bioprobe": Place("Specimen", code="type", time="collected"),
    "MII_Onkologie_Diagnose": _CONDITION,
    "MII_Onkologie_Fernmetastasen": _VALUE_CODED,
    "MII_Onkologie_Histologiebefund": _REPORT,
    "MII_Onkologie_Histologiegrading": _VALUE_CODED,
    "MII_Onkologie_Leistungszustand": _OBSERVATION,
    "MII_Onkologie_Lymphknoten_Assessment": _OBSERVATION,
    "MII_Onkologie_Nebenwirkung": Place("AdverseEvent", code="seriousness", time=None),
    "MII_Onkologie_Operation": _PROCEDURE,
    "MII_Onkologie_Residualstatus": _VALUE_CODED,
    "MII_Onkologie_Strahlentherapie": _PROCEDURE,
    "MII_Onkologie_Studienteilnahme": _VALUE_CODED,
    "MII_Onkologie_Systemtherapie": _PROCEDURE,
    "MII_Onkologie_TNM": _OBSERVATION,
    "MII_Onkologie_TNM_Klassifikation": _OBSERVATION,
    "MII_Onkologie_Therapie": _PROCEDURE,
    "MII_Onkologie_Tod": _OBSERVATION,
    "MII_Onkologie_Tumorkonferenz": Place("CarePlan", code="category", time=None),
    "MII_Onkologie_Variantenassessment": _OBSERVATION,
    "MII_Onkologie_Verlauf": _OBSERVATION,
}

PATIENT = frozenset({"Patient", "Person"})
CONSENT = frozenset({"Einwilligung", "Consent"})

_SNOMED, _LOINC = "http://snomed.info/sct", "http://loinc.org"
AGE = frozenset({Code(_SNOMED, "424144002"), Code(_LOINC, "30525-0")})
GENDER = frozenset({Code(_SNOMED, "263495000"), Code(_LOINC, "LL2191-6"), Code(_LOINC, "76689-9")})
GENDERS: Mapping[str, str] = {
    "male": "male",
    "female": "female",
    "other": "other",
    "unknown": "unknown",
    "M": "male",
    "F": "female",
    "D": "other",
    "U": "unknown",
}

# Code systems that have had two names: what is coded in the one is found by the other.
_ALIASES = (
    ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "http://fhir.de/CodeSystem/dimdi/icd-10-gm"),
    ("http://fhir.de/CodeSystem/bfarm/ops", "http://fhir.de/CodeSystem/dimdi/ops"),
    ("http://fhir.de/CodeSystem/bfarm/atc", "http://fhir.de/CodeSystem/dimdi/atc"),
    ("http://fhir.de/CodeSystem/bfarm/alpha-id", "http://fhir.de/CodeSystem/alpha-id"),
)


def names_of(system: str) -> tuple[str, ...]:
    """The names by which a code system goes, the given one first."""
    for names in _ALIASES:
        if system in names:
            return (system, *(name for name in names if name != system))
    return (system,)


def with_descendants(code: Code) -> tuple[str, ...]:
    """The code and those below it, where the writing of the system says what is below: ICD-10-GM.

    `E11` stands for `E11.9` and `E11.90` as well, `E11.9` for `E11.90` to `E11.98`. Other systems need a catalogue; a
    code of theirs stands for itself.
    """
    if not code.system.endswith("/icd-10-gm"):
        return (code.code,)
    category, _, rest = code.code.partition(".")
    digits = "0123456789"
    if len(category) != 3 or len(rest) > 1 or rest == "-":
        return (code.code,)
    if rest:
        return (code.code, *(f"{code.code}{digit}" for digit in digits))
    fourth = [f"{category}.{digit}" for digit in digits]
    fifth = [f"{above}{digit}" for above in fourth for digit in digits]
    return (code.code, f"{category}.-", *fourth, *fifth)
