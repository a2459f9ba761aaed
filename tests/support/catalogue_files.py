"""Small catalogues in exactly the forms in which their owners publish them, with invented content."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

CLAML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ClaML SYSTEM "ClaML.dtd">
<ClaML version="2.0.0">
<Meta name="lang" value="de"/>
<Identifier authority="BfArM" uid="1.2.276.0.76.5.0"/>
<Title name="ICD-10-GM" version="2024" date="2023-09-15">ICD-10-GM Version 2024</Title>
<ClassKinds><ClassKind name="chapter"/><ClassKind name="block"/><ClassKind name="category"/></ClassKinds>
<UsageKinds><UsageKind mark="+" name="dagger"/><UsageKind mark="*" name="aster"/></UsageKinds>
<RubricKinds><RubricKind name="preferred"/><RubricKind name="inclusion"/></RubricKinds>
<Modifier code="S04E10_4"><SubClass code=".0"/><SubClass code=".9"/></Modifier>
<Modifier code="S04E10_5"><SubClass code="0"/><SubClass code="1"/></Modifier>
<ModifierClass code=".0" modifier="S04E10_4"><SuperClass code="S04E10_4"/>
 <Rubric kind="preferred"><Label xml:lang="de">Mit Koma</Label></Rubric></ModifierClass>
<ModifierClass code=".9" modifier="S04E10_4"><SuperClass code="S04E10_4"/>
 <Rubric kind="preferred"><Label xml:lang="de">Ohne Komplikationen</Label></Rubric></ModifierClass>
<ModifierClass code="0" modifier="S04E10_5"><Meta name="excludeOnPrecedingModifier" value="S04E10_4 .0"/>
 <SuperClass code="S04E10_5"/>
 <Rubric kind="preferred"><Label xml:lang="de">Nicht als entgleist bezeichnet</Label></Rubric></ModifierClass>
<ModifierClass code="1" modifier="S04E10_5"><SuperClass code="S04E10_5"/>
 <Rubric kind="preferred"><Label xml:lang="de">Als entgleist bezeichnet</Label></Rubric></ModifierClass>
<Class code="IV" kind="chapter"><SubClass code="E10-E14"/>
 <Rubric kind="preferred"><Label xml:lang="de">Stoffwechselkrankheiten</Label></Rubric></Class>
<Class code="E10-E14" kind="block"><SuperClass code="IV"/><SubClass code="E10"/><SubClass code="E11"/>
 <SubClass code="E14"/>
 <Rubric kind="preferred"><Label xml:lang="de">Diabetes mellitus</Label></Rubric></Class>
<Class code="E10" kind="category"><SuperClass code="E10-E14"/>
 <ModifiedBy code="S04E10_4"/><ModifiedBy code="S04E10_5"/>
 <Rubric kind="preferred"><Label xml:lang="de">Diabetes mellitus, Typ 1</Label></Rubric>
 <Rubric kind="inclusion"><Label xml:lang="de">Juveniler <Fragment>Diabetes</Fragment></Label></Rubric></Class>
<Class code="E11" kind="category"><Meta name="Para301" value="P"/><SuperClass code="E10-E14"/>
 <ModifiedBy code="S04E10_4"><ValidModifierClass code=".9"/></ModifiedBy>
 <Rubric kind="preferred"><Label xml:lang="de">Diabetes mellitus, Typ 2</Label></Rubric></Class>
<Class code="E14" kind="category" usage="dagger"><SuperClass code="E10-E14"/>
 <Rubric kind="preferred"><Label xml:lang="de">Nicht näher bezeichneter Diabetes mellitus</Label></Rubric></Class>
</ClaML>
"""

