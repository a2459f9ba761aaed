"""A cohort as researchers put it together in a form, and what it is in CCDL.

Groups of inclusion are joined by AND, the criteria within one by OR; each exclusion excludes by itself (CCDL version 2:
conjunctive normal form for inclusion, disjunctive for exclusion).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from starlette.datastructures import FormData

from verbund.portal.language import noted
from verbund.portal.web import text_of

Kind = Literal["diagnosis", "laboratory", "sex", "age"]
KINDS: tuple[tuple[Kind, str], ...] = (
    ("diagnosis", noted("Diagnosis")),
    ("laboratory", noted("Laboratory value")),
    ("sex", noted("Sex")),
    ("age", noted("Age")),
)
COMPARISONS = (
    ("any", noted("was measured")),
    ("ge", noted("at least")),
    ("gt", noted("more than")),
    ("le", noted("at most")),
    ("lt", noted("less than")),
    ("between", noted("between")),
)
SEXES = (
    ("female", noted("female")),
    ("male", noted("male")),
    ("other", noted("other")),
    ("unknown", noted("unknown")),
)
COMMON_LABORATORY = (
    ("4548-4", "HbA1c", "%"),
    ("2345-7", "Glukose", "mg/dL"),
    ("718-7", "Hämoglobin", "g/dL"),
    ("2160-0", "Kreatinin", "mg/dL"),
    ("33914-3", "eGFR", "mL/min/{1.73_m2}"),
    ("1988-5", "CRP", "mg/L"),
    ("33762-6", "NT-proBNP", "pg/mL"),
    ("2823-3", "Kalium", "mmol/L"),
    ("2951-2", "Natrium", "mmol/L"),
    ("6690-2", "Leukozyten", "10*3/uL"),
    ("13457-7", "LDL-Cholesterin", "mg/dL"),
    ("3016-3", "TSH", "m[IU]/L"),
)
MOST_CRITERIA = 30
_ICD = re.compile(r"[A-Z]\d{2}(\.\d{1,2})?[*+!]?")
_LOINC = re.compile(r"\d{1,7}-\d")
_NUMBER = re.compile(r"-?\d{1,9}([.,]\d{1,6})?")
_CONTEXTS = {"diagnosis": "Diagnose", "laboratory": "Laboruntersuchung", "sex": "Patient", "age": "Patient"}
_SNOMED = "http://snomed.info/sct"
_CODED = {
    "sex": {"system": _SNOMED, "code": "263495000", "display": "Geschlecht"},
    "age": {"system": _SNOMED, "code": "424144002", "display": "Alter"},
}
_SYSTEMS = {"diagnosis": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "laboratory": "http://loinc.org"}
_GENDER_SYSTEM = "http://hl7.org/fhir/administrative-gender"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of the form, as it was written."""

    kind: Kind
    code: str = ""
    comparison: str = "any"
    value: str = ""
    upper: str = ""
    unit: str = ""
    sex: str = "female"

    @property
    def problem(self) -> str:
        """What is wrong with it, for the catalogue; empty when it can be asked."""
        if self.kind == "diagnosis" and not _ICD.fullmatch(self.code):
            return noted("Please give an ICD-10-GM code such as E11 or E11.9.")
        if self.kind == "laboratory" and not _LOINC.fullmatch(self.code):
            return noted("Please give a LOINC code such as 4548-4.")
        if self.kind in {"laboratory", "age"}:
            return self._number_problem()
        return ""

    def _number_problem(self) -> str:
        if self.kind == "age" and self.comparison == "any":
            return noted("Please say how old.")
        needed = [self.value] * (self.comparison != "any") + [self.upper] * (self.comparison == "between")
        if not all(_NUMBER.fullmatch(written) for written in needed):
            return noted("Please give numbers.")
        if self.comparison == "between" and _number(self.value) > _number(self.upper):
            return noted("The first number must be the smaller one.")
        return ""

    def ccdl(self) -> dict[str, Any]:
        """The criterion in CCDL; only when there is no problem."""
        context = _CONTEXTS[self.kind]
        made: dict[str, Any] = {
            "context": {"system": "fdpg.mii.cds", "code": context, "display": context, "version": "1.0.0"},
            "termCodes": [
                _CODED.get(self.kind) or {"system": _SYSTEMS[self.kind], "code": self.code, "display": self.code}
            ],
        }
        value_filter = self._value_filter()
        return made | {"valueFilter": value_filter} if value_filter else made

    def _value_filter(self) -> dict[str, Any] | None:
        if self.kind == "sex":
            concept = {"system": _GENDER_SYSTEM, "code": self.sex, "display": self.sex}
            return {"type": "concept", "selectedConcepts": [concept]}
        if self.kind == "diagnosis" or self.comparison == "any":
            return None
        unit = "a" if self.kind == "age" else self.unit
        measured = {"unit": {"code": unit, "display": unit}} if unit else {}
        if self.comparison == "between":
            limits = {"minValue": _number(self.value), "maxValue": _number(self.upper)}
            return {"type": "quantity-range", **limits, **measured}
        comparison = {"comparator": self.comparison, "value": _number(self.value)}
        return {"type": "quantity-comparator", **comparison, **measured}


