"""The MII's test data against the profiles that it claims, and against itself with one thing made wrong."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from profiles_at_hand import of_test_data

from verbund.fhir.profiles import Mode, Profiles, validate
from verbund.fhir.terms import Terms
from verbund.terminology.loose import in_memory

PREFIX = "mii-exa-test-data-"

# Faults that the data has. The definitions are those of the MII modules of 2024 and 2025, the data is of 2026.
FAULTS: dict[str, tuple[str, set[tuple[str, str]]]] = {
    **{
        f"Consent-{PREFIX}patient-{number}-consent-1": (
            "the code system of the category was renamed between the versions of the module",
            {("Consent.category[1].coding[0]", "mii-pr-consent-einwilligung#Consent.category:mii.coding")},
        )
        for number in range(1, 11)
    },
    f"CarePlan-{PREFIX}onko-tumorkonferenz-molekular-1": (
        "an activity that is only a reference, where the profile asks for detail in each",
        {("CarePlan.activity[1].detail", "mii-pr-onko-tumorkonferenz#CarePlan.activity.detail")},
    ),
    f"Condition-{PREFIX}onko-diagnose-1": (
        "the site of the tumour without a SNOMED CT code, which is required",
        {
            (
                "Condition.bodySite[0].coding",
                "mii-pr-onko-diagnose-primaertumor#Condition.bodySite.coding:snomed-ct",
            )
        },
    ),
    f"Observation-{PREFIX}onko-ecog-1": (
        "a LOINC code beside the SNOMED CT code that every coding must be; two codings of the value, one is allowed",
        {
            (
                "Observation.code.coding[1]",
                "mii-pr-onko-allgemeiner-leistungszustand-ecog#Observation.code.coding",
            ),
            (
                "Observation.value.ofType(CodeableConcept).coding",
                "mii-pr-onko-allgemeiner-leistungszustand-ecog#Observation.value[x].coding",
            ),
        },
    ),
    f"Observation-{PREFIX}onko-karnofsky-1": (
        "the same",
        {
            (
                "Observation.code.coding[1]",
                "mii-pr-onko-allgemeiner-leistungszustand-karnofsky#Observation.code.coding",
            ),
            (
                "Observation.value.ofType(CodeableConcept).coding",
                "mii-pr-onko-allgemeiner-leistungszustand-karnofsky#Observation.value[x].coding",
            ),
        },
    ),
    f"ServiceRequest-{PREFIX}patient-3-molgen-anforderung-2": (
        "an extension that is defined for DiagnosticReport and Observation",
        {("ServiceRequest.extension[0]", "workflow-relatedArtifact#context")},
    ),
    "ImplementationGuide-mii-kds-testdata": (
        "codes of parameters that FHIR R5 brought",
        {(f"ImplementationGuide.definition.parameter[{number}].code", "binding") for number in (0, 1)},
    ),
}


@pytest.fixture(scope="module")
def profiles(data_folder: Path) -> Profiles:
    return of_test_data(data_folder)


@pytest.fixture(scope="module")
def terms() -> Terms:
    return in_memory([])


@pytest.fixture(scope="module")
def resources(data_folder: Path) -> dict[str, bytes]:
    """All files of the test data, by their names."""
    found = {}
    with tarfile.open(data_folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".json") else None
            if content is not None:
                found[Path(member.name).stem] = content.read()
    return found


Check = Callable[[bytes], set[tuple[str, str]]]


@pytest.fixture(scope="module")
def check(profiles: Profiles, terms: Terms) -> Check:
    """Path and rule of each error."""

    def errors(raw: bytes) -> set[tuple[str, str]]:
        found = validate(raw, profiles=profiles, terms=terms, mode=Mode(seconds=60.0))
        return {(one.expression[0], one.rule or "") for one in found if one.severity == "error"}

    return errors


def test_all_definitions_are_understood(profiles: Profiles) -> None:
    assert len(profiles) == 1_032  # two urls are defined twice
    broken = [url for url in profiles if (profile := profiles.get(url)) is None or profile.faults]
    assert broken == []


def test_the_data_meets_what_it_claims_but_for_its_own_faults(resources: dict[str, bytes], check: Check) -> None:
    found = {
        name: errors for name, raw in resources.items() if not name.startswith("Bundle") and (errors := check(raw))
    }
    assert found == {name: errors for name, (_, errors) in FAULTS.items()}


def test_hundreds_of_claims_are_looked_at(resources: dict[str, bytes], profiles: Profiles) -> None:
    """The test above would hold as well if no profile were known."""
    wholes = [json.loads(raw) for name, raw in resources.items() if not name.startswith("Bundle")]
    claims = [url for one in wholes for url in one.get("meta", {}).get("profile", ())]
    known = [url for url in claims if profiles.get(url) is not None]
    assert (len(known), len(set(known))) == (379, 85)


def test_a_bundle_has_the_faults_of_its_entries_and_its_references_lead_to_the_right_profiles(
    resources: dict[str, bytes], check: Check
) -> None:
    rules = {rule for _, errors in FAULTS.values() for _, rule in errors}
    bundles = [raw for name, raw in resources.items() if name.startswith("Bundle")]
    assert len(bundles) == 22
    assert {rule for raw in bundles for _, rule in check(raw)} == rules - {"binding"}


Change = Callable[[dict[str, Any]], object]
DIAGNOSIS = f"Condition-{PREFIX}patient-1-diagnose-1"
LABORATORY = f"Observation-{PREFIX}patient-1-labobs-1"
PATIENT = f"Patient-{PREFIX}patient-1"
PROCEDURE = f"Procedure-{PREFIX}patient-1-prozedur-1"
ENCOUNTER = f"Encounter-{PREFIX}patient-1-encounter-1"
STATEMENT = f"MedicationStatement-{PREFIX}patient-1-medstatement-1"
VITAL_STATUS = f"Observation-{PREFIX}patient-1-vitalstatus-1"


@pytest.mark.parametrize(
    ("name", "change", "path", "rule"),
    [
        (DIAGNOSIS, lambda r: r.pop("recordedDate"), "Condition.recordedDate", "Diagnose#Condition.recordedDate"),
        (
            DIAGNOSIS,
            lambda r: r["code"]["coding"][0].pop("version"),
            "Condition.code.coding[0].version",
            "Diagnose#Condition.code.coding:icd10-gm.version",
        ),
        (
            DIAGNOSIS,
            lambda r: r["code"]["coding"].append(r["code"]["coding"][0]),
            "Condition.code.coding",
            "Diagnose#Condition.code.coding:icd10-gm",
        ),
        (
            DIAGNOSIS,
            lambda r: r.update(subject={"reference": "Device/1"}),
            "Condition.subject",
            "Diagnose#Condition.subject",
        ),
        (
            DIAGNOSIS,
            lambda r: r["code"]["coding"][0]["extension"][1].update(valueCoding={"code": "X"}),
            "Condition.code.coding[0].extension[1].value.ofType(Coding).system",
            "seitenlokalisation#Extension.value[x].system",
        ),
        (
            DIAGNOSIS,
            lambda r: r.update(modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}]),
            "Condition.modifierExtension[0]",
            "modifier-extension",
        ),
        (LABORATORY, lambda r: r.pop("category"), "Observation.category", "ObservationLab#Observation.category"),
        (LABORATORY, lambda r: r.pop("valueQuantity"), "Observation", "mii-lab-2"),
        (
            LABORATORY,
            lambda r: r["category"][0]["coding"].pop(0),
            "Observation.category[0].coding",
            "ObservationLab#Observation.category.coding:loinc-observation",
        ),
        (
            LABORATORY,
            lambda r: r["identifier"].clear() or r.pop("identifier"),
            "Observation.identifier",
            "ObservationLab#Observation.identifier:analyseBefundCode",
        ),
        (
            LABORATORY,
            lambda r: r["valueQuantity"].update(system="urn:other"),
            "Observation.value.ofType(Quantity).system",
            "ObservationLab#Observation.value[x]:valueQuantity.system",
        ),
        (ENCOUNTER, lambda r: r.pop("period"), "Encounter", "mii-enc-1"),
        (ENCOUNTER, lambda r: r.pop("subject"), "Encounter.subject", "KontaktGesundheitseinrichtung#Encounter.subject"),
        (PROCEDURE, lambda r: r.pop("category"), "Procedure", "proc-mii-1"),
        (
            PROCEDURE,
            lambda r: r.pop("performedPeriod"),
            "Procedure.performed",
            "Procedure#Procedure.performed[x]",
        ),
        (
            PROCEDURE,
            lambda r: r["code"]["coding"][1].pop("version"),
            "Procedure.code.coding[1].version",
            "Procedure#Procedure.code.coding:ops.version",
        ),
        (
            STATEMENT,
            lambda r: r.pop("effectivePeriod"),
            "MedicationStatement.effective",
            "MedicationStatement#MedicationStatement.effective[x]",
        ),
        (
            VITAL_STATUS,
            lambda r: r.update(valueCodeableConcept={"text": "x"}),
            "Observation.value.ofType(CodeableConcept).coding",
            "Vitalstatus#Observation.value[x].coding",
        ),
    ],
)  # fmt: skip
def test_what_is_made_wrong_is_found_at_its_place(
    resources: dict[str, bytes], check: Check, name: str, change: Change, path: str, rule: str
) -> None:
    assert check(resources[name]) == set()
    whole = json.loads(resources[name])
    change(whole)
    assert (path, rule) in check(json.dumps(whole).encode())
