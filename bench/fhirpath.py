"""How fast FHIRPath is evaluated and invariants are checked, on one core.

Run: `python -m bench.fhirpath`. Data: every tenth Synthea resource of the test data, parsed before; a new expression is
compiled once and remembered.
"""

from decimal import Decimal
from typing import Any

import msgspec

from bench.fhir import per_second, resources
from verbund.fhir import decode
from verbund.fhir.fhirpath import compile, of_resource  # noqa: A004 - named as in re
from verbund.fhir.fhirpath.parser import parse
from verbund.fhir.invariants import invariants, kept

EXPRESSIONS = {
    "Observation": (
        "dataAbsentReason.empty() or value.empty()",
        "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()",
        "Observation.value.ofType(Quantity).value > 10",
        "category.coding.where(system = 'http://terminology.hl7.org/CodeSystem/observation-category').code",
    ),
    "Encounter": ("period.start.hasValue().not() or period.end.hasValue().not() or (period.start <= period.end)",),
}
"""Type to invariants and paths as they are typically asked for."""


def run() -> list[dict[str, Any]]:
    """The figures: name, value, unit; none where there is no test data."""
    raws = list(resources())
    if not raws:
        return []
    read = msgspec.json.Decoder(float_hook=Decimal).decode
    documents = [read(raw) for raw in raws]
    rows: list[dict[str, Any]] = []
    for kind, texts in EXPRESSIONS.items():
        nodes = [of_resource(one) for one in documents if one["resourceType"] == kind][:3000]
        for text in texts:
            figure = per_second(compile(text).evaluate, nodes)
            rows.append({"name": text, "value": figure, "unit": "evaluations/s"})
    texts = [text for group in EXPRESSIONS.values() for text in group] * 200
    rows.append({"name": "parse an expression", "value": per_second(parse, texts), "unit": "expressions/s"})
    decoded = per_second(decode, raws)
    rows.append({"name": "decode", "value": decoded, "unit": "resources/s", "peer": True})
    for name, work in (("errors, from bytes", kept), ("decode with invariants", _accepted)):
        figure = per_second(work, raws)
        rows.append({"name": name, "value": figure, "unit": "resources/s", "share": round(figure / decoded, 3)})
    every = per_second(lambda one: list(invariants(one)), documents)
    return [*rows, {"name": "all invariants, with paths", "value": every, "unit": "resources/s"}]


def _accepted(raw: bytes) -> object:
    return decode(raw, invariants=True)


def main() -> None:
    """Print the figures as a table."""
    for row in run():
        print(f"{row['name']:110}{row['value']:>12,} {row['unit']}")


if __name__ == "__main__":
    main()
