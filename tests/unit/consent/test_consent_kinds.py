"""What the tables of kinds of data hold, row by row, as the catalogues say it."""

from types import SimpleNamespace

import pytest

from verbund.consent import DataCategory, classify
from verbund.consent.sensitive import sensitivity

C = DataCategory
PSYCHIATRY, GENETICS, HIV, NOTHING = C.PSYCHIATRY, C.GENETICS, C.HIV, DataCategory(0)
ICD = ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "http://hl7.org/fhir/sid/icd-10", "HTTP://EXAMPLE/ICD-10-WHO")
ATC, OPS = "http://fhir.de/CodeSystem/bfarm/atc", "http://fhir.de/CodeSystem/bfarm/ops"
DEPARTMENT = "http://fhir.de/CodeSystem/dkgev/Fachabteilungsschluessel"


def codes(letter: str, first: int, last: int) -> list[str]:
    return [f"{letter}{number:02}" for number in range(first, last + 1)]


DISEASES = {
    PSYCHIATRY: [*codes("F", 0, 99), *codes("X", 60, 84), "Z91.5", "F32.1", "X84.9", "f20"],
    HIV: [*codes("B", 20, 24), "Z21", "R75", "U60", "U60.1", "U61", "U61.9", "Z11.4", "b24"],
    GENETICS: ["Z14", "Z14.8", "Z15", "Z15.0", "Z31.5", *codes("Q", 90, 99), "Q90.9"],
    NOTHING: [
        *("X59", "X85", "Z91", "Z91.4", "Z91.6", "B19", "B25", "Z20", "Z22", "R74", "R76", "U59", "U62", "Z11"),
        *("Z11.3", "Z13", "Z16", "Z31", "Z31.6", "Q89", "I10.90", "E11.9", "G20"),
    ],
}
# Whole groups, groups of which a part is sensitive, and their neighbours.
MEDICATION = {
    PSYCHIATRY: ["N05A", "N05AX08", "N05BA01", "N06AB04", "N06BA04", "N07BC51"],
    HIV: [
        *("J05AE08", "J05AF01", "J05AF06", "J05AG06", "J05AJ03", "J05AR20"),
        *(f"J05AX{number}" for number in ("07", "08", "09", "12", "23", "29", "31")),
    ],
    NOTHING: [
        "N05",
        "N05C",
        "N06",
        "N06D",
        "N07",
        "N07A",
        "N07C",
        "J05",
        "J05AB01",
        "J05AX",
        "A10BA02",
        "N",
    ],
}
PROCEDURES = {
    PSYCHIATRY: ["9-60", "9-607", "9-649.10", "9-69", "9-70", "9-701", "9-80", "9-86", "1-90", "1-903"],
    GENETICS: ["1-991", "1-992", "1-991.0"],
    NOTHING: ["9-50", "9-71", "9-81", "9-87", "1-91", "1-99", "1-993", "5-470"],
}
DEPARTMENTS = {PSYCHIATRY: ["2900", "29", "3000", "3100"], NOTHING: ["0100", "2800", "3200", "3700"]}


@pytest.mark.parametrize(
    ("system", "table"),
    [*((system, DISEASES) for system in ICD), (ATC, MEDICATION), (OPS, PROCEDURES), (DEPARTMENT, DEPARTMENTS)],
)
def test_a_code_gives_away_what_its_group_does_and_its_neighbours_do_not(
    system: str, table: dict[DataCategory, list[str]]
) -> None:
    for kind, some in table.items():
        for code in some:
            assert sensitivity(system, code) == kind, code


def test_labels_that_a_house_has_put_on_itself() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    labels = {
        PSYCHIATRY: ("PSY", "PSYTHPN", "MH", "BH", "SUD", "ETH", "ETHUD", "OPIOIDUD"),
        GENETICS: ("GDIS",),
        HIV: ("HIV", "HIVAIDS"),
        NOTHING: ("CEL", "TBOO", "psy", "HI"),
    }
    for kind, some in labels.items():
        for code in some:
            assert sensitivity(system, code) == kind, code


@pytest.mark.parametrize(
    ("system", "code", "kind"),
    [
        ("http://loinc.org", "25836-8", HIV),
        ("http://loinc.org", "69548-6", GENETICS),
        ("http://loinc.org", "44261-6", PSYCHIATRY),
        ("http://loinc.org", "718-7", NOTHING),
        ("http://snomed.info/sct", "86406008", HIV),
        ("http://snomed.info/sct", "106221001", GENETICS),
        ("http://snomed.info/sct", "35489007", PSYCHIATRY),
        ("http://snomed.info/sct", "38341003", NOTHING),
        ("http://terminology.hl7.org/CodeSystem/v2-0074", "GE", GENETICS),
        ("http://terminology.hl7.org/CodeSystem/v2-0074", "CH", NOTHING),
        ("urn:own", "F32", NOTHING),
        ("http://loinc.org", "F32", NOTHING),
    ],
)
def test_exact_catalogues_know_exactly_their_codes(system: str, code: str, kind: DataCategory) -> None:
    assert sensitivity(system, code) == kind


BY_TYPE = {
    C.DEMOGRAPHICS: "Patient Person RelatedPerson",
    C.DIAGNOSES: "Condition ClinicalImpression DetectedIssue AdverseEvent BodyStructure",
    C.DIAGNOSES | C.GENETICS: "FamilyMemberHistory",
    C.ALLERGIES: "AllergyIntolerance",
    C.IMMUNISATION: "Immunization ImmunizationEvaluation ImmunizationRecommendation",
    C.PROCEDURES: "Procedure VisionPrescription",
    C.MEDICATION: "MedicationAdministration MedicationDispense MedicationRequest MedicationStatement",
    C.ENCOUNTERS: "Encounter EpisodeOfCare Appointment AppointmentResponse",
    C.DOCUMENTS: "Composition DocumentManifest DocumentReference",
    C.IMAGING: "ImagingStudy",
    C.IMAGING | C.DOCUMENTS: "Media",
    C.GENETICS: "MolecularSequence",
    C.LABORATORY: "Specimen",
    C.OTHER | C.DIAGNOSES | C.PROCEDURES: "Claim ClaimResponse ExplanationOfBenefit",
    C.OTHER: "Basic Communication Goal CarePlan Task List",
}


@pytest.mark.parametrize(("kinds", "types"), BY_TYPE.items(), ids=[str(int(kinds)) for kinds in BY_TYPE])
def test_what_follows_from_the_type(kinds: DataCategory, types: str) -> None:
    for name in types.split():
        assert classify(type(name, (), {})()) == kinds, name


CATEGORIES = {
    C.LABORATORY: ("laboratory LAB 26436-6 LP29693-6 108252007 BLB CH CP CYP HM IMM MB MCB MYC PAR PHR SP SR TX VR"),
    C.IMAGING: "imaging LP29684-5 18726-0 363679005 CT CUS NMR NMS NUC OUS RAD RUS RX VUS XRC MR US EC",
    C.VITALS: "vital-signs",
    C.PROCEDURES: "procedure therapy",
    C.GENETICS: "GE",
    C.OTHER: "social-history survey exam activity",
}


@pytest.mark.parametrize("kind", CATEGORIES, ids=str)
def test_what_follows_from_the_category_of_an_observation(kind: DataCategory) -> None:
    for code in CATEGORIES[kind].split():
        concept = SimpleNamespace(coding=(SimpleNamespace(code=code, system=None, display=None),))
        made = type("Observation", (), {"category": (concept,)})()
        assert classify(made) == kind, code
