"""Who falls ill with what: the main disease by age and sex, and what comes besides."""

from collections.abc import Callable
from datetime import date

from verbund.demo.chance import Chance
from verbund.demo.courses import diabetes, everyday
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body
from verbund.demo.houses import PRAXIS
from verbund.demo.persons import Person

Course = Callable[[Life, Chance, Body], None]


def _only_everyday(_life: Life, _chance: Chance, _build: Body) -> None:
    """Nothing besides what brings everybody to the doctor."""


# Weight of each main disease by the youngest age of a band.
_BANDS: tuple[tuple[int, tuple[tuple[Course, float], ...]], ...] = (
    (40, ((diabetes.diabetes, 40), (_only_everyday, 60))),
    (0, ((_only_everyday, 100),)),
)


def live(seed: int, person: Person, chance: Chance, today: date) -> Life:
    """A patient's whole time in the region. One in eight has a family doctor outside it."""
    elsewhere = frozenset({PRAXIS.name}) if chance.happens(0.12) else frozenset[str]()
    life = Life(seed, person, chance, today, elsewhere)
    build = everyday.family_practice(life, chance.part("family practice"))
    everyday.comorbidities(life, chance.part("comorbidities"), build)
    age = person.age(life.until)
    courses = next(courses for youngest, courses in _BANDS if age >= youngest)
    chance.weighted(courses)(life, chance.part("main"), build)
    return life
