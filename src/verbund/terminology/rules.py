"""What may be, and what follows: which version is meant, what filters mean, how two codes relate."""

import re
from urllib.parse import unquote

from verbund.errors import Incorrect, Unsupported
from verbund.terminology.conditions import every
from verbund.terminology.model import (
    Above,
    Below,
    Codes,
    Condition,
    Everything,
    Filter,
    Has,
    Head,
    Include,
    Matching,
    Not,
    Valued,
    ValueSet,
)
from verbund.terminology.structure import ATC, ICD, OPS

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
MOST_CODES = 10_000
_PARTS = re.compile(r"\d+|\D+")
_ALL_OF = {
    "http://fhir.de/ValueSet/bfarm/icd-10-gm": ICD,
    "http://fhir.de/ValueSet/bfarm/ops": OPS,
    "http://fhir.de/ValueSet/bfarm/atc": ATC,
    "http://fhir.de/ValueSet/dimdi/icd-10-gm": ICD,
    "http://fhir.de/ValueSet/dimdi/ops": OPS,
    "http://fhir.de/ValueSet/dimdi/atc": ATC,
    "http://fhir.de/ValueSet/ifa/atc": ATC,
}


def split(canonical: str) -> tuple[str, str | None]:
    """A canonical's url and version."""
    url, bar, version = canonical.partition("|")
    return url, (version or None) if bar else None


def version_key(version: str | None, status: str) -> tuple[bool, list[tuple[int, int, str]]]:
    """Sorts versions: those in use after the others, then numbers by their size."""
    parts = _PARTS.findall(version or "")
    return status == "active", [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]


def condition_of(include: Include, head: Head) -> Condition:
    """What an `include` asks of the concepts of its system, apart from its value sets."""
    listed: Condition = Everything()
    if include.concepts:
        listed = Codes(frozenset(map(head.key, include.concepts)))
    return every(listed, *(filtered(one, head) for one in include.filters))


def filtered(one: Filter, head: Head) -> Condition:  # noqa: PLR0911 - one for each operator
    """A filter as a condition (http://hl7.org/fhir/R4/valueset-filter-operator.html)."""
    listed = frozenset(part.strip() for part in one.value.split(",") if part.strip())
    hierarchical = one.property in {"concept", "code", "parent"} or not one.property
    match one.op:
        case "=" if one.property in {"concept", "code"}:
            return Codes(frozenset({head.key(one.value)}))
        case "=":
            return Valued(one.property, frozenset({one.value}))
        case "in" | "not-in":
            inside = _among(one.property, listed, head)
            return inside if one.op == "in" else Not(inside)
        case "is-a" if hierarchical:
            return Below(one.value)
        case "descendent-of" if hierarchical:
            return Below(one.value, itself=False)
        case "is-not-a" if hierarchical:
            return Not(Below(one.value))
        case "generalizes" if hierarchical:
            return Above(one.value)
        case "regex":
            return Matching("code" if one.property == "concept" else one.property, one.value)
        case "exists":
            return _existing(one)
        case "is-a" | "descendent-of" | "is-not-a" | "generalizes":
            raise Unsupported(f"The filter {one.property} {one.op} is not offered; hierarchies are those of concepts.")
    raise Incorrect(f"There is no filter operator {one.op}. See http://hl7.org/fhir/R4/valueset-filter-operator.html.")


def _among(name: str, listed: frozenset[str], head: Head) -> Condition:
    if name in {"concept", "code"}:
        return Codes(frozenset(map(head.key, listed)))
    return Valued(name, listed)


def _existing(one: Filter) -> Condition:
    if one.value not in {"true", "false"}:
        raise Incorrect(f"The filter {one.property} exists takes true or false, not {one.value}.")
    there = Has(one.property)
    return there if one.value == "true" else Not(there)


def implicit(url: str) -> ValueSet | None:
    """A value set that a code system defines by the form of its url; None for others.

    http://hl7.org/fhir/R4/snomedct.html#implicit, http://hl7.org/fhir/R4/loinc.html#implicit, and all codes of
    ICD-10-GM, OPS and ATC. Incorrect or Unsupported where the form is one of SNOMED CT's that is not offered.
    """
    if url in _ALL_OF:
        return ValueSet(url, includes=(Include(_ALL_OF[url]),))
    base, query, asked = url.partition("?fhir_vs")
    if query and base.startswith(SNOMED):
        return _of_snomed(url, base, asked)
    if url == f"{LOINC}/vs":
        return ValueSet(url, includes=(Include(LOINC),))
    kind, _, code = url.rpartition("/")
    if kind == f"{LOINC}/vs" and code.startswith("LL"):
        return ValueSet(url, includes=(Include(LOINC, filters=(Filter("answer-list", "=", code),)),))
    if kind == f"{LOINC}/vs" and code.startswith("LP"):
        return ValueSet(url, includes=(Include(LOINC, filters=(Filter("concept", "descendent-of", code),)),))
    return None


def _of_snomed(url: str, base: str, asked: str) -> ValueSet:
    version = base if "/version/" in base else None
    kind, _, code = unquote(asked.removeprefix("=")).partition("/")
    filters: tuple[Filter, ...]
    if not asked:
        filters = ()
    elif kind == "isa" and code:
        filters = (Filter("concept", "is-a", code),)
    elif kind == "refset":
        filters = (Filter("refset", "=", code) if code else Filter("refset", "exists", "true"),)
    elif kind == "ecl" and (found := re.fullmatch(r"\s*(<<?)\s*(\d+)\s*(?:\|[^|]*\|)?\s*", code)):
        filters = (Filter("concept", "is-a" if found[1] == "<<" else "descendent-of", found[2]),)
    else:
        raise Unsupported(
            "Of SNOMED CT's implicit value sets, ?fhir_vs, isa/CODE, refset, refset/CODE and ecl/< CODE or << CODE are "
            "offered."
        )
    return ValueSet(url, includes=(Include(SNOMED, version, filters=filters),))
