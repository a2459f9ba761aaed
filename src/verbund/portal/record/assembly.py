"""From a heap of FHIR resources of several houses to one record."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from verbund.portal.model import HouseItem
from verbund.portal.record.clinical import allergy, immunisation, medication, problem, procedure
from verbund.portal.record.documents import document
from verbund.portal.record.laboratory import analytes
from verbund.portal.record.model import UNKNOWN_AT, Analyte, Contact, Person, Record, Section
from verbund.portal.record.person import person
from verbund.portal.record.reading import text
from verbund.portal.record.timeline import contacts
from verbund.portal.when import When

MOST_ROWS = 400
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, that a reader wants to see; None is open. What has no date is always shown."""

    since: date | None = None
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it leaves nothing out."""
        return self.since is None and self.until is None

    def holds(self, when: When | None) -> bool:
        """Whether something of that time is to be seen."""
        if when is None:
            return True
        return not ((self.since and when.day < self.since) or (self.until and when.day > self.until))


EVERYTHING = Period()


def record(items: Iterable[HouseItem], today: date, period: Period = EVERYTHING, *, most: int = MOST_ROWS) -> Record:
    """The record that the items make; of each section the newest `most` entries within the period."""
    by_type: dict[str, list[HouseItem]] = defaultdict(list)
    resolve = {}
    size = 0
    for item in items:
        kind = text(item.resource, "resourceType")
        by_type[kind].append(item)
        resolve[(item.house.site, f"{kind}/{text(item.resource, 'id')}")] = item.resource
        size += 1

    def read(make: Callable[[HouseItem], T | None], *types: str) -> list[T]:
        made = (make(item) for kind in types for item in by_type[kind])
        return [entry for entry in made if entry is not None]

    laboratory, vitals = analytes(by_type["Observation"])
    deeds = [*read(procedure, "Procedure"), *read(immunisation, "Immunization")]
    stays, loose = contacts(by_type["Encounter"], deeds, resolve)
    medicines = ("MedicationRequest", "MedicationStatement", "MedicationAdministration")
    return Record(
        person=_person(by_type["Patient"], today),
        problems=_newest(read(problem, "Condition"), lambda p: p.when, period, most),
        allergies=_newest(read(allergy, "AllergyIntolerance"), lambda a: a.when, EVERYTHING, most),
        medications=_newest(read(lambda i: medication(i, resolve), *medicines), lambda m: m.when, period, most),
        laboratory=_within(laboratory, period, most),
        vitals=_within(vitals, period, most),
        documents=_newest(
            read(document, "DocumentReference", "DiagnosticReport", "Composition"), lambda d: d.when, period, most
        ),
        contacts=_newest(stays, _contact_time, period, most),
        deeds=_newest(loose, lambda d: d.when, period, most),
        size=size,
    )


def _person(patients: list[HouseItem], today: date) -> Person | None:
    return person(patients[0].resource, today) if patients else None


def _contact_time(contact: Contact) -> When | None:
    return contact.start or contact.end


def _newest(rows: Iterable[T], time: Callable[[T], When | None], period: Period, most: int) -> Section[T]:
    def moment(row: T) -> datetime:
        found = time(row)
        return found.at if found else UNKNOWN_AT

    within = sorted((row for row in rows if period.holds(time(row))), key=moment, reverse=True)
    return Section(tuple(within[:most]), len(within))


def _within(groups: tuple[Analyte, ...], period: Period, most: int) -> Section[Analyte]:
    """Each analyte with its newest values in the period; those without any are left out."""
    kept = []
    for analyte in groups:
        values = tuple(value for value in analyte.values if period.holds(value.when))[:most]
        if values:
            kept.append(Analyte(analyte.concept, analyte.unit, values))
    return Section(tuple(kept[:most]), len(kept))
