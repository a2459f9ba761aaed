"""Answers as FHIR: plain values that are encoded as they are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from verbund.terminology.answers import Closure, Expansion, Member
from verbund.terminology.model import Designation

Json = dict[str, Any]


def present(**values: Any) -> Json:  # noqa: ANN401 - values of JSON
    """The values that are there: neither None, nor empty, nor False."""
    return {name: value for name, value in values.items() if value not in (None, (), [], {}, "", False)}


def designation(one: Designation) -> Json:
    """ValueSet.expansion.contains.designation, and the parts of $lookup's."""
    use = present(system=one.use_system, code=one.use)
    return present(language=one.language, use=use, value=one.text)


def value_set(expansion: Expansion, at: datetime) -> Json:
    """The ValueSet that $expand answers with (http://hl7.org/fhir/R4/valueset.html#expansion)."""
    used = [{"name": "version", "valueUri": name} for name in expansion.versions if "|" in name]
    return {
        "resourceType": "ValueSet",
        **present(
            url=expansion.url,
            version=expansion.version,
            name=expansion.name,
            title=expansion.title,
        ),
        "status": expansion.status,
        "expansion": {
            "identifier": f"urn:uuid:{uuid4()}",
            "timestamp": at.isoformat(timespec="seconds"),
            "total": expansion.total,
            "offset": expansion.offset,
            "parameter": [*_parameters(expansion.parameters), *used],
            **present(contains=[_contains(member) for member in expansion.members]),
        },
    }


def _parameters(parameters: Mapping[str, str | int | bool]) -> Iterable[Json]:
    kinds = {bool: "valueBoolean", int: "valueInteger", str: "valueString"}
    return [{"name": name, kinds[type(value)]: value} for name, value in parameters.items()]


def _contains(member: Member) -> Json:
    return present(
        system=member.system,
        version=member.version,
        code=member.code,
        display=member.display,
        abstract=member.abstract,
        inactive=member.inactive,
        designation=[designation(one) for one in member.designations],
        contains=[_contains(below) for below in member.contains],
    )


def concept_map(closure: Closure) -> Json:
    """The ConceptMap that $closure answers with: which code is below which (`subsumes`, read from source to target)."""
    groups: dict[str, dict[str, list[str]]] = {}
    for system, below, above in closure.lines:
        groups.setdefault(system, {}).setdefault(below, []).append(above)
    return {
        "resourceType": "ConceptMap",
        "version": str(closure.version),
        "name": "Closure",
        "title": closure.name,
        "status": "active",
        **present(group=[_group(system, lines) for system, lines in groups.items()]),
    }


def _group(system: str, lines: Mapping[str, Iterable[str]]) -> Json:
    elements = [
        {"code": below, "target": [{"code": one, "equivalence": "subsumes"} for one in above]}
        for below, above in lines.items()
    ]
    return {"source": system, "target": system, "element": elements}
