"""Two more patients with an account, both invented: one who holds back psychiatry, one who refuses every exchange."""

from datetime import date, timedelta

from verbund.demo import medication, places
from verbund.demo.catalogue import drugs
from verbund.demo.chance import Chance
from verbund.demo.consents import Exchange, Research, Will
from verbund.demo.courses import everyday, hospital, infection, mind, tumour
from verbund.demo.courses.life import Life
from verbund.demo.courses.practice import Body
from verbund.demo.houses import HOUSES, PRAXIS, UNIKLINIKUM
from verbund.demo.identifiers import kvnr
from verbund.demo.people import AYSE_KAYA, HANS_BERGMANN
from verbund.demo.persons import Person

HANS = Person(
    number=HANS_BERGMANN,
    family="Bergmann",
    given=("Hans", "Peter"),
    gender="male",
    birth=date(1951, 11, 2),
    street="Mühlweg 4",
    postcode="05427",
    town="Mühlenrode",
    insurer=places.STATUTORY[1],
    private=False,
    insurance_number=kvnr("B", "51000001"),
    phone="+49 69 90009451",
)
AYSE = Person(
    number=AYSE_KAYA,
    family="Kaya",
    given=("Ayşe",),
    gender="female",
    birth=date(1979, 6, 28),
    street="Ringstraße 61",
    postcode="05413",
    town="Lindstadt",
    insurer=places.STATUTORY[2],
    private=False,
    insurance_number=kvnr("K", "79000002"),
    mobile="+49 171 3920079",
    email="patient2@post.example",
    birth_name="Demir",
    married=True,
)


def hans_bergmann(seed: int, chance: Chance, today: date) -> tuple[Life, Will]:
    """COPD, depression with a stay in the psychiatric clinic, pneumonia: everything may be exchanged but psychiatry."""
    life = Life(seed, HANS, chance, today)
    life.open_exactly(PRAXIS)
    life.open_exactly(UNIKLINIKUM)
    build = Body(height=176, weight=79, systolic=138, diastolic=82, pulse=76)
    mind.psychiatric_stay(life, chance.part("stay"), today - timedelta(days=330), drugs.SERTRALINE)
    infection.inpatient(life, chance.part("pneumonia"), infection.PNEUMONIA, today - timedelta(days=120))
    mind.depression(life, chance.part("mind"), build)
    everyday.hypertension(life, chance.part("pressure"), build)
    everyday.lungs(life, chance.part("lungs"), build)
    medication.allergic(life.at(PRAXIS), medication.MITES, date(2011, 4, 6))
    hospital.known_conditions(life)
    return life, Will(Exchange.NO_PSYCHIATRY, Research.AGREED, today - timedelta(days=260))


def ayse_kaya(seed: int, chance: Chance, today: date) -> tuple[Life, Will]:
    """Breast cancer with operation and chemotherapy: nothing may be exchanged, consent to research withdrawn."""
    life = Life(seed, AYSE, chance, today)
    for house in HOUSES[:2]:
        life.open_exactly(house)
    build = Body(height=167, weight=66, systolic=122, diastolic=76, pulse=70)
    tumour.breast(life, chance.part("tumour"), build)
    everyday.thyroid(life, chance.part("thyroid"), build)
    hospital.known_conditions(life)
    return life, Will(Exchange.NOTHING, Research.WITHDRAWN, today - timedelta(days=200))
