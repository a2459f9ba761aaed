"""Who falls ill with what: the main disease by age and sex, and what comes besides."""

from collections.abc import Callable
from datetime import date

from verbund.demo.chance import Chance
from verbund.demo.courses import diabetes, everyday, heart, hospital, infection, mind, stroke, tumour
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body, body
from verbund.demo.houses import PRAXIS
from verbund.demo.medication import ALLERGIES
from verbund.demo.persons import Person

Course = Callable[[Life, Chance, Body], None]


# Weight of each main disease by the youngest age of a band; breast cancer stands in the women's column alone.
_BANDS: tuple[tuple[int, tuple[tuple[Course | None, float], ...]], ...] = (
    (
        60,
        (
            (diabetes.diabetes, 19),
            (heart.heart_failure, 17),
            (stroke.stroke, 11),
            (tumour.colon, 7),
            (infection.infection, 13),
            (mind.depression, 5),
            (None, 28),
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
            (None, 52),
        ),
    ),
    (18, ((infection.infection, 7), (mind.depression, 14), (None, 79))),
    (0, ((infection.infection, 3), (None, 97))),
)
_BREAST_CANCER = 0.06
# Who has nothing that leads to hospital may still come to it by an infection.
_WITHOUT_STAY = (diabetes.diabetes, None)


def live(seed: int, person: Person, chance: Chance, today: date) -> Life:
    """A patient's whole time in the region.

    One in eight of those whom another house knows has a family doctor outside the region.
    """
    elsewhere = frozenset({PRAXIS.name}) if chance.happens(0.12) else frozenset[str]()
    allergy = chance.choice(ALLERGIES) if chance.happens(0.22) else None
    life = Life(seed, person, chance, today, elsewhere=elsewhere, allergy=allergy)
    build = body(chance.part("build"), female=person.is_female, age=person.age(life.until))
    course = _main(life, chance, person)
    # Stays come first: whatever else there is to see a doctor for keeps out of their way.
    if course in _WITHOUT_STAY and person.age(life.until) >= 60 and chance.happens(0.3):
        infection.infection(life, chance.part("infection"), build)
    if course:
        course(life, chance.part("main"), build)
    everyday.family_practice(life, chance.part("family practice"), build)
    everyday.comorbidities(life, chance.part("comorbidities"), build)
    if person.died:
        infection.last_stay(life, chance.part("last stay"), person.died)
    hospital.known_conditions(life)
    if not life.charts:
        life.elsewhere = frozenset()
    return life


def _main(life: Life, chance: Chance, person: Person) -> Course | None:
    """None for whom nothing ails but the everyday."""
    age = person.age(life.until)
    if person.is_female and age >= 38 and chance.happens(_BREAST_CANCER):
        return tumour.breast
    return chance.weighted(next(courses for youngest, courses in _BANDS if age >= youngest))