LOINC = {
    "LoincTable/Loinc.csv": (
        '"LOINC_NUM","COMPONENT","PROPERTY","TIME_ASPCT","SYSTEM","SCALE_TYP","METHOD_TYP","CLASS",'
        '"VersionLastChanged","STATUS","CLASSTYPE","SHORTNAME","ORDER_OBS","LONG_COMMON_NAME","DisplayName"\n'
        '"718-7","Hemoglobin","MCnc","Pt","Bld","Qn","","HEM/BC","2.73","ACTIVE","1","Hgb Bld-mCnc","Both",'
        '"Hemoglobin [Mass/volume] in Blood","Hemoglobin (Bld) [Mass/Vol]"\n'
        '"2345-7","Glucose","MCnc","Pt","Ser/Plas","Qn","","CHEM","2.77","ACTIVE","1","Glucose SerPl-mCnc","Both",'
        '"Glucose [Mass/volume] in Serum or Plasma","Glucose [Mass/Vol]"\n'
        '"1-8","Acyclovir","Susc","Pt","Isolate","OrdQn","","ABXBACT","2.60","DEPRECATED","1","Acyclovir Islt","Both",'
        '"Acyclovir [Susceptibility]",""\n'
    ),
    "AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv": (
        "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n"
        ",1,,LP29693-6,Laboratory\n"
        "LP29693-6,1,LP29693-6,LP7838-5,Hematology\n"
        'LP29693-6.LP7838-5,1,LP7838-5,718-7,"Hemoglobin [Mass/volume] in Blood"\n'
        "LP29693-6,2,LP29693-6,2345-7,Glucose\n"
    ),
    "AccessoryFiles/AnswerFile/AnswerList.csv": (
        '"AnswerListId","AnswerListName","AnswerListOID","ExtDefinedYN","AnswerStringId","SequenceNumber","DisplayText"\n'
        '"LL715-4","Yes/No","","N","LA33-6","1","Yes"\n'
        '"LL715-4","Yes/No","","N","LA32-8","2","No"\n'
        '"LL9-9","Maybe","","N","LA33-6","1","Yes"\n'
    ),
    "AccessoryFiles/LinguisticVariants/deDE15LinguisticVariant.csv": (
        '"LOINC_NUM","COMPONENT","LONG_COMMON_NAME","LinguisticVariantDisplayName"\n'
        '"718-7","Hämoglobin","Hämoglobin [Masse/Volumen] in Blut","Hämoglobin im Blut"\n'
    ),
}

_CORE = "900000000000207008"
_SYNONYM, _WHOLE = "900000000000013009", "900000000000003001"
_US, _DE = "900000000000509007", "722130004"
_DESCRIPTIONS = (
    ("11", "138875005", "en", _WHOLE, "SNOMED CT Concept (SNOMED RT+CTV3)"),
    ("12", "138875005", "en", _SYNONYM, "SNOMED CT Concept"),
    ("21", "64572001", "en", _WHOLE, "Disease (disorder)"),
    ("22", "64572001", "en", _SYNONYM, "Disease"),
    ("31", "73211009", "en", _WHOLE, "Diabetes mellitus (disorder)"),
    ("33", "73211009", "en", _SYNONYM, "DM - Diabetes mellitus"),
    ("32", "73211009", "en", _SYNONYM, "Diabetes mellitus"),
    ("35", "73211009", "de", _SYNONYM, "Zuckerkrankheit"),
    ("34", "73211009", "de", _SYNONYM, "Diabetes mellitus (de)"),
    ("41", "44054006", "en", _SYNONYM, "Diabetes mellitus type 2"),
    ("51", "126877002", "en", _SYNONYM, "Disorder of glucose metabolism"),
    ("61", "999", "en", _SYNONYM, "Retired concept"),
)
_PARENTS = (
    ("64572001", "138875005"),
    ("73211009", "64572001"),
    ("126877002", "64572001"),
    ("73211009", "126877002"),
    ("44054006", "73211009"),
)


def _table(*rows: tuple[str, ...]) -> str:
    return "".join("\t".join(row) + "\r\n" for row in rows)


