"""An operator loads catalogues as their owners publish them, and asks for what is in them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from catalogue_files import ATC, CLAML, LOINC, atc_workbook, laid_out, one_file, rf2, zipped

from verbund.database import Database, migrate
from verbund.errors import Incorrect, Invalid, NotFound
from verbund.terminology import MIGRATIONS, Coding, Terminology, Wish, importers

ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
ATC_SYSTEM = "http://fhir.de/CodeSystem/bfarm/atc"
SNOMED = "http://snomed.info/sct"
LOINC_SYSTEM = "http://loinc.org"


async def loaded(database: Database, *paths: Path, version: str | None = None) -> Terminology:
    """A terminology with these catalogues."""
    await migrate(database, [MIGRATIONS])
    terms = Terminology(database)
    for path in paths:
        with importers.opened(path, version=version) as table:
            await terms.add(table.head, table.concepts)
    return terms


async def members(terms: Terminology, value_set: str, wish: Wish | None = None) -> list[str]:
    return [member.code for member in (await terms.expand(value_set, wish or Wish())).members]


async def test_claml_gives_chapters_groups_and_categories(database: Database, tmp_path: Path) -> None:
    terms = await loaded(database, one_file(tmp_path, "icd10gm2024syst_claml.xml", CLAML))
    found = await terms.lookup(ICD, "E11", properties=["*"])
    assert found.display == "Diabetes mellitus, Typ 2"
    assert found.head.version == "2024"
    assert found.concept.parents == ("E10-E14",)
    assert found.children == ("E11.9",)
    assert await terms.subsumes(ICD, "IV", "E11.9") == "subsumes"
    assert (await terms.lookup(ICD, "E10-E14")).concept.abstract


async def test_modifiers_of_claml_make_codes_of_their_own(database: Database, tmp_path: Path) -> None:
    terms = await loaded(database, one_file(tmp_path, "icd10gm2024syst_claml.xml", CLAML))
    made = await terms.lookup(ICD, "E10.90")
    assert made.display == "Diabetes mellitus, Typ 1: Ohne Komplikationen: Nicht als entgleist bezeichnet"
    assert made.concept.parents == ("E10.9",)
    below = (await terms.lookup(ICD, "E10.0", properties=["child"])).children
    assert below == ("E10.01",), "the modifier's class 0 does not follow .0"
    with pytest.raises(NotFound, match=r"E11\.0"):
        await terms.lookup(ICD, "E11.0")


async def test_a_catalogue_is_known_by_its_older_names_too(database: Database, tmp_path: Path) -> None:
    terms = await loaded(database, one_file(tmp_path, "icd10gm2024syst_claml.xml", CLAML))
    old = "http://fhir.de/CodeSystem/dimdi/icd-10-gm"
    assert (await terms.lookup(old, "E11")).display == "Diabetes mellitus, Typ 2"
    verdict = await terms.validate_code("http://fhir.de/ValueSet/bfarm/icd-10-gm", [Coding(old, "E11.9")])
    assert verdict.valid


@pytest.mark.parametrize("packed", [False, True])
async def test_loinc_gives_terms_parts_answers_and_german_names(
    database: Database, tmp_path: Path, packed: bool
) -> None:
    place = zipped(tmp_path / "Loinc_2.77.zip", LOINC) if packed else laid_out(tmp_path / "Loinc_2.77", LOINC)
    terms = await loaded(database, place)
    found = await terms.lookup(LOINC_SYSTEM, "718-7", language="de")
    assert found.display == "Hämoglobin im Blut"
    assert found.head.version == "2.77"
    assert ("SYSTEM", "Bld") in {(one.code, one.value) for one in found.concept.properties}
    assert await terms.subsumes(LOINC_SYSTEM, "LP29693-6", "718-7") == "subsumes"
    assert (await terms.lookup(LOINC_SYSTEM, "1-8")).concept.inactive
    assert await members(terms, "http://loinc.org/vs/LL715-4") == ["LA33-6", "LA32-8"]
    assert await members(terms, "http://loinc.org/vs/LP7838-5") == ["718-7"]
    assert await members(terms, "http://loinc.org/vs", Wish(filter="hämo blut")) == ["718-7"]


@pytest.mark.parametrize("packed", [False, True])
async def test_snomed_gives_preferred_terms_and_the_whole_hierarchy(
    database: Database, tmp_path: Path, packed: bool
) -> None:
    place = zipped(tmp_path / "snomed.zip", rf2()) if packed else laid_out(tmp_path / "snomed", rf2())
    terms = await loaded(database, place)
    found = await terms.lookup(SNOMED, "73211009")
    assert found.display == "Diabetes mellitus"
    assert found.head.version == f"{SNOMED}/900000000000207008/version/20240131"
    assert set(found.concept.parents) == {"64572001", "126877002"}
    assert (await terms.lookup(SNOMED, "73211009", language="de")).display == "Diabetes mellitus (de)"
    assert await terms.subsumes(SNOMED, "126877002", "44054006") == "subsumes"
    assert (await terms.lookup(SNOMED, "999")).concept.inactive
    assert await members(terms, f"{SNOMED}?fhir_vs=isa/73211009") == ["73211009", "44054006"]
    assert await members(terms, f"{SNOMED}?fhir_vs=ecl/<73211009") == ["44054006"]
    assert await members(terms, f"{SNOMED}?fhir_vs=refset/723264001") == ["73211009"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_atc_comes_as_a_table(database: Database, tmp_path: Path, form: str) -> None:
    place = one_file(tmp_path, "ATC 2024.csv", ATC) if form == "csv" else atc_workbook(tmp_path / "atc2024.xlsx")
    terms = await loaded(database, place)
    found = await terms.lookup(ATC_SYSTEM, "A10BA02")
    assert found.display == "Metformin"
    assert [one.value for one in found.concept.properties] == ["2 g O", "1 g P"]
    assert await terms.subsumes(ATC_SYSTEM, "A10", "A10BA02") == "subsumes"
    assert found.head.version == "2024"


async def test_a_repeated_load_replaces_its_version_and_keeps_others(database: Database, tmp_path: Path) -> None:
    first = one_file(tmp_path, "ATC.csv", ATC)
    terms = await loaded(database, first, version="2023")
    second = one_file(tmp_path, "ATC.csv", ATC.replace("Metformin", "Metforminhydrochlorid"))
    terms = await loaded(database, second, version="2024")
    await loaded(database, second, version="2024")
    assert (await terms.lookup(ATC_SYSTEM, "A10BA02")).display == "Metforminhydrochlorid"
    assert (await terms.lookup(ATC_SYSTEM, "A10BA02", version="2023")).display == "Metformin"
    assert [(one.version, one.concepts) for one in await terms.loaded()] == [("2023", 5), ("2024", 5)]


CLASS = '<Class code="Z99" kind="category"><SuperClass code="Z00-Z98"/></Class></ClaML>'
BAD: Sequence[tuple[str, str, str]] = (
    ("icd_claml.xml", CLAML.replace("</ClaML>", ""), "line 36"),
    ("icd_claml.xml", CLAML.replace("</ClaML>", CLASS), "Z99 is below Z00-Z98, which is not there"),
    ("icd_claml.xml", "<html/>", "not ClaML"),
    ("Loinc.csv", '"LOINC_NUM","LONG_COMMON_NAME"\n"718-7","a"\nnonsense,b\n', "line 3"),
    ("Loinc.csv", '"LOINC_NUM"\n"718-7"\n', "LONG_COMMON_NAME"),
    ("ATC.csv", ATC + "B99999;x;\n", "line 9"),
    ("ATC.csv", "a;b\nc;d\n", "ATC-Code"),
    ("ATC.csv", 'ATC-Code;Name\n"A10;x\n', "line"),
)


@pytest.mark.parametrize(("name", "text", "said"), BAD)
async def test_a_bad_file_is_refused_with_its_place(
    database: Database, tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        await loaded(database, one_file(tmp_path, name, text))
    assert await Terminology(database).loaded() == []


async def test_a_broken_row_of_a_release_is_told_with_its_line(database: Database, tmp_path: Path) -> None:
    files = rf2()
    name = next(one for one in files if "Relationship" in one)
    files[name] += "12345\t2024\r\n"
    with pytest.raises(Invalid, match=r"Relationship.*line 9: it has 2 columns of 10"):
        await loaded(database, laid_out(tmp_path / "snomed", files))


async def test_what_is_no_catalogue_is_told_with_the_forms_that_are(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Incorrect, match="--format"):
        await loaded(database, one_file(tmp_path, "notes.md", "nothing"))