Group = tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Inclusion groups and exclusions."""

    include: tuple[Group, ...] = ()
    exclude: Group = ()

    @property
    def criteria(self) -> Group:
        """All of them."""
        return (*(criterion for group in self.include for criterion in group), *self.exclude)

    @property
    def is_sound(self) -> bool:
        """Whether it can be asked."""
        return bool(self.include) and not any(criterion.problem for criterion in self.criteria)

    def ccdl(self) -> dict[str, Any]:
        """The cohort in CCDL version 2."""
        made: dict[str, Any] = {
            "version": "2",
            "display": "Verbund",
            "inclusionCriteria": [[criterion.ccdl() for criterion in group] for group in self.include],
        }
        if self.exclude:
            made["exclusionCriteria"] = [[criterion.ccdl()] for criterion in self.exclude]
        return made

    def act(self, action: str) -> "Cohort":
        """The form after a button: `include KIND`, `or GROUP KIND`, `exclude KIND`, `drop GROUP ROW`, `keep ROW`."""
        verb, *rest = action.split(" ")
        kind = next((known for known, _ in KINDS if rest and known == rest[-1]), None)
        place = int(rest[0]) if rest and rest[0].isdecimal() else -1
        if verb == "drop" and len(rest) == 2 and rest[1].isdecimal():
            return self._dropped(place, int(rest[1]))
        if verb == "keep":
            return replace(self, exclude=tuple(c for at, c in enumerate(self.exclude) if at != place))
        if kind is None or len(self.criteria) >= MOST_CRITERIA:
            return self
        return self._grown(verb, place, Criterion(kind, comparison="ge" if kind == "age" else "any"))

    def _grown(self, verb: str, place: int, new: Criterion) -> "Cohort":
        if verb == "include":
            return replace(self, include=(*self.include, (new,)))
        if verb == "exclude":
            return replace(self, exclude=(*self.exclude, new))
        if verb == "or" and 0 <= place < len(self.include):
            groups = tuple((*g, new) if at == place else g for at, g in enumerate(self.include))
            return replace(self, include=groups)
        return self

    def _dropped(self, group: int, row: int) -> "Cohort":
        groups = (
            tuple(c for at, c in enumerate(g) if (place, at) != (group, row)) for place, g in enumerate(self.include)
        )
        return replace(self, include=tuple(g for g in groups if g))


def of_form(form: FormData) -> Cohort:
    """The form as it was sent: fields `include-GROUP-ROW-NAME` and `exclude-ROW-NAME`."""
    groups: list[Group] = []
    for group in range(MOST_CRITERIA):
        rows = _rows(form, f"include-{group}-")
        if not rows:
            break
        groups.append(rows)
    return Cohort(tuple(groups), _rows(form, "exclude-"))


def _rows(form: FormData, prefix: str) -> Group:
    rows: list[Criterion] = []
    for row in range(MOST_CRITERIA):
        kind = text_of(form, f"{prefix}{row}-kind")
        known = next((name for name, _ in KINDS if name == kind), None)
        if known is None:
            break
        rows.append(_criterion(form, f"{prefix}{row}-", known))
    return tuple(rows)


def _criterion(form: FormData, prefix: str, kind: Kind) -> Criterion:
    comparison, sex = text_of(form, f"{prefix}comparison"), text_of(form, f"{prefix}sex")
    code = text_of(form, f"{prefix}code").split(" ")[0]
    return Criterion(
        kind=kind,
        code=code.upper() if kind == "diagnosis" else code,
        comparison=comparison if comparison in dict(COMPARISONS) else "any",
        value=text_of(form, f"{prefix}value", longest=20),
        upper=text_of(form, f"{prefix}upper", longest=20),
        unit=text_of(form, f"{prefix}unit", longest=30),
        sex=sex if sex in dict(SEXES) else "female",
    )


def _number(written: str) -> float | int:
    value = float(written.replace(",", "."))
    return int(value) if value.is_integer() else value


def in_words(cohort: Mapping[str, Any]) -> list[list[str]]:
    """A CCDL query for a list: for each inclusion group its criteria, then the exclusions, each with `-` before it."""
    included = [[_short(c) for c in group] for group in cohort.get("inclusionCriteria", [])]
    excluded = [["- " + " + ".join(_short(c) for c in group)] for group in cohort.get("exclusionCriteria", [])]
    return included + excluded


def _short(criterion: Mapping[str, Any]) -> str:
    codes = ", ".join(code.get("display") or code.get("code", "") for code in criterion.get("termCodes", []))
    value = criterion.get("valueFilter") or {}
    unit = (value.get("unit") or {}).get("display", "")
    if value.get("type") == "concept":
        return f"{codes}: {', '.join(c.get('display') or c.get('code', '') for c in value['selectedConcepts'])}"
    if value.get("type") == "quantity-range":
        return f"{codes} {value['minValue']}–{value['maxValue']} {unit}".strip()
    if value.get("type") == "quantity-comparator":
        return f"{codes} {_SIGNS.get(value['comparator'], '')} {value['value']} {unit}".strip()
    return codes


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "=", "ne": "≠"}
