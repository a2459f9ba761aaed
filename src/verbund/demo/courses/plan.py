"""Who falls ill with what: the main disease by age and sex, and what comes besides."""

from collections.abc import Callable
from datetime import date

from verbund.demo.chance import Chance
from verbund.demo.courses import diabetes, everyday, heart, infection, mind, stroke, tumour
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body
from verbund.demo.houses import PRAXIS
from verbund.demo.persons import Person

Course = Callable[[Life, Chance, Body], None]


def _only_everyday(_life: Life, _chance: Chance, _build: Body) -> None:
    """Nothing besides what brings everybody to the doctor."""


# Weight of each main disease by the youngest age of a band; breast cancer stands in the women's column alone.
_BANDS: tuple[tuple[int, tuple[tuple[Course, float], ...]], ...] = (
    (
        60,
        (
            (diabetes.diabetes, 19),
            (heart.heart_failure, 17),
            (stroke.stroke, 11),
            (tumour.colon, 7),
            (infection.infection, 13),
            (mind.depression, 5),
            (_only_everyday, 28),
        ),
    ),
    (
        40,
        (
            (diabetes.diabetes, 14),
            (heart.heart_failure, 5),
            (stroke.stroke, 4),
            (tumour.colon, 3),
            (infection.infection, 8),
            (mind.depression, 14),
            (_only_everyday, 52),
        ),
    ),
    (18, ((infection.infection, 7), (mind.depression, 14), (_only_everyday, 79))),
    (0, ((infection.infection, 3), (_only_everyday, 97))),
)
_BREAST_CANCER = 0.06


def live(seed: int, person: Person, chance: Chance, today: date) -> Life:
    """A patient's whole time in the region. One in eight has a family doctor outside it."""
    elsewhere = frozenset({PRAXIS.name}) if chance.happens(0.12) else frozenset[str]()
    life = Life(seed, person, chance, today, elsewhere)
    build = everyday.family_practice(life, chance.part("family practice"))
    everyday.comorbidities(life, chance.part("comorbidities"), build)
    _main(life, chance, person)(life, chance.part("main"), build)
    if person.died:
        infection.last_stay(life, chance.part("last stay"), person.died)
    return life


def _main(life: Life, chance: Chance, person: Person) -> Course:
    age = person.age(life.until)
    if person.is_female and age >= 38 and chance.happens(_BREAST_CANCER):
        return tumour.breast
    return chance.weighted(next(courses for youngest, courses in _BANDS if age >= youngest))
