"""The policies of the MII broad consent: how they are numbered, named, and written by those who export them.

They are those of the code system urn:oid:2.16.840.1.113883.3.1937.777.24.5.3, called by their last number; names as in
the code system of the consent module 2026. gICS exports write the name instead of the number, with underscores.
"""

import re
from collections.abc import Mapping
from typing import Any

from verbund.consent.times import unreadable

COLLECT, USE, PAST = 6, 8, 45
# The modules that hold them: who refuses a module refuses what it holds.
MODULES = {1: (COLLECT, USE), 44: (PAST,)}

POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
# What a patient answers in a questionnaire of the module: valid, not valid, unknown.
_ANSWERS = "2.16.840.1.113883.3.1937.777.24.5.2"
_VALID = f"{_ANSWERS}.1"
_ANSWER_CODES = frozenset({_VALID, f"{_ANSWERS}.2", f"{_ANSWERS}.3"})
_GICS = "https://ths-greifswald.de/fhir/CodeSystem/gics/Policy"

_NAMES = (
    "Patientendaten erheben, speichern, nutzen",
    "IDAT erheben",
    "IDAT speichern, verarbeiten",
    "IDAT zusammenfuehren Dritte",
    "IDAT bereitstellen",
    "MDAT erheben",
    "MDAT speichern, verarbeiten",
    "MDAT wissenschaftlich nutzen",
    "MDAT zusammenfuehren Dritte",
    "Krankenkassendaten retrospektiv uebertragen, speichern, nutzen",
    "KKDAT 5J retrospektiv uebertragen",
    "KKDAT 5J retrospektiv speichern verarbeiten",
    "KKDAT 5J retrospektiv wissenschaftlich nutzen",
    "KKDAT prospektiv uebertragen speichern nutzen",
    "KKDAT 5J prospektiv uebertragen",
    "KKDAT 5J prospektiv speichern verarbeiten",
    "KKDAT 5J prospektiv wissenschaftlich nutzen",
    "Biomaterial erheben, lagern, nutzen",
    "BIOMAT erheben",
    "BIOMAT lagern verarbeiten",
    "BIOMAT Eigentum übertragen",
    "BIOMAT wissenschaftlich nutzen",
    "BIOMAT Analysedaten zusammenfuehren Dritte",
    "Biomaterial Zusatzentnahme",
    "BIOMAT Zusatzmengen entnehmen",
    "Rekontaktierung Ergänzungen",
    "Rekontaktierung Verknüpfung Datenbanken",
    "Rekontaktierung weitere Erhebung",
    "Rekontaktierung weitere Studien",
    "Rekontaktierung Zusatzbefund",
    "Rekontaktierung Zusatzbefund",
    "Z1 GECCO83 Nutzung NUM/CODEX",
    "MDAT GECCO83 bereitstellen NUM/CODEX",
    "MDAT GECCO83 speichern verarbeiten NUM/CODEX",
    "Z1 GECCO83 Weitergabe NUM/CODEX non EU DSGVO NIVEAU",
    "MDAT GECCO83 bereitstellen NUM/CODEX ohne EU DSGVO NIVEAU",
    "Rekontaktierung Ergebnisse erheblicher Bedeutung",
    "KKDAT 5J retrospektiv uebertragen KVNR",
    "KKDAT 5J prospektiv uebertragen KVNR",
    "MDAT GECCO83 komplettieren einmalig",
    "MDAT GECCO83 wissenschaftlich nutzen COVID 19 Forschung",
    "MDAT GECCO83 wissenschaftlich nutzen Pandemie Forschung",
    "MDAT GECCO83 erheben",
    "Patientendaten retrospektiv verarbeiten, nutzen",
    "MDAT retrospektiv speichern verarbeiten",
    "MDAT retrospektiv wissenschaftlich nutzen",
    "MDAT retrospektiv zusammenfuehren Dritte",
    "Patientendaten Weitergabe non DSGVO NIVEAU",
    "MDAT wissenschaftlich nutzen ohne EU DSGVO NIVEAU",
    "Biomaterial retrospektiv speichern, nutzen",
    "BIOMAT retrospektiv lagern verarbeiten",
    "BIOMAT retrospektiv wissenschaftlich nutzen",
    "BIOMAT retrospektiv Analysedaten zusammenfuehren Dritte",
    "Biomaterial Weitergabe non EU DSGVO NIVEAU",
    "BIOMAT bereitstellen ohne EU DSGVO NIVEAU",
    "MDAT GECCO83 wissenschaftlich nutzen NUM/CODEX",
    "Z2 Patientendaten erheben, nutzen, Kontaktierung im acribis-Projekt",
    "PATDAT erheben, nutzen, Kontaktierung im acribis-Projekt",
    "Z2 IDAT Melderegister abfragen, speichern, verarbeiten im acribis-Projekt",
    "Anschrift und Vitalstatus Melderegister abfragen, speichern, verarbeiten im acribis-Projekt",
    "Z2 MDAT Hausarzt erheben, speichern, verarbeiten, nutzen im acribis-Projekt",
    "MDAT Hausarzt erheben, speichern, verarbeiten, nutzen im acribis-Projekt",
    "Z3 PROMDAT Patientenbefragung",
    "PROMDAT Patientenbefragung erheben",
    "PROMDAT wissenschaftlich nutzen",
    "Rekontaktierung PROM Studien",
    "Z4 Datenschutzerklärung (SNID)",
    "IDAT speichern, verabeiten (SNID)",
    "CONSENT speichern, verarbeiten (SNID)",
    "IDAT Einsicht Monitoring (SNID)",
    "MDAT erheben (SNID)",
    "MDAT speichern, verarbeiten (SNID)",
    "MDAT bereitstellen (SNID)",
    "MDAT Einsicht Monitoring (SNID)",
    "BIOMAT Eigentum übertragen_NUM (SNID)",
    "CONSENT BC bereitstellen (SNID)",
    "CONSENT BC speichern, verarbeiten (SNID)",
    "Z4 Einsicht ePa (SNID)",
    "IDAT ePA bereitstellen (SNID)",
    "MDAT ePA erheben (SNID)",
    "MDAT ePA speichern, verarbeiten (SNID)",
    "Z4 Krebsregister (SNID)",
    "MDAT KReg speichern, verarbeiten (SNID)",
    "IDAT KReg KVNR speichern, verarbeiten (SNID)",
    "Z4 KRegDAT retrospektiv (SNID)",
    "IDAT KVNR KReg bereitstellen retrospektiv (SNID)",
    "MDAT KReg erheben retrospektiv (SNID)",
    "Z4 KRegDAT (SNID)",
    "IDAT KVNR KReg bereitstellen prospektiv (SNID)",
    "MDAT KReg erheben prospektiv (SNID)",
    "Z4 Weitergabe Dritte (SNID)",
    "MDAT SNID bereitstellen Dritte",
    "BIOMAT SNID bereitstellen Dritte",
    "Z4 Rekontaktierung Patient (SNID)",
    "Rekontaktierung Gesundheitszustand nach Studienabschluss (SNID)",
    "Z4_Rekontaktierung_FU",
    "Rekontaktierung weitere Studien (SNID)",
    "IDAT SNID bereitstellen OE",
    "Z4 Erhebung Hausarzt (SNID)",
    "MDAT Hausarzt erheben, speichern, verarbeiten, nutzen (SNID)",
    "IDAT bereitstellen Hausarzt (SNID)",
    "Z5 PATDAT, BIOMAT, PHENO erheben, speichern, gewinnen, lagern, zusätzlich nutzen (DZPG)",
    "MDAT Zusatzdaten PHAENO erheben (DZPG)",
    "MDAT speichern verarbeiten (DZPG)",
    "MDAT wissenschaftlich nutzen (DZPG)",
    "MDAT zusammenführen mit Dritten (DZPG)",
    "BIOMAT Zusatzmaterial entnehmen (DZPG)",
    "BIOMAT Zusatzmaterial lagern verarbeiten (DZPG)",
    "BIOMAT wissenschaftlich nutzen (DZPG)",
    "BIOMAT zusammenführen mit Dritten (DZPG)",
    "Z5 NEURODAT, IMGDAT erheben, speichern, zusätzlich nutzen (DZPG)",
    "IMGDAT erheben (DZPG)",
    "IMGDAT speichern, verarbeiten (DZPG)",
    "IMGDAT wissenschaftlich nutzen (DZPG)",
    "IMGDAT zusammenführen mit Dritten (DZPG)",
    "NEURODAT erheben (DZPG)",
    "NEURODAT speichern, verarbeiten (DZPG)",
    "NEURODAT wissenschaftlich nutzen (DZPG)",
    "NEURODAT zusammenführen mit Dritten (DZPG)",
    "Z5 IPSC Verbunddaten gewinnen, speichern, nutzen (DZPG)",
    "IPSC Verbunddaten gewinnen (DZPG)",
    "IPSC Verbunddaten speichern, verarbeiten (DZPG)",
    "IPSC Verbunddaten wissenschaftlich nutzen (DZPG)",
    "IPSC Verbunddaten zusammenführen mit Dritten (DZPG)",
)
NAMES: Mapping[int, str] = dict(enumerate(_NAMES, start=1))

