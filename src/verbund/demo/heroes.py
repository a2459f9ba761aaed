"""The named patients of the demo: Erika Sommer, Hans Bergmann and Ayşe Kaya. All three are invented."""

from collections.abc import Callable, Mapping
from datetime import date

from verbund.demo import places
from verbund.demo.chance import Chance
from verbund.demo.consents import Exchange, Research, Will
from verbund.demo.courses import diabetes, everyday
from verbund.demo.courses.life import Life
from verbund.demo.houses import PRAXIS
from verbund.demo.identifiers import kvnr
from verbund.demo.people import AYSE_KAYA, ERIKA_SOMMER, HANS_BERGMANN
from verbund.demo.persons import Person

ERIKA = Person(
    number=ERIKA_SOMMER,
    family="Sommer",
    given=("Erika",),
    gender="female",
    birth=date(1958, 3, 14),
    street="Gartenstraße 17",
    postcode="05410",
    town="Lindstadt",
    insurer=places.STATUTORY[0],
    private=False,
    insurance_number=kvnr("S", "58000000"),
    phone="+49 30 23125458",
    mobile="+49 171 3920058",
    birth_name="Hellmann",
    married=True,
)


def erika(seed: int, chance: Chance, today: date) -> tuple[Life, Will]:
    """Erika Sommer."""
    life = Life(seed, ERIKA, chance, today, frozenset())
    life.open_exactly(PRAXIS)
    build = everyday.family_practice(life, chance.part("family practice"))
    diabetes.diabetes(life, chance.part("diabetes"), build)
    return life, Will(Exchange.EVERYTHING, Research.AGREED_WITH_PAST, date(2025, 2, 3))


HEROES: Mapping[int, Callable[[int, Chance, date], tuple[Life, Will]]] = {ERIKA_SOMMER: erika}
