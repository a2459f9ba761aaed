"""Demographics out of a FHIR Patient."""

import re
from typing import TYPE_CHECKING

import msgspec

from verbund.errors import Incorrect
from verbund.linkage.model import Demographics

if TYPE_CHECKING:
    from verbund.fhir.generated.patient import Patient

# The identifier of the basis profile, and two that were used for it before.
INSURANCE_SYSTEMS = frozenset(
    {
        "http://fhir.de/sid/gkv/kvid-10",
        "http://fhir.de/NamingSystem/gkv/kvid-10",
        "http://fhir.de/IdSystem/gkv/kvid-10",
    }
)
_KVNR = re.compile(r"[A-Z][0-9]{9}")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_ORDER = ("official", "usual", None, "maiden", "temp", "nickname")


class _Name(msgspec.Struct, frozen=True):
    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: tuple[str | None, ...] = ()


class _Identifier(msgspec.Struct, frozen=True):
    system: str | None = None
    value: str | None = None


class _Patient(msgspec.Struct, frozen=True, tag_field="resourceType", tag="Patient"):
    """What linkage reads of a Patient, under the names of the standard."""

    name: tuple[_Name, ...] = ()
    identifier: tuple[_Identifier, ...] = ()
    birthDate: str | None = None  # noqa: N815 - FHIR's name
    gender: str | None = None


_decode = msgspec.json.Decoder(_Patient).decode


def demographics(patient: "Patient | bytes") -> Demographics | None:
    """What identifies the person, from a decoded Patient or its JSON; None without a family name to compare.

    The official name counts before the usual one. An insurance number whose check digit does not fit is left out, as if
    it were not known: a slip in it must not part a patient's record.
    """
    read = _read(patient)
    name = _name(read)
    if name is None:
        return None
    given, family = name
    born = read.birthDate if read.birthDate and _DATE.fullmatch(read.birthDate) else None
    return Demographics(given, family, born, read.gender, _insurance_number(read))


def _read(patient: "Patient | bytes") -> "Patient | _Patient":
    if not isinstance(patient, bytes):
        return patient
    try:
        return _decode(patient)
    except msgspec.DecodeError:
        raise Incorrect("This is not a Patient resource in JSON.") from None


def _name(patient: "Patient | _Patient") -> tuple[str, str] | None:
    """Given and family name of the name to go by; of one that is only text, the last word is the family name."""
    known = [name for name in patient.name if name.use in _ORDER and (name.family or name.text)]
    if not known:
        return None
    chosen = min(known, key=lambda name: _ORDER.index(name.use))
    if chosen.family:
        return " ".join(given for given in chosen.given if given), chosen.family
    given, _, family = (chosen.text or "").strip().rpartition(" ")
    return (given, family) if family else None


def _insurance_number(patient: "Patient | _Patient") -> str | None:
    for identifier in patient.identifier:
        if identifier.system in INSURANCE_SYSTEMS and identifier.value:
            number = identifier.value.replace(" ", "").upper()[:10]
            if is_insurance_number(number):
                return number
    return None


def is_insurance_number(number: str) -> bool:
    """Whether this is the unchangeable part of a KVNR: a letter, eight digits, and the check digit over them.

    The letter counts as its two-digit place in the alphabet; the digits are weighted 1, 2, 1, 2 …, the digit sums of
    the products added, modulo 10 (§ 290 SGB V; directive of the GKV-Spitzenverband on the insurance number, annex 1).
    """
    if not _KVNR.fullmatch(number):
        return False
    digits = f"{ord(number[0]) - ord('A') + 1:02}{number[1:9]}"
    weighted = [int(digit) * (1 + at % 2) for at, digit in enumerate(digits)]
    return sum(product // 10 + product % 10 for product in weighted) % 10 == int(number[9])
