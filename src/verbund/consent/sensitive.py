"""Codes that make an item sensitive whatever its type: psychiatry, genetics, HIV. A table, read by `classify`.

A code is looked up exactly and by its beginnings in code systems that are hierarchical by their writing (ICD-10, ATC,
OPS, department keys), so that F32.1 is found under F.
"""

from verbund.consent.model import NONE, DataCategory

_PSYCHIATRY, _GENETICS, _HIV = DataCategory.PSYCHIATRY, DataCategory.GENETICS, DataCategory.HIV

# ICD-10 in all its editions. Psychiatry: chapter V (F00–F99), self-harm X60–X84, Z91.5. HIV: disease B20–B24, infection
# without signs Z21, laboratory evidence R75, stages U60 and U61 (GM), screening Z11.4. Genetics: carrier Z14,
# susceptibility Z15, counselling Z31.5, chromosomes Q90–Q99.
_ICD = {
    "F": _PSYCHIATRY,
    "X6": _PSYCHIATRY,
    "X7": _PSYCHIATRY,
    "X80": _PSYCHIATRY,
    "X81": _PSYCHIATRY,
    "X82": _PSYCHIATRY,
    "X83": _PSYCHIATRY,
    "X84": _PSYCHIATRY,
    "Z915": _PSYCHIATRY,
    "B20": _HIV,
    "B21": _HIV,
    "B22": _HIV,
    "B23": _HIV,
    "B24": _HIV,
    "Z21": _HIV,
    "R75": _HIV,
    "U60": _HIV,
    "U61": _HIV,
    "Z114": _HIV,
    "Z14": _GENETICS,
    "Z15": _GENETICS,
    "Z315": _GENETICS,
    "Q9": _GENETICS,
}

# ATC: N05A antipsychotics, N05B anxiolytics, N06A antidepressants, N06B psychostimulants, N07B addictive disorders;
# antiretrovirals J05AE (protease inhibitors), J05AF and J05AG (reverse transcriptase inhibitors; some of them are given
# against hepatitis B as well, which cannot be told), J05AJ (integrase inhibitors), J05AR (combinations), and those of
# J05AX that are given against HIV only: 07 enfuvirtide, 08 raltegravir and 12 dolutegravir as they were coded once, 09
# maraviroc, 23 ibalizumab, 29 fostemsavir, 31 lenacapavir.
_ATC = {
    "N05A": _PSYCHIATRY,
    "N05B": _PSYCHIATRY,
    "N06A": _PSYCHIATRY,
    "N06B": _PSYCHIATRY,
    "N07B": _PSYCHIATRY,
    "J05AE": _HIV,
    "J05AF": _HIV,
    "J05AG": _HIV,
    "J05AJ": _HIV,
    "J05AR": _HIV,
    "J05AX07": _HIV,
    "J05AX08": _HIV,
    "J05AX09": _HIV,
    "J05AX12": _HIV,
    "J05AX23": _HIV,
    "J05AX29": _HIV,
    "J05AX31": _HIV,
}

# OPS: 9-60 to 9-70 treatment in psychiatry, psychosomatics and psychotherapy; 1-90 psychological examination; 1-99 is
# molecular (1-991, 1-992: complex and gene analysis).
_OPS = {
    "9-6": _PSYCHIATRY,
    "9-70": _PSYCHIATRY,
    "9-80": _PSYCHIATRY,
    "9-86": _PSYCHIATRY,
    "1-90": _PSYCHIATRY,
    "1-991": _GENETICS,
    "1-992": _GENETICS,
}

# Department keys after § 301 SGB V: 29 psychiatry, 30 child psychiatry, 31 psychosomatics.
_DEPARTMENT = {"29": _PSYCHIATRY, "30": _PSYCHIATRY, "31": _PSYCHIATRY}

# HIV: antibodies, antigen, confirmation, nucleic acid and viral load, resistance.
_LOINC_HIV = """
5220-9 5221-7 5222-5 5223-3 5224-1 5225-8 7917-8 7918-6 9837-6 10351-5 14092-1 16974-8 16978-9 16979-7 20447-9 21007-0
21008-8 21009-6 22356-0 22357-8 23876-6 24012-7 25835-0 25836-8 25841-8 25842-6 29327-4 29539-4 29541-0 29893-5 30245-5
30361-0 31201-7 33508-3 33866-5 34591-8 34592-6 38998-1 40437-6 40438-4 40439-2 40732-0 40733-8 41144-7 41145-4 41290-8
41497-9 41498-7 41513-3 41514-1 41515-8 41516-6 42339-2 42600-7 42627-0 42768-2 42917-5 43009-0 43010-8 43599-0 44531-2
44532-0 44533-8 44607-0 44871-2 44872-0 44873-8 45260-7 47359-3 48345-1 48346-9 48510-0 48511-8 48551-4 48552-2 49483-9
49580-2 49718-8 49890-5 49905-1 49965-5 51780-5 51786-2 51866-2 53379-2 53601-9 53825-4 54086-2 56888-1 57975-5 57976-3
58900-2 59419-2 61199-6 62456-9 62469-2 68961-2 69668-2 70241-5 73905-2 73906-0 75622-1 77368-9 77369-7 80203-3 80387-4
83101-6 85037-0 85361-5 86233-4 86547-7 89365-1 89374-3
"""

