"""Reads composite search parameters: of which elements they look at each one alone, and what they read there."""

import re
from typing import Any

from scripts.vendor.fhir.expressions import NotCompiled, paths

Json = dict[str, Any]
Row = tuple[tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...], bool]

FROM_THE_ROOT = re.compile(r"%resource\.(\w+)\.")


def composite(parameter: Json, bases: set[str], offered: dict[str, Any], elements: dict[str, Json]) -> Row:
    """The row of a composite: components (kind and code), elements, what else is read, and whether it is independent.

    An element is the name of a property of the resource, "" for the resource itself. It is independent where there is
    one element, which occurs once. NotCompiled if a component reads what no parameter of the type does.
    """
    components = tuple((str(part["kind"]), str(part["code"])) for part in parameter["component"])
    for kind, code in components:
        if offered.get(code, ("",))[0] != kind:
            raise NotCompiled(f"there is no parameter {code} of the kind {kind}")
    places = tuple(place(steps) for root, steps in paths(parameter["expression"]) if root in bases)
    read = (FROM_THE_ROOT.match(part["expression"]) for part in parameter["component"])
    beside = tuple(sorted({found[1] for found in read if found}))
    alone = len(places) == 1 and (not places[0] or elements[places[0]]["max"] == "1")
    return components, places, beside, alone


def place(steps: list[Any]) -> str:
    """The one property that a path names, or an empty string for none."""
    if len(steps) > 1 or any(step.kind != "field" for step in steps):
        raise NotCompiled("its elements lie deeper than the resource's own properties")
    return steps[0].name if steps else ""