def rf2() -> dict[str, str]:
    """A release with two parents, a synonym that is preferred over another, German, and a retired concept."""
    date, folder = "20240131", "Snapshot"
    concepts = [(code, date, "1", _CORE, "900000000000074008") for code in dict.fromkeys(d[1] for d in _DESCRIPTIONS)]
    concepts[-1] = ("999", date, "0", _CORE, "900000000000074008")
    descriptions = [(i, date, "1", _CORE, c, language, kind, term, "0") for i, c, language, kind, term in _DESCRIPTIONS]
    relations = [
        (str(900 + n), date, "1", _CORE, a, b, "0", "116680003", "0", "0") for n, (a, b) in enumerate(_PARENTS)
    ]
    relations.append(("950", date, "0", _CORE, "44054006", "138875005", "0", "116680003", "0", "0"))
    relations.append(("951", date, "1", _CORE, "44054006", "138875005", "0", "363698007", "0", "0"))
    preferred = [("x", date, "1", _CORE, _DE if i == "34" else _US, i, "900000000000548007")
                 for i in ("12", "22", "32", "34", "41", "51")]  # fmt: skip
    members = [("m", date, "1", _CORE, "723264001", "73211009"), ("n", date, "0", _CORE, "723264001", "64572001")]
    titles = {
        "concept": ("id", "effectiveTime", "active", "moduleId", "definitionStatusId"),
        "description": ("id", "effectiveTime", "active", "moduleId", "conceptId", "languageCode", "typeId",
                        "term", "caseSignificanceId"),
        "relation": ("id", "effectiveTime", "active", "moduleId", "sourceId", "destinationId", "relationshipGroup",
                     "typeId", "characteristicTypeId", "modifierId"),
        "language": ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId",
                     "acceptabilityId"),
        "simple": ("id", "effectiveTime", "active", "moduleId", "refsetId", "referencedComponentId"),
    }  # fmt: skip
    return {
        f"{folder}/Terminology/sct2_Concept_Snapshot_INT_{date}.txt": _table(titles["concept"], *concepts),
        f"{folder}/Terminology/sct2_Description_Snapshot-en_INT_{date}.txt": _table(
            titles["description"], *descriptions
        ),
        f"{folder}/Terminology/sct2_Relationship_Snapshot_INT_{date}.txt": _table(titles["relation"], *relations),
        f"{folder}/Refset/Language/der2_cRefset_LanguageSnapshot-en_INT_{date}.txt": _table(
            titles["language"], *preferred
        ),
        f"{folder}/Refset/Content/der2_Refset_SimpleSnapshot_INT_{date}.txt": _table(titles["simple"], *members),
    }


ATC = (
    "Amtliche Fassung des ATC-Index;;\n"
    "ATC-Code;ATC-Bedeutung;DDD-Info\n"
    "A;ALIMENTÄRES SYSTEM UND STOFFWECHSEL;\n"
    "A10;ANTIDIABETIKA;\n"
    "A10B;ANTIDIABETIKA, EXKL. INSULINE;\n"
    "A10BA;Biguanide;\n"
    "A10BA02;Metformin;2 g O\n"
    "A10BA02;;1 g P\n"
)
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def atc_workbook(path: Path) -> Path:
    """The same table as an XLSX file, with shared texts as Excel writes them."""
    rows = [line.split(";") for line in ATC.splitlines()]
    texts = list(dict.fromkeys(text for row in rows for text in row if text))
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    cells = "".join(
        f'<row r="{n}">'
        + "".join(f'<c r="{"ABC"[c]}{n}" t="s"><v>{texts.index(t)}</v></c>' for c, t in enumerate(row) if t)
        + "</row>"
        for n, row in enumerate(rows, 1)
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_SHEET}">{shared}</sst>')
        sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{cells}</sheetData></worksheet>'
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def laid_out(folder: Path, files: Mapping[str, str]) -> Path:
    """The files in their places below a folder."""
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")
    return folder


def zipped(path: Path, files: Mapping[str, str]) -> Path:
    """The files in an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def one_file(folder: Path, name: str, content: str | dict[str, object]) -> Path:
    """One file with a text, or with JSON."""
    place = folder / name
    place.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return place