# Genetics: reports, variants, genotypes, targeted analyses of genes and chromosomes.
_LOINC_GENETICS = """
21636-6 21639-0 21667-1 29770-5 48002-8 48003-6 48004-4 48005-1 48006-9 48013-5 48018-6 48019-4 49683-6 50397-9 51958-7
51959-5 51961-1 51963-7 51964-5 51968-6 51969-4 53034-5 53037-8 53844-7 55232-3 55233-1 55233-8 62357-9 62358-7 62359-5
62360-3 69547-8 69548-6 69551-0 79207-7 81247-9 81248-7 81250-3 81251-1 81252-9 81253-7 81254-5 81255-2 81256-0 81257-8
81258-6 81259-4 81260-2 81290-9 81291-7 81300-6 81304-8 82115-7 82119-9 82120-7 82121-5 82154-6 82155-3 83005-9 84413-4
92821-8 93356-4 94076-7
"""

# Psychiatry: PHQ-2, PHQ-9, GAD-7, AUDIT-C and AUDIT, notes of psychiatry and psychology.
_LOINC_PSYCHIATRY = """
28635-1 34788-0 34790-6 34791-4 34792-2 44249-1 44250-9 44251-7 44252-5 44253-3 44254-1 44255-8 44256-6 44257-4 44258-2
44259-0 44260-8 44261-6 55757-9 55758-7 69737-5 70274-6 72109-2 75624-7 75626-2
"""

# Concepts of SNOMED CT; subsumption comes with the terminology package.
_SNOMED_HIV = "62479008 86406008 91947003 111880001 165816005 171121004 186706006 278977008 402915006 420721002"
_SNOMED_PSYCHIATRY = """
5602001 6525002 7200002 13746004 15167005 21897009 35489007 35919005 36923009 47505003 55680006 58214004 66214007
69322001 73595000 74732009 78004001 80711002 82313006 82218004 191736004 192127007 197480006 231504006 361055000
370143000 370247008 371631005 386810004 408856003
"""
_SNOMED_GENETICS = "106221001 405824009 405825005 409709004 788339009"


def _table(hiv: str, genetics: str, psychiatry: str) -> dict[str, DataCategory]:
    groups = ((hiv, _HIV), (genetics, _GENETICS), (psychiatry, _PSYCHIATRY))
    return {code: category for codes, category in groups for code in codes.split()}


_LOINC = _table(_LOINC_HIV, _LOINC_GENETICS, _LOINC_PSYCHIATRY)
_SNOMED = _table(_SNOMED_HIV, _SNOMED_GENETICS, _SNOMED_PSYCHIATRY)

# Labels a house has put on a resource itself: meta.security with v3-ActCode InformationSensitivityPolicy.
_LABELS = {
    "PSY": _PSYCHIATRY,
    "PSYTHPN": _PSYCHIATRY,
    "MH": _PSYCHIATRY,
    "BH": _PSYCHIATRY,
    "SUD": _PSYCHIATRY,
    "ETH": _PSYCHIATRY,
    "ETHUD": _PSYCHIATRY,
    "OPIOIDUD": _PSYCHIATRY,
    "GDIS": _GENETICS,
    "HIV": _HIV,
    "HIVAIDS": _HIV,
}

_EXACT: dict[str, dict[str, DataCategory]] = {
    "http://loinc.org": _LOINC,
    "http://snomed.info/sct": _SNOMED,
    "http://terminology.hl7.org/CodeSystem/v3-ActCode": _LABELS,
    "http://terminology.hl7.org/CodeSystem/v2-0074": {"GE": _GENETICS},
}


# Hierarchical code systems, known by a part of their name; codes compare without dots.
_WRITTEN = (("icd-10", _ICD), ("/atc", _ATC), ("/ops", _OPS), ("fachabteilungsschluessel", _DEPARTMENT))


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


def _by_beginning(table: dict[str, DataCategory], code: str) -> DataCategory:
    return next((table[code[:size]] for size in range(len(code), 0, -1) if code[:size] in table), NONE)


def sensitivity(system: str | None, code: str | None) -> DataCategory:
    """What a coding gives away: some of PSYCHIATRY, GENETICS, HIV, or nothing. ICD-10 is known by its system's name."""
    if not system or not code:
        return NONE
    exact = _EXACT.get(system)
    if exact is not None:
        return exact.get(code, NONE)
    return next((_by_beginning(table, _plain(code)) for part, table in _WRITTEN if part in system.lower()), NONE)
