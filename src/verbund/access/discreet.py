"""What of a search a patient is told: which parameters it had, and no value that names somebody else.

A search for two people touches both; each of them reads in the log that there was a search, and not for whom else.
"""

from collections.abc import Collection
from functools import lru_cache

from verbund.fhir import Parameters, SearchQuery

BLANK = "…"
_PERSONAL = frozenset({
    "_content", "_filter", "_has", "_id", "_list", "_text", "birthdate", "death-date", "email", "identifier", "phone",
    "telecom",
})  # fmt: skip
_PERSONAL_KINDS = frozenset({"reference", "string", "uri"})


def told(query: SearchQuery, patients: Collection[str], known: Parameters) -> str | None:
    """The query with the values left out that may name others; None where it names nobody but the one it touched.

    What names people, or is text, is left out as soon as it touched several; of one alone, what is this one's id, and
    a single value, which that one fitted.
    """
    parts = [(name, value, _said(query, name, value, patients, known)) for name, value in query.params]
    if all(value == said for _, value, said in parts):
        return None
    return f"{query.type}?" + "&".join([f"{name}={said}" for name, _, said in parts])


def _said(query: SearchQuery, name: str, value: str, patients: Collection[str], known: Parameters) -> str:
    if not _is_personal(query, name, known):
        return value
    if len(patients) > 1:
        return BLANK
    values = value.split(",")
    if len(values) == 1 and not _asks_for_others(name):
        return value
    return ",".join([one if _is_own(one, patients) else BLANK for one in values])


def _asks_for_others(name: str) -> bool:
    """Whether what fits is not what the value names."""
    return name == "_filter" or name.partition(":")[2].startswith("not")


def _is_own(value: str, patients: Collection[str]) -> bool:
    return value.removeprefix("Patient/") in patients


def _is_personal(query: SearchQuery, name: str, known: Parameters) -> bool:
    """Whether values of a parameter may name a person; what is not known may."""
    base = name.partition(":")[0]
    if base in _PERSONAL or "." in name or name.startswith("_has:"):
        return True
    if base.startswith("_"):
        return False
    types = [part.type for part in query.union] if query.union else [query.type]
    return any(_names_people(known, kind, base) for kind in types)


@lru_cache(4_096)
def _names_people(known: Parameters, kind: str, name: str) -> bool:
    found = known.find(kind, name)
    return found is None or found.kind in _PERSONAL_KINDS