# Names that gICS writes in another way than the code system.
_OTHERWISE = {
    "PATDAT_erheben_speichern_nutzen": 1,
    "PATDAT_retrospektiv_speichern_nutzen": 44,
    "PATDAT_retrospektiv_verarbeiten_nutzen": 44,
    "KKDAT_KVNR_5J_retro_uebertragen": 38,
    "KKDAT_KVNR_5J_pro_uebertragen": 39,
}
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# gICS calls a policy by what it was called when its consent was made.
_FORMER = re.compile(r"_eu_dsgvo_(?:konform|niveau)$")


def without_prefix(code: str) -> str:
    """An OID as it is written with or without `urn:oid:`."""
    return code.removeprefix("urn:oid:")


def _plain_name(name: str) -> str:
    """A name in one spelling: without version and umlauts, in lower case, words joined by underscores."""
    text = name.partition("|")[0].lower().translate(_SPELLED)
    text = "_".join(re.findall(r"[a-z0-9]+", text))
    text = re.sub(r"_(retro|pro)(?=_)", r"_\1spektiv", text)
    return _FORMER.sub("", text)


_BY_NAME = {_plain_name(name): number for number, name in NAMES.items()} | {
    _plain_name(name): number for name, number in _OTHERWISE.items()
}
# What a name begins with that could stand for one of those that this node decides by.
_OF_MEDICAL_DATA = ("mdat", "patdat", "patientendaten")


