"""One patient's time in the region: where records are kept, what days there are, how values move."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from verbund.demo.catalogue.diagnoses import Diagnosis
from verbund.demo.chance import Chance
from verbund.demo.chart import Chart, Visit, patient_id
from verbund.demo.houses import House
from verbund.demo.medication import Allergy
from verbund.demo.persons import Person, as_registered


class Life:
    """Opens a chart in a house when something happens there. `until` is the last day of what a course may plan: today,
    or two weeks before death, which leaves room for the last stay in hospital.

    Charts of houses in `elsewhere` are written and thrown away: somebody whose family doctor takes no part has the same
    course, and the region knows only what the other houses saw.
    """

    __slots__ = (
        "_away",
        "_charts",
        "allergy",
        "chance",
        "elsewhere",
        "person",
        "problems",
        "seed",
        "stays",
        "today",
        "until",
    )

    def __init__(
        self,
        seed: int,
        person: Person,
        chance: Chance,
        today: date,
        *,
        elsewhere: frozenset[str] = frozenset(),
        allergy: Allergy | None = None,
    ) -> None:
        self.seed = seed
        self.person = person
        self.chance = chance
        self.today = today
        self.until = min(today, person.died - timedelta(days=14) if person.died else today)
        self.elsewhere = elsewhere
        self.allergy = allergy
        self._charts: dict[str, Chart] = {}
        self._away: list[tuple[date, date]] = []
        self.stays: list[tuple[Chart, Visit]] = []
        self.problems: list[tuple[Diagnosis, date]] = []

    def at(self, house: House) -> Chart:
        """The chart in a house, opened with the demographics as that house wrote them down."""
        chart = self._charts.get(house.name)
        if chart is None:
            registered = as_registered(self.person, self.chance.part("registration", house.name))
            chart = Chart(house, registered, patient_id(self.seed, house.name, self.person.number))
            self._charts[house.name] = chart
        return chart

    def open_exactly(self, house: House) -> Chart:
        """The chart in a house, opened without a slip of the pen."""
        return self._charts.setdefault(
            house.name, Chart(house, self.person, patient_id(self.seed, house.name, self.person.number))
        )

    def goes_away(self, start: date, end: date) -> None:
        """Note that the patient is an inpatient from one day to another."""
        self._away.append((start, end))

    def free(self, day: date) -> date:
        """The day itself or, where it falls into a stay, one soon after; always a working day."""
        day = working_day(day)
        for start, end in sorted(self._away):
            if start <= day <= end:
                day = working_day(end + timedelta(days=4))
        return day

    @property
    def charts(self) -> dict[str, Chart]:
        """What the region keeps, by house."""
        return {name: chart for name, chart in self._charts.items() if name not in self.elsewhere}


def working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    """A local time on a day."""
    return datetime.combine(day, time(hour, minute))


def office_hour(chance: Chance, day: date) -> datetime:
    """Some time in a morning's or afternoon's consultation hours of a working day."""
    return at_time(
        working_day(day),
        chance.choice((8, 8, 9, 9, 10, 10, 11, 15, 16)),
        chance.choice((0, 10, 15, 20, 30, 40, 45, 50)),
    )


def every(days: int, start: date, end: date, chance: Chance) -> Iterator[date]:
    """Days from start to end about so many days apart; both ends are kept to."""
    day = start
    while day <= end:
        yield max(start, working_day(day))
        day += timedelta(days=max(1, days + chance.between(-days // 8, days // 8)))


def along(points: Sequence[float], part: float) -> float:
    """The value at a part (0 to 1) of the way along evenly spaced points, straight between them."""
    if len(points) == 1:
        return points[0]
    place = min(max(part, 0.0), 1.0) * (len(points) - 1)
    left = min(int(place), len(points) - 2)
    return points[left] + (points[left + 1] - points[left]) * (place - left)


def share(day: date, start: date, end: date) -> float:
    """Which part of the time from start to end has gone by on a day."""
    return (day - start).days / max(1, (end - start).days)
