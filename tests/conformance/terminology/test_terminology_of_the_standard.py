"""The code systems, value sets and maps of FHIR R4 itself, and its own examples of the operations."""

import json
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from verbund.database import Database, migrate
from verbund.errors import NotFound, VerbundError
from verbund.fhir.definitions import r4 as types
from verbund.terminology import MIGRATIONS, Coding, Question, Terminology, Wish, definitions, resources, shaping
from verbund.terminology.catalogue import Catalogue

ADJUDICATION = "http://terminology.hl7.org/CodeSystem/v3-ActClass"
# Some of the catalogues that are not the standard's own, without which value sets of the standard cannot be listed.
ELSEWHERE = {"http://snomed.info/sct", "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm"}


@pytest_asyncio.fixture(loop_scope="session")
async def terms(database: Database) -> Terminology:
    await migrate(database, [MIGRATIONS])
    return await Terminology.open(database)


def test_every_code_system_value_set_and_map_of_the_standard_can_be_read() -> None:
    kept = definitions.r4()
    read = {"CodeSystem": resources.code_system, "ValueSet": resources.value_set, "ConceptMap": resources.concept_map}
    for kind, raws in kept.items():
        assert all(read[kind](raw) for raw in raws.values())
    assert [len(raws) for raws in kept.values()] == [1054, 1310, 79]


async def test_required_bindings_list_what_the_generated_types_accept(terms: Terminology) -> None:
    """Two ways from one standard: the expander of the vendoring command, and this one."""
    differing = {}
    for url, systems in types().codes.items():
        expected = {(system, code) for system, codes in systems for code in codes}
        try:
            expansion = await terms.expand(url)
        except VerbundError as error:
            differing[url] = error.text
            continue
        found = {(member.system, member.code) for member in expansion.members}
        if found != expected:
            differing[url] = str(sorted(found ^ expected)[:4])
    assert differing == {}


async def test_a_value_set_of_the_standard_is_listed_or_names_the_catalogue_it_needs() -> None:
    catalogue = Catalogue(0)
    unknown: set[str] = set()
    missing: set[str] = set()
    for url in definitions.r4()["ValueSet"]:
        try:
            missing |= {part.url for part in catalogue.composed(url).parts if part.source is None}
        except NotFound as error:
            unknown.add(error.text.split()[3])
    assert unknown == {"http://hl7.org/fhir/ValueSet/dicom-cid29", "http://hl7.org/fhir/ValueSet/usps-state"}
    # The value set of this one asks for the version 3.6.0 of a system that the standard has as 4.0.1.
    assert missing & definitions.r4()["CodeSystem"].keys() == {"http://hl7.org/fhir/CodeSystem/task-code"}
    assert missing >= ELSEWHERE
    assert len(missing) < 40


async def test_lookup_as_the_standard_shows_it(terms: Terminology) -> None:
    """http://hl7.org/fhir/R4/codesystem-operation-lookup.html, with a code of HL7's own."""
    found = await terms.lookup("http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", properties=["parent"])
    assert found.display == "inpatient encounter"
    assert found.concept.parents == ("_ActEncounterCode",)


async def test_validate_code_as_the_standard_shows_it(terms: Terminology) -> None:
    """http://hl7.org/fhir/R4/valueset-operation-validate-code.html."""
    url = "http://hl7.org/fhir/ValueSet/condition-clinical"
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    assert (await terms.validate_code(url, [Coding(system, "recurrence", display="Recurrence")])).valid
    wrong = await terms.validate_code(url, [Coding(system, "recurrence", display="Recovery")])
    assert not wrong.valid
    assert wrong.display == "Recurrence"


async def test_expand_as_the_standard_shows_it(terms: Terminology) -> None:
    """http://hl7.org/fhir/R4/valueset-operation-expand.html: the shape of the answer."""
    listed = await terms.expand("http://hl7.org/fhir/ValueSet/administrative-gender", Wish(offset=1, count=2))
    shaped = json.loads(json.dumps(shaping.value_set(listed, datetime(2024, 1, 1, tzinfo=UTC))))
    assert shaped["expansion"]["total"] == 4
    assert shaped["expansion"]["offset"] == 1
    assert [one["code"] for one in shaped["expansion"]["contains"]] == ["female", "other"]
    assert {"name": "count", "valueInteger": 2} in shaped["expansion"]["parameter"]


async def test_subsumes_in_a_hierarchy_of_the_standard(terms: Terminology) -> None:
    assert await terms.subsumes(ADJUDICATION, "ACT", "ENC") == "subsumes"
    assert await terms.subsumes(ADJUDICATION, "ENC", "ACT") == "subsumed-by"
    with pytest.raises(NotFound, match="no code XYZ"):
        await terms.subsumes(ADJUDICATION, "ACT", "XYZ")


async def test_translate_by_a_map_of_the_standard(terms: Terminology) -> None:
    """http://hl7.org/fhir/R4/cm-address-use-v3.html."""
    source = Coding("http://hl7.org/fhir/address-use", "home")
    matches = await terms.translate(Question((source,), map="http://hl7.org/fhir/ConceptMap/cm-address-use-v3"))
    assert [(one.equivalence, one.target.code) for one in matches if one.target] == [("equal", "H")]