def _written(coding: Mapping[str, Any]) -> tuple[str, str]:
    """System and code of a coding, OIDs without prefix."""
    return without_prefix(str(coding.get("system"))), without_prefix(str(coding.get("code")))


def is_policy(coding: Mapping[str, Any]) -> bool:
    """Whether a coding names a policy, by number or as gICS does."""
    system, code = _written(coding)
    return system == POLICIES or code.startswith(f"{POLICIES}.") or system.startswith(_GICS)


def policy_of(coding: Mapping[str, Any], path: str) -> int | None:
    """The number of the policy that a coding names; None for what names none of the module.

    Invalid, with the path, for a number that the module does not have, and for a name of medical data that is not known
    here: it may be the very policy that is refused. Names of other data, or of a house's own studies, decide nothing.
    """
    if not is_policy(coding):
        return None
    system, code = _written(coding)
    if system.startswith(_GICS):
        name = _plain_name(code)
        if name not in _BY_NAME and name.startswith(_OF_MEDICAL_DATA) and system in {_GICS, f"{_GICS}/MII"}:
            raise unreadable(path, f"{path} names a policy of medical data that the MII broad consent does not have")
        return _BY_NAME.get(name)
    number = code.removeprefix(f"{POLICIES}.")
    if not (number.isascii() and number.isdecimal()) or int(number) not in NAMES:
        raise unreadable(path, f"{path} names a policy that the MII broad consent does not have; see {POLICIES}")
    return int(number)


def answered_valid(coding: Mapping[str, Any], path: str) -> bool:
    """Whether a coding leaves a statement standing: it is no answer, or the answer `valid`.

    Invalid, with the path, for an answer that the module does not have.
    """
    system, code = _written(coding)
    if system != _ANSWERS and not code.startswith(f"{_ANSWERS}."):
        return True
    if code not in _ANSWER_CODES:
        raise unreadable(path, f"{path} is an answer that the MII broad consent does not have; see {_ANSWERS}")
    return code == _VALID
