"""A part of the demo region as plain JSON, for tests that read what was invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from verbund.demo import GeneratedPatient, generate

Json = dict[str, Any]


@dataclass(frozen=True)
class Invented:
    """Generated patients and, by patient and house, what the house holds."""

    patients: tuple[GeneratedPatient, ...]
    records: dict[tuple[int, str], list[Json]]

    def everything(self) -> Iterator[Json]:
        """Every resource of every patient."""
        for resources in self.records.values():
            yield from resources

    def of_type(self, kind: str) -> Iterator[Json]:
        """Every resource of a type."""
        return (one for one in self.everything() if one["resourceType"] == kind)


def invented_patients(count: int) -> Invented:
    """The first so many patients of the demo region with all their records."""
    patients = tuple(generate(patients=count).patients())
    records = {
        (patient.number, house): [orjson.loads(raw) for raw in record.resources]
        for patient in patients
        for house, record in patient.records.items()
    }
    return Invented(patients, records)
