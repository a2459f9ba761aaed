"""Who a record is about (FHIR R4 Patient)."""

from datetime import date
from unicodedata import combining, normalize

from verbund.portal.model import Resource
from verbund.portal.record.model import Person
from verbund.portal.record.reading import part, parts, text, texts, when

_GKV = "http://fhir.de/sid/gkv/kvid-10"
_SHOWN_SIGNS = 3
_NAME_ORDER = {"official": 0, "usual": 1, "": 2, "nickname": 3, "maiden": 4, "old": 5}


def person(patient: Resource, today: date) -> Person:
    """The head of a record; what is not known stays empty."""
    born = when(patient.get("birthDate"))
    died = when(patient.get("deceasedDateTime"))
    until = died.day if died else today
    return Person(
        name=full_name(patient),
        birth_date=born.day if born and born.precision == "day" else None,
        age=_years(born.day, until) if born and born.precision == "day" else None,
        gender=text(patient, "gender") or "unknown",
        insurance=_masked(insurance_number(patient)),
        deceased=bool(died) or patient.get("deceasedBoolean") is True,
    )


def full_name(patient: Resource) -> str:
    """`Family, Given`, from the official name when there is one; empty when nameless."""
    names = sorted(parts(patient, "name"), key=lambda name: _NAME_ORDER.get(text(name, "use"), 2))
    if not names:
        return ""
    family, given = text(names[0], "family"), " ".join(texts(names[0], "given"))
    return ", ".join(word for word in (family, given) if word) or text(names[0], "text")


def name_order(patient: Resource) -> tuple[bool, str, str]:
    """By what people are sorted in a list: family name, then given name, umlauts as in DIN 5007-1; nameless last."""
    family, _, given = _plain(full_name(patient)).partition(", ")
    return not family, family, given


def _plain(name: str) -> str:
    return "".join(sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))


def insurance_number(patient: Resource) -> str:
    """The number of statutory insurance, immutable part (KVNR), when it is there."""
    for identifier in parts(patient, "identifier"):
        kinds = {text(coding, "code") for coding in parts(part(identifier, "type"), "coding")}
        if text(identifier, "system") == _GKV or kinds & {"GKV", "KVZ10"}:
            return text(identifier, "value")
    return ""


def _masked(number: str) -> str:
    """Only the last three signs, the others as dots."""
    return f"{'•' * (len(number) - _SHOWN_SIGNS)}{number[-_SHOWN_SIGNS:]}" if len(number) > _SHOWN_SIGNS else ""


def _years(born: date, until: date) -> int | None:
    years = until.year - born.year - ((until.month, until.day) < (born.month, born.day))
    return years if 0 <= years < 150 else None
