"""The whole region, one patient after the other: the same seed gives the same bytes, whatever number is asked for."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import orjson

from verbund.demo import consents, heroes, houses, places, teams
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart
from verbund.demo.courses import plan
from verbund.demo.courses.life import Life
from verbund.demo.houses import BY_NAME, HOUSES, House
from verbund.demo.people import Person as Account
from verbund.demo.people import people
from verbund.demo.persons import Person, person
from verbund.errors import Incorrect

# The day on which the demo region stands still; nothing in it is later.
TODAY = date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class HouseRecord:
    """What one house holds of one patient: the logical id there, and the resources, the Patient first."""

    patient_id: str
    resources: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class GeneratedPatient:
    """An invented patient: who they really are, and the record of each house that holds something."""

    number: int
    person: Person
    records: Mapping[str, HouseRecord]


@dataclass(frozen=True, slots=True)
class GeneratedRegion:
    """A region to be: nothing is made before it is asked for, and nothing is kept after."""

    seed: int
    count: int
    today: date = TODAY

    @property
    def title(self) -> str:
        """The name of the region."""
        return places.REGION

    @property
    def houses(self) -> tuple[House, ...]:
        """The houses that hold records: practice, university hospital, rehabilitation clinic."""
        return HOUSES

    @property
    def people(self) -> tuple[Account, ...]:
        """Everybody who can sign in."""
        return people(self.seed)

    def patients(self) -> Iterator[GeneratedPatient]:
        """All patients in order of their numbers, each with all their records."""
        for number in range(self.count):
            yield _patient(self.seed, number, self.today, None)

    def bundles(self, house: str) -> Iterator[list[bytes]]:
        """What one house holds, in the order to load it.

        First organisations and people, each after what it refers to; then one list for each patient of the house.
        References lead to the same list or the first one; contacts and diagnoses name each other, so a patient's list
        belongs together.
        """
        yield _directory(house)
        for number in range(self.count):
            record = _patient(self.seed, number, self.today, house).records.get(house)
            if record:
                yield list(record.resources)

    def everything(self) -> Iterator[tuple[str, list[bytes]]]:
        """`bundles` of all houses in one go, each list with the name of its house.

        A third of the work of one by one.
        """
        for house in HOUSES:
            yield house.name, _directory(house.name)
        for patient in self.patients():
            for name, record in patient.records.items():
                yield name, list(record.resources)


def generate(seed: int = 8400, patients: int = 300, *, today: date = TODAY) -> GeneratedRegion:
    """The demo region with so many patients; the first three are the named ones of `demo.people`.

    The same seed and day give the same bytes, and the first patients of a larger region are those of a smaller one.
    Incorrect for a negative number or more than 100,000, which is as many as have different insurance numbers.
    """
    if not 0 <= patients <= 100_000:
        raise Incorrect(f"The demo region has 0 to 100,000 patients, not {patients}.")
    return GeneratedRegion(seed, patients, today)


def write(directory: Path, region: GeneratedRegion) -> dict[str, int]:
    """Write one NDJSON file a house (`praxis.ndjson`), in load order; returns the number of resources by house."""
    directory.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys((house.name for house in HOUSES), 0)
    with ExitStack() as stack:
        files = {name: stack.enter_context((directory / f"{name}.ndjson").open("wb")) for name in counts}
        for name, resources in region.everything():
            files[name].writelines(line for resource in resources for line in (resource, b"\n"))
            counts[name] += len(resources)
    return counts


def _directory(house: str) -> list[bytes]:
    found = BY_NAME.get(house)
    if found is None:
        raise Incorrect(f"The demo region has no house named {house}; it has {', '.join(BY_NAME)}.")
    return [orjson.dumps(resource) for resource in houses.directory(found)]


def _patient(seed: int, number: int, today: date, only: str | None) -> GeneratedPatient:
    """One patient; with `only`, what that house holds alone is put into bytes."""
    life, will = _life(seed, number, today)
    records = {}
    for name, chart in life.charts.items():
        consents.care_consent(chart, will)
        consents.broad_consent(chart, will)
        teams.team(chart)
        if only in {None, name}:
            records[name] = _record(chart)
    return GeneratedPatient(number, life.person, records)


def _record(chart: Chart) -> HouseRecord:
    return HouseRecord(chart.patient, tuple(orjson.dumps(resource) for resource in chart.resources))


def _life(seed: int, number: int, today: date) -> tuple[Life, consents.Will]:
    chance = Chance(seed, "patient", number)
    hero = heroes.HEROES.get(number)
    if hero:
        return hero(seed, chance, today)
    invented = person(number, chance.part("person"), today)
    life = plan.live(seed, invented, chance, today)
    return life, consents.will(chance.part("will"), invented, today)
